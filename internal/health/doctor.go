package health

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/subscription"
	"dormer/storage"
	"dormer/tunnel"
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

// Checkup is what can be asked of a data directory, running or closed: what it holds,
// and how it is.
type Checkup struct {
	*records.Records
	around Surroundings
}

// New makes one of what a data directory holds.
func New(r *records.Records) *Checkup { return &Checkup{Records: r} }

// Surround tells the records what is around them. It is called before they are
// used.
func (r *Checkup) Surround(s Surroundings) { r.around = s }

// Looks are what is looked at in one way on a running engine and in another on
// a closed data directory; nil is not looked at.
type Looks struct {
	running, Account, Tunnel, Address, Signature, Database, Redirect func(context.Context) []Finding
}

// Doctor looks at a closed data directory and at what is around it.
func (r *Checkup) Doctor(ctx context.Context) ([]Finding, error) {
	l := Looks{running: r.lookClosed}
	if r.Store() != nil {
		l.Account, l.Signature, l.Database = r.lookKept, r.lookPinned, r.lookVerified
	}
	if r.around.Diagnose != nil {
		l.Tunnel = func(ctx context.Context) []Finding { return r.LookTunnel(r.around.Diagnose(ctx)) }
	}
	return r.Examine(ctx, l)
}

// Examine runs all probes. Their order is that of the way of an event.
func (r *Checkup) Examine(ctx context.Context, l Looks) ([]Finding, error) {
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
	add("sign-in", l.Account)
	add("tunnel", l.Tunnel)
	add("address", l.Address)
	add("signature", l.Signature)
	add("database", l.Database)
	probes = append(probes, doctor.Space("disk", r.Dir(), doctor.Free))
	if dir := r.Value(records.KeyDownloadDir); dir != "" {
		probes = append(probes, doctor.Space("downloads", dir, doctor.Free))
	}
	probes = append(probes, doctor.Privacy(r.Dir()))
	if r.Secrets() != nil {
		probes = append(probes, doctor.Keyring(r.Secrets()))
	}
	if a.Notifications != nil {
		probes = append(probes, doctor.Notifications(a.Notifications))
	}
	if a.Tray != nil {
		probes = append(probes, doctor.Tray(a.Tray))
	}
	if r.Store() != nil && a.Updates {
		add("updates", r.lookUpdates)
	}
	if r.Store() != nil {
		add("work", r.lookWork)
		add("traffic", r.lookTraffic)
		add("replies", r.lookContact)
	}
	add("traffic/redirect", l.Redirect)
	found := doctor.Run(ctx, probes)
	return found, ctx.Err()
}

// Found gives one finding, as the list that a probe answers with.
func Found(name string, state Colour, says, do say.Text) []Finding {
	return []Finding{{Name: name, State: state, Says: says, Do: do}}
}

// lookClosed says that nothing runs, and why the data cannot be read.
func (r *Checkup) lookClosed(context.Context) []Finding {
	switch {
	case r.around.Broken != nil:
		says, do := tunnel.Words(r.around.Broken)
		return Found("running", Red, says, do)
	case r.Store() == nil:
		return Found("running", Amber, say.T("doctor.running.nothing", "dir", r.Dir()), say.T("doctor.running.nothing.do"))
	}
	return Found("running", Amber, say.T("doctor.running.not"), say.T("doctor.running.not.do"))
}

// clockOff is how wrong this computer's clock may be before it is told.
const clockOff = 2 * time.Minute

// lookHover asks Hover's front page, and compares clocks.
func (r *Checkup) lookHover(ctx context.Context) []Finding {
	host := r.around.HoverHost
	skew, err := r.around.Reach(ctx)
	switch hoverapi.KindOf(err) {
	case hoverapi.RateLimited:
		return Found("hover", Amber, say.T("hover.pause"), say.T("do.nothing_goes_on"))
	case hoverapi.Server:
		return Found("hover", Amber, say.T("doctor.hover.trouble", "host", host, "why", err), say.T("do.nothing_try_later"))
	}
	if err != nil {
		return Found("hover", Red, say.T("doctor.hover.not_reached", "host", host, "why", err),
			say.T("doctor.hover.not_reached.do"))
	}
	all := Found("hover", Green, say.T("doctor.hover.good", "host", host), say.Text{})
	switch {
	case skew.Abs() < clockOff:
		return append(all, Found("clock", Green, say.T("doctor.clock.good"), say.Text{})...)
	case skew > 0:
		return append(all, Found("clock", Amber, say.T("doctor.clock.behind", "span", skew.Round(time.Second)),
			say.T("do.set_clock"))...)
	}
	return append(all, Found("clock", Amber, say.T("doctor.clock.ahead", "span", -skew.Round(time.Second)),
		say.T("do.set_clock"))...)
}

