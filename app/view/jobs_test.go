package view_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// jobsWindow is a window's thread that a test plays, with an engine beside it.
type jobsWindow struct {
	*viewtest.Thread
	*jobsEngine
}

func inJobsWindow(t *testing.T, story func(t *testing.T, w *jobsWindow)) {
	t.Helper()
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		story(t, &jobsWindow{thread, &jobsEngine{known: map[hover.JobID]*engine.JobView{}}})
	})
}

func (w *jobsWindow) deps() view.Deps { return w.Deps(w.jobsEngine) }

// jobsEngine is as much of an engine as the list and the picker ask. Like the
// real one it may be asked from any goroutine.
type jobsEngine struct {
	engine.Desk

	mu         sync.Mutex // protects all below
	ids        []hover.JobID
	known      map[hover.JobID]*engine.JobView
	detail     engine.JobDetail
	broken     error
	signedIn   bool
	pages      []engine.Found           // that were asked for
	hold       map[string]chan struct{} // searches that wait for it
	opened     []string
	acts       []string
	hoverPages []int
	hoverErr   error
	hoverHold  chan struct{}
	got        []engine.GetRequest
	get        func(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool)
	formats    string // the setting
}

func (e *jobsEngine) has(views ...engine.JobView) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, v := range views {
		if _, ok := e.known[v.ID]; !ok {
			e.ids = append(e.ids, v.ID)
		}
		e.known[v.ID] = &v
	}
}

func (e *jobsEngine) FindJobs(ctx context.Context, q engine.JobSearch) (engine.Found, error) {
	e.mu.Lock()
	hold, broken := e.hold[q.Text], e.broken
	e.mu.Unlock()
	if hold != nil {
		<-hold // a search that nothing can stop
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	f := viewtest.FindOf(len(e.ids), func(i int) *engine.JobView { return e.known[e.ids[i]] }, q)
	e.pages = append(e.pages, f)
	return f, broken
}

func (e *jobsEngine) Status(context.Context) (engine.Status, error) {
	return engine.Status{Hover: engine.HoverStatus{SignedIn: e.signedIn}}, nil
}

func (e *jobsEngine) SearchHover(ctx context.Context, search string) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for _, n := range e.hoverPages {
			if !yield(n, nil) {
				return
			}
			if e.hoverHold != nil {
				select {
				case <-ctx.Done():
					yield(n, ctx.Err())
					return
				case <-e.hoverHold:
				}
			}
		}
		if e.hoverErr != nil {
			yield(0, e.hoverErr)
		}
	}
}

func (e *jobsEngine) Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return func(yield func(engine.Progress, error) bool) {
		e.mu.Lock()
		e.got = append(e.got, r)
		get := e.get
		e.mu.Unlock()
		if get != nil {
			get(ctx, r, yield)
		}
	}
}

func (e *jobsEngine) OpenPath(_ context.Context, path string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opened = append(e.opened, path)
	return e.broken
}

func (e *jobsEngine) Act(_ context.Context, action string, id hover.JobID, _ hover.ModelID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.acts = append(e.acts, action+" "+string(id))
	return e.broken
}

func (e *jobsEngine) Detail(context.Context, hover.JobID) (engine.JobDetail, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.detail, e.broken
}

func (e *jobsEngine) Settings(context.Context) ([]engine.Setting, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return []engine.Setting{{Key: engine.KeyPrefetch, Value: "none"}, {Key: engine.KeyFormats, Value: e.formats}}, e.broken
}

func (e *jobsEngine) Set(_ context.Context, values engine.Values) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if chosen, ok := values[engine.KeyFormats]; ok {
		e.formats = chosen
	}
	return e.broken
}

// house is a job at some address in a state.
func house(id hover.JobID, address string, s hover.JobState) engine.JobView {
	return engine.JobView{ID: id, Address: address, State: s, UpdatedAt: engine.At(time.Now())}
}

func listed(j *view.Jobs) (titles []string) {
	for i := range j.State().Len {
		titles = append(titles, j.Row(i).Title)
	}
	return titles
}

