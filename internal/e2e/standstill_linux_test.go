package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// Whatever stands still on a computer, the news go on: they are answered, told,
// and Dormer ends when it is told to.

// deliveries posts so many events, as many at once as Hover might.
func (c *computer) deliveries(n int) {
	c.t.Helper()
	var next, answered atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for next.Add(1) <= int64(n) {
				if c.post("51", hover.JobWorking) == http.StatusOK {
					answered.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := int(answered.Load()); got != n {
		c.t.Errorf("%d of %d deliveries were answered", got, n)
	}
}

func TestATerminalThatNobodyReadsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	unread, terminal, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	if _, err := unix.FcntlInt(terminal.Fd(), unix.F_SETPIPE_SZ, 4096); err != nil { // it is full soon
		t.Fatal(err)
	}
	c := newComputer(t, aHouse())
	c.terminal = terminal
	c.signedIn()
	_ = terminal.Close() // the process has its own
	c.deliveries(2_000)
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.stopsInTime()

	said, err := io.ReadAll(unread)
	if err != nil || strings.Contains(string(said), "ALERT ") {
		t.Errorf("the pipe was not full when the house was told (%v):\n%s", err, said)
	}
	file, err := os.ReadFile(filepath.Join(c.data, "dormer.log"))
	if err != nil || !strings.Contains(string(file), "ALERT ") {
		t.Errorf("dormer.log (%v) does not have the alert:\n%s", err, file)
	}
}

func TestADesktopThatHangsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	for name, hang := range map[string]func(*desktop){
		"its notification service does not answer": (*desktop).hang,
		"its bus is stopped": func(d *desktop) {
			if err := d.bus.Process.Signal(syscall.SIGSTOP); err != nil {
				d.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, aHouse())
			d := c.desktop()
			c.signedIn()
			hang(d)
			c.deliveries(2_000)
			if err := c.hover.CompleteJob("51"); err != nil {
				t.Fatal(err)
			}
			c.await("the alert is in the inbox and in the log", func(*control.Client) bool {
				return len(rows[alertJSON](c, "alerts")) == 1 && strings.Contains(c.log(), "ALERT ")
			})
			if a := rows[alertJSON](c, "alerts")[0]; a.ShownAt != "" {
				t.Errorf("nobody was shown it: %+v", a)
			}
			c.stopsInTime()
		})
	}
}

// TestAViewerThatHangsHoldsUpNothing: a click on a notification has a viewer come up
// that never does.
func TestAViewerThatHangsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	d, opened := c.desktop(), c.opener()
	hang, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no program here that can hang: ", err)
	}
	script, err := os.OpenFile(c.path("bin", "xdg-open"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(script, "exec %s 300\n", hang)
	if err := errors.Join(err, script.Close()); err != nil {
		t.Fatal(err)
	}
	c.signedIn()
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a notification", func() bool { return len(d.all()) > 0 })
	c.told(1)
	d.press(d.all()[0], "open-pdf")
	eventually(t, "the viewer is started", func() bool { got, _ := opened(); return got[0] != "" })
	c.stopsInTime() // with exit code 0
}

func TestANotificationServiceThatStartsAfterDormerIsGivenTheAlert(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	d := c.session()
	c.signedIn()
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	c.await("the alert is in the inbox", func(*control.Client) bool { return len(rows[alertJSON](c, "alerts")) == 1 })
	if a := rows[alertJSON](c, "alerts")[0]; a.ShownAt != "" {
		t.Errorf("nobody was shown it: %+v", a)
	}
	d.serve()
	if a := c.told(1)[0]; len(d.all()) != 1 || d.all()[0].Summary != a.Title {
		t.Errorf("the inbox has %+v, shown were %+v", a, d.all())
	}
	c.settled()
}

// gone has the network drive go on which a folder lies: whoever asks that folder
// is held, until the test's end. It is a file system that is mounted there and
// whose server answers nothing.
func (c *computer) gone(dir string) {
	c.t.Helper()
	server, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		c.t.Skip("no file system can be made to hang here: ", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", server.Fd(), os.Getuid(), os.Getgid())
	if err := syscall.Mount("drive", dir, "fuse", 0, options); err != nil {
		_ = server.Close() // nothing was served
		c.t.Skip("no file system can be mounted here: ", err)
	}
	c.t.Cleanup(func() { // before the directory is deleted
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			c.t.Error(err)
		}
		_ = server.Close() // whoever is held still gets an error
	})
}

func TestADownloadFolderThatDoesNotAnswerHoldsUpNothing(t *testing.T) {
	t.Parallel()
	account := aHouse()
	account.Jobs = append(account.Jobs, simulator.JobSpec{ID: "52", State: hover.JobWorking})
	c := newComputer(t, account)
	c.signedIn()
	if err := c.hover.CompleteJob("52"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.settled()
	c.gone(c.downloads)
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	c.told(2)
	if n := len(rows[jobJSON](c, "jobs")); n != 2 {
		t.Errorf("%d jobs are listed", n)
	}
	c.await("the lamp says it", func(*control.Client) bool {
		state, says := row[statusJSON](c, "status").lamp("disk")
		return state == "amber" && strings.Contains(says, "does not answer")
	})
	if a := c.dormer("get", "52"); a.code != 1 || !strings.Contains(a.said, "does not answer") {
		t.Error(a)
	}
	c.deliveries(2_000) // last: to ask about so many is all that Hover allows
	c.stopsInTime()
}
