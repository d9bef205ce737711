package netfault_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	_ "dormer/internal/hermetic"
	"dormer/internal/netfault"
)

// office signs certificates.
type office struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newOffice(t *testing.T, name string) office {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-20, 0, 0), NotAfter: time.Now().AddDate(20, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return office{cert, key}
}

// server is an https server whose certificate the office signed; date is what it
// takes for the time.
func (o office) server(t *testing.T, host string, from, until, date time.Time) *httptest.Server {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, NotBefore: from, NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, o.cert, o.key.Public(), o.key)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if date.IsZero() {
			w.Header()["Date"] = nil
			return
		}
		w.Header().Set("Date", date.UTC().Format(http.TimeFormat))
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: o.key}}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// ask asks an address as Dormer does, with the office's certificate trusted.
func ask(t *testing.T, address string, trusted ...office) error {
	t.Helper()
	pool := x509.NewCertPool()
	for _, o := range trusted {
		pool.AddCert(o.cert)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	reply, err := client.Get(address)
	if err == nil {
		_ = reply.Body.Close()
	}
	return err
}

func told(t *testing.T, f *netfault.Fault, kind netfault.Kind, parts ...string) {
	t.Helper()
	if f == nil || f.Kind != kind {
		t.Fatalf("it is taken for %+v, want %q", f, kind)
	}
	said := f.Say()
	for _, part := range parts {
		if !strings.Contains(said.Error(), part) {
			t.Errorf("%q does not tell %q", said.Error(), part)
		}
	}
	if said.What.IsZero() || said.Do.IsZero() {
		t.Errorf("it says too little: %q", said.Error())
	}
	for _, wrong := range []string{"reads the connection along", "x509:", "tls:"} {
		if strings.Contains(said.Error(), wrong) {
			t.Errorf("%q", said.Error())
		}
	}
}

func TestAWrongClockIsNeverCalledAnEavesdropper(t *testing.T) {
	theirs := newOffice(t, "Theirs")
	now := time.Now()
	for _, c := range []struct {
		name              string
		from, until, date time.Time
		kind              netfault.Kind
		say               string
	}{
		{"three years ahead", now.AddDate(-4, 0, 0), now.AddDate(-2, 0, 0), now.AddDate(-3, 0, 0), netfault.Clock, "days ahead"},
		{"set back to 1970", now.AddDate(2, 0, 0), now.AddDate(4, 0, 0), now.AddDate(3, 0, 0), netfault.Clock, "days behind"},
		{"right, and the certificate has run out", now.AddDate(-2, 0, 0), now.AddDate(0, 0, -3), now, netfault.Expired, "has to renew it"},
		{"nobody tells", now.AddDate(2, 0, 0), now.AddDate(4, 0, 0), time.Time{}, netfault.Clock, "seems wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := theirs.server(t, "127.0.0.1", c.from, c.until, c.date)
			f := netfault.Of("hover.to:443", ask(t, s.URL, theirs))
			told(t, f, netfault.Clock, "clock", "hover.to")
			address, err := url.Parse(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			ahead, known := netfault.Ahead(t.Context(), address, nil)
			if known != !c.date.IsZero() {
				t.Fatalf("the other clock is known: %v", known)
			}
			if known {
				f = f.ByClock(ahead)
			}
			told(t, f, c.kind, c.say)
		})
	}
}

func TestWhoseCertificateItIs(t *testing.T) {
	theirs, filter := newOffice(t, "Theirs"), newOffice(t, "Acme Web Filter")
	year := [2]time.Time{time.Now().AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0)}
	t.Run("an office's own", func(t *testing.T) {
		s := filter.server(t, "127.0.0.1", year[0], year[1], time.Now())
		told(t, netfault.Of("hover.to", ask(t, s.URL, theirs)), netfault.Signer, "signed by Acme Web Filter", "SSL_CERT_FILE")
	})
	t.Run("another name's", func(t *testing.T) {
		s := theirs.server(t, "block.example", year[0], year[1], time.Now())
		told(t, netfault.Of("hover.to", ask(t, s.URL, theirs)), netfault.Name, "block.example", "hover.to")
	})
	t.Run("none", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		defer s.Close()
		told(t, netfault.Of("hover.to", ask(t, "https"+strings.TrimPrefix(s.URL, "http"), theirs)), netfault.Page, "web page")
	})
}

