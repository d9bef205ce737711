package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/internal/tell"
	"dormer/storage"
)

// TestAlertsOfBeforeReadAsTheyWereWritten: their rows hold words, and nothing but
// the job tells whether a structure failed.
func TestAlertsOfBeforeReadAsTheyWereWritten(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Structures: []simulator.StructureSpec{{Name: "House"}, {Name: "Barn", Fails: "Too dark"}}})
		w.complete(id)
		w.pass(5 * time.Second)
		models := w.sim.Structures(id)
		err := w.store.Update(t.Context(), func(tx *storage.Tx) error {
			for i, model := range models {
				if _, _, err := tx.AddAlert(job.Alert{
					Key: "before/" + string(model), Kind: job.StructureDone, Job: id, Model: model,
					Title: say.Words([]string{"House of A is measured", "Barn of A could not be measured"}[i]), Body: say.Words("The PDF is saved."),
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		rows := w.alerts()
		rows = rows[len(rows)-2:]
		if rows[0].Failed || !rows[1].Failed {
			t.Errorf("%+v", rows)
		}
		spanish := say.Reader{Language: say.Spanish, Window: true}
		if got := rows[1].AlertView.Title.For(spanish); got != "Barn of A could not be measured" {
			t.Errorf("it reads %q", got)
		}
	})
}

// TestANotificationOfYesterdayStillOpensItsPDF: Windows keeps them over a restart.
func TestANotificationOfYesterdayStillOpensItsPDF(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.complete(id)
		w.pass(5 * time.Second)
		key := w.last().Key
		w.restart()
		if row := w.rowFor(id); !row.ReadAt.IsZero() {
			t.Fatalf("it counts as read: %+v", row)
		}
		if err := w.e.ActOnNotice(t.Context(), key, engine.ActOpenPDF); err != nil {
			t.Fatal(err)
		}
		if got := w.hand.last(); !strings.HasSuffix(got, ".pdf") {
			t.Errorf("%q was opened", got)
		}
		if row := w.rowFor(id); row.ReadAt.IsZero() {
			t.Error("who has acted on it has not read it")
		}
		window := w.window()
		for _, several := range []string{"burst/" + key, "summary/" + key, ""} {
			if err := w.e.ActOnNotice(t.Context(), several, tell.ActShowJob); err != nil {
				t.Errorf("%q: %v", several, err)
			}
			if got := <-window; got != (engine.ShowRequest{Page: engine.PageInbox}) {
				t.Errorf("%q shows %+v, not the inbox", several, got)
			}
		}
	})
}

func TestAnAlertThatNeedsAPersonLeadsToHover(t *testing.T) {
	for _, state := range []hover.JobState{hover.JobWaitingApproval, hover.JobPaymentFailed} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			id := w.working(simulator.JobSpec{})
			if err := w.sim.SetJobState(id, state); err != nil {
				t.Fatal(err)
			}
			w.pass(10 * time.Second)
			n := w.last()
			if !slices.Equal(n.Actions, []string{engine.ActAtHover, tell.ActShowJob}) {
				t.Fatalf("%s offers %v", state, n.Actions)
			}
			if err := w.e.Act(t.Context(), engine.ActAtHover, n.Job, n.Model); err != nil {
				t.Fatal(err)
			}
			if got := w.hand.last(); !strings.HasPrefix(got, "http") || !strings.HasSuffix(got, "/wr/jobs/"+string(id)) {
				t.Errorf("%q was opened", got)
			}
		})
	}
}
