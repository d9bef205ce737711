package reach

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
func (l *Reach) runSelfCheck(ctx context.Context) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.check:
		case <-timer.C:
		}
		select {
		case l.ping <- struct{}{}:
		case <-ctx.Done():
			return
		}
		wait := l.dueIn(time.Now())
		if wait <= 0 {
			l.selfCheck(ctx)
			wait = l.dueIn(time.Now())
		}
		<-l.ping
		timer.Reset(wait)
	}
}

// dueIn says how long until the next self-check.
func (l *Reach) dueIn(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.st.State != tunnel.Online {
		return idle
	}
	wait := l.proof.due(l.steady()).Sub(now)
	if !l.own() {
		wait = max(wait, l.allowed.wait(now))
	}
	return wait
}

// own says that the address is the person's own, whose pings cost nothing. The
// caller holds mu.
func (l *Reach) own() bool { return l.kind == "own" }

// steady says how far self-checks are apart while they come back. Nothing else tells
// that the proxy in front of a person's own address is dead; a demo has none. The
// caller holds mu.
func (l *Reach) steady() time.Duration {
	if l.own() && !l.direct {
		return checkEveryOwn
	}
	return checkEvery
}

// testLeast is how long two tests that a person asks for are apart: ngrok counts
// them.
const testLeast = 10 * time.Second

// TestChain posts a ping of our own through the public address, as the self-check
// does and in its place.
func (l *Reach) TestChain(ctx context.Context) (Chain, error) {
	select {
	case l.ping <- struct{}{}:
		defer func() { <-l.ping }()
	case <-ctx.Done():
		return Chain{}, ctx.Err()
	}
	if c, there := l.reachable(); !there {
		return c, nil
	}
	if l.mayTest(time.Now()) {
		l.selfCheck(ctx)
		if ctx.Err() != nil {
			return Chain{}, ctx.Err()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last, nil
}

// mayTest says whether a person's test is sent, or told from the last one.
func (l *Reach) mayTest(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.own() || l.last.At.IsZero() || now.Sub(l.proof.sent) >= testLeast && l.allowed.wait(now) == 0
}

// reachable says whether there is an address to ping; if not, the chain says
// why.
func (l *Reach) reachable() (c Chain, there bool) {
	l.mu.Lock()
	st, failed := l.st, l.failed
	l.mu.Unlock()
	if st.State == tunnel.Online {
		return c, true
	}
	c = Chain{At: l.o.Now(), URL: st.URL, Err: &say.Error{What: say.T("chain.connecting"), Do: say.T("chain.connecting.do")}}
	if err := cmp.Or(failed, st.Err); err != nil {
		c.Err = tunnel.InWords(err)
	}
	return c, false
}

// selfCheck sends one ping; the caller holds link.ping. Where somebody else answers
// it the connection is thrown away: only the ping tells that an address has
// silently become another.
func (l *Reach) selfCheck(ctx context.Context) {
	sent := time.Now()
	l.mu.Lock()
	before, limit := l.conn, l.proof.limit(sent)
	l.proof.sent = sent
	l.allowed.spend(sent)
	url := l.st.URL
	l.mu.Unlock()

	ping, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	latency, err := l.pinger.Ping(ping, l.o.Public, l.HookURL())
	now := time.Now()

	l.mu.Lock()
	l.last = Chain{At: l.o.Now(), URL: url, Latency: latency}
	if ctx.Err() != nil {
		l.last.Err = &say.Error{What: say.T("chain.broken_off"), Do: say.T("chain.broken_off.do")}
		l.mu.Unlock()
		return
	}
	if err != nil {
		l.last.Err = tunnel.InWords(err)
	}
	if l.conn != before {
		l.mu.Unlock() // it says nothing of the present connection, which is checked at once
		kick(l.check)
		return
	}
	l.proof.answered(sent, now, err)
	if err == nil {
		l.checkedAt, l.renewals = l.o.Now(), 0
	}
	if f := netfault.Look(err); f != nil && f.Kind == netfault.Clock {
		kick(l.clock)
	}
	elsewhere := !l.own() && l.proof.ledElsewhere(now) && now.Sub(l.renewedAt) >= renewAfter(l.renewals)
	if elsewhere {
		l.renewedAt = now
		l.renewals++
	}
	l.mu.Unlock()
	if err != nil {
		l.o.Log.Warn("the self-check did not come back", "error", err)
	} else {
		l.o.Log.Debug("self-check came back", "latency", latency)
	}
	if elsewhere {
		l.Renew("somebody else answers at the public address")
	}
	l.o.Changed()
}

// askClockLeast is the least time between two looks at others' clocks.
const askClockLeast = time.Minute

// runAskClock asks what time it is, when a certificate is not good at the present
// time by ours.
func (l *Reach) runAskClock(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.clock:
		}
		ahead, told := l.o.ClockAhead(ctx)
		l.mu.Lock()
		l.ahead, l.aheadTold = ahead, told
		l.mu.Unlock()
		l.o.Changed()
		select {
		case <-ctx.Done():
			return
		case <-time.After(askClockLeast):
		}
	}
}

// conn numbers the connections of a link.
type conn uint64

// Delivered takes in that something with Hover's signature came by the connection that
// ctx is of, the best proof that it leads here.
func (l *Reach) Delivered(ctx context.Context) {
	by, ok := ctx.Value(arrivedBy{}).(conn)
	if !ok {
		return
	}
	l.mu.Lock()
	if by == l.conn {
		l.proof.delivered = time.Now()
	}
	l.mu.Unlock()
	l.o.Changed()
}

// arrivedBy is the key under which a request's context says by which connection it
// came.
type arrivedBy struct{}

// Chain is the result of a test of the whole chain.
type Chain struct {
	At      time.Time
	URL     string
	Latency time.Duration
	// Err is what answered instead, or nothing; nil if the ping came back.
	Err *say.Error
}
