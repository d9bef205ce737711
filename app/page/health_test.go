package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/say"
)

// healthPage opens the page and waits for its first answer.
func healthPage(o *office) *Health {
	o.t.Helper()
	v := view.NewHealth(o.deps())
	p := NewHealth(v, o)
	o.open(p)
	o.until("it is known", func() bool { return v.State().Loaded || v.State().Problem != nil })
	return p
}

// goesWrong changes how things stand, and waits until the page says so.
func (o *office) goesWrong(p *Health, says string, change func(s *engine.Status)) {
	o.t.Helper()
	o.change(func() {
		s := allWell()
		change(&s)
		o.status = s
	})
	p.v.Reload()
	o.until("the page says "+says, func() bool { return o.reads(says) })
}

func TestHealthIsCalmWhileAllIsWell(t *testing.T) {
	o := newOffice(t, 1180, 760)
	p := healthPage(o)
	for _, want := range []string{
		"A webhook sent to you now would arrive. Checked end to end 4 min ago.", "https://calm-otter.ngrok-free.app · 38 ms",
		"Tunnel", "Hover sign-in", "Webhook", "Signatures", "Disk", "1,284 of 20,000 ngrok requests", "Hover was last asked 31 min ago",
	} {
		if !o.reads(want) {
			t.Errorf("it does not say %q: %q", want, o.texts())
		}
	}
	if o.reads("Given up") || o.reads("Another organization") || o.reads("The tunnel is open") {
		t.Errorf("it says %q", o.texts())
	}
	o.fits()
	o.tap("Reconnect")
	o.until("it is reconnected", o.was("reconnect"))
	o.tap("Check for missed jobs")
	o.until("Hover is asked", o.was("catch up"))
	o.until("the buttons are back", func() bool { return o.reads("Reconnect") && o.reads("Check for missed jobs") })
	p.Hidden()
}

func TestSigningOutIsAskedFirst(t *testing.T) {
	o := newOffice(t, 1180, 760)
	healthPage(o)
	o.tap("Sign out")
	if !o.reads("Sign out of Hover?") || o.was("logout")() {
		t.Fatalf("it asks %q", o.texts())
	}
	o.tap("Cancel")
	if o.was("logout")() {
		t.Fatal("signed out without a yes")
	}
	o.tap("Sign out")
	o.tap("Sign out") // the frontmost, in the question
	o.until("it is signed out", o.was("logout"))
}

func TestWhatIsWrongHasOneButtonThatMendsIt(t *testing.T) {
	o := newOffice(t, 1180, 760)
	p := healthPage(o)
	o.goesWrong(p, "Copy the present token.", func(s *engine.Status) {
		s.State, s.Tunnel.Code, s.Work.Dead = engine.StateDegraded, "ERR_NGROK_107", 2
		s.Lamps[0] = engine.Lamp{Name: "tunnel", State: engine.Red, Says: say.Words("ngrok does not know this token"), Do: say.Words("Copy the present token.")}
		s.Lamps[2] = engine.Lamp{Name: "webhook", State: engine.Amber, Says: say.Words("Hover's last try to send news failed"), Do: say.Words("What was missed is being asked for.")}
		s.Lamps[4] = engine.Lamp{Name: "disk", State: engine.Red, Says: say.Words("News cannot be stored"), Do: say.Words("Free some space on the disk.")}
		s.Tunnel.Requests = 21_000
	})
	for _, want := range []string{"every two minutes instead", "Copy the present token.", "What was missed is being asked for.", "Given up", "2 downloads or questions", "When they are used up"} {
		if !o.reads(want) {
			t.Errorf("it does not say %q: %q", want, o.texts())
		}
	}
	o.fits()
	o.tap("Enter token…")
	if len(o.settings) != 1 || o.settings[0] != "tunnel" {
		t.Errorf("led to %q", o.settings)
	}
	for button, call := range map[string]string{"Register again": "reregister", "Free space…": "open", "Try again": "revive"} {
		o.tap(button)
		if call == "open" {
			o.until("the folder is open", o.sees("/home/dana/Dormer"))
		} else {
			o.until(call+" was asked", o.was(call))
		}
		o.until("the button is back", func() bool { return o.reads(button) })
	}

	o.goesWrong(p, "Nobody is signed in to Hover", func(s *engine.Status) {
		s.State, s.Hover.SignedIn = engine.StateSetup, false
		s.Lamps[1] = engine.Lamp{Name: "hover", State: engine.Red, Says: say.T("lamp.hover.signed_out"), Do: say.T("do.login")}
		s.Lamps[4] = engine.Lamp{Name: "disk", State: engine.Amber, Says: say.Words("Files cannot be saved"), Do: say.Words("Choose another folder."), Folder: "/home/dana/Dormer"}
	})
	if o.reads("Given up") || o.reads("dormer login") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("Sign in…")
	if o.signIn != 1 {
		t.Error("the way to the sign-in leads nowhere")
	}
	o.chooses = "/media/big"
	o.tap("Choose another folder")
	o.until("the folder is used", o.was("download_dir=/media/big"))

	o.goesWrong(p, "Little is free", func(s *engine.Status) {
		s.Lamps[4] = engine.Lamp{Name: "disk", State: engine.Amber, Says: say.Words("Little is free"), Do: say.Words("Free some space.")}
	})
	if o.reads("Choose another folder") {
		t.Errorf("what does not help is offered: %q", o.texts())
	}
}

