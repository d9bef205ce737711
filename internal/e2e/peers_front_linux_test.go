//go:build peers

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
)

// A reverseProxy is one that a contractor's IT person would put before Dormer.
// Its configuration has {at}, {port}, {own}, {dir}: where it listens, where Dormer
// does, and a directory with cert.pem, key.pem and both.pem.
type reverseProxy struct {
	name   string
	debian string // its package
	file   string
	config string
	run    []string
	h2     bool
}

var reverseProxies = []reverseProxy{
	{
		"nginx", "nginx-light", "nginx.conf", `
daemon off;
pid {dir}/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fcgi; uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
	server {
		listen {at} ssl http2;
		server_name localhost;
		ssl_certificate {dir}/cert.pem;
		ssl_certificate_key {dir}/key.pem;
		location / {
			proxy_pass http://{own};
			proxy_http_version 1.1;
			proxy_set_header Host $http_host;
			proxy_request_buffering off;
		}
	}
}
`, []string{"nginx", "-p", "{dir}", "-e", "stderr", "-c", "{dir}/nginx.conf"}, true,
	},
	{
		"caddy", "caddy", "Caddyfile", `
{
	admin off
	auto_https disable_redirects
	skip_install_trust
}
https://localhost:{port} {
	bind 127.0.0.1
	tls {dir}/cert.pem {dir}/key.pem
	reverse_proxy {own}
}
`, []string{"caddy", "run", "--config", "{dir}/Caddyfile", "--adapter", "caddyfile"}, true,
	},
	{
		"haproxy", "haproxy", "haproxy.cfg", `
defaults
	mode http
	timeout connect 5s
	timeout client 60s
	timeout server 60s
frontend door
	bind {at} ssl crt {dir}/both.pem alpn h2,http/1.1
	default_backend dormer
backend dormer
	server dormer {own}
`, []string{"haproxy", "-db", "-f", "{dir}/haproxy.cfg"}, true,
	},
	{
		"apache", "apache2", "httpd.conf", `
ServerRoot {dir}
PidFile {dir}/apache.pid
ServerName localhost
Listen {at}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule socache_shmcb_module /usr/lib/apache2/modules/mod_socache_shmcb.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
<IfModule unixd_module>
User www-data
Group www-data
</IfModule>
ErrorLog /dev/stderr
Mutex posixsem
Protocols h2 http/1.1
SSLEngine on
SSLCertificateFile {dir}/cert.pem
SSLCertificateKeyFile {dir}/key.pem
ProxyPreserveHost On
ProxyPass / http://{own}/
`, []string{"apache2", "-d", "{dir}", "-f", "{dir}/httpd.conf", "-DFOREGROUND"}, true,
	},
}

// office makes a certification authority of one's own, as an office has, and a
// certificate of it for localhost; into dir go cert.pem, key.pem, both.pem, ca.pem.
func office(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	made := func(parent *x509.Certificate, by *ecdsa.PrivateKey, c *x509.Certificate) (*ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		return key, der
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "The office"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caKey, caDER := made(nil, nil, ca)
	parent, err := x509.ParseCertificate(caDER)
	if err != nil {
		t.Fatal(err)
	}
	key, der := made(parent, caKey, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	})
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	cert, private, authority := block("CERTIFICATE", der), block("PRIVATE KEY", pkcs8), block("CERTIFICATE", caDER)
	for name, text := range map[string]string{"cert.pem": cert, "key.pem": private, "both.pem": cert + private, "ca.pem": authority} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AddCert(parent)
	return pool
}

// way is how deliveries are posted: a test changes it between them.
type way struct {
	h1, h2  *http.Transport
	two     atomic.Bool // HTTP/2
	chunked atomic.Bool
	expect  atomic.Bool // Expect: 100-continue
	proto   atomic.Value
}

func newWay(trust *x509.CertPool) *way {
	w := &way{
		h1: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, ExpectContinueTimeout: 20 * time.Second},
		h2: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, ForceAttemptHTTP2: true, ExpectContinueTimeout: 20 * time.Second},
	}
	w.proto.Store("")
	return w
}

func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if w.chunked.Load() {
		r.ContentLength = -1
		r.Body = io.NopCloser(struct{ io.Reader }{r.Body})
	}
	if w.expect.Load() {
		r.Header.Set("Expect", "100-continue")
	}
	by := w.h1
	if w.two.Load() {
		by = w.h2
	}
	reply, err := by.RoundTrip(r)
	if err == nil {
		w.proto.Store(reply.Proto)
	}
	return reply, err
}

