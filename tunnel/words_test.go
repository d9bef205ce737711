package tunnel

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"
)

func TestACodeIsFoundWhereverTheSDKPutsIt(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"authentication failed: Your authtoken is revoked.\r\n\r\nERR_NGROK_107\r\n", "ERR_NGROK_107"},
		{"ERR_NGROK_334", "ERR_NGROK_334"},
		{"xERR_NGROK_334", ""},
		{"ERR_NGROK_", ""},
		{"session closed", ""},
		{"ERR_NGROK_1234567", ""},
	} {
		if got := codeOf(fmt.Errorf("wrapped: %w", errors.New(c.text))); got != c.code {
			t.Errorf("%q: %q, want %q", c.text, got, c.code)
		}
	}
	if codeOf(nil) != "" {
		t.Error("a code of nothing")
	}
}

func TestEveryCodeHasWordsAndANextStep(t *testing.T) {
	for n, a := range codes {
		if a.says.IsZero() || a.do.IsZero() && !a.trying {
			t.Errorf("%d: %q %q", n, a.says, a.do)
		}
	}
	for _, code := range []string{"ERR_NGROK_2201", "ERR_NGROK_99999"} {
		if a := adviceFor(code); a.fatal || a.says.IsZero() || a.do.IsZero() {
			t.Errorf("%s: %+v", code, a)
		}
	}
}

func TestWaitsGrowToABoundAndStartAnewWithAnotherTrouble(t *testing.T) {
	tuning := Tuning{}.withDefaults()
	now := time.Unix(0, 0)
	within := func(what string, got, want time.Duration) {
		t.Helper()
		if got < want-want/5 || got > want+want/5 {
			t.Errorf("%s: waits %v, want about %v", what, got, want)
		}
	}
	var r retry
	for i, want := range []time.Duration{500, 1000, 2000, 4000, 7500, 7500} {
		wait, _ := r.failed(now, "", advice{}, tuning)
		within(fmt.Sprint("network, try ", i), wait, want*time.Millisecond)
	}
	for range 100 { // no overflow
		wait, _ := r.failed(now.Add(wayFor), "", advice{}, tuning)
		within("network, for long", wait, 30*time.Second)
	}
	taken := adviceFor("ERR_NGROK_334")
	wait, _ := r.failed(now, "ERR_NGROK_334", taken, tuning)
	within("address taken, first", wait, 500*time.Millisecond)
	for at := time.Duration(0); at < 90*time.Second; at += 5 * time.Second {
		wait, lasting := r.failed(now.Add(at), "ERR_NGROK_334", taken, tuning)
		if lasting || wait > 10*time.Second {
			t.Errorf("address taken for %v: waits %v, lasting %v", at, wait, lasting)
		}
	}
	wait, lasting := r.failed(now.Add(90*time.Second), "ERR_NGROK_334", taken, tuning)
	within("address taken for long", wait, time.Minute)
	if !lasting {
		t.Error("90 s are not called lasting")
	}
}

func TestTheDefaultsNoticeADeadNetworkWithin25Seconds(t *testing.T) {
	// The SDK gives up after the sum of both. The service has a minimum that
	// it does not publish; these are the values of its own agent.
	if d := (Tuning{}).withDefaults(); d.Heartbeat+d.Tolerance > 25*time.Second || d.Heartbeat < 10*time.Second {
		t.Errorf("%+v", d)
	}
}

func TestNoConnectionOutlivesItsDialer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	direct := func(*url.URL) (*url.URL, error) { return nil, nil }
	d := NewNgrok(NgrokOptions{Proxy: direct}).dialer()
	c, err := d.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	d.close()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the connection: %v", err)
	}
	if _, err := d.Dial("tcp", l.Addr().String()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("one that comes too late: %v", err)
	}
}

func FuzzAnAddressIsSafeOrRefused(f *testing.F) {
	for _, s := range []string{
		"x.ngrok.app", "https://x.ngrok.app/", "http://127.0.0.1:80", "http://[::1]:1", "http://localhost", "http://127.0.0.1.example.com",
		"https://a:b@c", "https://a?b", "//", "http://", "https://[::1", "HTTPS://X", "http://0.0.0.0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := publicURL(s)
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil {
			t.Fatalf("%q became %q: %v", s, got, err)
		}
		if u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" {
			t.Errorf("%q became %q", s, got)
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
			t.Errorf("%q became %q", s, got)
		}
		if again, err := publicURL(got); err != nil || again != got {
			t.Errorf("%q became %q, then %q, %v", s, got, again, err)
		}
	})
}
