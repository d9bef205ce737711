package edgetest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// session is one agent's connection.
type session struct {
	e    *Edge
	gate *gate
	mux  muxado.TypedStreamSession

	// Guarded by e.mu; id is empty until the agent has authenticated.
	id, token string
	vanished  bool // ended by a fault: no goodbye was heard
}

// acceptAgents takes connections until the edge is closed.
func (e *Edge) acceptAgents() {
	for {
		c, err := e.agents.Accept()
		if err != nil {
			return
		}
		g := newGate(c)
		e.mu.Lock()
		e.stats.Connections++
		if e.closed || e.faults.down {
			e.note("connection refused: down")
			e.mu.Unlock()
			g.reset()
			continue
		}
		if e.faults.frozen {
			g.shut()
		}
		e.gates[g] = true
		e.note("connection accepted")
		e.mu.Unlock()
		e.spawn(func() { e.serveAgent(g) })
	}
}

// serveAgent answers one agent until its connection ends.
func (e *Edge) serveAgent(g *gate) {
	s := &session{e: e, gate: g}
	s.mux = muxado.NewTypedStreamSession(muxado.Server(tls.Server(g, e.ca.agentConfig()), &muxado.Config{}))
	ctx, cancel := context.WithCancel(e.ctx)
	defer func() {
		cancel()
		_ = s.mux.Close() // an error says that it was closed already
		_ = g.Close()
		s.gone()
	}()
	if e.o.Heartbeat > 0 {
		e.spawn(func() { s.beat(ctx) })
	}
	for {
		accepted, err := s.mux.AcceptTypedStream()
		if err != nil {
			return
		}
		e.spawn(func() {
			str := &stream{Stream: accepted}
			defer func() { _ = str.Close() }() // the session's end reports itself
			s.answer(ctx, accepted.StreamType(), str)
		})
	}
}

// answer handles one stream that the agent opened.
func (s *session) answer(ctx context.Context, kind muxado.StreamType, str *stream) {
	var reply any
	switch kind {
	case typeHeartbeat:
		_, _ = io.CopyBuffer(writerOnly{str}, str, make([]byte, 4)) // an echo, until the session ends
		return
	case typeAuth:
		var req authRequest
		if decode(str, &req) != nil {
			return
		}
		reply = s.auth(ctx, req)
	case typeBind:
		var req bindRequest
		if decode(str, &req) != nil {
			return
		}
		reply = s.bind(req)
	case typeUnbind:
		var req unbindRequest
		if decode(str, &req) != nil {
			return
		}
		reply = s.unbind(req)
	case typeSrvInfo:
		if decode(str, &struct{}{}) != nil {
			return
		}
		reply = srvInfoReply{Region: "test"}
	default:
		if decode(str, &struct{}{}) != nil {
			return
		}
		reply = errorReply{"the edge does not know this request"}
	}
	_ = json.NewEncoder(str).Encode(reply) // an agent that is gone needs no answer
}

// writerOnly hides everything of a writer but Write, so that io.CopyBuffer
// uses the buffer it is given.
type writerOnly struct{ io.Writer }

// auth lets an agent in or says why not.
func (s *session) auth(ctx context.Context, req authRequest) authReply {
	e := s.e
	e.mu.Lock()
	delay := e.faults.authDelay
	e.stats.AuthsAsked++
	e.note("auth asked")
	e.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return authReply{}
	}

	token := req.Extra.Authtoken
	e.mu.Lock()
	defer e.mu.Unlock()
	refuse := func(message, code string) authReply {
		e.stats.AuthsRefused++
		e.note("auth refused: %s", code)
		return authReply{Error: coded(message, code)}
	}
	if f := e.faults.auth.next(); f != nil {
		return refuse(f.message, f.code)
	}
	account, known := e.o.Tokens[token]
	switch {
	case token == "":
		return refuse("Usage of ngrok requires a verified account and authtoken.", "ERR_NGROK_4018")
	case e.o.Tokens != nil && !known:
		// The real service repeats the token in this message, too.
		return refuse("The authtoken you specified does not look like a proper ngrok authtoken.\nYour authtoken: "+token,
			"ERR_NGROK_105")
	}
	earlier := e.sessions[req.ClientID]
	if earlier != nil && earlier.token != token {
		earlier = nil
	}
	if n := e.sessionsOf(token); earlier == nil && e.o.MaxSessions > 0 && n >= e.o.MaxSessions {
		return refuse("Your account is limited to simultaneous ngrok agent sessions.", "ERR_NGROK_108")
	}
	resumed := req.ClientID != "" && req.Extra.Cookie == cookie(req.ClientID)
	if !resumed && e.startsTooOften(token) {
		return refuse("Your account has started too many agent sessions in a short time.", "ERR_NGROK_349")
	}
	s.id, s.token = req.ClientID, token
	if !resumed {
		s.id = rand.Text()
	}
	e.sessions[s.id] = s
	if earlier != nil {
		earlier.vanished = true
		_ = earlier.gate.Close() // the agent has come back on another connection
	}
	e.stats.Auths++
	if resumed {
		e.stats.Resumed++
	}
	e.agentInfo = append(e.agentInfo, req.Extra.UserAgent)
	e.note("auth accepted: resumed=%v", resumed)
	return authReply{
		Version:  "3",
		ClientID: s.id,
		Extra: authReplyExtra{
			Version:            "edgetest",
			Region:             "test",
			Cookie:             cookie(s.id),
			AccountName:        account.Name,
			PlanName:           account.Plan,
			AgentSessionID:     e.nextID("ts"),
			DeprecationWarning: e.faults.deprecation,
		},
	}
}

