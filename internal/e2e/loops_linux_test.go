package e2e

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/notify/bustest"
	"dormer/internal/simulator"
	"dormer/internal/tell"
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

// strong is the colour of the one button that leads on, in the light theme.
var strong = color.NRGBA{0x2b, 0x67, 0x77, 0xff}

// clickStrong clicks the strong button in a part of the window, and says whether there
// is one.
func (s *screen) clickStrong(window string, part image.Rectangle) bool {
	s.t.Helper()
	at := s.points(window, part, strong)
	if len(at) < 500 {
		return false
	}
	s.point(click(window, "1", at[len(at)/2])...)
	return true
}

// click is the words by which xdotool clicks with a button of the mouse.
func click(window, button string, at image.Point) []string {
	return []string{"mousemove", "--window", window, strconv.Itoa(at.X), strconv.Itoa(at.Y), "click", button}
}

// point moves the pointer and clicks.
func (s *screen) point(words ...string) {
	s.t.Helper()
	if _, err := s.x("xdotool", words...); err != nil {
		s.t.Fatal(err)
	}
}

// Where the first job's row is, and how far its menu's entries are from where it was
// asked for.
var firstRow = image.Pt(390, 165)

const (
	menuTop    = 18
	menuHeight = 39
	menuPrint  = 3
	menuMail   = 4
)

// rowMenu clicks an entry of the first row's menu. One that is late is asked for again.
func (s *screen) rowMenu(window string, entry int) {
	s.t.Helper()
	s.press("Escape") // what may be open still
	entryAt := firstRow.Add(image.Pt(40, menuTop+entry*menuHeight))
	s.point(slices.Concat(click(window, "3", firstRow), []string{"sleep", "1"}, click(window, "1", entryAt))...)
}

// TestFromANotificationToAPrintedPage is a house that is measured: the notification
// leads to its page, the keyboard from there to the printer and into a letter, and so does
// the pointer.
func TestFromANotificationToAPrintedPage(t *testing.T) {
	t.Parallel()
	s := newScreenPressing(t, simulator.Account{Jobs: []simulator.JobSpec{aCustomersHouse("71")}}, tell.ActShowJob)
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
	window, _ := s.window("Dormer")
	pages, letters := paper.has()
	again(t, "a page that the pointer has printed", func() { s.rowMenu(window, menuPrint) }, func() bool { n, _ := paper.has(); return n > pages })
	again(t, "a letter by the pointer", func() { s.rowMenu(window, menuMail) }, func() bool { _, n := paper.has(); return n > letters })

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
// notification leads to its page, and from there the form is filled in and sent, by the
// keyboard and by the pointer.
func TestFromAFailedHouseToASentCaptureRequest(t *testing.T) {
	t.Parallel()
	needs(t, "import")
	s := newScreenPressing(t, simulator.Account{Jobs: []simulator.JobSpec{aCustomersHouse("72")}}, tell.ActShowJob)
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
	asked := func(d *control.Client, n int) bool {
		list, err := d.Captures(t.Context())
		return err == nil && len(list) == n && list[0].Name == "Ann Lee" && list[0].Email == "ann@example.com" &&
			strings.Contains(list[0].Phone, "555") && strings.Contains(list[0].Address, "1420 Sycamore Lane")
	}
	press := patiently(func() { s.press("ctrl+n", "Return") })
	s.await("a capture request that is sent", func(d *control.Client) bool {
		if asked(d, 1) {
			return true
		}
		press()
		return false
	})
	s.picture("new-photos")
	again(t, "the house's page once more", func() { s.press("Escape", "ctrl+1") }, func() bool {
		return s.has(window, image.Rect(620, 60, 1170, 360), mark) > 50
	})
	lead := patiently(func() {
		if send := image.Rect(600, 560, 900, 750); !s.clickStrong(window, send) {
			s.clickStrong(window, image.Rect(720, 150, 1170, 400)) // Ask for new photos…
		}
	})
	s.await("another that the pointer has sent", func(d *control.Client) bool {
		if asked(d, 2) {
			return true
		}
		lead()
		return false
	})
	s.picture("new-photos-by-pointer")
	if n := len(s.hover.Captures()); n != 2 {
		t.Errorf("%d requests are at Hover", n)
	}
}
