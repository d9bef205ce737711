package setup

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheVerbsOnWindowsHaveATwinWithWindows(t *testing.T) {
	dir := t.TempDir()
	program := func(name string) string { return filepath.Join(dir, name) }
	if got := Twin(program("dormer.com")); got != "" {
		t.Errorf("there is none, and it is %q", got)
	}
	if err := os.WriteFile(program("dormer.exe"), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"dormer.com": program("dormer.exe"), "Dormer.COM": program("dormer.exe"), "dormer.exe": "", "dormer": "", "other.com": "",
	} {
		if got := Twin(program(name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhatStartsWithTheComputerIsTheTwinWithWindows(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"dormer.com", "dormer.exe"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c := Config{DataDir: filepath.Join(dir, "data")}
	e := c.entryOf(filepath.Join(dir, "dormer.com"))
	if e.Program != filepath.Join(dir, "dormer.exe") || len(e.Args) != 3 || e.Args[0] != "--hidden" {
		t.Errorf("it starts %q with %q", e.Program, e.Args)
	}
	if e := c.entryOf(filepath.Join(dir, "dormer")); e.Program != filepath.Join(dir, "dormer") {
		t.Errorf("it starts %q", e.Program)
	}
}
