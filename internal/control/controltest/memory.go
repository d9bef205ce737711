// Package controltest has an [engine.Desk] without a disk and without Hover,
// for tests of what talks to one.
package controltest

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// Memory is the service: enough of one to see whether what is asked arrives and
// what is answered comes back. What no test of it asks for is nil and panics.
type Memory struct {
	engine.Desk

	JobList     []engine.JobView
	EventList   []engine.EventView
	AlertList   []engine.AlertView
	SettingList []engine.Setting
	CaptureList []engine.CaptureView
	FigureList  []figures.Figures // without totals
	Unasked     error             // why Hover could not be asked for figures
	FindingList []engine.Finding
	State       engine.Status
	Changed     chan engine.Hint // what Watch tells
	SignedIn    chan struct{}    // closed when somebody has signed in
	Left        chan struct{}    // gets one for each watcher that leaves

	mu   sync.Mutex
	did  []string
	fail error
}

var _ engine.Desk = (*Memory)(nil)

// New gives a service that knows a job or two.
func New() *Memory {
	at := engine.At(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	half := 0.5
	return &Memory{
		JobList: []engine.JobView{{
			ID: "19402492", Name: "Sycamore", Address: "1420 Sycamore Lane, Carmel IN 46033", State: hover.JobCompleted,
			Progress: &half,
			ETA:      at, UpdatedAt: at, Says: say.Words("Measured"), Confirmed: true,
			Models: []engine.ModelView{{ID: "7", Name: "Garage", State: hover.ModelCompleted,
				Files: []engine.FileView{{Format: "wireframe", Part: "roof-top", State: "saved", Path: "/a/b.png", SHA256: "ab"}}}},
		}, {ID: "2", State: "levitating"}},
		AlertList: []engine.AlertView{{ID: "1", At: at, Kind: job.Completed, JobID: "19402492", ModelID: "7",
			Title: say.Words("Measured"), Body: say.Words("Open it"), ShownAt: at}},
		SettingList: []engine.Setting{
			{Key: "acting_user", Value: "12", Help: "Who asks Hover", From: "setting"},
			{Key: "ngrok_token", Value: "(set)", Secret: true, From: "setting"},
		},
		CaptureList: []engine.CaptureView{{ID: "31", State: hover.CaptureNew, Name: "Ann", Email: "ann@example.com",
			Link: "https://hover.to/x", CreatedAt: at}},
		FindingList: []engine.Finding{
			{Name: "dns", State: engine.Green, Says: say.Words("The address of hover.to is found")},
			{Name: "notifications", State: engine.Amber, Says: say.Words("No desktop takes notifications"),
				Do: say.Words("Start Dormer in the session.")},
		},
		State: engine.Status{
			Version: "0.1.0", State: engine.StateReady,
			Lamps: []engine.Lamp{{Name: "tunnel", State: engine.Green, Says: say.Words("online")}}, PID: 42,
		},
		Changed:  make(chan engine.Hint, 10),
		SignedIn: make(chan struct{}),
		Left:     make(chan struct{}, 10),
	}
}

// WithEvents gives it n events of its first job.
func (m *Memory) WithEvents(n int) *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range n {
		m.EventList = append(m.EventList, engine.EventView{
			Seq: uint64(i + 1), ReceivedAt: engine.At(time.Unix(int64(i), 0).UTC()), Event: hover.EventJobStateV2, JobID: "19402492",
			Verdict: hover.VerdictSigned, Body: []byte(fmt.Sprintf(`{"n":%d}`, i)),
		})
	}
	return m
}

func (m *Memory) note(format string, args ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.did = append(m.did, fmt.Sprintf(format, args...))
	return m.fail
}

// Did gives what it was asked to do, one line each.
func (m *Memory) Did() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.did)
}

// Fail makes all that it is asked to do from now on fail.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *Memory) failure() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.fail
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

// Jobs implements engine.Reads.
func (m *Memory) Jobs(_ context.Context, f engine.JobFilter) iter.Seq2[engine.JobView, error] {
	return all(m.JobList, func(j engine.JobView) bool {
		return strings.Contains(j.Address, f.Search) && (f.State == "" || f.State == j.State)
	}, f.Limit)
}

