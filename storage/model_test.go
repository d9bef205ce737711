package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"

	"pgregory.net/rapid"
)

// model is what the store should hold, in plain maps.
type model struct {
	clock
	events  []storage.Event // the log; those that are read have their labels
	lastSeq uint64
	index   uint64               // how far the log is in the index
	folded  map[uint64]string    // what became of those that were read
	bodies  map[string]time.Time // when a body was last put into the index
	started bool                 // and nothing was read since: they are those of the log when it is read
	jobs    map[hover.JobID]job.Job
	work    map[string]storage.Work
	alerts  []job.Alert
	set     map[string]string
}

// What the fold of the model does with some bodies.
const (
	bodyFails  = "fails"
	bodyPanics = "panics"
)

// options has everything that is folded leave a document, told by how often.
func (m *model) options() storage.Options {
	note := func(tx *storage.Tx, e storage.Event, what string) error {
		var was string
		_, err := tx.Doc(fmt.Sprint(e.Seq), &was)
		return errors.Join(err, tx.PutDoc(fmt.Sprint(e.Seq), was+what))
	}
	return storage.Options{Now: m.Now, Fold: func(tx *storage.Tx, e storage.Event) error {
		if err := note(tx, e, "folded"); err != nil {
			return err
		}
		switch string(e.Body) {
		case bodyFails:
			return errors.New(bodyFails)
		case bodyPanics:
			panic(bodyPanics)
		}
		return nil
	}, SetAside: func(tx *storage.Tx, e storage.Event, why error) error { return note(tx, e, "aside") }}
}

// read is what the reader does with up to n events.
func (m *model) read(n int) (passed int) {
	for i := range m.events {
		e := &m.events[i]
		last := m.foldedTo()
		if e.Seq <= m.index && e.Seq <= last || passed == n {
			continue
		}
		passed++
		if m.started {
			m.started = false
			m.remember()
		}
		if e.Seq > m.index {
			m.index = e.Seq
			at, seen := m.bodies[string(e.Body)]
			e.Duplicate = seen && e.ReceivedAt.Sub(at) <= 24*time.Hour
			m.bodies[string(e.Body)] = e.ReceivedAt
		}
		if e.Seq > last {
			m.folded[e.Seq] = "folded"
			if b := string(e.Body); b == bodyFails || b == bodyPanics {
				m.folded[e.Seq] = "aside"
			}
		}
	}
	return passed
}

// remember knows the bodies that are in the log and the index. Those that were cleared
// away are not known after a start.
func (m *model) remember() {
	m.bodies = map[string]time.Time{}
	for _, e := range m.events {
		if e.Seq <= m.index {
			m.bodies[string(e.Body)] = e.ReceivedAt
		}
	}
}

func (m *model) foldedTo() (last uint64) {
	for seq := range m.folded {
		last = max(last, seq)
	}
	return last
}

