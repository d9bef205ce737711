package tunnel

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"dormer/internal/say"

	"golang.ngrok.com/ngrok/v2"
	"golang.ngrok.com/ngrok/v2/rpc"
)

// How long the steps of ending a session may take; together less than the two
// seconds that Run promises.
const (
	answerTime     = time.Second            // for requests that are being answered
	disconnectTime = 300 * time.Millisecond // to say goodbye to ngrok
	endTime        = 300 * time.Millisecond // for everything to have ended
	handlerTime    = 100 * time.Millisecond // for handlers that do not heed their context
)

// ending is why an attempt ended. The zero value: its context did.
type ending struct {
	online  bool   // it was, before
	renewed string // somebody wished a new connection; the reason
	err     error
	atOnce  bool // the SDK has tried in vain to reconnect: no further wait
	slow    bool // the service closed the address on purpose: do not insist
}

var errLost = say.Because("tunnel.was_lost")

// attempt opens one connection and serves it until it ends. It reports when it
// is online, and when it is not.
func (n *Ngrok) attempt(ctx context.Context, h http.Handler, b *board, address, policy string) (end ending) {
	s, err := n.open(address, policy)
	if err != nil {
		return ending{err: err}
	}
	defer s.close()
	defer func() { // at once, for closing takes its time
		end.online = s.listener != nil
		if b.now.State == Online && ctx.Err() == nil {
			b.change(func(st *Status) { st.State, st.Latency = Reconnecting, 0 })
		} else if ctx.Err() != nil {
			b.close()
		}
	}()

	tooLong := time.NewTimer(n.o.Tuning.Connect)
	defer tooLong.Stop()
	var (
		lost     error            // not nil while the SDK reconnects by itself
		grace    <-chan time.Time // how long it may
		ended    <-chan struct{}  // the SDK's listener
		stopping *ending          // what the dashboard asked for
	)
	for {
		select {
		case <-ctx.Done():
			return ending{}
		case why := <-n.renew:
			return ending{renewed: cmp.Or(why, "asked for")}
		case <-tooLong.C:
			return ending{err: errNoAnswer}
		case <-grace:
			if stopping != nil {
				return *stopping
			}
			return ending{err: lost, atOnce: true}
		case <-ended:
			if stopping != nil {
				return *stopping
			}
			err := s.listener.why
			return ending{err: err, slow: isServiceError(err)}

		case o := <-s.opened:
			if o.err != nil {
				return ending{err: o.err}
			}
			tooLong.Stop()
			url, err := publicURL(o.listener.URL().String())
			s.serve(o.listener, h)
			if err != nil {
				return ending{err: &Error{
					Op: "open", Fatal: true, Err: err,
					Says: say.T("tunnel.not_safe"),
					Do:   say.T("tunnel.not_safe.do"),
				}}
			}
			ended = s.listener.ended
			account := s.account()
			n.o.Log.Info("tunnel: online", "url", url, "account", account)
			b.change(func(st *Status) {
				st.State, st.URL, st.Account = Online, url, account
				st.Attempt, st.Code, st.Err = 0, "", nil
			})

		case <-s.events.some:
			for _, e := range s.events.take() {
				switch e.kind {
				case beat:
					if s.listener != nil && lost == nil {
						b.change(func(st *Status) { st.Latency = e.latency })
					}
				case connected:
					if s.listener != nil && lost != nil {
						lost, grace = nil, nil
						n.o.Log.Info("tunnel: online again")
						b.change(func(st *Status) { st.State, st.Attempt, st.Code, st.Err = Online, 0, "", nil })
					}
				case stopped, restarted:
					stopping = &ending{err: errStopped}
					if e.kind == restarted {
						stopping = &ending{renewed: "asked for by ngrok's dashboard"}
					}
					grace = time.After(time.Second) // the SDK answers first, then closes
				case disconnected:
					switch {
					case stopping != nil:
						return *stopping
					case s.listener == nil:
						return ending{err: cmp.Or(e.err, errLost)}
					}
					err := cmp.Or(e.err, errLost)
					code := codeOf(err)
					if e.err == nil || isPolicyCode(code) || code != "" && adviceFor(code).fatal {
						return ending{err: err}
					}
					if lost == nil {
						grace = time.After(n.o.Tuning.Grace)
						n.o.Log.Warn("tunnel: connection lost", "code", code)
					}
					lost = err
					b.change(func(st *Status) { st.Attempt++ }) // the SDK's own
					b.lose(n.explainLoss(err, code))
				}
			}
		}
	}
}

// errStopped is fatal: whoever pressed Stop meant it.
var errStopped = &Error{
	Op: "serve", Fatal: true,
	Says: say.T("tunnel.stopped_there"),
	Do:   say.T("tunnel.stopped_there.do"),
}

// session is one agent of the SDK and everything that was started for it.
type session struct {
	log    *slog.Logger
	agent  ngrok.Agent
	cancel context.CancelFunc // ends the agent's session: the SDK keeps the context
	dialer *dialer
	events *events
	opened chan opened // one answer
	wg     sync.WaitGroup

	// Nil until the address is open.
	sdk      ngrok.EndpointListener
	listener *listener
	server   *server
}

// opened is the SDK's answer to Listen.
type opened struct {
	listener ngrok.EndpointListener
	err      error
}

