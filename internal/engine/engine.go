package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/inbox"
	"dormer/internal/say"
	"dormer/internal/subscription"
	"dormer/storage"
	"dormer/tunnel"
)

// Options are what an Engine is made of. All are needed unless they say so.
type Options struct {
	Version string
	Demo    bool
	Records *Records
	Store   *storage.Store

	API    *hoverapi.Client
	Tokens *hoverapi.Tokens
	Budget *hoverapi.Budget
	// Witness looks at what Hover answers, for the doctor: API and Tokens have been
	// given it as their transport. Optional.
	Witness *doctor.Witness
	// HoverHost is the host that the data belongs to, for the stamp.
	HoverHost string

	// OpenTunnel makes a tunnel by the settings in force; an error says what
	// is missing.
	OpenTunnel func(paths []tunnel.Route) (tunnel.Tunnel, error)
	// TryTunnel makes an ngrok tunnel with another token, to stand beside the one
	// that is open; nil where ngrok is not to be asked.
	TryTunnel func(token string) (tunnel.Tunnel, error)
	// Public is the client for the self-check through the public URL.
	Public *http.Client
	// Network gives a fingerprint of this computer's network; another one means
	// that connections may be dead. Optional.
	Network func() string

	// Updates knows what newer Dormers there are, and saves one in UpdatesDir; nil
	// where this build cannot.
	Updates    Updater
	UpdatesDir string

	Notifier Notifier
	// Somebody gives a hint whenever there may be somebody who takes the
	// notifications that nobody took before. Optional.
	Somebody <-chan struct{}
	Opener   Opener
	// Show has the window show something, and does not wait; false where there is
	// none, and a job's folder is opened instead. nil is never one.
	Show func(ShowRequest) bool
	// BackupDir takes the daily backups; empty makes none.
	BackupDir string
	// Verify says whether a database is good, as storage.Verify does; nil takes
	// backups for good.
	Verify func(ctx context.Context, path string) error
	// HookPath is the webhook's secret path for a database that knows none yet;
	// empty has one made.
	HookPath string
	// Damaged says that a damaged database was set aside; empty if not.
	Damaged say.Text
	PID     int
	// Free gives the bytes that may still be written where a path is; nil asks
	// the system.
	Free func(path string) (uint64, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// Engine runs the product. It implements [Desk].
type Engine struct {
	*Records
	o Options

	inbox  *inbox.Inbox
	sub    *subscription.Subscription
	pinger *tunnel.Pinger
	path   string // the webhook's secret path
	owner  string // marks our unfinished downloads, which lie among other people's

	watchers watchers
	link     link
	login    logins
	catch    catchUps
	gate     gate
	signs    signs
	hover    hoverAnswer
	askClock chan struct{} // others' clocks are to be asked
	speech   speech
	burst    burst
	teller   teller
	savings  chan struct{} // has an element for each file that is being saved
	sweeping atomic.Bool
	room     room
	copies   copies
	contact  contact
	homes    homes

	folded    chan struct{} // closed when all is read that was stored before the start
	judging   chan struct{} // there may be something to judge again
	workKick  chan struct{}
	alertKick chan struct{}
	flight    flight
	cache     *cache
	drawing   sync.Mutex // held by whoever decodes a picture
	lacking   lacks      // what Hover did not have
	storeErr  storeHealth
	backedUp  storeHealth // how the last backup ended
	ready     readiness
	started   atomic.Pointer[time.Time] // when Run began; nil before
}

var _ Desk = (*Engine)(nil)

// New makes an engine; Run starts it.
func New(o Options) (*Engine, error) {
	if o.Free == nil {
		o.Free = doctor.Free
	}
	e := &Engine{
		Records: o.Records, o: o, pinger: tunnel.NewPinger(),
		folded: make(chan struct{}), judging: make(chan struct{}, 1), workKick: make(chan struct{}, 1), alertKick: make(chan struct{}, 1),
		askClock: make(chan struct{}, 1), savings: make(chan struct{}, folderQuestions),
		cache: newCache(filepath.Join(o.Records.dir, "cache", "hover"), o.Now),
	}
	e.link.init()
	e.catch.init()
	e.login.init()
	e.room.init()
	e.teller.init()
	o.API.Answered(e.answered)
	if err := e.rememberSigns(); err != nil {
		return nil, err
	}
	var err error
	if e.path, err = e.hookPath(); err != nil {
		return nil, err
	}
	if e.owner, err = e.store.InstallationID(); err != nil {
		return nil, err
	}
	e.owner = digest(e.owner)[:8]
	if err := e.rememberContact(); err != nil {
		return nil, err
	}
	e.sub, err = subscription.New(subscription.Options{
		API: o.API, Book: book{e.store}, Secrets: e.secrets, Path: e.path, Changed: e.subscriptionChanged,
		Gone: func(err error) bool { return hoverapi.KindOf(err) == hoverapi.NotFound }, Log: e.log,
	})
	if err != nil {
		return nil, err
	}
	e.inbox = inbox.New(inbox.Options{
		Path: e.path, URL: e.hookURL, Keep: keeper{e}, Trust: trust{e}, Now: e.now, Log: e.log,
	})
	return e, nil
}

// began gives when Run began; zero before.
func (e *Engine) began() time.Time {
	if at := e.started.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// Run runs everything until ctx ends, and returns when all of it has stopped. It
// ends by itself, with an error, when the database turns out to be damaged.
func (e *Engine) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e.keyring.was = e.secrets.State()
	if err := e.admitKept(); err != nil {
		return err
	}
	if err := e.cache.sweep(); err != nil {
		e.log.Warn("unfinished files in the cache could not be cleared away", "error", err)
	}
	began := e.now()
	e.started.Store(&began)
	e.gate.hold()
	var wg sync.WaitGroup
	for _, run := range []func(context.Context){
		e.runReader, e.sub.Run, e.runTunnel, e.runSelfCheck, e.runAskClock, e.runWork, e.runAlerts, e.runTell, e.runCatchUp, e.runClock, e.runRedirect, e.runRoom, e.runSecrets, e.runContact, e.runUpdates, e.watchers.run,
	} {
		wg.Go(func() { run(ctx) })
	}
	var err error
	select {
	case <-ctx.Done():
	case <-e.login.anew:
		err = e.leaving()
		e.log.Warn(err.Error())
		stop()
	case <-e.store.Damaged():
		err = e.broken(e.store.Damage())
		e.log.Error(err.Error())
		stop()
	}
	wg.Wait()
	return err
}

// hookPath gives this installation's secret path, made once and kept.
func (e *Engine) hookPath() (string, error) {
	var path string
	err := e.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docHookPath, &path)
		return err
	})
	if err != nil || path != "" {
		return path, err
	}
	path = cmp.Or(e.o.HookPath, newHookPath())
	return path, e.store.Update(context.Background(), func(tx *storage.Tx) error { return tx.PutDoc(docHookPath, path) })
}

