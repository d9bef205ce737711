package tunnel

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"dormer/internal/netfault"
)

// ngrokServer is where the SDK connects to by default.
const ngrokServer = "connect.ngrok-agent.com:443"

// lookTime bounds a look for the reason of a failure between two attempts.
const lookTime = 2 * time.Second

// Diagnose tries the way to ngrok step by step, without signing in: DNS and
// TCP (or the proxy), TLS, ngrok's protocol. It disturbs no connection.
func (n *Ngrok) Diagnose(ctx context.Context) error {
	if failure := n.diagnose(ctx); failure != nil {
		return failure
	}
	return nil
}

func (n *Ngrok) diagnose(ctx context.Context) *Error {
	ctx, cancel := context.WithTimeout(ctx, n.o.Tuning.Connect)
	defer cancel()
	d := newDialer(n.o.Proxy, n.o.Tuning.Dial)
	defer d.close()
	agent, err := ngrok.NewAgent(n.agentOptions(d)...)
	if err != nil {
		return n.connectError("diagnose", err)
	}
	_, err = agent.(ngrok.Diagnoser).Diagnose(ctx, "")
	switch {
	case err == nil:
		return nil
	case ngrok.IsMuxadoDiagnoseFailure(err):
		return &Error{
			Op: "diagnose", Err: err,
			Says: "Something answers at " + n.server() + ", but it is not ngrok.",
			Do:   "Check the ngrok server in the settings, and whether this network asks for a sign-in page first.",
		}
	default:
		return n.connectError("diagnose", err)
	}
}

// server is where the tunnel connects to.
func (n *Ngrok) server() string { return cmp.Or(n.o.Server, ngrokServer) }

// explain puts into words why an attempt failed; lasting says that it goes on
// for longer than what passes by itself. Where the SDK's error says nothing it
// looks for itself.
func (n *Ngrok) explain(ctx context.Context, err error, code string, lasting bool) *Error {
	var said *Error
	switch {
	case code != "":
		a := adviceFor(code)
		e := &Error{Op: "open", Code: code, Says: a.says, Do: a.do, Fatal: a.fatal}
		if a.soon != "" && !lasting {
			e.Says = a.soon
			e.Do = "Nothing: it passes within two minutes. " + keepTrying
		}
		return e
	case errors.As(err, &said):
		return said
	case isServiceError(err):
		return &Error{
			Op:   "serve",
			Says: "ngrok, or somebody in its dashboard, closed the address.",
			Do:   "Dormer opens it again in a minute.",
		}
	}
	var dial *net.OpError
	if !errors.As(err, &dial) && !errors.Is(err, errNoAnswer) {
		ctx, cancel := context.WithTimeout(ctx, lookTime)
		defer cancel()
		if found := n.diagnose(ctx); found != nil && ctx.Err() == nil {
			found.Op = "open"
			return found
		}
	}
	return n.connectError("open", err)
}

// explainLoss puts into words why the connection was lost just now, without
// looking.
func (n *Ngrok) explainLoss(err error, code string) *Error {
	if code != "" {
		a := adviceFor(code)
		return &Error{Op: "serve", Code: code, Says: cmp.Or(a.soon, a.says), Do: a.do}
	}
	return &Error{
		Op: "serve", Err: n.harmless(err),
		Says: "The connection to ngrok was lost.",
		Do:   "Dormer connects again by itself.",
	}
}

// isServiceError says whether the service itself ended something.
func isServiceError(err error) bool {
	var byService ngrok.Error
	return errors.As(err, &byService)
}

// connectError puts into words why there is no connection to the server.
func (n *Ngrok) connectError(op string, err error) *Error {
	var said *Error
	if errors.As(err, &said) {
		said := *said
		said.Op = op
		return &said
	}
	f := netfault.Of(n.server(), err)
	switch {
	case errors.Is(err, errNoAnswer):
		f.Kind = netfault.Silent
	case f.Kind == netfault.Signer: // the system's certificates do not count here
		f.Setting = "--ngrok-ca"
	}
	f.Err = n.harmless(f.Err)
	words := f.Say()
	return &Error{Op: op, Err: f, Says: words.What.String() + ".", Do: words.Do.String() + " " + keepTrying}
}

// harmless drops a cause that repeats the token, as the service's own words
// may.
func (n *Ngrok) harmless(err error) error {
	if err == nil || n.o.Token != "" && strings.Contains(err.Error(), n.o.Token) {
		return nil
	}
	return err
}