// TestTheStoreDoesWhatPlainMapsWouldDo runs random operations against both,
// restarts, backups and compactions among them.
func TestTheStoreDoesWhatPlainMapsWouldDo(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		m := &model{clock: *newClock(), jobs: map[hover.JobID]job.Job{}, work: map[string]storage.Work{}, set: map[string]string{}, folded: map[uint64]string{}, bodies: map[string]time.Time{}}
		s, err := storage.Open(path, m.options())
		if err != nil {
			t.Fatal(err)
		}
		s.SkipSync()
		defer func() {
			if err := errors.Join(s.Check(), s.Close()); err != nil {
				t.Fatal(err)
			}
		}()
		id := rapid.SampledFrom([]string{"1", "12", "2", "long-" + strings.Repeat("9", 100)})
		name := rapid.SampledFrom([]hover.EventName{"", "a", "ab"})
		body := rapid.SampledFrom([]string{"1", "12", "2", "3", bodyFails, bodyPanics})
		ids := func() string { return id.Draw(t, "id") }
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		write := func(fn func(*storage.Tx) error) { t.Helper(); must(s.Update(t.Context(), fn)) }
		// held are rows that a worker has been given.
		held := map[string]storage.Work{}
		t.Repeat(map[string]func(*rapid.T){
			"time passes": func(t *rapid.T) { m.pass(time.Duration(rapid.IntRange(1, 40).Draw(t, "hours")) * time.Hour) },
			"append": func(t *rapid.T) {
				e := storage.Event{Name: name.Draw(t, "name"), Job: hover.JobID(ids()), Body: []byte(body.Draw(t, "body"))}
				m.lastSeq++
				got, err := s.Append(t.Context(), e)
				must(err)
				e.Seq, e.ReceivedAt = m.lastSeq, m.now
				if !same(got, e) {
					t.Fatalf("stored %+v, want %+v", got, e)
				}
				m.events = append(m.events, e)
			},
			"read": func(t *rapid.T) {
				n := rapid.IntRange(1, 4).Draw(t, "events")
				for n > 0 {
					read, err := s.Read(t.Context(), n, nil)
					must(err)
					if want := m.read(len(read)); want != len(read) {
						t.Fatalf("read %d, want %d", len(read), want)
					}
					if n -= len(read); len(read) == 0 {
						if m.read(1) != 0 {
							t.Fatal("stopped reading before the end")
						}
						return
					}
				}
			},
			"drop the index": func(t *rapid.T) {
				write((*storage.Tx).DropIndex)
				m.index, m.bodies = 0, map[string]time.Time{}
				for i := range m.events {
					m.events[i].Duplicate = false
				}
			},
			"append fails": func(t *rapid.T) {
				no := errors.New("no")
				err := s.Update(t.Context(), func(tx *storage.Tx) error {
					_, err := tx.Append(storage.Event{Job: "1", Body: []byte(ids())})
					_, _, err2 := tx.AddAlert(job.Alert{Key: "never"})
					return errors.Join(err, err2, no)
				})
				if !errors.Is(err, no) {
					t.Fatal(err)
				}
			},
			"prune": func(t *rapid.T) {
				before := m.now.Add(-time.Duration(rapid.IntRange(25, 60).Draw(t, "age")) * time.Hour)
				limit := rapid.IntRange(0, 3).Draw(t, "limit")
				want := 0
				read := min(m.index, m.foldedTo())
				for want < limit && len(m.events) > 0 && m.events[0].ReceivedAt.Before(before) && m.events[0].Seq <= read {
					m.events = m.events[1:]
					want++
				}
				write(func(tx *storage.Tx) error {
					got, err := tx.Prune(before, m.now, limit)
					if got != want {
						t.Fatalf("pruned %d, want %d", got, want)
					}
					return err
				})
			},
			"put a job": func(t *rapid.T) {
				j := job.Job{ID: hover.JobID(ids()), UpdatedAt: m.now.Add(time.Duration(rapid.IntRange(-99, 99).Draw(t, "s")) * time.Second), Name: "N" + ids()}
				m.jobs[j.ID] = j
				write(func(tx *storage.Tx) error { return tx.PutJob(j) })
			},
			"wish": func(t *rapid.T) {
				w := storage.Work{Kind: "k", Key: ids(), Due: m.now.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "due")) * time.Hour)}
				write(func(tx *storage.Tx) error { return tx.Enqueue(w) })
				w.Rev, w.Since = 1, m.now
				if old, ok := m.work[w.Key]; ok {
					w.Rev = old.Rev + 1
					if !old.Dead {
						w.Since, w.Attempts, w.LastError = old.Since, old.Attempts, old.LastError
						if old.Due.Before(w.Due) {
							w.Due = old.Due
						}
					}
				}
				m.work[w.Key] = w
			},
			"take": func(t *rapid.T) {
				if w, ok := m.work[ids()]; ok && !w.Dead {
					held[w.Key] = w
				}
			},
			"settle": func(t *rapid.T) {
				w, ok := held[ids()]
				if !ok {
					return
				}
				how := rapid.SampledFrom([]string{"finish", "retry", "bury"}).Draw(t, "how")
				later := m.now.Add(time.Hour)
				write(func(tx *storage.Tx) error {
					switch how {
					case "finish":
						return tx.Finish(w)
					case "retry":
						return tx.Retry(w, later, "r")
					}
					return tx.Bury(w, "b")
				})
				delete(held, w.Key)
				row, there := m.work[w.Key]
				switch {
				case !there:
					return
				case row.Rev != w.Rev && how == "retry":
					row.Attempts, row.LastError = row.Attempts+1, "r"
				case row.Rev != w.Rev:
					row.Attempts, row.LastError = 0, ""
				case how == "finish":
					delete(m.work, w.Key)
					return
				case how == "retry":
					row.Attempts, row.LastError, row.Due = row.Attempts+1, "r", later
				default:
					row.Attempts, row.LastError, row.Dead = row.Attempts+1, "b", true
				}
				m.work[w.Key] = row
			},
			"revive": func(t *rapid.T) {
				key := ids()
				row, ok := m.work[key]
				want := ok && row.Dead
				if want {
					row.Dead, row.Attempts, row.Due, row.Rev = false, 0, m.now, row.Rev+1
					m.work[key] = row
				}
				write(func(tx *storage.Tx) error {
					got, err := tx.Revive("k", key)
					if got != want {
						t.Fatalf("revived: %v, want %v", got, want)
					}
					return err
				})
			},
			"alert": func(t *rapid.T) {
				a := job.Alert{Key: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "key"), Title: say.Words(ids())}
				i := slices.IndexFunc(m.alerts, func(old job.Alert) bool { return a.Key != "" && old.Key == a.Key })
				want := a
				if i >= 0 {
					want = m.alerts[i]
				} else {
					want.ID, want.At = uint64(len(m.alerts)+1), m.now
					m.alerts = append(m.alerts, want)
				}
				write(func(tx *storage.Tx) error {
					got, added, err := tx.AddAlert(a)
					if added != (i < 0) || !same(got, want) {
						t.Fatalf("alert %+v, %v; want %+v", got, added, want)
					}
					return err
				})
			},
			"read an alert": func(t *rapid.T) {
				if len(m.alerts) == 0 {
					return
				}
				a := &m.alerts[rapid.IntRange(0, len(m.alerts)-1).Draw(t, "alert")]
				a.ReadAt = m.now
				write(func(tx *storage.Tx) error { return tx.PutAlert(*a) })
			},
			"set": func(t *rapid.T) {
				k, v := ids(), ids()
				m.set[k] = v
				write(func(tx *storage.Tx) error { return tx.PutSetting(k, v) })
			},
			"unset": func(t *rapid.T) {
				k := ids()
				delete(m.set, k)
				write(func(tx *storage.Tx) error { return tx.DeleteSetting(k) })
			},
			"restart": func(t *rapid.T) {
				must(s.Close())
				must(storage.Verify(path))
				s, err = storage.Open(path, m.options())
				must(err)
				s.SkipSync()
				m.started = true
			},
			"compact": func(t *rapid.T) {
				must(s.Compact(t.Context()))
				s.SkipSync()
			},
			"": func(t *rapid.T) {
				must(s.View(func(tx *storage.Tx) error { return m.agrees(tx) }))
			},
		})
	})
}

