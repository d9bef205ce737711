package page

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// fits fails where a text reaches beyond the window's sides.
func (d *jobDesk) fits() {
	d.t.Helper()
	driver, width := fyne.CurrentApp().Driver(), d.window.Canvas().Size().Width
	windowtest.Walk(d.window.Content(), func(o fyne.CanvasObject) {
		text, ok := o.(*canvas.Text)
		if !ok || text.Text == "" {
			return
		}
		x := driver.AbsolutePositionForObject(text).X
		if x < 0 || x+text.MinSize().Width > width+1 {
			d.t.Errorf("%q stands from %v to %v of %v", text.Text, x, x+text.MinSize().Width, width)
		}
	})
}

// below fails unless one text stands below another, without touching it.
func (d *jobDesk) below(upper, lower string) {
	d.t.Helper()
	driver := fyne.CurrentApp().Driver()
	a, b := d.noted(upper), d.noted(lower)
	if a == nil || b == nil {
		d.t.Fatalf("%q or %q is not there among %q", upper, lower, d.texts())
	}
	if end := driver.AbsolutePositionForObject(a).Y + a.Size().Height; end > driver.AbsolutePositionForObject(b).Y+1 {
		d.t.Errorf("%q ends at %v, %q begins at %v", upper, end, lower, driver.AbsolutePositionForObject(b).Y)
	}
}

// before fails unless one text stands before another on its line.
func (d *jobDesk) before(left, right string) {
	d.t.Helper()
	driver, a, b := fyne.CurrentApp().Driver(), d.noted(left), d.noted(right)
	if a == nil || b == nil {
		d.t.Fatalf("%q or %q is not there among %q", left, right, d.texts())
	}
	if end := driver.AbsolutePositionForObject(a).X + a.Size().Width; end > driver.AbsolutePositionForObject(b).X {
		d.t.Errorf("%q runs into %q", left, right)
	}
}

func TestOneJobShowsWhatItIsAndWhatCanBeDone(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	_, v := d.job(sycamore())
	d.until("its figures are there", func() bool { return d.reads("34.9") })
	for _, text := range []string{
		"1420 Sycamore Lane", "Carmel IN 46033 · Dana Whitfield · ref ORD-20731", "3,487 sq ft on 16 facets", "Squares to order, with waste", "Drip edge",
		"measured", "Complete · 38 photos", "Detached garage", "Roof only · 12 photos", "could not be measured", "50 photos", "Activity",
	} {
		if !d.reads(text) {
			t.Errorf("%q is not to be read among %q", text, d.texts())
		}
	}
	if d.reads("Captured 7:29 AM") || d.reads("ESX") {
		t.Errorf("what few want is not folded away: %q", d.texts())
	}
	d.fits()
	d.below("Open PDF", "34.9")
	d.below("Drip edge", "Complete · 38")
	d.below("Complete · 38", "Roof only · 12 photos")

	d.choose("Refresh")
	d.until("Hover is asked", d.asked("refresh 19402492"))
	d.tap("Show in folder")
	d.until("the folder is open", d.asked("show-folder 19402492 "))
	d.until("Hover has answered", func() bool { return !v.State().Busy })
	d.tap("Open PDF")
	d.until("the PDF is open", d.asked("open-pdf 19402492 "))
	d.tap("3D view")
	d.until("the 3D view is open", d.sees("https://hover.to/3d/19402492"))
	d.choose("Choose structures…")
	if !slices.Equal(d.picked, []hover.JobID{"19402492"}) {
		t.Errorf("picked %v", d.picked)
	}
}

// mores are the buttons that open a menu.
func (d *jobDesk) mores() (all []*parts.MoreButton) {
	windowtest.Walk(d.window.Content(), func(o fyne.CanvasObject) {
		if m, ok := o.(*parts.MoreButton); ok {
			all = append(all, m)
		}
	})
	return all
}

