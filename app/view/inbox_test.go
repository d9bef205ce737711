package view_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// inboxDesk is as much of an engine as the inbox asks.
type inboxDesk struct {
	engine.Desk
	viewtest.Notes

	mu     sync.Mutex         // protects all below
	alerts []engine.AlertView // the newest first
	asked  []string           // the alerts before which pages were asked for
	broken error              // of reading
	refuse error              // of marking and acting
	jobs   []engine.JobView   // that are known
	hold   chan struct{}      // pages wait for it
}

func (d *inboxDesk) AlertPage(_ context.Context, before string, limit int) ([]engine.AlertView, error) {
	d.mu.Lock()
	hold := d.hold
	d.asked = append(d.asked, before)
	d.mu.Unlock()
	if hold != nil {
		<-hold
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	from := 0
	if before != "" {
		n, _ := strconv.Atoi(before)
		from = len(d.alerts)
		for i, a := range d.alerts {
			if id, _ := strconv.Atoi(a.ID); id < n {
				from = i
				break
			}
		}
	}
	return slices.Clone(d.alerts[from:min(from+limit, len(d.alerts))]), d.broken
}

func (d *inboxDesk) Unread(context.Context) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Unread(d.alerts), nil
}

func (d *inboxDesk) MarkRead(_ context.Context, ids ...uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Note("read ", ids)
	if d.refuse != nil {
		return d.refuse
	}
	for i, a := range d.alerts {
		if id, _ := strconv.ParseUint(a.ID, 10, 64); len(ids) == 0 || slices.Contains(ids, id) {
			d.alerts[i].ReadAt = engine.At(time.Now())
		}
	}
	return nil
}

func (d *inboxDesk) JobRows(_ context.Context, ids []hover.JobID) ([]engine.JobView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Rows(d.jobs, ids), nil
}

func (d *inboxDesk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Note(action, " ", id, " ", model)
	return d.refuse
}

// has puts n alerts into the inbox, the oldest half an hour after each other;
// each third is a failure.
func (d *inboxDesk) has(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range n {
		id := len(d.alerts) + 1
		a := engine.AlertView{ID: fmt.Sprint(id), At: engine.At(time.Now()), Kind: job.Completed, JobID: hover.JobID(fmt.Sprint("j", id)), Title: say.Words(fmt.Sprintf("House %d is measured", id))}
		if i%3 == 2 {
			a.Kind, a.Failed, a.Title = job.Failed, true, say.Words(fmt.Sprintf("House %d could not be measured", id))
		}
		d.alerts = slices.Insert(d.alerts, 0, a)
	}
}

// pages gives how many pages were asked for since the last call.
func (d *inboxDesk) pages() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.asked)
	d.asked = nil
	return n
}

func inboxStory(t *testing.T, tell func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox)) {
	t.Helper()
	english(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := &inboxDesk{}
		tell(t, w, d, view.NewInbox(w.Deps(d)))
	})
}

// drawn gives the titles of the rows as they are drawn.
func drawnRows(b *view.Inbox, from, to int) (titles []string) {
	for i := from; i < to; i++ {
		titles = append(titles, b.Row(i).Title)
	}
	return titles
}

// lookThrough draws all rows, a screen at a time.
func lookThrough(w *viewtest.Thread, b *view.Inbox) {
	for at := 0; at < b.State().Len; at += 50 {
		drawnRows(b, at, min(at+60, b.State().Len))
		w.Settle()
	}
}

