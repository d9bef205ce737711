package engine_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/update"
)

// maintainers say what there is, or are not to be believed.
type maintainers struct {
	mu      sync.Mutex
	feed    update.Feed
	err     error
	asked   []time.Time
	fetched []string
}

func (m *maintainers) Check(_ context.Context, known update.Known) (update.Feed, update.Known, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, time.Now())
	if m.err != nil {
		return update.Feed{}, known, m.err
	}
	return m.feed, update.Known{Serial: m.feed.Serial, Expires: m.feed.Expires}, nil
}

func (m *maintainers) Fetch(_ context.Context, f update.File, dir string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fetched = append(m.fetched, f.Name)
	if m.err != nil {
		return "", m.err
	}
	return dir + "/" + f.Name, nil
}

func (m *maintainers) times() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.asked)
}

func (m *maintainers) say(change func(m *maintainers)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// toldOf gives maintainers who have signed a version, and a world that asks them.
func toldOf(w *world, version string) *maintainers {
	m := &maintainers{feed: update.Feed{
		Serial: 3, Expires: time.Now().Add(60 * 24 * time.Hour), Version: version, Page: "https://dormer.example/" + version,
		Files: []update.File{{Name: "dormer-setup", OS: runtime.GOOS, Arch: runtime.GOARCH, URL: "https://dormer.example/dormer-setup", Size: 1}},
	}}
	w.updates, w.version = m, "1.2.0"
	return m
}

func (w *world) updatesFinding() engine.Finding {
	w.t.Helper()
	s := w.surroundings()
	s.Updates, s.Version = true, w.version
	w.e.Surround(s)
	all, _ := examined(w.t, w.e)
	return all["updates"]
}

func (w *world) wantUpdates() {
	w.t.Helper()
	if err := w.e.Set(w.t.Context(), engine.Values{engine.KeyUpdates: "true"}); err != nil {
		w.t.Fatal(err)
	}
}

func TestNobodyIsAskedForUpdatesUntilAPersonWantsIt(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		m := toldOf(w, "1.3.0")
		w.ready()
		w.pass(72 * time.Hour)
		if n := m.times(); n != 0 {
			t.Fatalf("nobody wanted it, and it asked %d times", n)
		}
		if f := w.updatesFinding(); f.State != engine.Green || !strings.Contains(f.Says.String(), "Nobody is asked") {
			t.Errorf("the doctor says %+v", f)
		}
		w.wantUpdates()
		if f := w.updatesFinding(); f.State != engine.Green {
			t.Errorf("before it has asked the doctor says %+v", f)
		}
		w.pass(11 * time.Minute)
		u := w.status().Update
		if u.Version != "1.3.0" || u.Page != "https://dormer.example/1.3.0" || u.File != "dormer-setup" || !strings.Contains(u.Says.String(), "1.3.0") {
			t.Errorf("the status tells of %+v", u)
		}
		if f := w.updatesFinding(); f.State != engine.Amber || !strings.Contains(f.Says.String(), "1.3.0") || !strings.Contains(f.Do.String(), u.Page) {
			t.Errorf("the doctor says %+v", f)
		}
		w.pass(72 * time.Hour)
		if n := m.times(); n != 4 {
			t.Errorf("in three days and a bit it asked %d times", n)
		}
		w.restart() // which is no reason to ask again
		w.pass(time.Hour)
		if n := m.times(); n != 4 || w.status().Update.Version != "1.3.0" {
			t.Errorf("after a restart it asked %d times, and tells of %+v", n, w.status().Update)
		}
		if path, err := w.e.FetchUpdate(t.Context()); err != nil || path != "/downloads/dormer-setup" {
			t.Errorf("%q, %v", path, err)
		}
		if err := w.e.Set(t.Context(), engine.Values{engine.KeyUpdates: "false"}); err != nil || w.status().Update.Version != "" {
			t.Errorf("wanted no longer, it tells of %+v", w.status().Update)
		}
	})
}

func TestTheNewestIsToldToBe(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		toldOf(w, "1.2.0")
		w.ready()
		w.wantUpdates()
		w.pass(11 * time.Minute)
		if f := w.updatesFinding(); f.State != engine.Green || w.status().Update.Version != "" {
			t.Errorf("the doctor says %+v", f)
		}
		var e *say.Error
		if _, err := w.e.FetchUpdate(t.Context()); !errors.As(err, &e) {
			t.Errorf("there is nothing to fetch: %v", err)
		}
		// The maintainers fall silent, and what was heard last runs out.
		w.updates.(*maintainers).say(func(m *maintainers) { m.feed.Expires = time.Now().Add(time.Hour) })
		w.pass(26 * time.Hour)
		if f := w.updatesFinding(); f.State != engine.Amber {
			t.Errorf("the feed has run out, and the doctor says %+v", f)
		}
	})
}

// TestWhatIsNotBelievedChangesNothing: an answer that was refused is told by the
// doctor, and by no lamp; what was known before stays known.
func TestWhatIsNotBelievedChangesNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		m := toldOf(w, "1.3.0")
		w.ready()
		w.wantUpdates()
		w.pass(11 * time.Minute)
		m.say(func(m *maintainers) { m.err = &update.Refused{Kind: update.Unsigned} })
		w.pass(25 * time.Hour)
		if f := w.updatesFinding(); f.State != engine.Amber || !strings.Contains(f.Says.String(), "not signed") || f.Do.IsZero() {
			t.Errorf("the doctor says %+v", f)
		}
		if s := w.status(); s.Update.Version != "1.3.0" || s.State != engine.StateReady {
			t.Errorf("the status is %s, and tells of %+v", s.State, s.Update)
		}
		if _, err := w.e.FetchUpdate(t.Context()); err == nil || !strings.Contains(err.Error(), "not signed") {
			t.Errorf("the file is not what was signed: %v", err)
		}
		before := m.times()
		w.pass(5 * time.Hour)
		if n := m.times() - before; n < 4 || n > 6 {
			t.Errorf("refused, it asked %d times in five hours", n)
		}
		m.say(func(m *maintainers) { m.err = nil })
		w.pass(2 * time.Hour)
		if f := w.updatesFinding(); !strings.Contains(f.Says.String(), "1.3.0 is there") {
			t.Errorf("believed again, the doctor says %+v", f)
		}
	})
}
