// Package netfault tells why a request over the network did not get the answer
// that it was for: this computer's clock is wrong, a certificate is nobody's that
// it knows, a filter or a proxy stands in between, nobody is there, or somebody
// else is. Each kind has its words; who asked, be it the tunnel, Hover's client,
// the self-check or the doctor, says the same of the same.
package netfault

import (
	"errors"
	"strconv"
	"time"

	"dormer/internal/say"
)

// Kind is what is in the way.
type Kind string

// The kinds.
const (
	Clock   Kind = "clock"   // this computer's clock is wrong, or the certificate has run out
	Expired Kind = "expired" // the certificate has run out: other clocks agree with ours
	Signer  Kind = "signer"  // the certificate is signed by nobody whom this computer knows
	Name    Kind = "name"    // the certificate is for another host
	Page    Kind = "page"    // a page or plain text comes in place of an answer: a filter, a sign-in page
	Blocked Kind = "blocked" // the name leads to this computer itself, as filters have it

	ProxySetting Kind = "proxy setting" // the variable that names the proxy cannot be read
	ProxySignIn  Kind = "proxy sign-in" // the proxy asks for a name and a password
	ProxyRefuses Kind = "proxy refuses" // the proxy does not connect to the host
	ProxyGone    Kind = "proxy gone"    // the proxy itself cannot be reached

	NoName  Kind = "no name"   // the name has no address
	Unnamed Kind = "unnamed"   // the name service does not say in time which address it has
	Refused Kind = "refused"   // nobody listens there
	NoRoute Kind = "no route"  // this computer has no way there
	OnlyV6  Kind = "only IPv6" // the same to an address of IPv4, with a name that was found
	Silent  Kind = "silent"    // no answer in time
	Cut     Kind = "cut"       // the connection broke off

	Else    Kind = "somebody else" // somebody else answers there
	Unknown Kind = "unknown"
)

// Fault is why a request did not get the answer that it was for.
type Fault struct {
	Kind Kind
	Host string // whom the request was for: a host, with its port where that is not 443
	// Proxy is the host and port of the proxy in the way; Setting the variable or
	// flag that mends it, as in "HTTPS_PROXY".
	Proxy, Setting string
	Signer         string // who signed the certificate, or for which names it is
	Status         int    // of the answer, 0 if there was none
	// From and Until are when the certificate is good; At is when it was looked at,
	// by this computer's clock.
	From, Until, At time.Time
	// Ahead is how far this computer's clock is ahead of others' (behind if
	// negative), where ClockTold says that it is known.
	Ahead     time.Duration
	ClockTold bool
	Err       error // the cause; it names no password
}

// Error says it for a log, with the cause; Text is for people.
func (f *Fault) Error() string {
	s := string(f.Kind)
	if f.Host != "" {
		s += " (" + f.Host + ")"
	}
	if f.Status != 0 {
		s += ": status " + strconv.Itoa(f.Status)
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Text says it to a person, with what to do.
func (f *Fault) Text() say.Text { return f.Say().Text() }

// OtherAnswered says that the way there is open and that somebody else is at its
// end. All other faults are of the way.
func (f *Fault) OtherAnswered() bool { return f.Kind == Else }

// Look finds a fault in an error's chain; nil if there is none.
func Look(err error) *Fault {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return nil
}

// ByClock gives the fault as it is by other clocks: how far this computer's is
// ahead of them. A certificate that is good by them is no fault but the clock's;
// one that is not has run out.
func (f *Fault) ByClock(ahead time.Duration) *Fault {
	if f.Kind != Clock {
		return f
	}
	g := *f
	g.Ahead, g.ClockTold = ahead, true
	if right := f.At.Add(-ahead); right.Before(f.From) || right.After(f.Until) || ahead.Abs() < clockOff {
		g.Kind = Expired
	}
	return &g
}

// clockOff is how wrong a clock is told to be at least; a Date header is as exact
// as a second, and as a slow network.
const clockOff = 2 * time.Minute
