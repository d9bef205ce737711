package engine

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/subscription"
	"dormer/storage"
)

// Finding is one thing that the doctor looked at.
type Finding = doctor.Finding

// Document is one file of the diagnostics.
type Document = doctor.Document

// Surroundings are what the doctor looks at beside the data directory. What is
// not given is not looked at.
type Surroundings struct {
	Version   string
	Go        string // that it was built with
	LogFile   string
	Home      string // of this user; its name is not told
	HoverHost string
	Getenv    func(string) string

	// Network is the way to what Destinations gives.
	Network      doctor.Network
	Destinations func() []doctor.Destination
	// Reach asks Hover whether it is there, and how far ahead its clock is.
	Reach func(ctx context.Context) (skew time.Duration, err error)
	// Diagnose tries the way to the tunnel's server; of a running engine its own
	// tunnel does.
	Diagnose func(ctx context.Context) error
	// Notifications tells which service shows notifications.
	Notifications func(ctx context.Context) (server string, can []string, err error)
	// Tray says whether the desktop has a tray; an error, that there is none.
	Tray func(ctx context.Context) (there bool, err error)
	// Updates says that this build can find out whether there is a newer Dormer.
	Updates bool
	// Verify reads the closed database to its end; a running one is checked as
	// it stands.
	Verify func(ctx context.Context) error
	// Broken is why the data directory cannot be read.
	Broken error
}

// Surround tells the records what is around them. It is called before they are
// used.
func (r *Records) Surround(s Surroundings) { r.around = s }

// looks are what is looked at in one way on a running engine and in another on
// a closed data directory; nil is not looked at.
type looks struct {
	running, account, tunnel, address, signature, database, redirect func(context.Context) []Finding
}

// Doctor looks at a closed data directory and at what is around it.
func (r *Records) Doctor(ctx context.Context) ([]Finding, error) {
	l := looks{running: r.lookClosed}
	if r.store != nil {
		l.account, l.signature, l.database = r.lookKept, r.lookPinned, r.lookVerified
	}
	if r.around.Diagnose != nil {
		l.tunnel = func(ctx context.Context) []Finding { return r.lookTunnel(r.around.Diagnose(ctx)) }
	}
	return r.examine(ctx, l)
}

// examine runs all probes. Their order is that of the way of an event.
func (r *Records) examine(ctx context.Context, l looks) ([]Finding, error) {
	a := r.around
	var probes []doctor.Probe
	add := func(name string, look func(context.Context) []Finding) {
		if look != nil {
			probes = append(probes, doctor.Probe{Name: name, Look: look})
		}
	}
	add("running", l.running)
	if a.Destinations != nil {
		n := a.Network
		n.Destinations = a.Destinations()
		probes = append(probes, n.DNS(), n.Through())
	}
	if a.Getenv != nil && a.Destinations != nil {
		probes = append(probes, doctor.Certificates(a.Getenv))
	}
	if a.Go != "" {
		probes = append(probes, doctor.Trust(a.Go))
	}
	if a.Reach != nil {
		add("hover", r.lookHover)
	}
	add("sign-in", l.account)
	add("tunnel", l.tunnel)
	add("address", l.address)
	add("signature", l.signature)
	add("database", l.database)
	probes = append(probes, doctor.Space("disk", r.dir, doctor.Free))
	if dir := r.Value(KeyDownloadDir); dir != "" {
		probes = append(probes, doctor.Space("downloads", dir, doctor.Free))
	}
	probes = append(probes, doctor.Privacy(r.dir))
	if r.secrets != nil {
		probes = append(probes, doctor.Keyring(r.secrets))
	}
	if a.Notifications != nil {
		probes = append(probes, doctor.Notifications(a.Notifications))
	}
	if a.Tray != nil {
		probes = append(probes, doctor.Tray(a.Tray))
	}
	if r.store != nil && a.Updates {
		add("updates", r.lookUpdates)
	}
	if r.store != nil {
		add("work", r.lookWork)
		add("traffic", r.lookTraffic)
		add("replies", r.lookContact)
	}
	add("traffic/redirect", l.redirect)
	found := doctor.Run(ctx, probes)
	return found, ctx.Err()
}

func found(name string, state Colour, says, do say.Text) []Finding {
	return []Finding{{Name: name, State: state, Says: says, Do: do}}
}

