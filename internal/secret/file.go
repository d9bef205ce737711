package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"dormer/internal/say"
	"dormer/internal/whole"
)

const (
	maxFile = 1 << 20
	tempFor = ".secrets-*.tmp"
)

// file keeps secrets in a JSON file of mode 0600, which is replaced as a whole.
type file struct {
	path string
	mu   sync.Mutex
}

// content is the file's JSON.
type content struct {
	Secrets map[string]string `json:"secrets"`
}

func (f *file) Kind() string { return File }

func (f *file) Get(name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.read()
	if err != nil {
		return "", err
	}
	if v := c.Secrets[name]; v != "" {
		return v, nil
	}
	return "", ErrNotFound
}

func (f *file) Set(name, value string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.read()
	if err != nil {
		return err
	}
	if value == c.Secrets[name] {
		return nil
	}
	if value == "" {
		delete(c.Secrets, name)
	} else {
		c.Secrets[name] = value
	}
	return f.write(c)
}

func (f *file) Delete(name string) error { return f.Set(name, "") }

// all gives every secret in the file.
func (f *file) all() (map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.read()
	return c.Secrets, err
}

// errDamaged is what an unreadable file is; it does not quote the file.
var errDamaged = say.Because("secrets.file_damaged")

func (f *file) read() (content, error) {
	none := content{Secrets: map[string]string{}}
	h, err := os.Open(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return none, fmt.Errorf("secrets: %w", err)
	}
	defer h.Close()
	b, err := io.ReadAll(io.LimitReader(h, maxFile+1))
	if err != nil {
		return none, fmt.Errorf("secrets: %w", err)
	}
	var c content
	if len(b) > maxFile || json.Unmarshal(b, &c) != nil || c.Secrets == nil {
		return none, fmt.Errorf("secrets: %s: %w", f.path, errDamaged)
	}
	return c, nil
}

// write replaces the file: whoever looks at it, and at whatever moment the
// machine stops, there is the old one or the new one.
func (f *file) write(c content) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("secrets: %w", err)
		}
	}()
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	if len(b) > maxFile {
		return say.Because("keyring.too_much")
	}
	return whole.Text(f.path, tempFor, 0o600, b)
}

// prepare makes the file fit for use: what a crash left is removed, a mode that
// lets others read is closed, and a damaged file is set aside, which note says.
func (f *file) prepare(now time.Time) (note say.Text, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, _ := os.ReadDir(filepath.Dir(f.path)) // not by a pattern of the whole path: [ may be in a folder's name
	for _, e := range list {
		if left, _ := filepath.Match(tempFor, e.Name()); left {
			_ = os.Remove(filepath.Join(filepath.Dir(f.path), e.Name()))
		}
	}
	info, err := os.Lstat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return say.Text{}, nil
	}
	if err != nil {
		return note, fmt.Errorf("secrets: %w", err)
	}
	if !info.Mode().IsRegular() {
		return note, fmt.Errorf("secrets: %s is not a plain file", f.path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(f.path, 0o600); err != nil {
			return note, fmt.Errorf("secrets: others can read the file: %w", err)
		}
		note = say.T("secrets.others", "file", f.path)
	}
	if _, err := f.read(); !errors.Is(err, errDamaged) {
		return note, err
	}
	aside := f.path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s.damaged-%s-%d", f.path, now.UTC().Format("20060102T150405Z"), n)
	}
	if err := os.Rename(f.path, aside); err != nil {
		return note, fmt.Errorf("secrets: %s: %w, and cannot be set aside: %w", f.path, errDamaged, err)
	}
	return say.Sentences(note, say.T("secrets.damaged", "file", aside)), nil
}