func TestTheChainIsTestedBeforeOnesEyes(t *testing.T) {
	o := newOffice(t, 1180, 700)
	o.chain = engine.Chain{At: jobsNow, URL: "https://calm-otter.ngrok-free.app", Latency: 41 * time.Millisecond}
	p := healthPage(o)
	o.tap("Test the connection")
	if !o.reads("Testing…") || !o.reads("A ping of our own was sent to https://calm-otter") || !o.reads("It comes back to this computer") {
		t.Errorf("while it is tested: %q", o.texts())
	}
	o.until("it is tested", func() bool { return o.reads("Everything works.") })
	if !o.reads("in 41 ms") || !o.reads("Test the connection") {
		t.Errorf("afterwards: %q", o.texts())
	}
	if top, bottom := p.scroll.Seen(); bottom < p.chain.content.Position().Y || top == 0 {
		t.Errorf("what came of it is out of sight: %v to %v", top, bottom)
	}
	o.change(func() {
		o.chain.At, o.chain.Err = jobsNow.Add(-30*time.Second), &say.Error{What: say.Words("Somebody else answered")}
	})
	o.tap("Test the connection")
	o.until("it failed", func() bool { return o.reads("The ping did not come back. Somebody else answered") })
	if !o.reads("Tested 30 s ago") {
		t.Errorf("it says %q", o.texts())
	}
	o.fits()
}

// As on the other pages: on a wide window a line is no longer than one can read.
func TestHealthIsNoWiderThanOtherPages(t *testing.T) {
	o := newOffice(t, 1600, 800)
	p := healthPage(o)
	for _, l := range p.lamps {
		if w := l.content.Size().Width; w > look.Widest-2*look.PageMargin {
			t.Errorf("%q is %v wide", l.title.Text(), w)
		}
	}
	if len(p.lamps) == 0 {
		t.Error("it has no lamps")
	}
}

func TestAnotherOrganisationIsNotLetInSilently(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.stranger = &engine.Stranger{Ours: engine.Org{ID: "492855", Name: "Copper Ridge Exteriors"}, Theirs: engine.Org{ID: "771204"}}
	p := healthPage(o)
	if !o.reads("The jobs on this computer are of Copper Ridge Exteriors.") || !o.reads("Another organization has signed in") || !o.reads("Whoever signed in belongs to organization 771204.") {
		t.Errorf("it says %q", o.texts())
	}
	o.fits()
	o.tap("Begin anew with theirs…")
	if !o.reads("Begin anew with organization 771204?") || o.was("accept")() {
		t.Fatalf("it asks %q", o.texts())
	}
	o.tap("Begin anew")
	o.until("it begins anew", func() bool { return o.was("accept")() && !p.v.State().Stranger.Busy })
	o.tap("Keep mine, sign them out")
	o.until("they are signed out", o.was("logout"))
	o.change(func() { o.stranger = nil })
	p.v.Reload()
	o.until("the card is gone", func() bool { return !o.reads("Another organization") })
}