func TestAnAlertSaysWhatHappenedWhenAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		alert engine.AlertView
		want  view.AlertRow
	}{
		{engine.AlertView{Kind: job.Completed, JobID: "1", Title: say.Words("A is measured"), Body: say.Words("The PDF is saved.")},
			view.AlertRow{Job: "1", Title: "A is measured", Second: "5 min ago · The PDF is saved.", Standing: view.StandingDone, Action: view.AlertOpenPDF}},
		{engine.AlertView{Kind: job.Failed, Failed: true, JobID: "1", Title: say.Words("A could not be measured")},
			view.AlertRow{Job: "1", Title: "A could not be measured", Second: "5 min ago", Standing: view.StandingFailed, Action: view.AlertShowJob}},
		{engine.AlertView{Kind: job.StructureDone, JobID: "1", ModelID: "2", Title: say.Words("Barn of A is measured")},
			view.AlertRow{Job: "1", Title: "Barn of A is measured", Second: "5 min ago", Standing: view.StandingDone, Action: view.AlertOpenPDF}},
		{engine.AlertView{Kind: job.StructureDone, JobID: "1", ModelID: "2", Failed: true, Title: say.Words("Barn of A could not be measured")},
			view.AlertRow{Job: "1", Title: "Barn of A could not be measured", Second: "5 min ago", Standing: view.StandingFailed, Action: view.AlertShowJob}},
		{engine.AlertView{Kind: job.Approval, JobID: "1", Title: say.Words("A waits for approval")},
			view.AlertRow{Job: "1", Title: "A waits for approval", Second: "5 min ago", Standing: view.StandingWaiting, Action: view.AlertAtHover}},
		{engine.AlertView{Kind: job.Capture, JobID: "1", Title: say.Words("A was captured")},
			view.AlertRow{Job: "1", Title: "A was captured", Second: "5 min ago", Standing: view.StandingUploading, Action: view.AlertShowJob}},
		{engine.AlertView{Kind: job.Order, Title: say.Words("Order is ready")},
			view.AlertRow{Title: "Order is ready", Second: "5 min ago", Standing: view.StandingDone}},
		{engine.AlertView{Kind: job.Summary, Title: say.Words("While you were away: 3 jobs were measured")},
			view.AlertRow{Title: "While you were away: 3 jobs were measured", Second: "5 min ago"}},
		{engine.AlertView{Kind: "new", JobID: "1", Title: say.Words("News from Hover")},
			view.AlertRow{Job: "1", Title: "News from Hover", Second: "5 min ago", Action: view.AlertShowJob}},
	} {
		inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
			c.alert.ID, c.alert.At = "7", engine.At(time.Now())
			c.want.ID, c.want.Unread = 7, true
			d.alerts = []engine.AlertView{c.alert}
			w.Pass(5 * time.Minute)
			b.Reload()
			w.Settle()
			if got := b.Row(0); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestAnEmptyInboxSaysThatItIsRead(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		if s := b.State(); s.Loaded {
			t.Errorf("before it was read: %+v", s)
		}
		b.Shown()
		w.Settle()
		if s := b.State(); !s.Loaded || s.Len != 0 || s.Unread != 0 || s.Reading {
			t.Errorf("%+v", s)
		}
		if r := b.Row(0); r != (view.AlertRow{}) {
			t.Errorf("a row of nothing: %+v", r)
		}
		b.Hidden()
	})
}

func TestAlertsAreReadPageByPageAsTheyAreLookedThrough(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(1_000)
		b.Reload()
		w.Settle()
		if n := d.pages(); n != 1 || b.State().Len != 100 {
			t.Fatalf("%d pages, %d rows", n, b.State().Len)
		}
		drawnRows(b, 0, 12)
		w.Settle()
		if n := d.pages(); n != 0 {
			t.Errorf("%d more pages for the first rows", n)
		}
		for at := 0; at < b.State().Len; at += 10 {
			drawnRows(b, at, min(at+12, b.State().Len))
			w.Settle()
		}
		if s := b.State(); s.Len != 1_000 || s.Reading {
			t.Errorf("%+v", s)
		}
		for i := range 1_000 {
			if got, want := b.Row(i).ID, uint64(1_000-i); got != want {
				t.Fatalf("row %d is alert %d", i, got)
			}
		}
		if n := d.pages(); n != 10 { // the tenth is whole, the eleventh empty
			t.Errorf("%d more pages", n)
		}
	})
}

