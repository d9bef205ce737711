package page

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// activityPage opens the page and waits for its first answer.
func activityPage(o *office) *Activity {
	o.t.Helper()
	v := view.NewActivity(o.deps())
	p := NewActivity(v, o)
	o.open(p)
	o.until("the list is there", func() bool { return v.State().Loaded || v.State().Problem != nil })
	return p
}

func TestAnEmptyActivitySaysWhatWillAppear(t *testing.T) {
	o := newOffice(t, 1180, 760)
	p := activityPage(o)
	if !o.reads("Nothing has come from Hover yet") || o.reads("Choose an event") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("Open Health")
	if o.health != 1 {
		t.Error("the way to Health leads nowhere")
	}
	o.tap("Refused")
	o.until("refused ones were looked for", func() bool { return o.reads("Nothing was refused") })
	o.tap("Leads")
	o.until("leads were looked for", func() bool { return o.reads("No events of this kind") })
	o.tap("Show all")
	o.until("all are asked for again", func() bool { return o.reads("Nothing has come") })
	o.write(p.search, "424242")
	o.until("the job was looked for", func() bool { return o.reads("No events of job 424242") })
	o.tap("Show all")
	o.until("all are asked for again", func() bool { return o.reads("Nothing has come") })
	if p.search.Text() != "" {
		t.Errorf("%q stays in the field", p.search.Text())
	}
}

func TestAnEventIsReadCopiedAndReplayed(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	o.until("the jobs have names", func() bool { return o.reads("1420 Sycamore Lane, Carmel IN · job-state-changed-v2") })
	if !o.reads("Job: measured") || !o.reads("not signed") || !o.reads("sent twice") || !o.reads("Choose an event") {
		t.Errorf("it says %q", o.texts())
	}
	list := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.list)
	test.TapCanvas(o.window.Canvas(), list.AddXY(120, 1.5*look.RowHeight))
	o.until("the second is read", func() bool { return strings.Contains(p.event.body.Text, `"state": "complete"`) })
	if !o.reads("Hover signed it") || !o.reads("nothing is told twice") || !o.reads("11:57:00 AM · job-state-changed") {
		t.Errorf("it says %q", o.texts())
	}
	if !p.event.body.Selectable {
		t.Error("the contents cannot be selected")
	}
	o.fits()
	o.tap("Copy")
	if !json.Valid([]byte(o.clipboard)) || !o.reads("Copied") {
		t.Errorf("copied %q", o.clipboard)
	}
	o.tap("Show job")
	if len(o.shown) != 1 || o.shown[0] != "1" {
		t.Errorf("shown %v", o.shown)
	}
	o.tap("Replay")
	o.until("it is replayed", func() bool { return o.reads("It was taken in again") })
	if !o.was("replay [7]")() {
		t.Errorf("asked %q", o.called)
	}
	o.change(func() { o.refuses = fmt.Errorf("the disk is full") })
	o.tap("Replay")
	o.until("it failed", func() bool { return o.reads("the disk is full") })
	p.open(0)
	o.until("another one is read", func() bool { return strings.Contains(p.event.body.Text, `"state": "completed"`) })
	if o.reads("the disk is full") || o.reads("Copied") {
		t.Errorf("what became of the other one stays: %q", o.texts())
	}
}

func TestRefusedEventsAreSeenAndNeverReplayed(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events, o.jobs = someEvents(), someJobs()
	o.refused = []engine.EventView{{Seq: 3, Refused: say.T("refused.signature"), Body: json.RawMessage("<html>" + strings.Repeat("x", 3000))}}
	p := activityPage(o)
	o.tap("Refused")
	o.until("they are there", func() bool { return o.reads("No event of Hover's") })
	p.open(0)
	o.until("it is read", func() bool { return strings.HasPrefix(p.event.body.Text, "<html>") })
	if !o.reads("It was turned away: the signature does not match.") || p.event.replay.Visible() || p.event.job.Visible() {
		t.Errorf("it says %q", o.texts())
	}
	o.fits()
}

