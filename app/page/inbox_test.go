package page

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/words"
)

// inboxRows gives the rows that are drawn, from the top.
func (d *jobDesk) inboxRows() (rows []*inboxRow) {
	windowtest.Walk(d.window.Content(), func(o fyne.CanvasObject) {
		if r, ok := o.(*inboxRow); ok {
			rows = append(rows, r)
		}
	})
	slices.SortFunc(rows, func(a, b *inboxRow) int { return int(a.row.ID) - int(b.row.ID) })
	slices.Reverse(rows)
	return rows
}

// manyAlerts are n alerts, the newest first, none of them read.
func manyAlerts(n int) (list []engine.AlertView) {
	for id := n; id > 0; id-- {
		list = append(list, engine.AlertView{
			ID: fmt.Sprint(id), At: engine.At(jobsNow), Kind: job.Completed, JobID: hover.JobID(fmt.Sprint(id)), Title: say.Words(fmt.Sprintf("House %d is measured", id)),
		})
	}
	return list
}

func TestTheInboxListsWhatHappenedTheNewestFirst(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = someAlerts()
	d.inbox()
	rows := d.inboxRows()
	if len(rows) != 9 || rows[0].row.ID != 9 {
		t.Fatalf("%d rows, texts %q", len(rows), d.texts())
	}
	for _, text := range []string{
		"Inbox", "Unread 2", "1420 Sycamore Lane, Carmel IN is measured", "4 min ago · Ready: House and Detached garage.", "Yesterday 6:00 PM · Not enough photos",
		"Fri, Oct 31 · Open it in Hover to see it.",
	} {
		if !d.reads(text) {
			t.Errorf("%q is not to be read among %q", text, d.texts())
		}
	}
	for i, unread := range []bool{true, true, false, false} {
		if rows[i].dot.Visible() != unread {
			t.Errorf("row %d has a dot: %v", i, !unread)
		}
	}
	if rows[0].button.Visible() || rows[1].button.Text() != "Open PDF" || rows[2].button.Text() != "Show job" || rows[8].button.Visible() {
		t.Error("a row offers the wrong thing to do")
	}
	for i, r := range rows {
		if h := r.Size().Height; h != look.RowHeight {
			t.Errorf("row %d is %v high", i, h)
		}
	}
	d.fits()
}

func TestATapOnAnAlertShowsTheJobAndMarksItRead(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = someAlerts()
	b, v := d.inbox()
	test.TapCanvas(d.window.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(d.inboxRows()[1].title).AddXY(30, 8))
	if !slices.Equal(d.shown, []hover.JobID{"1"}) || v.State().Unread != 1 || d.inboxRows()[1].dot.Visible() {
		t.Errorf("shown %v, %d unread", d.shown, v.State().Unread)
	}
	d.until("it is marked", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return slices.Equal(d.read, []uint64{8}) })
	b.open(v.Row(0)) // a summary leads to no job
	if len(d.shown) != 1 || v.State().Unread != 0 {
		t.Errorf("shown %v, %d unread", d.shown, v.State().Unread)
	}
}

func TestTheButtonsOfAnAlert(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = someAlerts()
	d.jobs = someJobs()
	_, v := d.inbox()
	did := func(row int, what string) func() bool {
		return func() bool { d.mu.Lock(); defer d.mu.Unlock(); return slices.Contains(d.did, what) && !v.Row(row).Busy }
	}
	test.Tap(d.inboxRows()[3].button)
	d.until("its PDF is open", did(3, "open-pdf 3 "))
	test.Tap(d.inboxRows()[2].button)
	if !slices.Equal(d.shown, []hover.JobID{"4"}) {
		t.Errorf("shown %v", d.shown)
	}
	test.Tap(d.inboxRows()[1].button)
	d.until("a PDF of the other is open", did(1, "open-pdf 1 "))
	d.mu.Lock()
	d.refused = &say.Error{What: say.Words("There is no PDF to open yet")}
	d.jobs = nil
	d.mu.Unlock()
	test.Tap(d.inboxRows()[3].button)
	d.until("it is told why not", func() bool { return len(d.told) == 1 })
}

func TestMarkAllReadAndFiltersWithNothingToShow(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = someAlerts()
	_, v := d.inbox()
	d.tap("Failures")
	d.until("failures are listed", func() bool { return len(d.inboxRows()) == 2 })
	d.tap("Unread 2")
	d.until("unread ones are listed", func() bool { return len(d.inboxRows()) == 2 })
	d.tap("Mark all read")
	d.until("all is read", func() bool { return d.reads("Everything is read") })
	if d.reads("Unread 2") || v.State().Unread != 0 || len(d.inboxRows()) != 0 {
		t.Errorf("reads %q", d.texts())
	}
	d.tap("Show all")
	d.until("all are listed", func() bool { return len(d.inboxRows()) == 9 })
	d.until("they are marked", func() bool { d.mu.Lock(); defer d.mu.Unlock(); return len(d.read) == 9 })
}

