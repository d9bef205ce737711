package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bare gives a program of ours in an environment that holds almost nothing, as a
// service of the system has it.
func (c *computer) bare(args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + c.path("bin"), "TMPDIR=" + c.dir}
	return cmd
}

func TestAHangUpStopsDormerCleanly(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse()).signedIn()
	if err := c.process.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if code := c.process.wait(t, 10*time.Second); code != 0 {
		t.Errorf("after SIGHUP it ended with %s", c.process.ProcessState)
	}
	c.process = nil
	c.start()
	if strings.Contains(c.log(), "not closed in order") {
		t.Error("the database was left open")
	}
}

func TestWithoutAHomeTheOneOfThePasswordFileCounts(t *testing.T) {
	t.Parallel()
	me, err := user.Current()
	if err != nil || me.HomeDir == "" {
		t.Skip("this user has no home in the password file")
	}
	c := newComputer(t, aHouse())
	out, _ := c.bare("status", "--timeout", "1s").CombinedOutput() // it may run there or not
	if _, err := os.Stat("/.local/share/dormer"); err == nil {
		t.Error("something was written at the root of the disk")
	}
	if !strings.Contains(string(out), me.HomeDir+"/.local/share/dormer") {
		t.Errorf("it looks in another place than %s: %s", me.HomeDir, out)
	}
}

func TestNobodyStartsASessionBus(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	launched := c.path("launched")
	script := fmt.Sprintf("#!/bin/sh\necho \"$0 $*\" >>'%s'\nexit 1\n", launched)
	for _, name := range []string{"dbus-launch", "dbus-daemon", "gnome-keyring-daemon"} {
		if err := os.WriteFile(c.path("bin", name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"config", "set", "quiet_hours", "22:00-06:00"}, {"doctor"}, {"run", "--headless", "--demo", "--stop-after", "1"},
	} {
		cmd := c.bare(append(args, "--data-dir", c.path("bare"), "--download-dir", c.path("bare-files"))...)
		cmd.Env = append(cmd.Env, "HOME="+c.path("home"))
		if out, err := cmd.CombinedOutput(); err != nil && args[0] != "doctor" { // which finds no sign-in
			t.Errorf("dormer %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	if b, err := os.ReadFile(launched); err == nil {
		t.Errorf("started were:\n%s", b)
	}
}
