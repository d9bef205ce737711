package reach

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/records"
	"dormer/storage"
	"dormer/tunnel"
)

// reopenAfter is when a tunnel is opened again that only a person can mend.
const reopenAfter = 5 * time.Minute

// Options are what Reach is made of. All are needed unless they say so.
type Options struct {
	// Value gives a setting as it is in force.
	Value func(key string) string
	Store *storage.Store // counts the requests of a month

	// Open makes a tunnel by the settings in force; an error says what is missing.
	Open func(routes []tunnel.Route) (tunnel.Tunnel, error)
	// Try makes an ngrok tunnel with another token, to stand beside the one that is
	// open; nil where ngrok is not to be asked.
	Try func(token string) (tunnel.Tunnel, error)
	// Public is the client for the self-check through the public address.
	Public *http.Client
	// ClockAhead asks others how far this computer's clock is ahead of theirs.
	ClockAhead func(ctx context.Context) (ahead time.Duration, told bool)

	Path    string         // the webhook's secret path
	Routes  []tunnel.Route // what the address answers
	Handler http.Handler   // and who does

	// Up is told of a new connection, Changed of whatever is another thing than before.
	// Neither may wait.
	Up, Changed func()
	Now         func() time.Time
	Log         *slog.Logger
}

// Reach is the way in: the present tunnel, and what is known of it.
type Reach struct {
	o      Options
	pinger *tunnel.Pinger

	mu sync.Mutex // protects all below, but for the channels

	st        tunnel.Status
	tunnel    tunnel.Tunnel // nil while none is open
	kind      string
	direct    bool   // the address is the listener itself: there is no way to it that could break
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
	clock  chan struct{} // others' clocks are to be asked
}

// New makes a way in; Run opens it.
func New(o Options) *Reach {
	one := func() chan struct{} { return make(chan struct{}, 1) }
	l := &Reach{o: o, pinger: tunnel.NewPinger(), check: one(), reopen: one(), ping: one(), clock: one()}
	l.st.State = tunnel.Connecting
	return l
}

// Run keeps a tunnel open and looks whether it leads here, until ctx ends.
func (l *Reach) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, run := range []func(context.Context){l.runTunnel, l.runSelfCheck, l.runAskClock} {
		all.Go(func() { run(ctx) })
	}
	all.Wait()
}

// handler counts what comes, notes by which connection, and answers pings of our own.
func (l *Reach) handler() http.Handler {
	hook := l.pinger.Wrap(l.o.Handler)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), arrivedBy{}, l.countRequest()))
		if r.URL.Path == l.o.Path {
			hook.ServeHTTP(w, r)
			return
		}
		l.o.Handler.ServeHTTP(w, r)
	})
}

// URL gives the public address; "" while there is none.
func (l *Reach) URL() string { return l.status().URL }

// HookURL gives the webhook's address as Hover knows it; "" without a tunnel.
func (l *Reach) HookURL() string {
	base := l.URL()
	if base == "" {
		return ""
	}
	return strings.TrimSuffix(base, "/") + l.o.Path
}

// Failed is why there is no tunnel, if only a person can mend it; else nil.
func (l *Reach) Failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// Facts are what is known of the way in.
type Facts struct {
	tunnel.Status
	Kind    string
	Failed  error // why there is none, if only a person can mend it
	Proven  bool  // what is posted there gets here: see proof
	Early   bool  // the connection is so new that a self-check that fails means little
	Unheard error // why the last self-check did not come back; nil if it did
	Ahead   time.Duration
	Told    bool      // Ahead is known: how far this computer's clock is ahead of others'
	Checked time.Time // when a self-check last came back
}

// Facts tells what is known now.
func (l *Reach) Facts() Facts {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return Facts{
		Status: l.st, Kind: l.kind, Failed: l.failed, Proven: l.proof.stands(), Early: l.proof.early(now), Unheard: l.proof.why,
		Ahead: l.ahead, Told: l.aheadTold, Checked: l.checkedAt,
	}
}

// Reopen has the tunnel opened anew by the settings in force.
func (l *Reach) Reopen() { kick(l.reopen) }

// Outdated says that none is open, or one with another token than the one that is set.
func (l *Reach) Outdated() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tunnel == nil || l.kind == "ngrok" && l.token != l.o.Value(records.KeyNgrokToken)
}

// AskClock has others asked what time it is, since a certificate is not good at the
// present time by ours.
func (l *Reach) AskClock() { kick(l.clock) }

// Diagnose tries the way to the tunnel's server, which disturbs no connection.
func (l *Reach) Diagnose(ctx context.Context) error {
	l.mu.Lock()
	t := l.tunnel
	l.mu.Unlock()
	if t == nil {
		var err error
		if t, err = l.o.Open(l.o.Routes); err != nil {
			return err
		}
	}
	return t.Diagnose(ctx)
}

