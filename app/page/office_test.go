package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// office is as much of an engine as the capture requests, the activity and the
// health page ask, and the window that they stand in.
type office struct {
	*jobsDesk

	captures []engine.CaptureView
	asked    []hover.NewCaptureRequest
	refuses  error                       // of CreateCapture and DeleteCapture
	at       map[string][]engine.JobView // jobs by their street, as it is typed

	events  []engine.EventView // oldest first
	pages   int
	refused []engine.EventView

	status   engine.Status
	stranger *engine.Stranger
	chain    engine.Chain
	called   []string
	found    []engine.Finding
	files    []engine.Document

	// What the page asked the window for.
	clipboard string
	settings  []string
	health    int
	saveAs    string // what a person chooses, "" for nothing
	chooses   string
}

// newOffice opens a window of a size.
func newOffice(t *testing.T, width, height float32) *office {
	t.Helper()
	return &office{jobsDesk: newJobsDesk(t, width, height), at: map[string][]engine.JobView{}, status: allWell()}
}

func (o *office) deps() view.Deps {
	d := o.jobsDesk.deps()
	d.Desk = o
	return d
}

// open puts a page into the window, as the app does.
func (o *office) open(p Page) {
	o.window.SetContent(p.Content())
	p.Shown()
	o.t.Cleanup(p.Hidden)
}

// note remembers a call. As all state here, it is guarded by jobsDesk's mu.
func (o *office) note(call string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.called = append(o.called, call)
	return o.refuses
}

// was says whether something was asked of the engine.
func (o *office) was(call string) func() bool {
	return func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return slices.Contains(o.called, call)
	}
}

// change changes what the engine knows.
func (o *office) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}

func (o *office) Captures(context.Context) ([]engine.CaptureView, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.captures), o.broken
}

func (o *office) CreateCapture(_ context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuses != nil {
		return engine.CaptureView{}, o.refuses
	}
	o.asked = append(o.asked, r)
	v := engine.CaptureView{
		ID: hover.CaptureRequestID(fmt.Sprint(900 + len(o.asked))), State: hover.CaptureNew, Name: r.Name, Email: r.Email, Phone: r.Phone,
		Address: r.Address.String(), Link: "https://hover.to/c/XcUUtA", CreatedAt: engine.At(jobsNow),
	}
	o.captures = append([]engine.CaptureView{v}, o.captures...)
	return v, nil
}

func (o *office) DeleteCapture(_ context.Context, id hover.CaptureRequestID) error {
	if err := o.note("delete " + string(id)); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.captures {
		if o.captures[i].ID == id {
			o.captures[i].State = hover.CaptureDeleted
		}
	}
	return nil
}

func (o *office) MeasuredAt(_ context.Context, a hover.Address) ([]engine.JobView, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at[a.Line1], nil
}

func (o *office) EventPage(_ context.Context, f engine.EventFilter, before uint64, limit int) ([]engine.EventView, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pages++
	return viewtest.Events(o.events, f, before, limit), o.broken
}

func (o *office) Quarantined(context.Context) ([]engine.EventView, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.refused), o.broken
}

func (o *office) Replay(_ context.Context, seqs []uint64) (int, error) {
	return len(seqs), o.note(fmt.Sprint("replay ", seqs))
}

func (o *office) Export(ctx context.Context, format string, w io.Writer) error {
	if err := o.note("export " + format); err != nil {
		return err
	}
	_, err := io.WriteString(w, "all of it")
	return errors.Join(err, ctx.Err())
}

func (o *office) Status(context.Context) (engine.Status, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.status, o.broken
}

func (o *office) Stranger(context.Context) (engine.Stranger, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stranger == nil {
		return engine.Stranger{}, false, nil
	}
	return *o.stranger, true, nil
}

func (o *office) Settings(context.Context) ([]engine.Setting, error) {
	return []engine.Setting{{Key: engine.KeyClientID, Value: "(set)"}, {Key: engine.KeyDownloadDir, Value: "/home/dana/Dormer"}}, nil
}

func (o *office) Set(_ context.Context, values engine.Values) error {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		all = append(all, key+"="+values[key])
	}
	return o.note(strings.Join(all, " "))
}

func (o *office) TestChain(context.Context) (engine.Chain, error) {
	_ = o.note("test")
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.chain, nil
}

func (o *office) AcceptStranger(context.Context) error { return o.note("accept") }
func (o *office) Reconnect(context.Context) error      { return o.note("reconnect") }
func (o *office) Reregister(context.Context) error     { return o.note("reregister") }
func (o *office) Logout(context.Context) error         { return o.note("logout") }
func (o *office) CatchUp(context.Context) error        { return o.note("catch up") }
func (o *office) ReviveWork(context.Context) (int, error) {
	return 1, o.note("revive")
}

func (o *office) Doctor(context.Context) ([]engine.Finding, error) { return o.found, nil }

func (o *office) Diagnostics(context.Context, []engine.Finding) ([]engine.Document, error) {
	return o.files, nil
}

func (o *office) Copy(text string)            { o.clipboard = text }
func (o *office) ShowSettings(section string) { o.settings = append(o.settings, section) }
func (o *office) ShowHealth()                 { o.health++ }

func (o *office) ChooseFolder(_ string, done func(string)) {
	if o.chooses != "" {
		done(o.chooses)
	}
}

func (o *office) SaveFile(_ string, done func(string)) {
	if o.saveAs != "" {
		done(o.saveAs)
	}
}

// write types into a field or a search box.
func (o *office) write(field interface{ Focus() }, text string) {
	o.t.Helper()
	field.Focus()
	test.Type(o.window.Canvas().Focused(), text)
}

