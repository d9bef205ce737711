package view_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
)

func (e *jobsEngine) MarkJob(_ context.Context, id hover.JobID, m engine.Marks) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := *e.known[id]
	v.Marks = m
	e.known[id] = &v
	return e.broken
}

func (e *jobsEngine) ReadJob(_ context.Context, id hover.JobID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := *e.known[id]
	v.Unread = false
	e.known[id] = &v
	return nil
}

func (e *jobsEngine) Figures(context.Context, hover.JobID, ...hover.ModelID) ([]figures.Figures, error) {
	roof, pitch := 2847.0, "8/12"
	return []figures.Figures{{Name: "House", Roof: &roof, Pitch: &pitch}, {Name: "Garage", Roof: &roof}}, nil
}

func TestJobsAreStarredHiddenAndNoted(t *testing.T) {
	english(t)
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.has(house("1", "9 Quarry Hill, Barre VT", hover.JobCompleted), house("2", "12 Mill Street, Dayton OH", hover.JobWorking))
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		j.Row(0)
		j.Mark("1", func(m *engine.Marks) { m.Star = true })
		if !j.Row(0).Star {
			t.Error("a star shows only when it has been kept")
		}
		j.Mark("1", func(m *engine.Marks) { m.Note = "dumpster" }) // at once after: both are kept
		j.Mark("2", func(m *engine.Marks) { m.Hidden = true })
		w.Settle()
		if got := listed(j); !slices.Equal(got, []string{"9 Quarry Hill"}) || j.Marks("1") != (engine.Marks{Star: true, Note: "dumpster"}) {
			t.Errorf("listed %q, %+v", got, j.Marks("1"))
		}
		if !strings.HasSuffix(j.Row(0).Second, "· dumpster") {
			t.Errorf("the row says %q", j.Row(0).Second)
		}
		j.List(engine.ShowHidden)
		w.Settle()
		if got := listed(j); !slices.Equal(got, []string{"12 Mill Street"}) {
			t.Errorf("hidden are %q", got)
		}
		j.List(engine.ShowAll)
		j.Captured("nobody@example.com")
		w.Settle()
		if s := j.State(); s.Len != 0 || !s.Loaded {
			t.Errorf("of nobody: %+v", s)
		}
		j.Captured("")
		j.Sort(true)
		w.Settle()
		if s := j.State(); s.Len != 1 || s.Headings != nil {
			t.Errorf("by name: %+v", s)
		}
		pasted := ""
		j.Measurements("1", func(text string) { pasted = text })
		w.Settle()
		if !strings.Contains(pasted, "\tHouse\tGarage\n") || !strings.Contains(pasted, "8/12") {
			t.Errorf("copied %q", pasted)
		}
	})
}

func TestAJobThatIsLookedAtIsRead(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		v := house("1", "9 Quarry Hill, Barre VT", hover.JobCompleted)
		v.Unread = true
		w.has(v)
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		if !j.Row(0).Unread {
			t.Fatal("it is not marked")
		}
		j.Opened("1")
		if j.Row(0).Unread {
			t.Error("the mark stays until the news comes")
		}
		w.Settle()
		if w.known["1"].Unread {
			t.Error("its alerts stay unread")
		}
	})
}

func TestTheListSaysWhereDaysBegin(t *testing.T) {
	english(t)
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		for i, ago := range []time.Duration{time.Minute, 2 * time.Minute, 30 * time.Hour, 24 * 400 * time.Hour} {
			v := house(hover.JobID(string(rune('1'+i))), "9 Quarry Hill, Barre VT", hover.JobCompleted)
			v.UpdatedAt = engine.At(time.Now().Add(12*time.Hour - ago))
			w.has(v)
		}
		w.Pass(12 * time.Hour)
		j := view.NewJobs(w.deps())
		j.Reload()
		w.Settle()
		heads := j.State().Headings
		if len(heads) != 3 || heads[0] != (view.Heading{Row: 0, Says: "Today"}) || heads[1].Row != 2 || heads[2].Row != 3 {
			t.Errorf("%+v", heads)
		}
	})
}
