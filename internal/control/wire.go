package control

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// Info says who answers on a socket.
type Info struct {
	PID      int    `json:"pid"`
	Version  string `json:"version"`
	Headless bool   `json:"headless"`
	// Raise shows the window of the instance that serves; nil where it has none.
	Raise func() `json:"-"`
}

// The methods' paths. What one takes stands beside it; engine types travel as
// they are.
const (
	pathInfo          = "/v1/info"
	pathRaise         = "/v1/raise"
	pathJobs          = "/v1/jobs"           // engine.JobFilter → stream of engine.JobView
	pathJob           = "/v1/job"            // jobRequest → engine.JobView
	pathEvents        = "/v1/events"         // engine.EventFilter → stream of engine.EventView
	pathAlerts        = "/v1/alerts"         // → stream of engine.AlertView
	pathSettings      = "/v1/settings"       // → []engine.Setting
	pathSet           = "/v1/set"            // setRequest
	pathExport        = "/v1/export"         // exportRequest → stream of []byte
	pathBackup        = "/v1/backup"         // backupRequest
	pathDoctor        = "/v1/doctor"         // → []engine.Finding
	pathDelivery      = "/v1/delivery"       // → []byte
	pathDiagnostics   = "/v1/diagnostics"    // diagnosticsRequest → stream of engine.Document
	pathStatus        = "/v1/status"         // → engine.Status
	pathWatch         = "/v1/watch"          // → stream of engine.Hint
	pathBeginLogin    = "/v1/login/begin"    // → engine.Login
	pathFinishLogin   = "/v1/login/finish"   // finishLoginRequest
	pathWaitLogin     = "/v1/login/wait"     // waitLoginRequest
	pathLogout        = "/v1/logout"         //
	pathGet           = "/v1/get"            // engine.GetRequest → stream of engine.Progress
	pathCreateCapture = "/v1/capture/create" // hover.NewCaptureRequest → engine.CaptureView
	pathCaptures      = "/v1/captures"       // → []engine.CaptureView
	pathDeleteCapture = "/v1/capture/delete" // deleteCaptureRequest
	pathTestJob       = "/v1/test-job"       // testJobRequest
	pathReplay        = "/v1/replay"         // replayRequest → int
	pathCompact       = "/v1/compact"        //
	pathCatchUp       = "/v1/catch-up"       //
	pathMarkRead      = "/v1/mark-read"      // markReadRequest
	pathReviveWork    = "/v1/revive-work"    // → int
	pathAct           = "/v1/act"            // actRequest
)

// nothing is the argument, or the answer, of a method that has none.
type nothing struct{}

type (
	jobRequest         struct{ ID hover.JobID }
	setRequest         struct{ Key, Value string }
	exportRequest      struct{ Format string }
	backupRequest      struct{ Path string }
	diagnosticsRequest struct{ Findings []engine.Finding }
	finishLoginRequest struct{ Pasted string }
	waitLoginRequest   struct{ ID string }
	deleteCaptureReq   struct{ ID hover.CaptureRequestID }
	testJobRequest     struct {
		ID    hover.JobID
		State hover.JobState
	}
	replayRequest   struct{ Seqs []uint64 }
	markReadRequest struct{ IDs []uint64 }
	actRequest      struct {
		Action string
		Job    hover.JobID
		Model  hover.ModelID
	}
)

const (
	maxRequest = 1 << 20 // bytes of a method's arguments
	maxLine    = 4 << 20 // bytes of one answer or of one line of a stream: an event's body is at most 1 MiB
)

// decode reads a method's arguments: one JSON object of known fields.
func decode[Q any](r io.Reader) (Q, error) {
	var q Q
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return q, engine.Usage(say.T("request.not_read", "why", err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return q, engine.Usage(say.T("request.too_much"))
	}
	return q, nil
}

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
}

// kind is what a caller may branch on.
type kind string

const (
	kindFailed    kind = "failed"
	kindUsage     kind = "usage"
	kindUnknown   kind = "unknown"
	kindCancelled kind = "cancelled"
	kindTimeout   kind = "timeout"
)

func toFailure(err error) *failure {
	f := &failure{Kind: kindFailed}
	switch {
	case errors.Is(err, engine.ErrUsage):
		f.Kind = kindUsage
	case errors.Is(err, engine.ErrUnknown):
		f.Kind = kindUnknown
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
	if f.What.IsZero() && f.Do.IsZero() {
		return distant{f.Why, f.sentinel()}
	}
	return &say.Error{What: f.What, Why: f.Why, Do: f.Do, Err: f.sentinel()}
}

func (f *failure) sentinel() error {
	switch f.Kind {
	case kindUsage:
		return engine.ErrUsage
	case kindUnknown:
		return engine.ErrUnknown
	case kindCancelled:
		return context.Canceled
	case kindTimeout:
		return context.DeadlineExceeded
	}
	return nil
}

// status is the HTTP status that the failure is sent with, for people who look
// with curl; clients go by the kind.
func (f *failure) status() int {
	switch f.Kind {
	case kindUsage:
		return http.StatusBadRequest
	case kindUnknown:
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

// distant is an error that happened in another process: its text, and the
// sentinel that it wrapped there.
type distant struct {
	text say.Text
	is   error
}

func (d distant) Error() string  { return d.text.String() }
func (d distant) Text() say.Text { return d.text }
func (d distant) Unwrap() error  { return d.is }

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
