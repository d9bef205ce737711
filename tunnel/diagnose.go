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
	"dormer/internal/say"
)

// ngrokServer is where the SDK connects to by default.
const ngrokServer = "connect.ngrok-agent.com:443"

// errNoAnswer is a server that takes connections and says nothing.
var errNoAnswer = say.Because("tunnel.no_answer")

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
	d := n.dialer()
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
			Says: say.T("tunnel.not_ngrok", "server", n.server()),
			Do:   say.T("tunnel.not_ngrok.do"),
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
		e := &Error{Op: "open", Code: code, Says: a.says, Do: a.do, Fatal: a.fatal, Trying: a.trying}
		if !a.soon.IsZero() && !lasting {
			e.Says = a.soon
			e.Do, e.Trying = say.T("tunnel.still_held.do"), true
		}
		return e
	case errors.As(err, &said):
		return said
	case isServiceError(err):
		return &Error{
			Op:   "serve",
			Says: say.T("tunnel.closed_there"),
			Do:   say.T("tunnel.closed_there.do"),
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
		says := a.says
		if !a.soon.IsZero() {
			says = a.soon
		}
		return &Error{Op: "serve", Code: code, Says: says, Do: a.do, Trying: a.trying}
	}
	return &Error{
		Op: "serve", Err: n.harmless(err),
		Says: say.T("tunnel.lost"),
		Do:   say.T("tunnel.connects_again.do"),
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
	return &Error{Op: op, Err: f, Says: words.What, Do: words.Do, Trying: true}
}

// harmless drops a cause that repeats the token, as the service's own words
// may.
func (n *Ngrok) harmless(err error) error {
	if err == nil || n.o.Token != "" && strings.Contains(err.Error(), n.o.Token) {
		return nil
	}
	return err
}
