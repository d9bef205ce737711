package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/opener"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/simulator"
	"dormer/internal/tell"
	"dormer/storage"
	"dormer/tunnel"
)

// The addresses of the world.
const (
	hoverURL  = "https://hover.example"
	filesURL  = "https://files.example"
	officeURL = "https://office.example"
)

// world is a contractor's computer with Hover and the internet around it. It
// lives in a bubble of fake time, in which hours pass at once.
type world struct {
	t     *testing.T
	sim   *simulator.Simulator
	net   *internet
	road  *road // from the engine to Hover
	wire  *wire
	desk  *desk
	hand  *hand
	shows atomic.Pointer[chan engine.ShowRequest] // of the window, if there is one

	secrets *vault
	given   map[string]string
	network func() string
	trial   func(token string) (tunnel.Tunnel, error)
	tunnel  func(routes []tunnel.Route) (tunnel.Tunnel, error) // nil: the wire
	dir     string
	backups string
	verify  func(ctx context.Context, path string) error
	damaged string           // what the start found
	now     func() time.Time // the computer's clock
	free    func(path string) (uint64, error)
	exists  func(path string) bool // whether a file is there; nil asks the system
	log     *logbook
	updates engine.Updater // nil: the build knows of none
	version string

	held     atomic.Bool               // the log's reader stands still
	folds    atomic.Int64              // how often one was
	foldedAt atomic.Int64              // when an event was last folded
	unfit    func(storage.Event) error // what an event cannot be folded for; nil: every one can

	store  *storage.Store
	e      *engine.Engine
	budget *hoverapi.Budget
	tokens *hoverapi.Tokens
	stop   func() // stops the engine and closes the store; nil while nothing runs
	// abandon stops an engine whose store is past help, and gives how it ended.
	abandon func() error
}

// story tells f in a bubble of its own. Whatever goroutine is left at its end
// fails the test.
func story(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newWorld(t)) })
}

func newWorld(t *testing.T) *world {
	w := &world{
		t: t, net: &internet{hosts: map[string]http.RoundTripper{}}, desk: &desk{opened: make(chan struct{}, 1)}, hand: &hand{}, log: &logbook{},
		secrets: newVault(map[string]string{engine.KeyClientID: simulator.ClientID, engine.KeyClientSecret: simulator.ClientSecret, engine.KeyNgrokToken: "a-token"}),
		given:   map[string]string{}, dir: t.TempDir(), now: time.Now,
		free: func(string) (uint64, error) { return 1 << 40, nil },
	}
	w.sim = simulator.New(simulator.Options{APIURL: hoverURL, StorageURL: filesURL, Transport: w.net})
	t.Cleanup(func() { _ = w.sim.Close() })
	w.faults(func(f *simulator.Faults) { f.AutoApprove = true })
	w.road = &road{next: w.sim.Transport()}
	w.net.put("hover.example", w.sim.Transport())
	w.wire = &wire{net: w.net, url: officeURL, poke: make(chan string, 16)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", w.log)
		}
	})
	return w
}

func (w *world) faults(f func(*simulator.Faults)) { w.sim.SetFaults(f) }

// answer has Hover answer requests of a path with a status, for good.
func (w *world) answer(path string, status int) {
	w.faults(func(f *simulator.Faults) {
		f.Answers = append(f.Answers, simulator.Answer{Path: path, Status: status, Count: simulator.Always})
	})
}

// answersAsUsual takes all of that back.
func (w *world) answersAsUsual() { w.faults(func(f *simulator.Faults) { f.Answers = nil }) }

// fold is the engine's, unless the reader is to stand still: then it fails, and so
// does setting aside, so that nothing is read and all is tried again.
func (w *world) fold(tx *storage.Tx, e storage.Event) error {
	if w.held.Load() {
		return errHeld
	}
	if w.unfit != nil {
		if err := w.unfit(e); err != nil {
			return err
		}
	}
	w.foldedAt.Store(time.Now().UnixNano())
	w.folds.Add(1)
	return engine.Fold(tx, e)
}

func (w *world) setAside(tx *storage.Tx, e storage.Event, why error) error {
	if errors.Is(why, errHeld) {
		return why
	}
	return engine.SetAside(tx, e, why)
}

var errHeld = errors.New("the reader stands still")

