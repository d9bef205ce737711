// Package tunnel gives an http.Handler a public https address: through ngrok
// ([NewNgrok]), or at an address that the user arranged themselves ([NewOwn]).
//
// A tunnel says at any moment what it knows of itself ([Status]), in words for
// somebody who is not a programmer, and never claims more than it knows. The
// only proof that an address really leads here is a request that went there
// and came back: see [Pinger].
//
// The package knows nothing of what is served.
package tunnel

import (
	"context"
	"net/http"
	"time"

	"dormer/internal/say"
)

// State is what a tunnel is doing.
type State string

// The states. Failed and closed are final for a call of Run.
const (
	Connecting   State = "connecting"   // the first attempt
	Online       State = "online"       // the address leads here, as far as the service says
	Reconnecting State = "reconnecting" // it does not, and the tunnel is working on it
	Failed       State = "failed"       // it cannot go on without a person: see Status.Err
	Closed       State = "closed"       // the context of Run has ended
)

// Status is what a tunnel knows of itself. It is comparable.
type Status struct {
	State State
	// URL is the public address without a slash at its end, as in
	// "https://name.ngrok-free.app". It leads here only while State is Online;
	// after that it is the address that was held last.
	URL   string
	Since time.Time // when State was entered
	// Latency is the last measured round trip to the service, 0 if unknown.
	Latency time.Duration
	// Attempt counts attempts to connect since the tunnel was last online; 0
	// while it is.
	Attempt int
	Code    string // the service's code for Err, as in "ERR_NGROK_334", or ""
	// Err says in plain words what is wrong; nil while nothing is. It is an
	// *[Error] and holds no secret.
	Err error
	// PolicyDropped says that ngrok refused the traffic policy, and that the
	// tunnel works without it: every request reaches this computer.
	PolicyDropped bool
	Account       string // what the service says of the account, as in "Acme Roofing, Free"; or ""
}

// Tunnel is a public https address that ends in an http.Handler.
type Tunnel interface {
	// Name is "ngrok" or "own".
	Name() string
	// Run opens the tunnel, serves h on it and keeps it open until ctx ends:
	// then it returns nil. It returns an *[Error] when it cannot go on without
	// a person. Requests that are being answered are given a second; when Run
	// returns, at most two seconds later, everything it started has ended. It
	// runs once at a time, and can be run again.
	//
	// report gets every change of the status, one call at a time; it must not
	// block.
	Run(ctx context.Context, h http.Handler, report func(Status)) error
	// Renew throws the present connection away and opens a new one at once:
	// after a wake, a change of network, or a self-check that failed. It does
	// not wait, and does nothing while the tunnel does not run.
	Renew(why string)
	// Diagnose says in an *[Error] why the service cannot be reached, or nil
	// if it can. It disturbs nothing.
	Diagnose(ctx context.Context) error
}

// Error is a failure for people to read.
type Error struct {
	Op    string   // what was tried: "open", "serve", "diagnose", "ping"
	Code  string   // the service's code, as in "ERR_NGROK_105", or ""
	Says  say.Text // what happened
	Do    say.Text // what to do next
	Fatal bool     // trying again cannot help
	// Trying says that the tunnel tries again by itself, and that a person should
	// know; see [Error.Next].
	Trying bool
	Err    error // the cause, or nil; it holds no secret
}

// Error says what was tried, what happened, and why.
func (e *Error) Error() string {
	s := "tunnel: " + e.Op + ": " + e.Says.String()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Text says it to a person, with what to do next.
func (e *Error) Text() say.Text { return say.Sentences(e.Says, e.Next()) }

// Next says what to do, and that Dormer keeps trying meanwhile.
func (e *Error) Next() say.Text {
	if !e.Trying {
		return e.Do
	}
	return say.Sentences(e.Do, say.T("tunnel.keeps_trying"))
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
