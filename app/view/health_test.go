package view_test

import (
	"archive/zip"
	"context"
	"errors"
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
	"dormer/internal/say"
)

// healthDesk is as much of an engine as the health page asks.
type healthDesk struct {
	engine.Desk

	mu       sync.Mutex // protects all below
	status   engine.Status
	client   string
	stranger *engine.Stranger
	chain    engine.Chain
	chainErr error
	found    []engine.Finding
	files    []engine.Document
	broken   error         // of asking
	refuses  error         // of mending
	hold     chan struct{} // what mends waits for it
	called   []string
}

// call notes what was asked of the engine, and waits.
func (d *healthDesk) call(ctx context.Context, what string) error {
	d.mu.Lock()
	d.called = append(d.called, what)
	hold, err := d.hold, d.refuses
	d.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// calls gives what was asked since the last time.
func (d *healthDesk) calls() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.called
	d.called = nil
	return list
}

func (d *healthDesk) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func (d *healthDesk) Status(context.Context) (engine.Status, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.status
	s.Lamps = slices.Clone(s.Lamps)
	return s, d.broken
}

func (d *healthDesk) Stranger(context.Context) (engine.Stranger, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stranger == nil {
		return engine.Stranger{}, false, nil
	}
	return *d.stranger, true, nil
}

func (d *healthDesk) Settings(context.Context) ([]engine.Setting, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return []engine.Setting{{Key: engine.KeyClientID, Value: d.client}, {Key: engine.KeyDownloadDir, Value: "/home/dana/Dormer"}}, nil
}

func (d *healthDesk) TestChain(ctx context.Context) (engine.Chain, error) {
	if err := d.call(ctx, "test"); err != nil {
		return engine.Chain{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.chain, d.chainErr
}

func (d *healthDesk) Set(ctx context.Context, values engine.Values) error {
	return d.call(ctx, engine.KeyDownloadDir+"="+values[engine.KeyDownloadDir])
}
func (d *healthDesk) OpenPath(ctx context.Context, path string) error {
	return d.call(ctx, "open "+path)
}
func (d *healthDesk) AcceptStranger(ctx context.Context) error { return d.call(ctx, "accept") }
func (d *healthDesk) Reconnect(ctx context.Context) error      { return d.call(ctx, "reconnect") }
func (d *healthDesk) Reregister(ctx context.Context) error     { return d.call(ctx, "reregister") }
func (d *healthDesk) Logout(ctx context.Context) error         { return d.call(ctx, "logout") }
func (d *healthDesk) CatchUp(ctx context.Context) error        { return d.call(ctx, "catch up") }
func (d *healthDesk) ReviveWork(ctx context.Context) (int, error) {
	return 2, d.call(ctx, "revive")
}

func (d *healthDesk) Doctor(ctx context.Context) ([]engine.Finding, error) {
	err := d.call(ctx, "doctor")
	return d.found, err
}

func (d *healthDesk) Diagnostics(context.Context, []engine.Finding) ([]engine.Document, error) {
	return d.files, nil
}

// well is an engine at which everything is as it should be.
func well(now time.Time) engine.Status {
	ago := func(d time.Duration) engine.Time { return engine.At(now.Add(-d)) }
	lamp := func(name, says string) engine.Lamp {
		return engine.Lamp{Name: name, State: engine.Green, Says: say.Words(says)}
	}
	return engine.Status{
		State:   engine.StateReady,
		Tunnel:  engine.TunnelStatus{Kind: "ngrok", State: "online", URL: "https://calm-otter.ngrok-free.app", LatencyMS: 38, CheckedAt: ago(4 * time.Minute), Requests: 1_284},
		Hover:   engine.HoverStatus{SignedIn: true, OrgID: "492855"},
		Webhook: engine.WebhookStatus{State: "verified", VerifiedAt: ago(4 * time.Hour)},
		CatchUp: engine.CatchUpStatus{LastRun: ago(31 * time.Minute)},
		Lamps: []engine.Lamp{
			lamp("tunnel", "Hover can reach this computer"), lamp("hover", "Signed in to Hover"), lamp("webhook", "Hover sends its news to this computer"),
			lamp("signatures", "Hover's signature is understood and checked"), lamp("disk", "Everything is stored"),
		},
	}
}

// wrong puts a lamp on another colour.
func wrong(s *engine.Status, lamp int, c engine.Colour, says, do string) {
	s.Lamps[lamp].State, s.Lamps[lamp].Says, s.Lamps[lamp].Do = c, say.Words(says), say.Words(do)
}

// inHealth runs a story with an engine at which all is well.
func inHealth(t *testing.T, story func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health)) {
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		d := &healthDesk{status: well(time.Now()), client: "(set)"}
		story(t, w, d, view.NewHealth(w.Deps(d)))
	})
}

