// Command outside is what lies outside of a contractor's computer, on this
// machine: the demo's account at a simulated Hover in which nothing happens by
// itself, an ngrok edge, and a proxy through which every https address leads to
// that edge. Scripts run it to look at Dormer as a contractor sees it; they move
// the account by the simulator's control surface.
//
// It writes the edge's root certificate to the file that it is given, says on
// stdout where everything is, as lines that a shell can read, and ends with
// SIGTERM.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"dormer/internal/simulator"
	"dormer/tunnel/edgetest"
)

const (
	token  = "2pVq7RkT0ngrokTokenOfTheDemo"
	domain = "calm-otter.ngrok-free.app"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: outside FILE, for the edge's root certificate")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "outside:", err)
		os.Exit(1)
	}
}

// run is all that the command does, until ctx ends.
func run(ctx context.Context, certificate string, out io.Writer) (err error) {
	edge, err := edgetest.Start(edgetest.Options{
		Tokens: map[string]edgetest.Account{token: {Name: "Copper Ridge Exteriors", Plan: "Free", DevDomain: domain}},
	})
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, edge.Close()) }()
	if err := os.WriteFile(certificate, edge.CAPEM(), 0o600); err != nil {
		return err
	}
	public, ok := edge.Client().Transport.(*http.Transport)
	if !ok {
		return errors.New("the edge has another kind of client")
	}
	defer public.CloseIdleConnections()

	hover := simulator.New(simulator.Options{Account: simulator.Demo(), Transport: public})
	defer hover.Close()
	if err := hover.Start(ctx, "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		return err
	}
	hover.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p := &proxy{dial: public.DialContext}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Fprintf(out, "HOVER=%s\nNGROK=%s\nPROXY=http://%s\nTOKEN=%s\nCLIENT=%s\nSECRET=%s\n",
		hover.URL(), edge.ConnectAddr(), listener.Addr(), token, simulator.ClientID, simulator.ClientSecret)
	<-ctx.Done()
	err = server.Close()
	<-ended
	p.end()
	return err
}

// proxy is an https proxy all of whose addresses lead to the same place.
type proxy struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu    sync.Mutex // protects conns and ended
	conns []net.Conn
	ended bool
	wg    sync.WaitGroup
}

// ServeHTTP connects a client to where all addresses lead.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hijacker, ok := w.(http.Hijacker)
	if r.Method != http.MethodConnect || !ok {
		http.Error(w, "for https alone", http.StatusMethodNotAllowed)
		return
	}
	far, err := p.dial(r.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	near, said, err := hijacker.Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n") // or reading it fails too
	p.join(near, far, said)
}

// join passes on what both sides say until one of them has ended.
func (p *proxy) join(near, far net.Conn, said io.Reader) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		_, _ = near.Close(), far.Close()
		return
	}
	p.conns = append(p.conns, near, far)
	pass := func(to net.Conn, from io.Reader) {
		_, _ = io.Copy(to, from) // it ends when either of them closes
		_, _ = near.Close(), far.Close()
	}
	p.wg.Go(func() { pass(far, said) })
	p.wg.Go(func() { pass(near, far) })
}

// end ends all connections.
func (p *proxy) end() {
	p.mu.Lock()
	p.ended = true
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.wg.Wait()
}