// lookClosed says that nothing runs, and why the data cannot be read.
func (r *Records) lookClosed(context.Context) []Finding {
	switch {
	case r.around.Broken != nil:
		says, do := tunnelSays(r.around.Broken)
		return found("running", Red, says, do)
	case r.store == nil:
		return found("running", Amber, say.T("doctor.running.nothing", "dir", r.dir), say.T("doctor.running.nothing.do"))
	}
	return found("running", Amber, say.T("doctor.running.not"), say.T("doctor.running.not.do"))
}

// clockOff is how wrong this computer's clock may be before it is told.
const clockOff = 2 * time.Minute

// lookHover asks Hover's front page, and compares clocks.
func (r *Records) lookHover(ctx context.Context) []Finding {
	host := r.around.HoverHost
	skew, err := r.around.Reach(ctx)
	switch hoverapi.KindOf(err) {
	case hoverapi.RateLimited:
		return found("hover", Amber, say.T("hover.pause"), say.T("do.nothing_goes_on"))
	case hoverapi.Server:
		return found("hover", Amber, say.T("doctor.hover.trouble", "host", host, "why", err), say.T("do.nothing_try_later"))
	}
	if err != nil {
		return found("hover", Red, say.T("doctor.hover.not_reached", "host", host, "why", err),
			say.T("doctor.hover.not_reached.do"))
	}
	all := found("hover", Green, say.T("doctor.hover.good", "host", host), say.Text{})
	switch {
	case skew.Abs() < clockOff:
		return append(all, found("clock", Green, say.T("doctor.clock.good"), say.Text{})...)
	case skew > 0:
		return append(all, found("clock", Amber, say.T("doctor.clock.behind", "span", skew.Round(time.Second)), say.T("do.set_clock"))...)
	}
	return append(all, found("clock", Amber, say.T("doctor.clock.ahead", "span", -skew.Round(time.Second)), say.T("do.set_clock"))...)
}

// lookKept says what is known of the account while nothing runs. The tokens are
// not tried: a refresh token is spent by use.
func (r *Records) lookKept(context.Context) []Finding {
	signIn := found("sign-in", Green, say.T("doctor.signin.kept"), say.Text{})
	_, err := r.secrets.Get(SecretTokens)
	switch {
	case r.Value(KeyClientID) == "" || r.Value(KeyClientSecret) == "":
		signIn = found("sign-in", Red, say.T("lamp.hover.no_client"), say.T("lamp.hover.no_client.do"))
	case errors.Is(err, secret.ErrNotFound):
		signIn = found("sign-in", Red, say.T("lamp.hover.signed_out"), say.T("doctor.signin.start"))
	case err != nil:
		signIn = found("sign-in", Red, say.T("doctor.signin.not_read", "why", err), say.T("do.unlock_or_file"))
	}
	w, ok := r.lastWebhook()
	switch {
	case !ok:
		return append(signIn, found("webhook", Amber, say.T("lamp.webhook.none"), say.T("doctor.webhook.none.do"))...)
	case w.LastError != "":
		return append(signIn, found("webhook", Amber, say.T("lamp.webhook.last_error", "why", w.LastError), say.T("doctor.webhook.last_error.do"))...)
	case w.VerifiedAt.IsZero():
		return append(signIn, found("webhook", Amber, say.T("doctor.webhook.not_verified"), say.T("doctor.webhook.not_verified.do"))...)
	}
	return append(signIn, found("webhook", Green, say.T("doctor.webhook.was_verified", "id", w.ID, "at", w.VerifiedAt), say.Text{})...)
}

// lastWebhook gives our webhook as it was last known.
func (r *Records) lastWebhook() (subscription.Owned, bool) {
	list, err := book{r.store}.LoadWebhooks()
	if err != nil || len(list) == 0 {
		return subscription.Owned{}, false
	}
	return list[len(list)-1], true
}

// lookTunnel puts into words how the way to the tunnel's server is.
func (r *Records) lookTunnel(err error) []Finding {
	if err != nil {
		says, do := tunnelSays(err)
		return []Finding{{Name: "tunnel", State: Red, Says: says, Do: do}}
	}
	if r.Value(KeyTunnel) == "own" {
		return found("tunnel", Green, say.T("doctor.tunnel.own", "address", r.Value(KeyListen)), say.Text{})
	}
	return found("tunnel", Green, say.T("doctor.tunnel.ngrok"), say.Text{})
}

