package whole_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	_ "dormer/internal/hermetic"
	"dormer/internal/whole"
)

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAFileIsOfBeforeOrNewAndNothingElseIsLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "settings.json")
	if err := whole.Text(path, ".settings-*.tmp", 0o600, []byte("before")); err != nil {
		t.Fatal(err)
	}
	full := errors.New("the disk is full")
	err := whole.File(path, ".settings-*.tmp", 0o600, func(f *os.File) error {
		_, err := f.WriteString("ne")
		return errors.Join(err, full)
	})
	if b, _ := os.ReadFile(path); !errors.Is(err, full) || string(b) != "before" || len(names(t, dir)) != 1 {
		t.Errorf("%v; it holds %q beside %q", err, b, names(t, dir))
	}
	if err := whole.Text(path, ".settings-*.tmp", 0o640, []byte("new")); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(path)
	info, err := os.Stat(path)
	if err != nil || string(b) != "new" || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 || len(names(t, dir)) != 1 {
		t.Errorf("%q, %v, %v beside %q", b, info, err, names(t, dir))
	}
}

func TestAFileThatCannotTakeItsNameLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(path, "by a folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := whole.Text(path, "taken-*", 0o600, []byte("new")); err == nil || len(names(t, dir)) != 1 {
		t.Errorf("%v, beside %q", err, names(t, dir))
	}
}