// kick wakes a loop that has one in its channel at most.
func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (l *Reach) status() tunnel.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st
}

// Good says that a webhook posted now would reach us, as far as the tunnel goes.
func (l *Reach) Good() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.st.State == tunnel.Online && l.proof.stands()
}

// doubt has to be proven anew whether the connection leads here. The caller holds
// mu.
func (l *Reach) doubt() {
	l.conn++
	l.proof = proof{since: time.Now()}
}

// Renew has the present connection thrown away, if there is one. Whether it
// leads here has to be proven anew, also where there is nothing to throw away.
func (l *Reach) Renew(why string) {
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
func (l *Reach) runTunnel(ctx context.Context) {
	for ctx.Err() == nil {
		err := l.openTunnel(ctx)
		if ctx.Err() != nil {
			return
		}
		l.mu.Lock()
		l.failed, l.tunnel = err, nil
		l.doubt()
		l.st = tunnel.Status{State: tunnel.Failed, Since: l.o.Now(), Err: err, Code: tunnel.CodeOf(err)}
		l.mu.Unlock()
		if err != nil {
			l.o.Log.Warn("there is no tunnel", "error", err)
		}
		l.o.Changed()
		select {
		case <-ctx.Done():
		case <-l.reopen:
		case <-time.After(reopenAfter):
		}
	}
}

// openTunnel opens a tunnel and serves it until it cannot go on or the
// settings change.
func (l *Reach) openTunnel(ctx context.Context) error {
	token := l.o.Value(records.KeyNgrokToken)
	direct := strings.TrimSuffix(l.o.Value(records.KeyPublicURL), "/") == "http://"+l.o.Value(records.KeyListen)
	t, err := l.o.Open(l.o.Routes)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l.mu.Lock()
	l.tunnel, l.kind, l.token, l.failed = t, t.Name(), token, nil
	l.direct = direct && l.own()
	l.mu.Unlock()
	reopened := make(chan struct{})
	go func() { // ends with ctx
		defer close(reopened)
		select {
		case <-ctx.Done():
		case <-l.reopen:
			stop()
			kick(l.reopen) // so that runTunnel opens it again at once
		}
	}()
	err = t.Run(ctx, l.handler(), l.tunnelChanged)
	stop()
	<-reopened
	return err
}

// tunnelChanged hears of every change of the tunnel's status. It must not block.
func (l *Reach) tunnelChanged(st tunnel.Status) {
	l.mu.Lock()
	was := l.st
	l.st = st
	up := st.State == tunnel.Online && (was.State != tunnel.Online || was.URL != st.URL)
	if up || st.State != tunnel.Online {
		l.doubt() // what was known was about the connection before this one
	}
	l.mu.Unlock()
	switch {
	case st.State == tunnel.Closed:
		return // we are stopping, or opening another one
	case up:
		l.o.Log.Info("the tunnel is up", "url", st.URL)
		l.o.Up()
		kick(l.check)
	case st.State != was.State:
		if f := netfault.Look(st.Err); f != nil && f.Kind == netfault.Clock {
			kick(l.clock)
		}
		l.o.Log.Info("the tunnel is "+string(st.State), "attempt", st.Attempt, "code", st.Code, "error", st.Err)
	}
	l.o.Changed()
}

// Reconnect throws the tunnel's connection away and opens a new one. One that
// waits for a person is opened again as well.
func (l *Reach) Reconnect(context.Context) error {
	l.mu.Lock()
	open := l.tunnel != nil
	l.mu.Unlock()
	if !open {
		kick(l.reopen)
	}
	l.Renew("asked for")
	return nil
}

// countRequest counts what came through the tunnel, for ngrok's plans have a
// monthly limit, and says by which connection it came.
func (l *Reach) countRequest() conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests++
	return l.conn
}

// docRequests is the document of the count.
const docRequests = "tunnel-requests"

// tunnelRequests is the stored count.
type tunnelRequests struct {
	Month string `json:"month"` // "2026-11"
	Count uint64 `json:"count"`
}

// Requests tells how many came this month: it adds what is not stored yet to what is.
func (l *Reach) Requests() uint64 {
	var c tunnelRequests
	_ = l.o.Store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docRequests, &c)
		return err
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.Month != l.o.Now().UTC().Format("2006-01") {
		c.Count = 0
	}
	return c.Count + l.requests
}

// WriteCount writes down how many requests came, if at least so many have since the last
// time; with 0 in any case. It says whether it has tried.
func (l *Reach) WriteCount(ctx context.Context, least uint64) (tried bool, err error) {
	l.mu.Lock()
	n := l.requests
	l.mu.Unlock()
	if n < least {
		return false, nil
	}
	month := l.o.Now().UTC().Format("2006-01")
	err = l.o.Store.Update(ctx, func(tx *storage.Tx) error {
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
	if err == nil {
		l.mu.Lock()
		l.requests -= n
		l.mu.Unlock()
	}
	return true, err
}