// newHookPath makes a secret path for the webhook.
func newHookPath() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return "/hover/" + hex.EncodeToString(b[:])
}

// HookPath gives the webhook's secret path.
func (e *Engine) HookPath() string { return e.path }

// The small documents that the engine keeps in the store.
const (
	docHookPath = "hook-path"
	docWebhooks = "webhooks"
	docCursor   = "catch-up"
	docImport   = "import"
	docStamp    = "stamp"
	docRequests = "tunnel-requests"
	docFolders  = "download-folders"
	docTray     = "told-tray"
)

// stamp says whose data the database holds.
type stamp struct {
	Host string      `json:"host"`
	Org  hover.OrgID `json:"org"`
}

// CheckStamp refuses a database that belongs to another Hover.
func CheckStamp(store *storage.Store, host string) error {
	var s stamp
	err := store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docStamp, &s)
		return err
	})
	if err != nil || s.Host == "" || s.Host == host {
		return err
	}
	return &say.Error{
		What: say.T("data.other_host", "host", s.Host), Err: say.Because("data.other_host.why", "host", host),
		Do: say.T("data.other_host.do"),
	}
}

// book keeps the subscription's webhooks in the store.
type book struct{ store *storage.Store }

func (b book) LoadWebhooks() (list []subscription.Owned, err error) {
	err = b.store.View(func(tx *storage.Tx) error {
		_, err := tx.Doc(docWebhooks, &list)
		return err
	})
	return list, err
}

func (b book) SaveWebhooks(list []subscription.Owned) error {
	return b.store.Update(context.Background(), func(tx *storage.Tx) error { return tx.PutDoc(docWebhooks, list) })
}

// kick wakes a loop that has one in its channel at most.
func kick(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// changed tells everybody who watches, and the workers, that the store has
// something new.
func (e *Engine) changed() {
	kick(e.workKick)
	kick(e.alertKick)
	e.watchers.changed()
}