// start opens the data directory and runs the engine.
func (w *world) start() {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if w.store, err = storage.Open(filepath.Join(w.dir, "dormer.db"), storage.Options{Fold: w.fold, SetAside: w.setAside, Now: w.now}); err != nil {
		w.t.Fatal(err)
	}
	base, err := url.Parse(hoverURL)
	if err != nil {
		w.t.Fatal(err)
	}
	records := engine.NewRecords(records.Options{
		Store: w.store, Secrets: w.secrets, Given: w.given, Now: w.now, Log: log, Dir: w.dir, Exists: w.exists,
		Presets: map[string]string{engine.KeyDownloadDir: filepath.Join(w.dir, "Documents")},
	})
	transport := &doctor.Witness{Next: w.road, Base: base, Met: &doctor.Answers{}, Now: w.now}
	w.budget = hoverapi.NewBudget(100, 20, time.Minute, time.Now)
	var e *engine.Engine
	w.tokens = hoverapi.NewTokens(hoverapi.TokenOptions{
		BaseURL: base, Transport: transport, Budget: w.budget, Now: w.now,
		Client: func() (string, string) {
			return records.Value(engine.KeyClientID), records.Value(engine.KeyClientSecret)
		},
		RedirectURL: func() string { return e.Redirect() },
		Load:        records.SignIn, Save: records.KeepSignIn, Writable: w.secrets.writable,
	})
	tokens := w.tokens
	api := hoverapi.New(hoverapi.Options{
		BaseURL: base, Transport: transport, Budget: w.budget, Tokens: tokens, Now: w.now, Log: log,
		ActingUser: func() hover.UserID { return hover.UserID(records.Value(engine.KeyActingUser)) },
	})
	open := w.wire.open
	if w.tunnel != nil {
		open = w.tunnel
	}
	e, err = engine.New(engine.Options{
		Version: w.version, Updates: w.updates, UpdatesDir: "/downloads",
		Records: records, Store: w.store, API: api, Tokens: tokens, Budget: w.budget, Witness: transport, HoverHost: "hover.example",
		OpenTunnel: open, TryTunnel: w.trial, Public: &http.Client{Transport: w.net}, Network: w.network,
		Notifier: w.desk, Somebody: w.desk.opened, Opener: w.hand, Show: w.show, BackupDir: w.backups, Now: w.now, Log: log,
		Verify: w.verify, Damaged: say.Words(w.damaged), Free: func(path string) (uint64, error) { return w.free(path) },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.e = e
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	var runErr error
	go func() {
		defer close(ended)
		runErr = e.Run(ctx)
	}()
	store := w.store
	abandoned := false
	w.abandon = func() error {
		abandoned = true
		w.stop()
		return runErr
	}
	w.stop = sync.OnceFunc(func() {
		cancel()
		<-ended
		if err := tokens.Close(context.Background()); err != nil {
			w.t.Errorf("closing the tokens: %v", err)
		}
		if err := store.Check(); err != nil && !errors.Is(err, storage.ErrClosed) && !abandoned {
			w.t.Errorf("the store is in disorder: %v", err)
		}
		if err := store.Close(); err != nil {
			w.t.Errorf("closing the store: %v", err)
		}
	})
	w.t.Cleanup(w.stop)
	synctest.Wait()
}

// restart is the computer's.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.start()
}

// ready starts, signs in and waits until webhooks arrive.
func (w *world) ready() {
	w.t.Helper()
	w.start()
	w.signIn()
	w.pass(2 * time.Second)
	if s := w.status(); s.State != engine.StateReady {
		w.t.Fatalf("not ready but %s: %+v", s.State, s)
	}
}

// signIn does what a person does in the browser.
func (w *world) signIn() {
	w.t.Helper()
	login, err := w.e.BeginLogin(w.t.Context())
	if err != nil {
		w.t.Fatalf("beginning the sign-in: %v", err)
	}
	if status := w.browse(login.URL); status != http.StatusOK {
		w.t.Fatalf("the browser ended with %d", status)
	}
	if err := w.e.WaitLogin(w.t.Context(), login.ID); err != nil {
		w.t.Fatalf("waiting for the sign-in: %v", err)
	}
}

// browse opens an address and follows where it leads.
func (w *world) browse(address string) (status int) {
	w.t.Helper()
	res, err := (&http.Client{Transport: w.net}).Get(address)
	if err != nil {
		w.t.Fatalf("browsing: %v", err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// pass lets time pass, and what it brings come to rest.
func (w *world) pass(d time.Duration) {
	synctest.Wait()
	time.Sleep(d) // sleep: the bubble's clock
	synctest.Wait()
}

func (w *world) status() engine.Status {
	w.t.Helper()
	s, err := w.e.Status(w.t.Context())
	if err != nil {
		w.t.Fatalf("status: %v", err)
	}
	return s
}

func (w *world) lamp(name string) engine.Lamp {
	w.t.Helper()
	for _, l := range w.status().Lamps {
		if l.Name == name {
			return l
		}
	}
	w.t.Fatalf("no lamp %q", name)
	return engine.Lamp{}
}

func (w *world) job(id hover.JobID) engine.JobView {
	w.t.Helper()
	v, err := w.e.Job(w.t.Context(), id)
	if err != nil {
		w.t.Fatalf("job %s: %v", id, err)
	}
	return v
}

func (w *world) set(key, value string) {
	w.t.Helper()
	if err := w.e.Set(w.t.Context(), engine.Values{key: value}); err != nil {
		w.t.Fatalf("setting %s: %v", key, err)
	}
}

// row is one alert of the inbox, as it reads in English.
type row struct {
	engine.AlertView
	Title, Body string
}

// alerts gives the in-app inbox.
func (w *world) alerts() []row {
	w.t.Helper()
	var all []row
	for a, err := range w.e.Alerts(w.t.Context()) {
		if err != nil {
			w.t.Fatalf("alerts: %v", err)
		}
		all = append(all, row{a, a.Title.String(), a.Body.String()})
	}
	return all
}

// wantAlerts checks the kinds of the inbox's alerts, oldest first.
func (w *world) wantAlerts(kinds ...job.Outcome) {
	w.t.Helper()
	var got []job.Outcome
	for _, a := range w.alerts() {
		got = append(got, a.Kind)
	}
	if !slices.Equal(got, kinds) {
		w.t.Fatalf("the inbox holds %q, want %q: %+v", got, kinds, w.alerts())
	}
}

// wantShown checks the kinds of the notifications that were raised so far.
func (w *world) wantShown(kinds ...job.Outcome) {
	w.t.Helper()
	var got []job.Outcome
	for _, s := range w.desk.all() {
		got = append(got, s.Kind)
	}
	if !slices.Equal(got, kinds) {
		w.t.Fatalf("the desktop was shown %q, want %q: %+v", got, kinds, w.desk.all())
	}
}

func (w *world) events() []engine.EventView {
	w.t.Helper()
	var all []engine.EventView
	for e, err := range w.e.Events(w.t.Context(), engine.EventFilter{}) {
		if err != nil {
			w.t.Fatalf("events: %v", err)
		}
		all = append(all, e)
	}
	return all
}

// working adds a job that Hover works on, and lets the engine know it.
func (w *world) working(spec simulator.JobSpec) hover.JobID {
	w.t.Helper()
	if spec.State == "" {
		spec.State = hover.JobWorking
	}
	id := w.sim.AddJob(spec)
	if err := w.sim.SetJobState(id, spec.State); err != nil {
		w.t.Fatal(err)
	}
	w.pass(time.Second)
	return id
}

// complete has Hover finish a job and tell it.
func (w *world) complete(id hover.JobID) {
	w.t.Helper()
	if err := w.sim.CompleteJob(id); err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
}

// emit has Hover post a body as it never would by itself.
func (w *world) emit(body any, d simulator.Delivery) (status int) {
	w.t.Helper()
	status, err := w.sim.Emit(w.t.Context(), body, d)
	if err != nil {
		w.t.Fatalf("emitting: %v", err)
	}
	synctest.Wait()
	return status
}

// told is the body of a job's event.
func told(id hover.JobID, state hover.JobState) map[string]any {
	return map[string]any{"event": "job-state-changed-v2", "job_id": id.Wire(), "state": string(state)}
}

// asked counts Hover's requests of a method and a path.
func (w *world) asked(method, path string) (n int) {
	for _, r := range w.sim.Requests() {
		if r.Method == method && r.Path == path {
			n++
		}
	}
	return n
}

// internet leads a request to the host that it names.
type internet struct {
	mu    sync.Mutex
	hosts map[string]http.RoundTripper
	pings []time.Time // when a self-check was sent
	// pinged answers self-checks in the place of the address; nil does not.
	pinged http.RoundTripper
}

func (n *internet) put(host string, t http.RoundTripper) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if t == nil {
		delete(n.hosts, host)
		return
	}
	n.hosts[host] = t
}

func (n *internet) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	t := n.hosts[r.URL.Host]
	if r.Header.Get("Dormer-Ping") != "" {
		n.pings = append(n.pings, time.Now())
		if n.pinged != nil {
			t = n.pinged
		}
	}
	n.mu.Unlock()
	if t == nil {
		return nil, &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}
	}
	return t.RoundTrip(r)
}

// pingsMeet says what becomes of self-checks, while all else goes where it should;
// nil: they go there too.
func (n *internet) pingsMeet(t http.RoundTripper) {
	n.mu.Lock()
	n.pinged = t
	n.mu.Unlock()
}

// answers gives one and the same answer, or error.
type answers struct {
	status int
	header http.Header
	err    error
}

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if a.err != nil {
		return nil, a.err
	}
	h := a.header
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{StatusCode: a.status, Header: h, Body: http.NoBody, Request: r}, nil
}

