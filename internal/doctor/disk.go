package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"dormer/internal/say"
)

// How much has to be free. A PDF is some 2 MiB; a day's backup is as large as
// the database.
const (
	TooLittle = 50 << 20 // what is less than this is as good as full
	little    = 1 << 30
)

// Space says whether a folder can be written and its disk has room. A folder
// that is not there yet is not made: the nearest one above it is looked at.
// free gives the bytes that are free where a path is; use [Free].
func Space(name, dir string, free func(path string) (uint64, error)) Probe {
	return Probe{Name: name, Look: func(context.Context) []Finding {
		there, err := nearest(dir)
		if err != nil {
			return just(name, Red, say.T("doctor.folder.not_read", "dir", dir, "why", cause(err)), say.T("do.check_disk_or_folder"))
		}
		if err := write(there); err != nil {
			return just(name, Red, say.T("doctor.folder.not_written", "dir", there, "why", cause(err)),
				say.T("doctor.folder.not_written.do"))
		}
		says := say.T("doctor.folder.written", "dir", dir)
		if there != dir {
			says = say.T("doctor.folder.made", "dir", dir)
		}
		n, err := free(there)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return just(name, Green, says, say.Text{})
		case err != nil:
			return just(name, Amber, say.T("doctor.folder.free_unknown", "says", says, "why", cause(err)), say.T("do.check_disk"))
		}
		says = say.T("doctor.folder.free", "says", says, "size", Size(n))
		switch {
		case n < TooLittle:
			return just(name, Red, says, say.T("doctor.folder.full.do"))
		case n < little:
			return just(name, Amber, says, say.T("doctor.folder.little.do"))
		}
		return just(name, Green, says, say.Text{})
	}}
}

// Writable says why nothing can be written to a folder; nil if something can. Of
// one that is not there yet, it says so of the nearest one above it. Where the
// system can tell, nothing is written for it: whoever asks often must leave
// nothing there when they are killed.
func Writable(dir string) error {
	there, err := nearest(dir)
	if err == nil {
		err = mayWrite(there)
	}
	return cause(err)
}

// FreeFor gives the bytes that are free for a folder, which need not be there
// yet, as free tells them of a path; see [Space].
func FreeFor(dir string, free func(path string) (uint64, error)) (uint64, error) {
	there, err := nearest(dir)
	if err != nil {
		return 0, err
	}
	return free(there)
}

// nearest gives the folder, or the nearest one above it that is there.
func nearest(dir string) (string, error) {
	for {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return "", say.New("folder.is_none", "dir", dir)
		case err == nil:
			return dir, nil
		case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(dir) == dir:
			return "", err
		}
		dir = filepath.Dir(dir)
	}
}

// write writes a file and removes it again.
func write(dir string) (err error) {
	f, err := os.CreateTemp(dir, ".dormer-doctor-*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4<<10))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// cause leaves out the path that an error of the file system begins with.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Size gives a number of bytes as people read it: "31 MiB".
func Size(n uint64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	case n < 1<<30:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
}

// Privacy says whether other users of this computer can read what is in the
// data folder. On Windows the profile's own protection holds.
func Privacy(dir string) Probe {
	return Probe{Name: "files", Look: func(context.Context) []Finding {
		if runtime.GOOS == "windows" {
			return just("files", Green, say.T("doctor.protected.profile"), say.Text{})
		}
		info, err := os.Stat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return just("files", Green, say.T("doctor.protected.no_folder"), say.Text{})
		}
		if err != nil {
			return just("files", Red, say.T("doctor.protected.not_read", "dir", dir, "why", cause(err)), say.T("doctor.protected.not_read.do"))
		}
		var open []string
		if info.Mode().Perm()&0o077 != 0 {
			open = append(open, dir)
		}
		entries, err := os.ReadDir(dir)
		for _, e := range entries {
			if i, err := e.Info(); err == nil && i.Mode().Perm()&0o077 != 0 && i.Mode()&fs.ModeSymlink == 0 {
				open = append(open, e.Name())
			}
		}
		if err != nil {
			return just("files", Red, say.T("doctor.protected.not_read", "dir", dir, "why", cause(err)), say.T("doctor.protected.not_read.do"))
		}
		if len(open) > 0 {
			return just("files", Amber, say.T("doctor.protected.open", "names", outside(open)), say.T("doctor.protected.open.do", "how", "chmod -R go= "+dir))
		}
		return just("files", Green, say.T("doctor.protected.good"), say.Text{})
	}}
}
