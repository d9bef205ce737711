package crash

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestACrashIsWrittenDownAndToldOfAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	if os.Getenv("CRASH_IN") != "" {
		if _, err := Watch(os.Getenv("CRASH_IN"), "crash"); err != nil {
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
	c, err := Watch(dir, "crash")
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(dir, "crash-last.log"))
	if err != nil || !strings.Contains(string(said), "the roof came down") || c.Last != filepath.Join(dir, "crash-last.log") {
		t.Errorf("what is kept, as %s: %q, %v", c.Last, said, err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Watch(dir, "crash")
	if err != nil || again.Last != "" {
		t.Errorf("an orderly end is told of as a crash, %s, %v", again.Last, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "crash.log")); err == nil {
		t.Error("an empty log of crashes is left behind")
	}
}

func TestWithoutADataFolderCrashesAreNotWrittenDown(t *testing.T) {
	c, err := Watch(filepath.Join(t.TempDir(), "missing"), "crash")
	if err == nil {
		t.Error("nobody said so")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}
