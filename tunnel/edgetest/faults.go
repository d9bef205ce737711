package edgetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// faults are what goes wrong on purpose. Guarded by Edge.mu.
type faults struct {
	auth, bind  refusals
	policyCode  string
	authDelay   time.Duration
	latency     time.Duration
	down        bool
	frozen      bool
	renamed     map[string]string // domain asked for → domain served
	cut         *cut
	deprecation *deprecation
	publish     time.Duration
	weather     Weather
}

// refusals is a refusal that is good for so many times.
type refusals struct {
	refusal
	left int // -1: for ever
}

type refusal struct{ code, message string }

func (r *refusals) next() *refusal {
	if r.left == 0 {
		return nil
	}
	if r.left > 0 {
		r.left--
	}
	return &r.refusal
}

// RefuseAuth refuses the next n authentications (-1: all from now on, 0: none)
// with the code, such as "ERR_NGROK_107", and a message.
func (e *Edge) RefuseAuth(code, message string, n int) {
	e.fault(func(f *faults) { f.auth = refusals{refusal{code, message}, n} }, "fault: refuse auth %s ×%d", code, n)
}

// RefuseBind refuses the next n endpoints (-1: all from now on, 0: none) with
// the code and a message.
func (e *Edge) RefuseBind(code, message string, n int) {
	e.fault(func(f *faults) { f.bind = refusals{refusal{code, message}, n} }, "fault: refuse bind %s ×%d", code, n)
}

// PublishAfter has an endpoint that is bound from now on answer the page of
// ERR_NGROK_3200 for so long, as ngrok's users tell of it after a reconnect.
func (e *Edge) PublishAfter(d time.Duration) {
	e.fault(func(f *faults) { f.publish = d }, "fault: publish after %s", d)
}

// RefusePolicies refuses every endpoint that comes with a traffic policy, with
// a code of the 22xx family; an empty code takes policies again.
func (e *Edge) RefusePolicies(code string) {
	e.fault(func(f *faults) { f.policyCode = code }, "fault: refuse policies %s", code)
}

// SetAuthDelay lets agents wait for the answer to their authentication.
func (e *Edge) SetAuthDelay(d time.Duration) {
	e.fault(func(f *faults) { f.authDelay = d }, "fault: auth delay %v", d)
}

// SetLatency delays every public request before it is passed on.
func (e *Edge) SetLatency(d time.Duration) {
	e.fault(func(f *faults) { f.latency = d }, "fault: latency %v", d)
}

// Rename serves from now on, for whoever binds the domain from, the domain to:
// agents that bind again are not told by the SDK that their address changed.
func (e *Edge) Rename(from, to string) {
	e.fault(func(f *faults) {
		if f.renamed == nil {
			f.renamed = map[string]string{}
		}
		f.renamed[from] = to
	}, "fault: rename %s to %s", from, to)
}

// SetDeprecation warns agents, as they authenticate, that their version will
// be refused from the date on.
func (e *Edge) SetDeprecation(nextMin string, nextDate time.Time) {
	e.fault(func(f *faults) { f.deprecation = &deprecation{NextMin: nextMin, NextDate: nextDate} }, "fault: deprecation")
}

// CutNextRequest breaks the connection to the agent after it was given n bytes
// of the next public request. (Go's transport holds back up to 4 KB: look at
// the handler, and send more than that.)
func (e *Edge) CutNextRequest(n int) {
	e.fault(func(f *faults) { f.cut = &cut{request: n, response: -1} }, "fault: cut the next request after %d bytes", n)
}

// CutNextResponse breaks the connection to the agent after n bytes of its
// answer to the next public request.
func (e *Edge) CutNextResponse(n int) {
	e.fault(func(f *faults) { f.cut = &cut{request: -1, response: n} }, "fault: cut the next response after %d bytes", n)
}

func (e *Edge) fault(set func(*faults), format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	set(&e.faults)
	e.note(format, args...)
}

// DropSessions ends all connections of agents: in an orderly way, or with a
// TCP reset, after which their endpoints stay stale for [Options.StaleFor].
// The edge takes new ones at once. It returns how many there were.
func (e *Edge) DropSessions(hard bool) int {
	e.mu.Lock()
	gates := e.openGates()
	for _, s := range e.sessions {
		s.vanished = s.vanished || hard
	}
	e.note("fault: drop %d connections, hard=%v", len(gates), hard)
	e.mu.Unlock()
	for _, g := range gates {
		if hard {
			g.reset()
		} else {
			_ = g.Close() // its owner sees the end of it
		}
	}
	return len(gates)
}

// Down drops all agents and turns new ones away until Up. The public side
// stays: it says that the endpoints are offline.
func (e *Edge) Down() {
	e.fault(func(f *faults) { f.down = true }, "fault: down")
	e.DropSessions(false)
}

