package health

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/netfault"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/storage"
	"dormer/tunnel"
)

// Health tells the facts: the state, and a lamp for each part of the chain.
func (f Facts) Health() Health {
	return Health{
		State: f.state(),
		Lamps: []Lamp{f.tunnelLamp(), f.HoverLamp(), f.webhookLamp(), f.signatureLamp(), f.diskLamp()},
	}
}

// Headline says in a sentence how news get here, and how good that is. It never
// promises more than the lamps do.
func (s Status) Headline() (says say.Text, tone Colour) {
	switch s.State {
	case StateReady:
		if l, ok := s.red(); ok {
			return say.T("health.ready_but", "why", l.Says), Red
		}
		return say.T("health.ready"), Green
	case StateSetup:
		return say.T("health.setup"), Amber
	case StateStarting:
		return say.T("health.starting"), Amber
	case StateOffline:
		return say.T("health.offline"), Amber
	}
	_, blind := s.red("hover")
	if s.CatchUp.Error.IsZero() && !s.CatchUp.LastRun.IsZero() && !blind {
		return say.T("health.degraded"), Amber
	}
	return say.T("health.degraded_blind"), Red
}

// Trouble is what a person has to do something about while it lasts: zero if
// nothing. What is wrong with the tunnel and the webhook mends itself, or is told of
// by the headline.
func (s Status) Trouble() say.Text {
	l, _ := s.red("hover", "disk")
	return l.Says
}

// red gives the last red lamp, of those with these names if there are any.
func (s Status) red(names ...string) (Lamp, bool) {
	for _, l := range slices.Backward(s.Lamps) {
		if l.State == Red && (len(names) == 0 || slices.Contains(names, l.Name)) {
			return l, true
		}
	}
	return Lamp{}, false
}

func (f Facts) state() State {
	err := f.HoverErr()
	switch {
	case f.Receiving():
		return StateReady
	case f.Secrets.Waiting != nil: // what is set up is not known yet
		return StateDegraded
	case !f.Admitted: // whose sign-in is kept is about to be known
		return StateStarting
	case f.NoClient, f.NoToken, !f.Hover.SignedIn && hoverapi.KindOf(err) != hoverapi.SignInAgain:
		return StateSetup
	case f.Store != nil:
		return StateDegraded
	case f.Hover.LastGood.IsZero() && err == nil:
		return StateStarting
	case f.Tunnel.Attempt <= 1 && f.TunnelErr() == nil && err == nil && f.Hook.LastError == "" &&
		f.Now.Sub(f.Started) < time.Minute:
		return StateStarting
	case err != nil && f.Tunnel.State != tunnel.Online:
		return StateOffline
	}
	return StateDegraded
}

func (f Facts) tunnelLamp() Lamp {
	t := f.Tunnel
	l := Lamp{Name: "tunnel", State: Green, Says: say.T("lamp.tunnel.good", "url", t.URL)}
	good := t.State == tunnel.Online && t.Proven
	switch err := f.TunnelErr(); {
	case err != nil:
		l.State = Red
		l.Says, l.Do = f.Says(err)
		if e, ok := errors.AsType[*tunnel.Error](err); ok && e.Fatal {
			l.Do = f.given(l.Do, records.KeyTunnel, records.KeyNgrokToken, records.KeyPublicURL, records.KeyListen)
		}
		if t.State == tunnel.Reconnecting {
			l.Says = say.T("lamp.tunnel.again", "why", l.Says)
		}
	case good && t.Unheard != nil:
		why, do := f.Says(t.Unheard)
		l.State, l.Says, l.Do = Amber, say.T("lamp.tunnel.unchecked", "why", why), do
	case good && t.PolicyDropped:
		l.State, l.Says, l.Do = Amber, say.T("lamp.tunnel.no_policy"), say.T("lamp.tunnel.no_policy.do")
	case good:
	case t.State == tunnel.Online:
		l.State, l.Says, l.Do = Amber, say.T("lamp.tunnel.checking"), say.T("do.wait_moment")
	default:
		l.State, l.Says, l.Do = Amber, say.T("lamp.tunnel.making"), say.T("lamp.tunnel.making.do")
	}
	return l
}

// given adds to what to do where the settings that it is about come from, if that is
// not what was saved: whoever changes what is saved would change nothing.
func (f Facts) given(do say.Text, keys ...string) say.Text {
	var by []say.Text
	for _, key := range keys {
		if name := f.Given[key]; name != "" {
			by = append(by, say.Words(name))
		}
	}
	if len(by) == 0 {
		return do
	}
	return say.Sentences(do, say.N("lamp.given", len(by), "by", by))
}

