package control

import (
	"context"
	"errors"
	"net/http"

	"dormer/internal/engine"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Info says who answers on a socket.
type Info struct {
	PID      int    `json:"pid"`
	Version  string `json:"version"`
	Protocol string `json:"protocol"` // what is understood: [Serve] says it
	Headless bool   `json:"headless"`
}

// pathInfo is asked before anything else, with an empty object. It is answered by
// an [Info], whatever the version.
const pathInfo = "/v1/info"

// pathOf gives where a question is asked.
func pathOf(name string) string { return "/v1/" + name }

const (
	maxRequest = 1 << 20  // bytes of a question's arguments
	maxAnswer  = 32 << 20 // bytes of an answer that comes at once
	maxLine    = 4 << 20  // bytes of a line of any other: an event's body is at most 1 MiB
)

// line is one line of a stream: a value, or the error that ended it, or its
// good end.
type line[R any] struct {
	Value *R       `json:"value,omitempty"`
	Error *failure `json:"error,omitempty"`
	End   bool     `json:"end,omitempty"`
}

// failure is an error on its way to another process. What and Do are zero for
// an error that is not a [say.Error]; its text is then in Why.
type failure struct {
	What say.Text `json:"what,omitzero"`
	Why  say.Text `json:"why,omitzero"`
	Do   say.Text `json:"do,omitzero"`
	Kind kind     `json:"kind"`
	// Causes are those of [say.Because]: each is found again by its name.
	Causes []say.Text `json:"causes,omitempty"`
}

// kind is what a caller may branch on, beside the causes.
type kind string

const (
	kindFailed    kind = "failed"
	kindUsage     kind = "usage"
	kindCancelled kind = "cancelled"
	kindTimeout   kind = "timeout"
)

func toFailure(err error) *failure {
	f := &failure{Kind: kindFailed, Causes: say.CausesOf(err)}
	switch {
	case errors.Is(err, records.ErrUsage):
		f.Kind = kindUsage
	case errors.Is(err, context.Canceled):
		f.Kind = kindCancelled
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind = kindTimeout
	}
	f.What, f.Why, f.Do = say.PartsOf(err)
	return f
}

// err gives the error back: [errors.Is] and [errors.As] find what they would
// have found at the other end.
func (f *failure) err() error {
	d := distant{text: f.Why}
	switch f.Kind {
	case kindUsage:
		d.is = append(d.is, records.ErrUsage)
	case kindCancelled:
		d.is = append(d.is, context.Canceled)
	case kindTimeout:
		d.is = append(d.is, context.DeadlineExceeded)
	}
	for _, c := range f.Causes {
		d.is = append(d.is, say.Cause(c))
	}
	if f.What.IsZero() && f.Do.IsZero() {
		return d
	}
	return &say.Error{What: f.What, Why: f.Why, Do: f.Do, Err: d}
}

// status is the HTTP status that the failure is sent with, for people who look
// with curl; clients go by the kind.
func (f *failure) status() int {
	switch {
	case f.Kind == kindUsage:
		return http.StatusBadRequest
	case errors.Is(f.err(), engine.ErrUnknown):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

// distant is an error that happened in another process: its text, and what it
// wrapped there.
type distant struct {
	text say.Text
	is   []error
}

func (d distant) Error() string   { return d.text.String() }
func (d distant) Text() say.Text  { return d.text }
func (d distant) Unwrap() []error { return d.is }

// heard gives the error back to a caller. That something was cancelled which the
// caller has not cancelled can only mean that the other end is stopping.
func (f *failure) heard(ctx context.Context) error {
	if f.Kind == kindCancelled && ctx.Err() == nil {
		return cut(nil)
	}
	return f.err()
}

// cut says that an answer did not come to its end.
func cut(why error) error {
	return &say.Error{What: say.T("runs.stopped"), Err: why, Do: say.T("runs.stopped.do")}
}

// obeyed gives the error of an order to end: whoever obeys may be gone before its
// answer is on the way.
func obeyed(err error) error {
	if told, ok := errors.AsType[*say.Error](err); ok && told.What.ID == say.T("runs.stopped").ID {
		return nil
	}
	return err
}