func TestWhatIsWrongWithTheWay(t *testing.T) {
	hangsUp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := hangsUp.Accept()
			if err != nil {
				return
			}
			_ = c.(*net.TCPConn).SetLinger(0)
			_ = c.Close()
		}
	}()
	defer func() { _ = hangsUp.Close(); <-ended }()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := free.Addr().String()
	_ = free.Close()
	silent, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	<-silent.Done()
	for _, c := range []struct {
		name, host string
		err        error
		kind       netfault.Kind
	}{
		{"no such name", "hover.to", &net.DNSError{Err: "no such host", Name: "hover.to", IsNotFound: true}, netfault.NoName},
		{"a name server that is silent", "hover.to", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "timeout", IsTimeout: true}}, netfault.Unnamed},
		{"a network that has IPv6 alone", "hover.to", unreachable(net.IPv4(203, 0, 113, 7)), netfault.OnlyV6},
		{"an address without a name, and no network", "203.0.113.7:8443", unreachable(net.IPv4(203, 0, 113, 7)), netfault.NoRoute},
		{"IPv6 without a way", "hover.to", unreachable(net.ParseIP("2001:db8::7")), netfault.NoRoute},
		{"nobody listens", nobody, ask(t, "https://"+nobody), netfault.Refused},
		{"a name that a filter leads home", "hover.to", ask(t, "https://"+nobody), netfault.Blocked},
		{"the connection is cut", "hover.to", ask(t, "https://"+hangsUp.Addr().String()), netfault.Cut},
		{"nothing in time", "hover.to", fmt.Errorf("asking: %w", silent.Err()), netfault.Silent},
		{"an odd error", "hover.to", errors.New("odd"), netfault.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := netfault.Of(c.host, c.err)
			told(t, f, c.kind, c.host)
			if f.OtherAnswered() {
				t.Error("it says that somebody answered")
			}
			if again := netfault.Of("x", fmt.Errorf("wrapped: %w", f)); again.Kind != f.Kind || again.Host != f.Host {
				t.Errorf("wrapped it is %+v", again)
			}
		})
	}
	if netfault.Of("hover.to", nil) != nil {
		t.Error("nothing is a fault")
	}
}

// unreachable is what the system says of an address to which there is no way.
func unreachable(ip net.IP) error {
	errno := syscall.ENETUNREACH
	if runtime.GOOS == "windows" {
		errno = 10051 // WSAENETUNREACH: what Windows says; syscall has a number of its own
	}
	return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: ip, Port: 443}, Err: os.NewSyscallError("connect", errno)}
}

// TestANameServiceIsToldFromAName asks name services of its own through the
// system's resolver: of what stands there one says that there is no such name, one
// that it does not know, one nothing.
func TestANameServiceIsToldFromAName(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer dnsmessage.RCode // of every question; 0: none comes
		kind   netfault.Kind
	}{
		{"a filter that knows no such name", dnsmessage.RCodeNameError, netfault.NoName},
		{"one whose own way out is gone", dnsmessage.RCodeServerFailure, netfault.Unnamed},
		{"one that says nothing", 0, netfault.Unnamed},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				answerNames(l, c.answer)
			}()
			defer func() { _ = l.Close(); <-ended }()
			most := time.Minute
			if c.answer == 0 {
				most = 50 * time.Millisecond
			}
			dialer := &net.Dialer{Timeout: most, Resolver: &net.Resolver{
				PreferGo: true,
				Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, "udp", l.LocalAddr().String())
				},
			}}
			_, err = dialer.Dial("tcp", "connect.ngrok-agent.com.:443")
			told(t, netfault.Of("connect.ngrok-agent.com:443", err), c.kind, "connect.ngrok-agent.com")
		})
	}
}

// answerNames answers questions for names until l is closed.
func answerNames(l net.PacketConn, code dnsmessage.RCode) {
	b := make([]byte, 1500)
	for {
		n, from, err := l.ReadFrom(b)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(b[:n]) != nil || code == 0 {
			continue
		}
		m.Response, m.RCode, m.Additionals = true, code, nil
		if reply, err := m.Pack(); err == nil {
			_, _ = l.WriteTo(reply, from)
		}
	}
}

func TestWhoAnswered(t *testing.T) {
	for _, c := range []struct {
		status    int
		typ, to   string
		kind      netfault.Kind
		otherwise bool
	}{
		{404, "text/plain; charset=utf-8", "", netfault.Else, true},
		{502, "", "", netfault.Else, true},
		{200, "application/json", "", netfault.Else, true},
		{200, "text/html; charset=utf-8", "", netfault.Page, false},
		{403, "TEXT/HTML", "", netfault.Page, false},
		{302, "", "http://login.hotel.example/?from=x", netfault.Page, false},
		{302, "", "/elsewhere", netfault.Else, true},
		{511, "", "", netfault.Page, false},
		{407, "", "", netfault.ProxySignIn, false},
	} {
		r := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.typ}, "Location": {c.to}}}
		f := netfault.OfReply("office.example", r)
		if f.OtherAnswered() != c.otherwise {
			t.Errorf("%+v: %+v", c, f)
		}
		told(t, f, c.kind)
	}
}