// choose chooses from the menu of what else can be done.
func (d *jobDesk) choose(item string) {
	d.t.Helper()
	for _, m := range d.mores() {
		test.Tap(m)
	}
	menu, ok := d.window.Canvas().Focused().(*widget.PopUpMenu) // so it is worked by keys as well
	if !ok {
		d.t.Fatalf("no menu is open, but %T has the focus", d.window.Canvas().Focused())
	}
	for _, o := range menu.Items {
		found := ""
		windowtest.Walk(o, func(o fyne.CanvasObject) {
			if text, ok := o.(*canvas.Text); ok {
				found += text.Text
			}
		})
		if found == item {
			o.(fyne.Tappable).Tapped(nil)
			return
		}
	}
	d.t.Fatalf("%q is not on the menu", item)
}

func TestTheCustomerAndTheHouseAreAClickAway(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	detail := sycamore()
	detail.CustomerPhone, detail.CallURL = "(317) 555-0142", "tel:3175550142"
	detail.CustomerEmail, detail.MailURL = "dana@example.com", "mailto:dana@example.com"
	detail.MapURL, detail.CapturedBy = "https://www.google.com/maps/search/?api=1&query=1420", []string{"sam.okafor@example.com"}
	j, v := d.job(detail)
	d.fits()
	d.below("captured by sam.okafor@example.com", "Map")
	for text, address := range map[string]string{detail.CustomerPhone: detail.CallURL, detail.CustomerEmail: detail.MailURL, "Map": detail.MapURL} {
		d.tap(text)
		d.until(address+" is opened", d.sees(address))
	}
	d.window.Canvas().Focus(j.head.phone)
	d.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.mu.Lock()
	d.detail.CustomerPhone, d.detail.CallURL, d.detail.CustomerEmail, d.detail.MapURL, d.detail.CapturedBy = "call the office", "", "", "", nil
	opened := len(d.urls)
	d.mu.Unlock()
	v.Reload()
	d.until("the number is none", func() bool { return d.reads("call the office") && !d.reads("Map") && !d.reads("captured by") })
	test.Tap(j.head.phone)
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.urls) > opened+1 { // the key's
		t.Errorf("%q were opened", d.urls)
	}
}

