package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
)

// ways are the two ways in: straight to the listener behind one's own address,
// and through ngrok's edge.
var ways = map[string]func(*computer){
	"own": func(c *computer) {
		own := freePort(c.t)
		c.launch("--tunnel", "own", "--listen", own, "--public-url", "http://"+own)
	},
	"ngrok": func(c *computer) { c.launch() },
}

// besieged is a computer with a Dormer that is signed in and has pinned Hover's
// signature, and the address that strangers have found out.
func besieged(t *testing.T, way string) (c *computer, hook *url.URL) {
	t.Helper()
	c = newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "91", State: hover.JobWorking}}})
	ways[way](c)
	c.ask("status", "--wait", "setup", "--timeout", patience.String())
	c.signIn()
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	c.caughtUp()
	c.remember()
	if status := c.post("91", hover.JobWorking); status != http.StatusOK {
		t.Fatalf("Hover is answered %d", status)
	}
	if s := row[statusJSON](c, "status"); s.Webhook.Signature != "pinned" {
		t.Fatalf("no signature is pinned: %+v", s.Webhook)
	}
	hook, err := url.Parse(c.hover.Webhooks()[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	return c, hook
}

// memory gives what Dormer holds, and its peak since the last time it was
// asked, in bytes.
func (c *computer) memory() (now, peak int64) {
	c.t.Helper()
	proc := "/proc/" + strconv.Itoa(c.process.Process.Pid)
	b, err := os.ReadFile(proc + "/status")
	if err != nil {
		c.t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		f := strings.Fields(l)
		switch f[0] {
		case "VmRSS:":
			now, _ = strconv.ParseInt(f[1], 10, 64) // the kernel's own number
		case "VmHWM:":
			peak, _ = strconv.ParseInt(f[1], 10, 64)
		}
	}
	if err := os.WriteFile(proc+"/clear_refs", []byte("5"), 0); err != nil { // the peak begins anew
		c.t.Fatal(err)
	}
	return now << 10, peak << 10
}

// mostMemory is what an attack may make Dormer hold beyond what it held before,
// however long it lasts: eight large bodies with all that is made of them, and,
// through ngrok, the windows of its streams.
const mostMemory = 96 << 20

// stranger sends what Hover would not.
type stranger struct {
	hook   *url.URL
	secret string // Hover's, for what only Hover could send
	id     hover.WebhookID
	client *http.Client
}

// letter is one such request.
type letter struct {
	name, method, path string
	body               func() io.Reader
	length             int64 // -1: not said
	header             map[string]string
	signed             string // this body, as Hover signs
	want               int
}

func zeros(n int64) func() io.Reader {
	return func() io.Reader { return io.LimitReader(nul{}, n) }
}

type nul struct{}

func (nul) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func text(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }

// bomb is under 1 MiB, and 128 MiB when it is unpacked.
var bomb = sync.OnceValue(func() string {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level exists
	_, _ = io.CopyN(z, nul{}, 128<<20)              // memory does not fail
	_ = z.Close()
	return b.String()
})

func letters(hook *url.URL) []letter {
	p := hook.Path
	event := `{"event":"job-state-changed-v2","job_id":91,"state":"completed"}`
	return []letter{
		{name: "10 MB, as it says", method: "POST", path: p, body: zeros(10e6), length: 10e6, want: 413},
		{name: "10 MB, unsaid", method: "POST", path: p, body: zeros(10e6), length: -1, want: 413},
		{name: "1 MiB of nothing", method: "POST", path: p, body: zeros(1 << 20), length: -1, want: 401},
		{name: "an event nobody signed", method: "POST", path: p, body: text(event), want: 401},
		{name: "garbage", method: "POST", path: p, body: text("\x16\x03\x01\x02garbage"), want: 401},
		{name: "a gzip bomb", method: "POST", path: p, body: text(bomb()), header: map[string]string{"Content-Encoding": "gzip"}, want: 401},
		{name: "another type", method: "POST", path: p, body: text(event), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, want: 401},
		{name: "a forged signature", method: "POST", path: p, body: text(event), header: map[string]string{hover.HeaderSignature256: "sha256=1:" + strings.Repeat("A", 43) + "="}, want: 401},
		{name: "a thousand signatures", method: "POST", path: p, body: text(event), header: map[string]string{hover.HeaderSignature256: strings.Repeat("sha256=1:AAAA,", 1000)}, want: 401},
		{name: "a GET", method: "GET", path: p, want: 405},
		{name: "a HEAD", method: "HEAD", path: p, want: 405},
		{name: "a PUT of 10 MB", method: "PUT", path: p, body: zeros(10e6), length: 10e6, want: 405},
		{name: "a path below", method: "POST", path: p + "/x", body: text(event), want: 404},
		{name: "a path that is written otherwise", method: "POST", path: strings.ToUpper(p), body: text(event), want: 404},
		{name: "10 MB elsewhere", method: "POST", path: "/", body: zeros(10e6), length: 10e6, want: 404},
		// What only Hover can sign, and would not send.
		{name: "signed garbage", path: p, signed: "\x00\xff\xfe{", want: 400},
		{name: "signed, no object", path: p, signed: `[{"event":"x"}]`, want: 400},
		{name: "signed, deep", path: p, signed: strings.Repeat(`{"a":[`, 60_000), want: 400},
		{name: "signed, two objects", path: p, signed: event + event, want: 400},
		{name: "signed, nothing", path: p, signed: " ", want: 400},
	}
}

// send sends a letter and gives the status of the answer. One that is answered
// before it was sent whole may break off; then it has none, which is 0.
func (s stranger) send(ctx context.Context, l letter) (status int, err error) {
	var body io.Reader
	if l.body != nil {
		body = l.body()
	}
	if l.signed != "" {
		l.method, body = "POST", strings.NewReader(l.signed)
	}
	r, err := http.NewRequestWithContext(ctx, l.method, s.hook.Scheme+"://"+s.hook.Host+l.path, body)
	if err != nil {
		return 0, err
	}
	if l.length != 0 {
		r.ContentLength = l.length
	}
	r.Header.Set("Content-Type", "application/json")
	for k, v := range l.header {
		r.Header.Set(k, v)
	}
	if l.signed != "" {
		hover.Sign(hover.Delivery{Header: r.Header, RequestURI: l.path, URL: r.URL.String(), Body: []byte(l.signed)}, s.secret, s.id, hover.Reading{})
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // only the status counts
	return resp.StatusCode, nil
}

func TestWhatAStrangerSendsIsRefusedAndKeptNowhereButInTheQuarantine(t *testing.T) {
	t.Parallel()
	for way := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c, hook := besieged(t, way)
			h := c.hover.Webhooks()[0]
			transport := &http.Transport{MaxConnsPerHost: 32, MaxIdleConnsPerHost: 32}
			defer transport.CloseIdleConnections()
			s := stranger{hook: hook, secret: h.Secret, id: h.ID, client: &http.Client{Timeout: patience, Transport: transport}}
			before := row[statusJSON](c, "status").Inbox
			file, _ := os.Stat(c.database())
			held, _ := c.memory()

			for _, l := range letters(hook) {
				status, err := s.send(t.Context(), l)
				if status != l.want && (status != 0 || l.length == 0) {
					t.Errorf("%s: answered %d, want %d: %v", l.name, status, l.want, err)
				}
			}
			// And all of it at once, again and again, with 5,000 wrong paths.
			var all sync.WaitGroup
			todo := make(chan letter)
			for range 32 {
				all.Go(func() {
					for l := range todo {
						if status, _ := s.send(t.Context(), l); status != l.want && (status != 0 || l.length == 0) && status != http.StatusServiceUnavailable {
							t.Errorf("%s: answered %d, want %d", l.name, status, l.want)
						}
					}
				})
			}
			began, others := time.Now(), 0
			for n := range 5000 {
				todo <- letter{name: "a wrong path", method: "POST", path: fmt.Sprintf("/hover/%032x", n), body: text("{}"), want: 404}
				if n%100 == 0 {
					for _, l := range letters(hook) {
						if l.length != 10e6 || n%1000 == 0 {
							todo <- l
							others++
						}
					}
				}
			}
			took := time.Since(began)
			// Meanwhile and at once afterwards Hover is answered.
			asked := time.Now()
			if status := c.post("91", hover.JobWorking); status != http.StatusOK {
				t.Errorf("Hover is answered %d", status)
			}
			waited := time.Since(asked)
			close(todo)
			all.Wait()
			_, peak := c.memory()
			t.Logf("%s: 5,000 wrong paths and %d other letters in %.1f s; Hover was answered in %d ms; memory %.1f MB before, %.1f MB at its peak",
				way, others, took.Seconds(), waited.Milliseconds(), float64(held)/1e6, float64(peak)/1e6)
			if peak > held+mostMemory {
				t.Errorf("memory grew from %d to %d", held, peak)
			}

			c.settled()
			after := row[statusJSON](c, "status").Inbox
			if n := len(rows[eventJSON](c, "events")); after.Events != before.Events+1 || n != after.Events {
				t.Errorf("%d events were stored beside Hover's own (%d listed)", after.Events-before.Events-1, n)
			}
			// 30 a minute are written down, and 200 kept.
			if n := after.Rejected - before.Rejected; n < 15 || n > 30*(2+int(time.Since(began).Minutes())) {
				t.Errorf("%d were put in quarantine", n)
			}
			if grown, _ := os.Stat(c.database()); grown.Size() > file.Size()+200*(64<<10)+8<<20 {
				t.Errorf("the database grew from %d to %d bytes", file.Size(), grown.Size())
			}
			if alerts := rows[alertJSON](c, "alerts"); len(alerts) != 0 {
				t.Errorf("a stranger's word was told: %+v", alerts)
			}
		})
	}
}