// cookie is what an agent shows to continue its session.
func cookie(clientID string) string { return "cookie-of-" + clientID }

// startsTooOften says that the token has begun as many sessions as it may within
// the time, and else counts another one. e.mu is held.
func (e *Edge) startsTooOften(token string) bool {
	if e.o.Starts == 0 {
		return false
	}
	now := time.Now()
	began := slices.DeleteFunc(e.started[token], func(at time.Time) bool { return now.Sub(at) >= e.o.StartsFor })
	e.started[token] = began
	if len(began) >= e.o.Starts {
		return true
	}
	e.started[token] = append(began, now)
	return false
}

// sessionsOf counts a token's sessions. e.mu is held.
func (e *Edge) sessionsOf(token string) (n int) {
	for _, s := range e.sessions {
		if s.token == token {
			n++
		}
	}
	return n
}

// bind opens an endpoint for the agent or says why not.
func (s *session) bind(req bindRequest) bindReply {
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	refuse := func(message, code string) bindReply {
		e.stats.BindsRefused++
		e.note("bind refused: %s", code)
		return bindReply{Error: coded(message, code)}
	}
	policy, _ := req.Opts["TrafficPolicy"].(string)
	e.policies = append(e.policies, policy)
	if s.id == "" || e.sessions[s.id] != s {
		return refuse("authenticate first", "")
	}
	if f := e.faults.bind.next(); f != nil {
		return refuse(f.message, f.code)
	}
	if policy != "" && e.faults.policyCode != "" {
		return refuse("The traffic policy is not valid.", e.faults.policyCode)
	}
	asked, _ := req.Opts["URL"].(string)
	domain, code := e.domainFor(s.token, asked)
	if code != "" {
		return refuse("The domain "+asked+" cannot be used by this account.", code)
	}
	if to := e.faults.renamed[domain]; to != "" {
		domain = to
	}
	if taken := e.endpoints[domain]; taken != nil && taken.session != s && taken.bindToken != req.Extra.Token {
		if taken.session != nil || time.Now().Before(taken.staleUntil) {
			return refuse("The endpoint https://"+domain+" is already online.", "ERR_NGROK_334")
		}
	}
	address := "https://" + domain
	if e.o.LoopbackURLs {
		var err error
		if address, err = e.loopbackURL(domain); err != nil {
			return refuse(err.Error(), "")
		}
	}
	for d, ep := range e.endpoints {
		if d != domain && ep.bindToken == req.Extra.Token {
			delete(e.endpoints, d) // it has moved
			ep.transport.CloseIdleConnections()
		}
	}
	id := req.ID
	if id == "" {
		id = e.nextID("bind")
	}
	if old := e.endpoints[domain]; old != nil && old.transport != nil {
		old.transport.CloseIdleConnections()
	}
	ep := &endpoint{domain: domain, url: address, bindID: id, bindToken: rand.Text(), session: s}
	ep.transport = s.transport(id)
	e.endpoints[domain] = ep
	e.stats.Binds++
	if d := e.faults.publish; d > 0 {
		ep.publicFrom = time.Now().Add(d)
	}
	e.note("bound %s", address)
	opts := map[string]any{"URL": "https://" + domain, "Domain": domain}
	if policy != "" {
		opts["TrafficPolicy"] = policy
	}
	return bindReply{
		ID: id, URL: address, Proto: req.Proto, Opts: opts,
		Extra: bindReplyExtra{Token: ep.bindToken, TunnelID: e.nextID("tn")},
	}
}

