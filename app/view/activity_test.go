package view_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// activityDesk is as much of an engine as the activity asks.
type activityDesk struct {
	engine.Desk

	mu       sync.Mutex         // protects all below
	events   []engine.EventView // oldest first
	refused  []engine.EventView // newest first
	jobs     map[hover.JobID]string
	broken   error
	hold     chan struct{} // pages wait for it
	pages    int
	replayed []uint64
	export   func(ctx context.Context, w io.Writer) error
	opened   []string
}

func (d *activityDesk) EventPage(_ context.Context, f engine.EventFilter, before uint64, limit int) ([]engine.EventView, error) {
	d.mu.Lock()
	hold := d.hold
	d.pages++
	d.mu.Unlock()
	if hold != nil {
		<-hold
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return viewtest.Events(d.events, f, before, limit), d.broken
}

func (d *activityDesk) Quarantined(context.Context) ([]engine.EventView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.refused), d.broken
}

func (d *activityDesk) JobRows(_ context.Context, ids []hover.JobID) (list []engine.JobView, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		if name, known := d.jobs[id]; known {
			list = append(list, engine.JobView{ID: id, Name: name})
		}
	}
	return list, nil
}

func (d *activityDesk) Replay(_ context.Context, seqs []uint64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replayed = append(d.replayed, seqs...)
	return len(seqs), d.broken
}

func (d *activityDesk) Export(ctx context.Context, _ string, w io.Writer) error {
	return d.export(ctx, w)
}

func (d *activityDesk) OpenPath(_ context.Context, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, path)
	return nil
}

func (d *activityDesk) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// come lets n more events arrive.
func (d *activityDesk) come(n int, name hover.EventName, job hover.JobID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for range n {
		seq := uint64(len(d.events) + 1)
		d.events = append(d.events, engine.EventView{
			Seq: seq, Event: name, JobID: job, State: "working", Verdict: hover.VerdictSigned,
			ReceivedAt: engine.At(time.Now()), Body: json.RawMessage(fmt.Sprintf(`{"seq":%d}`, seq)),
		})
	}
}

// inActivity runs a story with stored events.
func inActivity(t *testing.T, story func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity)) {
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := &activityDesk{jobs: map[hover.JobID]string{}}
		story(t, w, d, view.NewActivity(w.Deps(d)))
	})
}

// contents reads every row by choosing it, and gives the numbers of its event.
func contents(w *viewtest.Thread, a *view.Activity, rows ...int) (list []string) {
	for _, row := range rows {
		a.Select(row)
		w.Settle()
		if d := a.State().Detail; d != nil {
			list = append(list, strings.Join(strings.Fields(d.Body), ""))
		}
	}
	return list
}

// toTheEnd draws the last row: what comes after it is read.
func toTheEnd(a *view.Activity) { a.Row(a.State().Len - 1) }

func TestAHundredThousandEventsAreReadAsFarAsSomebodyScrolls(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		d.come(100_000, hover.EventJobStateV2, "1")
		a.Reload()
		w.Settle()
		if s := a.State(); s.Len != 100 || !s.Loaded || d.pages != 1 {
			t.Fatalf("%d rows after %d pages", s.Len, d.pages)
		}
		toTheEnd(a)
		toTheEnd(a)
		w.Settle()
		if s := a.State(); s.Len != 200 || d.pages != 2 {
			t.Errorf("one page further: %d rows after %d pages", s.Len, d.pages)
		}
		for a.State().Len < 100_000 {
			was := a.State().Len
			if toTheEnd(a); a.State().Len != was {
				t.Fatal("rows came without a wait")
			}
			if w.Settle(); a.State().Len == was {
				t.Fatalf("it ended at %d", was)
			}
		}
		if got := contents(w, a, 0, 199, 99_999); !slices.Equal(got, []string{`{"seq":100000}`, `{"seq":99801}`, `{"seq":1}`}) {
			t.Errorf("read %q", got)
		}
		pages := d.pages
		toTheEnd(a)
		if w.Settle(); d.pages > pages+1 {
			t.Error("it reads beyond the first one")
		}
		if a.Row(-1).Title != "" || a.Row(100_000).Title != "" {
			t.Error("there are rows that are not there")
		}
	})
}