// takers are the ways of taking a connection and giving nothing.
func takers(hook *url.URL) []string {
	head := "POST " + hook.Path + " HTTP/1.1\r\nHost: " + hook.Host + "\r\n"
	return []string{
		"",                                    // nothing is ever said
		head + "X-Slow: ",                     // a header without end
		head + "Content-Length: 900\r\n\r\n{", // a body without end
		head + "Content-Length: 900000\r\n\r\n" + strings.Repeat("x", 60_000), // a large one
		strings.Replace(head, hook.Path, "/", 1) + "Content-Length: 900\r\n\r\n{",
		strings.Replace(head, hook.Path, "/", 1) + "Content-Length: 0\r\n\r\n", // answered, and kept open
	}
}

func TestTwoThousandOpenConnectionsKeepNoDeliveryOut(t *testing.T) {
	t.Parallel()
	for way := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c, hook := besieged(t, way)
			held, _ := c.memory()
			var mu sync.Mutex
			var conns []net.Conn
			defer func() {
				for _, conn := range conns {
					_ = conn.Close()
				}
			}()
			kinds := takers(hook)
			var all sync.WaitGroup
			full := make(chan struct{}, 100) // no more are being opened at a time
			open := func(kind string) {
				full <- struct{}{}
				all.Go(func() {
					defer func() { <-full }()
					conn, err := net.DialTimeout("tcp", hook.Host, patience)
					if err != nil {
						t.Errorf("a stranger cannot connect: %v", err)
						return
					}
					mu.Lock()
					conns = append(conns, conn)
					mu.Unlock()
					_, _ = io.WriteString(conn, kind) // it may be hung up on already
				})
			}
			var slowest time.Duration
			deliver := func() {
				watch := stopwatch.Start()
				if status := c.post("91", hover.JobWorking); status != http.StatusOK {
					t.Errorf("among the crowd Hover is answered %d", status)
				}
				slowest = max(slowest, watch.Stop())
			}
			for n := range 2000 {
				open(kinds[rand.IntN(len(kinds))])
				if n%100 == 99 {
					deliver() // while more come
				}
			}
			all.Wait()
			for range 5 {
				deliver()
			}
			_, peak := c.memory()
			t.Logf("%s: with %d connections opened, the slowest of 25 deliveries was answered in %d ms; memory %.1f MB before, %.1f MB at its peak",
				way, len(conns), slowest.Milliseconds(), float64(held)/1e6, float64(peak)/1e6)
			if slowest > 5*time.Second {
				t.Errorf("a delivery waited for %v", slowest)
			}
			if peak > held+mostMemory {
				t.Errorf("memory grew from %d to %d", held, peak)
			}
			if took := c.stop(); took > 5*time.Second {
				t.Errorf("it stopped in %v", took)
			}
		})
	}
}

