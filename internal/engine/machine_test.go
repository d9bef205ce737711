package engine_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/simulator"
	"dormer/storage"
)

// know opens the world's database, as a start does, on a machine with a mark.
func (w *world) know(mark, beside string) (moved bool) {
	w.t.Helper()
	store, err := storage.Open(filepath.Join(w.dir, "dormer.db"), storage.Options{Fold: engine.Fold})
	if err != nil {
		w.t.Fatal(err)
	}
	moved, err = engine.KnowMachine(store, mark, beside)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		w.t.Fatal(err)
	}
	return moved
}

// TestADataFolderThatWasCopiedToASecondComputerLeavesTheFirstOnesWebhook: the usual
// way to move. Both run for a while, each on an address of its own.
func TestADataFolderThatWasCopiedToASecondComputerLeavesTheFirstOnesWebhook(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.stop()
		if w.know("office", "") || w.know("office", "office") || w.know("", "office") {
			t.Error("the first computer is taken for another one")
		}
		first, office := w.dir, w.wire.url
		laptop := t.TempDir()
		b, err := os.ReadFile(filepath.Join(first, "dormer.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(laptop, "dormer.db"), b, 0o600); err != nil {
			t.Fatal(err)
		}

		ids := map[string]bool{}
		both := func() {
			t.Helper()
			hooks := w.sim.Webhooks()
			for _, h := range hooks {
				ids[h.URL] = true
			}
			if len(hooks) != 2 || len(ids) != 2 {
				t.Errorf("Hover has %d webhooks of %d addresses: %+v", len(hooks), len(ids), hooks)
			}
		}
		for range 2 { // one after the other, again and again
			w.dir, w.wire.url = laptop, "https://laptop.example"
			moved := w.know("laptop", "office")
			if moved != (len(ids) == 0) {
				t.Errorf("moved: %v", moved)
			}
			w.start()
			w.pass(2*time.Hour + time.Minute)
			w.wantState(engine.StateReady)
			both()
			w.stop()

			w.dir, w.wire.url = first, office
			if w.know("office", "laptop") {
				t.Error("the first computer is taken for another one")
			}
			w.start()
			w.pass(2*time.Hour + time.Minute)
			w.wantState(engine.StateReady)
			both()
			w.stop()
		}
		w.start()
		w.pass(time.Minute)
		w.complete(w.working(simulator.JobSpec{})) // and news still arrive
		w.pass(2 * time.Minute)
		if len(w.alerts()) != 1 {
			t.Errorf("%d alerts", len(w.alerts()))
		}
	})
}