// lookKept says what is known of the account while nothing runs. The tokens are
// not tried: a refresh token is spent by use.
func (r *Checkup) lookKept(context.Context) []Finding {
	signIn := Found("sign-in", Green, say.T("doctor.signin.kept"), say.Text{})
	_, err := r.Secrets().Get(records.SecretTokens)
	switch {
	case r.Value(records.KeyClientID) == "" || r.Value(records.KeyClientSecret) == "":
		signIn = Found("sign-in", Red, say.T("lamp.hover.no_client"), say.T("lamp.hover.no_client.do"))
	case errors.Is(err, secret.ErrNotFound):
		signIn = Found("sign-in", Red, say.T("lamp.hover.signed_out"), say.T("doctor.signin.start"))
	case err != nil:
		signIn = Found("sign-in", Red, say.T("doctor.signin.not_read", "why", err), say.T("do.unlock_or_file"))
	}
	w, ok := r.lastWebhook()
	switch {
	case !ok:
		return append(signIn, Found("webhook", Amber, say.T("lamp.webhook.none"), say.T("doctor.webhook.none.do"))...)
	case w.LastError != "":
		return append(signIn, Found("webhook", Amber, say.T("lamp.webhook.last_error", "why", w.LastError),
			say.T("doctor.webhook.last_error.do"))...)
	case w.VerifiedAt.IsZero():
		return append(signIn, Found("webhook", Amber, say.T("doctor.webhook.not_verified"),
			say.T("doctor.webhook.not_verified.do"))...)
	}
	return append(signIn, Found("webhook", Green, say.T("doctor.webhook.was_verified", "id", w.ID, "at", w.VerifiedAt),
		say.Text{})...)
}

// lastWebhook gives our webhook as it was last known.
func (r *Checkup) lastWebhook() (subscription.Owned, bool) {
	list, err := records.Webhooks{Store: r.Store()}.LoadWebhooks()
	if err != nil || len(list) == 0 {
		return subscription.Owned{}, false
	}
	return list[len(list)-1], true
}

// LookTunnel puts into words how the way to the tunnel's server is.
func (r *Checkup) LookTunnel(err error) []Finding {
	if err != nil {
		says, do := tunnel.Words(err)
		return []Finding{{Name: "tunnel", State: Red, Says: says, Do: do}}
	}
	if r.Value(records.KeyTunnel) == "own" {
		return Found("tunnel", Green, say.T("doctor.tunnel.own", "address", r.Value(records.KeyListen)), say.Text{})
	}
	return Found("tunnel", Green, say.T("doctor.tunnel.ngrok"), say.Text{})
}

func (r *Checkup) lookPinned(context.Context) []Finding {
	w, _ := r.lastWebhook()
	return SignatureFound(Lamp{State: Green, Says: say.T("lamp.signatures.none")}, w.Pinned)
}

// SignatureFound tells by which reading signatures are checked.
func SignatureFound(l Lamp, pinned string) []Finding {
	says := l.Says
	if reading, err := hover.ParseReading(pinned); err == nil && pinned != "" {
		if l.State == Green {
			says = say.T("lamp.signatures.good")
		}
		says = say.T("error.what_why", "what", says, "why", doctor.Reading(reading))
	}
	return Found("signature", l.State, says, l.Do)
}

// maxChecked is the largest database that is read to its end here; it takes a
// few seconds, during which nothing can be stored.
const maxChecked = 256 << 20

// TooLarge says so of a database that is larger.
func (r *Checkup) TooLarge() []Finding {
	if info, err := os.Stat(r.Store().Path()); err == nil && info.Size() > maxChecked {
		return Found("database", Green, say.T("doctor.database.large"), say.Text{})
	}
	return nil
}

func (r *Checkup) lookVerified(ctx context.Context) []Finding {
	if all := r.TooLarge(); all != nil {
		return all
	}
	err := r.Store().Check
	if verify := r.around.Verify; verify != nil {
		err = func() error { return verify(ctx) }
	}
	return DatabaseFound(err())
}

