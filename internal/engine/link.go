package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
	"dormer/storage"
	"dormer/tunnel"
)

// reopenAfter is when a tunnel is opened again that only a person can mend.
const reopenAfter = 5 * time.Minute

// link is the present tunnel and what is known of it.
type link struct {
	mu        sync.Mutex // protects all below
	st        tunnel.Status
	tunnel    tunnel.Tunnel // nil while none is open
	kind      string
	token     string // ngrok's, with which it was opened
	failed    error  // why there is no tunnel, if only a person can mend it
	conn      conn   // the number of the present connection; another one has to be proven anew
	proof     proof
	allowed   allowance
	checkedAt time.Time // the last self-check that came back
	renewedAt time.Time // when the connection was last thrown away for leading elsewhere
	renewals  int       // how often it was since a self-check last came back
	last      Chain     // how the last self-check ended
	requests  uint64    // of this process, not yet in the store
	// ahead is how far this computer's clock was ahead of others' when it was last
	// asked, since a certificate was not good at the present time.
	ahead     time.Duration
	aheadTold bool

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
	return l.st.State == tunnel.Online && l.proof.stands()
}

// doubt has to be proven anew whether the connection leads here. The caller holds
// mu.
func (l *link) doubt() {
	l.conn++
	l.proof = proof{since: time.Now()}
}

// renew has the present connection thrown away, if there is one. Whether it
// leads here has to be proven anew, also where there is nothing to throw away.
func (l *link) renew(why string) {
	l.mu.Lock()
	t := l.tunnel
	l.doubt()
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
		e.link.failed, e.link.tunnel = err, nil
		e.link.doubt()
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
		e.link.doubt() // what was known was about the connection before this one
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
		if f := netfault.Look(st.Err); f != nil && f.Kind == netfault.Clock {
			kick(e.askClock)
		}
		e.log.Info("the tunnel is "+string(st.State), "attempt", st.Attempt, "code", st.Code, "error", st.Err)
	}
	e.noteReady()
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

// countRequest counts what came through the tunnel, for ngrok's plans have a
// monthly limit, and says by which connection it came.
func (e *Engine) countRequest() conn {
	e.link.mu.Lock()
	defer e.link.mu.Unlock()
	e.link.requests++
	return e.link.conn
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
	if f := netfault.Look(err); f != nil && codeOf(err) == "" {
		e := f.Say()
		return (&say.Error{What: e.What, Why: e.Why}).Text(), e.Do
	}
	if t, ok := errors.AsType[*tunnel.Error](err); ok {
		return t.Says, t.Next()
	}
	if s, ok := errors.AsType[*say.Error](err); ok {
		return (&say.Error{What: s.What, Why: s.Why, Err: s.Err}).Text(), s.Do
	}
	return say.Of(err), say.Text{}
}