func TestNewEventsComeInAboveWithoutALossAndWithoutARepetition(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		a.Reload()
		w.Settle()
		if s := a.State(); !s.Loaded || s.Len != 0 {
			t.Fatalf("at first: %+v", s)
		}
		d.come(3, hover.EventJobStateV2, "1")
		a.Reload()
		w.Settle()
		began := a.State()
		if began.Len != 3 {
			t.Fatalf("%d rows", began.Len)
		}
		a.Select(1)
		w.Settle()
		d.come(1003, hover.EventModelState, "2") // more than a page
		a.Reload()
		a.Reload()
		w.Settle()
		s := a.State()
		if s.Len != 1006 || s.Added-began.Added != 1003 || s.Choice != began.Choice {
			t.Errorf("%d rows, %d of them new", s.Len, s.Added-began.Added)
		}
		if !a.Row(1004).Chosen || a.Row(1).Chosen {
			t.Error("the chosen event is another one now")
		}
		if got := contents(w, a, 0, 1002, 1003, 1005); !slices.Equal(got, []string{`{"seq":1006}`, `{"seq":4}`, `{"seq":3}`, `{"seq":1}`}) {
			t.Errorf("read %q", got)
		}

		// While one answer is under way, more comes, and is asked for.
		hold := make(chan struct{})
		d.change(func() { d.hold = hold })
		a.Reload()
		w.Settle()
		d.come(2, hover.EventModelState, "2")
		a.Reload()
		d.come(1, hover.EventModelState, "2")
		a.Reload()
		close(hold)
		w.Settle()
		if got := a.State().Len; got != 1009 {
			t.Errorf("%d rows, want 1009", got)
		}
	})
}

func TestEventsAreChosenByKindAndJob(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		for range 80 { // more than a page of jobs' events, under several names
			d.come(1, hover.EventJobStateV2, "1")
			d.come(1, hover.EventCaptureRequestState, "2")
			d.come(1, hover.EventModelState, "2")
			d.come(1, "brand-new-event", "3")
		}
		a.Show(view.EventsJobs)
		w.Settle()
		toTheEnd(a)
		w.Settle()
		if n := a.State().Len; n != 160 {
			t.Fatalf("%d events of jobs, want 160", n)
		}
		if got := contents(w, a, 0, 1, 2, 159); !slices.Equal(got, []string{`{"seq":319}`, `{"seq":317}`, `{"seq":315}`, `{"seq":1}`}) {
			t.Errorf("in the order %q", got)
		}
		a.SearchJob("2")
		w.Settle()
		if n := a.State().Len; n != 80 || a.State().Detail != nil {
			t.Errorf("%d events of job 2, want 80, and none chosen", n)
		}
		for _, typed := range []string{" 3 ", "123-3", "https://hover.to/wr/jobs/3", "https://hover.to/wr/jobs/3/?tab=1"} {
			a.ShowJob("")
			a.SearchJob(typed)
			w.Settle()
			if n := a.State().Len; n != 80 || a.State().Kind != view.EventsAll {
				t.Errorf("%q: %d events, want those of job 3", typed, n)
			}
		}
		a.SearchJob("Sycamore")
		w.Settle()
		if s := a.State(); s.Len != 0 || !s.Loaded {
			t.Errorf("a name is no number: %+v", s)
		}

		// An answer to an earlier choice is dropped.
		a.ShowJob("")
		w.Settle()
		hold := make(chan struct{})
		d.change(func() { d.hold = hold })
		a.Show(view.EventsCaptures)
		w.Settle()
		a.Show(view.EventsLeads)
		close(hold)
		w.Settle()
		if s := a.State(); s.Len != 0 || s.Kind != view.EventsLeads {
			t.Errorf("leads: %+v", s)
		}
	})
}

