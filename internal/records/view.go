package records

import (
	"encoding/json"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

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

// Time is a time as the contract writes it.
type Time struct{ time.Time }

// At makes a contract time of t.
func At(t time.Time) Time { return Time{t} }

// MarshalJSON writes RFC 3339 in UTC, or "" for the zero time.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte(`""`), nil
	}
	return []byte(`"` + t.UTC().Format(time.RFC3339Nano) + `"`), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		t.Time = time.Time{}
		return nil
	}
	v, err := time.Parse(time.RFC3339Nano, s)
	t.Time = v
	return err
}

// JobView is a job as people and scripts see it.
type JobView struct {
	ID            hover.JobID    `json:"id"`
	Name          string         `json:"name"`
	Address       string         `json:"address"`
	ExternalID    string         `json:"external_id"`
	State         hover.JobState `json:"state"`
	Progress      *float64       `json:"progress"` // 0 to 1, null if unknown
	ETA           Time           `json:"eta"`
	UpdatedAt     Time           `json:"updated_at"`
	FailureReason string         `json:"failure_reason"`
	Customer      string         `json:"customer"`
	Says          say.Text       `json:"says"` // the state in plain words
	ViewURL       string         `json:"view_url"`
	Confirmed     bool           `json:"confirmed"`             // Hover's API said so
	Test          bool           `json:"test,omitempty"`        // of Hover's free test: its figures are made up
	PhotosOnly    bool           `json:"photos_only,omitempty"` // nothing was ordered but its photos
	Unpaid        bool           `json:"unpaid,omitempty"`      // it is measured, and a person has to pay for it
	Archived      bool           `json:"archived,omitempty"`    // at Hover
	CapturedBy    []string       `json:"captured_by,omitempty"` // e-mail addresses
	Marks
	// Unread says that there are alerts of it that nobody has read; Matched where
	// what was searched for was found, if neither in the name nor in the address.
	// Both are told by a search alone.
	Unread  bool        `json:"unread,omitempty"`
	Matched []job.Match `json:"matched,omitempty"`
	Models  []ModelView `json:"models"`
}

// Title is what people call the job: its address, else its name.
func (v JobView) Title() say.Text {
	return job.Job{ID: v.ID, Name: v.Name, Address: hover.Address{Line1: v.Address}, Test: v.Test}.Title()
}

// Why says why it could not be measured; zero if Hover gave no reason.
func (v JobView) Why() say.Text {
	j := job.Job{State: v.State, Reason: v.FailureReason}
	for _, m := range v.Models {
		j.Structures = append(j.Structures, job.Structure{State: m.State, FailureReason: m.FailureReason})
	}
	return j.Why()
}

// A PDF is one that can be opened: at once, or after it was fetched.
type PDF struct {
	Model hover.ModelID
	Path  string // empty if it is not saved yet
}

// OnlyPDF gives the only PDF of a job that is ready or saved, nil if there is none,
// or says that there are several.
func (v JobView) OnlyPDF() (one *PDF, several bool) {
	for _, m := range v.Models {
		for _, f := range m.Files {
			if f.Format != string(hover.FormatPDF) || f.State != FileReady && f.State != FileSaved {
				continue
			}
			if one != nil {
				return nil, true
			}
			one = &PDF{Model: m.ID, Path: f.Path}
		}
	}
	return one, false
}

// ModelView is one structure of a job.
type ModelView struct {
	ID            hover.ModelID    `json:"id"`
	Name          string           `json:"name"`
	State         hover.ModelState `json:"state"`
	FailureReason string           `json:"failure_reason"`
	Files         []FileView       `json:"files"`
}

// Title is what people call the structure.
func (m ModelView) Title() say.Text { return job.Structure{Name: m.Name}.Title() }

// Why says why it could not be measured; zero if Hover gave no reason.
func (m ModelView) Why() say.Text { return job.Structure{FailureReason: m.FailureReason}.Why() }

// FileView is one file of a structure: State is ready (Hover has it), waiting
// (Hover is still making it), saved (on disk at Path) or unavailable (Hover
// refuses it).
type FileView struct {
	Format string `json:"format"`
	Part   string `json:"part,omitempty"`
	State  string `json:"state"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`

	otherwise string // the state of a saved one that is not on disk any more
}

// The states of a file.
const (
	FileReady       = "ready"
	FileWaiting     = "waiting"
	FileSaved       = "saved"
	FileUnavailable = "unavailable"
)

// EventView is one stored event.
type EventView struct {
	Seq        uint64          `json:"seq"`
	ReceivedAt Time            `json:"received_at"`
	Event      hover.EventName `json:"event"`
	JobID      hover.JobID     `json:"job_id"`
	ModelID    hover.ModelID   `json:"model_id"`
	State      string          `json:"state"`
	WebhookID  hover.WebhookID `json:"webhook_id"`
	Verdict    hover.Verdict   `json:"verdict"`
	Duplicate  bool            `json:"duplicate"`
	Body       json.RawMessage `json:"body"`
	Refused    say.Text        `json:"refused,omitzero"` // why, of one in quarantine
}

// AlertView is one row of the in-app inbox.
type AlertView struct {
	ID      string        `json:"id"`
	At      Time          `json:"at"`
	Kind    job.Outcome   `json:"kind"`
	JobID   hover.JobID   `json:"job_id"`
	ModelID hover.ModelID `json:"model_id"`
	Paper   string        `json:"paper,omitempty"` // the paper that it tells of, by its id
	Title   say.Text      `json:"title"`
	Body    say.Text      `json:"body"`
	Failed  bool          `json:"failed,omitempty"` // it tells of something that could not be measured
	ShownAt Time          `json:"shown_at"`
	ReadAt  Time          `json:"read_at"`
}

// CaptureView is one capture request.
type CaptureView struct {
	ID        hover.CaptureRequestID `json:"id"`
	State     hover.CaptureState     `json:"state"`
	Name      string                 `json:"name"`
	Email     string                 `json:"email"`
	Phone     string                 `json:"phone"`
	Address   string                 `json:"address"`
	JobID     hover.JobID            `json:"job_id"`
	Link      string                 `json:"link"`
	CreatedAt Time                   `json:"created_at"`
}

// JobFilter chooses jobs. Empty fields choose all.
type JobFilter struct {
	Search string
	State  hover.JobState // in either spelling's parsed form
	Limit  int            // 0 is no limit
}

// EventFilter chooses stored events. Empty fields choose all.
type EventFilter struct {
	Job   hover.JobID
	Event hover.EventName
	After uint64 // only events with a greater sequence number
	Limit int    // 0 is no limit
}

// Setting is one setting as `config list` shows it.
type Setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"` // "(set)" for a secret that is there
	Help   string `json:"help"`
	Secret bool   `json:"secret,omitempty"`
	Fixed  bool   `json:"fixed,omitempty"` // a flag or the environment decides it in this run
	// From is where Value comes from: the flag or the variable of the environment by
	// its name, "setting" or "default".
	From string `json:"from"`
}

// UpdateStatus is a newer Dormer. A person reads of it at Page, or has it saved by
// FetchUpdate where File is not empty.
type UpdateStatus struct {
	Version string   `json:"version"`
	Page    string   `json:"page"`
	File    string   `json:"file"` // its name; empty where what installed Dormer replaces it too
	Says    say.Text `json:"says"`
	Do      say.Text `json:"do"`
}

// Marks are what a person notes of a job for themselves: Hover hears nothing of it.
type Marks struct {
	Star   bool   `json:"star,omitempty"`
	Hidden bool   `json:"hidden,omitempty"` // is left out of the lists
	Note   string `json:"note,omitempty"`
}
