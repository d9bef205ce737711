package tunnel_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/tunnel"
)

// hook answers 200 to POST /hook once it has read the body, 404 to all else.
var hook = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/hook" {
		http.NotFound(w, r)
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
	}
})

// ownAt runs a tunnel of one's own and gives its address.
func ownAt(t *testing.T, h http.Handler, log *slog.Logger) string {
	t.Helper()
	addr := freeAddr(t)
	live(t, tunnel.NewOwn(tunnel.OwnOptions{PublicURL: "http://" + addr, Listen: addr, Log: log}), h).online()
	return addr
}

// crowdAt opens connections that take room and give nothing.
func crowdAt(t *testing.T, addr string, n int, say string) {
	t.Helper()
	var wg sync.WaitGroup
	conns := make([]net.Conn, n)
	for i := range conns {
		wg.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			conns[i] = c
			_, _ = io.WriteString(c, say) // it may be hung up on already
		})
	}
	wg.Wait()
	t.Cleanup(func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	})
}

func TestACrowdThatOnlyTakesRoomKeepsNoDeliveryOut(t *testing.T) {
	for name, say := range map[string]string{
		"says nothing":                         "",
		"never ends its header":                "POST /hook HTTP/1.1\r\nHost: x\r\nX-Slow: 1",
		"never sends its body":                 "POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"never sends a body that nobody reads": "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"stays after its answer":               "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := ownAt(t, hook, nil)
			crowdAt(t, addr, 600, say)
			c := &http.Client{Timeout: 5 * time.Second} // a header or a body may take three times as long, and more
			defer c.CloseIdleConnections()
			for range 3 {
				resp, err := c.Post("http://"+addr+"/hook", "application/json", strings.NewReader(`{"event":"x"}`))
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("answered %d", resp.StatusCode)
				}
			}
		})
	}
}

func TestARequestThatHasArrivedIsAnsweredWhateverCrowdComes(t *testing.T) {
	handling, goOn := make(chan struct{}), make(chan struct{})
	addr := ownAt(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/hook" {
			close(handling)
			<-goOn
		}
	}), nil)
	answer := make(chan error, 1)
	go func() {
		resp, err := http.Post("http://"+addr+"/hook", "", strings.NewReader("{}"))
		if err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("answered %s", resp.Status)
		}
		if err == nil {
			err = resp.Body.Close()
		}
		answer <- err
	}()
	<-handling
	crowdAt(t, addr, 600, "")
	resp, err := http.Get("http://" + addr + "/") // all of the crowd has been let in before it
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	close(goOn)
	if err := <-answer; err != nil {
		t.Error(err)
	}
}

func TestACrowdIsToldOfOnceAMinute(t *testing.T) {
	book := &logbook{}
	addr := ownAt(t, hook, book.logger())
	crowdAt(t, addr, 600, "")
	resp, err := http.Post("http://"+addr+"/hook", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if n := strings.Count(book.String(), "more connections"); n != 1 {
		t.Errorf("told %d times:\n%s", n, book)
	}
}

func TestWhenAllThatThereIsRoomForIsBeingHandledTheNextOneWaits(t *testing.T) {
	var inside sync.WaitGroup
	inside.Add(320)
	goOn := make(chan struct{})
	addr := ownAt(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/work" {
			inside.Done()
			<-goOn
		}
	}), nil)
	crowdAt(t, addr, 320, "GET /work HTTP/1.1\r\nHost: x\r\n\r\n")
	inside.Wait()
	answered := make(chan error, 1)
	go func() {
		resp, err := http.Get("http://" + addr + "/")
		if err == nil {
			err = resp.Body.Close()
		}
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Errorf("answered before there was room: %v", err)
	case <-time.After(50 * time.Millisecond): // a slow machine hides a fault, it makes none
	}
	close(goOn)
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

// A sender that waits to be told to go on is answered where its body is not wanted.
func TestASenderThatAsksBeforeItSendsIsAnswered(t *testing.T) {
	addr := ownAt(t, hook, nil)
	for path, want := range map[string]string{"/nowhere": "HTTP/1.1 404", "/hook": "HTTP/1.1 100 Continue"} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n", path)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, want) {
			t.Errorf("%s: %q, %v", path, line, err)
		}
	}
}
