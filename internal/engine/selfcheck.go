package engine

import (
	"cmp"
	"context"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
	"dormer/tunnel"
)

// idle is how long nothing is looked at while there is no address to check.
const idle = time.Hour

// runSelfCheck posts pings of our own through the public URL, when they are due.
func (e *Engine) runSelfCheck(ctx context.Context) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.link.check:
		case <-timer.C:
		}
		select {
		case e.link.ping <- struct{}{}:
		case <-ctx.Done():
			return
		}
		wait := e.link.dueIn(time.Now())
		if wait <= 0 {
			e.selfCheck(ctx)
			wait = e.link.dueIn(time.Now())
		}
		<-e.link.ping
		timer.Reset(wait)
	}
}

// dueIn says how long until the next self-check.
func (l *link) dueIn(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.st.State != tunnel.Online {
		return idle
	}
	wait := l.proof.due(l.own()).Sub(now)
	if !l.own() {
		wait = max(wait, l.allowed.wait(now))
	}
	return wait
}

// own says that the address is the person's own, whose pings cost nothing. The
// caller holds mu.
func (l *link) own() bool { return l.kind == "own" }

// testLeast is how long two tests that a person asks for are apart: ngrok counts
// them.
const testLeast = 10 * time.Second

// TestChain posts a ping of our own through the public address, as the self-check
// does and in its place.
func (e *Engine) TestChain(ctx context.Context) (Chain, error) {
	select {
	case e.link.ping <- struct{}{}:
		defer func() { <-e.link.ping }()
	case <-ctx.Done():
		return Chain{}, ctx.Err()
	}
	if c, there := e.reachable(); !there {
		return c, nil
	}
	if e.link.mayTest(time.Now()) {
		e.selfCheck(ctx)
		if ctx.Err() != nil {
			return Chain{}, ctx.Err()
		}
	}
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	return e.link.last, nil
}

// mayTest says whether a person's test is sent, or told from the last one.
func (l *link) mayTest(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.own() || l.last.At.IsZero() || now.Sub(l.proof.sent) >= testLeast && l.allowed.wait(now) == 0
}

// reachable says whether there is an address to ping; if not, the chain says
// why.
func (e *Engine) reachable() (c Chain, there bool) {
	e.link.mu.Lock()
	st, failed := e.link.st, e.link.failed
	e.link.mu.Unlock()
	if st.State == tunnel.Online {
		return c, true
	}
	c = Chain{At: e.now(), URL: st.URL, Err: &say.Error{What: say.T("chain.connecting"), Do: say.T("chain.connecting.do")}}
	if err := cmp.Or(failed, st.Err); err != nil {
		c.Err = inOurWords(err)
	}
	return c, false
}

// selfCheck sends one ping; the caller holds link.ping. Where somebody else answers
// it the connection is thrown away: only the ping tells that an address has
// silently become another.
func (e *Engine) selfCheck(ctx context.Context) {
	sent := time.Now()
	e.link.mu.Lock()
	before, limit := e.link.conn, e.link.proof.limit(sent)
	e.link.proof.sent = sent
	e.link.allowed.spend(sent)
	url := e.link.st.URL
	e.link.mu.Unlock()

	ping, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	latency, err := e.pinger.Ping(ping, e.o.Public, e.hookURL())
	now := time.Now()

	e.link.mu.Lock()
	e.link.last = Chain{At: e.now(), URL: url, Latency: latency}
	if ctx.Err() != nil {
		e.link.last.Err = &say.Error{What: say.T("chain.broken_off"), Do: say.T("chain.broken_off.do")}
		e.link.mu.Unlock()
		return
	}
	if err != nil {
		e.link.last.Err = inOurWords(err)
	}
	if e.link.conn != before {
		e.link.mu.Unlock() // it says nothing of the present connection, which is checked at once
		kick(e.link.check)
		return
	}
	e.link.proof.answered(sent, now, err)
	if err == nil {
		e.link.checkedAt, e.link.renewals = e.now(), 0
	}
	if f := netfault.Look(err); f != nil && f.Kind == netfault.Clock {
		kick(e.askClock)
	}
	elsewhere := !e.link.own() && e.link.proof.ledElsewhere(now) && now.Sub(e.link.renewedAt) >= renewAfter(e.link.renewals)
	if elsewhere {
		e.link.renewedAt = now
		e.link.renewals++
	}
	e.link.mu.Unlock()
	if err != nil {
		e.log.Warn("the self-check did not come back", "error", err)
	} else {
		e.log.Debug("self-check came back", "latency", latency)
	}
	if elsewhere {
		e.link.renew("somebody else answers at the public address")
	}
	e.noteReady()
}

// lastCheck gives when a self-check last came back.
func (l *link) lastCheck() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.checkedAt
}

// askClockLeast is the least time between two looks at others' clocks.
const askClockLeast = time.Minute

// runAskClock asks what time it is, when a certificate is not good at the present
// time by ours.
func (e *Engine) runAskClock(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.askClock:
		}
		ahead, told := e.o.API.ClockAhead(ctx)
		e.link.mu.Lock()
		e.link.ahead, e.link.aheadTold = ahead, told
		e.link.mu.Unlock()
		e.watchers.changed()
		select {
		case <-ctx.Done():
			return
		case <-time.After(askClockLeast):
		}
	}
}

// conn numbers the connections of a link.
type conn uint64

// delivered takes in that something with Hover's signature came by a connection,
// the best proof that it leads here.
func (l *link) delivered(by conn, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if by == l.conn {
		l.proof.delivered = now
	}
}

// arrivedBy is the key under which a request's context says by which connection it
// came.
type arrivedBy struct{}
