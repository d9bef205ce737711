package engine

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"dormer/internal/say"
	"dormer/storage"
	"dormer/tunnel"
)

// How the public address is watched.
const (
	checkLinkEvery = 10 * time.Minute // a self-check, while all is well
	checkLinkLeast = time.Minute      // never two self-checks within
	pingTimeout    = 20 * time.Second
	reopenAfter    = 5 * time.Minute // after an error that only a person can mend
)

// link is the present tunnel and what is known of it.
type link struct {
	mu     sync.Mutex // protects all below
	st     tunnel.Status
	tunnel tunnel.Tunnel // nil while none is open
	kind   string
	token  string // ngrok's, with which it was opened
	failed error  // why there is no tunnel, if only a person can mend it
	// proven says that a self-check has come back since the last change of the
	// connection; checkErr why the last one did not.
	proven    bool
	checkErr  error
	checkedAt time.Time // the last one that came back
	pingedAt  time.Time // the last one that was sent
	last      Chain     // how that one ended
	requests  uint64    // of this process, not yet in the store

	check  chan struct{} // a self-check is wanted
	reopen chan struct{} // the settings have changed
	ping   chan struct{} // holds a value while one is on its way
}

func (l *link) init() {
	l.check, l.reopen, l.ping = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	l.st.State = tunnel.Connecting
}

func (l *link) status() tunnel.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st
}

// good says that a webhook posted now would reach us, as far as the tunnel goes.
func (l *link) good() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st.State == tunnel.Online && l.proven
}

// renew has the present connection thrown away, if there is one. Whether it
// leads here has to be proven anew, also where there is nothing to throw away.
func (l *link) renew(why string) {
	l.mu.Lock()
	t := l.tunnel
	l.proven = false
	l.mu.Unlock()
	if t != nil {
		t.Renew(why)
	}
	kick(l.check)
}

// runTunnel keeps a tunnel open by the settings in force.
func (e *Engine) runTunnel(ctx context.Context) {
	for ctx.Err() == nil {
		err := e.openTunnel(ctx)
		if ctx.Err() != nil {
			return
		}
		e.link.mu.Lock()
		e.link.failed, e.link.tunnel, e.link.proven = err, nil, false
		e.link.st = tunnel.Status{State: tunnel.Failed, Since: e.now(), Err: err, Code: codeOf(err)}
		e.link.mu.Unlock()
		if err != nil {
			e.log.Warn("there is no tunnel", "error", err)
		}
		e.noteReady()
		select {
		case <-ctx.Done():
		case <-e.link.reopen:
		case <-time.After(reopenAfter):
		}
	}
}

// openTunnel opens a tunnel and serves it until it cannot go on or the
// settings change.
func (e *Engine) openTunnel(ctx context.Context) error {
	token := e.Value(KeyNgrokToken)
	t, err := e.o.OpenTunnel(e.routes())
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e.link.mu.Lock()
	e.link.tunnel, e.link.kind, e.link.token, e.link.failed = t, t.Name(), token, nil
	e.link.mu.Unlock()
	reopened := make(chan struct{})
	go func() { // ends with ctx
		defer close(reopened)
		select {
		case <-ctx.Done():
		case <-e.link.reopen:
			stop()
			kick(e.link.reopen) // so that runTunnel opens it again at once
		}
	}()
	err = t.Run(ctx, e.public(), e.tunnelChanged)
	stop()
	<-reopened
	return err
}

// tunnelChanged hears of every change of the tunnel's status. It must not block.
func (e *Engine) tunnelChanged(st tunnel.Status) {
	e.link.mu.Lock()
	was := e.link.st
	e.link.st = st
	up := st.State == tunnel.Online && (was.State != tunnel.Online || was.URL != st.URL)
	if up || st.State != tunnel.Online {
		e.link.proven = false
	}
	if up {
		e.link.checkErr = nil // it was about the connection before this one
	}
	e.link.mu.Unlock()
	switch {
	case st.State == tunnel.Closed:
		return // we are stopping, or opening another one
	case up:
		e.log.Info("the tunnel is up", "url", st.URL)
		e.subscribe()
		kick(e.link.check)
	case st.State != was.State:
		e.log.Info("the tunnel is "+string(st.State), "attempt", st.Attempt, "code", st.Code, "error", st.Err)
	}
	e.noteReady()
}

// runSelfCheck posts a ping of our own through the public URL: after every
// connect, then every ten minutes, never twice in a minute.
func (e *Engine) runSelfCheck(ctx context.Context) {
	var wanted bool
	timer := time.NewTimer(checkLinkEvery)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.link.check:
			wanted = true
		case <-timer.C:
			wanted = true
		}
		next := checkLinkEvery
		select {
		case e.link.ping <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if wait := e.pingWait(); wait > 0 {
			next = wait
		} else if wanted && e.link.status().State == tunnel.Online {
			wanted = false
			if !e.selfCheck(ctx) {
				next = checkLinkLeast
			}
		}
		<-e.link.ping
		timer.Reset(next)
	}
}