func TestAnEmptyInboxSaysWhatWillBeHere(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	_, v := d.inbox()
	if !d.reads("No news yet") {
		t.Errorf("reads %q", d.texts())
	}
	d.tap("Failures")
	d.until("there are none", func() bool { return d.reads("No failures") })
	d.mu.Lock()
	d.alerts = someAlerts()
	d.mu.Unlock()
	v.Show(view.InboxAll)
	v.Reload()
	d.until("news is there", func() bool { return len(d.inboxRows()) == 9 && !d.reads("No news") })
}

func TestAnInboxThatCannotBeReadCanBeTriedAgain(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.broken = errors.New("the disk is full")
	d.alerts = someAlerts()
	d.inbox()
	if !d.reads("The inbox cannot be shown") || !d.reads("the disk is full") {
		t.Errorf("reads %q", d.texts())
	}
	d.mu.Lock()
	d.broken = nil
	d.mu.Unlock()
	d.tap("Try again")
	d.until("it is there", func() bool { return len(d.inboxRows()) == 9 })
}

func TestAlertsByTheThousandAreReadAsTheyAreScrolledTo(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = manyAlerts(3_000)
	b, v := d.inbox()
	if n := len(d.inboxRows()); n > 15 || d.pages != 1 {
		t.Errorf("%d rows are drawn, %d pages read", n, d.pages)
	}
	for v.State().Len < 3_000 {
		was := v.State().Len
		b.list.ScrollToBottom()
		d.until("more are there", func() bool { return v.State().Len > was })
	}
	b.list.ScrollToBottom()
	d.until("the oldest is drawn", func() bool { return d.reads("House 1 is measured") })
	if n := len(d.inboxRows()); n > 15 {
		t.Errorf("%d rows are drawn", n)
	}
	b.list.ScrollToTop()
	if !d.reads("House 3000 is measured") {
		t.Errorf("reads %q", d.texts())
	}
	if !d.reads("Unread 3,000") {
		t.Errorf("unread ones are counted: %q", d.texts())
	}
}

func TestTheInboxGoesByKeyboard(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = manyAlerts(50)
	b, _ := d.inbox()
	d.window.Canvas().Focus(b.list)
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn} {
		b.list.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if !slices.Equal(d.shown, []hover.JobID{"48"}) {
		t.Errorf("shown %v", d.shown)
	}
	b.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if d.window.Canvas().Focused() != nil {
		t.Error("Escape does not leave the list")
	}
}

func TestInboxTextsFitInBothLanguagesWhateverTheyAre(t *testing.T) {
	for _, width := range []float32{420, 712, 992} {
		for _, spanish := range []bool{false, true} {
			d := newJobDesk(t, width, 760)
			if spanish {
				inSpanish(t)
			}
			d.alerts = someAlerts()
			for i, name := range []string{strings.Repeat("Very long ", 500), strings.Repeat("W", 3_000), "بيت كبير جدا في شارع طويل جدا", "🏠"} {
				d.alerts[i].Title, d.alerts[i].Body = say.Words(name), say.Words(name)
			}
			d.inbox()
			d.until("they are drawn", func() bool { return len(d.inboxRows()) == 9 })
			d.fits()
			_ = words.Use(words.English)
		}
	}
}

// TestATitleThatIsTooLongSaysWhatHappened at every width of the window.
func TestATitleThatIsTooLongSaysWhatHappened(t *testing.T) {
	for _, spanish := range []bool{false, true} {
		for _, width := range []float32{520, 712, 992} {
			d := newJobDesk(t, width, 760)
			verb := "could not be measured"
			if spanish {
				inSpanish(t)
				verb = "no se pudo medir"
			}
			d.alerts = someAlerts()[:1]
			long := job.Job{ID: "4", Name: strings.Repeat("Whitfield and Sons Roofing ", 4), Address: hover.Address{Line1: strings.Repeat("1420 Sycamore Lane ", 4)}}
			d.alerts[0].Title, d.alerts[0].Body = job.Compose(job.Happening{Outcome: job.Failed}, long, job.Files{})
			d.alerts[0].Kind, d.alerts[0].JobID, d.alerts[0].Failed = job.Failed, "4", true
			d.inbox()
			d.until("it is drawn", func() bool { return len(d.inboxRows()) == 1 })
			title := ""
			for _, text := range d.texts() {
				if strings.HasPrefix(text, "Whit") {
					title = text
				}
			}
			if !strings.HasSuffix(title, verb) || !strings.Contains(title, "…") {
				t.Errorf("in %v it reads %q of %q", width, title, d.texts())
			}
			_ = words.Use(words.English)
		}
	}
}

func TestMarksTellTheKindOfNews(t *testing.T) {
	d := newJobDesk(t, 992, 760)
	d.alerts = someAlerts()
	d.inbox()
	for i, want := range map[int]parts.Mark{0: parts.MarkMail, 1: parts.MarkDone, 2: parts.MarkFailed, 4: parts.MarkWaiting, 5: parts.MarkFailed, 6: parts.MarkUpload, 7: parts.MarkMail} {
		if got := newsMark(d.inboxRows()[i].row.Standing); got != want {
			t.Errorf("row %d has mark %v, not %v", i, got, want)
		}
	}
}