func TestFiguresAreCopiedByATapOrAKey(t *testing.T) {
	d := newJobDesk(t, 560, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	j, v := d.job(sycamore())
	d.until("its figures are there", func() bool { return d.reads("34.9") })
	d.tap("House")
	n := j.numbers
	size, height := n.squares.Size(), j.column.MinSize()
	for _, c := range []struct {
		figure *parts.CopyFigure
		copied string
	}{
		{n.squares, "28.5"}, {n.roof.figures[0], "2,847 sq ft"}, {n.roof.figures[1], "8/12"}, {n.waste.figures[4], "33"}, {n.lengths.figures[0], `234' 0"`},
		{n.lengths.figures[4], `373' 6"`}, {n.walls.figures[1], "23"},
	} {
		if test.Tap(c.figure); d.copied != c.copied || !strings.HasSuffix(c.figure.Text(), "Copied") {
			t.Errorf("copied %q, want %q; it says %q", d.copied, c.copied, c.figure.Text())
		}
		d.fits()
	}
	if n.squares.Size() != size || j.column.MinSize() != height {
		t.Error("what is copied moves the page")
	}
	d.window.Canvas().Focus(n.lengths.figures[1])
	d.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.copied != `86' 4"` {
		t.Errorf("Return copied %q", d.copied)
	}
	d.copied = ""
	step := n.lengths.figures[6]
	if test.Tap(step); d.copied != "" || !d.reads("not given") || step.Figure() != "not given" {
		t.Errorf("what Hover does not say is copied as %q, and reads %q", d.copied, step.Text())
	}
	d.tap("Copy all")
	if !strings.HasPrefix(d.copied, "1420 Sycamore Lane, Carmel IN 46033\nRoof, sq ft\t2847\nSquares\t28.5\n") || !d.reads("Copied") {
		t.Errorf("copied %q", d.copied)
	}
	d.tap("Both")
	d.choose("Copy measurements")
	if !strings.Contains(d.copied, "\tHouse\tDetached garage\tTotal\n") {
		t.Errorf("copied %q", d.copied)
	}
	d.choose("Copy address")
	if d.copied != "1420 Sycamore Lane, Carmel IN 46033" {
		t.Errorf("copied %q", d.copied)
	}
	_ = v
}

func TestEveryFigureIsReachedByTab(t *testing.T) {
	d := newJobDesk(t, 560, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	j, _ := d.job(sycamore())
	d.until("its figures are there", func() bool { return d.reads("34.9") })
	reached := map[fyne.Focusable]bool{}
	for range 200 {
		d.window.Canvas().FocusNext()
		at := d.window.Canvas().Focused()
		if reached[at] {
			break
		}
		reached[at] = true
	}
	for _, l := range []*figureList{j.numbers.waste, j.numbers.lengths} {
		for _, f := range l.figures {
			if f.Visible() && !f.Disabled() && !reached[f] {
				t.Errorf("%q is not reached", f.Text())
			}
		}
	}
	for what, o := range map[string]fyne.Focusable{"More": j.head.more, "Copy all": j.numbers.copyAll, "Activity": j.activity.fold, "the files": j.structures.cards[0].more} {
		if !reached[o] {
			t.Errorf("%s is not reached", what)
		}
	}
}

func TestATapOnAFormatOpensItOrFetchesIt(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	got := make(chan engine.GetRequest, 1)
	hold := make(chan struct{})
	d.get = func(_ context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool) {
		got <- r
		<-hold
	}
	detail := sycamore()
	detail.Models, detail.Structures = detail.Models[:1], detail.Structures[:1]
	j, v := d.job(detail)
	d.tap("PDF")
	d.until("the PDF is open", d.asked("open-pdf 19402492 10"))
	tag := d.noted("XLSX")
	d.tap("XLSX")
	if r := <-got; len(r.Models) != 1 || r.Models[0] != "10" || r.Formats[0] != hover.FormatXLSX || !r.Open {
		t.Errorf("asked for %+v", r)
	}
	d.until("it says that it is fetched", func() bool { return d.reads("XLSX…") })
	if d.noted("XLSX…") != tag {
		t.Error("a tag that is worked by keyboard loses the focus")
	}
	d.tap("XLSX…") // impatient: nothing more is fetched
	close(hold)
	d.until("it has come", func() bool { return !v.State().Structures[0].Files[1].Busy && d.reads("XLSX") })
	test.Tap(j.structures.cards[0].more)
	d.tap("ESX in preparation")
	d.tap("DWG: not in your plan")
	if len(got) != 0 {
		t.Errorf("asked for what cannot be had: %+v", <-got)
	}
	if d.choose("Choose files…"); len(d.picked) != 1 {
		t.Errorf("picked %v", d.picked)
	}
}

func TestThePDFIsPrintedAndMailedFromTheMenu(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.job(sycamore())
	d.choose("Print…")
	d.until("it is printed", d.asked("hand over print 19402492 "))
	d.choose("E-mail…")
	d.until("a letter is begun", d.asked("hand over mail 19402492 "))
}

func TestAFailedJobSaysWhatToDoAndLeadsToHover(t *testing.T) {
	for _, spanish := range []bool{false, true} {
		d := newJobDesk(t, 473, 760)
		what, do, open := "1420 Sycamore Lane could not be measured", "Photos in daylight", "Open in Hover"
		if spanish {
			inSpanish(t)
			what, do, open = "No se pudo medir 1420 Sycamore Lane", "fotos de día", "Abrir en Hover"
		}
		detail := sycamore()
		detail.State, detail.FailureReason = hover.JobFailed, "Not enough photos of the rear side."
		detail.Models, detail.Structures = detail.Models[2:], detail.Structures[2:]
		d.job(detail)
		if !d.reads(what) || !d.reads(do) {
			t.Errorf("reads %q", d.texts())
		}
		d.fits()
		d.below(what, open)
		d.tap(open)
		d.until("Hover is open", d.asked("at-hover 19402492 "))
		ask := map[bool]string{false: "Ask for new photos…", true: "Pedir fotos nuevas…"}[spanish]
		d.below(what, ask)
		if d.tap(ask); !slices.Equal(d.asksFor, []hover.JobID{"19402492"}) {
			t.Errorf("new photos are asked for %q", d.asksFor)
		}
		if d.reads("PDF") {
			t.Errorf("a job that failed offers files: %q", d.texts())
		}
	}
}

func TestAJobThatWaitsForApprovalSaysWhoHasToAct(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.job(engine.JobDetail{JobView: engine.JobView{ID: "5", Address: "301 Lake Shore Dr, Madison WI", State: hover.JobWaitingApproval, UpdatedAt: engine.At(jobsNow.Add(-20 * 3600e9)),
		Models: []engine.ModelView{{ID: "10", Name: "House", State: hover.ModelProcessing}}}})
	if !d.reads("House") || d.reads("being built") {
		t.Errorf("it waits, and reads %q", d.texts())
	}
	if d.reads("Ask for new photos…") {
		t.Error("it has all its photos")
	}
	if !d.reads("Waiting for approval in Hover · since yesterday") || !d.reads("An admin or a job manager of your account approves it in Hover.") {
		t.Errorf("reads %q", d.texts())
	}
	d.tap("Open in Hover")
	d.until("Hover is open", d.asked("at-hover 5 "))
}

func TestAJobThatWaitsForAPersonSaysForWhatAndLeadsToHover(t *testing.T) {
	for _, c := range []struct {
		v           engine.JobView
		second, who string
	}{
		{engine.JobView{State: hover.JobWaitingApproval, PhotosOnly: true}, "Ready to be ordered in Hover", "Choose in Hover what is to be measured."},
		{engine.JobView{State: hover.JobPaymentFailed, Unpaid: true}, "Waiting for payment in Hover", "The payment failed."},
		{engine.JobView{State: hover.JobLimitedAccess, Unpaid: true}, "Waiting for payment in Hover", "An admin of your account can pay in Hover."},
		{engine.JobView{State: hover.JobPaying, Unpaid: true}, "Waiting for payment in Hover", "An admin of your account can pay in Hover."},
	} {
		d := newJobDesk(t, 473, 760)
		c.v.ID, c.v.Address = "5", "301 Lake Shore Dr, Madison WI"
		d.job(engine.JobDetail{JobView: c.v})
		if !d.reads(c.second) || !d.reads(c.who) {
			t.Errorf("%s: reads %q", c.v.State, d.texts())
		}
		d.fits()
		d.tap("Open in Hover")
		d.until("Hover is open", d.asked("at-hover 5 "))
	}
}

func TestAJobThatIsBuiltShowsHowFarItIs(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	share := 0.6
	detail := sycamore()
	detail.State, detail.Progress, detail.ETA = hover.JobWorking, &share, engine.At(jobsNow.Add(80*60e9))
	detail.Steps = detail.Steps[:4]
	for i := range detail.Models {
		detail.Models[i].State = hover.ModelProcessing
	}
	j, _ := d.job(detail)
	if !d.reads("Building the 3D model · about 1 h 20 min left") || !d.reads("being built") || !j.head.bar.Visible() {
		t.Errorf("reads %q, bar %v", d.texts(), j.head.bar.Visible())
	}
	if d.reads("in preparation") || d.noted("Choose structures…") != nil {
		t.Errorf("files are offered before it is measured: %q", d.texts())
	}
}

func TestAJobThatCannotBeShownSaysWhy(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.gone = fmt.Errorf("job 1: %w", engine.ErrUnknown)
	_, v := d.job(engine.JobDetail{JobView: engine.JobView{ID: "1"}})
	if !d.reads("This job is not in Dormer any more") {
		t.Errorf("reads %q", d.texts())
	}
	v.Show("")
	if texts := d.texts(); len(texts) != 0 {
		t.Errorf("no job reads %q", texts)
	}
	d.mu.Lock()
	d.gone = errors.New("the disk is full")
	d.mu.Unlock()
	v.Show("2")
	d.until("the trouble is told", func() bool { return d.reads("the disk is full") })
	d.mu.Lock()
	d.gone, d.detail = nil, sycamore()
	d.mu.Unlock()
	d.tap("Try again")
	d.until("the job is there", func() bool { return d.reads("1420 Sycamore Lane") })
}

func TestFiguresOfAnotherStructureAreATapAway(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.figures["10"] = houseFigures()
	_, v := d.job(sycamore())
	d.until("there is no total with a structure that has none", func() bool { return d.reads("not given") && !d.reads("28.5") })
	d.tap("House")
	d.until("the house's are there", func() bool { return d.reads("28.5") })
	d.tap("Detached garage")
	d.until("it has none", func() bool { return !d.reads("28.5") })
	d.mu.Lock()
	d.figures["11"], d.broken = garageFigures(), errors.New("no network")
	d.mu.Unlock()
	v.Refresh()
	d.until("it says why not", func() bool { return d.reads("cannot be shown now. no network") })
	d.mu.Lock()
	d.broken = nil
	d.mu.Unlock()
	v.Refresh()
	d.until("the garage's are there", func() bool { return d.reads("6.4") && !d.reads("no network") })
}

func TestAJobOfOneStructureHasNoChoice(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.job(func() engine.JobDetail {
		detail := sycamore()
		detail.Models, detail.Structures = detail.Models[:1], detail.Structures[:1]
		return detail
	}())
	d.until("it says that there is nothing", func() bool { return d.reads("Hover has no measurements for this structure yet.") })
	if d.reads("Both") || d.reads("Copy all") {
		t.Errorf("reads %q", d.texts())
	}
}

func TestAJobThatIsShownAgainHasThePicturesOfAllItsStructures(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	three, one := sycamore(), sycamore()
	one.ID, one.Models, one.Structures = "19402500", one.Models[:1], one.Structures[:1]
	j, v := d.job(three)
	show := func(detail engine.JobDetail) {
		d.mu.Lock()
		d.detail = detail
		d.mu.Unlock()
		v.Show(detail.ID)
		d.until("it is shown", func() bool { return j.shows == detail.ID })
	}
	show(one)
	show(three)
	garage, shed := j.structures.cards[1].picture, j.structures.cards[2].picture
	d.until("the garage has its picture", func() bool { return garage.image != nil })
	if shed.sign != parts.MarkFailed {
		t.Error("the shed has lost its mark")
	}
}

func TestTextsFitInBothLanguagesAndAtAllWidths(t *testing.T) {
	for _, width := range []float32{360, 473, 700, 1180} {
		for _, spanish := range []bool{false, true} {
			d := newJobDesk(t, width, 760)
			if spanish {
				inSpanish(t)
			}
			d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
			d.events = sycamoreEvents()
			_, v := d.job(sycamore())
			v.ToggleEvents()
			v.ToggleMore("10")
			d.until("all of it is there", func() bool { return d.reads("34.9") && len(v.State().Events.Rows) == 4 })
			v.ToggleEvent(40)
			d.fits()
			v.ChooseFigures("10")
			d.fits()
			d.below("28.5", `373' 6"`)
			d.below(`373' 6"`, "38")
			_ = words.Use(words.English)
		}
	}
}

func TestHostileNamesStayInTheirPlace(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("Very long house name ", 400), strings.Repeat("W", 5_000), "\u202eesuoH\u2066 of\n\n\nMany\r\nLines\t\x00", "بيت كبير جدا في شارع طويل", "🏠🏠🏠", " ",
	} {
		d := newJobDesk(t, 473, 760)
		d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
		detail := sycamore()
		detail.Name, detail.Address, detail.Customer, detail.ExternalID = name, name, name, name
		for i := range detail.Models {
			detail.Models[i].Name, detail.Models[i].FailureReason = name, name
			detail.Structures[i].Deliverable = job.DeliverableWords("complete")
		}
		detail.Models[0].Files = append(detail.Models[0].Files, engine.FileView{Format: "pdf", Part: name, State: "ready"})
		d.job(detail)
		d.until("its figures are there", func() bool { return d.reads("34.9") })
		d.fits()
		if strings.ContainsAny(strings.Join(d.texts(), ""), "\u202e\u2066\n\t\x00") {
			t.Errorf("%.20q is drawn as it came", name)
		}
	}
}

func TestTheGalleryHasOnlyWhatIsInSight(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	detail := sycamore()
	for i := range 450 {
		detail.Structures[0].Pictures = append(detail.Structures[0].Pictures, engine.Part(fmt.Sprint("photo/more-", i)))
	}
	j, _ := d.job(detail)
	grid := j.photos.grid
	j.scroll.To(grid)
	d.until("the photos in sight are there", func() bool { return j.loaded() >= 9 })
	if n := len(grid.thumbs); n < 9 || n > 30 {
		t.Errorf("%d frames for a window of 760", n)
	}
	first := grid.thumbs[0]
	j.scroll.To(j.activity.content)
	d.until("the last photo is there", func() bool { l := grid.thumbs[499]; return l != nil && l.picture.image != nil })
	if grid.thumbs[0] != nil || first.picture.image != nil {
		t.Error("a picture that nobody sees is kept")
	}
	if n := len(grid.thumbs); n > 30 {
		t.Errorf("%d frames at the end", n)
	}
	j.Hidden()
	if len(grid.thumbs) != 0 || j.loaded() != 0 {
		t.Errorf("hidden, it has %d frames, %d pictures", len(grid.thumbs), j.loaded())
	}
	j.v.Changed() // an answer that was under way
	j.lookAround()
	if len(grid.thumbs) != 0 {
		t.Errorf("hidden, it fetches %d pictures", len(grid.thumbs))
	}
	j.Shown()
	d.until("they are back", func() bool { return j.loaded() > 0 })
}

// loaded counts the pictures that are in memory for being drawn.
func (j *Job) loaded() (n int) {
	for _, t := range j.photos.grid.thumbs {
		if t.picture.image != nil {
			n++
		}
	}
	for _, c := range j.structures.cards {
		if c.picture.image != nil {
			n++
		}
	}
	if j.numbers.drawing.picture.image != nil {
		n++
	}
	return n
}

func TestAPhotoIsShownLargeAndLookedThroughWithTheKeys(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	keyed := 0
	d.window.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { keyed++ })
	j, v := d.job(sycamore())
	j.scroll.To(j.photos.grid)
	d.until("the photos are there", func() bool { return len(j.photos.grid.thumbs) > 2 })
	test.Tap(button(j.photos.grid.thumbs[1].frame))
	at := func(says string) {
		d.t.Helper()
		d.until(says, func() bool { return d.reads(says) && !d.reads("Loading") })
	}
	at("House · 2 of 50")
	key := func(k fyne.KeyName) { d.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: k}) }
	for _, step := range []struct {
		key  fyne.KeyName
		says string
	}{
		{fyne.KeyRight, "House · 3 of 50"}, {fyne.KeyLeft, "House · 2 of 50"}, {fyne.KeyHome, "House · 1 of 50"}, {fyne.KeyLeft, "Detached garage · 50 of 50"},
		{fyne.KeyDown, "House · 1 of 50"}, {fyne.KeyEnd, "Detached garage · 50 of 50"}, {fyne.KeyA, "Detached garage · 50 of 50"},
	} {
		key(step.key)
		at(step.says)
	}
	d.tap("‹ Previous")
	at("Detached garage · 49 of 50")
	d.tap("Next ›")
	at("Detached garage · 50 of 50")
	key(fyne.KeyEscape)
	if d.reads("of 50") || keyed != 0 {
		t.Errorf("after Escape it reads %q, the window heard %d keys", d.texts(), keyed)
	}
	key(fyne.KeyEscape)
	if keyed != 1 {
		t.Error("the window does not hear its keys any more")
	}

	// A card's picture is a drawing, shown with all of its structure.
	test.Tap(j.structures.cards[1].look)
	at("Detached garage · drawing · 1 of 15")
	test.Tap(j.large)
	if d.reads("of 15") {
		t.Error("a tap beside the picture does not close it")
	}
	j.enlarge(v.State().Photos, 0)
	j.Hidden()
	if len(d.window.Canvas().Overlays().List()) != 0 {
		t.Error("a large picture stays over the window when its page goes")
	}
}