// handled answers requests by a handler.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, in)
	res := rec.Result()
	res.Request = r
	return res, nil
}

// road leads to Hover, as long as there is one.
type road struct {
	next http.RoundTripper
	mu   sync.Mutex
	gone bool
	jam  bool // nothing comes back
}

func (r *road) cut(on bool) {
	r.mu.Lock()
	r.gone = on
	r.mu.Unlock()
}

func (r *road) hang(on bool) {
	r.mu.Lock()
	r.jam = on
	r.mu.Unlock()
}

// lead has it lead elsewhere.
func (r *road) lead(to http.RoundTripper) {
	r.mu.Lock()
	r.next = to
	r.mu.Unlock()
}

func (r *road) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	gone, jam, next := r.gone, r.jam, r.next
	r.mu.Unlock()
	switch {
	case gone:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ENETUNREACH}
	case jam:
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	return next.RoundTrip(req)
}

// wire is a tunnel whose far end is the world's internet.
type wire struct {
	net  *internet
	poke chan string
	// opening is called whenever a tunnel is to be opened; nil does nothing.
	opening func()

	mu      sync.Mutex
	url     string
	kind    string // "ngrok" if empty
	down    bool
	black   bool // it says online and leads nowhere
	refused error
	renewed []string
	routes  []tunnel.Route
}

