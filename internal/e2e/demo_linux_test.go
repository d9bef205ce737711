package e2e

import (
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/simulator"
)

// TestTheDesktopsDemoIsTriedAndLeftAgain is somebody who only looks: from the
// first step of the first run into the demo, to its first house, out of it again,
// and on with the first run where they left it.
func TestTheDesktopsDemoIsTriedAndLeftAgain(t *testing.T) {
	t.Parallel()
	needs(t, "import")
	s := newScreen(t, simulator.Account{})
	s.kept = func() (map[string]string, error) { return nil, nil } // nobody signs in
	s.panel()
	s.open()
	s.shows("Dormer")
	first, _ := s.window("Dormer")
	s.drawsContinue(first)

	// The keyboard is on "Continue". Before it come the language and the demo.
	began := time.Now()
	s.press("shift+Tab", "shift+Tab", "Return")
	pid := s.demoRuns()
	var window string
	eventually(t, "the demo's window, on the page of the jobs, with the keyboard", func() bool {
		list := s.demosWindows()
		if len(list) != 1 {
			return false
		}
		window = list[0]
		return s.has(window, image.Rect(10, 60, 180, 100), slate) > 2000 && s.hasKeyboard(window)
	})
	t.Logf("its window after %s", time.Since(began).Round(time.Millisecond))

	// Its houses are there, and the first is told, while nothing leaves the machine.
	eventually(t, "the demo's first house is told", func() bool {
		s.staysHere(pid)
		return slices.ContainsFunc(s.heard.list(), func(n notice) bool { return strings.Contains(n.Summary, "1420 Sycamore Lane") })
	})
	t.Logf("its first house after %s", time.Since(began).Round(time.Millisecond))
	if jobs := rows[jobJSON](s.computer, "jobs", "--demo"); len(jobs) < 10 {
		t.Errorf("the demo has %d houses", len(jobs))
	}
	s.ask("status", "--demo", "--wait", "ready", "--timeout", patience.String())
	eventually(t, "the mark of a house that is measured", func() bool { return s.has(window, image.Rect(190, 110, 240, 160), done) > 100 })
	s.picture("demo")
	if n := len(s.hover.Requests()) + s.ngrok.Stats().Connections; n != 0 {
		t.Errorf("the demo asked %d times elsewhere", n)
	}
	if jobs := rows[jobJSON](s.computer, "jobs"); len(jobs) != 0 {
		t.Errorf("the demo's houses are among the person's own: %+v", jobs)
	}

	// It ends by itself alone, and the first run goes on.
	s.press("ctrl+q")
	eventually(t, "the demo's end", func() bool { return len(s.demosWindows()) == 0 && s.dormer("status", "--demo").code == 3 })
	s.drawsContinue(first)
	s.picture("demo-left")
	s.press("Tab", "Tab")
	s.goOn("the first run goes on", func(d *control.Client) bool {
		return strings.Contains(s.remembered(d, "wizard"), `"step":"tunnel"`)
	})
	if lines := s.fyneComplains(); len(lines) > 0 {
		t.Errorf("Fyne complains: %s", strings.Join(lines, "\n"))
	}
}

// Two colours of the window in light.
var (
	slate = color.NRGBA{0x2b, 0x67, 0x77, 0xff}
	done  = color.NRGBA{0xe3, 0xf1, 0xe8, 0xff}
)

// drawsContinue waits until a window has the keyboard and its first run offers to
// go on: all of the step has been drawn then, and something has the focus.
func (s *screen) drawsContinue(window string) {
	s.t.Helper()
	eventually(s.t, "a step that offers to go on", func() bool { return s.offersToGoOn(window) })
}

// offersToGoOn says whether a window has the keyboard, and its first run a button
// that goes on.
func (s *screen) offersToGoOn(window string) bool {
	s.t.Helper()
	return s.has(window, image.Rect(800, 600, 1180, 760), slate) > 500 && s.hasKeyboard(window)
}

// hasKeyboard says whether what is typed goes to a window.
func (s *screen) hasKeyboard(window string) bool {
	id, err := s.x("xdotool", "getwindowfocus")
	return err == nil && id == window
}

// demosWindows gives the windows of the demo that can be seen.
func (s *screen) demosWindows() []string {
	pid := s.windowProcessOf(true)
	if pid == 0 {
		return nil
	}
	out, _ := s.x("xdotool", "search", "--all", "--onlyvisible", "--pid", strconv.Itoa(pid), "--name", "^Dormer$") // it fails if there is none
	return strings.Fields(out)
}

// demoRuns waits until there is a demo, and gives its process. It ends with the
// test.
func (s *screen) demoRuns() (pid int) {
	s.t.Helper()
	eventually(s.t, "the demo runs", func() bool {
		d, err := control.Dial(s.t.Context(), filepath.Join(s.data, "demo", "control.sock"))
		if err != nil {
			return false
		}
		defer d.Close()
		pid = d.Info().PID
		return true
	})
	s.t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGKILL) }) // it should have ended
	return pid
}

// staysHere checks that no connection of a process leads to another machine, and
// that none can come from one.
func (s *screen) staysHere(pid int) {
	s.t.Helper()
	own := map[string]bool{}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("the demo has ended: %v", err)
	}
	for _, f := range files {
		if to, err := os.Readlink(f); err == nil { // it may have been closed just now
			own[to] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		list, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			s.t.Fatal(err)
		}
		for line := range strings.Lines(string(list)) {
			fields := strings.Fields(line) // number, here, there, …, inode
			if len(fields) < 10 || !own["socket:["+fields[9]+"]"] {
				continue
			}
			if here := address(fields[1]); !here.IsLoopback() {
				s.t.Errorf("the demo has a connection of %s at %s", table, here)
			}
		}
	}
}

// address reads an address and port as the kernel's tables have them: in words of
// four bytes, each the wrong way round.
func address(table string) netip.Addr {
	digits, _, _ := strings.Cut(table, ":")
	b, err := hex.DecodeString(digits)
	if err != nil {
		return netip.Addr{}
	}
	for word := range slices.Chunk(b, 4) {
		slices.Reverse(word)
	}
	addr, _ := netip.AddrFromSlice(b)
	return addr.Unmap()
}

// near says whether two colours are the same but for what a driver rounds.
func near(a, b color.NRGBA) bool {
	for _, of := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}} {
		if max(of[0], of[1])-min(of[0], of[1]) > 3 {
			return false
		}
	}
	return true
}

// has counts the pixels of a colour in a part of a window, none if it cannot be
// seen.
func (s *screen) has(window string, part image.Rectangle, of color.NRGBA) (n int) {
	s.t.Helper()
	return len(s.points(window, part, of))
}

// points gives where a part of the window has a colour, or nearly.
func (s *screen) points(window string, part image.Rectangle, of color.NRGBA) (at []image.Point) {
	s.t.Helper()
	path := s.path("look.png")
	if _, err := s.x("import", "-window", window, path); err != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		s.t.Fatal(err)
	}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if near(color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA), of) {
				at = append(at, image.Pt(x, y))
			}
		}
	}
	return at
}
