package simulator

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"dormer/internal/hover"
)

// Options says how a [Simulator] is built. The zero value is a simulator of an
// empty account, without a log.
type Options struct {
	// APIURL and StorageURL are the addresses that replies carry, without a
	// slash at the end. Empty: those that Start listens on, or https hosts under
	// ".invalid" where only the in-process [Simulator.Transport] is used.
	APIURL, StorageURL string
	// Now is the clock; nil is time.Now. Waiting is always by package time,
	// which testing/synctest can fake.
	Now func() time.Time
	// Log takes one line for every request and delivery; nil keeps none.
	Log *slog.Logger
	// Account is what exists at the start: [Demo], [Empty] or one's own.
	Account Account
	// Transport carries the webhooks' POSTs; nil is a plain one without a proxy.
	Transport http.RoundTripper
	// Rand is where tokens, codes and secrets come from; nil is crypto/rand.
	Rand io.Reader
}

// Simulator is one simulated Hover account with its API, its storage host and
// its webhooks. Its methods may be called at any time from any goroutine. End
// it with [Simulator.Close].
type Simulator struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	poster *http.Client
	linkBy []byte // key that signs storage links

	api, storage http.Handler

	mu       sync.Mutex
	closed   bool
	apiURL   string
	storeURL string
	servers  []*http.Server

	nextID    int64
	org       hover.OrgID
	orgName   string
	users     []hover.User
	jobs      map[hover.JobID]*jobRow
	models    map[hover.ModelID]*modelRow
	captures  map[hover.CaptureRequestID]*captureRow
	images    map[hover.ImageID]imageRow
	materials map[hover.DocumentID]*materialsRow

	inspections map[hover.InspectionID]*checklistRow

	hooks      []*hookRow
	codes      map[string]codeRow
	access     map[string]time.Time // token → end of its life
	refresh    map[string]refreshRow
	faults     Faults
	quiet      int
	speed      Speed           // of the scenario; 0 while none plays
	scene      context.Context // ends with the scenario; nil while none plays
	verified   chan struct{}   // closed when the first webhook is verified
	isVerified bool

	limited    []time.Time // requests that count for the rate limit
	requests   []RequestLog
	deliveries []DeliveryLog
	pending    int // queued deliveries
	settled    []chan struct{}
}

// New builds a simulator. It serves nothing until [Simulator.Start] is called
// or one of its handlers is used.
func New(o Options) *Simulator {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = crand.Reader
	}
	if o.Transport == nil {
		// No proxy: what is posted to this machine must not leave it.
		o.Transport = reachable{&http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second}}
	}
	if o.Account.Org == "" {
		o.Account.Org, o.Account.OrgName, o.Account.Users = Empty().Org, Empty().OrgName, Empty().Users
	}
	s := &Simulator{
		o: o, apiURL: strings.TrimRight(o.APIURL, "/"), storeURL: strings.TrimRight(o.StorageURL, "/"),
		nextID: 41000,
		org:    o.Account.Org, orgName: o.Account.OrgName, users: o.Account.Users,
		jobs: map[hover.JobID]*jobRow{}, models: map[hover.ModelID]*modelRow{},
		captures: map[hover.CaptureRequestID]*captureRow{}, images: map[hover.ImageID]imageRow{},
		materials: map[hover.DocumentID]*materialsRow{}, inspections: map[hover.InspectionID]*checklistRow{},
		codes: map[string]codeRow{}, access: map[string]time.Time{}, refresh: map[string]refreshRow{},
		faults: defaultFaults(), verified: make(chan struct{}),
	}
	if s.apiURL == "" {
		s.apiURL = "https://hover.invalid"
	}
	if s.storeURL == "" {
		s.storeURL = "https://storage.invalid"
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.poster = &http.Client{
		Transport:     o.Transport,
		Timeout:       deliveryTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.linkBy = []byte(s.token(32))
	s.api, s.storage = s.apiHandler(), s.storageHandler()
	for _, j := range o.Account.Jobs {
		s.AddJob(j)
	}
	for _, c := range o.Account.Captures {
		s.AddCapture(c)
	}
	return s
}

// Start listens on two loopback addresses (port 0 takes a free one), the second
// for storage, and serves until ctx ends or [Simulator.Close] is called. It
// returns once both listen.
func (s *Simulator) Start(ctx context.Context, apiAddr, storageAddr string) error {
	api, err := net.Listen("tcp", apiAddr)
	if err != nil {
		return fmt.Errorf("simulator: listen for the API: %w", err)
	}
	storage, err := net.Listen("tcp", storageAddr)
	if err != nil {
		_ = api.Close()
		return fmt.Errorf("simulator: listen for storage: %w", err)
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_, _ = api.Close(), storage.Close()
		return errors.New("simulator: already closed")
	}
	if s.o.APIURL == "" {
		s.apiURL = "http://" + api.Addr().String()
	}
	if s.o.StorageURL == "" {
		s.storeURL = "http://" + storage.Addr().String()
	}
	for _, l := range []struct {
		net.Listener
		h http.Handler
	}{{api, s.api}, {storage, s.storage}} {
		srv := &http.Server{
			Handler: l.h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute,
			ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
		}
		s.servers = append(s.servers, srv)
		s.wg.Go(func() { _ = srv.Serve(l.Listener) })
	}
	s.mu.Unlock()
	s.spawn(func(own context.Context) {
		select {
		case <-ctx.Done():
			s.stop()
		case <-own.Done():
		}
	})
	return nil
}

// stop ends everything without waiting for it.
func (s *Simulator) stop() {
	s.mu.Lock()
	s.closed = true
	servers := s.servers
	s.servers = nil
	s.mu.Unlock()
	s.cancel()
	for _, srv := range servers {
		_ = srv.Close()
	}
}

// Close stops serving and delivering and waits for everything that the
// simulator started.
func (s *Simulator) Close() error {
	s.stop()
	s.wg.Wait()
	s.poster.CloseIdleConnections()
	return nil
}

// reachable spares hosts that cannot exist the question to a name server: what
// is simulated stays on this machine.
type reachable struct{ *http.Transport }

// RoundTrip refuses hosts under .invalid.
func (t reachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Hostname(), ".invalid") {
		return nil, errors.New("no such host")
	}
	return t.Transport.RoundTrip(r)
}

// URL is the API's address, http://127.0.0.1:PORT after Start.
func (s *Simulator) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apiURL
}

// StorageURL is the storage host's address: another origin than URL's.
func (s *Simulator) StorageURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.storeURL
}

// Handler is the API: /oauth, /api, the pages that a person opens, and the
// control surface under /simulator/.
func (s *Simulator) Handler() http.Handler { return s.api }

// StorageHandler is the host that artifact links redirect to. It refuses every
// request that carries an Authorization header, as S3 does.
func (s *Simulator) StorageHandler() http.Handler { return s.storage }

// Org is the organisation's id.
func (s *Simulator) Org() hover.OrgID { return s.org }

// Users are the people in the organisation, two of them admins.
func (s *Simulator) Users() []hover.User { return append([]hover.User(nil), s.users...) }
