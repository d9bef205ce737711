package e2e

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/notify/bustest"
	"dormer/internal/simulator"
)

// printer is a desktop's portal that writes down what it is to print and to mail.
type printer struct {
	mu      sync.Mutex // protects all below
	titles  []string
	pages   []string
	letters []bustest.Letter
}

// portal puts a desktop's portal on the screen's bus.
func (s *screen) portal() *printer {
	s.t.Helper()
	p := &printer{}
	stop, err := bustest.Portal{
		Print: func(title, content string) uint32 {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.titles, p.pages = append(p.titles, title), append(p.pages, content)
			return 0
		},
		Mail: func(l bustest.Letter) uint32 {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.letters = append(p.letters, l)
			return 0
		},
	}.Serve(s.env["DBUS_SESSION_BUS_ADDRESS"])
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(stop)
	return p
}

// has says how much was printed and mailed.
func (p *printer) has() (pages, letters int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pages), len(p.letters)
}

// aCustomersHouse is one with all that is known of a customer.
func aCustomersHouse(id hover.JobID) simulator.JobSpec {
	return simulator.JobSpec{
		ID: id, State: hover.JobWorking, Customer: hover.Customer{Name: "Ann Lee", Email: "ann@example.com", Phone: "3175550100"},
		Address: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"},
	}
}

// answers waits for a notification with some words in its title, and presses it.
func (s *screen) answers(words string) {
	s.t.Helper()
	eventually(s.t, "a notification: "+words, func() bool {
		for _, n := range s.heard.list() {
			if strings.Contains(n.Summary, words) {
				return true
			}
		}
		return false
	})
	s.pressNotification()
}

// TestFromANotificationToAPrintedPage is a house that is measured: the notification
// leads to its page, the keyboard from there to the printer and into a letter.
func TestFromANotificationToAPrintedPage(t *testing.T) {
	t.Parallel()
	s := newScreenPressing(t, simulator.Account{Jobs: []simulator.JobSpec{aCustomersHouse("71")}}, engine.ActShowJob)
	paper := s.portal()
	s.panel()
	s.signedIn()
	s.stop()
	s.open()
	s.shows("Dormer")
	s.within(patience, "it is ready", s.isReady)
	s.caughtUp()
	if err := s.hover.CompleteJob("71"); err != nil {
		t.Fatal(err)
	}
	s.answers("is measured")
	again(t, "a printed page", func() { s.press("ctrl+p") }, func() bool { pages, _ := paper.has(); return pages > 0 })
	again(t, "a letter", func() { s.press("ctrl+e") }, func() bool { _, letters := paper.has(); return letters > 0 })
	s.picture("handed-over")

	pdfs := pdfsBelow(t, s.downloads)
	if len(pdfs) != 1 {
		t.Fatalf("on disk: %q", pdfs)
	}
	saved, err := os.ReadFile(pdfs[0])
	if err != nil {
		t.Fatal(err)
	}
	paper.mu.Lock()
	defer paper.mu.Unlock()
	if paper.pages[0] != string(saved) || paper.titles[0] != filepath.Base(pdfs[0]) {
		t.Errorf("printed was %q, %d bytes", paper.titles[0], len(paper.pages[0]))
	}
	l := paper.letters[0]
	if len(l.Attached) != 1 || l.Attached[0] != string(saved) || !strings.Contains(l.Subject, "1420 Sycamore Lane") || !strings.Contains(l.Body, "Roof: ") {
		t.Errorf("the letter is %q: %q with %d files", l.Subject, l.Body, len(l.Attached))
	}
	s.await("its alert is read", func(d *control.Client) bool {
		n, err := d.Unread(t.Context())
		return err == nil && n == 0
	})
}

// TestFromAFailedHouseToASentCaptureRequest is a house that could not be measured: the
// notification leads to its page, and from there the form is filled in and sent.
func TestFromAFailedHouseToASentCaptureRequest(t *testing.T) {
	t.Parallel()
	needs(t, "import")
	s := newScreenPressing(t, simulator.Account{Jobs: []simulator.JobSpec{aCustomersHouse("72")}}, engine.ActShowJob)
	s.panel()
	s.signedIn()
	s.stop()
	s.open()
	s.shows("Dormer")
	s.within(patience, "it is ready", s.isReady)
	s.caughtUp()
	if err := s.hover.FailJob("72", "Not enough photos of the rear side."); err != nil {
		t.Fatal(err)
	}
	s.answers("could not be measured")
	window, _ := s.window("Dormer")
	mark := color.NRGBA{0xf8, 0xe3, 0xe1, 0xff} // of what failed
	eventually(t, "the house's own page", func() bool { return s.has(window, image.Rect(620, 60, 1170, 360), mark) > 50 })
	asked := func(d *control.Client) bool {
		list, err := d.Captures(t.Context())
		return err == nil && len(list) == 1 && list[0].Name == "Ann Lee" && list[0].Email == "ann@example.com" &&
			strings.Contains(list[0].Phone, "555") && strings.Contains(list[0].Address, "1420 Sycamore Lane")
	}
	press := patiently(func() { s.press("ctrl+n", "Return") })
	s.await("a capture request that is sent", func(d *control.Client) bool {
		if asked(d) {
			return true
		}
		press()
		return false
	})
	s.picture("new-photos")
	if n := len(s.hover.Captures()); n != 1 {
		t.Errorf("%d requests are at Hover", n)
	}
}
