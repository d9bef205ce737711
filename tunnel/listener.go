package tunnel

import (
	"net"
	"sync"
	"sync/atomic"
)

// listener passes on the connections of the SDK's listener.
//
// It exists because that one cannot be closed safely: its Close waits for
// connections that nobody accepts, and asks the service first, which may not
// answer for a long time. This one closes at once, and goes on accepting (and
// hanging up) behind the scenes until the SDK's listener has ended.
type listener struct {
	sdk   net.Listener
	conns chan net.Conn
	ended chan struct{} // closed when the SDK's listener has ended
	why   error         // why, once ended is closed

	once   sync.Once
	closed chan struct{}
}

// newListener starts to accept. It has ended when l.ended is closed, after the
// SDK's listener was closed.
func newListener(sdk net.Listener) *listener {
	l := &listener{
		sdk:    sdk,
		conns:  make(chan net.Conn),
		ended:  make(chan struct{}),
		closed: make(chan struct{}),
	}
	go l.pump()
	return l
}

func (l *listener) pump() {
	defer close(l.ended)
	for {
		c, err := l.sdk.Accept()
		if err != nil {
			l.why = err
			return
		}
		c = &conn{Conn: c}
		select {
		case l.conns <- c:
		case <-l.closed:
			_ = c.Close() // nobody is there to be told
		}
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-l.ended:
		return nil, l.why
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return l.sdk.Addr() }

// conn is a connection that is not closed after a write has failed: it is gone
// by then, and muxado's Close would use a frame again that the writer of a dying
// connection may still hold. (The SDK takes the same care of its own streams.)
type conn struct {
	net.Conn
	failed atomic.Bool
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil {
		c.failed.Store(true)
	}
	return n, err
}

func (c *conn) Close() error {
	if c.failed.Load() {
		return nil
	}
	return c.Conn.Close()
}