func TestNewsComesOnTopAndOnlyWhatIsInSightIsReadAgain(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(500)
		b.Reload()
		w.Settle()
		lookThrough(w, b)
		d.pages()
		d.has(3)
		d.mu.Lock()
		d.alerts[210].Title = say.Words("House 293 was measured anew") // its PDF has come
		d.mu.Unlock()
		b.Reload()
		w.Settle()
		if n := d.pages(); n != 1 || b.State().Len != 503 || b.Row(0).ID != 503 {
			t.Errorf("%d pages, %d rows, the first is %d", n, b.State().Len, b.Row(0).ID)
		}
		drawnRows(b, 205, 217)
		w.Settle()
		if n := d.pages(); n != 1 {
			t.Errorf("%d pages for what is in sight", n)
		}
		if got := b.Row(210); got.Title != "House 293 was measured anew" {
			t.Errorf("row 210 is %+v", got)
		}
		if n := b.State().Len; n != 503 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestTheFirstNewsMayBeMoreThanAPage(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		b.Reload()
		w.Settle()
		d.has(250)
		b.Reload()
		w.Settle()
		lookThrough(w, b)
		if n := b.State().Len; n != 250 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAnInboxThatFailsWhileItIsScrolledDoesNotAskForEver(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(300)
		b.Reload()
		w.Settle()
		d.pages()
		d.broken = errors.New("the disk is full")
		drawn := 0
		b.Changed = func() {
			if drawn++; drawn < 50 {
				drawnRows(b, 88, 100)
			}
		}
		drawnRows(b, 88, 100)
		w.Settle()
		if n, told := d.pages(), w.Told(); n != 1 || len(told) != 1 || b.State().Len != 100 {
			t.Errorf("asked %d times, told %v, %d rows", n, told, b.State().Len)
		}
	})
}

func TestMoreNewsThanOnePageLeavesNoGap(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(150)
		b.Reload()
		w.Settle()
		d.has(250)
		b.Reload()
		w.Settle()
		lookThrough(w, b)
		for i := range b.State().Len {
			if got := b.Row(i).ID; got != uint64(400-i) {
				t.Fatalf("row %d is alert %d", i, got)
			}
		}
		if b.State().Len != 400 {
			t.Errorf("%d rows", b.State().Len)
		}
	})
}

func TestAlertsThatWereDeletedGo(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(30)
		b.Reload()
		w.Settle()
		d.mu.Lock()
		d.alerts = slices.Delete(d.alerts, 5, 30)
		d.mu.Unlock()
		b.Reload()
		w.Settle()
		if n := b.State().Len; n != 5 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestFiltersShowWhatIsUnreadAndWhatFailed(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(600)
		d.mu.Lock()
		for i := range d.alerts {
			if i > 0 && i != 580 {
				d.alerts[i].ReadAt = engine.At(time.Now())
			}
		}
		d.mu.Unlock()
		b.Reload()
		w.Settle()
		b.Show(view.InboxFailures)
		w.Settle()
		for i := range b.State().Len {
			if r := b.Row(i); r.Standing != view.StandingFailed {
				t.Errorf("row %d is %+v", i, r)
			}
		}
		if n := b.State().Len; n < 20 || n > 200 {
			t.Errorf("%d failures were read for the first screen", n)
		}
		b.Show(view.InboxUnread)
		w.Settle()
		if s := b.State(); s.Len != 2 || s.Unread != 2 || b.Row(1).ID != 20 {
			t.Errorf("%+v, the second is %+v", s, b.Row(1))
		}
		b.Read(20)
		if s := b.State(); s.Len != 1 || s.Unread != 1 {
			t.Errorf("at once: %+v", s)
		}
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"read [20]"}) {
			t.Errorf("did %q", did)
		}
		b.Read(20) // again
		b.Read(999_999)
		w.Settle()
		if did := d.Noted(); len(did) != 0 {
			t.Errorf("did %q", did)
		}
		b.Show(view.InboxAll)
		w.Settle()
		if n := b.State().Len; n != 600 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestMarkAllRead(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(250)
		b.Reload()
		w.Settle()
		if s := b.State(); s.Unread != 250 {
			t.Errorf("%+v", s)
		}
		b.ReadAll()
		if s := b.State(); s.Unread != 0 || b.Row(50).Unread {
			t.Errorf("at once: %+v", s)
		}
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"read []"}) {
			t.Errorf("did %q", did)
		}
		d.has(1)
		b.Reload()
		w.Settle()
		if s := b.State(); s.Unread != 1 || !b.Row(0).Unread || b.Row(1).Unread {
			t.Errorf("the next one: %+v", s)
		}
	})
}