func TestAllIsWell(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, _ *healthDesk, h *view.Health) {
		if h.State().Loaded {
			t.Error("it knows before it was told")
		}
		h.Reload()
		w.Settle()
		s := h.State()
		if s.Headline != "A webhook sent to you now would arrive. Checked end to end 4 min ago." || s.Tone != engine.Green {
			t.Errorf("%s: %q", s.Tone, s.Headline)
		}
		var names, says []string
		for _, l := range s.Lamps {
			names, says = append(names, l.Name), append(says, l.Says)
			if l.Do != "" || l.Strong || l.Title == "" {
				t.Errorf("%+v", l)
			}
		}
		if want := []string{"tunnel", "hover", "webhook", "signatures", "disk"}; !slices.Equal(names, want) {
			t.Errorf("in the order %q", names)
		}
		if says[0] != "https://calm-otter.ngrok-free.app · 38 ms" || !strings.HasSuffix(says[1], "organization 492855") || !strings.Contains(says[2], "verified yesterday") {
			t.Errorf("%q", says)
		}
		if s.CatchUp.Says != "Hover was last asked 31 min ago for what was missed." {
			t.Errorf("%q", s.CatchUp.Says)
		}
		if s.Quota == nil || s.Quota.Says != "1,284 of 20,000 ngrok requests used this month" || s.Quota.High || s.Quota.Used < 0.06 || s.Quota.Used > 0.07 {
			t.Errorf("%+v", s.Quota)
		}
		if s.Stranger != nil || len(s.Chain.Steps) != 0 || s.Report.Running {
			t.Errorf("%+v", s)
		}
	})
}

func TestTheHeadlineNeverPromisesTooMuch(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		for _, c := range []struct {
			change func(s *engine.Status)
			says   string
			tone   engine.Colour
		}{
			{func(s *engine.Status) { s.Tunnel.CheckedAt = engine.Time{} }, "would arrive.", engine.Green},
			{func(s *engine.Status) { s.State = engine.StateSetup }, "not set up", engine.Amber},
			{func(s *engine.Status) { s.State = engine.StateStarting }, "getting ready", engine.Amber},
			{func(s *engine.Status) { s.State = engine.StateOffline }, "keeps trying", engine.Amber},
			{func(s *engine.Status) { s.State = engine.StateDegraded }, "every two minutes instead; nothing is lost", engine.Amber},
			{func(s *engine.Status) { s.State, s.CatchUp.Error = engine.StateDegraded, say.Words("no") }, "could not be asked", engine.Red},
			{func(s *engine.Status) { s.State, s.CatchUp.LastRun = engine.StateDegraded, engine.Time{} }, "could not be asked", engine.Red},
		} {
			s := well(time.Now())
			c.change(&s)
			d.change(func() { d.status = s })
			h.Reload()
			w.Settle()
			if got := h.State(); !strings.Contains(got.Headline, c.says) || got.Tone != c.tone || c.tone != engine.Green && strings.Contains(got.Headline, "would arrive") {
				t.Errorf("%s: %q, want %q", got.Tone, got.Headline, c.says)
			}
		}
	})
}

