package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/simulator"
)

// What a person notes of a job is theirs: it is in the lists, is searched, and says why
// a job was found.
func TestAPersonStarsHidesAndNotes(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		at := hover.Address{Line1: "1 Elm Street", City: "Dayton", Region: "OH"}
		lee := hover.Customer{Name: "Ann Lee", Phone: "(937) 555-0134"}
		first := w.sim.AddJob(simulator.JobSpec{State: hover.JobCompleted, Address: at, Since: time.Hour, Customer: lee, CapturedBy: "crew@roofing.example"})
		second := w.sim.AddJob(simulator.JobSpec{State: hover.JobCompleted, Address: at, Since: 2 * time.Hour})
		w.ready()
		w.pass(time.Second)
		mark := func(id hover.JobID, m engine.Marks) {
			t.Helper()
			if err := w.e.MarkJob(t.Context(), id, m); err != nil {
				t.Fatal(err)
			}
		}
		list := func(q engine.JobSearch) []hover.JobID {
			t.Helper()
			found, err := w.e.FindJobs(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			return ids(found)
		}
		mark(first, engine.Marks{Star: true, Note: " dumpster in the drive "})
		mark(second, engine.Marks{Hidden: true})
		for story, c := range map[string]struct {
			q    engine.JobSearch
			want []hover.JobID
		}{
			"all":         {engine.JobSearch{}, []hover.JobID{first}},
			"starred":     {engine.JobSearch{Show: engine.ShowStarred}, []hover.JobID{first}},
			"hidden":      {engine.JobSearch{Show: engine.ShowHidden}, []hover.JobID{second}},
			"unread":      {engine.JobSearch{Show: engine.ShowUnread}, nil},
			"by a note":   {engine.JobSearch{Text: "dumpster elm"}, []hover.JobID{first}},
			"by the crew": {engine.JobSearch{CapturedBy: "crew@roofing.example"}, []hover.JobID{first}},
		} {
			if got := list(c.q); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", story, got, c.want)
			}
		}
		found := w.find("lee 0134 dumpster", engine.GroupAll)
		want := []job.Match{{Field: job.FieldCustomer, Value: "Ann Lee"}, {Field: job.FieldPhone, Value: "(937) 555-0134"}, {Field: job.FieldNote, Value: "dumpster in the drive"}}
		if len(found.Rows) != 1 || !slices.Equal(found.Rows[0].Matched, want) {
			t.Errorf("found %+v", found.Rows)
		}
		if v := w.find("elm", engine.GroupAll).Rows[0]; v.Matched != nil || !v.Star || v.Note != "dumpster in the drive" {
			t.Errorf("what stands in the row needs no reason: %+v", v)
		}
		mark(second, engine.Marks{})
		if got := list(engine.JobSearch{}); len(got) != 2 {
			t.Errorf("shown again: %v", got)
		}
		if err := w.e.MarkJob(t.Context(), "404", engine.Marks{Star: true}); !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("a job that nobody knows: %v", err)
		}
		if err := w.e.MarkJob(t.Context(), first, engine.Marks{Note: strings.Repeat("ñ", 2001)}); !errors.Is(err, records.ErrUsage) {
			t.Errorf("a long note: %v", err)
		}
		if _, err := w.e.FindJobs(t.Context(), engine.JobSearch{Show: "odd"}); !errors.Is(err, records.ErrUsage) {
			t.Errorf("an odd list: %v", err)
		}
	})
}

func TestAJobIsUnreadUntilSomebodyLooksAtIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Lee residence"})
		w.pass(time.Minute)
		if err := w.sim.CompleteJob(id); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		unread := func() bool {
			found, err := w.e.FindJobs(t.Context(), engine.JobSearch{Show: engine.ShowUnread})
			if err != nil {
				t.Fatal(err)
			}
			return len(found.Rows) == 1 && found.Rows[0].Unread
		}
		if !unread() {
			t.Fatal("news of a job leaves it read")
		}
		if err := w.e.ReadJob(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if n, err := w.e.Unread(t.Context()); unread() || n != 0 || err != nil {
			t.Errorf("it stays unread: %d, %v", n, err)
		}
	})
}
