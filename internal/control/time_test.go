package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/control/controltest"
	"dormer/internal/engine"
	"dormer/internal/say"
)

// pipes is a listener whose connections are pipes, so that their deadlines
// keep the time of a synctest bubble.
type pipes struct {
	in   chan net.Conn
	shut chan struct{}
	once sync.Once
}

func newPipes() *pipes { return &pipes{in: make(chan net.Conn), shut: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.in:
		return c, nil
	case <-p.shut:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.shut) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// connect is the client's end.
func (p *pipes) connect(context.Context) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.in <- theirs:
		return mine, nil
	case <-p.shut:
		return nil, ErrNotRunning
	}
}

// bubble runs story against a service in a synctest bubble.
func bubble(t *testing.T, m *controltest.Memory, story func(t *testing.T, p *pipes, stop context.CancelFunc)) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipes()
		m.SignedIn, m.Changed, m.Left = make(chan struct{}), make(chan engine.Hint), make(chan struct{}, 10)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, p, m, nil, Info{}, os.Getuid()) }()
		story(t, p, cancel)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestAConnectionIsGoodForALaterQuestion(t *testing.T) {
	bubble(t, controltest.New(), func(t *testing.T, p *pipes, _ context.CancelFunc) {
		conns := 0
		c, err := dial(t.Context(), func(ctx context.Context) (net.Conn, error) { conns++; return p.connect(ctx) })
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for range 3 {
			time.Sleep(writeTimeout + time.Second)
			if _, err := c.Status(t.Context()); err != nil {
				t.Error(err)
			}
			collect(t, c.Alerts(t.Context()))
		}
		time.Sleep(writeTimeout + time.Second)
		if err := tell(t.Context(), c, "Unheard"); !errors.Is(err, ErrOtherVersion) {
			t.Errorf("a method of another version: %v", err)
		}
		if conns != 1 {
			t.Errorf("%d connections were made", conns)
		}
	})
}

func TestAPersonMayTakeTheirTimeToSignIn(t *testing.T) {
	m := controltest.New()
	bubble(t, m, func(t *testing.T, p *pipes, _ context.CancelFunc) {
		c, err := dial(t.Context(), p.connect)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() { time.Sleep(9 * time.Minute); close(m.SignedIn) }()
		if err := c.WaitLogin(t.Context(), "a1"); err != nil {
			t.Error(err)
		}
	})
}

func TestAReaderThatStandsStillIsDropped(t *testing.T) {
	m := controltest.New().WithEvents(50_000)
	bubble(t, m, func(t *testing.T, p *pipes, _ context.CancelFunc) {
		conn, err := p.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: dormer\r\nContent-Length: 4\r\n\r\n[{}]", pathOf("Events"))
		r := bufio.NewReader(conn)
		if _, err := r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.Sleep(writeTimeout + time.Second)
		lines := 0
		for ; err == nil; lines++ {
			_, err = r.ReadString('\n')
		}
		if lines > 1000 {
			t.Errorf("%d lines were still sent", lines)
		}
	})
}

func TestASlowRequestIsDropped(t *testing.T) {
	bubble(t, controltest.New(), func(t *testing.T, p *pipes, _ context.CancelFunc) {
		for what, sent := range map[string]string{
			"its header": "POST /v1/Status HT",
			"its body":   "POST /v1/Status HTTP/1.1\r\nHost: dormer\r\nContent-Length: 2\r\n\r\n{",
		} {
			conn, err := p.connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(conn, sent)
			began := time.Now()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err == nil && resp.StatusCode == http.StatusOK {
				t.Errorf("without %s: answered %s", what, resp.Status)
			}
			if took := time.Since(began); took > bodyTimeout {
				t.Errorf("without %s: held for %s", what, took)
			}
			_ = conn.Close()
		}
	})
}

func TestAServiceThatDoesNotAnswerIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine, theirs := net.Pipe()
		defer theirs.Close()
		_, err := dial(t.Context(), func(context.Context) (net.Conn, error) { return mine, nil })
		var told *say.Error
		if !errors.As(err, &told) || told.What.String() != "Dormer is running but does not answer" {
			t.Errorf("dial = %v", err)
		}
	})
}

func TestTheServiceEndsWhileAPersonIsAsked(t *testing.T) {
	m := controltest.New()
	bubble(t, m, func(t *testing.T, p *pipes, stop context.CancelFunc) {
		c, err := dial(t.Context(), p.connect)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() { time.Sleep(time.Minute); stop() }()
		began := time.Now()
		err = c.WaitLogin(t.Context(), "a1")
		if took := time.Since(began); err == nil || took > time.Minute+2*goodbye {
			t.Errorf("WaitLogin = %v after %s", err, took)
		}
	})
}
