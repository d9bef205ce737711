package view

import (
	"cmp"
	"context"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/words"
)

// Health is the state of the health page: how everything is, what mends it, a
// test of the whole chain, and the diagnostics. All methods are called on the
// window's thread and return at once.
type Health struct {
	loader

	status   engine.Status
	linked   bool // Hover's integration has been told to Dormer
	stranger *engine.Stranger
	busy     doings[Mend]

	chain     chainTest
	report    Report
	diagnosed attempt
}

// HealthState is what the page shows.
type HealthState struct {
	Loaded   bool
	Problem  error // why it could not be asked the last time
	Headline string
	Tone     engine.Colour // of the headline
	Lamps    []LampCard    // tunnel, hover, webhook, signatures, disk; and work, while some was given up
	Stranger *StrangerCard
	Quota    *Quota // nil where nothing is counted
	CatchUp  CatchUpLine
	Chain    ChainState
	Report   Report
}

// StrangerCard asks what to do about an account that is not the one that the
// data here is of.
type StrangerCard struct {
	Ours, Theirs string // what the organisations are called
	Busy         bool
}

// Quota is how much of ngrok's monthly allowance is used.
type Quota struct {
	Says string
	Used float64 // 0 to 1, more if it is exceeded
	High bool    // it may not last
}

// CatchUpLine tells when Hover was last asked for what was missed.
type CatchUpLine struct {
	Says    string
	Running bool
}

// freeRequests is how many requests a month ngrok's free plan allows (ngrok's
// page on its limits, 2026-08).
const freeRequests = 20_000

// NewHealth makes the state of the health page; [Health.Reload] fills it.
func NewHealth(d Deps) *Health {
	h := &Health{busy: doings[Mend]{}}
	h.begin(d, h.Reload)
	return h
}

// Reload asks how everything is.
func (h *Health) Reload() {
	h.load(func(ctx context.Context) (take func(), err error) {
		s, err := h.d.Desk.Status(ctx)
		client, err2 := h.d.setting(ctx, engine.KeyClientID)
		stranger, is, err3 := h.d.Desk.Stranger(ctx)
		return func() {
			h.status, h.linked, h.stranger = s, client != "", nil
			if is {
				h.stranger = &stranger
			}
		}, cmp.Or(err, err2, err3)
	})
}

// State gives what there is to show.
func (h *Health) State() HealthState {
	s := HealthState{Loaded: h.loaded, Problem: h.problem, Chain: h.chain.state(h.d.Now()), Report: h.report}
	if !h.loaded {
		return s
	}
	now := h.d.Now()
	s.Headline, s.Tone = headlineOf(h.status, now)
	s.Lamps = lampCards(h.status, h.linked, now)
	for i := range s.Lamps {
		s.Lamps[i].Busy = h.busy[s.Lamps[i].Mend]
	}
	if h.stranger != nil {
		s.Stranger = &StrangerCard{
			Ours: words.Say(h.stranger.Ours.Called()), Theirs: words.Say(h.stranger.Theirs.Called()), Busy: h.busy[MendStranger],
		}
	}
	if t := h.status.Tunnel; t.Kind == "ngrok" {
		used := float64(t.Requests) / freeRequests
		s.Quota = &Quota{
			Says: words.T("health.quota", "used", words.Count(int(t.Requests)), "all", words.Count(freeRequests)),
			Used: used, High: used >= 0.8,
		}
	}
	s.CatchUp = catchUpLine(h.status.CatchUp, now)
	s.CatchUp.Running = h.busy[MendCatchUp]
	return s
}

// headlineOf is the engine's, with how long ago all of it was checked.
func headlineOf(s engine.Status, now time.Time) (says string, tone engine.Colour) {
	text, tone := s.Headline()
	if tone == engine.Green && !s.Tunnel.CheckedAt.IsZero() {
		return words.T("health.ready_checked", "when", words.Ago(s.Tunnel.CheckedAt.Time, now)), tone
	}
	return words.Say(say.Sentences(text)), tone
}

func catchUpLine(c engine.CatchUpStatus, now time.Time) CatchUpLine {
	switch {
	case !c.Error.IsZero() && !c.LastRun.IsZero():
		when := words.Ago(c.LastRun.Time, now)
		return CatchUpLine{Says: words.T("health.catch_up_failed", "when", when, "why", words.Say(c.Error))}
	case !c.Error.IsZero():
		return CatchUpLine{Says: words.T("health.catch_up_never", "why", words.Say(c.Error))}
	case c.LastRun.IsZero():
		return CatchUpLine{Says: words.T("health.catch_up_none")}
	case c.Behind:
		return CatchUpLine{Says: words.T("health.catch_up_behind", "when", words.Ago(c.LastRun.Time, now))}
	}
	return CatchUpLine{Says: words.T("health.catch_up", "when", words.Ago(c.LastRun.Time, now))}
}

// Mend does what a button promises.
func (h *Health) Mend(m Mend) {
	switch m {
	case MendReconnect:
		h.do(m, h.d.Desk.Reconnect)
	case MendRegister:
		h.do(m, h.d.Desk.Reregister)
	case MendSignOut:
		h.do(m, h.d.Desk.Logout)
	case MendCatchUp:
		h.do(m, h.d.Desk.CatchUp)
	case MendStranger:
		h.do(m, h.d.Desk.AcceptStranger)
	case MendWork:
		h.do(m, func(ctx context.Context) error {
			_, err := h.d.Desk.ReviveWork(ctx)
			return err
		})
	case MendSpace:
		h.do(m, h.openDownloads)
	}
}

// UseFolder has new files saved in another folder.
func (h *Health) UseFolder(path string) {
	h.do(MendFolder, func(ctx context.Context) error { return h.d.Desk.Set(ctx, engine.Values{engine.KeyDownloadDir: path}) })
}

// Downloads hands over the folder that files are saved in now.
func (h *Health) Downloads(then func(path string)) {
	fetched(h.d, h.downloads, then)
}

func (h *Health) downloads(ctx context.Context) (path string, err error) {
	return h.d.setting(ctx, engine.KeyDownloadDir)
}

func (h *Health) openDownloads(ctx context.Context) error {
	path, err := h.downloads(ctx)
	if err != nil {
		return err
	}
	return h.d.Desk.OpenPath(ctx, path)
}

// do runs what a button promises, once at a time.
func (h *Health) do(m Mend, f func(ctx context.Context) error) {
	h.busy.do(h.d, m, f, h.changed, h.Reload)
}
