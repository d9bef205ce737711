package edgetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"time"
)

// servePublic serves HTTP clients on l: those of one domain, or, with an empty
// one, of whichever domain their request names.
func (e *Edge) servePublic(l net.Listener, domain string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.serveLocked(l, domain)
}

func (e *Edge) serveLocked(l net.Listener, domain string) {
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			to := domain
			if to == "" {
				to = hostOnly(r.Host)
			}
			e.forward(w, r, to)
		}),
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    1 << 20, // ngrok's own limit
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	e.servers = append(e.servers, server)
	e.wg.Go(func() { _ = server.Serve(l) }) // it ends when Close closes it
}

// ServeHTTP answers a public request, whichever host it names.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.forward(w, r, hostOnly(r.Host)) }

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// forward answers one public request: by the agent behind the domain, or as
// the edge itself where there is none.
func (e *Edge) forward(w http.ResponseWriter, r *http.Request, domain string) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return
	}
	e.wg.Add(1)
	defer e.wg.Done()
	e.stats.Requests++
	latency := e.faults.latency
	e.note("request %s %s%s", r.Method, domain, r.URL.Path)
	e.mu.Unlock()

	select {
	case <-time.After(latency):
	case <-r.Context().Done():
		return
	}
	if e.o.Interstitial && fromBrowser(r) {
		edgePage(w, http.StatusOK, "ERR_NGROK_6024", "You are about to visit "+domain)
		return
	}

	e.mu.Lock()
	ep := e.endpoints[domain]
	if ep == nil || ep.session == nil || time.Now().Before(ep.publicFrom) {
		e.mu.Unlock()
		edgePage(w, http.StatusNotFound, "ERR_NGROK_3200", "The endpoint "+domain+" is offline.")
		return
	}
	e.stats.Forwarded++
	cut := e.faults.cut
	e.faults.cut = nil
	session, transport := ep.session, ep.transport
	if cut != nil {
		transport = session.transport(ep.bindID)
		transport.DisableKeepAlives = true
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := session.openProxy(ctx, ep.bindID)
			if err != nil {
				return nil, err
			}
			return &cutConn{Conn: c, cut: *cut}, nil
		}
	}
	e.mu.Unlock()

	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme = "http"
			p.Out.URL.Host = domain
			p.Out.Header["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
			p.SetXForwarded()
			p.Out.Header.Set("X-Forwarded-Proto", "https") // as behind a real address
		},
		ErrorLog: log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			edgePage(w, http.StatusBadGateway, "ERR_NGROK_3004", "The agent gave no complete answer.")
		},
	}
	proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), clientAddr{}, r.RemoteAddr)))
}

// fromBrowser says whether ngrok would show its warning page: to a browser
// that navigates, unless the skip header is there.
func fromBrowser(r *http.Request) bool {
	return r.Method == http.MethodGet &&
		strings.HasPrefix(r.UserAgent(), "Mozilla/") &&
		strings.Contains(r.Header.Get("Accept"), "text/html") &&
		r.Header.Get("Ngrok-Skip-Browser-Warning") == ""
}

// edgePage is an answer by the edge itself.
func edgePage(w http.ResponseWriter, status int, code, says string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Ngrok-Error-Code", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, "<!doctype html><title>ngrok</title><p>%s (%s)</p>\n", says, code)
}

// cut says after how many bytes a connection to the agent breaks; -1: never.
type cut struct{ request, response int }

// cutConn is a public connection to the agent that breaks in the middle.
type cutConn struct {
	net.Conn
	cut cut
}

var errCut = errors.New("edgetest: cut on purpose")

func (c *cutConn) Write(b []byte) (int, error) {
	if c.cut.request < 0 || len(b) <= c.cut.request {
		n, err := c.Conn.Write(b)
		if c.cut.request >= 0 {
			c.cut.request -= n
		}
		return n, err
	}
	n, _ := c.Conn.Write(b[:c.cut.request]) // it breaks either way
	c.cut.request = 0
	_ = c.Close()
	return n, errCut
}

func (c *cutConn) Read(b []byte) (int, error) {
	if c.cut.response < 0 {
		return c.Conn.Read(b)
	}
	if c.cut.response == 0 {
		_ = c.Close() // it breaks either way
		return 0, errCut
	}
	n, err := c.Conn.Read(b[:min(len(b), c.cut.response)])
	c.cut.response -= n
	return n, err
}