// open starts to connect. (Every address tells ngrok this computer's name and
// the program's path; the SDK has no way to say less.) The answer comes on opened, failures also, and
// earlier, as events: the SDK itself would go on for ever. The caller calls
// close.
func (n *Ngrok) open(address, policy string) (*session, error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{
		log:    n.o.Log,
		cancel: cancel,
		dialer: n.dialer(),
		events: newEvents(),
		opened: make(chan opened, 1),
	}
	agent, err := ngrok.NewAgent(append(n.agentOptions(s.dialer),
		ngrok.WithAuthtoken(n.o.Token),
		ngrok.WithHeartbeatInterval(n.o.Tuning.Heartbeat),
		ngrok.WithHeartbeatTolerance(n.o.Tuning.Tolerance),
		ngrok.WithClientInfo("dormer", n.o.Version),
		ngrok.WithAgentMetadata(strings.TrimSpace("dormer "+n.o.Version)),
		ngrok.WithEventHandler(s.events.fromSDK),
		ngrok.WithRPCHandler(s.events.fromDashboard),
	)...)
	if err != nil {
		cancel()
		return nil, err
	}
	s.agent = agent
	options := []ngrok.EndpointOption{ngrok.WithURL(address), ngrok.WithTrafficPolicy(policy)}
	s.wg.Go(func() {
		l, err := agent.Listen(ctx, options...)
		s.opened <- opened{l, err}
	})
	return s, nil
}

// serve starts to serve the address.
func (s *session) serve(sdk ngrok.EndpointListener, h http.Handler) {
	s.sdk = sdk
	s.listener = newListener(sdk)
	s.server = serve(s.listener, h, s.log)
}

// account is what the service said of the account as it let us in.
func (s *session) account() string {
	session, err := s.agent.Session()
	if err != nil {
		return "" // it ended in this moment
	}
	for _, w := range session.Warnings() {
		s.log.Warn("tunnel: a warning from ngrok", "says", w.Error())
	}
	details, ok := session.(ngrok.AgentSessionDetails)
	if !ok {
		return ""
	}
	var parts []string
	for _, p := range []string{details.AccountName(), details.PlanName()} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// close ends the session in bounded time, whatever state the network is in.
// The order matters: the SDK's own Close can hang until its connection is
// gone, and its Disconnect until its context has ended.
func (s *session) close() {
	if s.server != nil {
		s.server.shutdown(answerTime)
	}
	s.cancel()
	disconnected := make(chan struct{})
	s.wg.Go(func() {
		defer close(disconnected)
		_ = s.agent.Disconnect() // "session closed" if it was dead already
	})
	select {
	case <-disconnected:
	case <-time.After(disconnectTime):
	}
	s.dialer.close()
	if s.sdk == nil { // it may have opened in this moment
		select {
		case o := <-s.opened:
			if o.err == nil {
				s.sdk = o.listener
				s.listener = newListener(o.listener)
			}
		default:
		}
	}
	if s.sdk != nil {
		s.wg.Go(func() { _ = s.sdk.Close() }) // its connection is gone: nobody to be told
		s.wg.Go(func() { <-s.listener.ended })
	}
	all := make(chan struct{})
	go func() {
		defer close(all)
		s.wg.Wait()
	}()
	limit := time.NewTimer(endTime)
	defer limit.Stop()
	select {
	case <-all:
	case <-limit.C:
		s.log.Warn("tunnel: the ngrok SDK has not ended yet")
	}
	if s.server != nil && !s.server.ended(handlerTime) {
		s.log.Warn("tunnel: a request is still being handled")
	}
}

// The kinds of events.
const (
	connected    = iota // for the first time or again, with all addresses
	disconnected        // or failed to connect; err is nil when the SDK gave up
	beat
	stopped // asked for in the dashboard
	restarted
)

type event struct {
	kind    int
	err     error
	latency time.Duration
}

// events takes in what the SDK says. Its callbacks must neither block nor call
// the agent, which holds its lock meanwhile; and none may be dropped.
type events struct {
	some chan struct{} // has one element while there are events

	mu    sync.Mutex
	queue []event
}

func newEvents() *events { return &events{some: make(chan struct{}, 1)} }

func (q *events) put(e event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = append(q.queue, e)
	select {
	case q.some <- struct{}{}:
	default:
	}
}

func (q *events) take() []event {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.queue
	q.queue = nil
	return all
}

func (q *events) fromSDK(e ngrok.Event) {
	switch e := e.(type) {
	case *ngrok.EventAgentConnectSucceeded:
		q.put(event{kind: connected})
	case *ngrok.EventAgentDisconnected:
		q.put(event{kind: disconnected, err: e.Error})
	case *ngrok.EventAgentHeartbeatReceived:
		q.put(event{kind: beat, latency: e.Latency})
	}
}

// fromDashboard answers what somebody asked for in ngrok's dashboard: nil
// means yes, and the SDK closes the session after it has said so.
func (q *events) fromDashboard(_ context.Context, _ ngrok.AgentSession, r rpc.Request) ([]byte, error) {
	switch r.Method() {
	case rpc.StopAgentMethod:
		q.put(event{kind: stopped})
	case rpc.RestartAgentMethod:
		q.put(event{kind: restarted})
	default:
		return nil, errors.New("ngrok cannot update this program: its own installer does")
	}
	return nil, nil
}