// Job implements engine.Reads.
func (m *Memory) Job(_ context.Context, id hover.JobID) (engine.JobView, error) {
	for _, j := range m.JobList {
		if j.ID == id {
			return j, nil
		}
	}
	return engine.JobView{},
		&say.Error{
			What: say.Words("The job cannot be shown"), Why: say.Words(fmt.Sprintf("job %s: not known here", id)),
			Err: engine.ErrUnknown, Do: say.Words("See: dormer jobs"),
		}
}

// Figures implements engine.Reads.
func (m *Memory) Figures(_ context.Context, id hover.JobID, models ...hover.ModelID) (found []figures.Figures, err error) {
	_ = m.note("figures of %s %v", id, models)
	for _, f := range m.FigureList {
		if f.JobID == id && (len(models) == 0 || slices.Contains(models, f.ModelID)) {
			found = append(found, f)
		}
	}
	if len(found) > 1 {
		found = append(found, figures.Total(found))
	}
	return found, m.Unasked
}

// AllFigures implements engine.Reads.
func (m *Memory) AllFigures(_ context.Context, ask bool) iter.Seq2[figures.Figures, error] {
	_ = m.note("all figures %v", ask)
	return func(yield func(figures.Figures, error) bool) {
		for _, f := range m.FigureList {
			if !yield(f, nil) {
				return
			}
		}
		if ask && m.Unasked != nil {
			yield(figures.Figures{}, m.Unasked)
		}
	}
}

// Events implements engine.Reads.
func (m *Memory) Events(_ context.Context, f engine.EventFilter) iter.Seq2[engine.EventView, error] {
	_ = m.note("events after %d, %d at most", f.After, f.Limit)
	m.mu.Lock()
	defer m.mu.Unlock()
	return all(m.EventList, func(e engine.EventView) bool {
		return e.Seq > f.After && (f.Job == "" || f.Job == e.JobID) && (f.Event == "" || f.Event == e.Event)
	}, f.Limit)
}

// Alerts implements engine.Reads.
func (m *Memory) Alerts(context.Context) iter.Seq2[engine.AlertView, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	return all(m.AlertList, func(engine.AlertView) bool { return true }, 0)
}

// Settings implements engine.Reads.
func (m *Memory) Settings(context.Context) ([]engine.Setting, error) {
	return m.SettingList, m.failure()
}

// Set implements engine.Reads.
func (m *Memory) Set(_ context.Context, values engine.Values) error {
	if t, ok := values["tunnel"]; ok && t != "ngrok" && t != "own" {
		return engine.Usage(say.Words("tunnel is ngrok or own"))
	}
	said := "set"
	for _, key := range slices.Sorted(maps.Keys(values)) {
		said += " " + key + "=" + values[key]
	}
	return m.note("%s", said)
}

// Export implements engine.Reads.
func (m *Memory) Export(_ context.Context, format string, w io.Writer) error {
	for _, e := range m.EventList {
		if _, err := fmt.Fprintf(w, "%s %d\n", format, e.Seq); err != nil {
			return err
		}
	}
	return m.failure()
}

// Backup implements engine.Reads.
func (m *Memory) Backup(_ context.Context, path string) error { return m.note("backup %s", path) }

// Doctor implements engine.Reads.
func (m *Memory) Doctor(context.Context) ([]engine.Finding, error) {
	return m.FindingList, m.failure()
}

// Delivery implements engine.Reads.
func (m *Memory) Delivery(context.Context) ([]byte, error) {
	return []byte("{\"secret\": \"s3cret\"}\n"), m.failure()
}

// Diagnostics implements engine.Reads.
func (m *Memory) Diagnostics(_ context.Context, findings []engine.Finding) ([]engine.Document, error) {
	return []engine.Document{
		{Name: "findings.json", About: say.T("report.findings"), Text: fmt.Sprintf("%d findings\n", len(findings))},
	}, m.failure()
}

// Status implements engine.Desk.
func (m *Memory) Status(context.Context) (engine.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.State, m.fail
}

// Tell adds an alert and tells those who watch.
func (m *Memory) Tell(a engine.AlertView) {
	m.mu.Lock()
	m.AlertList = append(slices.Clone(m.AlertList), a)
	m.mu.Unlock()
	m.Changed <- engine.Hint{}
}

