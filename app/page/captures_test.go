package page

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// capturesPage opens the page and waits for its first answer.
func capturesPage(o *office) *Captures {
	o.t.Helper()
	v := view.NewCaptures(o.deps())
	p := NewCaptures(v, o)
	o.open(p)
	o.until("the list is there", func() bool { return v.State().Loaded || v.State().Problem != nil })
	return p
}

func TestAnEmptyPageLeadsToTheFirstRequest(t *testing.T) {
	o := newOffice(t, 1000, 700)
	p := capturesPage(o)
	if !o.reads("No capture requests yet") || p.form != nil {
		t.Errorf("the page says %q", o.texts())
	}
	o.tap("New request…")
	if !o.reads("New capture request") || !o.reads("Street and number") {
		t.Errorf("the form says %q", o.texts())
	}
	o.fits()
}

func TestARequestIsWrittenCorrectedAndSent(t *testing.T) {
	o := newOffice(t, 1180, 760)
	p := capturesPage(o)
	p.New()
	first := p.form
	p.New()
	if p.form != first {
		t.Error("a second form lies over the first")
	}
	o.tap("Send request")
	for _, want := range []string{"Enter a name", "Hover needs one", "Write the street"} {
		if !o.reads(want) {
			t.Errorf("it does not ask for %q: %q", want, o.texts())
		}
	}
	o.write(p.form.fields[view.CaptureName], "Ann Lee")
	o.write(p.form.fields[view.CaptureEmail], "ann@example")
	o.write(p.form.fields[view.CapturePhone], "call")
	if !o.reads("not an e-mail address yet") || !o.reads("only digits") || o.reads("Enter a name") {
		t.Errorf("while it is typed: %q", o.texts())
	}
	o.write(p.form.fields[view.CaptureEmail], ".com")
	p.form.fields[view.CapturePhone].Focus()
	for range "call" {
		o.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
	o.write(p.form.fields[view.CaptureStreet], "1420 Sycamore Lane")
	if o.reads("e-mail address yet") || o.reads("only digits") {
		t.Errorf("corrected, it still complains: %q", o.texts())
	}
	o.tap("Roof only")
	test.Tap(p.form.linkOnly)

	// Hover refuses: it stands at the form, which is as it was, also when it was
	// closed meanwhile.
	o.change(func() {
		o.refuses = &say.Error{What: say.Words("The capture request could not be created"), Err: errors.New("capturing_user_email: is a test"), Do: say.Words("Try again.")}
	})
	o.tap("Send request")
	o.until("it was refused", func() bool { return o.reads("could not be created") })
	if !o.reads("is a test") || !o.reads("Try again.") || !o.reads("still here") {
		t.Errorf("it says %q", o.texts())
	}
	o.fits()
	o.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if p.form != nil || o.reads("New capture request") {
		t.Fatal("Escape does not close it")
	}
	o.tap("New request…")
	if got := p.form.fields[view.CaptureEmail].Text(); got != "ann@example.com" || !p.form.linkOnly.Checked() || !p.form.order["2"].On() || !o.reads("is a test") {
		t.Errorf("opened again: %q, %q", got, o.texts())
	}

	o.change(func() { o.refuses = nil })
	o.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	o.until("it is sent", func() bool { return o.reads("https://hover.to/c/XcUUtA") })
	want := hover.NewCaptureRequest{Name: "Ann Lee", Email: "ann@example.com", Deliverable: "2", LinkOnly: true, Address: hover.Address{Line1: "1420 Sycamore Lane"}}
	if len(o.asked) != 1 || o.asked[0] != want {
		t.Errorf("sent %+v", o.asked)
	}
	o.tap("Copy link")
	if o.clipboard != "https://hover.to/c/XcUUtA" || !o.reads("Copied") {
		t.Errorf("copied %q", o.clipboard)
	}
	o.fits()
	o.tap("Another request")
	if got := p.form.fields[view.CaptureName].Text(); got != "" || o.reads("could not be created") {
		t.Errorf("the next one begins with %q", got)
	}
	o.tap("Close")
	o.until("it is in the list", func() bool { return o.reads("Ann Lee · invitation sent") })
}

func TestAHouseThatIsMeasuredOpensFromTheForm(t *testing.T) {
	o := newOffice(t, 1180, 760)
	jobs := someJobs()
	o.at["5 Cedar Ct"], o.at["1420 Sycamore Lane"], o.at["88 Harbor View Rd"] = jobs[2:3], jobs[0:1], jobs[1:2]
	p := capturesPage(o)
	p.New()
	write := func(street string) {
		t.Helper()
		p.form.fields[view.CaptureStreet].SetText("")
		p.v.Type(view.CaptureStreet, "")
		o.write(p.form.fields[view.CaptureStreet], street)
		o.until("it is known", func() bool { return p.v.State().Form.Known != nil })
		o.fits()
	}
	write("1420 Sycamore Lane")
	if !o.reads("Already measured") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("Open PDF")
	o.until("its PDF is open", o.sees("1.pdf"))
	write("88 Harbor View Rd")
	if !o.reads("Already known") || !o.reads("being built") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("Show job")
	if len(o.shown) != 1 || o.shown[0] != "2" {
		t.Errorf("shown %v", o.shown)
	}
}

func TestARowLeadsToItsLinkItsJobAndItsEnd(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.captures, o.jobs = someCaptures(), someJobs()
	p := capturesPage(o)
	o.fits()
	if n := strings.Count(strings.Join(o.texts(), "\n"), "Copy link"); n != 2 {
		t.Errorf("%d links can be copied, want those of the two that are open", n)
	}
	o.tap("Copy link")
	if o.clipboard != "https://hover.to/c/bb" || !o.reads("Copied") {
		t.Errorf("copied %q: %q", o.clipboard, o.texts())
	}
	o.tap("Show job")
	if len(o.shown) != 1 || o.shown[0] != "3" {
		t.Errorf("shown %v", o.shown)
	}
	ask := func(row int) {
		p.ask(p.v.State().Rows[row])
	}
	ask(0)
	if !o.reads("Delete this request?") || !o.reads("1420 Sycamore Lane, Carmel IN 46033. The link stops working") {
		t.Errorf("it asks %q", o.texts())
	}
	o.tap("Cancel")
	if o.was("delete 31")() {
		t.Fatal("deleted without a yes")
	}
	ask(0)
	o.tap("Delete request")
	o.until("it is deleted", func() bool { return o.reads("Ann Lee · deleted") })
	if !o.was("delete 31")() {
		t.Error("Hover was not asked")
	}
}

func TestThePageSaysWhyTheRequestsCannotBeShown(t *testing.T) {
	o := newOffice(t, 1000, 700)
	o.broken = &say.Error{What: say.Words("The database cannot be read"), Do: say.Words("Check the disk.")}
	p := capturesPage(o)
	if !o.reads("The list cannot be shown") || !o.reads("Check the disk.") {
		t.Errorf("it says %q", o.texts())
	}
	o.change(func() { o.broken, o.captures = nil, someCaptures() })
	o.tap("Try again")
	o.until("it is there", func() bool { return p.v.State().Problem == nil && o.reads("Luis Ramirez") })
}

func TestCaptureRequestsFitInSpanishAndWithLongNames(t *testing.T) {
	o := newOffice(t, 760, 600)
	inSpanish(t)
	o.captures, o.jobs = someCaptures(), someJobs()
	for i := range o.captures {
		o.captures[i].Address += strings.Repeat(" y una dirección que no termina", 10)
		o.captures[i].Name = strings.Repeat("Guadalupe", 30)
		o.captures[i].JobID = "3"
	}
	p := capturesPage(o)
	o.fits()
	if !o.reads("Solicitudes de fotos") {
		t.Errorf("it says %q", o.texts())
	}
	p.New()
	o.fits()
	o.tap("Enviar solicitud")
	o.fits()
	p.ask(p.v.State().Rows[0])
	o.fits()
}