// Up ends Down.
func (e *Edge) Up() {
	e.fault(func(f *faults) { f.down = false }, "fault over: up")
}

// Freeze turns the agents' network into a black hole: connections stay up, new
// ones are taken, nothing passes. Freeze(false) lets everything flow on.
func (e *Edge) Freeze(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults.frozen = on
	for g := range e.gates {
		if on {
			g.shut()
		} else {
			g.thaw()
		}
	}
	e.note("fault: freeze=%v", on)
}

// Strand leaves the present connections of agents in a black hole for good,
// while new ones work, as when a laptop wakes up in another network. The edge
// itself notices after [Options.StaleFor], or when [Edge.Notice] is called.
func (e *Edge) Strand() {
	e.mu.Lock()
	gates := e.openGates()
	for _, g := range gates {
		g.shut()
	}
	e.stranded = append(e.stranded, gates...)
	e.note("fault: strand %d connections", len(gates))
	e.mu.Unlock()
	e.spawn(func() {
		select {
		case <-time.After(e.o.StaleFor):
		case <-e.ctx.Done():
		}
		for _, g := range gates {
			_ = g.Close() // its owner sees the end of it
		}
	})
}

// Notice has the edge notice which agents are stranded.
func (e *Edge) Notice() {
	e.mu.Lock()
	gates := e.stranded
	e.stranded = nil
	e.note("stranded connections are noticed: %d", len(gates))
	e.mu.Unlock()
	for _, g := range gates {
		_ = g.Close() // its owner sees the end of it
	}
}

// StopEndpoint takes an endpoint away from its agent, as the service does, and
// tells it why. The session stays.
func (e *Edge) StopEndpoint(url, code, message string) error {
	e.mu.Lock()
	var s *session
	msg := stopTunnel{Message: message, ErrorCode: code}
	for domain, ep := range e.endpoints {
		if ep.url == url && ep.session != nil {
			s, msg.ID = ep.session, ep.bindID
			ep.transport.CloseIdleConnections()
			delete(e.endpoints, domain)
		}
	}
	e.note("fault: stop endpoint %s %s", url, code)
	e.mu.Unlock()
	if s == nil {
		return fmt.Errorf("edgetest: no endpoint at %s", url)
	}
	str, err := s.open(typeStopTunnel)
	if err != nil {
		return err
	}
	defer func() { _ = str.Close() }() // the session's end reports itself
	if err := json.NewEncoder(str).Encode(msg); !ended(err) {
		return err
	}
	return nil // the agent has read it, and begins anew
}

// StopAgents asks every agent to stop, as somebody does who presses Stop in
// ngrok's dashboard, and returns the agents' refusals.
func (e *Edge) StopAgents(ctx context.Context) error { return e.tellAgents(ctx, typeStop) }

// RestartAgents asks every agent to restart, and returns their refusals.
func (e *Edge) RestartAgents(ctx context.Context) error { return e.tellAgents(ctx, typeRestart) }

func (e *Edge) tellAgents(ctx context.Context, what muxado.StreamType) error {
	e.mu.Lock()
	var sessions []*session
	for _, s := range e.sessions {
		sessions = append(sessions, s)
	}
	e.note("tell %d agents: %d", len(sessions), what)
	e.mu.Unlock()
	var errs error
	for _, s := range sessions {
		if err := s.tell(ctx, what); !ended(err) {
			errs = errors.Join(errs, err)
		}
	}
	return errs
}

// ended says whether an error is that of a session which has ended: an agent that
// obeys ends its own, now and then before its answer is on the way, or before our
// writer has said that the order is. (Observed on a busy machine.)
func ended(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		switch code, _ := muxado.GetError(err); code {
		case muxado.SessionClosed, muxado.PeerEOF, muxado.RemoteGoneAway:
			return true
		}
	}
	return false
}

// tell sends an empty request and reads the answer.
func (s *session) tell(ctx context.Context, what muxado.StreamType) error {
	str, err := s.open(what)
	if err != nil {
		return err
	}
	defer func() { _ = str.Close() }() // the session's end reports itself
	if deadline, ok := ctx.Deadline(); ok {
		_ = str.SetReadDeadline(deadline) // muxado never fails here
	}
	if err := json.NewEncoder(str).Encode(struct{}{}); err != nil {
		return err
	}
	var reply errorReply
	if err := decode(str, &reply); err != nil {
		return fmt.Errorf("edgetest: no answer from the agent: %w", err)
	}
	if reply.Error != "" {
		return fmt.Errorf("edgetest: the agent refuses: %s", reply.Error)
	}
	return nil
}