func TestEveryLampHasTheOneButtonThatMendsIt(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		for name, c := range map[string]struct {
			lamp   int
			change func(s *engine.Status)
			mend   view.Mend
			strong bool
		}{
			"a good tunnel":             {0, func(*engine.Status) {}, view.MendReconnect, false},
			"a tunnel that is down":     {0, func(s *engine.Status) { wrong(s, 0, engine.Red, "The connection to ngrok was lost", "") }, view.MendReconnect, true},
			"a token that is not known": {0, func(s *engine.Status) { s.Tunnel.Code = "ERR_NGROK_107"; wrong(s, 0, engine.Red, "x", "y") }, view.MendToken, true},
			"no token":                  {0, func(s *engine.Status) { s.Tunnel.Code = "ERR_NGROK_4018"; wrong(s, 0, engine.Red, "x", "y") }, view.MendToken, true},
			"not set up yet": {0, func(s *engine.Status) {
				s.State, s.Tunnel = engine.StateSetup, engine.TunnelStatus{State: "failed"}
				wrong(s, 0, engine.Red, "ngrok's authtoken is missing", "y")
			}, view.MendSetUp, true},
			"signed in": {1, func(*engine.Status) {}, view.MendSignOut, false},
			"signed out": {1, func(s *engine.Status) {
				s.Hover.SignedIn = false
				wrong(s, 1, engine.Red, "Nobody is signed in to Hover", "y")
			}, view.MendSignIn, true},
			"a sign-in that ended":   {1, func(s *engine.Status) { wrong(s, 1, engine.Red, "Hover has ended the sign-in", "y") }, view.MendSignIn, true},
			"a pause":                {1, func(s *engine.Status) { wrong(s, 1, engine.Amber, "Hover has asked for a pause", "y") }, view.MendSignOut, false},
			"a good webhook":         {2, func(*engine.Status) {}, view.MendNothing, false},
			"a webhook that failed":  {2, func(s *engine.Status) { wrong(s, 2, engine.Amber, "x", "y") }, view.MendRegister, false},
			"a webhook that is gone": {2, func(s *engine.Status) { wrong(s, 2, engine.Red, "x", "y") }, view.MendRegister, true},
			"no webhook without us":  {2, func(s *engine.Status) { s.Hover.SignedIn = false; wrong(s, 2, engine.Red, "x", "y") }, view.MendNothing, false},
			"a strange signature":    {3, func(s *engine.Status) { wrong(s, 3, engine.Amber, "x", "y") }, view.MendNothing, false},
			"a good disk":            {4, func(*engine.Status) {}, view.MendNothing, false},
			"a full disk":            {4, func(s *engine.Status) { wrong(s, 4, engine.Red, "x", "y") }, view.MendSpace, true},
			"a disk that fills":      {4, func(s *engine.Status) { wrong(s, 4, engine.Amber, "x", "y") }, view.MendNothing, false},
			"a folder for files that takes none": {4, func(s *engine.Status) {
				wrong(s, 4, engine.Amber, "x", "y")
				s.Lamps[4].Folder = "/media/stick"
			}, view.MendFolder, false},
			"work that was given up": {5, func(s *engine.Status) { s.Work.Dead = 2 }, view.MendWork, true},
		} {
			s := well(time.Now())
			c.change(&s)
			d.change(func() { d.status = s })
			h.Reload()
			w.Settle()
			lamps := h.State().Lamps
			if len(lamps) <= c.lamp {
				t.Errorf("%s: there is no such card", name)
				continue
			}
			l := lamps[c.lamp]
			if l.Mend != c.mend || l.Strong != c.strong || (l.Mend == view.MendNothing) != (l.Button == "") {
				t.Errorf("%s: %+v", name, l)
			}
			if c.strong && l.Colour == engine.Green || l.Colour != engine.Green && (l.Says == "" || l.Do == "" && c.lamp != 0) {
				t.Errorf("%s says too little: %+v", name, l)
			}
		}
		d.change(func() { d.status, d.client = well(time.Now()), "" })
		d.change(func() { wrong(&d.status, 1, engine.Red, "The Hover integration is not set up", "y") })
		h.Reload()
		w.Settle()
		if l := h.State().Lamps[1]; l.Mend != view.MendSetUp || l.Button != "Set up…" {
			t.Errorf("%+v", l)
		}
	})
}

func TestAButtonDoesWhatItSaysOnceAtATime(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		d.status.Work.Dead = 1
		h.Reload()
		w.Settle()
		for mend, call := range map[view.Mend]string{
			view.MendReconnect: "reconnect", view.MendRegister: "reregister", view.MendSignOut: "logout", view.MendWork: "revive",
			view.MendCatchUp: "catch up", view.MendSpace: "open /home/dana/Dormer", view.MendStranger: "accept",
		} {
			hold := make(chan struct{})
			d.change(func() { d.hold = hold })
			h.Mend(mend)
			w.Settle()
			h.Mend(mend)
			busy := h.State().CatchUp.Running == (mend == view.MendCatchUp)
			for _, l := range h.State().Lamps {
				busy = busy && l.Busy == (l.Mend == mend)
			}
			if !busy {
				t.Errorf("%s: nobody sees that it is under way", call)
			}
			close(hold)
			w.Settle()
			if got := d.calls(); !slices.Equal(got, []string{call}) {
				t.Errorf("asked %q, want %q", got, call)
			}
		}
		for _, elsewhere := range []view.Mend{view.MendNothing, view.MendToken, view.MendSetUp, view.MendSignIn, view.MendFolder} {
			if h.Mend(elsewhere); len(d.calls()) > 0 {
				t.Errorf("%d is not for the engine to do", elsewhere)
			}
		}
		var folder string
		h.Downloads(func(path string) { folder = path })
		w.Settle()
		h.UseFolder("/media/big")
		w.Settle()
		if got := d.calls(); folder != "/home/dana/Dormer" || !slices.Equal(got, []string{"download_dir=/media/big"}) {
			t.Errorf("from %q, asked %q", folder, got)
		}

		d.change(func() { d.refuses = errors.New("no way") })
		h.Mend(view.MendReconnect)
		w.Settle()
		if told := w.Told(); len(told) != 1 || h.State().Lamps[0].Busy {
			t.Errorf("told %v", told)
		}
	})
}

