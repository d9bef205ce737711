package engine_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/simulator"
)

// searchHover searches at Hover to the end, and gives the counts on the way.
func (w *world) searchHover(search string) (counts []int, err error) {
	for n, e := range w.e.SearchHover(w.t.Context(), search) {
		counts, err = append(counts, n), e
	}
	return counts, err
}

var barre = hover.Address{Line1: "9 Quarry Hill", City: "Barre", Region: "VT", PostalCode: "05641"}

func TestASearchAtHoverBringsAllPagesAndTellsHowFarItIs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.sim.Quietly(func() {
			for i := range 230 { // since the account was read
				w.sim.AddJob(simulator.JobSpec{Address: barre, Since: 48*time.Hour + time.Duration(i)*time.Minute})
			}
			w.sim.AddJob(simulator.JobSpec{Address: barre, Since: 900 * 24 * time.Hour, Archived: true})
			w.sim.AddJob(simulator.JobSpec{Since: 48 * time.Hour})
		})
		counts, err := w.searchHover("  quarry ")
		if err != nil || !slices.Equal(counts, []int{100, 200, 230, 231}) {
			t.Fatalf("%v, %v", counts, err)
		}
		if found := w.find("quarry", engine.GroupFinished); found.Len != 231 {
			t.Errorf("%d of them are in the list", found.Len)
		}
		if found := w.find("", engine.GroupAll); found.Len != 231 {
			t.Errorf("%d jobs are in the list", found.Len)
		}
		w.pass(3 * time.Hour)
		w.wantAlerts()
		w.wantShown()
		for _, r := range w.sim.Requests() {
			if r.Storage || strings.Contains(r.Path, "/artifacts/") {
				t.Fatalf("a file was fetched: %s", r.Path)
			}
		}
		if counts, err := w.searchHover("nobody"); err != nil || !slices.Equal(counts, []int{0}) {
			t.Errorf("for nothing: %v, %v", counts, err)
		}
	})
}

// terse has Hover's lists leave a field out.
type terse struct {
	next  http.RoundTripper
	field string
}

func (s terse) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := s.next.RoundTrip(r)
	if err != nil || r.URL.Path != "/api/v3/jobs" {
		return res, err
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	b = bytes.ReplaceAll(b, []byte(s.field), []byte(`"x`+s.field[1:]))
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	return res, nil
}

func TestAJobFoundInTheArchiveIsShownAsArchived(t *testing.T) {
	for _, field := range []string{`"archived"`, `"an item that tells"`} {
		story(t, func(t *testing.T, w *world) {
			id := w.sim.AddJob(simulator.JobSpec{Address: barre, Archived: true, Since: time.Minute})
			w.road.next = terse{w.road.next, field}
			w.ready()
			if _, err := w.searchHover("quarry"); err != nil {
				t.Fatal(err)
			}
			if d, err := w.e.Detail(t.Context(), id); err != nil || !d.Archived || d.State != hover.JobCompleted {
				t.Errorf("%+v, %v", d, err)
			}
			w.pass(time.Hour)
			w.wantAlerts()
		})
	}
}

func TestASearchSwallowsNoNews(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		known := w.working(simulator.JobSpec{Address: barre})
		w.pass(time.Hour)
		var unknown hover.JobID
		w.sim.Quietly(func() { // both while no webhook came
			w.complete(known)
			unknown = w.sim.AddJob(simulator.JobSpec{Address: barre})
		})
		if counts, err := w.searchHover("quarry"); err != nil || !slices.Equal(counts, []int{2}) {
			t.Fatalf("%v, %v", counts, err)
		}
		w.pass(10 * time.Second)
		w.wantAlerts(job.Completed, job.Completed)
		var told []hover.JobID
		for _, a := range w.alerts() {
			told = append(told, a.JobID)
			if !strings.Contains(a.Body, "PDF is saved") {
				t.Errorf("told without its PDF: %+v", a)
			}
		}
		if !slices.Contains(told, known) || !slices.Contains(told, unknown) {
			t.Errorf("told of %v, want %s and %s", told, known, unknown)
		}
		if _, err := w.searchHover("quarry"); err != nil {
			t.Fatal(err)
		}
		w.pass(3 * time.Hour) // past the next catch-up
		w.wantAlerts(job.Completed, job.Completed)
	})
}