// button finds the button within a container.
func button(o fyne.CanvasObject) (found *parts.Button) {
	windowtest.Walk(o, func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok {
			found = b
		}
	})
	return found
}

func TestPicturesThatCannotBeLoadedSaySoAndAreTriedAgain(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	working := d.pictures
	d.pictures = func(engine.Part) (string, error) { return "", errors.New("403") }
	j, v := d.job(sycamore())
	house := j.structures.cards[0].picture
	d.until("the card has a mark", func() bool { return house.sign == parts.MarkWarn })
	j.enlarge(v.State().Photos, 0)
	d.until("the large one says so", func() bool { return d.reads("The picture cannot be shown") })
	d.tap("Close")
	d.mu.Lock()
	d.pictures = working
	d.mu.Unlock()
	v.Refresh()
	d.until("it is there", func() bool { return house.image != nil && house.sign == parts.MarkNone })
}

func TestPhotosThatAreOnTheirWayComeWithTheNews(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	working := d.pictures
	d.pictures = func(engine.Part) (string, error) { return "", errors.New("404") }
	detail := sycamore()
	detail.State = hover.JobUploading
	for i := range detail.Models {
		detail.Models[i].State = hover.ModelUploading
		detail.Structures[i].Preview, detail.Structures[i].Pictures = "photo/1", []engine.Part{"photo/1", "photo/2"}
	}
	j, v := d.job(detail)
	j.scroll.To(j.photos.content)
	marks := func(m parts.Mark) bool {
		for _, th := range j.photos.grid.thumbs {
			if th.picture.sign != m || m == parts.MarkNone && th.picture.image == nil {
				return false
			}
		}
		return len(j.photos.grid.thumbs) == 6 && j.structures.cards[0].picture.sign == m
	}
	d.until("they say that they are on their way", func() bool { return marks(parts.MarkUpload) })
	d.mu.Lock()
	d.pictures = working
	d.detail.State, d.detail.UpdatedAt = hover.JobWorking, engine.At(jobsNow)
	d.mu.Unlock()
	v.Reload()
	d.until("they are there", func() bool { return marks(parts.MarkNone) })
}

