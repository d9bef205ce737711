package edgetest

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Account is who an authtoken belongs to.
type Account struct {
	Name string // as the service tells the agent
	Plan string
	// DevDomain is the account's automatic domain; empty: one made from the
	// token, the same every time.
	DevDomain string
}

// Options shape an edge. The zero value lets every token in.
type Options struct {
	// Tokens are the authtokens that are let in, and whose they are. Nil: any
	// token but an empty one, each an account of its own.
	Tokens map[string]Account
	// Domains may be asked for by name, by every account (reserved domains).
	Domains []string
	// MaxSessions is how many agents one token may have connected; a further
	// one is refused with ERR_NGROK_108. 0: any number.
	MaxSessions int
	// StaleFor is how long an endpoint stays taken (ERR_NGROK_334) after its
	// session vanished without a goodbye. 0: free at once.
	StaleFor time.Duration
	// Heartbeat is how often the edge asks each agent for a sign of life; one
	// that owes two is dropped. 0: never.
	Heartbeat time.Duration
	// LoopbackURLs gives every domain a plain http server on a loopback port
	// of its own, and hands that out as the endpoint's URL:
	// http://127.0.0.1:PORT, the same for the same domain until Close.
	LoopbackURLs bool
	// Interstitial shows browsers ngrok's warning page (ERR_NGROK_6024).
	Interstitial bool
	// Starts is how many sessions one token may begin within StartsFor; a further
	// one is refused with ERR_NGROK_349. One that goes on does not count. 0: any
	// number.
	Starts    int
	StartsFor time.Duration
	// InMemory has agents come by [Edge.Dial] and the public by [Edge.ServeHTTP]
	// alone: nothing goes over the system's network, so that the edge can stand in
	// a bubble of fake time, one at a time.
	InMemory bool
	// CertFrom is when its certificates begin to be good, for a day. Zero: an hour
	// ago.
	CertFrom time.Time
}

// Stats count what has happened since the start, and what is now.
type Stats struct {
	Connections  int // TCP connections of agents, diagnoses included
	AuthsAsked   int // authentications that have arrived, whatever becomes of them
	Auths        int // accepted authentications
	Resumed      int // of those, ones that continued an earlier session
	AuthsRefused int
	Binds        int // accepted endpoints, bound again or for the first time
	BindsRefused int
	Unbinds      int
	Requests     int // public requests, answered by whomever
	Forwarded    int // of those, ones passed on to an agent
	Sessions     int // authenticated sessions now
	Endpoints    int // endpoints online now
}

// Edge is a running edge. Its methods may be called from any goroutine.
type Edge struct {
	o      Options
	ca     *authority
	agents net.Listener // where agents connect
	public net.Listener // where https clients connect, whatever the host; nil in memory
	pipes  *pipes       // what agents is in memory; nil over the system's network

	ctx    context.Context // ends with the edge
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	changed   chan struct{} // closed and replaced whenever anything changes
	gates     map[*gate]bool
	stranded  []*gate              // whose agents are in a black hole
	sessions  map[string]*session  // by client id
	endpoints map[string]*endpoint // by domain
	loopback  map[string]net.Listener
	servers   []*http.Server
	stats     Stats
	log       []string
	agentInfo []string // user agents, as authenticated
	policies  []string // traffic policies, as asked for
	ids       int
	faults    faults
	started   map[string][]time.Time // when sessions began, by token
}

// endpoint is a public domain that leads to an agent.
type endpoint struct {
	domain, url string
	bindID      string
	bindToken   string // proves to the edge that a re-bind is by the same agent
	session     *session
	staleUntil  time.Time // while session is nil: whose it was may come back
	transport   *http.Transport
	publicFrom  time.Time // until then nobody finds it
}

// Start runs an edge on loopback ports of the system's choice. The caller
// closes it.
func Start(o Options) (*Edge, error) {
	ca, err := newAuthority(o.CertFrom)
	if err != nil {
		return nil, fmt.Errorf("edgetest: make certificates: %w", err)
	}
	e := &Edge{
		o:         o,
		ca:        ca,
		changed:   make(chan struct{}),
		gates:     map[*gate]bool{},
		sessions:  map[string]*session{},
		endpoints: map[string]*endpoint{},
		loopback:  map[string]net.Listener{},
		started:   map[string][]time.Time{},
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	if o.InMemory {
		emptyPool()
		e.pipes = newPipes()
		e.agents = e.pipes
		e.spawn(e.acceptAgents)
		return e, nil
	}
	if e.agents, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("edgetest: listen for agents: %w", err)
	}
	if e.public, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		_ = e.agents.Close() // the failure to listen is what matters
		return nil, fmt.Errorf("edgetest: listen for the public: %w", err)
	}
	e.spawn(e.acceptAgents)
	e.servePublic(tls.NewListener(e.public, ca.publicConfig()), "")
	return e, nil
}

