package view

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/words"
)

// ChainState is a test of the whole chain, step by step.
type ChainState struct {
	Running bool
	Steps   []ChainStep // empty before the first test
	Says    string      // how it ended; empty while it runs
	Good    bool
}

// ChainStep is one link of the chain.
type ChainStep struct {
	Says  string
	State TrialState
}

// chainTest is the last test of the chain.
type chainTest struct {
	running bool
	began   time.Time
	at      engine.Status // when it began
	result  engine.Chain
	err     error // why there was no test
	ended   bool
}

// TestChain sends a ping of our own through the whole chain.
func (h *Health) TestChain() {
	if h.chain.running || !h.loaded {
		return
	}
	h.chain = chainTest{running: true, began: h.d.Now(), at: h.status}
	h.Changed()
	h.d.Go(func(ctx context.Context) {
		result, err := h.d.Desk.TestChain(ctx)
		h.d.Do(func() {
			h.chain.running, h.chain.ended = false, ctx.Err() == nil
			h.chain.result, h.chain.err, h.chain.at = result, err, h.status
			h.Changed()
			h.reload()
		})
	})
}

func (c chainTest) state(now time.Time) ChainState {
	s := ChainState{Running: c.running}
	if !c.running && !c.ended {
		return s
	}
	url, came := c.at.Tunnel.URL, TrialRunning
	sent := TrialGood
	latency := ""
	switch failed := c.err != nil || c.result.Err != nil; {
	case c.running:
	case failed:
		came = TrialFailed
	default:
		came, latency = TrialGood, milliseconds(c.result.Latency)
	}
	if c.err != nil {
		sent, came = TrialFailed, TrialNone
	}
	if c.result.URL != "" {
		url = c.result.URL
	}
	back := words.T("health.chain.back")
	if latency != "" {
		back = words.T("health.chain.back_after", "time", latency)
	}
	s.Steps = []ChainStep{
		{words.T("health.chain.tunnel"), when(c.at.Tunnel.State == "online")},
		{words.T("health.chain.sent", "url", url), sent},
		{back, came},
		{words.T("health.chain.verified"), when(c.at.Webhook.State == "verified")},
		{words.T("health.chain.stored"), when(lampOf(c.at, "disk").State != engine.Red)},
	}
	if c.running {
		return s
	}
	s.Says, s.Good = c.says(now, s.Steps)
	return s
}

// milliseconds gives a latency as people read it; less than one is one.
func milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1)) }

func when(good bool) TrialState {
	if good {
		return TrialGood
	}
	return TrialFailed
}

// says tells how the test ended. A result from before it was asked for is told
// as such: no ping is sent twice within a minute.
func (c chainTest) says(now time.Time, steps []ChainStep) (says string, good bool) {
	switch {
	case c.err != nil:
		return words.Error(c.err), false
	case c.result.Err != nil:
		says = words.T("health.chain.failed", "why", words.Error(c.result.Err))
	case slices.ContainsFunc(steps, func(s ChainStep) bool { return s.State == TrialFailed }):
		says = words.T("health.chain.broken")
	default:
		says, good = words.T("health.chain.good"), true
	}
	if at := c.result.At; !at.IsZero() && at.Before(c.began) {
		says += " " + words.T("health.chain.before", "time", words.Span(now.Sub(at)))
	}
	return says, good
}
