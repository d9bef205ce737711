package tunnel

import (
	"container/list"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// limiter is a listener that bounds how many of its connections are open at a
// time, so that whoever opens many and sends nothing keeps nobody out: when
// there is no room for one more, the connection that has kept us waiting for
// longest is hung up on. Only one whose request has arrived whole and is being
// handled is safe from that; when all are, the next one waits.
type limiter struct {
	net.Listener
	most int
	log  *slog.Logger

	mu      sync.Mutex // protects all below, and place and gone of its connections
	freed   *sync.Cond // a connection has gone or begun to wait, or the listener is closed
	open    int
	waiting list.List // of *limited, the one that has waited for longest first
	closed  bool
	told    time.Time // when the log was last told
}

// limited is a connection of a limiter.
type limited struct {
	net.Conn
	limiter *limiter
	place   *list.Element // in limiter.waiting; nil while it is safe, or has gone
	gone    bool
}

// tellLimit is how often the log is told that there is no room.
const tellLimit = time.Minute

func newLimiter(l net.Listener, most int, log *slog.Logger) *limiter {
	c := &limiter{Listener: l, most: most, log: log}
	c.freed = sync.NewCond(&c.mu)
	return c
}

// Accept lets the next connection in, at another's cost if need be.
func (c *limiter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &limited{Conn: conn, limiter: c}
	c.mu.Lock()
	for c.open >= c.most && c.waiting.Len() == 0 && !c.closed {
		c.freed.Wait()
	}
	if c.closed {
		c.mu.Unlock()
		_ = conn.Close() // nobody is there to be told
		return nil, net.ErrClosed
	}
	var out *limited
	if c.open >= c.most {
		out = c.waiting.Front().Value.(*limited)
		out.leave()
		if now := time.Now(); now.Sub(c.told) >= tellLimit {
			c.told = now
			c.log.Warn("tunnel: there are more connections than there is room for; the idlest are hung up on", "room", c.most)
		}
	}
	c.open++
	g.wait()
	c.mu.Unlock()
	if out != nil {
		_ = out.Conn.Close() // it has gone either way
	}
	return g, nil
}

// Close ends the listener, and an Accept that waits for room.
func (c *limiter) Close() error {
	c.mu.Lock()
	c.closed = true
	c.freed.Broadcast()
	c.mu.Unlock()
	return c.Listener.Close()
}

// Close makes room.
func (g *limited) Close() error {
	g.limiter.mu.Lock()
	g.leave()
	g.limiter.mu.Unlock()
	return g.Conn.Close()
}

// leave gives the place of a connection back. The caller holds mu.
func (g *limited) leave() {
	if g.gone {
		return
	}
	g.arrived()
	g.gone = true
	g.limiter.open--
	g.limiter.freed.Signal()
}

// wait puts the connection behind all others that wait. The caller holds mu.
func (g *limited) wait() {
	if g.gone || g.place != nil {
		return
	}
	g.place = g.limiter.waiting.PushBack(g)
	g.limiter.freed.Signal()
}

// arrived makes the connection safe: its request is here. The caller holds mu.
func (g *limited) arrived() {
	if g.place != nil {
		g.limiter.waiting.Remove(g.place)
		g.place = nil
	}
}

// connKey finds a request's *limited in its context.
type connKey struct{}

// remember puts a connection of the limiter into the context of its requests.
func remember(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// mind tells the limiter when requests have arrived and when they are done with.
func mind(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, ok := r.Context().Value(connKey{}).(*limited)
		if !ok {
			h.ServeHTTP(w, r)
			return
		}
		defer func() {
			g.limiter.mu.Lock()
			defer g.limiter.mu.Unlock()
			g.wait()
		}()
		b := &arriving{ReadCloser: r.Body, conn: g}
		if r.ContentLength == 0 {
			b.end()
		}
		// The request itself keeps its body: the server looks at it for whether a
		// sender still waits to be told to go on, or is answered without it.
		minded := *r
		minded.Body = b
		h.ServeHTTP(w, &minded)
	})
}

// arriving is the body of a request of such a connection. It notices its end.
type arriving struct {
	io.ReadCloser
	conn *limited
}

func (b *arriving) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.end()
	}
	return n, err
}

func (b *arriving) end() {
	b.conn.limiter.mu.Lock()
	defer b.conn.limiter.mu.Unlock()
	b.conn.arrived()
}