func TestAMarkThatCannotBeKeptIsTakenBack(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(3)
		d.refuse = errors.New("the disk is full")
		b.Reload()
		w.Settle()
		b.Read(3)
		w.Settle()
		if told := w.Told(); len(told) != 1 || !b.Row(0).Unread || b.State().Unread != 3 {
			t.Errorf("told %v, %+v", told, b.State())
		}
		b.ReadAll()
		w.Settle()
		if told := w.Told(); len(told) != 1 || !b.Row(2).Unread || b.State().Unread != 3 {
			t.Errorf("told %v, %+v", told, b.State())
		}
	})
}

func TestAnInboxThatCannotBeReadSaysSoAndTriesAgain(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(3)
		d.broken = errors.New("the disk is full")
		b.Reload()
		w.Settle()
		if s := b.State(); s.Problem == nil || s.Loaded || s.Reading {
			t.Errorf("%+v", s)
		}
		asked := d.pages()
		b.Row(0)
		w.Settle()
		if n := d.pages(); asked != 1 || n != 0 {
			t.Errorf("asked %d times, then %d times more", asked, n)
		}
		d.broken = nil
		b.Reload()
		w.Settle()
		if s := b.State(); s.Problem != nil || s.Len != 3 {
			t.Errorf("%+v", s)
		}
	})
}

func TestOpenPDFOpensThatOfTheAlertAndMarksIt(t *testing.T) {
	for _, model := range []hover.ModelID{"", "2"} {
		inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
			d.has(1)
			d.alerts[0].ModelID = model
			b.Reload()
			w.Settle()
			b.OpenPDF(1)
			b.OpenPDF(1) // an impatient second tap
			if r := b.Row(0); !r.Busy || r.Unread {
				t.Errorf("at once %+v", r)
			}
			w.Settle()
			if did := slices.Sorted(slices.Values(d.Noted())); !slices.Equal(did, []string{"open-pdf j1 " + string(model), "read [1]"}) || b.Row(0).Busy {
				t.Errorf("did %q", did)
			}
		})
	}
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(1)
		b.Reload()
		w.Settle()
		d.refuse = &say.Error{What: say.Words("There is no PDF to open yet")}
		b.OpenPDF(1)
		w.Settle()
		if told := w.Told(); len(told) != 2 { // that, and that it could not be marked
			t.Errorf("told %v", told)
		}
	})
}

func TestWhatTheInboxSaysAboutTimesIsKeptTrue(t *testing.T) {
	inboxStory(t, func(t *testing.T, w *viewtest.Thread, d *inboxDesk, b *view.Inbox) {
		d.has(1)
		drawn := 0
		b.Changed = func() { drawn++ }
		b.Shown()
		w.Settle()
		was := drawn
		w.Pass(3 * time.Minute)
		if drawn <= was || !strings.HasPrefix(b.Row(0).Second, "3 min ago") {
			t.Errorf("drawn %d times more, says %q", drawn-was, b.Row(0).Second)
		}
		b.Hidden()
		w.Settle()
		was = drawn
		w.Pass(10 * time.Minute)
		if drawn != was {
			t.Error("a hidden inbox is drawn")
		}
	})
}