func (t *wire) open(routes []tunnel.Route) (tunnel.Tunnel, error) {
	if t.opening != nil {
		t.opening()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.routes = routes
	return t, t.refused
}

// become changes the wire and has it noticed.
func (t *wire) become(change func(t *wire)) {
	t.mu.Lock()
	change(t)
	t.mu.Unlock()
	t.poke <- "changed"
	synctest.Wait()
}

func (t *wire) Name() string { return cmp.Or(t.kind, "ngrok") }

func (t *wire) Run(ctx context.Context, h http.Handler, report func(tunnel.Status)) error {
	attempt, held := 0, ""
	for {
		t.mu.Lock()
		address, down, black := t.url, t.down, t.black
		t.mu.Unlock()
		host := address[len("https://"):]
		if down {
			attempt++
			report(tunnel.Status{State: tunnel.Reconnecting, URL: held, Since: time.Now(), Attempt: attempt, Err: &tunnel.Error{Op: "open", Says: say.Words("ngrok cannot be reached."), Do: say.Words("Check the internet connection.")}})
		} else {
			attempt, held = 0, address
			if !black {
				t.net.put(host, handled{h})
			}
			report(tunnel.Status{State: tunnel.Online, URL: address, Since: time.Now()})
		}
		select {
		case <-ctx.Done():
			t.net.put(host, nil)
			report(tunnel.Status{State: tunnel.Closed, URL: address, Since: time.Now()})
			return nil
		case <-t.poke:
			t.net.put(host, nil)
			if !down {
				report(tunnel.Status{State: tunnel.Reconnecting, URL: address, Since: time.Now()})
			}
		}
	}
}

func (t *wire) Renew(why string) {
	t.mu.Lock()
	t.renewed = append(t.renewed, why)
	t.down = t.down || t.black // the address turns out to be dead
	own := t.kind == "own"
	t.mu.Unlock()
	if own {
		return // there is nothing to make anew
	}
	select {
	case t.poke <- why:
	default:
	}
}

func (t *wire) renewals() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.renewed)
}

func (t *wire) Diagnose(context.Context) error { return nil }

// shown is one notification, as it reads in English, with the time at which it was
// raised.
type shown struct {
	tell.Notice
	Title, Body string
	at          time.Time
}

// desk is a desktop that takes notifications.
type desk struct {
	mu     sync.Mutex
	shown  []shown
	tried  []time.Time
	none   error             // why nobody takes them; nil: somebody does
	stuck  bool              // it does not answer
	look   func(tell.Notice) // sees each one as it is shown
	opened chan struct{}     // has a hint when somebody has come who takes them
}