// agrees compares everything that can be listed.
func (m *model) agrees(tx *storage.Tx) error {
	differs := func(what string, got, want any) error {
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			return fmt.Errorf("%s: %+v, want %+v", what, got, want)
		}
		return nil
	}
	var errs []error
	for _, q := range []storage.EventQuery{
		{}, {Newest: true}, {Job: "1"}, {Job: "12", Newest: true}, {Name: "a"}, {Name: "ab", Job: "1"}, {After: m.lastSeq / 2},
	} {
		var got, want []storage.Event
		for e, err := range tx.Events(q) {
			errs = append(errs, err)
			got = append(got, e)
		}
		for _, e := range m.events {
			if e.Seq <= m.index && (q.Job == "" || q.Job == e.Job) && (q.Name == "" || q.Name == e.Name) && e.Seq > q.After {
				want = append(want, e)
			}
		}
		if q.Newest {
			slices.Reverse(want)
		}
		errs = append(errs, differs(fmt.Sprintf("events %+v", q), got, want))
	}
	listed, duplicates := uint64(0), uint64(0)
	var log []storage.Event
	for e, err := range tx.Log(0) {
		errs = append(errs, err)
		log = append(log, e)
	}
	for _, e := range m.events {
		if e.Seq <= m.index {
			listed++
		}
		if e.Duplicate {
			duplicates++
		}
	}
	counts, err := tx.Counts()
	errs = append(errs, err, differs("log", log, m.events), differs("counts", counts, storage.Counts{Events: listed, Duplicates: duplicates}))
	folded := map[uint64]string{}
	for seq := uint64(1); seq <= m.lastSeq; seq++ {
		var what string
		ok, err := tx.Doc(fmt.Sprint(seq), &what)
		if errs = append(errs, err); ok {
			folded[seq] = what
		}
	}
	errs = append(errs, differs("folded", folded, m.folded))

	var jobs []job.Job
	for j, err := range tx.Jobs(storage.JobQuery{Search: "n1"}) {
		errs = append(errs, err)
		jobs = append(jobs, j)
	}
	want := slices.DeleteFunc(slices.Collect(maps.Values(m.jobs)), func(j job.Job) bool { return !strings.HasPrefix(j.Name, "N1") })
	slices.SortFunc(want, func(a, b job.Job) int {
		if c := b.UpdatedAt.Compare(a.UpdatedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID.String(), a.ID.String())
	})
	errs = append(errs, differs("jobs", jobs, want))

	pending, dead := 0, 0
	var due []storage.Work
	for _, w := range m.work {
		got, _, err := tx.Work(w.Kind, w.Key)
		errs = append(errs, err, differs("work", got, w))
		if w.Dead {
			dead++
			continue
		}
		pending++
		if !w.Due.After(m.now) {
			due = append(due, w)
		}
	}
	slices.SortFunc(due, func(a, b storage.Work) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	gotDue, err := tx.Due(m.now, 0)
	gotPending, gotDead, err2 := tx.WorkCounts()
	errs = append(errs, err, err2, differs("due", gotDue, due), differs("work counts", []int{gotPending, gotDead}, []int{pending, dead}))

	var alerts, unread []job.Alert
	for a, err := range tx.Alerts(storage.AlertQuery{}) {
		errs = append(errs, err)
		alerts = append(alerts, a)
	}
	for a, err := range tx.Alerts(storage.AlertQuery{Unread: true}) {
		errs = append(errs, err)
		unread = append(unread, a)
	}
	isRead := func(a job.Alert) bool { return !a.ReadAt.IsZero() }
	errs = append(errs, differs("alerts", alerts, m.alerts),
		differs("unread", unread, slices.DeleteFunc(slices.Clone(m.alerts), isRead)), differs("settings", tx.Settings(), m.set))
	return errors.Join(errs...)
}
