package engine

import (
	"context"
	"encoding/json"
	"io"
	"iter"

	"dormer/internal/figures"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/reach"
	"dormer/internal/records"
	"dormer/internal/roof"
	"dormer/internal/say"
)

// Reads is what can be asked of a data directory, running or closed.
type Reads interface {
	// Jobs lists jobs, the last updated first.
	Jobs(ctx context.Context, f records.JobFilter) iter.Seq2[records.JobView, error]
	// Job gives one job; [ErrUnknown] if it is not known.
	Job(ctx context.Context, id hover.JobID) (records.JobView, error)
	// Events lists stored events, oldest first.
	Events(ctx context.Context, f records.EventFilter) iter.Seq2[records.EventView, error]
	// Alerts lists the in-app inbox, oldest first.
	Alerts(ctx context.Context) iter.Seq2[records.AlertView, error]
	// Figures gives the figures of a job's measured structures, or of some of them; of
	// several their total is the last. Where Hover can be asked it is asked for what is
	// not known here, and that is kept.
	Figures(ctx context.Context, id hover.JobID, models ...hover.ModelID) ([]figures.Figures, error)
	// AllFigures gives the figures of every measured structure, the jobs that changed
	// last first, those of several structures followed by their total. With ask Hover
	// is asked for what is not known here, which may take long.
	AllFigures(ctx context.Context, ask bool) iter.Seq2[figures.Figures, error]
	// Papers lists the papers of a job, the one of which was heard last first: material
	// lists and checklists with what is on them, estimates, proposals, signatures and
	// orders with what became of them. [ErrUnknown] if there is no such job.
	Papers(ctx context.Context, id hover.JobID) ([]PaperView, error)
	// Settings lists every setting with its value; secrets show only that they
	// are there.
	Settings(ctx context.Context) ([]records.Setting, error)
	// Set changes settings, all of them or none, and has them in force at once: the
	// tunnel is opened anew, or Hover asked, but once. A value that does not fit is an
	// [records.ErrUsage].
	Set(ctx context.Context, values records.Values) error
	// Export writes all stored events (csv, har) or everything (json) to w,
	// without secrets.
	Export(ctx context.Context, format string, w io.Writer) error
	// Backup writes a whole, consistent copy of the database to path, which
	// must not exist.
	Backup(ctx context.Context, path string) error
	// Doctor looks at every link of the chain, within 15 seconds, and gives what
	// it found in the order of the chain.
	Doctor(ctx context.Context) ([]health.Finding, error)
	// Delivery gives, as JSON of a [hover.Vector], the newest delivery whose signature
	// no reading matches: with its contents and the signing secret.
	Delivery(ctx context.Context) ([]byte, error)
	// Diagnostics gives the files that tell a stranger how all this is;
	// [WithManifest] puts the list of them first. Secrets, customers and what is in events are taken out, of
	// the findings that it is given too.
	Diagnostics(ctx context.Context, findings []health.Finding) ([]health.Document, error)
}

