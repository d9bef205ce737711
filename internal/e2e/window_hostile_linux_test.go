package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// windowProcess gives the process of the window that Dormer keeps; 0 if there is
// none.
func (s *screen) windowProcess() int { return s.windowProcessOf(false) }

// windowProcessOf gives that of Dormer or of its demo.
func (s *screen) windowProcessOf(demo bool) int {
	s.t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, path := range all {
		line, _ := os.ReadFile(path) // it may have ended
		env, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "environ"))
		args := strings.Split(string(line), "\x00")
		if len(args) > 1 && args[1] == "window" && slices.Contains(args, "--demo") == demo && strings.Contains(string(env), "DORMER_DATA_DIR="+s.data+"\x00") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path))) // the pattern has only numbers
			return pid
		}
	}
	return 0
}

// signal sends the window's process a signal, and gives it.
func (s *screen) signal(sig syscall.Signal) int {
	s.t.Helper()
	pid := s.windowProcess()
	if pid == 0 {
		s.t.Fatal("there is no window")
	}
	if err := syscall.Kill(pid, sig); err != nil {
		s.t.Fatal(err)
	}
	return pid
}

// opens starts Dormer once more, as a click on its icon does, until the window is
// drawn.
func (s *screen) opens() {
	s.t.Helper()
	again(s.t, "the window is drawn", func() {}, func() bool { return s.second().wait(s.t, patience) == 0 })
}

// TestAWindowMayBeKilledOrStoppedAtAnyMoment while Hover delivers: nothing is lost and
// nothing told twice, no lamp changes, and Dormer ends in time. DORMER_SOAK_WINDOWS is
// how often; one in four hangs until it is ended for that.
func TestAWindowMayBeKilledOrStoppedAtAnyMoment(t *testing.T) {
	t.Parallel()
	rounds := 4
	if n, err := strconv.Atoi(os.Getenv("DORMER_SOAK_WINDOWS")); err == nil {
		rounds = n
	}
	account := simulator.Account{Jobs: []simulator.JobSpec{{ID: "51", State: hover.JobWorking}}}
	for i := range rounds {
		account.Jobs = append(account.Jobs, simulator.JobSpec{ID: hover.JobID(fmt.Sprint(100 + i)), State: hover.JobWorking})
	}
	s := newScreen(t, account)
	s.panel()
	s.signedIn()
	s.stop()
	s.open("--hidden")
	s.within(patience, "it is ready", s.isReady)
	s.caughtUp()
	before := row[statusJSON](s.computer, "status").Inbox.Events

	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		s.deliveries(100 * rounds)
	}()
	for i := range rounds {
		s.opens()
		if err := s.hover.CompleteJob(hover.JobID(fmt.Sprint(100 + i))); err != nil {
			t.Fatal(err)
		}
		if i%4 != 3 {
			pid := s.signal(syscall.SIGKILL)
			eventually(t, "the window has gone", func() bool { return s.windowProcess() != pid })
			continue
		}
		pid := s.signal(syscall.SIGSTOP)
		if code := s.second().wait(t, patience); code != 1 || !strings.Contains(s.log(), fmt.Sprintf("(process %d) does not answer", pid)) {
			t.Errorf("a start beside a window that hangs ended with %d", code)
		}
		eventually(t, "the window is opened anew", func() bool { now := s.windowProcess(); return now != 0 && now != pid })
	}
	<-delivered
	if !s.asked(s.isReady) {
		t.Error("it is not ready any more")
	}
	s.settled()
	for _, l := range row[statusJSON](s.computer, "status").Lamps {
		if l.State != "green" {
			t.Errorf("the lamp %s is %s: %s", l.Name, l.State, l.Says)
		}
	}
	if got := row[statusJSON](s.computer, "status").Inbox.Events - before; got < 100*rounds {
		t.Errorf("%d events are stored of %d", got, 100*rounds)
	}
	told := map[string]int{}
	for _, a := range s.told(rounds) {
		if a.Kind != "summary" {
			told[a.JobID]++
		}
	}
	for i := range rounds {
		if id := fmt.Sprint(100 + i); told[id] != 1 {
			t.Errorf("job %s was told %d times", id, told[id])
		}
	}

	s.opens()
	s.signal(syscall.SIGSTOP)
	pid := s.windowProcess()
	s.stopsInTime()
	eventually(t, "the stopped window has gone", func() bool { return s.windowProcess() != pid })
}

// asked asks the running Dormer something.
func (c *computer) asked(what func(*control.Client) bool) (yes bool) {
	c.await("an answer", func(d *control.Client) bool {
		yes = what(d)
		return true
	})
	return yes
}

// TestAWindowOutlivesAWatcherThatWasKilled: the next one takes it over.
func TestAWindowOutlivesAWatcherThatWasKilled(t *testing.T) {
	t.Parallel()
	s := newScreen(t, simulator.Account{})
	s.panel()
	s.signedIn()
	s.stop()
	s.open()
	s.shows("Dormer")
	s.within(patience, "it is ready", s.isReady)
	pid := s.windowProcess()
	s.kill()
	s.open("--hidden")
	s.within(patience, "it is ready", s.isReady)
	s.opens()
	if now := s.windowProcess(); now != pid {
		t.Errorf("the window was process %d, and is %d", pid, now)
	}
	s.stopsInTime()
	eventually(t, "the window has gone", func() bool { return s.windowProcess() == 0 })
}

// TestAWindowComesToTheDisplayThatAsksForIt: a second session of the same person.
func TestAWindowComesToTheDisplayThatAsksForIt(t *testing.T) {
	t.Parallel()
	s := newScreen(t, simulator.Account{})
	s.panel()
	s.signedIn()
	s.stop()
	s.open()
	s.shows("Dormer")
	first := s.env["DISPLAY"]
	s.env["DISPLAY"] = s.xvfb()
	s.opens()
	s.shows("Dormer")
	s.env["DISPLAY"] = first
	s.hides("Dormer")
	s.stopsInTime()
}