func TestTheWholeChainIsTestedStepByStep(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		h.TestChain() // nothing is known yet
		h.Reload()
		w.Settle()
		const url = "https://calm-otter.ngrok-free.app"
		test := func() view.ChainState {
			t.Helper()
			h.TestChain()
			w.Settle()
			return h.State().Chain
		}
		states := func(c view.ChainState) (list []view.TrialState) {
			for _, s := range c.Steps {
				list = append(list, s.State)
			}
			return list
		}
		const good, bad, run = view.TrialGood, view.TrialFailed, view.TrialRunning

		hold := make(chan struct{})
		d.hold = hold
		d.chain = engine.Chain{At: time.Now(), URL: url, Latency: 38 * time.Millisecond}
		c := test()
		h.TestChain()
		if !c.Running || c.Says != "" || !slices.Equal(states(c), []view.TrialState{good, good, run, good, good}) || !strings.Contains(c.Steps[1].Says, url) {
			t.Errorf("while it runs: %+v", c)
		}
		close(hold)
		w.Settle()
		d.hold = nil
		if c = h.State().Chain; !c.Good || c.Running || c.Says != "Everything works." || c.Steps[2].Says != "It came back to this computer in 38 ms" {
			t.Errorf("it works: %+v", c)
		}
		if got := d.calls(); !slices.Equal(got, []string{"test"}) {
			t.Errorf("tested %q", got)
		}

		d.chain.At = time.Now().Add(-20 * time.Second)
		if c = test(); !c.Good || !strings.Contains(c.Says, "20 s ago") {
			t.Errorf("just tested: %+v", c)
		}
		d.chain = engine.Chain{At: time.Now(), URL: url, Err: &say.Error{What: say.Words("Somebody else answered"), Do: say.Words("Reconnect.")}}
		if c = test(); c.Good || !strings.Contains(c.Says, "Somebody else answered. Reconnect.") || c.Steps[2].State != bad {
			t.Errorf("lost: %+v", c)
		}
		d.chain = engine.Chain{At: time.Now(), URL: url, Latency: time.Microsecond}
		d.change(func() { d.status.Webhook.State = "pending"; wrong(&d.status, 4, engine.Red, "x", "y") })
		h.Reload()
		w.Settle()
		if c = test(); c.Good || !strings.Contains(c.Says, "broken") || !slices.Equal(states(c), []view.TrialState{good, good, good, bad, bad}) || !strings.Contains(c.Steps[2].Says, "1 ms") {
			t.Errorf("a ping is not all: %+v", c)
		}
		d.change(func() { d.chainErr = errors.New("not now") })
		if c = test(); c.Good || c.Says != "not now" || c.Steps[1].State != bad {
			t.Errorf("not tested: %+v", c)
		}
	})
}

func TestTheAllowanceAndTheCatchUpAreTold(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		show := func(change func(s *engine.Status)) view.HealthState {
			s := well(time.Now())
			change(&s)
			d.change(func() { d.status = s })
			h.Reload()
			w.Settle()
			return h.State()
		}
		if q := show(func(s *engine.Status) { s.Tunnel.Requests = 16_000 }).Quota; !q.High || q.Used != 0.8 {
			t.Errorf("%+v", q)
		}
		if q := show(func(s *engine.Status) { s.Tunnel.Kind = "own" }).Quota; q != nil {
			t.Errorf("an address of one's own has no allowance: %+v", q)
		}
		for want, change := range map[string]func(s *engine.Status){
			"has not been asked yet":           func(s *engine.Status) { s.CatchUp.LastRun = engine.Time{} },
			"is being asked":                   func(s *engine.Status) { s.CatchUp.Behind = true },
			"trouble. Last done 31 min ago":    func(s *engine.Status) { s.CatchUp.Error = say.Words("trouble") },
			"could not be asked for what was ": func(s *engine.Status) { s.CatchUp.LastRun, s.CatchUp.Error = engine.Time{}, say.Words("trouble") },
		} {
			if got := show(change).CatchUp.Says; !strings.Contains(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
	})
}

