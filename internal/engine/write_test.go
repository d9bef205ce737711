package engine_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"dormer/internal/engine"
)

func hello(f *os.File) error {
	_, err := io.WriteString(f, "hello")
	return err
}

func TestAnExportIsWholeOrAbsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.csv")
	cut := errors.New("cut off")
	err := engine.WriteWhole(path, func(f *os.File) error { return errors.Join(hello(f), cut) })
	if !errors.Is(err, cut) || len(files(t, filepath.Dir(path))) != 0 {
		t.Errorf("%v; there is %q", err, files(t, filepath.Dir(path)))
	}
	if err := engine.WriteWhole(path, hello); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "hello" {
		t.Errorf("%q, %v", b, err)
	}
}

// Whoever may write to /dev would have lost /dev/null or /dev/stdout.
func TestAnExportToADeviceOrALinkLeavesItWhatItIs(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real.csv")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"null": os.DevNull, "latest.csv": real} {
		link := filepath.Join(dir, name)
		if err := os.Symlink(to, link); err != nil {
			t.Skip("no links here: ", err)
		}
		if err := engine.WriteWhole(link, hello); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.Readlink(link); err != nil || now != to {
			t.Errorf("%s is no link to %s any more: %q, %v", name, to, now, err)
		}
	}
	if b, err := os.ReadFile(real); err != nil || string(b) != "hello" {
		t.Errorf("the linked file holds %q, %v", b, err)
	}
}
