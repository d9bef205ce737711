package signin

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
)

// line hands over one connection, then stands still until it is closed.
type line struct {
	conn   chan net.Conn
	closed chan struct{}
	net.Listener
}

func (l line) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l line) Close() error {
	close(l.closed)
	return nil
}

func TestWhoSaysNothingAtTheRedirectAddressIsHungUpOn(t *testing.T) {
	for name, c := range map[string]struct {
		sent, answer string
		most         time.Duration
	}{
		"nothing at all":           {"", "", 10 * time.Second},
		"half a header":            {"GET /callback HTTP/1.1\r\nHo", "", 10 * time.Second},
		"a body that never comes":  {"POST /callback HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n", "", 30 * time.Second},
		"a request and no other":   {"GET /callback HTTP/1.1\r\nHost: here\r\n\r\n", "200", time.Minute},
		"a header that is too big": {"GET /callback HTTP/1.1\r\nCookie: " + strings.Repeat("a", 100<<10), "431", time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				l := line{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
				l.conn <- far
				srv := redirectServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
				ended := make(chan error, 1)
				go func() { ended <- srv.Serve(l) }()
				go func() { _, _ = near.Write([]byte(c.sent)) }()
				began := time.Now()
				answer, err := io.ReadAll(near)
				if took := time.Since(began); err != nil || took > c.most {
					t.Errorf("hung up after %v, with %v", took, err)
				}
				if !strings.HasPrefix(strings.TrimPrefix(string(answer), "HTTP/1.1 "), c.answer) {
					t.Errorf("answered %q", answer)
				}
				_ = near.Close()
				_ = srv.Close()
				<-ended
			})
		})
	}
}