// Close ends everything that the edge runs and waits for it.
func (e *Edge) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	gates := e.openGates()
	servers := e.servers
	e.mu.Unlock()

	e.cancel()
	err := e.agents.Close()
	for _, s := range servers {
		err = errors.Join(err, s.Close())
	}
	for _, g := range gates {
		_ = g.Close() // its owner sees the end of it
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.wg.Wait()
	}()
	select {
	case <-ended:
		return err
	case <-time.After(10 * time.Second):
		return errors.Join(err, errors.New("edgetest: goroutines still running 10 s after Close"))
	}
}

// spawn runs f and lets Close wait for it; not at all once the edge is closed.
func (e *Edge) spawn(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.wg.Go(f)
	}
}

// ConnectAddr is the host:port for agents, on 127.0.0.1; in memory it is ngrok's.
func (e *Edge) ConnectAddr() string { return e.agents.Addr().String() }

// CAs is the pool that trusts this edge, for agents and https clients.
func (e *Edge) CAs() *x509.CertPool { return e.ca.pool }

// CAPEM is the edge's root certificate, for a process that reads it from a file.
func (e *Edge) CAPEM() []byte { return slices.Clone(e.ca.pem) }

// Client makes an HTTP client for which every host name is the public side of
// this edge, over TLS (HTTP/1.1 and 2). It follows no redirect. The caller
// closes its idle connections.
func (e *Edge) Client() *http.Client {
	dialer := &net.Dialer{}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, e.public.Addr().String())
			},
			TLSClientConfig:   &tls.Config{RootCAs: e.ca.pool, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// DevDomain is the domain that agents with this token get when they ask for
// none.
func (e *Edge) DevDomain(token string) string {
	if d := e.o.Tokens[token].DevDomain; d != "" {
		return d
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:4]) + "-dev.ngrok-free.app"
}

// URL is the public address of a domain, whether it is online or not.
func (e *Edge) URL(domain string) (string, error) {
	if !e.o.LoopbackURLs {
		return "https://" + domain, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.loopbackURL(domain)
}

// loopbackURL opens the domain's own server at the first call. e.mu is held.
func (e *Edge) loopbackURL(domain string) (string, error) {
	l := e.loopback[domain]
	if l == nil {
		if e.closed {
			return "", errors.New("edgetest: closed")
		}
		var err error
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return "", fmt.Errorf("edgetest: listen for %s: %w", domain, err)
		}
		e.loopback[domain] = l
		e.serveLocked(l, domain)
	}
	return "http://" + l.Addr().String(), nil
}

// URLs are the addresses that are online, sorted.
func (e *Edge) URLs() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var urls []string
	for _, ep := range e.endpoints {
		if ep.session != nil {
			urls = append(urls, ep.url)
		}
	}
	slices.Sort(urls)
	return urls
}

// Stats is a snapshot.
func (e *Edge) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.snapshot()
}

func (e *Edge) snapshot() Stats {
	s := e.stats
	s.Sessions = len(e.sessions)
	for _, ep := range e.endpoints {
		if ep.session != nil {
			s.Endpoints++
		}
	}
	return s
}

// Await waits until the stats are as wanted, or the context ends (its error).
func (e *Edge) Await(ctx context.Context, want func(Stats) bool) error {
	for {
		e.mu.Lock()
		changed, stats := e.changed, e.snapshot()
		e.mu.Unlock()
		if want(stats) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("edgetest: still %+v: %w", stats, ctx.Err())
		}
	}
}

// UserAgents are what the agents called themselves, one per authentication.
func (e *Edge) UserAgents() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.agentInfo)
}

// Policies are the traffic policies that agents asked for, one per attempt to
// bind, empty where there was none.
func (e *Edge) Policies() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.policies)
}

// Log is what happened, a line each, for a test that fails. It keeps the first
// ten thousand lines and no token.
func (e *Edge) Log() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.log)
}

// note logs and wakes those who await a change. e.mu is held.
func (e *Edge) note(format string, args ...any) {
	if len(e.log) < 10_000 {
		e.log = append(e.log, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
	}
	close(e.changed)
	e.changed = make(chan struct{})
}

// nextID makes a name that is unique on this edge. e.mu is held.
func (e *Edge) nextID(kind string) string {
	e.ids++
	return fmt.Sprintf("%s_%04d", kind, e.ids)
}

// openGates lists the agents' connections. e.mu is held.
func (e *Edge) openGates() []*gate {
	gates := make([]*gate, 0, len(e.gates))
	for g := range e.gates {
		gates = append(gates, g)
	}
	return gates
}