func TestASearchBeforeTheHistoryIsReadTellsNoneOfIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.sim.AddJob(simulator.JobSpec{ID: "19398812", Address: barre, Since: time.Hour})
		w.answer("/api/v3/jobs", 503) // the list; a job alone can be asked for
		w.start()
		w.signIn()
		w.pass(time.Minute)
		if counts, err := w.searchHover("123-19398812"); err != nil || !slices.Equal(counts, []int{1}) {
			t.Fatalf("%v, %v", counts, err)
		}
		w.pass(time.Minute)
		w.wantAlerts()
		w.answersAsUsual()
		w.pass(time.Hour)
		w.wantAlerts()
	})
}

func TestAJobIsFoundAtHoverByItsNumber(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		spec := simulator.JobSpec{ID: "19398812", Address: barre, Archived: true, Since: 900 * 24 * time.Hour}
		w.sim.AddJob(spec)
		for _, typed := range []string{"19398812", "123-19398812", "https://hover.to/wr/jobs/19398812", "https://hover.to/3d/19398812/?model=3#top"} {
			if counts, err := w.searchHover(typed); err != nil || !slices.Equal(counts, []int{1}) {
				t.Errorf("%q: %v, %v", typed, counts, err)
			}
			if found := w.find("19398812", engine.GroupAll); found.Len != 1 {
				t.Errorf("%q is not in the list", typed)
			}
		}
		for _, typed := range []string{"19398813", "77-19398813", "5641-2", "https://hover.to/wr/jobs"} {
			if counts, err := w.searchHover(typed); err != nil || !slices.Equal(counts, []int{0}) {
				t.Errorf("%q: %v, %v", typed, counts, err)
			}
		}
	})
}

func TestASearchAtHoverEndsWhenNobodyWaitsForIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.sim.Quietly(func() {
			for range 350 {
				w.sim.AddJob(simulator.JobSpec{Address: barre, Since: 48 * time.Hour})
			}
		})
		before := w.asked("GET", "/api/v3/jobs")
		for range w.e.SearchHover(t.Context(), "quarry") {
			break
		}
		if n := w.asked("GET", "/api/v3/jobs") - before; n != 1 {
			t.Errorf("%d pages were read for somebody who left after the first", n)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		rounds := 0
		for _, err := range w.e.SearchHover(ctx, "quarry") {
			rounds, last = rounds+1, err
			cancel()
		}
		if rounds != 2 || !errors.Is(last, context.Canceled) {
			t.Errorf("cancelled: %d answers, the last %v", rounds, last)
		}
	})
}

func TestASearchAtHoverSaysWhatToDo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		fails := func(search, want string) {
			t.Helper()
			counts, err := w.searchHover(search)
			said, ok := errors.AsType[*say.Error](err)
			if !ok || len(counts) != 1 || !strings.Contains(said.Error(), want) {
				t.Errorf("%q: %v, %v, want %q", search, counts, err, want)
			}
		}
		fails("quarry", "Sign in")
		w.signIn()
		w.pass(5 * time.Second)
		fails("qu", "three characters")
		w.road.cut(true)
		fails("quarry", "internet connection")
		fails("19398812", "internet connection")
	})
}

// A hundred requests a minute are all that Hover gets; what a person waits for
// has a part of its own.
func TestASearchAtHoverGoesBeforeWhatNobodyWaitsFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for { // until nobody but a person is let through
			ctx, leave := context.WithTimeout(t.Context(), time.Millisecond)
			turn, err := w.budget.Wait(ctx)
			leave()
			if err != nil {
				break
			}
			turn.Done(nil)
		}
		began := time.Now()
		if _, err := w.searchHover("quarry"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