func TestNewEventsDoNotMoveWhatOneReads(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events = manyEvents(100_000)
	p := activityPage(o)
	came := func(n int) {
		t.Helper()
		was := p.v.State().Added
		o.change(func() { o.events = manyEvents(len(o.events) + n) })
		p.v.Reload()
		o.until("they are there", func() bool { return p.v.State().Added == was+n })
	}
	came(2)
	if p.list.GetScrollOffset() != 0 || p.fresh.Visible() {
		t.Error("at the top, new events have to be told of")
	}
	p.list.ScrollToOffset(20*look.RowHeight + 10)
	p.list.Refresh()
	reading := p.v.Row(20)
	came(3)
	if got := p.list.GetScrollOffset(); got != 23*look.RowHeight+10 || p.v.Row(23) != reading {
		t.Errorf("the list was moved: at %v", got)
	}
	came(1)
	if !o.reads("4 new events") {
		t.Errorf("nobody says so: %q", o.texts())
	}
	o.fits()
	o.tap("4 new events")
	if p.list.GetScrollOffset() != 0 || p.fresh.Visible() {
		t.Error("the button does not lead to them")
	}
	p.list.ScrollToOffset(20 * look.RowHeight)
	came(1)
	p.list.ScrollToOffset(0)
	p.list.Refresh()
	if p.fresh.Visible() {
		t.Error("they are in sight, and it still tells of them")
	}
	o.tap("Jobs")
	o.until("another choice is there", func() bool { return p.v.State().Loaded })
	if p.list.GetScrollOffset() != 0 {
		t.Error("another choice begins in the middle")
	}
}

func TestAHundredThousandEventsAreScrolled(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events = manyEvents(100_000)
	p := activityPage(o)
	if p.v.State().Len != 100 || o.pages > 2 {
		t.Errorf("%d rows in %d pages before anybody scrolled", p.v.State().Len, o.pages)
	}
	for p.v.State().Len < 3000 {
		n := p.v.State().Len
		p.list.ScrollToBottom()
		p.list.Refresh()
		o.until("older ones are there", func() bool { return p.v.State().Len > n })
	}
	p.list.ScrollToBottom()
	p.list.Refresh()
	if !o.reads("Job: being finished") {
		t.Errorf("it shows %q", o.texts())
	}
}

func TestTheListOfEventsGoesByKeyboard(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	key := func(name fyne.KeyName) { o.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name}) }
	p.search.Focus()
	key(fyne.KeyReturn)
	key(fyne.KeyDown)
	key(fyne.KeyReturn)
	o.until("the second is shown", func() bool { return p.v.State().Detail != nil && p.v.State().Detail.Name == hover.EventJobState })
	key(fyne.KeyHome)
	key(fyne.KeyUp)
	if o.window.Canvas().Focused() == fyne.Focusable(p.list) {
		t.Error("up from the first row does not lead to the search box")
	}
}

// TestTheMenuOfAnEventComesByPointerAndByKey and does what its page does.
func TestTheMenuOfAnEventComesByPointerAndByKey(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	c := o.window.Canvas()
	menu := func() bool { return c.Overlays().Top() != nil && o.reads("Copy event") }
	leave := func() { c.Overlays().Top().(interface{ Hide() }).Hide(); c.Overlays().Remove(c.Overlays().Top()) }
	var rows []*listRow
	windowtest.Each(o.window, func(object fyne.CanvasObject) {
		if r, ok := object.(*listRow); ok {
			rows = append(rows, r)
		}
	})
	test.TapSecondary(rows[2])
	if !menu() || p.list.at != rows[2].at {
		t.Errorf("the right button: a menu %v, the keys in row %d", menu(), p.list.at)
	}
	leave()
	c.Focus(p.list)
	p.list.TypedKey(&fyne.KeyEvent{Name: desktop.KeyMenu})
	if !menu() {
		t.Error("the menu key opens no menu")
	}
	leave()

	second := p.list.menu(1)
	press(t, second, "Copy event")
	o.until("it is copied", func() bool { return strings.Contains(o.clipboard, `"state": "complete"`) })
	o.clipboard = ""
	press(t, second, "Copy event") // it is read already
	if !strings.Contains(o.clipboard, `"state": "complete"`) {
		t.Errorf("copied once more: %q", o.clipboard)
	}
	o.change(func() { o.events = append(o.events, o.events[3]); o.events[8].Seq = 9 })
	p.v.Reload()
	o.until("another has come above it", func() bool { return p.v.State().Len == 9 })
	press(t, second, "Replay")
	o.until("it is replayed, and not the one that is there now", o.was("replay [7]"))
	press(t, second, "Show job")
	if !slices.Equal(o.shown, []hover.JobID{"1"}) {
		t.Errorf("shown: %v", o.shown)
	}
	if got := labels(p.list.menu(8)); !slices.Equal(got, []string{"Copy event", "Replay"}) {
		t.Errorf("an event of no job offers %q", got)
	}
	o.refused = []engine.EventView{{Seq: 3, JobID: "1", Refused: say.T("refused.signature")}}
	o.tap("Refused")
	o.until("they are there", func() bool { return o.reads("No event of Hover's") })
	if got := labels(p.list.menu(0)); !slices.Equal(got, []string{"Show job", "Copy event"}) {
		t.Errorf("what was turned away offers %q", got)
	}
}

