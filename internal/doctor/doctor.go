// Package doctor looks for what is wrong. It has the probes that stand alone
// (names, proxy, disk, keyring, notifications), reads from the stored traffic
// what Hover's pages leave open, and puts together a file of diagnostics from
// which everything secret has been taken.
//
// A [Probe] is given all that it touches: resolver, dialer, clock. [Run] looks
// at everything at the same time and answers in bounded time, whatever hangs.
//
// Redaction is by rule and by value: see [Redactor].
package doctor

import (
	"context"
	"time"

	"dormer/internal/say"
)

// Colour is a finding's, as a lamp's.
type Colour string

// The colours: green is well, amber works but wants a look, red does not work.
const (
	Green Colour = "green"
	Amber Colour = "amber"
	Red   Colour = "red"
)

// Finding is one thing that was looked at.
type Finding struct {
	Name  string   `json:"name"` // "dns", "traffic/clock"
	State Colour   `json:"state"`
	Says  say.Text `json:"says"` // what is, in plain words
	Do    say.Text `json:"do"`   // what to do about it; empty if nothing
}

// Probe looks at one thing, or at several that one look tells. It should end
// with its context; one that does not is given up.
type Probe struct {
	Name string
	Look func(ctx context.Context) []Finding
}

const (
	// lookLimit is how long one probe may take, and so how long all of them do.
	lookLimit = 10 * time.Second
	// lastWords is how long a probe whose time is over has to say so itself.
	lastWords = time.Second
)

// Run runs all probes at the same time and gives what they found in the order
// of the probes, after eleven seconds at the latest. A probe that has not
// answered by then is a finding of its own; its goroutine ends when whatever it
// waits for does (a disk that is gone, a locked keyring: such calls cannot be
// ended).
func Run(ctx context.Context, probes []Probe) []Finding {
	over, end := context.WithTimeout(context.WithoutCancel(ctx), lookLimit+lastWords)
	defer end()
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	answers := make([]chan []Finding, len(probes))
	for i, p := range probes {
		answers[i] = make(chan []Finding, 1)
		go func() { answers[i] <- p.Look(ctx) }()
	}
	var all []Finding
	for i, p := range probes {
		select {
		case found := <-answers[i]:
			all = append(all, found...)
		case <-over.Done():
			select {
			case found := <-answers[i]: // it had answered, and another one hung
				all = append(all, found...)
			default:
				all = append(all, Finding{
					Name: p.Name, State: Red, Says: say.T("doctor.no_answer", "n", lookLimit/time.Second),
					Do: say.T("doctor.no_answer.do"),
				})
			}
		}
	}
	return all
}

// Worst gives the worst colour among findings.
func Worst(findings []Finding) Colour {
	worst := Green
	for _, f := range findings {
		if f.State == Red || f.State == Amber && worst == Green {
			worst = f.State
		}
	}
	return worst
}

// outside makes an enumeration of names.
func outside(names []string) []say.Text {
	list := make([]say.Text, len(names))
	for i, n := range names {
		list[i] = say.Words(n)
	}
	return list
}

// just makes the one finding of a probe.
func just(name string, state Colour, says, do say.Text) []Finding {
	return []Finding{{Name: name, State: state, Says: says, Do: do}}
}