func TestWhatHoverSentIsFoldedAway(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.events = sycamoreEvents()
	j, _ := d.job(sycamore())
	if d.reads("job-state-changed") {
		t.Errorf("reads %q", d.texts())
	}
	d.tap("Activity")
	d.until("it is listed", func() bool { return d.reads("job-state-changed-v2") })
	for _, says := range []string{"signed by Hover", "signature not confirmed yet", "not signed", "Job: measured"} {
		if !d.reads(says) {
			t.Errorf("%q is not to be read among %q", says, d.texts())
		}
	}
	test.Tap(button(j.activity.events.rows.Objects[0]))
	body := d.label()
	if body == nil || !body.Selectable || !strings.Contains(body.Text, "\"webhook_id\": 12343") {
		t.Fatalf("its contents: %+v", body)
	}
	d.tap("Copy")
	if d.copied != body.Text {
		t.Errorf("copied %q", d.copied)
	}
	d.tap("Replay")
	d.until("it is replayed", d.asked("replay [40]"))
	d.tap("See it in Activity")
	if d.allEvents != "19402492" {
		t.Errorf("leads to the events of %q", d.allEvents)
	}
	d.tap("Activity")
	if d.label() != nil || d.reads("signed by Hover") {
		t.Errorf("folded away it reads %q", d.texts())
	}
	d.mu.Lock()
	d.events = nil
	d.mu.Unlock()
	d.tap("Activity")
	d.until("it says that there is nothing", func() bool { return d.reads("Nothing was received") })
}

