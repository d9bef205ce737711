//go:build !nogui

package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestACrashIsWrittenDownAndToldOfAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	if os.Getenv("CRASH_IN") != "" {
		if _, err := watchCrashes(os.Getenv("CRASH_IN")); err != nil {
			t.Fatal(err)
		}
		panic("the roof came down")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	crash := exec.Command(self, "-test.run", "^"+t.Name()+"$")
	crash.Env = append(os.Environ(), "CRASH_IN="+dir)
	if out, err := crash.CombinedOutput(); err == nil {
		t.Fatalf("it did not crash: %s", out)
	}
	c, err := watchCrashes(dir)
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(dir, "crash-last.log"))
	if err != nil || !strings.Contains(string(said), "the roof came down") || c.last != filepath.Join(dir, "crash-last.log") {
		t.Errorf("what is kept, as %s: %q, %v", c.last, said, err)
	}
	if err := c.end(); err != nil {
		t.Fatal(err)
	}
	again, err := watchCrashes(dir)
	if err != nil || again.last != "" {
		t.Errorf("an orderly end is told of as a crash, %s, %v", again.last, err)
	}
	if err := again.end(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "crash.log")); err == nil {
		t.Error("an empty log of crashes is left behind")
	}
}

func TestWithoutADataFolderCrashesAreNotWrittenDown(t *testing.T) {
	c, err := watchCrashes(filepath.Join(t.TempDir(), "missing"))
	if err == nil {
		t.Error("nobody said so")
	}
	if err := c.end(); err != nil {
		t.Error(err)
	}
}