// Says puts into words what is wrong with the way in or with Hover, by the clock of
// others where theirs is known.
func (f Facts) Says(err error) (says, do say.Text) {
	if fault := netfault.Look(err); fault != nil && fault.Kind == netfault.Clock && f.Tunnel.Told {
		return tunnel.Words(fault.ByClock(f.Tunnel.Ahead))
	}
	return tunnel.Words(err)
}

// hoverKind says that an error is of asking Hover.
func hoverKind(err error) bool { return hoverapi.KindOf(err) != "" }

// aPersonsFault says that what is in the way does not go by itself.
func aPersonsFault(k netfault.Kind) bool {
	switch k {
	case netfault.Clock, netfault.Signer, netfault.Name, netfault.Blocked, netfault.ProxySetting, netfault.ProxySignIn,
		netfault.ProxyRefuses:
		return true
	}
	return false
}

// HoverLamp tells of the account, and of how Hover answers.
func (f Facts) HoverLamp() Lamp {
	l := Lamp{Name: "hover", State: Green, Says: say.T("lamp.hover.good")}
	if keyring, needed := keyringLamp(l.Name, f.Secrets); needed {
		return keyring
	}
	err := f.HoverErr()
	fault := netfault.Look(err)
	switch k := hoverapi.KindOf(err); {
	case f.NoClient:
		l.State, l.Says, l.Do = Red, say.T("lamp.hover.no_client"), say.T("lamp.hover.no_client.do")
	case k == hoverapi.SignInAgain:
		l.State, l.Says, l.Do = Red, say.T("lamp.hover.ended"), say.T("lamp.hover.ended.do")
	case k == hoverapi.BadClient:
		l.State, l.Says = Red, say.T("lamp.hover.bad_client")
		l.Do = f.given(say.T("lamp.hover.bad_client.do"), records.KeyClientID, records.KeyClientSecret)
	case !f.Hover.SignedIn:
		l.State, l.Says, l.Do = Red, say.T("lamp.hover.signed_out"), say.T("do.login")
	case fault != nil:
		l.State = Amber
		if aPersonsFault(fault.Kind) {
			l.State = Red
		}
		why, do := f.Says(err)
		l.Says, l.Do = say.T("lamp.hover.not_asked", "why", why), say.Sentences(do, say.T("do.by_itself"))
	case k == hoverapi.Unauthorized || k == hoverapi.Forbidden:
		l.State, l.Says, l.Do = Red, say.T("lamp.hover.refused", "why", err), say.T("lamp.hover.refused.do")
	case k == hoverapi.RateLimited:
		l.State, l.Says, l.Do = Amber, say.T("hover.pause"), say.T("do.nothing_goes_on")
	case err != nil:
		l.State, l.Says, l.Do = Amber, say.T("lamp.hover.not_asked", "why", err), say.T("lamp.hover.not_asked.do")
	case f.Hover.LastGood.IsZero():
		l.State, l.Says, l.Do = Amber, say.T("lamp.hover.catching_up"), say.T("do.wait_moment")
	case !f.Secrets.Note.IsZero():
		l.State, l.Says, l.Do = Amber, say.Sentences(say.T("lamp.hover.good"), f.Secrets.Note), say.T("do.nothing_yours_alone")
	}
	return l
}

// hookState is how the webhook for the present address stands. One that was
// verified for another address brings nothing here.
func (f Facts) hookState() string {
	switch {
	case f.Hook.ID == "":
		return "none"
	case f.Hook.Verified, !f.Hook.VerifiedAt.IsZero() && f.Tunnel.URL == "":
		return "verified"
	}
	return "pending"
}

func (f Facts) webhookLamp() Lamp {
	l := Lamp{Name: "webhook", State: Green, Says: say.T("lamp.webhook.good")}
	missed := f.Hook.LastError != "" && !f.Hover.LastGood.After(f.Hook.ErrorSince) // later, what was missed has been asked for
	switch state := f.hookState(); {
	case !f.Hover.SignedIn && state == "verified":
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.still"), say.T("lamp.webhook.still.do")
	case !f.Hover.SignedIn:
		l.State, l.Says, l.Do = Red, say.T("lamp.webhook.none"), say.T("lamp.webhook.none.do")
	case f.Hook.Err != nil:
		l.State, l.Says, l.Do = Red, say.T("lamp.webhook.failed", "why", f.Hook.Err), say.T("lamp.webhook.failed.do")
	case state == "none":
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.not_yet"), say.T("lamp.webhook.not_yet.do")
	case state == "pending" && !f.Hook.VerifiedAt.IsZero():
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.elsewhere", "url", f.Hook.URL), say.T("lamp.webhook.not_yet.do")
	case state == "pending":
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.pending"), say.T("lamp.webhook.pending.do")
	case missed && f.Hover.Asking:
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.last_error", "why", complaint(f.Hook.LastError)),
			say.T("lamp.webhook.last_error.do")
	case missed:
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.last_error", "why", complaint(f.Hook.LastError)),
			say.T("lamp.webhook.last_error.later")
	case f.Tunnel.State != tunnel.Online:
		l.State, l.Says, l.Do = Amber, say.T("lamp.webhook.no_way"), say.T("lamp.webhook.no_way.do")
	}
	return l
}