// DatabaseFound tells how the database was when it was read to its end.
func DatabaseFound(err error) []Finding {
	switch {
	case errors.Is(err, storage.ErrDamaged):
		return Found("database", Red, say.T("doctor.database.damaged", "why", err), say.T("doctor.database.damaged.do"))
	case err != nil:
		return Found("database", Red, say.T("doctor.database.not_checked", "why", err), say.T("do.check_disk"))
	}
	return Found("database", Green, say.T("doctor.database.good"), say.Text{})
}

func (r *Checkup) lookWork(context.Context) []Finding {
	var pending, dead int
	err := r.Read(func(tx *storage.Tx) (err error) {
		pending, dead, err = tx.WorkCounts()
		return err
	})
	switch {
	case err != nil:
		return Found("work", Red, say.T("doctor.work.not_read", "why", err), say.T("doctor.work.not_read.do"))
	case dead > 0:
		return Found("work", Amber, say.T("doctor.work.dead", "dead", dead, "n", pending), say.T("doctor.work.dead.do"))
	}
	return Found("work", Green, say.T("doctor.work.good", "n", pending), say.Text{})
}

func (r *Checkup) lookTraffic(ctx context.Context) []Finding {
	t, _, err := r.traffic(ctx)
	if err != nil {
		return Found("traffic", Amber, say.T("doctor.traffic.not_read", "why", err), say.T("doctor.work.not_read.do"))
	}
	return t.Findings()
}

// The traffic is read from the newest events, a page at a time.
const (
	trafficEvents = 5000
	trafficPage   = 250
)

// traffic reads the newest events, oldest first, and says how many.
func (r *Checkup) traffic(ctx context.Context) (t *doctor.Traffic, n int, err error) {
	t = &doctor.Traffic{}
	var after uint64
	r.Come(ctx)
	err = r.Read(func(tx *storage.Tx) error {
		if last := tx.LastSeq(); last > trafficEvents {
			after = last - trafficEvents
		}
		return nil
	})
	for more := true; more && err == nil; err = errors.Join(err, ctx.Err()) {
		more = false
		err = r.Read(func(tx *storage.Tx) error {
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

// lookUpdates is the doctor's look at it.
func (r *Checkup) lookUpdates(context.Context) []Finding {
	if r.Value(records.KeyUpdates) != "true" {
		return Found("updates", Green, say.T("doctor.updates.off"), say.Text{})
	}
	h, err := r.HeardOfUpdates()
	u := r.Newer(r.around.Version)
	switch {
	case err != nil:
		return Found("updates", Amber, say.Of(err), say.Text{})
	case !h.Refused.IsZero():
		return Found("updates", Amber, say.T("doctor.updates.refused", "why", h.Refused), say.T("doctor.updates.refused.do"))
	case u.Version != "":
		return Found("updates", Amber, u.Says, u.Do)
	case h.TakenAt.IsZero():
		return Found("updates", Green, say.T("doctor.updates.not_yet"), say.Text{})
	case !r.Now().Before(h.Known.Expires):
		return Found("updates", Amber, say.T("doctor.updates.refused", "why", say.T("update.stale")),
			say.T("doctor.updates.refused.do"))
	}
	return Found("updates", Green, say.T("doctor.updates.good", "version", r.around.Version, "at", h.TakenAt), say.Text{})
}

// Lamp gives the lamp of that name, which is one of the five.
func (s Status) Lamp(name string) Lamp {
	return s.Lamps[slices.IndexFunc(s.Lamps, func(l Lamp) bool { return l.Name == name })]
}

// As gives a lamp as the finding of that name.
func As(name string, l Lamp) []Finding {
	return Found(name, l.State, l.Says, l.Do)
}

// LookRedirect tells whether Hover takes a redirect to this computer.
func (r *Checkup) LookRedirect(signedIn bool) []Finding {
	u, err := url.Parse(r.Value(records.KeyRedirectURL))
	if err != nil || u.Scheme != "http" || !signedIn || records.Loopback(r.around.HoverHost) {
		return nil
	}
	return Found("traffic/redirect", Green, say.T("doctor.pkce", "scheme", u.Scheme, "host", u.Host), say.Text{})
}
