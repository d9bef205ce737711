package tunnel_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"dormer/tunnel"
)

// freeAddr is a loopback address where nothing listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func TestAnAddressOfOnesOwnEndsInTheHandler(t *testing.T) {
	addr := freeAddr(t)
	own := tunnel.NewOwn(tunnel.OwnOptions{PublicURL: "https://Dormer.example.com/", Listen: addr})
	if err := own.Diagnose(t.Context()); err != nil {
		t.Errorf("before: %v", err)
	}
	l := live(t, own, echo)
	if s := l.online(); s.URL != "https://dormer.example.com" || s.Err != nil || s.Attempt != 0 {
		t.Errorf("status %+v", s)
	}
	resp, err := http.Post("http://"+addr+"/hover/1", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if string(b) != "{}" {
		t.Errorf("answer %s %q", resp.Status, b)
	}
	if err := own.Diagnose(t.Context()); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	own.Renew("the computer woke up")
	if took := l.stop(); took > 2*time.Second || l.err != nil {
		t.Errorf("stopped after %v with %v", took, l.err)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Error("it still listens")
	}
}

func TestABusyPortIsSaid(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	own := tunnel.NewOwn(tunnel.OwnOptions{PublicURL: "https://dormer.example.com", Listen: busy.Addr().String()})
	want := "Another program on this computer uses " + busy.Addr().String() + " already"
	if failure := live(t, own, echo).failed(""); failure.Says.String() != want {
		t.Errorf("it says %q", failure.Says)
	}
	var failure *tunnel.Error
	if err := own.Diagnose(t.Context()); !errors.As(err, &failure) || failure.Says.String() != want {
		t.Errorf("diagnosis: %v", err)
	}
}

func TestAnUnsafeAddressOfOnesOwnIsRefused(t *testing.T) {
	for _, url := range []string{"", "http://dormer.example.com", "http://192.168.1.5:8465", "https://dormer.example.com/hooks", "javascript:alert(1)"} {
		addr := freeAddr(t)
		own := tunnel.NewOwn(tunnel.OwnOptions{PublicURL: url, Listen: addr})
		if failure := live(t, own, echo).failed(""); !strings.Contains(failure.Says.String(), "public address") {
			t.Errorf("%q: it says %q", url, failure.Says)
		}
	}
}

func TestClosingAnOwnAddressAnswersTheRequestThatIsBeingHandled(t *testing.T) {
	addr := freeAddr(t)
	handling, goOn := make(chan struct{}), make(chan struct{})
	own := tunnel.NewOwn(tunnel.OwnOptions{PublicURL: "http://" + addr, Listen: addr})
	l := live(t, own, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(handling)
		<-goOn
		_, _ = io.WriteString(w, "on disk")
	}))
	l.online()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		resp, err := http.Post("http://"+addr, "", nil)
		if err != nil {
			t.Error(err)
			return
		}
		b, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if string(b) != "on disk" {
			t.Errorf("answer %s %q", resp.Status, b)
		}
	}()
	<-handling
	l.cancel()
	l.await("closed", func(s tunnel.Status) bool { return s.State == tunnel.Closed })
	close(goOn)
	<-answered
	l.stop()
}