func (r *Records) lookPinned(context.Context) []Finding {
	w, _ := r.lastWebhook()
	return signatureFound(Lamp{State: Green, Says: say.T("lamp.signatures.none")}, w.Pinned)
}

// signatureFound tells by which reading signatures are checked.
func signatureFound(l Lamp, pinned string) []Finding {
	says := l.Says
	if reading, err := hover.ParseReading(pinned); err == nil && pinned != "" {
		if l.State == Green {
			says = say.T("lamp.signatures.good")
		}
		says = say.T("error.what_why", "what", says, "why", doctor.Reading(reading))
	}
	return found("signature", l.State, says, l.Do)
}

// maxChecked is the largest database that is read to its end here; it takes a
// few seconds, during which nothing can be stored.
const maxChecked = 256 << 20

// tooLarge says so of a database that is larger.
func (r *Records) tooLarge() []Finding {
	if info, err := os.Stat(r.store.Path()); err == nil && info.Size() > maxChecked {
		return found("database", Green, say.T("doctor.database.large"), say.Text{})
	}
	return nil
}

func (r *Records) lookVerified(ctx context.Context) []Finding {
	if all := r.tooLarge(); all != nil {
		return all
	}
	err := r.store.Check
	if verify := r.around.Verify; verify != nil {
		err = func() error { return verify(ctx) }
	}
	return databaseFound(err())
}

func databaseFound(err error) []Finding {
	switch {
	case errors.Is(err, storage.ErrDamaged):
		return found("database", Red, say.T("doctor.database.damaged", "why", err), say.T("doctor.database.damaged.do"))
	case err != nil:
		return found("database", Red, say.T("doctor.database.not_checked", "why", err), say.T("do.check_disk"))
	}
	return found("database", Green, say.T("doctor.database.good"), say.Text{})
}

func (r *Records) lookWork(context.Context) []Finding {
	var pending, dead int
	err := r.read(func(tx *storage.Tx) (err error) {
		pending, dead, err = tx.WorkCounts()
		return err
	})
	switch {
	case err != nil:
		return found("work", Red, say.T("doctor.work.not_read", "why", err), say.T("doctor.work.not_read.do"))
	case dead > 0:
		return found("work", Amber, say.T("doctor.work.dead", "dead", dead, "n", pending), say.T("doctor.work.dead.do"))
	}
	return found("work", Green, say.T("doctor.work.good", "n", pending), say.Text{})
}

func (r *Records) lookTraffic(ctx context.Context) []Finding {
	t, _, err := r.traffic(ctx)
	if err != nil {
		return found("traffic", Amber, say.T("doctor.traffic.not_read", "why", err), say.T("doctor.work.not_read.do"))
	}
	return t.Findings()
}

// The traffic is read from the newest events, a page at a time.
const (
	trafficEvents = 5000
	trafficPage   = 250
)

// traffic reads the newest events, oldest first, and says how many.
func (r *Records) traffic(ctx context.Context) (t *doctor.Traffic, n int, err error) {
	t = &doctor.Traffic{}
	var after uint64
	r.come(ctx)
	err = r.read(func(tx *storage.Tx) error {
		if last := tx.LastSeq(); last > trafficEvents {
			after = last - trafficEvents
		}
		return nil
	})
	for more := true; more && err == nil; err = errors.Join(err, ctx.Err()) {
		more = false
		err = r.read(func(tx *storage.Tx) error {
			for e, err := range tx.Events(storage.EventQuery{After: after, Limit: trafficPage}) {
				if err != nil {
					return err
				}
				t.Add(doctor.Delivery{
					Name: e.Name, Job: e.Job, State: e.State, At: e.ReceivedAt, Verdict: e.Verdict, Reading: e.Reading,
					Duplicate: e.Duplicate, Verification: e.Verification, Header: e.Header, Body: e.Body,
				})
				after, more = e.Seq, true
				n++
			}
			return nil
		})
	}
	return t, n, err
}

// Doctor looks at every link of the chain, from the network to the desktop.
func (e *Engine) Doctor(ctx context.Context) ([]Finding, error) {
	s, err := e.Status(ctx)
	if err != nil {
		return nil, err
	}
	e.writeContact()
	return e.examine(ctx, looks{
		account:   func(ctx context.Context) []Finding { return e.lookAccount(ctx, s) },
		tunnel:    func(ctx context.Context) []Finding { return e.lookTunnel(e.diagnose(ctx)) },
		address:   e.lookAddress,
		signature: func(context.Context) []Finding { return signatureFound(s.lamp("signatures"), s.Webhook.Reading) },
		database:  func(context.Context) []Finding { return e.lookStore() },
		redirect:  func(context.Context) []Finding { return e.lookRedirect(s.Hover) },
	})
}