func TestTheListShowsWhatIsKnownAndFollowsTheNews(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill, Barre VT", hover.JobWorking), house("2", "12 Mill Street, Dayton OH", hover.JobFailed))
		j := view.NewJobs(w.deps())
		drawn := 0
		j.Changed = func() { drawn++ }
		j.Reload()
		w.Settle()
		if s := j.State(); !s.Loaded || s.Len != 2 || s.Counts[engine.GroupFailed] != 1 {
			t.Fatalf("%+v", s)
		}
		if got := listed(j); !slices.Equal(got, []string{"9 Quarry Hill", "12 Mill Street"}) {
			t.Error(got)
		}
		if r := j.Row(0); r.Standing != view.StandingWorking || r.Second != "Barre VT · Building the 3D model" {
			t.Errorf("%+v", r)
		}
		if drawn != 1 {
			t.Errorf("drawn %d times: the rows in sight should come with the answer", drawn)
		}

		w.has(house("1", "9 Quarry Hill, Barre VT", hover.JobCompleted))
		j.Reload()
		if r := j.Row(0); r.Standing != view.StandingWorking {
			t.Errorf("while the news is read the old row stays, not %+v", r)
		}
		w.Settle()
		if r := j.Row(0); r.Standing != view.StandingDone || r.Second != "Barre VT · Finished just now" {
			t.Errorf("%+v", r)
		}
		if drawn != 2 {
			t.Errorf("one piece of news was drawn %d times", drawn-1)
		}
	})
}

func TestAnAnswerToAnOlderSearchIsDropped(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill", hover.JobWorking), house("2", "12 Quay Street", hover.JobWorking))
		slow := make(chan struct{})
		w.hold = map[string]chan struct{}{"q": slow}
		j := view.NewJobs(w.deps())
		j.Search("q")
		w.Settle()
		j.Search("quay")
		w.Settle()
		if got := listed(j); !slices.Equal(got, []string{"12 Quay Street"}) {
			t.Errorf("the newer search does not wait for the older one: %v", got)
		}
		close(slow)
		w.Settle()
		if got := listed(j); !slices.Equal(got, []string{"12 Quay Street"}) {
			t.Errorf("the older search came later and won: %v", got)
		}
	})
}

func TestNewsDuringASearchIsNotLost(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		slow := make(chan struct{})
		w.hold = map[string]chan struct{}{"": slow}
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		j.Reload()
		j.Reload()
		w.has(house("1", "9 Quarry Hill", hover.JobWorking))
		close(slow)
		w.Settle()
		if got := listed(j); !slices.Equal(got, []string{"9 Quarry Hill"}) {
			t.Error(got)
		}
		if n := len(w.pages); n != 2 {
			t.Errorf("asked %d times, once more is enough", n)
		}
	})
}

func TestAHundredThousandJobsKeepAFewHundredRows(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		const all = 100_000
		for i := range all {
			w.has(house(hover.JobID(fmt.Sprint(i)), fmt.Sprintf("%d Elm Street", i), hover.JobCompleted))
		}
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		if r := j.Row(50_000); !r.Loading || r.ID != "" || j.Index("50000") >= 0 {
			t.Errorf("a row that was never in sight has to be read first: %+v", r)
		}
		w.Settle()
		if r := j.Row(50_000); r.Loading || r.Title != "50000 Elm Street" {
			t.Errorf("%+v", r)
		}
		for i := 0; i < all; i += 4999 { // as somebody who drags the scroll bar
			for row := i; row < min(i+12, all); row++ {
				j.Row(row)
			}
			w.Settle()
			if r := j.Row(i); r.Loading {
				t.Fatalf("row %d did not come", i)
			}
		}
		if kept := j.KeptRows(); kept > view.MaxRows {
			t.Errorf("%d rows are kept", kept)
		}
		for _, f := range w.pages {
			if len(f.Rows) > view.Chunk {
				t.Fatalf("%d rows were read at once", len(f.Rows))
			}
		}
		j.Seek("77777") // as the page does that shows a job
		w.Settle()
		if row := j.Index("77777"); row != 77_777 || j.Row(row).Title != "77777 Elm Street" {
			t.Errorf("the job that was sought is at %d", row)
		}
	})
}

