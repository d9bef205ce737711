package edgetest

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
	_ "unsafe" // for go:linkname

	_ "golang.ngrok.com/muxado/v2"
)

// pool is where muxado keeps channels to use them again, also those of a bubble of
// fake time, which may not be used in another.
//
//go:linkname pool golang.ngrok.com/muxado/v2.pool
var pool chan chan error

func emptyPool() {
	for {
		select {
		case <-pool:
		default:
			return
		}
	}
}

// serverName is where agents go that are told of no other server.
const serverName = "connect.ngrok-agent.com:443"

// pipes is a listener whose connections stay in memory.
type pipes struct {
	come   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{come: make(chan net.Conn), closed: make(chan struct{})} }

// dial connects to whoever accepts.
func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := pipe()
	select {
	case p.come <- theirs:
		return ours, nil
	case <-p.closed:
		_, _ = ours.Close(), theirs.Close() // never fails
		return nil, net.ErrClosed
	case <-ctx.Done():
		_, _ = ours.Close(), theirs.Close() // never fails
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.come:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return place(serverName) }

// buffered is an end of a connection in memory that takes what is written at once,
// as the system's do: two sides of TLS may write at the same time.
type buffered struct {
	net.Conn // of net.Pipe

	some chan struct{} // has one element while there is something to do
	mu   sync.Mutex
	data []byte // not sent yet
	end  error  // why nothing more can be written
}

// pipe makes a connection in memory.
func pipe() (ours, theirs net.Conn) {
	a, b := net.Pipe()
	return newBuffered(a), newBuffered(b)
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c, some: make(chan struct{}, 1)}
	go b.send() // ends with the connection
	return b
}

func (b *buffered) send() {
	for range b.some {
		for {
			b.mu.Lock()
			data, end := b.data, b.end
			b.data = nil
			b.mu.Unlock()
			if len(data) == 0 && end != nil {
				_ = b.Conn.Close() // never fails
				return
			}
			if len(data) == 0 {
				break
			}
			if _, err := b.Conn.Write(data); err != nil {
				b.finish(err)
			}
		}
	}
}

func (b *buffered) finish(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end == nil {
		b.end = why
	}
	b.hint()
}

// hint wakes send. The caller holds mu.
func (b *buffered) hint() {
	select {
	case b.some <- struct{}{}:
	default:
	}
}

func (b *buffered) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != nil {
		return 0, b.end
	}
	b.data = append(b.data, p...)
	b.hint()
	return len(p), nil
}

func (b *buffered) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil && errors.Is(b.end, net.ErrClosed) {
		err = net.ErrClosed
	}
	return n, err
}

// Close ends reading at once, and writing when what was written has arrived, or a
// second later.
func (b *buffered) Close() error {
	b.finish(net.ErrClosed)
	_ = b.Conn.SetReadDeadline(time.Now())                   // never fails
	_ = b.Conn.SetWriteDeadline(time.Now().Add(time.Second)) // never fails
	return nil
}

// place is the address of what has no place in the system's network.
type place string

func (p place) Network() string { return "tcp" }
func (p place) String() string  { return string(p) }