// fits checks that everything that can be tapped is whole and within the window.
func (o *office) fits() {
	o.t.Helper()
	window := o.window.Canvas().Size()
	windowtest.Each(o.window, func(c fyne.CanvasObject) {
		b, ok := c.(interface{ Text() string })
		if _, taps := c.(fyne.Tappable); !ok || !taps {
			return
		}
		at, size, least := fyne.CurrentApp().Driver().AbsolutePositionForObject(c), c.Size(), c.MinSize()
		if size.Width < least.Width || size.Height < least.Height || at.X < 0 || at.X+size.Width > window.Width {
			o.t.Errorf("%q is cut off: %v at %v, wants %v in %v", b.Text(), size, at, least, window)
		}
	})
}

// allWell is a Dormer at which everything is as it should be.
func allWell() engine.Status {
	at := func(d time.Duration) engine.Time { return engine.At(jobsNow.Add(-d)) }
	lamp := func(name, says string) engine.Lamp {
		return engine.Lamp{Name: name, State: engine.Green, Says: say.Words(says)}
	}
	return engine.Status{
		State: engine.StateReady,
		Tunnel: engine.TunnelStatus{
			Kind: "ngrok", State: "online", URL: "https://calm-otter.ngrok-free.app", LatencyMS: 38, CheckedAt: at(4 * time.Minute), Requests: 1_284,
		},
		Hover:   engine.HoverStatus{SignedIn: true, OrgID: "492855"},
		Webhook: engine.WebhookStatus{ID: "230293", State: "verified", VerifiedAt: at(26 * time.Hour), Signature: "pinned"},
		CatchUp: engine.CatchUpStatus{LastRun: at(31 * time.Minute)},
		Lamps: []engine.Lamp{
			lamp("tunnel", "Hover can reach this computer at https://calm-otter.ngrok-free.app"), lamp("hover", "Signed in to Hover"),
			lamp("webhook", "Hover sends its news to this computer"), lamp("signatures", "Hover's signature is understood and checked"),
			lamp("disk", "Everything is stored"),
		},
	}
}

// someCaptures are capture requests in all states, the newest first.
func someCaptures() []engine.CaptureView {
	at := func(d time.Duration) engine.Time { return engine.At(jobsNow.Add(-d)) }
	return []engine.CaptureView{
		{ID: "31", State: hover.CaptureNew, Name: "Ann Lee", Email: "ann@example.com", Address: "1420 Sycamore Lane, Carmel IN 46033", Link: "https://hover.to/c/aa", CreatedAt: at(2 * time.Minute)},
		{ID: "30", State: hover.CaptureConnected, Name: "Luis Ramirez", Email: "luis@example.com", Address: "5 Cedar Ct, Austin TX", Link: "https://hover.to/c/bb", CreatedAt: at(3 * time.Hour)},
		{ID: "29", State: hover.CaptureComplete, Name: "Chidi Okafor", Address: "77 Pine Ave, Boise ID", JobID: "3", Link: "https://hover.to/c/cc", CreatedAt: at(27 * time.Hour)},
		{ID: "28", State: hover.CaptureDeleted, Name: "Maya Stone", Address: "9 Quarry Hill, Barre VT", CreatedAt: at(100 * time.Hour)},
		{ID: "27", State: "on_hold", Email: "who@example.com", CreatedAt: at(200 * time.Hour)},
	}
}

// someEvents are stored events, the oldest first.
func someEvents() (list []engine.EventView) {
	add := func(name hover.EventName, job hover.JobID, state string, v hover.Verdict, ago time.Duration) {
		seq := uint64(len(list) + 1)
		body := fmt.Sprintf(`{"event":%q,"webhook_id":230293,"job_id":%s,"state":%q,"job_external_identifier":"ORD-20731","content-available":1}`, name, job, state)
		list = append(list, engine.EventView{
			Seq: seq, Event: name, JobID: job, State: state, Verdict: v, ReceivedAt: engine.At(jobsNow.Add(-ago)), Body: []byte(body),
		})
	}
	add(hover.EventVerificationCode, "0", "", hover.VerdictUnpinned, 50*time.Hour)
	add(hover.EventModelCreated, "1", "", hover.VerdictSigned, 30*time.Hour)
	add(hover.EventCaptureRequestState, "1", "complete", hover.VerdictSigned, 29*time.Hour)
	add(hover.EventJobStateV2, "2", "working", hover.VerdictSigned, 5*time.Hour)
	add(hover.EventEstimateGroupState, "3", "complete", hover.VerdictUnsigned, 4*time.Hour)
	add(hover.EventModelState, "1", "complete", hover.VerdictSigned, 4*time.Minute)
	add(hover.EventJobState, "1", "complete", hover.VerdictSigned, 3*time.Minute)
	add(hover.EventJobStateV2, "1", "completed", hover.VerdictSigned, 2*time.Minute)
	list[6].Duplicate = true
	list[0].JobID = ""
	return list
}

// manyEvents are stored events of a busy year.
func manyEvents(n int) []engine.EventView {
	list := make([]engine.EventView, n)
	for i := range list {
		list[i] = engine.EventView{
			Seq: uint64(i + 1), Event: hover.EventJobStateV2, JobID: hover.JobID(fmt.Sprint(1 + i%900)), State: "processing",
			Verdict: hover.VerdictSigned, ReceivedAt: engine.At(jobsNow.Add(time.Duration(i-n) * time.Minute)),
			Body: []byte(`{"event":"job-state-changed-v2"}`),
		}
	}
	return list
}
