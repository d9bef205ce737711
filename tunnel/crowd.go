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

// crowd is a listener that bounds how many of its connections are open at a
// time, so that whoever opens many and sends nothing keeps nobody out: when
// there is no room for one more, the connection that has kept us waiting for
// longest is hung up on. Only one whose request has arrived whole and is being
// handled is safe from that; when all are, the next one waits.
type crowd struct {
	net.Listener
	most int
	log  *slog.Logger

	mu      sync.Mutex // protects all below, and the guests' own
	room    *sync.Cond // a guest has gone or begun to wait, or the listener is closed
	open    int
	waiting list.List // of *guest, the one that has waited for longest first
	closed  bool
	told    time.Time // when the log was last told
}

// guest is a connection of a crowd.
type guest struct {
	net.Conn
	crowd *crowd
	place *list.Element // in crowd.waiting; nil while it is safe, or has gone
	gone  bool
}

// tellCrowd is how often the log is told that there is no room.
const tellCrowd = time.Minute

func newCrowd(l net.Listener, most int, log *slog.Logger) *crowd {
	c := &crowd{Listener: l, most: most, log: log}
	c.room = sync.NewCond(&c.mu)
	return c
}

// Accept lets the next connection in, at another's cost if need be.
func (c *crowd) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &guest{Conn: conn, crowd: c}
	c.mu.Lock()
	for c.open >= c.most && c.waiting.Len() == 0 && !c.closed {
		c.room.Wait()
	}
	if c.closed {
		c.mu.Unlock()
		_ = conn.Close() // nobody is there to be told
		return nil, net.ErrClosed
	}
	var out *guest
	if c.open >= c.most {
		out = c.waiting.Front().Value.(*guest)
		out.leave()
		if now := time.Now(); now.Sub(c.told) >= tellCrowd {
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
func (c *crowd) Close() error {
	c.mu.Lock()
	c.closed = true
	c.room.Broadcast()
	c.mu.Unlock()
	return c.Listener.Close()
}

// Close makes room.
func (g *guest) Close() error {
	g.crowd.mu.Lock()
	g.leave()
	g.crowd.mu.Unlock()
	return g.Conn.Close()
}

// leave gives the guest's room back. The caller holds mu.
func (g *guest) leave() {
	if g.gone {
		return
	}
	g.arrived()
	g.gone = true
	g.crowd.open--
	g.crowd.room.Signal()
}

// wait puts the guest behind all others that wait. The caller holds mu.
func (g *guest) wait() {
	if g.gone || g.place != nil {
		return
	}
	g.place = g.crowd.waiting.PushBack(g)
	g.crowd.room.Signal()
}

// arrived makes the guest safe: its request is here. The caller holds mu.
func (g *guest) arrived() {
	if g.place != nil {
		g.crowd.waiting.Remove(g.place)
		g.place = nil
	}
}

// guestKey finds a request's *guest in its context.
type guestKey struct{}

// remember puts a connection of the crowd into the context of its requests.
func remember(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, guestKey{}, c)
}

// mind tells the crowd when requests have arrived and when they are done with.
func mind(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, ok := r.Context().Value(guestKey{}).(*guest)
		if !ok {
			h.ServeHTTP(w, r)
			return
		}
		defer func() {
			g.crowd.mu.Lock()
			defer g.crowd.mu.Unlock()
			g.wait()
		}()
		b := &arriving{ReadCloser: r.Body, guest: g}
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

// arriving is the body of a guest's request. It notices its end.
type arriving struct {
	io.ReadCloser
	guest *guest
}

func (b *arriving) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.end()
	}
	return n, err
}

func (b *arriving) end() {
	b.guest.crowd.mu.Lock()
	defer b.guest.crowd.mu.Unlock()
	b.guest.arrived()
}