// label finds a label, which only the contents of an event are written in.
func (d *jobDesk) label() (found *widget.Label) {
	windowtest.Walk(d.window.Content(), func(o fyne.CanvasObject) {
		if l, ok := o.(*widget.Label); ok {
			found = l
		}
	})
	return found
}

func TestNewsLeavesThePageWhereItIs(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	j, v := d.job(sycamore())
	d.until("its figures are there", func() bool { return d.reads("34.9") })
	j.scroll.To(j.photos.content)
	top, _ := j.scroll.Seen()
	d.mu.Lock()
	d.detail.Customer = "Dana Whitfield-Okafor"
	d.detail.Models[1].Name = "Detached double garage"
	d.mu.Unlock()
	v.Reload()
	d.until("the news is there", func() bool { return d.reads("Whitfield-Okafor") })
	if now, _ := j.scroll.Seen(); now != top || top <= 0 {
		t.Errorf("it was scrolled to %v, now to %v", top, now)
	}
	d.before("Detached double garage", "measured")
	v.Show("")
	v.Show("19402493")
	d.until("another job is there", func() bool { return d.reads("1420 Sycamore Lane") })
	if now, _ := j.scroll.Seen(); now > 0 {
		t.Errorf("another job begins at %v", now)
	}
}

func TestTheTimelineSaysAsMuchAsItHasRoomFor(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	d.job(sycamore())
	d.tap("Activity")
	const all = "Photos 8 min · Waiting 22 min · Building 3 h 41 min · Finishing 18 min"
	texts := d.texts()
	if !slices.Contains(texts, "22 min") || !slices.Contains(texts, "Building 3 h 41 min") || !slices.Contains(texts, all) {
		t.Errorf("narrow, it reads %q", texts)
	}
	d.below("Captured 7:29 AM", all)
	d.window.Resize(fyne.NewSize(1180, 760))
	if texts := d.texts(); !slices.Contains(texts, "Photos 8 min") || !slices.Contains(texts, "Waiting 22 min") || slices.Contains(texts, all) {
		t.Errorf("wide, it reads %q", texts)
	}
}

