package secret

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

// inFile opens a store that keeps secrets in a file.
func inFile(t *testing.T, dir string) *Vault {
	t.Helper()
	v, err := Open(Options{Want: File, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if k := v.State().Kind; k != File {
		t.Fatalf("secrets are in the %s", k)
	}
	return v
}

func want(t *testing.T, s Store, name, value string) {
	t.Helper()
	switch got, err := s.Get(name); {
	case value == "" && !errors.Is(err, ErrNotFound):
		t.Errorf("%s is %q, %v; want none", name, got, err)
	case value != "" && (err != nil || got != value):
		t.Errorf("%s is %.60q, %v; want %.60q", name, got, err, value)
	}
}

func set(t *testing.T, s Store, name, value string) {
	t.Helper()
	if err := s.Set(t.Context(), name, value); err != nil {
		t.Fatal(err)
	}
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are not Windows'")
	}
	dir := t.TempDir()
	set(t, inFile(t, dir), "ngrok", "token")
	path := filepath.Join(dir, FileName)
	mode := func() os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if mode() != 0o600 {
		t.Errorf("written with %v", mode())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if note := inFile(t, dir).State().Note; mode() != 0o600 || note.IsZero() {
		t.Errorf("a readable file was left at %v, note %q", mode(), note)
	}
}

func TestADamagedFileIsSetAsideAndNeverOverwritten(t *testing.T) {
	for name, garbage := range map[string]string{
		"cut off": `{"secrets":{"oauth":"half a tok`, "empty": "", "other": `{"x":1}`, "null": "null", "numbers": `{"secrets":{"a":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := inFile(t, dir)
			set(t, s, "oauth", "a token")
			path := filepath.Join(dir, FileName)
			if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
				t.Fatal(err)
			}
			// While it runs: what was read stays in force, and the file as it is.
			want(t, s, "oauth", "a token")
			if err := s.Set(t.Context(), "ngrok", "x"); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("a damaged file was overwritten: %v", err)
			} else if len(garbage) > 10 && strings.Contains(err.Error(), "half a tok") {
				t.Errorf("the error quotes the file: %v", err)
			}
			// The next start: set aside, twice within one second even.
			for range 2 {
				s := inFile(t, dir)
				note := s.State().Note
				if !strings.Contains(note.String(), ".damaged-") {
					t.Errorf("the note does not say where it is: %q", note)
				}
				set(t, s, "ngrok", "x")
				if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			aside, _ := filepath.Glob(path + ".damaged-*")
			if len(aside) != 2 {
				t.Fatalf("set aside: %v", aside)
			}
			for _, a := range aside {
				if b, _ := os.ReadFile(a); string(b) != garbage {
					t.Errorf("%s holds %q", a, b)
				}
			}
		})
	}
}

func TestWhatACrashLeftIsRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "odd [dir]")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, ".secrets-123.tmp")
	if err := os.WriteFile(left, []byte("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := inFile(t, dir)
	if _, err := os.Stat(left); err == nil {
		t.Error("it is still there")
	}
	set(t, s, "a", "b")
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("beside the file there is more: %v", entries)
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	for _, o := range []Options{{Want: "vault"}, {Want: ""}, {Want: Keyring, Installation: ""}} {
		o.Dir = t.TempDir()
		if _, err := Open(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Want: File, Dir: dir}); err == nil {
		t.Error("a directory is taken for the file")
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(`{"secrets":{"a":"b"}}`))
	f.Add([]byte(`{"secrets":null}`))
	f.Add([]byte("\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s := inFile(t, dir)
		note := s.State().Note
		set(t, s, "ngrok", "token")
		want(t, s, "ngrok", "token")
		var c content
		if note.IsZero() && json.Unmarshal(b, &c) == nil {
			for name, value := range c.Secrets {
				if name != "ngrok" {
					want(t, s, name, value)
				}
			}
		}
	})
}
