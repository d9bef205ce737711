package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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
			return just(name, Red, fmt.Sprintf("The folder %s cannot be read (%v)", dir, cause(err)), "Check the disk, or choose another folder.")
		}
		if err := write(there); err != nil {
			return just(name, Red, fmt.Sprintf("The folder %s cannot be written (%v)", there, cause(err)),
				"Free some space, or make the folder yours; or choose another one.")
		}
		says := "The folder " + dir + " can be written"
		if there != dir {
			says = "The folder " + dir + " can be made"
		}
		n, err := free(there)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return just(name, Green, says, "")
		case err != nil:
			return just(name, Amber, fmt.Sprintf("%s; how much is free cannot be told (%v)", says, cause(err)), "Check the disk.")
		}
		says += fmt.Sprintf(", %s free", Size(n))
		switch {
		case n < TooLittle:
			return just(name, Red, says, "Free some space: news and measurements cannot be kept without.")
		case n < little:
			return just(name, Amber, says, "Free some space soon.")
		}
		return just(name, Green, says, "")
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
			return "", fmt.Errorf("%s is not a folder", dir)
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
			return just("files", Green, "The data folder is protected as the rest of the profile is", "")
		}
		info, err := os.Stat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return just("files", Green, "There is no data folder yet", "")
		}
		if err != nil {
			return just("files", Red, fmt.Sprintf("The data folder %s cannot be read (%v)", dir, cause(err)), "Make it yours, or name another one with --data-dir.")
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
			return just("files", Red, fmt.Sprintf("The data folder %s cannot be read (%v)", dir, cause(err)), "Make it yours, or name another one with --data-dir.")
		}
		if len(open) > 0 {
			return just("files", Amber, "Other users of this computer may read "+strings.Join(open, ", "), "Take the others' rights away: chmod -R go= "+dir)
		}
		return just("files", Green, "What is in the data folder is for you alone", "")
	}}
}
