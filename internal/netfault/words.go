package netfault

import (
	"cmp"
	"strconv"
	"time"

	"dormer/internal/say"
)

// Say gives the three parts for a person.
func (f *Fault) Say() *say.Error {
	e := &say.Error{Err: f.Err}
	switch f.Kind {
	case Clock:
		e.What, e.Do = f.clockOff()
	case Expired:
		e.What, e.Do = say.T("net.expired", "host", f.Host, "until", f.Until), say.T("net.expired.do", "host", f.Host)
	case Signer:
		e.What = say.T("net.signer.nobody", "host", f.Host)
		if f.Signer != "" {
			e.What = say.T("net.signer", "host", f.Host, "signer", f.Signer)
		}
		e.Do = say.T("net.signer.do", "setting", cmp.Or(f.Setting, "SSL_CERT_FILE"))
	case Name:
		e.What = say.T("net.name.other", "host", f.Host)
		if f.Signer != "" {
			e.What = say.T("net.name", "host", f.Host, "names", f.Signer)
		}
		e.Do = say.T("net.filter.do", "host", f.Host)
	case Page:
		e.What, e.Do = say.T("net.page", "host", f.Host), say.T("net.filter.do", "host", f.Host)
	case Blocked:
		e.What, e.Do = say.T("net.blocked", "host", f.Host), say.T("net.blocked.do", "host", f.Host)
	case ProxySetting:
		e.What, e.Why, e.Do = say.T("net.proxy_setting", "setting", f.Setting), say.Of(f.Err), say.T("net.proxy_setting.do")
	case ProxySignIn:
		e.What, e.Do = say.T("net.proxy_sign_in", "proxy", f.proxy()),
			say.T("net.proxy_sign_in.do", "setting", cmp.Or(f.Setting, "HTTPS_PROXY"))
	case ProxyRefuses:
		e.What = say.T("net.proxy_refuses", "proxy", f.proxy(), "host", f.Host)
		if f.Status != 0 {
			e.Why = say.T("net.status", "status", strconv.Itoa(f.Status))
		}
		e.Do = say.T("net.filter.ask", "host", f.Host)
	case ProxyGone:
		e.What, e.Do = say.T("net.proxy_gone", "proxy", f.proxy()),
			say.T("net.proxy_gone.do", "setting", cmp.Or(f.Setting, "HTTPS_PROXY"))
	case NoName:
		e.What, e.Do = say.T("net.no_name", "host", f.Host), say.T("net.way.do", "host", f.Host)
	case Unnamed:
		e.What, e.Do = say.T("net.unnamed", "host", f.Host), say.T("net.way.do", "host", f.Host)
	case Refused:
		e.What, e.Do = say.T("net.refused", "host", f.Host), say.T("net.way.do", "host", f.Host)
	case NoRoute:
		e.What, e.Do = say.T("net.no_route", "host", f.Host), say.T("net.no_route.do")
	case OnlyV6:
		e.What, e.Do = say.T("net.no_route", "host", f.Host), say.T("net.only_v6.do", "host", f.Host)
	case Silent:
		e.What, e.Do = say.T("net.silent", "host", f.Host), say.T("net.way.do", "host", f.Host)
	case Cut:
		e.What, e.Do = say.T("net.cut", "host", f.Host), say.T("net.way.do", "host", f.Host)
	case Else:
		e.What, e.Do = say.T("net.else", "host", f.Host, "status", strconv.Itoa(f.Status)), say.T("net.else.do")
	default:
		e.What, e.Do = say.T("net.unknown", "host", f.Host), say.T("net.way.do", "host", f.Host)
		if f.Err != nil {
			e.Why = say.Of(f.Err)
		}
		return e
	}
	if e.Why.IsZero() {
		e.Err = nil // What says it all; the cause is behind the fault
	}
	return e
}

func (f *Fault) proxy() say.Text {
	if f.Proxy == "" {
		return say.T("net.proxy.yours")
	}
	return say.Words(f.Proxy)
}

// clockOff tells that the clock is wrong: how far, where others have told.
func (f *Fault) clockOff() (what, do say.Text) {
	do = say.T("net.clock.do")
	if !f.ClockTold {
		return say.T("net.clock.perhaps", "at", f.At, "host", f.Host), say.T("net.clock.perhaps.do", "host", f.Host)
	}
	if f.Ahead > 0 {
		return say.T("net.clock.ahead", "span", Span(f.Ahead)), do
	}
	return say.T("net.clock.behind", "span", Span(-f.Ahead)), do
}

// Span tells how long a time is, in the one unit that fits.
func Span(d time.Duration) say.Text {
	switch {
	case d >= 48*time.Hour:
		return say.N("net.span.days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return say.N("net.span.hours", int(d/time.Hour))
	}
	return say.N("net.span.minutes", max(1, int(d/time.Minute)))
}