func TestDiagnosticsAreShownBeforeTheyAreSaved(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.found = []engine.Finding{{Name: "dns", State: engine.Green, Says: say.Words("Names are found")}, {Name: "disk", State: engine.Red, Says: say.Words("The disk is full"), Do: say.Words("Free some space.")}}
	o.files = []engine.Document{{Name: "log.txt", Text: strings.Repeat("a line of the log\n", 5000)}}
	p := healthPage(o)
	o.tap("Save diagnostics…")
	if !o.reads("Looking at every link") {
		t.Errorf("it says %q", o.texts())
	}
	o.until("it is put together", func() bool { return len(p.v.State().Report.Documents) == 2 })
	if !o.reads("1 thing wants a look.") || !o.reads("Free some space.") || !strings.Contains(p.report.text.Text, "This is all that is in it") || !o.reads("Data folder") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("log.txt")
	if n := len(p.report.text.Text); n > maxRead || n < maxRead/2 || !o.reads("This is the beginning") {
		t.Errorf("%d characters of a long file are drawn", n)
	}
	o.fits()
	var body *parts.Scroll
	windowtest.Walk(p.report.box, func(c fyne.CanvasObject) {
		if s, ok := c.(*parts.Scroll); ok {
			body = s
		}
	})
	test.Scroll(o.window.Canvas(), fyne.NewPos(590, 400), 0, -200)
	scrolled, _ := body.Seen()
	p.v.Changed()
	if top, _ := body.Seen(); scrolled < 100 || top != scrolled {
		t.Errorf("news takes what one reads from %v to %v", scrolled, top)
	}
	o.saveAs = filepath.Join(t.TempDir(), "dormer.zip")
	o.tap("Save…")
	o.until("it is saved", func() bool { return o.reads("Saved: ") })
	if info, err := os.Stat(o.saveAs); err != nil || info.Size() == 0 {
		t.Errorf("%v, %v", info, err)
	}
	o.tap("Open folder")
	o.until("the folder is open", o.sees(filepath.Dir(o.saveAs)))
	o.tap("Close")
	if p.report != nil || len(p.v.State().Report.Documents) > 0 {
		t.Error("it stays open")
	}
}

func TestHealthSaysWhyItCannotSay(t *testing.T) {
	o := newOffice(t, 1000, 700)
	o.broken = &say.Error{What: say.Words("The database cannot be read"), Do: say.Words("Check the disk.")}
	p := healthPage(o)
	if !o.reads("How things are cannot be told") || !o.reads("Check the disk.") || o.reads("Test the connection") {
		t.Errorf("it says %q", o.texts())
	}
	o.change(func() { o.broken = nil })
	o.tap("Try again")
	o.until("it is there", func() bool { return p.v.State().Loaded && o.reads("Signatures") })
}

func TestHealthFitsInSpanishOnASmallWindow(t *testing.T) {
	o := newOffice(t, 700, 560)
	inSpanish(t)
	o.stranger = &engine.Stranger{Ours: engine.Org{ID: "492855", Name: "Copper Ridge Exteriors"}, Theirs: engine.Org{ID: "771204"}}
	o.found = []engine.Finding{{Name: "traffic/clock", State: engine.Amber, Says: say.Words(strings.Repeat("Una frase larga que no termina. ", 20)), Do: say.Words("Ponga el reloj en hora.")}}
	o.files = []engine.Document{{Name: strings.Repeat("manifiesto", 5) + ".txt", Text: strings.Repeat("ñ", 5000)}}
	p := healthPage(o)
	o.goesWrong(p, "hágalo", func(s *engine.Status) {
		for i := range s.Lamps {
			s.Lamps[i].State, s.Lamps[i].Says, s.Lamps[i].Do = engine.Red, say.Words(strings.Repeat("Algo salió mal con esta parte. ", 8)), say.Words(strings.Repeat("hágalo", 60))
		}
		s.Work.Dead, s.Tunnel.Requests = 12_000, 19_000
	})
	o.fits()
	for _, l := range p.lamps {
		if l.says.Size().Height < l.says.MinSize().Height || l.content.Size().Width > 700-2*20 {
			t.Errorf("%q is cut off: %v", l.title.Text(), l.content.Size())
		}
	}
	test.Tap(p.test)
	o.until("it is tested", func() bool { return !p.v.State().Chain.Running })
	o.fits()
	p.Report()
	o.until("it is put together", func() bool { return len(p.v.State().Report.Documents) == 2 })
	o.fits()
	if s := p.test.Text(); s != "Probar la conexión" {
		t.Errorf("the button says %q", s)
	}
}