// TestWhatAProxyAnswers asks through a real one.
func TestWhatAProxyAnswers(t *testing.T) {
	for status, want := range map[int]netfault.Kind{407: netfault.ProxySignIn, 403: netfault.ProxyRefuses, 503: netfault.ProxyRefuses} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer func() { _ = c.Close() }()
			if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
				t.Error(err)
			}
			fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n", status, http.StatusText(status))
		}()
		proxy := netfault.Proxy(env{"HTTPS_PROXY": "http://roof:s3cret@" + l.Addr().String()}.get)
		transport := &http.Transport{
			Proxy:                  func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
			OnProxyConnectResponse: netfault.Connected,
		}
		_, err = (&http.Client{Transport: transport}).Get("https://hover.example/")
		_ = l.Close()
		<-ended
		f := netfault.Of("hover.example", err)
		told(t, f, want, l.Addr().String())
		if strings.Contains(f.Error(), "s3cret") {
			t.Errorf("it tells the password: %v", f)
		}
		// Nobody listens there any more.
		_, err = (&http.Client{Transport: transport}).Get("https://hover.example/")
		told(t, netfault.Of("hover.example", err), netfault.ProxyGone, "HTTPS_PROXY")
	}
}

type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestAProxyThatCannotBeReadIsNeverTakenForNone(t *testing.T) {
	for value, why := range map[string]string{
		"http://roof:100%s3cret@proxy.example:8080": "%25",
		"http://proxy.example:8080\r":               "line break",
		" http://proxy.example:8080":                "blank",
		"http://proxy .example:8080":                "blank",
		"http://roof:s3#cret@proxy.example:8080":    "host and a port",
		"http://roof:s3/cret@proxy.example:8080":    "host and a port",
		"http://proxy.example:port":                 "host and a port",
		"http://proxy.example:":                     "host and a port",
		"http://:8080":                              "host and a port",
		"http://http://proxy.example:8080":          "host and a port",
		"ftp://proxy.example":                       "http nor with socks5",
	} {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
			proxy := netfault.Proxy(env{name: value, "NO_PROXY": "files.example"}.get)
			via, err := proxy(&url.URL{Scheme: "https", Host: "hover.example"})
			if via != nil || err == nil {
				t.Errorf("%q: %v, %v", value, via, err)
				continue
			}
			told(t, netfault.Of("hover.example", err), netfault.ProxySetting, name, why)
			if strings.Contains(err.Error(), "s3") {
				t.Errorf("it tells the password: %v", err)
			}
			// For whom it does not count it does no harm.
			for _, direct := range []url.URL{{Scheme: "https", Host: "files.example"}, {Scheme: "http", Host: "hover.example"}, {Scheme: "https", Host: "127.0.0.1:1"}} {
				if via, err := proxy(&direct); via != nil || err != nil {
					t.Errorf("%q for %s: %v, %v", value, direct.String(), via, err)
				}
			}
		}
	}
	for value, want := range map[string]string{
		"": "", "proxy.example:8080": "http://proxy.example:8080", "http://proxy.example": "http://proxy.example", "socks5h://proxy.example:1080/": "socks5h://proxy.example:1080/",
		"https://roof:s3%25cret@[::1]:8080": "https://roof:s3%25cret@[::1]:8080",
	} {
		via, err := netfault.Proxy(env{"HTTPS_PROXY": value}.get)(&url.URL{Scheme: "https", Host: "hover.example"})
		if got := map[bool]string{true: "", false: fmt.Sprint(via)}[via == nil]; err != nil || got != want {
			t.Errorf("%q: %s, %v", value, got, err)
		}
	}
}

func FuzzProxy(f *testing.F) {
	for _, s := range []string{"http://a:b@c:1", "c:1", "a b", "%", "http://unread.invalid", "socks5://x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		via, err := netfault.Proxy(env{"HTTPS_PROXY": value}.get)(&url.URL{Scheme: "https", Host: "hover.example"})
		switch {
		case value == "":
		case err == nil && via == nil:
			t.Errorf("%q counts as none", value)
		case err == nil && via.Hostname() == "":
			t.Errorf("%q has no host", value)
		}
	})
}