// Become changes the state and tells those who watch.
func (m *Memory) Become(s engine.Status) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.State = s
	select {
	case m.Changed <- engine.Hint{}:
	default: // they are about to look anyway
	}
}

// Watch implements engine.Desk.
func (m *Memory) Watch(ctx context.Context) <-chan engine.Hint {
	out := make(chan engine.Hint)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				m.Left <- struct{}{}
				return
			case h := <-m.Changed:
				select {
				case out <- h:
				case <-ctx.Done():
				}
			}
		}
	}()
	return out
}

// BeginLogin implements engine.Desk.
func (m *Memory) BeginLogin(context.Context) (engine.Login, error) {
	return engine.Login{ID: "a1", URL: "https://hover.to/oauth/authorize?x=1&y=2", Paste: true}, m.note("begin login")
}

// FinishLogin implements engine.Desk.
func (m *Memory) FinishLogin(_ context.Context, p string) error { return m.note("finish login %s", p) }

// WaitLogin implements engine.Desk.
func (m *Memory) WaitLogin(ctx context.Context, id string) error {
	select {
	case <-m.SignedIn:
		return m.note("signed in %s", id)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Logout implements engine.Desk.
func (m *Memory) Logout(context.Context) error { return m.note("logout") }

// Get implements engine.Desk.
func (m *Memory) Get(_ context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return func(yield func(engine.Progress, error) bool) {
		_ = m.note("get %v %v %v %s %v", r.Jobs, r.Models, r.Formats, r.Dir, r.Open)
		for _, id := range r.Jobs {
			if !yield(engine.Progress{Job: id, Format: "pdf", Done: 5, Total: 10}, nil) ||
				!yield(engine.Progress{Job: id, Format: "pdf", Done: 10, Total: 10, Path: "/d/" + id.String() + ".pdf"}, nil) {
				return
			}
		}
		if err := m.failure(); err != nil {
			yield(engine.Progress{}, err)
		}
	}
}

// CreateCapture implements engine.Desk.
func (m *Memory) CreateCapture(_ context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	return engine.CaptureView{ID: "32", Name: r.Name, Address: r.Address.String()},
		m.note("capture %s %s", r.Name, r.Deliverable)
}

// Captures implements engine.Desk.
func (m *Memory) Captures(context.Context) ([]engine.CaptureView, error) {
	return m.CaptureList, m.failure()
}

// DeleteCapture implements engine.Desk.
func (m *Memory) DeleteCapture(_ context.Context, id hover.CaptureRequestID) error {
	return m.note("delete capture %s", id)
}

// TestJob implements engine.Desk.
func (m *Memory) TestJob(_ context.Context, id hover.JobID, s hover.JobState) error {
	return m.note("test job %s %s", id, s)
}

// Replay implements engine.Desk.
func (m *Memory) Replay(_ context.Context, seqs []uint64) (int, error) {
	return len(seqs), m.note("replay %v", seqs)
}

// Compact implements engine.Desk.
func (m *Memory) Compact(context.Context) error { return m.note("compact") }

// CatchUp implements engine.Desk.
func (m *Memory) CatchUp(context.Context) error { return m.note("catch up") }

// MarkRead implements engine.Desk.
func (m *Memory) MarkRead(_ context.Context, ids ...uint64) error {
	return m.note("mark read %v", ids)
}

// MarkJob implements engine.Desk.
func (m *Memory) MarkJob(_ context.Context, id hover.JobID, marks engine.Marks) error {
	return m.note("mark job %s %v", id, marks)
}

// ReadJob implements engine.Desk.
func (m *Memory) ReadJob(_ context.Context, id hover.JobID) error { return m.note("read job %s", id) }

// ReviveWork implements engine.Desk.
func (m *Memory) ReviveWork(context.Context) (int, error) { return 3, m.note("revive work") }

// Act implements engine.Desk.
func (m *Memory) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return m.note("act %s %s %s", action, id, model)
}

// ClosedToTray implements engine.Desk.
func (m *Memory) ClosedToTray(context.Context) error { return m.note("closed to the tray") }

// HandOver implements engine.Desk.
func (m *Memory) HandOver(_ context.Context, how engine.Handing, id hover.JobID, model hover.ModelID) (say.Text, error) {
	return say.T("handover.printing"), m.note("hand over %s %s %s", how, id, model)
}