// Desk is every question that a face may ask: the window, the tray, the verbs, a
// script. The engine answers them, and so does the control client, which asks the
// engine of another process. They may be called from any goroutine; those that ask
// Hover take as long as Hover does, and all end with their context.
//
// A new question stands here, in the engine, and in a line of the control client;
// nothing else knows it by name. A method can be a question if it takes a context
// first, and besides it and an io.Writer at the end only what JSON gives back as it
// was; and if it answers values and an error, a list and an error, an
// iter.Seq2[T, error], or a channel that ends with the context.
type Desk interface {
	Reads

	Status(ctx context.Context) (health.Status, error)
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
	CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (records.CaptureView, error)
	// Captures lists the capture requests that are known, newest first.
	Captures(ctx context.Context) ([]records.CaptureView, error)
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
	// Act does what a notification's button asks. [ActOpenPDF] opens a saved PDF of a
	// structure or, where none is named, of the job: of several structures those that
	// were chosen last, else the main one; where none is saved it is fetched first.
	// [ActShowJob] shows the job in the window, or without one the inbox;
	// [ActShowFolder] shows its PDF in the folder, [ActAtHover] opens its page at Hover.
	// The alert that it is done for counts as read.
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
	// HandOver prints the PDFs that ActOpenPDF would open, or begins a letter with them
	// and the figures in the person's mail program. left says what the person has to do
	// yet, or that there is nothing to see; zero where the system shows all.
	HandOver(ctx context.Context, how Handing, id hover.JobID, model hover.ModelID) (left say.Text, err error)

	// FindJobs finds jobs, the last updated first: how many there are, how many of
	// those that match the search are in each group, and one page of them. It is
	// quick enough for every key in a search box.
	FindJobs(ctx context.Context, q records.JobSearch) (records.Found, error)
	// MarkJob keeps what a person notes of a job, for this Dormer alone, in the place
	// of what was noted; [ErrUnknown] if the job is not known. ReadJob marks its
	// alerts as read.
	MarkJob(ctx context.Context, id hover.JobID, m records.Marks) error
	ReadJob(ctx context.Context, id hover.JobID) error
	// JobRows gives the jobs of these ids, in their order; one that is no longer
	// known is left out.
	JobRows(ctx context.Context, ids []hover.JobID) ([]records.JobView, error)
	// SearchHover asks Hover for all jobs that match, archived ones too, every
	// page of them, and takes them into the list: silently, but for news that the
	// next catch-up would tell. It yields how many were found so far.
	SearchHover(ctx context.Context, search string) iter.Seq2[int, error]
	// Detail gives all that is known of one job; [ErrUnknown] if it is not known.
	Detail(ctx context.Context, id hover.JobID) (records.JobDetail, error)
	// RefreshJob asks Hover for a job now and waits.
	RefreshJob(ctx context.Context, id hover.JobID) error
	// Picture gives the path of a picture of a structure in the cache on disk,
	// fetched if it is not there yet, no larger than 1,600 pixels a side. part
	// names it: a part of [StructureDetail.Pictures].
	Picture(ctx context.Context, id hover.JobID, model hover.ModelID, part records.Part) (path string, err error)
	// Roof gives the shape of a structure's roof, to be drawn: the empty one where
	// Hover does not tell it. It is fetched if it is not in the cache.
	Roof(ctx context.Context, id hover.JobID, model hover.ModelID) (roof.Plan, error)
	// EventPage gives stored events, the newest first: at most limit (0: 100) that
	// are older than before (0: from the newest).
	EventPage(ctx context.Context, f records.EventFilter, before uint64, limit int) ([]records.EventView, error)
	// Quarantined gives what was refused for its signature or its JSON, newest
	// first, at most 200.
	Quarantined(ctx context.Context) ([]records.EventView, error)
	// AlertPage gives the inbox, the newest first: at most limit (0: 100) that are
	// older than the alert with the id before ("": from the newest).
	AlertPage(ctx context.Context, before string, limit int) ([]records.AlertView, error)
	// Unread counts the alerts that nobody has read.
	Unread(ctx context.Context) (int, error)
	// MeasuredAt gives the jobs that are known at an address, measured ones
	// first, at most 5: for "already measured".
	MeasuredAt(ctx context.Context, a hover.Address) ([]records.JobView, error)

	// TryToken opens a tunnel with an ngrok authtoken, beside the one that is
	// open, closes it again, and says which address it had. Nothing is saved.
	TryToken(ctx context.Context, token string) (url string, err error)
	// TryClient asks Hover for a token with a code that is made up. It fails only
	// if Hover says that it does not know this pair; whatever else it answers says
	// nothing against it. Nothing is saved.
	TryClient(ctx context.Context, id, secret string) error
	// RedirectURL gives the address that Hover's form for an integration wants, ""
	// while the tunnel that it goes through has not been open yet.
	RedirectURL(ctx context.Context) (string, error)
	// Users lists the people of the account, for the choice of the acting user.
	Users(ctx context.Context) ([]hover.User, error)
	// TryNotice shows a notification now. An error says why nobody could see it.
	TryNotice(ctx context.Context) error
	// ClosedToTray hears that a person has closed the window and Dormer goes on in the
	// tray: the first time a notification says so.
	ClosedToTray(ctx context.Context) error
	// TestChain posts a ping of our own through the public address. It is never
	// sent twice in a minute: then it gives the last result.
	TestChain(ctx context.Context) (reach.Chain, error)
	// Reconnect throws the tunnel's connection away and opens a new one.
	Reconnect(ctx context.Context) error
	// Reregister has the webhook registered and verified anew, and waits until it
	// is.
	Reregister(ctx context.Context) error
	// Stranger tells that the account that signed in is another one than the data
	// directory is of; ok is false if it is not. AcceptStranger keeps the present
	// data aside and begins anew with it; the process starts again for it.
	Stranger(ctx context.Context) (s Stranger, ok bool, err error)
	AcceptStranger(ctx context.Context) error

	// FetchUpdate saves the newer Dormer that Status tells of among the person's
	// downloads and gives its path, if it is whole and what the maintainers signed. It
	// starts nothing.
	FetchUpdate(ctx context.Context) (path string, err error)

	// OpenPaper opens a paper of a kind and id of [PaperView]: its spreadsheet, which is
	// saved first if it is not, or the job's page at Hover where Hover's API gives
	// nothing of it.
	OpenPaper(ctx context.Context, kind, id string) error
	// OpenPath opens a file or folder with the person's own program; OpenURL an
	// http or https address with the browser, "tel:" with a plain number and
	// "mailto:" with one recipient with the program for it, and nothing else.
	OpenPath(ctx context.Context, path string) error
	OpenURL(ctx context.Context, url string) error
	// Speak sets the language of the system, which notifications are told in where
	// the settings name none.
	Speak(ctx context.Context, system say.Language) error

	// Remember keeps a small thing of the window's own (its size, its page) under
	// a name; Recall gives it back, nil if there is none.
	Remember(ctx context.Context, name string, value json.RawMessage) error
	Recall(ctx context.Context, name string) (json.RawMessage, error)
}

// Handing is what is done with the PDF of a job beside opening it.
type Handing string

// The ways to hand a PDF over.
const (
	HandPrint Handing = "print"
	HandMail  Handing = "mail"
)
