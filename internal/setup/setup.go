package setup

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/opener"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/simulator"
	"dormer/storage"
	"dormer/tunnel"

	"github.com/adrg/xdg"
)

// Options are what New is given beside the Config.
type Options struct {
	Version string
	Log     *slog.Logger
	Getenv  func(string) string
	// Machine gives the system's id of this machine; nil asks the system.
	Machine func() string
	// Budget is what may be asked of Hover; nil stays within Hover's limits.
	Budget *hoverapi.Budget
}

// Dormer is everything that runs in one process, built and not yet running.
type Dormer struct {
	c       Config
	log     *slog.Logger
	store   *storage.Store
	engine  *engine.Engine
	tokens  *hoverapi.Tokens
	records *engine.Records
	secrets *secret.Vault
	notices *notices
	demo    *demonstration // nil without --demo
	show    atomic.Pointer[func(engine.ShowRequest)]

	installation string // its id
	machine      string // the mark of the machine that the data is on
	succeeded    bool   // Close has exchanged the data
}

// New locks the data directory, opens everything and builds the engine. The
// caller runs and closes it.
func New(ctx context.Context, c Config, o Options) (_ *Dormer, err error) {
	if err := makeDir(c); err != nil {
		return nil, err
	}
	d := &Dormer{c: c, log: o.Log}
	defer func() {
		if err != nil {
			_ = d.Close()
		}
	}()
	if c.Demo {
		if err := forgetDemo(c); err != nil {
			return nil, err
		}
		if err := makeDocuments(c); err != nil {
			return nil, err
		}
		if d.demo, err = startDemo(ctx, &c, o.Log); err != nil {
			return nil, err
		}
	}
	var damaged say.Text
	if d.store, damaged, err = openStore(ctx, c, o.Log); err != nil {
		return nil, err
	}
	if !damaged.IsZero() {
		o.Log.Error(damaged.String())
	}
	if err := engine.CheckStamp(d.store, c.hoverHost()); err != nil {
		return nil, err
	}
	if err := d.knowMachine(o); err != nil {
		return nil, err
	}
	if d.secrets, err = openSecrets(c, d.store, true); err != nil {
		return nil, err
	}
	if s := d.secrets.State(); !s.Note.IsZero() {
		o.Log.Warn(s.Note.String())
	} else if s.Waiting != nil {
		o.Log.Warn("the keyring is waited for", "why", s.Waiting)
	}
	if err := keepGiven(d.secrets, c, o.Getenv); err != nil {
		return nil, err
	}
	d.records = engine.NewRecords(records.Options{
		Store: d.store, Secrets: d.secrets, Given: c.given, GivenBy: c.givenBy, Presets: c.presets,
		Now: time.Now, Log: o.Log, Dir: c.DataDir,
		Autostart: c.autostart, Separator: c.separator,
	})
	c.followAutostart(d.records, o.Log)
	return d, d.build(c, o, damaged)
}

// build makes the engine and what it stands on.
func (d *Dormer) build(c Config, o Options, damaged say.Text) error {
	records := d.records
	allowance := o.Budget
	if allowance == nil {
		allowance = newBudget()
	}
	transport := &doctor.Witness{Next: hoverapi.NewTransport(), Base: c.HoverURL, Met: &doctor.Answers{}, Now: time.Now}
	var e *engine.Engine
	d.tokens = hoverapi.NewTokens(hoverapi.TokenOptions{
		BaseURL: c.HoverURL, Transport: transport, Budget: allowance, Version: o.Version, Now: time.Now,
		Client:      records.Client,
		RedirectURL: func() string { return e.Redirect() },
		Load:        records.SignIn, Save: records.KeepSignIn, Writable: d.secrets.Writable,
	})
	api := hoverapi.New(hoverapi.Options{
		BaseURL: c.HoverURL, Transport: transport, Budget: allowance, Tokens: d.tokens,
		Version: o.Version, Now: time.Now, Log: o.Log,
		ActingUser: func() hover.UserID { return hover.UserID(records.Value(engine.KeyActingUser)) },
	})
	reader := func() say.Reader { return e.Reader() }
	d.notices = newNotices(c, o.Log, reader, func(ctx context.Context, key, action string) {
		if err := e.ActOnNotice(ctx, key, action); err != nil {
			o.Log.Warn("the notification's button did not work", "error", err)
			d.Tell(err)
		}
	})
	around := c.around(o.Version, o.Getenv, records)
	around.Reach, around.Notifications = reachPatiently(api), d.notices.desktop.Available
	updates, err := newUpdates(c)
	if err != nil {
		return err
	}
	around.Updates = updates != nil
	records.Surround(around)
	e, err = engine.New(engine.Options{
		Updates: updates, UpdatesDir: xdg.UserDirs.Download,
		Version: o.Version, Demo: c.Demo, Records: records, Store: d.store, API: api, Tokens: d.tokens, Budget: allowance,
		Witness: transport, HoverHost: c.hoverHost(),
		Public: &http.Client{Transport: hoverapi.NewTransport()}, Network: network,
		OpenTunnel: func(routes []tunnel.Route) (tunnel.Tunnel, error) {
			return openTunnel(c, o.Log, o.Version, records, routes)
		},
		TryTunnel: tryTunnel(c, o.Log, o.Version),
		Notifier:  d.notices, Somebody: d.notices.desktop.Somebody(), Opener: opener.Opener{},
		Show: d.showWindow, Damaged: damaged, BackupDir: c.BackupDir(), Verify: c.verify,
		HookPath: readInstallation(c).HookPath, PID: os.Getpid(), Now: time.Now, Log: o.Log,
	})
	if err != nil {
		return err
	}
	d.engine = e
	id, err := d.store.InstallationID()
	if err != nil {
		return openError(c, err)
	}
	d.installation = id
	keepInstallation(c, installation{ID: id, HookPath: e.HookPath(), Machine: d.machine}, o.Log)
	return nil
}

