package engine

import (
	"context"
	"io"
	"iter"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// Reads is what can be asked of a data directory, running or closed.
type Reads interface {
	// Jobs lists jobs, the last updated first.
	Jobs(ctx context.Context, f JobFilter) iter.Seq2[JobView, error]
	// Job gives one job; [ErrUnknown] if it is not known.
	Job(ctx context.Context, id hover.JobID) (JobView, error)
	// Events lists stored events, oldest first.
	Events(ctx context.Context, f EventFilter) iter.Seq2[EventView, error]
	// Alerts lists the in-app inbox, oldest first.
	Alerts(ctx context.Context) iter.Seq2[AlertView, error]
	// Settings lists every setting with its value; secrets show only that they
	// are there.
	Settings(ctx context.Context) ([]Setting, error)
	// Set changes a setting. A value that does not fit is an [ErrUsage].
	Set(ctx context.Context, key, value string) error
	// Export writes all stored events (csv, har) or everything (json) to w,
	// without secrets.
	Export(ctx context.Context, format string, w io.Writer) error
	// Backup writes a whole, consistent copy of the database to path, which
	// must not exist.
	Backup(ctx context.Context, path string) error
	// Doctor looks at every link of the chain, within 15 seconds, and gives what
	// it found in the order of the chain.
	Doctor(ctx context.Context) ([]Finding, error)
	// Delivery gives, as JSON of a [hover.Vector], the newest delivery whose signature
	// no reading matches: with its contents and the signing secret.
	Delivery(ctx context.Context) ([]byte, error)
	// Diagnostics gives the files that tell a stranger how all this is, the list
	// of them first. Secrets, customers and what is in events are taken out, of
	// the findings that it is given too.
	Diagnostics(ctx context.Context, findings []Finding) ([]Document, error)
}

// Service is what can be asked of a running engine. The engine implements it,
// and so does the control client that talks to one in another process.
type Service interface {
	Reads

	Status(ctx context.Context) (Status, error)
	// Watch sends a hint after every change, coalesced to ten a second at most,
	// until ctx ends. The first hint comes at once.
	Watch(ctx context.Context) <-chan Hint

	// BeginLogin starts a sign-in and gives the address to open in a browser.
	// Where the redirect goes through the tunnel it waits for the tunnel.
	BeginLogin(ctx context.Context) (Login, error)
	// FinishLogin completes a sign-in with a pasted code or the whole address
	// that the browser ended at.
	FinishLogin(ctx context.Context, pasted string) error
	// WaitLogin waits until the sign-in that BeginLogin started has succeeded,
	// in whichever way, or has been refused.
	WaitLogin(ctx context.Context, id string) error
	// Logout deletes our webhook at Hover and forgets the tokens.
	Logout(ctx context.Context) error

	// Get downloads files and yields progress; a file's last Progress has a
	// Path or an Error. The error, if any, comes last and says what is missing.
	Get(ctx context.Context, r GetRequest) iter.Seq2[Progress, error]

	// CreateCapture creates a capture request at Hover.
	CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (CaptureView, error)
	// Captures lists the capture requests that are known, newest first.
	Captures(ctx context.Context) ([]CaptureView, error)
	// DeleteCapture deletes a capture request at Hover.
	DeleteCapture(ctx context.Context, id hover.CaptureRequestID) error

	// TestJob runs Hover's own free test on a job: state is completed or failed.
	TestJob(ctx context.Context, id hover.JobID, state hover.JobState) error
	// Replay runs stored events through the pipeline again and says how many.
	Replay(ctx context.Context, seqs []uint64) (int, error)
	// Compact rewrites the database without its free pages.
	Compact(ctx context.Context) error
	// CatchUp asks Hover now for what was missed, and waits.
	CatchUp(ctx context.Context) error
	// MarkRead marks alerts as read; no ids means all.
	MarkRead(ctx context.Context, ids ...uint64) error
	// ReviveWork gives dead letters another try and says how many.
	ReviveWork(ctx context.Context) (int, error)
	// Act does what a notification's button asks: [ActOpenPDF], [ActShowJob] or [ActAtHover].
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
}

// The actions of a notification.
const (
	ActOpenPDF = "open-pdf"
	ActShowJob = "show-job"
	ActAtHover = "at-hover" // opens the job's page at Hover in the browser
)

// Login is a sign-in that was begun.
type Login struct {
	ID  string `json:"id"`  // for WaitLogin
	URL string `json:"url"` // to open in a browser
	// Paste says that the browser will end at an address that Dormer does not
	// hear of: the person has to paste it.
	Paste bool `json:"paste"`
}

// Notice is what a [Notifier] is given to show.
type Notice struct {
	Key    string // the same Key replaces in place
	Title  say.Text
	Body   say.Text
	Kind   job.Outcome
	Job    hover.JobID
	Model  hover.ModelID
	Urgent bool
	Sound  bool
	// Actions, in order: ActOpenPDF or ActAtHover, ActShowJob.
	Actions []string
	// Instead are the keys of earlier notices that this one stands for: they are
	// taken back where the desktop can.
	Instead []string
}

// A Notifier tells a person. It returns an error if nobody was told; the
// engine then has it shown later. Where that is [ErrNoNotifier], the log has told.
type Notifier interface {
	Show(ctx context.Context, n Notice) error
}

// An Opener opens a file or a folder with the person's own program, and a web
// address with the browser.
type Opener interface {
	Open(ctx context.Context, path string) error
	OpenURL(ctx context.Context, address string) error
}