func TestRowsAreReadOnceAndWhereSomebodyLooks(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		for i := range 1000 {
			w.has(house(hover.JobID(fmt.Sprint(i)), fmt.Sprintf("%d Elm Street", i), hover.JobWorking))
		}
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		asked := len(w.pages)
		for row := 500; row < 512; row++ {
			j.Row(row)
		}
		w.Settle()
		if n := len(w.pages) - asked; n != 1 {
			t.Errorf("a dozen rows were asked for %d times", n)
		}

		// Somebody looks at the top again, and there is news of a row below.
		j.Row(0)
		w.has(house("505", "505 Elm Street", hover.JobCompleted))
		j.Reload()
		w.Settle()
		if r := j.Row(505); r.Standing != view.StandingWorking {
			t.Errorf("the old row stays until the new one has come: %+v", r)
		}
		w.Settle()
		if r := j.Row(505); r.Standing != view.StandingDone {
			t.Errorf("who scrolls down sees yesterday's news: %+v", r)
		}

		// A search begins at the top, and comes with the rows there.
		j.Row(900)
		w.Settle()
		asked = len(w.pages)
		j.Search("elm")
		drawn := false
		j.Changed = func() { drawn = true }
		w.Settle()
		if !drawn || w.pages[asked].From != 0 {
			t.Errorf("a search begins at row %d", w.pages[asked].From)
		}
	})
}

// A house that is finished comes to the top of the list. Who looks at others goes on
// looking at them.
func TestNewsAboveWhatIsLookedAtIsFollowed(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		for i := range 1000 {
			w.has(house(hover.JobID(fmt.Sprint(i)), fmt.Sprintf("%d Elm Street", i), hover.JobWorking))
		}
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		j.Row(500)
		w.Settle()
		w.mu.Lock()
		w.ids = slices.Concat([]hover.JobID{"900"}, w.ids[:900], w.ids[901:])
		for i := range 70 { // and a history is read
			id := hover.JobID(fmt.Sprint("new-", i))
			w.ids, w.known[id] = append([]hover.JobID{id}, w.ids...), new(house(id, "1 Oak Street", hover.JobWorking))
		}
		w.mu.Unlock()
		j.Reload()
		w.Settle()
		if row := j.Index("500"); row != 571 || j.Row(row).Title != "500 Elm Street" {
			t.Errorf("the row is at %d", row)
		}
		if n := j.State().Len; n != 1070 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAStoreThatFailsIsToldAndAskedAgainAfterNews(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.broken = errors.New("the disk is gone")
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		if s := j.State(); s.Problem == nil || s.Loaded {
			t.Errorf("%+v", s)
		}
		w.broken = nil
		w.has(house("1", "9 Quarry Hill", hover.JobWorking))
		j.Reload()
		w.Settle()
		if s := j.State(); s.Problem != nil || s.Len != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestWhoIsNotSignedInIsKnownOnlyWhereNoJobIs(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		if j.State().SignedIn {
			t.Error("nobody is signed in")
		}
		w.signedIn = true
		j.Reload()
		w.Settle()
		if !j.State().SignedIn {
			t.Error("somebody is signed in")
		}
	})
}

func TestSearchingAtHoverCountsAndBringsTheJobsIntoTheList(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.hoverPages, w.hoverHold = []int{100, 200, 212}, make(chan struct{})
		j := view.NewJobs(w.deps())
		j.Search("elm")
		j.SearchAtHover()
		w.Settle()
		if a := j.State().AtHover; !a.Running || a.Found != 100 || a.Search != "elm" {
			t.Errorf("%+v", a)
		}
		w.hoverHold <- struct{}{} // at once: no drawing for it
		w.Settle()
		if a := j.State().AtHover; a.Found != 100 {
			t.Errorf("drawn more often than ten times a second: %+v", a)
		}
		w.Pass(time.Second)
		w.has(house("1", "1 Elm Street", hover.JobCompleted))
		close(w.hoverHold)
		w.Settle()
		if a := j.State().AtHover; a.Running || !a.Ended || a.Found != 212 {
			t.Errorf("%+v", a)
		}
		if got := listed(j); !slices.Equal(got, []string{"1 Elm Street"}) {
			t.Error(got)
		}
		j.Search("oak")
		w.Settle()
		if a := j.State().AtHover; a.Ended {
			t.Errorf("a new search takes back what was said of the old one: %+v", a)
		}
	})
}

