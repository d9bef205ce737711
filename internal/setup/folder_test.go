package setup_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"dormer/internal/records"
	"dormer/internal/secret"
	"dormer/internal/setup"
)

// env is an environment.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func load(t *testing.T, f setup.Flags, e env) setup.Config {
	t.Helper()
	c, err := setup.Load(f, e.get)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// folder is a data directory of the test's own, with secrets in a file.
func folder(t *testing.T) setup.Flags {
	t.Helper()
	return setup.Flags{DataDir: filepath.Join(t.TempDir(), "data"), Secrets: secret.File, HoverURL: "http://127.0.0.1:9"}
}

func isUsage(err error) bool {
	return errors.Is(err, records.ErrUsage)
}

// private checks that a file is its owner's alone.
func private(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// On Windows the profile's own protection holds, which the mode does not tell.
	if got := info.Mode().Perm(); runtime.GOOS != "windows" && got != mode {
		t.Errorf("%s is %v", path, got)
	}
}
