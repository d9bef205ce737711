package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/whole"
)

// Getter asks for a link. Any final status comes back as a response, an error
// means that there was none. The response's body must end when ctx does.
type Getter interface {
	Get(ctx context.Context, url string) (*http.Response, error)
	// Own says whether a response came from Hover's own origin, and not from
	// storage, where a link leads.
	Own(*http.Response) bool
}

// Request is one file to save.
type Request struct {
	URL    string
	Format hover.Format // decides what the bytes must look like
	Dir    string       // made if missing
	Name   string       // the wanted file name; see [Names]. It cannot lead out of Dir
	// Owner marks the unfinished file as that of one installation: see [Sweep].
	Owner string
	// Cached says that the file can be fetched again: a power cut may take it, though not
	// leave a part of it, and nobody waits for its folder to be on disk.
	Cached bool
	// MaxSize is the most bytes that are taken; 0 means 512 MiB.
	MaxSize int64
	// Progress is told after every piece how many bytes are here, and how many
	// there will be (-1 if Hover did not say). It must not block. May be nil.
	Progress func(done, total int64)
}

// File is a file that is whole, checked and on disk.
type File struct {
	Path   string
	SHA256 string // in hex
	Size   int64
}

const (
	// defaultMaxSize bounds a file. Measurement PDFs are 5 to 20 MB (reported
	// by a public client).
	defaultMaxSize = 512 << 20
	// stall is how long a download may stand still.
	stall = time.Minute
)

var (
	errStalled  = fmt.Errorf("nothing came for %v", stall)
	errTooLarge = errors.New("it is larger than the limit")
	errEmpty    = errors.New("it is empty")
)

// Save fetches a file and returns where it is. The file has the wanted name,
// or, if a different file has it already, the next free "name (2).pdf"; the same
// content under such a name is kept and returned as it is. After an error, which
// is always a [*Problem], nothing is left on disk but perhaps the directory.
func Save(ctx context.Context, g Getter, r Request) (File, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	resp, p := ask(ctx, g, &r)
	if p != nil {
		return File{}, p
	}
	defer resp.Body.Close()
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return File{}, unwritable(say.T("file.no_folder"), err)
	}
	t, err := newTemp(r.Dir, r.Owner)
	if err != nil {
		return File{}, unwritable(say.T("file.folder_closed"), err)
	}
	defer t.discard()

	sum, size, p := receive(ctx, cancel, t, resp, r)
	if p != nil {
		return File{}, p
	}
	if err := check(t.File, size, r.Format, resp.Header.Get("Content-Type")); err != nil {
		return File{}, notYet(say.T("file.not_whole", "format", r.Format), err)
	}
	if err := ctx.Err(); err != nil {
		return File{}, brokenOff(ctx, say.Text{}, err)
	}
	if err := t.finish(); err != nil {
		return File{}, unwritable(say.T("file.not_saved"), err)
	}
	path, err := place(t.path, r.Dir, r.Name, size, sum)
	if err != nil {
		return File{}, unwritable(say.T("file.no_name"), err)
	}
	t.discard()
	// The new name, and the folder's own if it is new, must survive a power cut
	// as well, before anybody notes down that the file is here.
	if !r.Cached {
		err = errors.Join(whole.SyncDir(r.Dir), whole.SyncDir(filepath.Dir(r.Dir)))
	}
	if err != nil {
		return File{}, unwritable(say.T("file.not_saved"), err)
	}
	return File{Path: path, SHA256: sum, Size: size}, nil
}

// Read fetches a file into memory: of r, where it would be saved does not count. It is
// checked as one that is saved. An error is always a [*Problem].
func Read(ctx context.Context, g Getter, r Request) ([]byte, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	resp, p := ask(ctx, g, &r)
	if p != nil {
		return nil, p
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, _, p := receive(ctx, cancel, &b, resp, r); p != nil {
		return nil, p
	}
	if err := Check(b.Bytes(), r.Format, resp.Header.Get("Content-Type")); err != nil {
		return nil, notYet(say.T("file.not_whole", "format", r.Format), err)
	}
	return b.Bytes(), nil
}

// ask asks for a file, and gives the answer of a server that has it.
func ask(ctx context.Context, g Getter, r *Request) (*http.Response, *Problem) {
	if r.MaxSize <= 0 {
		r.MaxSize = defaultMaxSize
	}
	resp, err := g.Get(ctx, r.URL)
	if err != nil {
		return nil, brokenOff(ctx, say.T("file.not_asked"), err)
	}
	p := refused(resp, g.Own(resp))
	if p == nil && resp.ContentLength > r.MaxSize {
		p = notYet(say.T("file.too_large"), errTooLarge)
	}
	if p != nil {
		resp.Body.Close()
		return nil, p
	}
	return resp, nil
}

// receive streams the body into t. It gives the file's SHA-256 and size.
func receive(
	ctx context.Context, cancel context.CancelCauseFunc, t io.Writer, resp *http.Response, r Request,
) (sum string, size int64, p *Problem) {
	watch := time.AfterFunc(stall, func() { cancel(errStalled) })
	defer watch.Stop()

	came := &counted{Reader: resp.Body}
	body, err := unpacked(came, resp.Header.Get("Content-Encoding"), r.Format)
	hash := sha256.New()
	buf := make([]byte, 64<<10)
	for err == nil {
		var n int
		n, err = body.Read(buf)
		watch.Reset(stall)
		if n > 0 {
			size += int64(n)
			if size > r.MaxSize {
				return "", 0, notYet(say.T("file.too_large"), errTooLarge)
			}
			hash.Write(buf[:n])
			if _, err := t.Write(buf[:n]); err != nil {
				return "", 0, unwritable(say.T("file.disk_full"), err)
			}
			if r.Progress != nil {
				r.Progress(came.n, resp.ContentLength)
			}
		}
	}
	switch {
	case !errors.Is(err, io.EOF):
		return "", 0, brokenOff(ctx, say.T("file.broke_off"), err)
	case size == 0:
		return "", 0, notYet(say.T("file.preparing"), errEmpty)
	case resp.ContentLength >= 0 && came.n != resp.ContentLength:
		err := fmt.Errorf("%d of %d bytes came", came.n, resp.ContentLength)
		return "", 0, notYet(say.T("file.broke_off"), err)
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}
