package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
)

// memory is a Service without a disk and without Hover: enough of one to see
// whether what is asked arrives and what is answered comes back.
type memory struct {
	mu       sync.Mutex
	did      []string // what was asked of it, one line each
	jobs     []engine.JobView
	events   []engine.EventView
	alerts   []engine.AlertView
	settings []engine.Setting
	captures []engine.CaptureView
	changed  chan engine.Hint
	signedIn chan struct{}
	fail     error // of every method that does something
}

var _ engine.Service = (*memory)(nil)

func newMemory() *memory {
	at := engine.At(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	half := 0.5
	return &memory{
		jobs: []engine.JobView{{
			ID: "19402492", Name: "Sycamore", Address: "1420 Sycamore Lane, Carmel IN 46033", State: hover.JobCompleted, Progress: &half,
			ETA: at, UpdatedAt: at, Says: "Measured", Confirmed: true, Models: []engine.ModelView{{ID: "7", Name: "Garage", State: hover.ModelCompleted,
				Files: []engine.FileView{{Format: "wireframe", Part: "roof-top", State: "saved", Path: "/a/b.png", SHA256: "ab"}}}},
		}, {ID: "2", State: "levitating"}},
		alerts:   []engine.AlertView{{ID: "1", At: at, Kind: job.Completed, JobID: "19402492", ModelID: "7", Title: "Measured", Body: "Open it", ShownAt: at}},
		settings: []engine.Setting{{Key: "acting_user", Value: "12", Help: "Who asks Hover"}, {Key: "ngrok_token", Value: "(set)", Secret: true}},
		captures: []engine.CaptureView{{ID: "31", State: hover.CaptureNew, Name: "Ann", Email: "ann@example.com", Link: "https://hover.to/x", CreatedAt: at}},
		changed:  make(chan engine.Hint, 10),
		signedIn: make(chan struct{}),
	}
}

// withEvents gives the memory n events.
func (m *memory) withEvents(n int) *memory {
	for i := range n {
		m.events = append(m.events, engine.EventView{
			Seq: uint64(i + 1), ReceivedAt: engine.At(time.Unix(int64(i), 0).UTC()), Event: hover.EventJobStateV2, JobID: "19402492",
			Verdict: hover.VerdictSigned, Body: []byte(fmt.Sprintf(`{"n":%d}`, i)),
		})
	}
	return m
}

func (m *memory) note(format string, args ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.did = append(m.did, fmt.Sprintf(format, args...))
	return m.fail
}

func (m *memory) said() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.did)
}

func all[T any](list []T, keep func(T) bool, limit int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for _, v := range list {
			if limit > 0 && n == limit {
				return
			}
			if keep(v) {
				n++
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}

func (m *memory) Jobs(_ context.Context, f engine.JobFilter) iter.Seq2[engine.JobView, error] {
	return all(m.jobs, func(j engine.JobView) bool {
		return strings.Contains(j.Address, f.Search) && (f.State == "" || f.State == j.State)
	}, f.Limit)
}

func (m *memory) Job(_ context.Context, id hover.JobID) (engine.JobView, error) {
	for _, j := range m.jobs {
		if j.ID == id {
			return j, nil
		}
	}
	return engine.JobView{}, &engine.Error{What: "The job cannot be shown", Why: fmt.Errorf("job %s: %w", id, engine.ErrUnknown), Do: "See: dormer jobs"}
}

func (m *memory) Events(_ context.Context, f engine.EventFilter) iter.Seq2[engine.EventView, error] {
	_ = m.note("events after %d, %d at most", f.After, f.Limit)
	return all(m.events, func(e engine.EventView) bool {
		return e.Seq > f.After && (f.Job == "" || f.Job == e.JobID) && (f.Event == "" || f.Event == e.Event)
	}, f.Limit)
}

func (m *memory) Alerts(context.Context) iter.Seq2[engine.AlertView, error] {
	return all(m.alerts, func(engine.AlertView) bool { return true }, 0)
}

func (m *memory) Settings(context.Context) ([]engine.Setting, error) { return m.settings, m.fail }

func (m *memory) Set(_ context.Context, key, value string) error {
	if key == "tunnel" && value != "ngrok" && value != "own" {
		return &engine.UsageError{Says: "tunnel is ngrok or own"}
	}
	return m.note("set %s=%s", key, value)
}

func (m *memory) Export(_ context.Context, format string, w io.Writer) error {
	for _, e := range m.events {
		if _, err := fmt.Fprintf(w, "%s %d\n", format, e.Seq); err != nil {
			return err
		}
	}
	return m.fail
}

func (m *memory) Backup(_ context.Context, path string) error { return m.note("backup %s", path) }

func (m *memory) Status(context.Context) (engine.Status, error) {
	return engine.Status{Version: "0.1.0", State: engine.StateReady, Lamps: []engine.Lamp{{Name: "tunnel", State: engine.Green, Says: "online"}}, PID: 42}, m.fail
}

func (m *memory) Watch(ctx context.Context) <-chan engine.Hint {
	out := make(chan engine.Hint)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				_ = m.note("nobody watches any more")
				return
			case h := <-m.changed:
				out <- h
			}
		}
	}()
	return out
}

