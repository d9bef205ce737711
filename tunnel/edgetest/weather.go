package edgetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// Weather is the network between an agent and an edge that is in memory: it makes
// the agent's connection to an address, or fails as the system's network does.
// onwards leads to the edge, whatever the address.
type Weather func(ctx context.Context, addr string, onwards func(context.Context) (net.Conn, error)) (net.Conn, error)

// SetWeather is the network's weather from now on, for new connections; nil clears it.
func (e *Edge) SetWeather(w Weather) {
	e.fault(func(f *faults) { f.weather = w }, "fault: weather=%v", w != nil)
}

// Dial connects an agent to an edge that is in memory, in whatever weather.
func (e *Edge) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	e.mu.Lock()
	w := e.faults.weather
	e.mu.Unlock()
	if w == nil {
		return e.pipes.dial(ctx)
	}
	c, err := w(ctx, addr, e.pipes.dial)
	if err != nil {
		var dns *net.DNSError
		var op *net.OpError
		if errors.As(err, &dns) || !errors.As(err, &op) { // as net.Dialer wraps it
			err = &net.OpError{Op: "dial", Net: network, Err: err}
		}
		return nil, err
	}
	return c, nil
}

// answered makes a connection at whose other end somebody is who then hangs up.
func answered(by func(net.Conn)) net.Conn {
	ours, theirs := pipe()
	go func() { // ends with the connection
		defer func() { _ = theirs.Close() }()
		by(theirs)
	}()
	return ours
}

// LateNames has a name service that answers after so long; who waits for less is
// told that it did not answer.
func LateNames(after time.Duration) Weather {
	return func(ctx context.Context, addr string, onwards func(context.Context) (net.Conn, error)) (net.Conn, error) {
		select {
		case <-time.After(after):
			return onwards(ctx)
		case <-ctx.Done():
			return nil, &net.DNSError{Err: "i/o timeout", Name: hostOnly(addr), IsTimeout: true}
		}
	}
}

// NoSuchName is a filter by whose name service ngrok's names do not exist.
func NoSuchName(_ context.Context, addr string, _ func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return nil, &net.DNSError{Err: "no such host", Name: hostOnly(addr), IsNotFound: true}
}

// LeadsHome is a filter whose name service leads ngrok's names to the computer that
// asks, where nobody listens.
func LeadsHome(_ context.Context, _ string, _ func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return nil, failedConnect(net.IPv4zero, syscall.ECONNREFUSED)
}

// OnlyIPv6 is a network that has no way to the addresses of IPv4 that names have.
func OnlyIPv6(_ context.Context, _ string, _ func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return nil, failedConnect(net.IPv4(3, 64, 4, 198), syscall.ENETUNREACH)
}

func failedConnect(ip net.IP, why error) error {
	return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: ip, Port: 443}, Err: os.NewSyscallError("connect", why)}
}

// CutsByName is a filter that reads whom an agent asks for, and cuts the connection.
func CutsByName(context.Context, string, func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return answered(func(c net.Conn) { _, _ = c.Read(make([]byte, 16<<10)) }), nil
}

// Portal is a network that wants a sign-in first and answers every connection with
// the way there, as if it had asked for a page.
func Portal(context.Context, string, func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return answered(func(c net.Conn) {
		_, _ = c.Read(make([]byte, 16<<10)) // it does not look at what was asked
		_, _ = io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: http://portal.hotel.example/login\r\nContent-Length: 0\r\n\r\n")
	}), nil
}

// PortalWithCertificate is one that speaks TLS, by a certificate for its own name.
func (e *Edge) PortalWithCertificate(context.Context, string, func(context.Context) (net.Conn, error)) (net.Conn, error) {
	return answered(func(c net.Conn) {
		_ = tls.Server(c, &tls.Config{
			MinVersion: tls.VersionTLS12,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				return e.ca.leaf("portal.hotel.example")
			},
		}).Handshake() // the agent hangs up
	}), nil
}

// Proxy is a network whose only way out is a proxy at an address that wants a name
// and a password.
func Proxy(at, name, password string) Weather {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
	return func(ctx context.Context, addr string, onwards func(context.Context) (net.Conn, error)) (net.Conn, error) {
		if addr != at {
			return nil, failedConnect(net.IPv4(3, 64, 4, 198), syscall.ETIMEDOUT)
		}
		return answered(func(c net.Conn) {
			r := bufio.NewReader(c)
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			if req.Method != http.MethodConnect || req.Header.Get("Proxy-Authorization") != want {
				fmt.Fprint(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"office\"\r\nContent-Length: 0\r\n\r\n")
				return
			}
			up, err := onwards(ctx)
			if err != nil {
				return
			}
			defer func() { _ = up.Close() }()
			if _, err := io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
				return
			}
			back := make(chan struct{})
			go func() {
				defer close(back)
				_, _ = io.Copy(c, up) // until either hangs up
				_ = c.Close()
			}()
			_, _ = io.Copy(up, r)
			_ = up.Close()
			<-back
		}), nil
	}
}
