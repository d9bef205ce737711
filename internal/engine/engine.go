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
	"dormer/internal/gallery"
	"dormer/internal/health"
	"dormer/internal/hoverapi"
	"dormer/internal/inbox"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/signin"
	"dormer/internal/subscription"
	"dormer/internal/tell"
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

	Notifier tell.Notifier
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
	o       Options
	store   *storage.Store
	secrets secret.Store
	folders *records.Folders
	now     func() time.Time
	log     *slog.Logger

	inbox *inbox.Inbox
	sub   *subscription.Subscription
	path  string // the webhook's secret path
	owner string // marks our unfinished downloads, which lie among other people's

	watchers watchers
	alerts   *tell.Alerts
	reach    *reach.Reach
	signin   *signin.SignIn
	signOuts signOuts
	catch    catchUps
	signs    signs
	hover    hoverAnswer
	savings  chan struct{} // has an element for each file that is being saved
	sweeping atomic.Bool
	space    *health.Space
	contact  *health.Contact
	copies   copies
	homes    homes

	next     atomic.Pointer[Succession] // what to begin anew with, once that is decided
	anew     chan struct{}              // closed then
	folded   chan struct{}              // closed when all is read that was stored before the start
	judging  chan struct{}              // there may be something to judge again
	workKick chan struct{}
	flight   flight
	early    early
	gallery  *gallery.Gallery
	storeErr storeHealth
	backedUp storeHealth // how the last backup ended
	ready    readiness
	keyring  secret.State              // as it was looked at last, by runSecrets
	started  atomic.Pointer[time.Time] // when Run began; nil before
}

var _ Desk = (*Engine)(nil)

// New makes an engine; Run starts it.
func New(o Options) (*Engine, error) {
	if o.Free == nil {
		o.Free = doctor.Free
	}
	e := &Engine{
		Records: o.Records, o: o, store: o.Store, secrets: o.Records.Secrets(), folders: o.Records.Folders(), now: o.Now,
		log: o.Log, folded: make(chan struct{}), judging: make(chan struct{}, 1), workKick: make(chan struct{}, 1),
		savings: make(chan struct{}, records.FolderQuestions), anew: make(chan struct{}),
	}
	e.catch.init()
	e.space = health.NewSpace()
	e.space.Folder = func() string { return e.Value(records.KeyDownloadDir) }
	e.space.Lamp, e.space.Changed = e.diskLamp, e.spaceChanged
	e.alerts = tell.New(tell.Options{
		Store: o.Store, Records: o.Records.Records, Files: e.filesTold, Holds: e.catch.holds, TakesLong: e.catch.takesLong,
		Notifier: o.Notifier, Somebody: o.Somebody, Changed: e.watchers.changed, Stored: e.stored, Now: o.Now, Log: o.Log,
	})
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
	e.owner = gallery.Digest(e.owner)[:8]
	e.gallery = gallery.New(filepath.Join(o.Records.Dir(), "cache", "hover"), e.owner, o.API)
	if e.contact, err = health.NewContact(e.store, e.secrets, o.Witness, e.path, e.log); err != nil {
		return nil, err
	}
	e.reach = reach.New(reach.Options{
		Value: e.Value, Store: e.store, Open: o.OpenTunnel, Try: o.TryTunnel, Public: o.Public, ClockAhead: o.API.ClockAhead,
		Path: e.path, Routes: e.routes(), Handler: e.public(), Up: e.subscribe, Changed: e.noteReady, Now: e.now, Log: e.log,
	})
	e.signin = e.newSignIn()
	e.sub, err = subscription.New(subscription.Options{
		API: o.API, Book: records.Webhooks{Store: e.store}, Secrets: e.secrets, Path: e.path, Changed: e.subscriptionChanged,
		Gone: func(err error) bool { return hoverapi.KindOf(err) == hoverapi.NotFound }, Log: e.log,
	})
	if err != nil {
		return nil, err
	}
	e.inbox = inbox.New(inbox.Options{
		Path: e.path, URL: e.reach.HookURL, Keep: keeper{e}, Trust: e.trust(), Now: e.now, Log: e.log,
	})
	return e, nil
}

// Run runs everything until ctx ends, and returns when all of it has stopped. It
// ends by itself, with an error, when the database turns out to be damaged.
func (e *Engine) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e.keyring = e.secrets.State()
	if err := e.signin.AdmitKept(); err != nil {
		return err
	}
	if err := e.gallery.Sweep(); err != nil {
		e.log.Warn("unfinished files in the cache could not be cleared away", "error", err)
	}
	began := e.now()
	e.started.Store(&began)
	e.alerts.Hold()
	var wg sync.WaitGroup
	for _, run := range []func(context.Context){
		e.runReader, e.sub.Run, e.reach.Run, e.runWork, e.alerts.Run, e.runCatchUp, e.runClock, e.signin.Run, e.space.Run,
		e.runSecrets, e.runPapersBefore, e.contact.Run, e.runUpdates, e.watchers.run,
	} {
		wg.Go(func() { run(ctx) })
	}
	var err error
	select {
	case <-ctx.Done():
	case <-e.anew:
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
		_, err := tx.Doc(records.DocHookPath, &path)
		return err
	})
	if err != nil || path != "" {
		return path, err
	}
	path = cmp.Or(e.o.HookPath, newHookPath())
	return path, e.store.Update(context.Background(),
		func(tx *storage.Tx) error { return tx.PutDoc(records.DocHookPath, path) })
}

// newHookPath makes a secret path for the webhook.
func newHookPath() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return "/hover/" + hex.EncodeToString(b[:])
}

// HookPath gives the webhook's secret path.
func (e *Engine) HookPath() string { return e.path }

// keeper stores deliveries for the inbox.
type keeper struct{ e *Engine }
