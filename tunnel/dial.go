package tunnel

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.ngrok.com/ngrok/v2"
	"golang.org/x/net/proxy"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// dialer opens the SDK's connections: through a proxy where one is set, and so
// that all of them can be closed. (The SDK's own way with proxies takes SOCKS
// alone, and at a second connect dials the proxy through the proxy.)
type dialer struct {
	proxy   func(*url.URL) (*url.URL, error)
	dial    dial
	timeout time.Duration

	mu     sync.Mutex
	closed bool
	conns  map[*dialed]bool
}

func (n *Ngrok) dialer() *dialer {
	return &dialer{proxy: n.o.Proxy, dial: n.o.Dial, timeout: n.o.Tuning.Dial, conns: map[*dialed]bool{}}
}

// dial makes a connection without a proxy.
type dial func(ctx context.Context, network, addr string) (net.Conn, error)

// Dial and DialContext are what x/net's proxies are given.
func (d dial) Dial(network, addr string) (net.Conn, error) {
	return d(context.Background(), network, addr)
}

func (d dial) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d(ctx, network, addr)
}

// dialed is a connection that its dialer knows.
type dialed struct {
	net.Conn
	by *dialer
}

func (c *dialed) Close() error {
	c.by.mu.Lock()
	delete(c.by.conns, c)
	c.by.mu.Unlock()
	return c.Conn.Close()
}

// Dial is part of the SDK's Dialer interface.
func (d *dialer) Dial(network, addr string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, addr)
}

// DialContext connects to addr, host:port, within the dialer's time limit.
func (d *dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	via, err := d.proxy(&url.URL{Scheme: "https", Host: addr})
	if err != nil {
		return nil, err // it names no value: a proxy's address may hold a password
	}
	var c net.Conn
	if via == nil {
		c, err = d.dial(ctx, network, addr)
	} else {
		c, err = d.dial.via(ctx, via, network, addr)
	}
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		_ = c.Close() // it was opened too late to be used
		return nil, net.ErrClosed
	}
	known := &dialed{Conn: c, by: d}
	d.conns[known] = true
	return known, nil
}

// close closes all connections, and every one that is opened after it.
func (d *dialer) close() {
	d.mu.Lock()
	d.closed = true
	conns := d.conns
	d.conns = map[*dialed]bool{}
	d.mu.Unlock()
	for c := range conns {
		_ = c.Conn.Close() // it is thrown away
	}
}

// via connects to addr through a proxy.
func (d dial) via(ctx context.Context, via *url.URL, network, addr string) (net.Conn, error) {
	switch via.Scheme {
	case "http", "https":
		return d.connect(ctx, via, addr)
	case "socks5", "socks5h":
		var auth *proxy.Auth
		if via.User != nil {
			password, _ := via.User.Password()
			auth = &proxy.Auth{User: via.User.Username(), Password: password}
		}
		socks, err := proxy.SOCKS5("tcp", hostPort(via, "1080"), auth, d)
		if err != nil {
			return nil, netfault.Via(via, err)
		}
		c, err := socks.(proxy.ContextDialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, netfault.Via(via, err)
		}
		return c, nil
	default:
		return nil, netfault.OddProxy()
	}
}

// connect asks an HTTP proxy for a connection to addr.
func (d dial) connect(ctx context.Context, via *url.URL, addr string) (_ net.Conn, err error) {
	port := "80"
	if via.Scheme == "https" {
		port = "443"
	}
	c, err := d(ctx, "tcp", hostPort(via, port))
	if err != nil {
		return nil, netfault.Via(via, err)
	}
	defer func() {
		if err != nil {
			_ = c.Close() // the first failure is what matters
		}
	}()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) }) // ends the waits below
	defer stop()
	if via.Scheme == "https" {
		c = tls.Client(c, &tls.Config{ServerName: via.Hostname(), MinVersion: tls.VersionTLS12})
	}
	req := &http.Request{
		Method: http.MethodConnect,
		URL:    &url.URL{Opaque: addr},
		Host:   addr,
		Header: http.Header{"User-Agent": {""}},
	}
	if via.User != nil {
		password, _ := via.User.Password()
		req.Header.Set("Proxy-Authorization",
			"Basic "+base64.StdEncoding.EncodeToString([]byte(via.User.Username()+":"+password)))
	}
	if err := req.Write(c); err != nil {
		return nil, netfault.Via(via, err)
	}
	answer := bufio.NewReader(io.LimitReader(c, maxHeader))
	resp, err := http.ReadResponse(answer, req)
	switch {
	case err != nil:
		return nil, netfault.Via(via, err)
	case resp.StatusCode != http.StatusOK:
		return nil, netfault.OfProxy(via, resp.StatusCode)
	case answer.Buffered() > 0: // the other side speaks only after us
		return nil, netfault.Via(via, say.Because("net.proxy_more"))
	case !stop():
		return nil, netfault.Via(via, ctx.Err())
	}
	return c, nil
}

func hostPort(u *url.URL, port string) string {
	if p := u.Port(); p != "" {
		port = p
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// agentOptions are those that a connection and a diagnosis share.
//
// The SDK gets no logger: it would write the service's words to it, which
// repeat a token that is wrong.
func (n *Ngrok) agentOptions(d *dialer) []ngrok.AgentOption {
	options := []ngrok.AgentOption{
		ngrok.WithLogger(slog.New(slog.DiscardHandler)),
		ngrok.WithDialer(d),
	}
	if n.o.CAs != nil {
		options = append(options, ngrok.WithAgentConnectCAs(n.o.CAs))
	}
	if n.o.Server != "" {
		options = append(options, ngrok.WithAgentConnectURL(n.o.Server))
		if host, _, err := net.SplitHostPort(n.o.Server); err == nil { // the SDK cuts IPv6 at its first colon
			options = append(options, ngrok.WithTLSConfig(func(c *tls.Config) { c.ServerName = host }))
		}
	}
	return options
}