// domainFor says which domain an agent gets that asks for this URL, or the
// code with which it is refused. e.mu is held.
func (e *Edge) domainFor(token, asked string) (domain, code string) {
	own := e.DevDomain(token)
	if asked == "" {
		return own, ""
	}
	host := asked
	if u, err := url.Parse(asked); err == nil && u.Host != "" {
		host = u.Host
	}
	for d, l := range e.loopback {
		if l.Addr().String() == host {
			host = d
		}
	}
	if host == own || slices.Contains(e.o.Domains, host) {
		return host, ""
	}
	for from, to := range e.faults.renamed {
		if to == host && (from == own || slices.Contains(e.o.Domains, from)) {
			return host, ""
		}
	}
	for other := range e.o.Tokens {
		if e.DevDomain(other) == host {
			return "", "ERR_NGROK_320"
		}
	}
	if !strings.Contains(host, ".") {
		return "", "ERR_NGROK_326"
	}
	return "", "ERR_NGROK_319"
}

// unbind takes an endpoint off.
func (s *session) unbind(req unbindRequest) errorReply {
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	for domain, ep := range e.endpoints {
		if ep.session == s && ep.bindID == req.ID {
			delete(e.endpoints, domain)
			ep.transport.CloseIdleConnections()
			e.stats.Unbinds++
			e.note("unbound %s", ep.url)
			return errorReply{}
		}
	}
	return errorReply{"no such endpoint"}
}

// gone forgets a session that has ended, and frees or keeps its endpoints.
func (s *session) gone() {
	e := s.e
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.gates, s.gate)
	if e.sessions[s.id] == s {
		delete(e.sessions, s.id)
	}
	for domain, ep := range e.endpoints {
		if ep.session != s {
			continue
		}
		ep.session = nil
		ep.transport.CloseIdleConnections()
		if s.vanished && e.o.StaleFor > 0 {
			ep.staleUntil = time.Now().Add(e.o.StaleFor)
		} else {
			delete(e.endpoints, domain)
		}
	}
	e.note("session ended: vanished=%v", s.vanished)
}

// beat asks the agent for signs of life and drops it when it owes two.
func (s *session) beat(ctx context.Context) {
	str, err := s.open(typeHeartbeat)
	if err != nil {
		return
	}
	defer func() { _ = str.Close() }() // the session's end reports itself
	dead := time.AfterFunc(2*s.e.o.Heartbeat, func() {
		s.vanish()
		_ = s.gate.Close() // serveAgent sees it and cleans up
	})
	defer dead.Stop()
	tick := time.NewTicker(s.e.o.Heartbeat)
	defer tick.Stop()
	beat := []byte{1, 2, 3, 4}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := str.Write(beat); err != nil {
			return
		}
		if _, err := io.ReadFull(str, make([]byte, 4)); err != nil {
			return
		}
		dead.Reset(2 * s.e.o.Heartbeat)
	}
}

// vanish marks that this session ends without a goodbye.
func (s *session) vanish() {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	s.vanished = true
}

// transport carries HTTP to the agent over streams of this session, kept
// alive like the real edge's.
func (s *session) transport(bindID string) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return s.openProxy(ctx, bindID)
		},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     5 * time.Minute,
	}
}

// open opens a stream to the agent.
func (s *session) open(kind muxado.StreamType) (*stream, error) {
	opened, err := s.mux.OpenTypedStream(kind)
	if err != nil {
		return nil, err
	}
	return &stream{Stream: opened}, nil
}

// clientAddr is the context's key for the address of the public client.
type clientAddr struct{}

// openProxy opens a stream for one public connection.
func (s *session) openProxy(ctx context.Context, bindID string) (net.Conn, error) {
	str, err := s.open(typeProxy)
	if err != nil {
		return nil, err
	}
	from, _ := ctx.Value(clientAddr{}).(string)
	if err := writeProxyHeader(str,
		proxyHeader{ID: bindID, ClientAddr: from, Proto: "https", EdgeType: edgeTypeHTTPS}); err != nil {
		_ = str.Close() // the write's failure is what matters
		return nil, err
	}
	return str, nil
}
