package edgetest

import (
	"net"
	"sync"
)

// gate is an agent's TCP connection as the edge sees it, with a valve: while
// it is shut nothing passes either way and nobody is told, as on a network
// that swallows everything. What was on its way arrives when it opens, as TCP
// would have it.
type gate struct {
	net.Conn

	mu     sync.Mutex
	open   chan struct{} // closed while data may pass
	closed chan struct{}
	once   sync.Once
}

func newGate(c net.Conn) *gate {
	g := &gate{Conn: c, open: make(chan struct{}), closed: make(chan struct{})}
	close(g.open)
	return g
}

// shut closes the valve.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		g.open = make(chan struct{})
	default:
	}
}

// thaw opens the valve.
func (g *gate) thaw() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
	default:
		close(g.open)
	}
}

// pass waits until the valve is open; false when the connection was closed.
func (g *gate) pass() bool {
	g.mu.Lock()
	open := g.open
	g.mu.Unlock()
	select {
	case <-open:
		return true
	case <-g.closed:
		return false
	}
}

func (g *gate) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	if !g.pass() { // what came in while the valve was shut waits here
		return 0, net.ErrClosed
	}
	return n, err
}

func (g *gate) Write(b []byte) (int, error) {
	if !g.pass() {
		return 0, net.ErrClosed
	}
	return g.Conn.Write(b)
}

func (g *gate) Close() error {
	g.once.Do(func() { close(g.closed) })
	return g.Conn.Close()
}

// reset closes the connection so that the other side gets a TCP reset and not
// an orderly end.
func (g *gate) reset() {
	if tcp, ok := g.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a failure leaves an orderly end, which is a drop as well
	}
	_ = g.Close()
}