func TestTheAccountOfAnotherOrganisationIsAskedAbout(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		d.stranger = &engine.Stranger{Ours: engine.Org{ID: "1", Name: "Copper Ridge"}, Theirs: engine.Org{ID: "2"}}
		h.Reload()
		w.Settle()
		if s := h.State().Stranger; s == nil || s.Ours != "Copper Ridge" || s.Theirs != "organization 2" {
			t.Errorf("%+v", s)
		}
		d.change(func() { d.stranger = nil })
		h.Mend(view.MendSignOut)
		w.Settle()
		if s := h.State().Stranger; s != nil || !slices.Equal(d.calls(), []string{"logout"}) {
			t.Errorf("%+v", s)
		}
	})
}

func TestDiagnosticsAreReadBeforeTheyAreSaved(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		dir := t.TempDir()
		d.found = []engine.Finding{{Name: "dns", State: engine.Green, Says: say.Words("fine")}, {Name: "disk", State: engine.Amber, Says: say.Words("low"), Do: say.Words("tidy")}, {Name: "tunnel", State: engine.Red, Says: say.Words("down")}}
		d.files = []engine.Document{{Name: "status.json", About: say.T("report.status"), Text: "{}"}}
		hold := make(chan struct{})
		d.hold = hold
		h.Diagnose()
		w.Settle()
		if r := h.State().Report; !r.Running || r.Documents != nil {
			t.Errorf("while it looks: %+v", r)
		}
		h.SaveReport(filepath.Join(dir, "early")) // there is nothing to save yet
		close(hold)
		w.Settle()
		d.hold = nil
		r := h.State().Report
		if r.Running || len(r.Findings) != 3 || len(r.Documents) != 2 || r.Findings[0].Name != "Tunnel" || r.Findings[1].Do != "tidy" {
			t.Errorf("found %+v", r)
		}
		if list := r.Documents[0].Text; !strings.Contains(list, "what dormer status --json says") {
			t.Errorf("the list says %q", list)
		}
		if h.ReadDocument(1); h.State().Report.Chosen != 1 {
			t.Error("the second file cannot be read")
		}
		if h.ReadDocument(2); h.State().Report.Chosen != 1 {
			t.Error("there is no third file")
		}

		h.SaveReport(filepath.Join(dir, "gone", "x.zip"))
		w.Settle()
		if r := h.State().Report; r.Failed == nil || r.Saved != "" || len(r.Documents) != 2 {
			t.Errorf("a folder that is not there: %+v", r)
		}
		h.SaveReport(filepath.Join(dir, "diagnostics"))
		w.Settle()
		path := filepath.Join(dir, "diagnostics.zip")
		if r := h.State().Report; r.Saved != path || r.Failed != nil || r.Saving {
			t.Errorf("saved: %+v", r)
		}
		z, err := zip.OpenReader(path)
		if err != nil || len(z.File) != 2 || z.File[0].Name != "manifest.txt" {
			t.Errorf("in the file: %v, %v", z, err)
		} else if err := z.Close(); err != nil {
			t.Error(err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("there is %v, %v", entries, err)
		}
		d.calls()
		h.ShowReport()
		w.Settle()
		if got := d.calls(); !slices.Equal(got, []string{"open " + dir}) {
			t.Errorf("asked %q", got)
		}

		// Closed before its end, it is ended, and nothing comes of it.
		hold = make(chan struct{})
		d.hold = hold
		h.Diagnose()
		w.Settle()
		h.CloseReport()
		close(hold)
		w.Settle()
		if r := h.State().Report; r.Running || r.Findings != nil || r.Saved != "" {
			t.Errorf("closed: %+v", r)
		}
	})
}

func TestHealthSaysWhyItIsNotKnown(t *testing.T) {
	inHealth(t, func(t *testing.T, w *viewtest.Thread, d *healthDesk, h *view.Health) {
		d.broken = errors.New("gone")
		h.Reload()
		w.Settle()
		if s := h.State(); s.Problem == nil || s.Loaded {
			t.Errorf("%+v", s)
		}
		d.change(func() { d.broken = nil })
		h.Reload()
		w.Settle()
		if s := h.State(); s.Problem != nil || !s.Loaded {
			t.Errorf("%+v", s)
		}
	})
}
