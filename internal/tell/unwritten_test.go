package tell

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// screen takes every notification.
type screen struct{ shown []Notice }

func (s *screen) Show(_ context.Context, n Notice) error {
	s.shown = append(s.shown, n)
	return nil
}

// What cannot be written into the inbox is told all the same, and once: as soon as it can
// be it stands there, shown.
func TestAlertsThatCannotBeWrittenAreToldOnce(t *testing.T) {
	for name, n := range map[string]int{"one": 1, "several in one notification": 4} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, desktop := storagetest.Open(t, storage.Options{}), &screen{}
				l := New(Options{
					Store: store, Records: records.New(records.Options{Store: store, Now: time.Now, Log: slog.New(slog.DiscardHandler)}),
					Files:     func(News) (job.Files, time.Time) { return job.Files{}, time.Time{} },
					Holds:     func(uint64) (time.Duration, bool) { return 0, false },
					TakesLong: func() uint64 { return 0 }, Notifier: desktop, Changed: func() {}, Stored: func(error) {}, Now: time.Now,
					Log: slog.New(slog.DiscardHandler),
				})
				ctx, end := context.WithCancel(t.Context())
				defer end()
				err := store.Update(ctx, func(tx *storage.Tx) error {
					for i := range n {
						id := hover.JobID(rune('1' + i))
						h := job.Happening{Key: "job/" + string(id) + "/completed/0", Outcome: job.Completed, Job: id, State: "completed", At: time.Now()}
						if err := Queue(tx, News{Happening: h, Confirmed: time.Now()}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				go l.runTell(ctx)
				rows := func() (all []job.Alert) {
					err := store.View(func(tx *storage.Tx) error {
						for a, err := range tx.Alerts(storage.AlertQuery{}) {
							if err != nil {
								return err
							}
							all = append(all, a)
						}
						return nil
					})
					if err != nil {
						t.Fatal(err)
					}
					return all
				}
				refused, refuse := context.WithCancel(ctx)
				refuse() // nothing is written for it
				for range 3 {
					l.announceAll(refused)
					synctest.Wait()
				}
				if len(rows()) != 0 || len(desktop.shown) != 1 {
					t.Errorf("%d rows and %d notifications while nothing can be written", len(rows()), len(desktop.shown))
				}
				l.announceAll(ctx)
				synctest.Wait()
				if len(desktop.shown) != 1 {
					t.Errorf("%d notifications in the end", len(desktop.shown))
				}
				if all := rows(); len(all) != n {
					t.Errorf("%d rows", len(all))
				} else {
					for _, a := range all {
						if a.ShownAt.IsZero() {
							t.Errorf("not shown: %+v", a)
						}
					}
				}
			})
		})
	}
}