func TestSearchingAtHoverCanBeStoppedAndMayFail(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.hoverPages, w.hoverHold = []int{100, 200}, make(chan struct{})
		j := view.NewJobs(w.deps())
		j.SearchAtHover()
		w.Settle()
		j.CancelAtHover()
		w.Settle()
		if a, told := j.State().AtHover, w.Told(); a != (view.AtHover{}) || len(told) != 0 {
			t.Errorf("%+v, told %v", a, told)
		}
		w.hoverHold, w.hoverErr = nil, &say.Error{What: say.Words("Hover could not be asked")}
		j.SearchAtHover()
		w.Settle()
		if a, told := j.State().AtHover, w.Told(); a.Running || a.Ended || len(told) != 1 {
			t.Errorf("%+v, told %v", a, told)
		}
	})
}

func TestOpenPDFIsTheEnginesToDo(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill", hover.JobCompleted))
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		j.OpenPDF("1")
		j.OpenPDF("1") // an impatient second click
		if !j.Row(0).Busy {
			t.Error("the row does not show that its PDF is coming")
		}
		w.Settle()
		if !slices.Equal(w.acts, []string{"open-pdf 1"}) || j.Row(0).Busy {
			t.Errorf("did %q", w.acts)
		}
		w.broken = &say.Error{What: say.Words("Hover is down")}
		j.OpenPDF("1")
		w.Settle()
		if told := w.Told(); j.Row(0).Busy || len(told) != 1 {
			t.Errorf("busy %v, told %v", j.Row(0).Busy, told)
		}
	})
}

func TestApprovalAndFailureLeadToHover(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		failed := house("17", "12 Mill Street", hover.JobFailed)
		failed.FailureReason = "not enough photos of the rear side"
		w.has(failed, house("18", "9 Quarry Hill", hover.JobWaitingApproval))
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		e := j.Explain("17")
		if e.What != "12 Mill Street could not be measured" || e.Why != "Not enough photos of the rear side" || e.Do == "" {
			t.Errorf("%+v", e)
		}
		j.OpenAtHover("17")
		w.Settle()
		j.OpenAtHover("18")
		w.Settle()
		if !slices.Equal(w.acts, []string{"at-hover 17", "at-hover 18"}) {
			t.Error(w.acts)
		}
	})
}

func TestTimesStayTrueWhileTheListIsInSight(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill", hover.JobCompleted))
		j := view.NewJobs(w.deps())
		said := ""
		j.Changed = func() { said = j.Row(0).Second }
		j.Shown()
		w.Settle()
		if said != "Finished just now" {
			t.Error(said)
		}
		for range 3 {
			w.Pass(time.Minute)
		}
		if said != "Finished 3 min ago" {
			t.Error(said)
		}
		j.Hidden()
		w.Pass(time.Hour)
		if said != "Finished 3 min ago" {
			t.Error("a hidden list was drawn: " + said)
		}
	})
}

func TestAJobThatIsNotAmongWhatWasFoundStandsAside(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill", hover.JobCompleted), house("2", "12 Mill Street", hover.JobWorking))
		j := view.NewJobs(w.deps())
		aside := func(what string, do func(), want bool) {
			t.Helper()
			do()
			w.Settle()
			if s := j.State(); s.Aside != want || s.Selected != "1" {
				t.Errorf("%s: %+v", what, s)
			}
		}
		aside("all jobs", func() { j.Reload(); w.Settle(); j.Select("1") }, false)
		aside("a search that finds it", func() { j.Search("quarry") }, false)
		aside("a search that finds another", func() { j.Search("mill") }, true)
		aside("news", j.Reload, true)
		aside("it is chosen all the same", func() { j.Select("1") }, false)
		aside("a group without it", func() { j.Search(""); j.Show(engine.GroupInProgress) }, true)
		aside("all again", func() { j.Show(engine.GroupAll) }, false)
	})
}
