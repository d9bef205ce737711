//go:build unix

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"dormer/internal/hover"
	"dormer/internal/notify/bustest"
	"dormer/internal/simulator"
)

// What stands on the session's bus.
const (
	notifications     = bustest.Notifications
	notificationsPath = bustest.NotificationsPath
	busConfig         = bustest.Config
)

// desktop is a notification service on a session bus of this computer's own.
// It shows nothing and remembers all.
type desktop struct {
	t    *testing.T
	conn *dbus.Conn
	bus  *exec.Cmd // the session's bus

	mu     sync.Mutex // protects what follows
	shown  []notice
	closed []uint32      // ids that were taken back
	hangs  chan struct{} // not nil: nothing is answered before it is closed
}

type notice struct {
	ID uint32
	bustest.Notice
}

// desktop gives the computer a desktop: whatever is run from now on finds it.
func (c *computer) desktop() *desktop {
	c.t.Helper()
	d := c.session()
	d.serve()
	return d
}

// session gives the computer a session of a desktop, in which nobody shows
// notifications yet.
func (c *computer) session() *desktop {
	c.t.Helper()
	d := &desktop{t: c.t}
	address, stop, err := bustest.Start(c.dir, func(daemon *exec.Cmd) {
		dieWithUs(daemon)
		daemon.Stderr = c.t.Output()
		d.bus = daemon
	})
	if errors.Is(err, exec.ErrNotFound) {
		c.t.Skip("there is no dbus-daemon here: the desktop of Linux cannot be told")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(stop)
	c.env["DBUS_SESSION_BUS_ADDRESS"] = address

	if d.conn, err = dbus.Connect(address); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = d.conn.Close() }) // of no consequence any more
	return d
}

// serve has the notification service begin.
func (d *desktop) serve() {
	d.t.Helper()
	if err := bustest.Serve(d.conn, bustest.Service{Capabilities: []string{"actions", "body"}, Show: d.show, Close: d.takeBack}); err != nil {
		d.t.Fatal(err)
	}
}

// hang has the notification service answer nothing until the test's end.
func (d *desktop) hang() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hangs = make(chan struct{})
	d.t.Cleanup(func() { close(d.hangs) })
}

func (d *desktop) show(n bustest.Notice) (id uint32) {
	d.mu.Lock()
	hangs := d.hangs
	d.mu.Unlock()
	if hangs != nil {
		<-hangs
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if id = n.Replaces; id == 0 {
		id = uint32(len(d.shown) + 1)
	}
	d.shown = append(d.shown, notice{id, n})
	return id
}

func (d *desktop) takeBack(id uint32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = append(d.closed, id)
}

// takenBack gives the ids of the notifications that Dormer has taken back.
func (d *desktop) takenBack() []uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.closed)
}

// all gives the notifications that were shown.
func (d *desktop) all() []notice {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.shown)
}

// press presses a notification's button.
func (d *desktop) press(n notice, action string) {
	d.t.Helper()
	if err := d.conn.Emit(notificationsPath, notifications+".ActionInvoked", n.ID, action); err != nil {
		d.t.Fatal(err)
	}
}

// opener puts a program in the place of xdg-open that only writes down what it
// was to open, and gives how to read that: the argument, and the environment
// that it got.
func (c *computer) opener() func() (opened []string, environment string) {
	c.t.Helper()
	script := fmt.Sprintf("#!/bin/sh\nexport -p >>'%[1]s.env'\nprintf '%%s\\n' \"$@\" >>'%[1]s'\n", c.path("opened"))
	if err := os.WriteFile(c.path("bin", "xdg-open"), []byte(script), 0o700); err != nil {
		c.t.Fatal(err)
	}
	return func() ([]string, string) {
		opened, _ := os.ReadFile(c.path("opened")) // nothing was opened yet
		env, _ := os.ReadFile(c.path("opened.env"))
		return strings.Split(strings.TrimSuffix(string(opened), "\n"), "\n"), string(env)
	}
}

func TestTheDesktopIsToldAndItsButtonOpensThePDF(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{
		{ID: "31", State: hover.JobWorking}, {ID: "32", State: hover.JobWorking}, {ID: "33", State: hover.JobWorking},
	}})
	desktop, opened := c.desktop(), c.opener()
	c.signedIn()
	shown := func(n int) notice {
		t.Helper()
		eventually(t, "a notification", func() bool { return len(desktop.all()) >= n })
		return desktop.all()[n-1]
	}
	complete := func(id hover.JobID) {
		t.Helper()
		if err := c.hover.CompleteJob(id); err != nil {
			t.Fatal(err)
		}
	}
	complete("31")
	first := shown(1)
	alert := c.told(1)[0]
	if first.App != "Dormer" || first.Summary != alert.Title || first.Body != alert.Body || first.Replaces != 0 {
		t.Errorf("shown: %+v\nthe inbox has: %+v", first, alert)
	}
	if want := []string{"open-pdf", "Open PDF", "show-job", "Show job", "default", "Show job"}; !slices.Equal(first.Actions, want) {
		t.Errorf("its buttons are %q, want %q", first.Actions, want)
	}
	if urgency := first.Hints["urgency"].Value(); urgency != byte(1) {
		t.Errorf("its urgency is %v", urgency)
	}

	desktop.press(first, "open-pdf")
	eventually(t, "the PDF opens", func() bool { got, _ := opened(); return got[0] != "" })
	got, env := opened()
	if len(got) != 1 || row[jobJSON](c, "job", "31").pdfs()[got[0]] == "" {
		t.Errorf("opened was %q, want the PDF of job 31: %v", got, row[jobJSON](c, "job", "31").pdfs())
	}
	c.remember()
	for what, secret := range c.secrets {
		if strings.Contains(env, secret) {
			t.Errorf("the child's environment has %s", what)
		}
	}
	if !strings.Contains(env, "DORMER_DATA_DIR") {
		t.Errorf("this was to be the child's environment: %s", env)
	}

	if err := c.hover.FailJob("33", "Too few photos."); err != nil {
		t.Fatal(err)
	}
	failure := shown(2)
	if failure.Hints["urgency"].Value() != byte(2) || !strings.Contains(failure.Body, "Too few photos.") || failure.Replaces != 0 {
		t.Errorf("a failure is shown as %+v", failure)
	}

	// The third within a minute stands for all three.
	complete("32")
	sum := shown(3)
	if sum.Summary != "Just now: 2 jobs were measured, 1 could not be measured" || sum.Hints["urgency"].Value() != byte(2) || sum.Replaces != first.ID {
		t.Errorf("three are shown as %+v", sum)
	}
	eventually(t, "the failure's notification is taken back", func() bool { return slices.Equal(desktop.takenBack(), []uint32{failure.ID}) })
	c.told(3)
	c.stop()
	if all := desktop.all(); len(all) != 3 {
		t.Errorf("shown were %+v", all)
	}
}