func (s Status) lamp(name string) Lamp {
	return s.Lamps[slices.IndexFunc(s.Lamps, func(l Lamp) bool { return l.Name == name })]
}

func as(name string, l Lamp) []Finding {
	return found(name, l.State, l.Says, l.Do)
}

// diagnose tries the way to the tunnel's server, which disturbs no connection.
func (e *Engine) diagnose(ctx context.Context) error {
	e.link.mu.Lock()
	t := e.link.tunnel
	e.link.mu.Unlock()
	if t == nil {
		var err error
		if t, err = e.o.OpenTunnel(e.routes()); err != nil {
			return err
		}
	}
	return t.Diagnose(ctx)
}

// lookAccount asks Hover for our webhook: the answer proves the sign-in too.
func (e *Engine) lookAccount(ctx context.Context, s Status) []Finding {
	hook := e.sub.State()
	if !s.Hover.SignedIn {
		return append(as("sign-in", s.lamp("hover")), as("webhook", s.lamp("webhook"))...)
	}
	list, err := e.o.API.Webhooks(hoverapi.WithPerson(ctx))
	if err != nil {
		f := e.facts()
		f.Hover.CatchUp, f.Hover.LastGood = err, f.Now
		return append(as("sign-in", f.hoverLamp()), as("webhook", s.lamp("webhook"))...)
	}
	signIn := found("sign-in", Green, say.T("doctor.hover.signed_in"), say.Text{})
	i := slices.IndexFunc(list, func(w hover.Webhook) bool { return w.ID == hook.ID })
	if hook.ID == "" || i < 0 && !hook.Verified {
		return append(signIn, as("webhook", s.lamp("webhook"))...)
	}
	if i < 0 {
		e.sub.Check()
		return append(signIn, found("webhook", Red, say.T("doctor.webhook.gone", "id", hook.ID), say.T("doctor.webhook.gone.do"))...)
	}
	w := list[i]
	switch l := s.lamp("webhook"); {
	case l.State != Green:
		return append(signIn, as("webhook", l)...)
	case w.VerifiedAt.IsZero():
		return append(signIn, found("webhook", Amber, say.T("lamp.webhook.pending"), say.T("lamp.webhook.pending.do"))...)
	case w.LastError != "" && w.LastError != hook.LastError:
		e.sub.Check()
		return append(signIn, found("webhook", Amber, say.T("doctor.webhook.last_error", "id", w.ID, "at", w.VerifiedAt, "why", w.LastError), say.T("lamp.webhook.last_error.do"))...)
	case w.LastError != "":
		says := say.T("doctor.webhook.asked_since", "id", w.ID, "at", w.VerifiedAt, "why", w.LastError)
		return append(signIn, found("webhook", Green, says, say.Text{})...)
	}
	return append(signIn, found("webhook", Green, say.T("doctor.webhook.good", "id", w.ID, "at", w.VerifiedAt), say.Text{})...)
}

// lookAddress sends a self-check, where one may be sent, and tells what is known
// after it.
func (e *Engine) lookAddress(ctx context.Context) []Finding {
	_, _ = e.TestChain(ctx) // the lamp tells how it ended
	s, err := e.Status(ctx)
	if err != nil {
		return []Finding{{Name: "address", State: Red, Says: say.Of(err)}}
	}
	return as("address", s.lamp("tunnel"))
}

func (e *Engine) lookStore() []Finding {
	if l := storeLamp(cmp.Or(e.store.Damage(), e.storeErr.get()), e.o.Damaged); l.State != Green {
		return as("database", l)
	}
	if all := e.tooLarge(); all != nil {
		return all
	}
	return databaseFound(e.store.Check())
}

// lookRedirect tells whether Hover takes a redirect to this computer.
func (e *Engine) lookRedirect(h HoverStatus) []Finding {
	u, err := url.Parse(e.Value(KeyRedirectURL))
	if err != nil || u.Scheme != "http" || !h.SignedIn || Loopback(e.around.HoverHost) {
		return nil
	}
	return found("traffic/redirect", Green, say.T("doctor.pkce", "scheme", u.Scheme, "host", u.Host), say.Text{})
}
