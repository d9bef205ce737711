//go:build unix

package secret

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNoUmaskKeepsTheOwnerOut(t *testing.T) {
	dir := t.TempDir()
	s := inFile(t, dir)
	defer syscall.Umask(syscall.Umask(0o777))
	set(t, s, "ngrok", "token")
	info, err := os.Stat(filepath.Join(dir, FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestALinkInPlaceOfTheFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "theirs"), []byte(`{"secrets":{}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("theirs", filepath.Join(dir, FileName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Want: File, Dir: dir}); err == nil {
		t.Error("it is taken")
	}
}