func TestActivityIsNoWiderThanOneReads(t *testing.T) {
	o := newOffice(t, 1800, 760)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	p.open(0)
	o.until("it is shown", func() bool { return o.reads("Contents") })
	if w := p.panes.Size().Width; w != look.Widest {
		t.Errorf("in a window of 1,800 it is %v wide", w)
	}
}

func TestTheEventsOfOneJobAreShownFromItsPage(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	o.tap("Refused")
	p.ShowJob("3")
	o.until("they are there", func() bool { return p.v.State().Loaded && p.v.State().Len == 1 })
	if p.search.Text() != "3" || !p.chips[view.EventsAll].On() || !o.reads("Estimate: finished") {
		t.Errorf("%q: %q", p.search.Text(), o.texts())
	}
}

func TestOnANarrowWindowTheEventCoversTheList(t *testing.T) {
	o := newOffice(t, 640, 700)
	o.events, o.jobs = someEvents(), someJobs()
	p := activityPage(o)
	if o.reads("Choose an event") || p.Back() {
		t.Error("there is nothing to go back from")
	}
	p.open(0)
	o.until("it is shown", func() bool { return o.reads("Contents") })
	if o.reads("Estimates and orders") {
		t.Error("the list still stands beside it")
	}
	o.fits()
	o.tap("‹ All events")
	if !o.reads("Estimates and orders") || o.reads("Contents") {
		t.Errorf("back: %q", o.texts())
	}
	p.open(0)
	if !p.Back() || !o.reads("Estimates and orders") {
		t.Error("no way back by key")
	}
}

func TestEventsAreExportedToAFileThatIsChosen(t *testing.T) {
	o := newOffice(t, 1180, 760)
	o.events = someEvents()
	p := activityPage(o)
	o.tap("Export…")
	o.fits()
	if !o.reads("Table (CSV)") || !o.reads("Web archive (HAR)") {
		t.Errorf("it offers %q", o.texts())
	}
	test.Tap(p.export.buttons[1])
	if p.export.v.State().Running {
		t.Error("somebody changed their mind")
	}
	o.saveAs = filepath.Join(t.TempDir(), "everything")
	test.Tap(p.export.buttons[1])
	o.until("it is written", func() bool { return p.export.v.State().Path != "" })
	if b, err := os.ReadFile(o.saveAs + ".json"); err != nil || string(b) != "all of it" || !o.was("export json")() {
		t.Errorf("read %q, %v", b, err)
	}
	if !o.reads("Saved: ") {
		t.Errorf("it says %q", o.texts())
	}
	o.tap("Open folder")
	o.until("the folder is open", o.sees(filepath.Dir(o.saveAs)))
	o.change(func() { o.refuses = fmt.Errorf("no space left") })
	test.Tap(p.export.buttons[0])
	o.until("it failed", func() bool { return p.export.v.State().Failed != nil })
	o.fits()
	o.tap("Close")
	if p.export != nil || o.reads("Table (CSV)") {
		t.Error("it stays open")
	}
	p.Export()
	if s := p.export.v.State(); s.Failed != nil {
		t.Errorf("the next one begins with %+v", s)
	}
}

func TestActivityFitsInSpanishAndWithLongTexts(t *testing.T) {
	o := newOffice(t, 900, 600)
	inSpanish(t)
	o.events, o.jobs = someEvents(), someJobs()
	for i := range o.jobs {
		o.jobs[i].Name = strings.Repeat("Urbanización", 30)
	}
	for i := range o.events {
		o.events[i].Body = json.RawMessage(`{"` + strings.Repeat("clave", 300) + `":"` + strings.Repeat("ñ", 3000) + `"}`)
	}
	p := activityPage(o)
	p.open(1)
	o.until("it is shown", func() bool { return p.v.State().Detail.Body != "" })
	o.fits()
	if size := p.event.body.Size(); size.Width > 900 || size.Height < 100 {
		t.Errorf("the contents are %v large", size)
	}
	if !o.reads("Casa: medida") || !o.reads("repetido") {
		t.Errorf("it says %q", o.texts())
	}
	p.Export()
	o.fits()
}

func TestThePageSaysWhyTheEventsCannotBeShown(t *testing.T) {
	o := newOffice(t, 1000, 700)
	o.broken = &say.Error{What: say.Words("The database cannot be read"), Do: say.Words("Check the disk.")}
	p := activityPage(o)
	if !o.reads("The list cannot be shown") || !o.reads("Check the disk.") {
		t.Errorf("it says %q", o.texts())
	}
	o.change(func() { o.broken, o.events = nil, someEvents() })
	o.tap("Try again")
	o.until("it is there", func() bool { return p.v.State().Len == 8 })
}