func (m *memory) BeginLogin(context.Context) (engine.Login, error) {
	return engine.Login{ID: "a1", URL: "https://hover.to/oauth/authorize?x=1&y=2", Paste: true}, m.note("begin login")
}
func (m *memory) FinishLogin(_ context.Context, p string) error { return m.note("finish login %s", p) }
func (m *memory) WaitLogin(ctx context.Context, id string) error {
	select {
	case <-m.signedIn:
		return m.note("signed in %s", id)
	case <-ctx.Done():
		return ctx.Err()
	}
}
func (m *memory) Logout(context.Context) error { return m.note("logout") }

func (m *memory) Get(_ context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return func(yield func(engine.Progress, error) bool) {
		_ = m.note("get %v %v %v %s %v", r.Jobs, r.Models, r.Formats, r.Dir, r.Open)
		for _, id := range r.Jobs {
			if !yield(engine.Progress{Job: id, Format: "pdf", Done: 5, Total: 10}, nil) || !yield(engine.Progress{Job: id, Format: "pdf", Done: 10, Total: 10, Path: "/d/" + id.String() + ".pdf"}, nil) {
				return
			}
		}
		if m.fail != nil {
			yield(engine.Progress{}, m.fail)
		}
	}
}

func (m *memory) CreateCapture(_ context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	return engine.CaptureView{ID: "32", Name: r.Name, Address: r.Address.String()}, m.note("capture %s %s", r.Name, r.Deliverable)
}
func (m *memory) Captures(context.Context) ([]engine.CaptureView, error) { return m.captures, m.fail }
func (m *memory) DeleteCapture(_ context.Context, id hover.CaptureRequestID) error {
	return m.note("delete capture %s", id)
}
func (m *memory) TestJob(_ context.Context, id hover.JobID, s hover.JobState) error {
	return m.note("test job %s %s", id, s)
}
func (m *memory) Replay(_ context.Context, seqs []uint64) (int, error) {
	return len(seqs), m.note("replay %v", seqs)
}
func (m *memory) Compact(context.Context) error { return m.note("compact") }
func (m *memory) CatchUp(context.Context) error { return m.note("catch up") }
func (m *memory) MarkRead(_ context.Context, ids ...uint64) error {
	return m.note("mark read %v", ids)
}
func (m *memory) ReviveWork(context.Context) (int, error) { return 3, m.note("revive work") }
func (m *memory) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return m.note("act %s %s %s", action, id, model)
}

// collect takes a stream whole.
func collect[T any](t *testing.T, s iter.Seq2[T, error]) []T {
	t.Helper()
	var list []T
	for v, err := range s {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

// errDisk is what a failing store says.
var errDisk = errors.New("no space left on device")
