package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/say"
)

func (p *program) statusVerb() *cobra.Command {
	var asJSON bool
	var want string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "status",
		Short: "Say how Dormer is: would a webhook posted now arrive?",
		Long: `Say how Dormer is, lamp by lamp, and what to do about those that are not green.
With --wait it waits until Dormer is in that state, also for it to come up; it
exits 1 when the time is over, and 3 if nothing runs then.`,
		Example: `  dormer status
  dormer status --wait ready --timeout 2m && echo "webhooks arrive"
  dormer status --json`,
		Args: takes(),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().StringVar(&want, "wait", "", "wait for a `STATE`: "+strings.Join(productStates(), ", "))
	c.Flags().DurationVar(&timeout, "timeout", time.Minute, "how long to wait")
	offer(c, "wait", productStates()...)
	c.RunE = p.verb(func(ctx context.Context, _ []string) error {
		switch {
		case want != "" && !slices.Contains(productStates(), want):
			return engine.Usage(say.T("usage.wait", "states", strings.Join(productStates(), ", "), "value", want))
		case timeout <= 0:
			return engine.Usage(say.T("usage.timeout"))
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		s, err := p.status(ctx, engine.State(want), timeout)
		if s.State == "" { // it could not answer
			return err
		}
		if !asJSON {
			p.showStatus(s)
			return err
		}
		return errors.Join(err, p.json(s))
	})
	return c
}

// status asks how Dormer is, and, if a state is wanted, again until it is in
// that state. Where the time runs out it gives the last answer with an error
// that says what is missing.
func (p *program) status(ctx context.Context, want engine.State, timeout time.Duration) (engine.Status, error) {
	var last engine.Status
	// Where nothing runs that is found out at once, however short the time.
	var why error = &say.Error{What: say.T("runs.silent"), Do: say.T("runs.silent.do")}
	for {
		err := p.withRunning(ctx, func(c *control.Client) error { return await(ctx, c, want, &last) })
		if err == nil || want == "" && ctx.Err() == nil {
			return last, err
		}
		if ctx.Err() == nil {
			why, last = err, engine.Status{} // whoever gave it is gone
			if pause(ctx, knockEvery) == nil {
				continue
			}
		}
		switch {
		case !errors.Is(ctx.Err(), context.DeadlineExceeded):
			return last, ctx.Err()
		case last.State == "":
			return last, why
		}
		return last, notYet(last, want, timeout)
	}
}

// await keeps last up to date until it is in the wanted state; any will do if
// none is wanted.
func await(ctx context.Context, c *control.Client, want engine.State, last *engine.Status) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for changed := c.Watch(ctx); ; {
		s, err := c.Status(ctx)
		if err != nil {
			return err
		}
		if *last = s; want == "" || s.State == want {
			return nil
		}
		select {
		case _, alive := <-changed:
			if !alive && ctx.Err() == nil {
				return control.ErrNotRunning
			}
		case <-time.After(time.Second): // the clock can change a state too
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// notYet says what is missing for the state that was waited for: the worst
// lamp, and what to do about it.
func notYet(s engine.Status, want engine.State, timeout time.Duration) error {
	e := &say.Error{What: say.T("status.not_yet", "want", want, "timeout", timeout, "state", s.State), Do: say.T("status.see")}
	for _, bad := range []engine.Colour{engine.Red, engine.Amber} {
		for _, l := range s.Lamps {
			if l.State != bad {
				continue
			}
			e.Why = say.T("error.what_why", "what", l.Name, "why", l.Says)
			if !l.Do.IsZero() {
				e.Do = l.Do
			}
			return e
		}
	}
	return e
}

// stateWords are the product's states as a person is told them.
var stateWords = map[engine.State]string{
	engine.StateSetup:    "not set up yet",
	engine.StateStarting: "starting",
	engine.StateReady:    "ready: a webhook posted now would arrive",
	engine.StateDegraded: "working, but not as it should",
	engine.StateOffline:  "offline: news cannot reach it",
}

// lampWords are the lamps' colours, for those who do not see them.
var lampWords = map[engine.Colour]string{engine.Green: "● good", engine.Amber: "▲ look", engine.Red: "✖ bad"}

func (p *program) showStatus(s engine.Status) {
	word := stateWords[s.State]
	if word == "" {
		word = string(s.State)
	}
	if _, tone := s.Headline(); s.State == engine.StateReady && tone != engine.Green {
		word = "ready, and needs a look"
	}
	demo := ""
	if s.Demo {
		demo = ", demo"
	}
	p.print("Dormer %s (process %d%s) is %s\n\n", oneLine(s.Version), s.PID, demo, oneLine(word))
	lamps := p.fields()
	for _, l := range s.Lamps {
		word := lampWords[l.State]
		if word == "" {
			word = string(l.State)
		}
		lamps.row(word, l.Name, sentence(l.Says.String(), l.Do.String()))
	}
	lamps.end()
	p.print("\n")

	f := p.fields()
	f.field("Address", sentence(list(s.Tunnel.URL, s.Tunnel.Kind, s.Tunnel.State, latency(s.Tunnel)),
		s.Tunnel.Code+" "+s.Tunnel.Error.String()))
	f.field("Hover", sentence(list(signedIn(s.Hover),
		cmp.Or(s.Hover.OrgName, about("organization", s.Hover.OrgID.String())),
		about("acting user", s.Hover.ActingUser.String())), s.Hover.Error.String()))
	f.field("Webhook", sentence(list(s.Webhook.State, about("id", s.Webhook.ID.String()),
		about("verified", p.ago(s.Webhook.VerifiedAt)), about("signature", s.Webhook.Signature)), s.Webhook.LastError.String()))
	f.field("Events", list(plural(s.Inbox.Events, "event"), plural(s.Inbox.Duplicates, "duplicate"),
		fmt.Sprintf("%d rejected", s.Inbox.Rejected)))
	f.field("Catch-up", sentence(list(or(p.ago(s.CatchUp.LastRun), "not yet"), flag(s.CatchUp.Behind, "one is due")),
		s.CatchUp.Error.String()))
	f.field("Work", list(fmt.Sprintf("%d waiting", s.Work.Pending), fmt.Sprintf("%d given up", s.Work.Dead)))
	f.field("Update", sentence(s.Update.Says.String(), s.Update.Do.String()))
	f.end()
}

func latency(t engine.TunnelStatus) string {
	if t.LatencyMS <= 0 {
		return ""
	}
	return strconv.FormatInt(t.LatencyMS, 10) + " ms"
}

func signedIn(h engine.HoverStatus) string {
	if h.SignedIn {
		return "signed in"
	}
	return "not signed in"
}

// list joins what is there with commas.
func list(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// about gives "name value", or nothing without a value.
func about(name, value string) string {
	if value == "" {
		return ""
	}
	return name + " " + value
}

func flag(on bool, words string) string {
	if on {
		return words
	}
	return ""
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// sentence joins what is and what to do about it.
func sentence(says, do string) string {
	says, do = strings.TrimSpace(says), strings.TrimSpace(do)
	switch {
	case do == "":
		return says
	case says == "":
		return do
	case strings.ContainsAny(says[len(says)-1:], ".!?"):
		return says + " " + do
	}
	return says + ". " + do
}

// productStates are what status --wait can wait for.
func productStates() []string {
	return []string{
		string(engine.StateReady), string(engine.StateDegraded), string(engine.StateOffline), string(engine.StateStarting),
		string(engine.StateSetup),
	}
}