// knowMachine looks whether the data folder has come from another machine.
func (d *Dormer) knowMachine(o Options) error {
	id, err := d.store.InstallationID()
	if err != nil {
		return openError(d.c, err)
	}
	ask := machineID
	if o.Machine != nil {
		ask = o.Machine
	}
	mark, beside := markOf(id, ask()), readInstallation(d.c).Machine
	d.machine = cmp.Or(mark, beside)
	moved, err := engine.KnowMachine(d.store, mark, beside)
	if moved {
		d.log.Warn("this data folder comes from another computer: " +
			"it gets a webhook of its own, and the other computer's is left alone")
	}
	return openError(d.c, err)
}

// hoverHost names the Hover that the data belongs to. A demo's changes its port
// with every start, and its data too.
func (c Config) hoverHost() string {
	if c.Demo {
		return "demo"
	}
	return c.HoverURL.Host
}

// Engine gives the façade.
func (d *Dormer) Engine() *engine.Engine { return d.engine }

// ShowBy says how the window is asked to show something; without it there is none.
func (d *Dormer) ShowBy(show func(engine.ShowRequest)) { d.show.Store(&show) }

func (d *Dormer) showWindow(r engine.ShowRequest) bool {
	show := d.show.Load()
	if show != nil {
		(*show)(r)
	}
	return show != nil
}

// Tell tells the person by a notification that something they asked for did not
// work. It does not wait.
func (d *Dormer) Tell(err error) {
	go func() { // bounded by the desktop, which is given little time
		ctx, cancel := context.WithTimeout(context.Background(), tellWithin)
		defer cancel()
		if e := d.notices.Show(ctx, engine.FailureNotice(err)); e != nil {
			d.log.Warn("nobody could be told", "of", err, "error", e)
		}
	}()
}

// tellWithin bounds how long the desktop may take to show that something failed.
const tellWithin = 10 * time.Second

// Run runs everything until ctx ends.
func (d *Dormer) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	if d.demo != nil {
		wg.Go(func() { d.demo.run(ctx, d.engine, d.log) })
	}
	return d.engine.Run(ctx)
}

// Close lets go of everything. If the data is to be another organisation's, it is
// exchanged then.
func (d *Dormer) Close() error {
	var errs []error
	if d.tokens != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		errs = append(errs, d.tokens.Close(ctx))
	}
	if d.notices != nil {
		errs = append(errs, d.notices.Close())
	}
	if d.demo != nil {
		errs = append(errs, d.demo.sim.Close())
	}
	if d.store != nil {
		errs = append(errs, d.store.Close())
	}
	if d.engine != nil && !d.succeeded {
		if s, ok := d.engine.Succession(); ok {
			d.succeeded = true
			errs = append(errs, d.succeed(s))
		}
	}
	if d.secrets != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		errs = append(errs, d.secrets.Close(ctx))
	}
	return errors.Join(errs...)
}

// givenSecrets are the variables of the environment that bring secrets, with
// the names under which those are kept.
var givenSecrets = map[string]string{
	"NGROK_AUTHTOKEN": engine.KeyNgrokToken, "DORMER_HOVER_CLIENT_ID": engine.KeyClientID,
	"DORMER_HOVER_CLIENT_SECRET": engine.KeyClientSecret,
}

// TakeSecrets takes the secrets out of this process's environment, so that no
// program that it starts inherits them, and gives a getenv that knows them
// still. (What the system shows of the environment that a process was started
// with, as in /proc/PID/environ, stays as it was.)
func TakeSecrets() (getenv func(string) string) {
	taken := map[string]string{}
	for name := range givenSecrets {
		taken[name] = os.Getenv(name)
		_ = os.Unsetenv(name) // fails for malformed names alone
	}
	return func(name string) string {
		if v, ok := taken[name]; ok {
			return v
		}
		return os.Getenv(name)
	}
}

// keepGiven takes the secrets into force that the environment gives: they win over
// stored ones, and are stored.
func keepGiven(s secret.Store, c Config, getenv func(string) string) error {
	if c.Demo {
		s.Keep(engine.KeyClientID, simulator.ClientID)
		s.Keep(engine.KeyClientSecret, simulator.ClientSecret)
		return nil
	}
	for env, key := range givenSecrets {
		v, err := records.CleanSecret(key, getenv(env))
		if err != nil {
			return engine.Usage(say.T("secret.odd", "key", env))
		}
		if v != "" {
			s.Keep(key, v)
			c.givenBy[key] = env
		}
	}
	return nil
}