func TestEveryKindAndEveryEventHasAName(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		seen := map[string]bool{}
		for _, k := range view.EventKinds() {
			if k.String() == "" || seen[k.String()] {
				t.Errorf("kind %d is called %q", k, k)
			}
			seen[k.String()] = true
		}
		for name, want := range map[hover.EventName]string{
			hover.EventJobState: "Job: being built", hover.EventJobStateV2: "Job: being built", hover.EventModelCreated: "A structure was added",
			hover.EventModelState: "Structure: working", hover.EventCaptureRequestState: "Capture request: working",
			hover.EventDeliverableChange: "Change of the order: working", hover.EventChecklistCreated: "Inspection list created",
			hover.EventChecklistUpdated: "Inspection list updated", hover.EventInspectionState: "Inspection: working",
			hover.EventEstimateGroupState: "Estimate: working", hover.EventEstimateGroupUpdated: "Estimate updated",
			hover.EventMaterialListCreated: "Material list created", hover.EventMaterialListUpdated: "Material list updated",
			hover.EventMaterialListManualSync: "Material list sent from Hover", hover.EventMaterialListApproval: "Approval of a material list: working",
			hover.EventProposalDocumentState: "Proposal: working", hover.EventSignatureRequestState: "Signature of a proposal: working",
			hover.EventOrderDocumentState: "Order: working", hover.EventDistributionOrderState: "Order at the supplier: working",
			hover.EventInstantDesignImage: "New design picture", hover.EventInstantDesignLead: "New lead",
			hover.EventVerificationCode: "Hover checked this address", "brand-new": "News of a kind that Dormer does not know", "": "No event of Hover's",
		} {
			d.change(func() { d.events = nil })
			a.ShowJob("")
			w.Settle() // what it asks is not to find the event half told
			d.come(1, name, "")
			a.Reload()
			w.Settle()
			if r := a.Row(0); r.Title != want || !strings.HasSuffix(r.Second, string(name)) {
				t.Errorf("%s is told as %q, %q, want %q", name, r.Title, r.Second, want)
			}
		}
		for state, want := range map[string]string{
			"complete": "Estimate: finished", "failed": "Estimate: failed", "signed": "Estimate: signed", "submitted": "Estimate: sent",
			"": "Estimate: changed", "first_attempt": "Estimate: being tried", "waiting_for_job_to_finish": "Estimate: waits for the job", "on_hold": "Estimate: on hold",
		} {
			d.change(func() { d.events = nil })
			a.ShowJob("")
			w.Settle() // what it asks is not to find the event half told
			d.come(1, hover.EventEstimateGroupState, "")
			d.change(func() { d.events[0].State = state })
			a.Reload()
			w.Settle()
			if got := a.Row(0).Title; got != want {
				t.Errorf("%q: %q, want %q", state, got, want)
			}
		}
		for _, c := range []struct {
			name  hover.EventName
			state string
			want  view.Standing
		}{
			{hover.EventJobStateV2, "completed", view.StandingDone}, {hover.EventJobState, "failed", view.StandingFailed},
			{hover.EventJobStateV2, "waiting_approval", view.StandingWaiting}, {hover.EventJobStateV2, "working", view.StandingWorking},
			{hover.EventModelState, "failed", view.StandingFailed}, {hover.EventModelCreated, "", view.StandingNone},
			{hover.EventCaptureRequestState, "complete", view.StandingDone}, {hover.EventCaptureRequestState, "connected", view.StandingNone},
			{hover.EventSignatureRequestState, "signed", view.StandingDone}, {hover.EventEstimateGroupState, "failed", view.StandingFailed},
			{hover.EventVerificationCode, "", view.StandingDone}, {"brand-new", "painted", view.StandingNone},
		} {
			d.change(func() { d.events = nil })
			a.ShowJob("")
			w.Settle() // what it asks is not to find the event half told
			d.come(1, c.name, "")
			d.change(func() { d.events[0].State = c.state })
			a.Reload()
			w.Settle()
			if got := a.Row(0).Standing; got != c.want {
				t.Errorf("%s %s has the mark of %v, want %v", c.name, c.state, got, c.want)
			}
		}
	})
}

