package engine_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/storage"
)

// eventPages reads all stored events that f selects, a page at a time.
func (w *world) eventPages(f engine.EventFilter, rows int) (all []engine.EventView) {
	w.t.Helper()
	for before := uint64(0); ; {
		page, err := w.e.EventPage(w.t.Context(), f, before, rows)
		if err != nil || len(page) > rows {
			w.t.Fatalf("%d rows, %v", len(page), err)
		}
		all = append(all, page...)
		if len(page) < rows {
			return all
		}
		before = page[len(page)-1].Seq
	}
}

func TestActivityIsReadBackwardsAPageAtATime(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		first, second := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		for range 4 {
			for _, id := range []hover.JobID{first, second} {
				w.emit(told(id, hover.JobWorking), simulator.Delivery{})
			}
		}
		w.complete(second)
		w.pass(time.Second)
		all := w.events() // oldest first
		slices.Reverse(all)
		for _, rows := range []int{1, 3, 100} {
			for _, f := range []engine.EventFilter{{}, {Job: first}, {Event: "model-state-changed"}, {Job: second, Event: "job-state-changed-v2"}, {Job: "404"}, {After: 5}} {
				var want []uint64
				for _, e := range all {
					if (f.Job == "" || e.JobID == f.Job) && (f.Event == "" || e.Event == f.Event) && e.Seq > f.After {
						want = append(want, e.Seq)
					}
				}
				var got []uint64
				for _, e := range w.eventPages(f, rows) {
					got = append(got, e.Seq)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%+v, %d rows a page: %v, want %v", f, rows, got, want)
				}
			}
		}
		if page, err := w.e.EventPage(t.Context(), engine.EventFilter{}, 0, 0); err != nil || len(page) != len(all) || page[0].Seq != all[0].Seq || len(page[0].Body) == 0 {
			t.Errorf("without a limit: %d of %d, %v", len(page), len(all), err)
		}
	})
}

func TestWhatWasRefusedCanBeLookedAtWithItsReason(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		stored := len(w.events())
		w.emit(told(id, hover.JobCompleted), simulator.Delivery{Unsigned: true})
		w.pass(time.Second)
		w.emit(told(id, hover.JobFailed), simulator.Delivery{Unsigned: true})
		list, err := w.e.Quarantined(t.Context())
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		if list[0].State != "failed" || list[1].State != "completed" || list[0].Refused.IsZero() || !strings.Contains(string(list[0].Body), "failed") {
			t.Errorf("%+v", list)
		}
		if got := list[0].Refused.For(inSpanish); got != "sin firma, aunque Hover firma" {
			t.Errorf("in Spanish the reason is %q", got)
		}
		if n := len(w.events()); n != stored {
			t.Errorf("%d of the stored events were refused", n-stored)
		}
	})
}

// inSpanish reads a window.
var inSpanish = say.Reader{Language: say.Spanish, Window: true}

// TestWhyAnEarlierDormerRefusedIsStillTold: it had kept the words.
func TestWhyAnEarlierDormerRefusedIsStillTold(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		err := w.store.Update(t.Context(), func(tx *storage.Tx) error {
			_, err := tx.Quarantine(storage.Event{Body: []byte("{}"), Reading: "the signature does not match"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		list, err := w.e.Quarantined(t.Context())
		if err != nil || len(list) != 1 || list[0].Refused.String() != "the signature does not match" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestTheInboxIsReadBackwardsAndCountsWhatIsUnread(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		for range 5 {
			w.complete(w.working(simulator.JobSpec{}))
			w.pass(time.Minute)
		}
		unread := func(want int) {
			t.Helper()
			if n, err := w.e.Unread(t.Context()); err != nil || n != want {
				t.Errorf("%d unread, %v; want %d", n, err, want)
			}
		}
		unread(5)
		all := w.alerts()
		slices.Reverse(all)
		var got []engine.AlertView
		for before := ""; ; before = got[len(got)-1].ID {
			page, err := w.e.AlertPage(t.Context(), before, 2)
			if err != nil || len(page) > 2 {
				t.Fatalf("%+v, %v", page, err)
			}
			if got = append(got, page...); len(page) < 2 {
				break
			}
		}
		if !slices.EqualFunc(got, all, func(a engine.AlertView, b row) bool { return reflect.DeepEqual(a, b.AlertView) }) || len(got) != 5 || got[0].Kind != job.Completed {
			t.Errorf("%+v, want %+v", got, all)
		}
		if err := w.e.MarkRead(t.Context(), 1, 2); err != nil {
			t.Fatal(err)
		}
		unread(3)
		if err := w.e.MarkRead(t.Context()); err != nil {
			t.Fatal(err)
		}
		unread(0)
		for _, before := range []string{"x", "0", "-1"} {
			_, err := w.e.AlertPage(t.Context(), before, 0)
			if !errors.Is(err, records.ErrUsage) {
				t.Errorf("before %q: %v", before, err)
			}
		}
		synctest.Wait()
	})
}