func TestADrawingIsInkOnTheCardInBothThemes(t *testing.T) {
	for _, variant := range []look.Variant{look.Light, look.Dark} {
		d := newJobDesk(t, 473, 760)
		test.ApplyTheme(t, look.New(variant))
		j, _ := d.job(sycamore())
		card := j.structures.cards[0].picture
		d.until("the drawing is there", func() bool { return card.image != nil })
		drawn := test.WidgetRenderer(card).(*pictureRenderer).image.Image
		ink := look.New(variant).Color("primary", 0)
		r, g, b, _ := ink.RGBA()
		bounds := drawn.Bounds()
		seen := false
		for y := range bounds.Dy() {
			for x := range bounds.Dx() {
				dr, dg, db, da := drawn.At(x, y).RGBA()
				if da > 0xF000 {
					seen = true
					if dr>>8 != r>>8*da/0xFFFF && max(dr, r)-min(dr, r) > 0x0F00 || max(dg, g)-min(dg, g) > 0x0F00 || max(db, b)-min(db, b) > 0x0F00 {
						t.Fatalf("%d,%d is drawn in %x %x %x, not in ink %x %x %x", x, y, dr, dg, db, r, g, b)
					}
				}
			}
		}
		if !seen {
			t.Error("nothing is to be seen of the drawing")
		}
	}
}

// A sign without its word says nothing.
func TestAStructureWithoutAStateHasNoSign(t *testing.T) {
	d := newJobDesk(t, 473, 760)
	j, _ := d.job(sycamore())
	c := j.structures.cards[0]
	if c.state.Mark() != parts.MarkDone {
		t.Errorf("a measured structure has the mark %d", c.state.Mark())
	}
	s := c.drawn
	s.State, s.Standing = "", view.StandingNone
	if c.draw(s); c.state.Mark() != parts.MarkNone {
		t.Errorf("one without a state has the mark %d", c.state.Mark())
	}
}