// complaint is what Hover says of a delivery that failed, without the page that
// somebody on the way may have answered with.
func complaint(s string) say.Text {
	if words, _, page := strings.Cut(s, "<"); page && strings.TrimSpace(words) != "" {
		s = words
	}
	return say.Words(strings.TrimSpace(s))
}

// amberFor is how long a refused delivery keeps the lamp amber.
const amberFor = time.Hour

func (f Facts) signatureLamp() Lamp {
	l := Lamp{Name: "signatures", State: Green, Says: say.T("lamp.signatures.good")}
	since := f.Now.Sub(f.Signs.RefusedAt)
	switch {
	case !f.Signs.RefusedAt.IsZero() && since < amberFor && since > -amberFor && f.Signs.Nonsense:
		l.State, l.Says, l.Do = Amber, say.T("lamp.signatures.nonsense"), say.T("lamp.signatures.refused.do")
	case !f.Signs.RefusedAt.IsZero() && since < amberFor && since > -amberFor:
		l.State, l.Says, l.Do = Amber, say.T("lamp.signatures.refused"), say.T("lamp.signatures.refused.do")
	case f.Hook.Pinned != "":
	case f.Signs.Last == hover.VerdictUnsigned:
		l.State, l.Says, l.Do = Amber, say.T("lamp.signatures.unsigned"), say.T("lamp.signatures.unsigned.do")
	case f.Signs.Last == hover.VerdictUnpinned && f.Hook.Verified && !f.Signs.Hint:
		l.State, l.Says, l.Do = Amber, say.T("lamp.signatures.unknown"), say.T("lamp.signatures.unknown.do")
	default:
		l.Says = say.T("lamp.signatures.none")
	}
	return l
}

// lagMost is how long what is stored may wait to be read.
const lagMost = 10 * time.Second

// diskLamp tells first what loses news, then what keeps news and files waiting.
func (f Facts) diskLamp() Lamp {
	l := StoreLamp(f.Store, f.Damaged)
	switch {
	case l.State == Red:
	case f.Disk.State == Red:
		return f.Disk
	case f.Lag > lagMost:
		l.State, l.Says, l.Do = Amber, say.T("lamp.disk.unread"), say.T("lamp.disk.unread.do")
	case f.Disk.State != "":
		return f.Disk
	case f.Aside:
		l.State, l.Says, l.Do = Amber, say.T("lamp.disk.aside"), say.T("lamp.disk.aside.do")
	}
	return l
}

// StoreLamp tells how the database is.
func StoreLamp(err error, damaged say.Text) Lamp {
	l := Lamp{Name: "disk", State: cmp.Or(map[bool]Colour{true: Red}[err != nil], Green), Says: say.T("lamp.disk.good")}
	switch {
	case errors.Is(err, storage.ErrDamaged):
		l.Says, l.Do = say.T("lamp.disk.not_stored", "why", err), say.T("lamp.disk.damaged.do")
	case err != nil:
		l.Says, l.Do = say.T("lamp.disk.not_stored", "why", err), say.T("lamp.disk.not_stored.do")
	case !damaged.IsZero():
		l.State, l.Says, l.Do = Amber, damaged, say.T("lamp.disk.replaced.do")
	}
	return l
}

// keyringLamp says that secrets cannot be read or written; it is needed only while
// that is so.
func keyringLamp(name string, s secret.State) (l Lamp, needed bool) {
	switch {
	case s.Waiting != nil:
		return Lamp{
			Name: name, State: Red, Says: say.T("keyring.unread", "why", records.WhyUnread(s.Waiting)),
			Do: say.T("keyring.unread.do"),
		}, true
	case s.Stuck != nil:
		return Lamp{
			Name: name, State: Amber, Says: say.T("keyring.stuck", "why", records.WhyUnread(s.Stuck)), Do: say.T("keyring.stuck.do"),
		}, true
	}
	return l, false
}