// TestChain posts a ping of our own through the public address, as the
// self-check does and in its place: the two together never send two in a minute.
func (e *Engine) TestChain(ctx context.Context) (Chain, error) {
	select {
	case e.link.ping <- struct{}{}:
		defer func() { <-e.link.ping }()
	case <-ctx.Done():
		return Chain{}, ctx.Err()
	}
	if e.pingWait() == 0 {
		if c, there := e.reachable(); !there {
			return c, nil
		}
		e.selfCheck(ctx)
		if ctx.Err() != nil {
			return Chain{}, ctx.Err()
		}
	}
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	return e.link.last, nil
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
	c = Chain{At: e.now(), URL: st.URL, Err: &say.Error{What: say.Words("The connection is being made"), Do: say.Words("Wait a moment, and check the internet connection.")}}
	if err := cmp.Or(failed, st.Err); err != nil {
		c.Err = inOurWords(err)
	}
	return c, false
}

// Reconnect throws the tunnel's connection away and opens a new one. One that
// waits for a person is opened again as well.
func (e *Engine) Reconnect(context.Context) error {
	e.link.mu.Lock()
	open := e.link.tunnel != nil
	e.link.mu.Unlock()
	if !open {
		kick(e.link.reopen)
	}
	e.link.renew("asked for")
	return nil
}

// pingWait says how long the next self-check has to wait.
func (e *Engine) pingWait() time.Duration {
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	if e.link.pingedAt.IsZero() {
		return 0
	}
	return max(checkLinkLeast-time.Since(e.link.pingedAt), 0)
}

// selfCheck sends one ping; the caller holds link.ping. One that does not come
// back has the connection thrown away: only the ping tells that an address has
// silently become another.
func (e *Engine) selfCheck(ctx context.Context) bool {
	before := e.link.status()
	e.link.mu.Lock()
	e.link.pingedAt = time.Now()
	e.link.mu.Unlock()
	ping, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	latency, err := e.pinger.Ping(ping, e.o.Public, e.hookURL())
	e.link.mu.Lock()
	e.link.last = Chain{At: e.now(), URL: before.URL, Latency: latency}
	if ctx.Err() != nil {
		e.link.last.Err = &say.Error{What: say.Words("The test was broken off"), Do: say.Words("Test again in a minute.")}
		e.link.mu.Unlock()
		return true
	}
	if err != nil {
		e.link.last.Err = inOurWords(err)
	}
	if same := e.link.st.Since.Equal(before.Since) && e.link.st.URL == before.URL && e.link.st.State == before.State; !same {
		e.link.mu.Unlock()
		kick(e.link.check) // it says nothing of the present connection
		return true
	}
	e.link.proven, e.link.checkErr = err == nil, err
	if err == nil {
		e.link.checkedAt = e.now()
	}
	e.link.mu.Unlock()
	if err != nil {
		e.log.Warn("the public address does not lead here", "error", err)
		e.link.renew("the self-check did not come back")
	} else {
		e.log.Debug("self-check came back", "latency", latency)
	}
	e.noteReady()
	return err == nil
}

// countRequest counts what came through the tunnel: ngrok's plans have a
// monthly limit.
func (e *Engine) countRequest() {
	e.link.mu.Lock()
	e.link.requests++
	e.link.mu.Unlock()
}

// tunnelRequests is the stored count.
type tunnelRequests struct {
	Month string `json:"month"` // "2026-11"
	Count uint64 `json:"count"`
}

// requestsThisMonth adds what is not stored yet to what is.
func (e *Engine) requestsThisMonth() uint64 {
	var c tunnelRequests
	_ = e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docRequests, &c)
		return err
	})
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	if c.Month != e.now().UTC().Format("2006-01") {
		c.Count = 0
	}
	return c.Count + e.link.requests
}

// storeRequests writes the count down.
func (e *Engine) storeRequests(ctx context.Context) {
	e.link.mu.Lock()
	n := e.link.requests
	e.link.mu.Unlock()
	if n == 0 && e.storeErr.get() == nil {
		return
	}
	month := e.now().UTC().Format("2006-01")
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		var c tunnelRequests
		if _, err := tx.Doc(docRequests, &c); err != nil {
			return err
		}
		if c.Month != month {
			c = tunnelRequests{Month: month}
		}
		c.Count += n
		return tx.PutDoc(docRequests, c)
	})
	e.stored(err)
	if err == nil {
		e.link.mu.Lock()
		e.link.requests -= n
		e.link.mu.Unlock()
	}
}

// inOurWords makes an error for people of a tunnel's.
func inOurWords(err error) *say.Error {
	says, do := tunnelSays(err)
	return &say.Error{What: says, Do: do}
}

func codeOf(err error) string {
	if t, ok := errors.AsType[*tunnel.Error](err); ok {
		return t.Code
	}
	return ""
}

// tunnelSays gives a tunnel's error in plain words, with what to do.
func tunnelSays(err error) (says, do say.Text) {
	if t, ok := errors.AsType[*tunnel.Error](err); ok {
		return say.Words(strings.TrimSuffix(t.Says, ".")), say.Words(t.Do)
	}
	if s, ok := errors.AsType[*say.Error](err); ok {
		return (&say.Error{What: s.What, Why: s.Why, Err: s.Err}).Text(), s.Do
	}
	return say.Of(err), say.Text{}
}