func TestAnEventSaysHowFarItIsTrusted(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		d.come(3, hover.EventJobStateV2, "1")
		d.events[0].Verdict, d.events[1].Verdict, d.events[1].Duplicate = hover.VerdictUnsigned, hover.VerdictUnpinned, true
		d.refused = []engine.EventView{{Seq: 9, Event: hover.EventJobStateV2, JobID: "1", Refused: say.T("refused.signature"), Body: json.RawMessage(`not json`)}}
		a.Reload()
		w.Settle()
		if !strings.HasSuffix(a.Row(0).Second, " · Job 1 · job-state-changed-v2") {
			t.Errorf("a job that is not known is called %q", a.Row(0).Second)
		}
		d.change(func() { d.jobs["1"] = "Ramirez" })
		a.Reload()
		w.Settle()
		for row, want := range []struct {
			label, says, twice string
			trust              view.Trust
		}{
			{"", "Hover signed it", "", view.TrustSigned},
			{"sent twice · signature not understood", "did not understand", "nothing is told twice", view.TrustUnpinned},
			{"not signed", "without a signature", "", view.TrustUnsigned},
		} {
			r := a.Row(row)
			a.Select(row)
			w.Settle()
			got := a.State().Detail
			if r.Label != want.label || r.Trust != want.trust || got.Trust != want.trust || !strings.Contains(got.Says, want.says) ||
				!strings.Contains(got.Twice, want.twice) || got.About != "Ramirez" || !got.Replay {
				t.Errorf("row %d: %+v, %+v", row, r, got)
			}
		}
		a.Show(view.EventsRefused)
		w.Settle()
		a.Select(0)
		w.Settle()
		got := a.State().Detail
		if r := a.Row(0); r.Label != "refused" || r.Trust != view.TrustRefused || !strings.Contains(got.Says, "the signature does not match") || got.Body != "not json" {
			t.Errorf("refused: %+v, %+v", r, got)
		}
		a.Replay()
		w.Settle()
		if got.Replay || d.replayed != nil {
			t.Errorf("what was turned away is taken in: %v", d.replayed)
		}
	})
}

func TestContentsAreReadableWhateverCame(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		show := func(body string) (*view.ActivityEvent, string) {
			t.Helper()
			d.change(func() { d.events = nil })
			a.ShowJob("")
			d.come(1, hover.EventJobStateV2, "1")
			d.change(func() { d.events[0].Body = json.RawMessage(body) })
			a.Reload()
			w.Settle()
			a.Select(0)
			w.Settle()
			return a.State().Detail, a.Text()
		}
		const nice = "{\n  \"a\": 1.50,\n  \"b\": [\n    {},\n    [],\n    \"x, {y}: \\\"z\\\"\"\n  ],\n  \"c\": {\n    \"d\": null\n  }\n}"
		got, text := show(` { "a":1.50,"b" : [{ } ,[],"x, {y}: \"z\""], "c":{"d":null}}`)
		if got.Body != nice || text != nice || got.Cut != "" {
			t.Errorf("got %s", got.Body)
		}
		var one, two any
		if json.Unmarshal([]byte(got.Body), &one) != nil || json.Unmarshal([]byte(nice), &two) != nil || fmt.Sprint(one) != fmt.Sprint(two) {
			t.Error("it is not the same any more")
		}
		if got, _ := show("{\"name\":\"a\u202e\u0000b\"}"); strings.ContainsAny(got.Body, "\u202e\u0000") || !strings.Contains(got.Body, `\u202e`) {
			t.Errorf("hidden characters: %q", got.Body)
		}
		if got, _ := show("<html>\r\n\xff\x1b[31m"); got.Body != "<html>\\u000d\n\uFFFD\\u001b[31m" {
			t.Errorf("no JSON: %q", got.Body)
		}
		long := `{"list":[` + strings.Repeat(`"0123456789",`, 50_000) + `""]}`
		if got, text := show(long); len(got.Body) > 20<<10 || !strings.Contains(got.Cut, "KB in all") || text != long {
			t.Errorf("%d characters of a long one are shown, %q, %d copied", len(got.Body), got.Cut, len(text))
		}
		deep := strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000)
		if got, _ := show(deep); len(got.Body) > 20<<10 || got.Cut == "" || strings.Contains(got.Body, strings.Repeat(" ", 30)) {
			t.Errorf("%d characters of a deep one", len(got.Body))
		}
	})
}

