package engine

import (
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// The actions of a notification.
const (
	ActOpenPDF    = "open-pdf"
	ActShowJob    = "show-job"
	ActAtHover    = "at-hover"    // opens the job's page at Hover in the browser
	ActShowFolder = "show-folder" // opens the folder that the job's files are in
)

// Login is a sign-in that was begun.
type Login struct {
	ID  string `json:"id"`  // for WaitLogin
	URL string `json:"url"` // to open in a browser
	// Paste says that the browser will end at an address that Dormer does not
	// hear of: the person has to paste it.
	Paste bool `json:"paste"`
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

	Show       Shown  // what is noted of the jobs that are listed; empty: all that are not hidden
	CapturedBy string // the e-mail address of who captured them; empty: everybody's
	ByName     bool   // in the order of their names, not of their last change
	// Since are moments, the latest first: for the headings of a list that is in the
	// order of changes.
	Since []time.Time
}

// Shown is which jobs are listed, by what is noted of them here.
type Shown string

// The lists. Jobs that a person has hidden are in ShowHidden alone.
const (
	ShowAll     Shown = ""
	ShowStarred Shown = "starred"
	ShowUnread  Shown = "unread"
	ShowHidden  Shown = "hidden"
)

// Found is the answer to a search among the jobs.
type Found struct {
	Rows   []JobView
	From   int           // the row that Rows begin with
	Len    int           // of all rows of the group
	Counts map[Group]int // of all that match the search
	Since  []int         // how many rows changed at or after each moment of [JobSearch.Since]
}

// JobDetail is a job with all that its page shows.
type JobDetail struct {
	JobView

	CustomerEmail string
	CustomerPhone string
	Place         hover.Address
	// CallURL, MailURL and MapURL are what OpenURL opens to call the customer, to write
	// to them, and to see where the house stands; "" where there is nothing to do it by.
	CallURL, MailURL, MapURL string

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

// Chain is the result of a test of the whole chain.
type Chain struct {
	At      time.Time
	URL     string
	Latency time.Duration
	// Err is what answered instead, or nothing; nil if the ping came back.
	Err *say.Error
}

// Stranger is an account that is not the one this data directory is of.
type Stranger struct {
	Ours, Theirs hover.OrgID
}
