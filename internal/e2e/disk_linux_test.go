package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// fill lets the running Dormer write to no file any more, as on a full disk;
// freed undoes it.
func (c *computer) fill() (freed func()) {
	c.t.Helper()
	pid := c.process.Process.Pid
	var before unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &before); err != nil {
		c.t.Fatal(err)
	}
	full := before
	full.Cur = 0
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &full, nil); err != nil {
		c.t.Fatal(err)
	}
	return func() {
		if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &before, nil); err != nil {
			c.t.Error(err)
		}
	}
}

func TestOnAFullDiskNothingIsAnswered200AndALampSaysSo(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "11", State: hover.JobWorking}}}).signedIn()
	if status := c.post("11", hover.JobProcessing); status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	c.settled()
	c.await("today's backup is made", func(*control.Client) bool { // one that fails is tried again after an hour
		made, err := filepath.Glob(filepath.Join(c.data, "backups", "dormer-*.db"))
		return err == nil && len(made) > 0
	})
	events := len(rows[eventJSON](c, "events"))
	freed := c.fill()
	for range 5 {
		if status := c.post("11", hover.JobWorking); status != http.StatusServiceUnavailable {
			t.Errorf("an event that cannot be stored is answered %d", status)
		}
	}
	s := row[statusJSON](c, "status")
	if state, says := s.lamp("disk"); state != "red" || !strings.Contains(says, "cannot be stored") || s.State == "ready" {
		t.Errorf("the state is %s, the disk lamp %s: %s", s.State, state, says)
	}
	if n := len(rows[eventJSON](c, "events")); n != events {
		t.Errorf("there are %d events of %d", n, events)
	}
	// What happens meanwhile is not posted again: Hover does not repeat itself.
	if err := c.hover.CompleteJob("11"); err != nil {
		t.Fatal(err)
	}
	if err := c.hover.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}

	freed()
	c.ask("status", "--wait", "ready", "--timeout", patience.String()) // by itself: nothing is posted
	s = row[statusJSON](c, "status")
	if state, says := s.lamp("disk"); state != "green" {
		t.Errorf("with space again the disk lamp is %s: %s", state, says)
	}
	c.knows("11", hover.JobCompleted)
	if a := c.told(1); len(a) != 1 || a[0].Kind != "completed" {
		t.Errorf("told was %+v", a)
	}
	if status := c.post("11", hover.JobCompleted); status != http.StatusOK {
		t.Errorf("an event is answered %d", status)
	}
	c.await("the event is there", func(*control.Client) bool { return len(rows[eventJSON](c, "events")) > events })
}