// TestAForgedCallbackSignsNobodyIn is the sign-in through the public address,
// where everybody can knock.
func TestAForgedCallbackSignsNobodyIn(t *testing.T) {
	t.Parallel()
	for way := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{})
			ways[way](c)
			c.ask("status", "--wait", "setup", "--timeout", patience.String())
			login := c.verb(nil, "login", "--timeout", patience.String())
			address, err := url.Parse(login.line())
			if err != nil {
				t.Fatal(err)
			}
			state, back := address.Query().Get("state"), address.Query().Get("redirect_uri")
			forged := func() {
				t.Helper()
				for _, query := range []string{
					"", "?code=stolen", "?code=stolen&state=x", "?code=stolen&state=" + strings.ToUpper(state) + "&state=" + state, "?error=access_denied&state=x",
					"?code=stolen&state=" + state[1:], "?code=stolen&state=" + url.QueryEscape(state+"\x00"), "?code=" + strings.Repeat("x", 20_000) + "&state=" + state,
				} {
					if status, text, _ := visit(t, browser(), back+query); status < 400 || status > 499 || strings.Contains(text, "stolen") {
						t.Errorf("%.60s is answered %d", query, status)
					}
				}
				if r, err := browser().Post(back+"?code=stolen&state="+state, "text/plain", nil); err != nil || r.StatusCode != http.StatusMethodNotAllowed {
					t.Errorf("a POST is answered %+v, %v", r, err)
				}
			}
			forged()
			_, _, at := visit(t, browser(), address.String()+"&answer=allow")
			if at.StatusCode != http.StatusOK {
				t.Fatalf("the person's own browser ends with %d", at.StatusCode)
			}
			if a := login.end(); a.code != 0 {
				t.Fatal(a)
			}
			forged()
			if status, text, _ := visit(t, browser(), at.Request.URL.String()); status != http.StatusOK || !strings.Contains(text, "signed in") { // loaded again
				t.Errorf("the same callback again is answered %d: %s", status, text)
			}
			c.await("still signed in", func(d *control.Client) bool {
				s, err := d.Status(t.Context())
				return err == nil && s.Hover.SignedIn && s.Hover.Error.IsZero()
			})
		})
	}
}