// TestPeersFront puts real reverse proxies before Dormer.
func TestPeersFront(t *testing.T) {
	for _, p := range reverseProxies {
		t.Run(p.name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "front")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })  // of no consequence
			if err := os.Chmod(dir, 0o755); err != nil { // apache's children are another user
				t.Fatal(err)
			}
			trust := office(t, dir)
			posts := newWay(trust)
			c := newComputerAt(t, simulator.Options{Account: simulator.Account{Jobs: []simulator.JobSpec{
				{ID: "71", State: hover.JobWorking}, {ID: "72", State: hover.JobWorking},
			}}, Transport: posts})
			at, own := freePort(t), freePort(t)
			_, port, _ := net.SplitHostPort(at)
			fill := strings.NewReplacer("{at}", at, "{port}", port, "{own}", own, "{dir}", dir)
			if err := os.WriteFile(dir+"/"+p.file, []byte(fill.Replace(p.config)), 0o644); err != nil {
				t.Fatal(err)
			}
			args := make([]string, len(p.run))
			for i, a := range p.run {
				args[i] = fill.Replace(a)
			}
			begin := func() *process {
				proxy := c.peer(dir, nil, args[0], args[1:]...)
				eventually(t, p.name+" listens", func() bool {
					conn, err := net.Dial("tcp", at)
					if err == nil {
						_ = conn.Close()
					}
					return err == nil
				})
				return proxy
			}
			proxy := begin()
			public := "https://localhost:" + port
			name := packaged(t, p.name, p.debian)

			// A path behind the host is refused with its reason.
			c.refused(2, []string{"public-url"}, "run", "--headless", "--tunnel", "own", "--listen", own, "--public-url", public+"/dormer")
			passed(t, name, "a path prefix is refused with its reason")

			// An office's own authority is named where it is not trusted.
			flags := []string{"--tunnel", "own", "--listen", own, "--public-url", public}
			c.launch(flags...)
			c.ask("status", "--wait", "setup", "--timeout", patience.String())
			c.remember()
			eventually(t, "the lamp speaks of the certificate", func() bool {
				state, says := row[statusJSON](c, "status").lamp("tunnel")
				return state != "green" && strings.Contains(says, "certificate")
			})
			c.stop()
			passed(t, name, "own CA, not trusted: the lamp says so")

			c.env["SSL_CERT_FILE"] = dir + "/ca.pem"
			c.launch(flags...)
			c.ask("status", "--wait", "setup", "--timeout", patience.String())
			login := c.verb(nil, "login", "--timeout", patience.String())
			b := browser()
			b.Transport = &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trust}}
			if status, text := allow(t, b, login.line()); status != http.StatusOK || !strings.Contains(text, "You are signed in") {
				t.Fatalf("the browser ends at %d:\n%s", status, text)
			}
			if a := login.end(); a.code != 0 {
				t.Fatal(a)
			}
			c.ask("status", "--wait", "ready", "--timeout", patience.String())
			c.caughtUp()
			c.remember()
			passed(t, name, "own CA by SSL_CERT_FILE; sign-in through it; ready")

			// In whatever way a delivery is sent, it arrives.
			for _, how := range []struct {
				name                 string
				two, chunked, expect bool
			}{
				{"plain", false, false, false}, {"chunked", false, true, false}, {"Expect: 100-continue", false, false, true},
				{"chunked with Expect: 100-continue", false, true, true}, {"HTTP/2", true, false, false}, {"HTTP/2, length unknown", true, true, false},
			} {
				posts.two.Store(how.two)
				posts.chunked.Store(how.chunked)
				posts.expect.Store(how.expect)
				body := map[string]any{"event": "roof-repainted", "job_id": 71, "how": how.name}
				status, err := c.hover.Emit(t.Context(), body, simulator.Delivery{})
				if err != nil || status != http.StatusOK {
					t.Errorf("%s: answered %d, %v", how.name, status, err)
				}
				if proto := posts.proto.Load(); how.two != (proto == "HTTP/2.0") {
					t.Errorf("%s went by %s", how.name, proto)
				}
			}
			posts.two.Store(false)
			posts.chunked.Store(false)
			for _, e := range rows[eventJSON](c, "events", "--event", "roof-repainted") {
				if e.Verdict != "signed" {
					t.Errorf("a delivery is %s: %s", e.Verdict, e.Body)
				}
			}
			watch := stopwatch.Start()
			status, err := c.hover.Emit(t.Context(), map[string]any{"event": "x"}, simulator.Delivery{URL: public + "/hover/0123456789abcdef0123456789abcdef"})
			if took := watch.Stop(); err != nil || status != http.StatusNotFound || took > 10*time.Second {
				t.Errorf("a refused path with Expect: 100-continue is answered %d, %v after %s", status, err, watch)
			}
			posts.expect.Store(false)
			passed(t, name, "deliveries plain, chunked, by HTTP/2, with 100-continue: signed; a refused path answered at once")

			if err := c.hover.CompleteJob("71"); err != nil {
				t.Fatal(err)
			}
			c.told(1)

			// The proxy ends and comes back.
			if err := proxy.Process.Signal(syscall.SIGTERM); err != nil { // with its children
				t.Fatal(err)
			}
			proxy.wait(t, patience)
			posts.h1.CloseIdleConnections()
			posts.h2.CloseIdleConnections()
			c.within(90*time.Second, "it is not ready without its proxy", func(d *control.Client) bool {
				s, err := d.Status(t.Context())
				return err == nil && s.State != "ready"
			})
			if err := c.hover.CompleteJob("72"); err != nil {
				t.Fatal(err)
			}
			begin()
			c.within(90*time.Second, "ready again", func(d *control.Client) bool {
				s, err := d.Status(t.Context())
				return err == nil && s.State == "ready"
			})
			c.told(2)
			passed(t, name, "ended: not ready; back: ready by itself, and what came meanwhile is told")
		})
	}
}
