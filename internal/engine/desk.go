package engine

import (
	"context"
	"iter"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// Desk is what the desktop asks, in the engine's own process: all of [Service],
// and what only a window needs. Its methods may be called from any goroutine;
// those that ask Hover take as long as Hover does and end with their context.
type Desk interface {
	Service

	// FindJobs finds jobs, the last updated first: how many there are, how many of
	// those that match the search are in each group, and one page of them. It is
	// quick enough for every key in a search box.
	FindJobs(ctx context.Context, q JobSearch) (Found, error)
	// JobRows gives the jobs of these ids, in their order; one that is no longer
	// known is left out.
	JobRows(ctx context.Context, ids []hover.JobID) ([]JobView, error)
	// SearchHover asks Hover for all jobs that match, archived ones too, every
	// page of them, and takes them into the list: silently, but for news that the
	// next catch-up would tell. It yields how many were found so far.
	SearchHover(ctx context.Context, search string) iter.Seq2[int, error]
	// Detail gives all that is known of one job; [ErrUnknown] if it is not known.
	Detail(ctx context.Context, id hover.JobID) (JobDetail, error)
	// RefreshJob asks Hover for a job now and waits.
	RefreshJob(ctx context.Context, id hover.JobID) error
	// Measurements gives the key figures of a structure, from its JSON file: a
	// saved one, or one that is fetched into the cache. ok is false if Hover has
	// none yet.
	Measurements(ctx context.Context, id hover.JobID, model hover.ModelID) (m Measurements, ok bool, err error)
	// Picture gives the path of a picture of a structure in the cache on disk,
	// fetched if it is not there yet, no larger than 1,600 pixels a side. part
	// names it: a part of [StructureDetail.Pictures].
	Picture(ctx context.Context, id hover.JobID, model hover.ModelID, part Part) (path string, err error)
	// EventPage gives stored events, the newest first: at most limit (0: 100) that
	// are older than before (0: from the newest).
	EventPage(ctx context.Context, f EventFilter, before uint64, limit int) ([]EventView, error)
	// Quarantined gives what was refused for its signature or its JSON, newest
	// first, at most 200.
	Quarantined(ctx context.Context) ([]EventView, error)
	// AlertPage gives the inbox, the newest first: at most limit (0: 100) that are
	// older than the alert with the id before ("": from the newest).
	AlertPage(ctx context.Context, before string, limit int) ([]AlertView, error)
	// Unread counts the alerts that nobody has read.
	Unread(ctx context.Context) (int, error)
	// MeasuredAt gives the jobs that are known at an address, measured ones
	// first, at most 5: for "already measured".
	MeasuredAt(ctx context.Context, a hover.Address) ([]JobView, error)

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
	// TestChain posts a ping of our own through the public address. It is never
	// sent twice in a minute: then it gives the last result.
	TestChain(ctx context.Context) (Chain, error)
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

	// OpenPath opens a file or folder with the person's own program; OpenURL an
	// http or https address with the browser.
	OpenPath(ctx context.Context, path string) error
	OpenURL(ctx context.Context, url string) error
	// JobPage gives the address of a job's page at Hover, where it is approved and
	// where new photos are asked for.
	JobPage(id hover.JobID) string
	// ShowRequests gives the jobs that somebody asked to see by a notification,
	// until ctx ends; of several that nobody has read, the newest. Without a
	// reader a job's folder is opened instead.
	ShowRequests(ctx context.Context) <-chan ShowRequest
	// Speak sets the language of the system, which notifications are told in where
	// the settings name none.
	Speak(system say.Language)

	// Remember keeps a small thing of the window's own (its size, its page) under
	// a name, as JSON; Recall gives it back, false if there is none.
	Remember(ctx context.Context, name string, value any) error
	Recall(ctx context.Context, name string, into any) (bool, error)
}

// Group is what the list of jobs is filtered by.
type Group string

// The groups. A job is in exactly one of those after GroupAll, or, as a
// cancelled one, in none.
const (
	GroupAll        Group = ""
	GroupInProgress Group = "in_progress"
	GroupFinished   Group = "finished"
	GroupFailed     Group = "failed"
	GroupApproval   Group = "approval" // waits for the admin's approval
)

// Groups lists the groups in the order in which people see them.
func Groups() []Group {
	return []Group{GroupAll, GroupInProgress, GroupFinished, GroupFailed, GroupApproval}
}

// JobSearch asks for a page of the jobs that match.
type JobSearch struct {
	// Text is what somebody typed: every word of it is found in a job's name,
	// address, customer, reference, number or phone, in any order, without case and
	// accents.
	Text  string
	Group Group
	From  int // the row that the page begins with
	Limit int // how many rows it has at most; 0: 100
	// Around is a job that the page is to show, wherever it stands; From counts if
	// it does not match.
	Around hover.JobID
}

// Found is the answer to a search among the jobs.
type Found struct {
	Rows   []JobView
	From   int           // the row that Rows begin with
	Len    int           // of all rows of the group
	Counts map[Group]int // of all that match the search
}

// JobDetail is a job with all that its page shows.
type JobDetail struct {
	JobView

	CustomerEmail string
	CustomerPhone string
	CapturedBy    []string // e-mail addresses
	Archived      bool
	// Steps are the states that the job was in, oldest first.
	Steps      []job.Step
	Structures []StructureDetail // in the order of Models
}

// StructureDetail is what a structure's card shows beside its [ModelView].
type StructureDetail struct {
	ID          hover.ModelID
	Deliverable say.Text // "Complete", "Roof only"; zero if Hover does not say
	ViewURL     string   // its 3D view
	// Preview is the picture of its card, empty if there is none; Pictures are
	// all of them, drawings first.
	Preview  Part
	Pictures []Part
}

// Part names one picture of a structure: "wireframe/roof-top", "photo/123".
type Part string

// Measurements are the key figures of a structure, in the units that people on
// a roof use. A figure that the file does not have is nil.
type Measurements struct {
	RoofArea   *float64 // square feet
	Facets     *int     // of the roof
	Pitch      string   // the main one, "8/12"; empty if unknown
	RidgesHips *float64 // feet
	Valleys    *float64 // feet
	Eaves      *float64 // feet
	SidingArea *float64 // square feet
	Openings   *int     // windows and doors
	Stories    string
	Perimeter  *float64 // of the footprint, feet
}

// Chain is the result of a test of the whole chain.
type Chain struct {
	At      time.Time
	URL     string
	Latency time.Duration
	// Err is what answered instead, or nothing; nil if the ping came back.
	Err error
}

// Stranger is an account that is not the one this data directory is of.
type Stranger struct {
	Ours, Theirs hover.OrgID
}

// ShowRequest asks the window to show a job, or the inbox if it is empty.
type ShowRequest struct {
	Job   hover.JobID
	Model hover.ModelID
	// Pick asks for the picker of the job's files: a PDF was to be opened, and
	// there is none yet or more than one.
	Pick bool
}
