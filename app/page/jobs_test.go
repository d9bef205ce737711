package page

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// titles gives the names of the jobs in sight, from the top.
func (j *Jobs) titles() (list []string) {
	rows := map[float32]string{}
	var at []float32
	windowtest.Walk(j.content, func(o fyne.CanvasObject) {
		if r, ok := o.(*jobRow); ok {
			y := fyne.CurrentApp().Driver().AbsolutePositionForObject(r).Y
			rows[y] = r.title.Text()
			at = append(at, y)
		}
	})
	slices.Sort(at)
	for _, y := range at {
		list = append(list, rows[y])
	}
	return list
}

// strong gives the jobs in sight whose rows have a strong button.
func (j *Jobs) strong() (ids []string) {
	windowtest.Walk(j.content, func(o fyne.CanvasObject) {
		if r, ok := o.(*jobRow); ok && r.button.Visible() && r.button.Style() == parts.Primary {
			ids = append(ids, string(r.row.ID))
		}
	})
	return ids
}

func (d *jobsDesk) press(keys ...fyne.KeyName) {
	d.t.Helper()
	for _, k := range keys {
		focused := d.window.Canvas().Focused()
		if focused == nil {
			d.t.Fatalf("nothing has the focus for %s", k)
		}
		focused.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func (d *jobsDesk) types(text string) {
	d.t.Helper()
	for _, r := range text {
		focused := d.window.Canvas().Focused()
		if focused == nil {
			d.t.Fatalf("nothing has the focus for %q", text)
		}
		focused.TypedRune(r)
	}
}

func TestEveryRowSaysHowItStandsAndDoesOneThing(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	d.page()
	for _, text := range []string{
		"1420 Sycamore Lane", "Carmel IN · Finished 2 min ago · 3 structures, 2 ready", "Building the 3D model · about 1 h 20 min left",
		"Failed: not enough photos of the rear side", "Madison WI · Waiting for approval in Hover", "Photos uploading",
		"All 8", "In progress 2", "Finished 4", "Failed 1", "Needs approval 1",
	} {
		if !d.reads(text) {
			t.Errorf("%q is not in %q", text, d.texts())
		}
	}
	d.tap("Open PDF")
	d.until("the PDF is open", d.sees("8.pdf"))
	d.tap("Open in Hover")
	d.until("the browser shows the job to approve", d.sees("https://hover.to/wr/jobs/5"))
}

func TestWhatToDoSaysWhatHappenedWhyAndWhatNext(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()[3:4]
	d.page()
	d.tap("What to do")
	for _, text := range []string{"12 Mill Street, Dayton OH could not be measured", "Not enough photos of the rear side", "Ask for new photos, or open the job in Hover"} {
		if !d.reads(text) {
			t.Errorf("%q is not in %q", text, d.texts())
		}
	}
	d.press(fyne.KeyEscape)
	if d.window.Canvas().Overlays().Top() != nil {
		t.Fatal("Escape did not close it")
	}
	d.tap("What to do")
	d.tap("Open in Hover")
	d.until("the browser shows the job", d.sees("https://hover.to/wr/jobs/4"))
	if d.window.Canvas().Overlays().Top() != nil {
		t.Error("it stays over the window")
	}
	d.tap("What to do")
	d.tap("Ask for new photos…")
	if !slices.Equal(d.asksFor, []hover.JobID{"4"}) || d.window.Canvas().Overlays().Top() != nil {
		t.Errorf("new photos are asked for %q", d.asksFor)
	}
}

func TestSearchingAsYouType(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	j.FocusSearch()
	d.types("cedar")
	d.until("only Ramirez is left", func() bool { return slices.Equal(j.titles(), []string{"Ramirez"}) })
	if !d.reads("All 1") || !d.reads("Not in this list?") {
		t.Error(d.texts())
	}
	chipsFollow(t, j)
	d.press(fyne.KeyEscape)
	d.until("all are back", func() bool { return len(j.titles()) == 8 })
	if d.reads("Not in this list?") {
		t.Error("Hover is offered with nothing to search for")
	}
	d.tap("Failed 1")
	d.until("only the failed one is left", func() bool { return slices.Equal(j.titles(), []string{"12 Mill Street"}) })
	d.tap("All 8")
	d.until("all are back", func() bool { return len(j.titles()) == 8 })
}

func TestTheListByKeyboard(t *testing.T) {
	d := newJobsDesk(t, 992, 500)
	d.jobs = someJobs()
	j := d.page()
	j.FocusSearch()
	d.press(fyne.KeyDown) // into the list
	d.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(d.shown, []hover.JobID{"1", "3"}) { // the first is shown to begin with
		t.Errorf("shown: %v", d.shown)
	}
	d.press(fyne.KeyEnd, fyne.KeySpace)
	if got := d.shown[len(d.shown)-1]; got != "8" {
		t.Errorf("shown: %v", d.shown)
	}
	if got := j.titles(); got[len(got)-1] != "640 Juniper St" {
		t.Errorf("the last one is out of sight: %q", got)
	}
	d.press(fyne.KeyPageUp, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyDown, fyne.KeyUp, fyne.KeyEnter)
	if got := d.shown[len(d.shown)-1]; got != "1" {
		t.Errorf("shown: %v", d.shown)
	}
	d.press(fyne.KeyUp) // out of it again
	d.types("mill")
	d.until("the search has the keys", func() bool { return len(j.titles()) == 1 })
	d.press(fyne.KeyReturn, fyne.KeyReturn)
	if got := d.shown[len(d.shown)-1]; got != "4" {
		t.Errorf("type, Enter, Enter: shown %v", d.shown)
	}
}

func TestTheWindowsKeysHoldInTheList(t *testing.T) {
	d := newJobsDesk(t, 992, 500)
	d.jobs = someJobs()
	j := d.page()
	var keys []fyne.KeyName
	var runes []rune
	d.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { keys = append(keys, e.Name) })
	d.window.Canvas().SetOnTypedRune(func(r rune) { runes = append(runes, r) })
	j.FocusSearch()
	d.press(fyne.KeyF5)
	d.press(fyne.KeyDown, fyne.KeyF5, fyne.KeyF1, fyne.KeyDown)
	d.types("?")
	if !slices.Equal(keys, []fyne.KeyName{fyne.KeyF5, fyne.KeyF5, fyne.KeyF1}) || string(runes) != "?" {
		t.Errorf("the window got %q and %q", keys, string(runes))
	}
}

func TestAPageThatIsMadeAnewShowsWhatTheOldOneDid(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	j.search.SetText("cedar")
	d.until("only Ramirez is left", func() bool { return len(j.titles()) == 1 })
	inSpanish(t)
	j = NewJobs(j.v, j.job, d)
	d.window.SetContent(j.Content())
	if !slices.Equal(j.titles(), []string{"Ramirez"}) || j.search.Text() != "cedar" || !d.reads("Terminada hoy 9:12 AM") {
		t.Errorf("%q", d.texts())
	}
	d.tap("Todos 1")
	j.search.Clear()
	d.until("all are back", func() bool { return len(j.titles()) == 8 })
}

func TestTheChosenJobStaysChosenWhileOthersComeAndGo(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = someJobs()
	j := d.page()
	j.Show("3")
	d.mu.Lock()
	d.jobs = append([]engine.JobView{{ID: "9", Address: "1 New Street", State: hover.JobUploading}}, d.jobs...)
	d.mu.Unlock()
	j.v.Reload()
	d.until("the new job is on top", func() bool { return j.titles()[0] == "1 New Street" })
	chosen := ""
	windowtest.Walk(j.list, func(o fyne.CanvasObject) {
		if r, ok := o.(*jobRow); ok && r.edge.Visible() {
			chosen += r.title.Text()
		}
	})
	if chosen != "Ramirez" {
		t.Errorf("chosen: %q", chosen)
	}
}

func TestEmptyListsSayWhatWillAppearAndWhatToDo(t *testing.T) {
	for story, c := range map[string]struct {
		begin func(d *jobsDesk)
		then  func(d *jobsDesk, j *Jobs)
		title string
		tap   string
		so    func(d *jobsDesk, j *Jobs) bool
	}{
		"nobody is signed in": {
			begin: func(d *jobsDesk) { d.signedIn = false },
			title: "Dormer is not connected to Hover yet", tap: "Set up Dormer",
			so: func(d *jobsDesk, _ *Jobs) bool { return d.wizard == 1 },
		},
		"a new account": {
			title: "No jobs yet", tap: "Check for missed jobs",
			so: func(_ *jobsDesk, j *Jobs) bool { return j.v.State().AtHover.Running },
		},
		"nothing matches": {
			begin: func(d *jobsDesk) { d.jobs = someJobs() },
			then:  func(_ *jobsDesk, j *Jobs) { j.search.SetText("zzz") },
			title: "Nothing matches “zzz”", tap: "Search at Hover",
			so: func(_ *jobsDesk, j *Jobs) bool {
				return j.v.State().AtHover.Running && j.v.State().AtHover.Search == "zzz"
			},
		},
		"it matches in another state": {
			begin: func(d *jobsDesk) { d.jobs = someJobs() },
			then:  func(_ *jobsDesk, j *Jobs) { j.v.Show(engine.GroupFailed); j.search.SetText("cedar") },
			title: "Nothing matches “cedar”", tap: "Show all",
			so: func(_ *jobsDesk, j *Jobs) bool { return len(j.titles()) == 1 },
		},
		"nothing has failed": {
			begin: func(d *jobsDesk) { d.jobs = someJobs()[:3] },
			then:  func(_ *jobsDesk, j *Jobs) { j.v.Show(engine.GroupFailed) },
			title: "No job has failed", tap: "All 3",
			so: func(_ *jobsDesk, j *Jobs) bool { return len(j.titles()) == 3 },
		},
		"the store cannot be read": {
			begin: func(d *jobsDesk) {
				d.broken = &say.Error{What: say.Words("The database cannot be read"), Do: say.Words("Restart Dormer.")}
			},
			then:  func(d *jobsDesk, _ *Jobs) { d.broken = nil; d.jobs = someJobs() },
			title: "The database cannot be read. Restart Dormer.", tap: "Try again",
			so: func(_ *jobsDesk, j *Jobs) bool { return len(j.titles()) == 8 },
		},
	} {
		t.Run(story, func(t *testing.T) {
			d := newJobsDesk(t, 992, 760)
			if c.begin != nil {
				c.begin(d)
			}
			j := d.page()
			if c.then != nil {
				c.then(d, j)
			}
			d.until(c.title, func() bool { return d.reads(c.title) })
			d.tap(c.tap)
			d.until("the button did what it says", func() bool { return c.so(d, j) })
		})
	}
}

func TestSearchingAtHoverShowsHowFarItIsAndCanBeStopped(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs, d.hoverPages = someJobs(), make(chan int)
	j := d.page()
	j.search.SetText("st")
	d.until("Hover is offered", func() bool { return d.reads("Not in this list?") })
	d.tap("Search at Hover")
	d.hoverPages <- 1200
	d.until("it counts", func() bool { return d.reads("Searching at Hover… 1,200 jobs found") })
	d.tap("Cancel")
	d.until("it is offered again", func() bool { return d.reads("Not in this list?") })
	d.tap("Search at Hover")
	d.hoverPages <- 1
	close(d.hoverPages)
	d.until("it has ended", func() bool { return d.reads("Hover found 1 job. It is in the list.") })
	d.tap("OK")
	d.until("it is offered again", func() bool { return d.reads("Not in this list?") })
}

func TestOnANarrowWindowTheJobCoversTheList(t *testing.T) {
	d := newJobsDesk(t, 640, 760)
	d.jobs = someJobs()
	j := d.page()
	if len(d.shown) != 0 || d.reads("one job") {
		t.Errorf("a job covers the list to begin with: %v", d.shown)
	}
	test.TapCanvas(d.window.Canvas(), fyne.NewPos(200, 300))
	if len(d.shown) != 1 || !d.reads("one job") || len(j.titles()) != 0 {
		t.Fatalf("shown %v, %q", d.shown, d.texts())
	}
	d.tap("‹ All jobs")
	if d.reads("one job") || len(j.titles()) != 8 {
		t.Errorf("the way back: %q", d.texts())
	}
	test.TapCanvas(d.window.Canvas(), fyne.NewPos(200, 300)) // the same once more
	if len(d.shown) != 2 || !d.reads("one job") {
		t.Errorf("shown %v", d.shown)
	}
	j.Back()
	j.Show("2")
	if !j.Back() || j.Back() {
		t.Error("back leads from the job to the list, and no further")
	}
	d.press(fyne.KeyDown, fyne.KeyReturn) // from the job that was shown
	if got := d.shown[len(d.shown)-1]; got != "3" {
		t.Errorf("shown: %v", d.shown)
	}
	j.Show("2")
	j.FocusSearch()
	if len(j.titles()) == 0 {
		t.Error("the search box lies below the job")
	}
	j.Show("8")
	j.Back()
	if strong := j.strong(); !slices.Equal(strong, []string{"8"}) {
		t.Errorf("where the list is alone the buttons of %q are strong", strong)
	}
	d.window.Resize(fyne.NewSize(1000, 760))
	if strong := j.strong(); len(strong) != 0 {
		t.Errorf("beside the job's page the buttons of %q are strong too", strong)
	}
	if !d.reads("one job") || len(j.titles()) != 8 {
		t.Errorf("a wide window has room for both: %q", d.texts())
	}
}

func TestLongTextsInSpanishStayWithinTheirRow(t *testing.T) {
	inSpanish(t)
	for _, width := range []float32{340, 720, 992} {
		d := newJobsDesk(t, width, 700)
		d.jobs = someJobs()
		d.jobs[3].FailureReason = strings.Repeat("las fotos de la parte de atrás son demasiado oscuras ", 5)
		d.jobs[4].Name = strings.Repeat("Comunidad de propietarios ", 8)
		j := d.page()
		seen := 0
		windowtest.Walk(j.list, func(o fyne.CanvasObject) {
			r, ok := o.(*jobRow)
			if !ok {
				return
			}
			seen++
			end := r.Size().Width
			if r.button.Visible() {
				end = r.button.Position().X
			}
			for _, text := range []fyne.CanvasObject{r.title, r.second} {
				if right := text.Position().X + text.Size().Width; right > end {
					t.Errorf("at %g: %q runs to %g, the row's end is %g", width, r.title.Text(), right, end)
				}
				if text.Size().Width < 60 {
					t.Errorf("at %g: there is no room for the words of %q", width, r.title.Text())
				}
			}
			if low := r.second.Position().Y + r.second.Size().Height; low > r.Size().Height || r.bar.Visible() && low > r.bar.Position().Y {
				t.Errorf("at %g: the second line of %q is too low", width, r.title.Text())
			}
		})
		if seen < 7 { // the headings leave room for seven
			t.Errorf("at %g: %d rows", width, seen)
		}
		for _, chip := range j.chips {
			if right := chip.Position().X + chip.Size().Width; right > j.filters.Size().Width+1 {
				t.Errorf("at %g: the filter %q is cut off", width, chip.Text())
			}
		}
	}
}

// chipsFollow checks that the filters stand beside each other like words, each as
// wide as what stands on it, and gives how many lines they fill.
func chipsFollow(t *testing.T, j *Jobs) (lines int) {
	t.Helper()
	end := fyne.NewPos(-6, -1)
	for _, g := range engine.Groups() {
		chip := j.chips[g]
		at, size := chip.Position(), chip.Size()
		if at.Y > end.Y {
			lines++
			end = fyne.NewPos(-6, at.Y)
		}
		if at.X != end.X+6 || size.Width != chip.MinSize().Width {
			t.Errorf("the filter %q stands at %g and is %g wide; the one before ends at %g", chip.Text(), at.X, size.Width, end.X)
		}
		end = at.AddXY(size.Width, 0)
	}
	return lines
}

// manyJobs are n finished jobs.
func manyJobs(n int) []engine.JobView {
	list := make([]engine.JobView, n)
	for i := range list {
		list[i] = engine.JobView{
			ID: hover.JobID(fmt.Sprint(i)), Address: fmt.Sprintf("%d Elm Street, Barre VT", i), State: hover.JobCompleted, UpdatedAt: engine.At(jobsNow.Add(-time.Hour)),
			Models: []engine.ModelView{{ID: "1", State: hover.ModelCompleted, Files: []engine.FileView{{Format: "pdf", State: "saved", Path: "house.pdf"}}}},
		}
	}
	return list
}

func TestAHundredThousandJobs(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = manyJobs(100_000)
	j := d.page()
	if !d.reads("All 100,000") || !d.reads("Finished 100,000") {
		t.Error(d.texts())
	}
	lines := chipsFollow(t, j)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if low := at(j.filters).Y + j.filters.MinSize().Height; lines != 2 || at(j.list).Y < low {
		t.Errorf("the filters run to %g, the list begins at %g", low, at(j.list).Y)
	}
	j.list.ScrollTo(99_999)
	d.until("the last row is read", func() bool {
		got := j.titles()
		return got[len(got)-1] == "99999 Elm Street"
	})
	if n := len(j.titles()); n > 12 {
		t.Errorf("%d rows are drawn", n)
	}
	j.list.ScrollTo(0)
	if got := j.titles()[0]; got != "0 Elm Street" {
		t.Errorf("what was read before is read again: %q", got)
	}
}

func TestNewsAboveDoesNotMoveTheRowUnderThePointer(t *testing.T) {
	d := newJobsDesk(t, 992, 760)
	d.jobs = manyJobs(1000)
	j := d.page()
	j.list.ScrollToOffset(j.list.offsetOf(500) + 10)
	d.until("the rows are read", func() bool { return j.titles()[0] == "500 Elm Street" })
	d.mu.Lock()
	d.jobs = append([]engine.JobView{{ID: "x", Address: "1 New Street"}, {ID: "y", Address: "2 New Street"}}, d.jobs...)
	d.mu.Unlock()
	j.v.Reload()
	d.until("the new jobs are counted", func() bool { return d.reads("All " + words.Count(1002)) })
	if got := j.titles()[0]; got != "500 Elm Street" {
		t.Errorf("the list has moved: %q is on top", got)
	}
	if off := j.list.GetScrollOffset(); off != j.list.offsetOf(502)+10 {
		t.Errorf("it jumps by %g", off-(j.list.offsetOf(502)+10))
	}
}