func (d *desk) Show(ctx context.Context, n tell.Notice) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried = append(d.tried, time.Now())
	switch {
	case d.stuck:
		d.mu.Unlock()
		defer d.mu.Lock()
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		<-ctx.Done()
		return ctx.Err()
	case d.none != nil:
		return d.none
	}
	d.shown = append(d.shown, shown{n, n.Title.String(), n.Body.String(), time.Now()})
	if d.look != nil {
		d.look(n)
	}
	return nil
}

func (d *desk) all() []shown {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.shown)
}

// last gives the newest notification.
func (w *world) last() shown {
	w.t.Helper()
	all := w.desk.all()
	if len(all) == 0 {
		w.t.Fatal("nothing was shown")
	}
	return all[len(all)-1]
}

// hand opens files.
type hand struct {
	mu     sync.Mutex
	opened []string
	tied   error // why nothing can be opened

	printer  opener.Printed
	letter   opener.Letter // that was begun last
	attaches bool
}

func (h *hand) Open(_ context.Context, path string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tied != nil {
		return h.tied
	}
	h.opened = append(h.opened, path)
	return nil
}

func (h *hand) OpenURL(ctx context.Context, address string) error { return h.Open(ctx, address) }

func (h *hand) Reveal(ctx context.Context, path string) error { return h.Open(ctx, "shown "+path) }

func (h *hand) Print(ctx context.Context, path string) (opener.Printed, error) {
	return h.printer, h.Open(ctx, "printed "+path)
}

func (h *hand) Mail(ctx context.Context, l opener.Letter) (attached bool, err error) {
	err = h.Open(ctx, "mailed "+strings.Join(l.Attach, " "))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letter = l
	return h.attaches, err
}

// vault keeps secrets in memory, over restarts.
type vault struct {
	mu      sync.Mutex
	m       map[string]string
	state   secret.State
	changes chan struct{}
	slow    time.Duration // so long a secret takes to be written down
	refused map[string]error
}

func newVault(m map[string]string) *vault {
	return &vault{m: m, state: secret.State{Kind: secret.File}, changes: make(chan struct{}, 1)}
}

func (v *vault) Get(name string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.m[name]
	switch {
	case v.state.Waiting != nil:
		return "", errors.Join(secret.ErrUnread, v.state.Waiting)
	case !ok:
		return "", secret.ErrNotFound
	}
	return s, nil
}

func (v *vault) Set(_ context.Context, name, value string) error {
	time.Sleep(v.slow) // sleep: the bubble's clock
	if err := v.refused[name]; err != nil {
		return err
	}
	v.Keep(name, value)
	return nil
}

func (v *vault) Keep(name, value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.m[name] = value
	if value == "" {
		delete(v.m, name)
	}
}

func (v *vault) State() secret.State {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state
}

func (v *vault) Changes() <-chan struct{} { return v.changes }

func (v *vault) writable(context.Context) error { return v.State().Stuck }

// lock has nothing read yet, as when the keyring is locked at the start; nil
// unlocks it.
func (v *vault) lock(why error) { v.become(func(s *secret.State) { s.Waiting = why }) }

// become changes how the store is, and tells of it.
func (v *vault) become(change func(*secret.State)) {
	v.mu.Lock()
	change(&v.state)
	v.mu.Unlock()
	select {
	case v.changes <- struct{}{}:
	default:
	}
	synctest.Wait()
}

// tokens gives the sign-in that is kept.
func (v *vault) tokens() (s hoverapi.Saved) {
	v.mu.Lock()
	defer v.mu.Unlock()
	_ = json.Unmarshal([]byte(v.m[records.SecretTokens]), &s) // the zero one if there is none
	return s
}

// logbook is the log.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// drain reads a body to its end.
func drain(r *http.Response) string {
	defer func() { _ = r.Body.Close() }()
	b, _ := io.ReadAll(r.Body)
	return string(b)
}

// number reads an alert's id.
func number(t *testing.T, id string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// window opens a window, and gives what it is asked to show.
func (w *world) window() <-chan engine.ShowRequest {
	requests := make(chan engine.ShowRequest, 16)
	w.shows.Store(&requests)
	return requests
}

func (w *world) show(r engine.ShowRequest) bool {
	requests := w.shows.Load()
	if requests != nil {
		*requests <- r
	}
	return requests != nil
}
