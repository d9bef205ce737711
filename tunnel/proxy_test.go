package tunnel_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"dormer/tunnel"
	"dormer/tunnel/edgetest"
)

// proxyServer takes connections until the test ends and lets handle say where
// each one leads; an error hangs up.
func proxyServer(t *testing.T, handle func(*bufio.Reader, net.Conn) (target string, accepted func() error, err error)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	serve := func(c net.Conn) {
		defer func() { _ = c.Close() }()
		r := bufio.NewReader(c)
		target, accepted, err := handle(r, c)
		if err != nil {
			return
		}
		up, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		defer func() { _ = up.Close() }()
		if accepted() != nil {
			return
		}
		wg.Go(func() {
			_, _ = io.Copy(up, r)
			_ = up.Close()
		})
		_, _ = io.Copy(c, up)
	}
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wg.Wait()
	})
	return l.Addr().String()
}

// connectProxy is an HTTP proxy that wants a name and password.
func connectProxy(t *testing.T, asked chan<- string) string {
	return proxyServer(t, func(r *bufio.Reader, c net.Conn) (string, func() error, error) {
		req, err := http.ReadRequest(r)
		if err != nil {
			return "", nil, err
		}
		// Basic authentication of roof:secret
		if req.Method != http.MethodConnect || req.Header.Get("Proxy-Authorization") != "Basic cm9vZjpzZWNyZXQ=" {
			_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
			return "", nil, errors.New("refused")
		}
		asked <- req.Host
		return req.Host, func() error {
			_, err := io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
			return err
		}, nil
	})
}

// socksProxy is a SOCKS5 proxy without a password.
func socksProxy(t *testing.T, asked chan<- string) string {
	return proxyServer(t, func(r *bufio.Reader, c net.Conn) (string, func() error, error) {
		hello := make([]byte, 2)
		if _, err := io.ReadFull(r, hello); err != nil {
			return "", nil, err
		}
		if _, err := r.Discard(int(hello[1])); err != nil {
			return "", nil, err
		}
		_, _ = c.Write([]byte{5, 0})
		want := make([]byte, 10) // IPv4
		if _, err := io.ReadFull(r, want); err != nil {
			return "", nil, err
		}
		target := net.JoinHostPort(net.IP(want[4:8]).String(), strconv.Itoa(int(binary.BigEndian.Uint16(want[8:]))))
		asked <- target
		return target, func() error {
			_, err := c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
			return err
		}, nil
	})
}

// through is the option for one proxy, whatever the server.
func through(proxy string) func(*url.URL) (*url.URL, error) {
	return func(*url.URL) (*url.URL, error) { return url.Parse(proxy) }
}

func TestAnOfficeProxyLeadsToNgrokEveryTime(t *testing.T) {
	for _, scheme := range []string{"http", "socks5", "socks5h"} {
		t.Run(scheme, func(t *testing.T) {
			e := start(t, edgetest.Options{})
			asked := make(chan string, 10)
			o := options(e)
			if scheme == "http" {
				o.Proxy = through("http://roof:secret@" + connectProxy(t, asked))
			} else {
				o.Proxy = through(scheme + "://" + socksProxy(t, asked))
			}
			n := tunnel.NewNgrok(o)
			l := live(t, n, echo)
			l.online()
			e.DropSessions(false) // the SDK dials again
			l.reconnecting()
			l.online()
			n.Renew("and once more by another agent")
			l.reconnecting()
			if status, body := post(t, e, l.online().URL, "{}"); status != 200 || body != "{}" {
				t.Errorf("answer: %d %s", status, body)
			}
			if err := n.Diagnose(t.Context()); err != nil {
				t.Error(err)
			}
			for range 4 {
				if to := <-asked; to != e.ConnectAddr() {
					t.Errorf("the proxy was asked for %s", to)
				}
			}
		})
	}
}

func TestAProxyThatWantsAPasswordSaysSoAndNeverShowsIt(t *testing.T) {
	e := start(t, edgetest.Options{})
	var log logbook
	o := options(e)
	o.Log = log.logger()
	addr := connectProxy(t, make(chan string, 1))
	o.Proxy = through("http://roof:wrong-one@" + addr)
	l := live(t, tunnel.NewNgrok(o), echo)
	l.saying("The proxy " + addr + " asks for a user name and a password")
	l.stop()
	if text := l.String() + log.String(); strings.Contains(text, "wrong-one") {
		t.Errorf("the password is in:\n%s", text)
	}
}

func TestAProxyThatIsNotThereIsNamed(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for _, scheme := range []string{"http", "https", "socks5"} {
		e := start(t, edgetest.Options{})
		o := options(e)
		o.Proxy = through(scheme + "://" + gone.Addr().String())
		live(t, tunnel.NewNgrok(o), echo).saying("The proxy " + gone.Addr().String() + " cannot be reached")
	}
}

func TestAProxySettingThatMakesNoSenseIsSaid(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Proxy = through("gopher://roof:hidden@proxy.example.com")
	l := live(t, tunnel.NewNgrok(o), echo)
	l.saying("The proxy that HTTPS_PROXY names cannot be read")
	if strings.Contains(l.String(), "hidden") {
		t.Errorf("the password is in:\n%s", l)
	}
}

func TestTheProxyIsAskedForByTheServersName(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	asked := make(chan string, 10)
	o.Proxy = func(u *url.URL) (*url.URL, error) {
		asked <- u.String()
		return nil, nil // as NO_PROXY has it
	}
	live(t, tunnel.NewNgrok(o), echo).online()
	if u := <-asked; u != "https://"+e.ConnectAddr() {
		t.Errorf("asked for %s", u)
	}
}

func TestAServerWithAnIPv6AddressIsKnownByItsCertificate(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Server = "[::1]:443"
	o.Proxy = through("http://" + proxyServer(t, func(r *bufio.Reader, c net.Conn) (string, func() error, error) {
		if req, err := http.ReadRequest(r); err != nil || req.Host != "[::1]:443" {
			return "", nil, errors.New("not the server")
		}
		return e.ConnectAddr(), func() error {
			_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
			return err
		}, nil
	}))
	live(t, tunnel.NewNgrok(o), echo).online()
}