func TestAnEventIsReplayedAndSaysHowItWent(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		d.come(2, hover.EventJobStateV2, "1")
		a.Reload()
		w.Settle()
		a.Replay() // nothing is chosen
		a.Select(1)
		w.Settle()
		a.Replay()
		a.Replay()
		if a.State().Detail.Replays.State != view.TrialRunning {
			t.Error("nobody sees that it runs")
		}
		w.Settle()
		if got := a.State().Detail.Replays; got.State != view.TrialGood || !slices.Equal(d.replayed, []uint64{1}) {
			t.Errorf("%+v, replayed %v", got, d.replayed)
		}
		d.change(func() { d.broken = errors.New("the disk is full") })
		a.Replay()
		w.Settle()
		if got := a.State().Detail.Replays; got.State != view.TrialFailed || got.Err == nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheListSaysWhyItCannotBeRead(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		d.broken = errors.New("the disk is gone")
		a.Reload()
		w.Settle()
		if s := a.State(); s.Problem == nil || s.Loaded || w.Told() != nil {
			t.Errorf("%+v", s)
		}
		d.change(func() { d.broken = nil })
		d.come(150, hover.EventJobStateV2, "1")
		a.Reload()
		w.Settle()
		if s := a.State(); s.Problem != nil || s.Len != 100 {
			t.Errorf("%+v", s)
		}
		d.change(func() { d.broken = errors.New("the disk is gone") })
		toTheEnd(a)
		w.Settle()
		a.Select(3)
		w.Settle()
		if told := w.Told(); len(told) != 2 {
			t.Errorf("told %v, want both that failed", told)
		}
		d.change(func() { d.broken = nil })
		a.Reload()
		w.Settle()
		if n := a.State().Len; n != 150 {
			t.Errorf("%d rows, want 150", n)
		}
	})
}

func TestAnExportIsWholeOrAbsent(t *testing.T) {
	inActivity(t, func(t *testing.T, w *viewtest.Thread, d *activityDesk, a *view.Activity) {
		dir, x := t.TempDir(), a.Export()
		files := func() (list []string) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				list = append(list, e.Name())
			}
			return list
		}
		if got := x.Name("csv"); got != "dormer-2000-01-01.csv" {
			t.Errorf("proposed %q", got)
		}

		d.export = func(ctx context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "half of it")
			<-ctx.Done()
			return errors.Join(err, ctx.Err())
		}
		x.To("csv", filepath.Join(dir, "all.csv"))
		w.Settle()
		if !x.State().Running {
			t.Fatal("it does not run")
		}
		x.Cancel()
		w.Settle()
		if s := x.State(); s != (view.ExportState{}) || len(files()) != 0 {
			t.Errorf("cancelled: %+v, there is %q", s, files())
		}

		full := errors.New("no space left on device")
		d.export = func(context.Context, io.Writer) error { return full }
		x.To("csv", filepath.Join(dir, "all.csv"))
		w.Settle()
		if s := x.State(); !errors.Is(s.Failed, full) || s.Running || len(files()) != 0 {
			t.Errorf("failed: %+v, there is %q", s, files())
		}

		d.export = func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "all of it")
			return err
		}
		x.To("har", filepath.Join(dir, "all")) // no ending was typed
		x.To("csv", filepath.Join(dir, "other"))
		w.Settle()
		path := filepath.Join(dir, "all.har")
		if s := x.State(); s.Path != path || !slices.Equal(files(), []string{"all.har"}) {
			t.Errorf("done: %+v, there is %q", s, files())
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != "all of it" {
			t.Errorf("read %q, %v", b, err)
		}
		x.OpenFolder()
		w.Settle()
		if !slices.Equal(d.opened, []string{dir}) {
			t.Errorf("opened %q", d.opened)
		}
	})
}
