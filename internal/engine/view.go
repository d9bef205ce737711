package engine

import (
	"encoding/json"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// The types of this file are the operator's contract: their JSON field names
// are what scripts rely on. Times are RFC 3339 in UTC, or empty.

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

// State is how the whole product is.
type State string

// The states of the product. Ready means that a webhook posted now would
// arrive; degraded that Hover is asked instead, or that something needs a
// person; offline that neither works.
const (
	StateSetup    State = "setup"
	StateStarting State = "starting"
	StateReady    State = "ready"
	StateDegraded State = "degraded"
	StateOffline  State = "offline"
)

// Status is the health of the product.
type Status struct {
	Version string        `json:"version"`
	State   State         `json:"state"`
	Tunnel  TunnelStatus  `json:"tunnel"`
	Hover   HoverStatus   `json:"hover"`
	Webhook WebhookStatus `json:"webhook"`
	Inbox   InboxStatus   `json:"inbox"`
	CatchUp CatchUpStatus `json:"catch_up"`
	Work    WorkStatus    `json:"work"`
	Lamps   []Lamp        `json:"lamps"`
	PID     int           `json:"pid"`
	Demo    bool          `json:"demo,omitempty"`
	// Updates says that this build can look for newer ones.
	Updates bool `json:"updates,omitempty"`
	// Update tells of a newer Dormer; zero if none is known.
	Update UpdateStatus `json:"update,omitzero"`
	// LastEventAt is when Hover's newest event came.
	LastEventAt Time `json:"last_event_at"`
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

// TunnelStatus is the public address.
type TunnelStatus struct {
	Kind      string   `json:"kind"`  // "ngrok" or "own"
	State     string   `json:"state"` // tunnel.State
	URL       string   `json:"url"`
	LatencyMS int64    `json:"latency_ms"`
	Attempt   int      `json:"attempt"`
	Code      string   `json:"code"` // ERR_NGROK_nnn, or empty
	Error     say.Text `json:"error"`
	Since     Time     `json:"since"`      // when State was entered
	CheckedAt Time     `json:"checked_at"` // the last self-check that came back
	Requests  uint64   `json:"requests_this_month"`
}

// HoverStatus is the account.
type HoverStatus struct {
	SignedIn   bool         `json:"signed_in"`
	OrgID      hover.OrgID  `json:"org_id"`
	ActingUser hover.UserID `json:"acting_user"`
	// ActingUserName is the person's name or else e-mail address, as far as it is
	// known.
	ActingUserName string   `json:"acting_user_name"`
	Error          say.Text `json:"error"`
	Requests       int      `json:"requests_last_minute"`
}

// WebhookStatus is our registration at Hover.
type WebhookStatus struct {
	ID         hover.WebhookID `json:"id"`
	State      string          `json:"state"` // verified, pending or none
	URL        string          `json:"url"`
	VerifiedAt Time            `json:"verified_at"`
	Signature  string          `json:"signature"` // pinned, unpinned or unsigned
	Reading    string          `json:"reading"`   // the pinned reading of the signature
	LastError  say.Text        `json:"last_error"`
}

// InboxStatus counts deliveries since the data directory began.
type InboxStatus struct {
	Events     uint64 `json:"events"`
	Duplicates uint64 `json:"duplicates"`
	Rejected   uint64 `json:"rejected"`
}

// CatchUpStatus tells when Hover was last asked for what was missed.
type CatchUpStatus struct {
	LastRun Time     `json:"last_run"` // the last one that succeeded
	Behind  bool     `json:"behind"`   // one is due or under way, or the last one failed
	Error   say.Text `json:"error"`
}

// WorkStatus counts queued work. Dead is work that was given up: see DeadWork.
type WorkStatus struct {
	Pending int `json:"pending"`
	Dead    int `json:"dead"`
}

// Colour is a lamp's, and a finding's.
type Colour = doctor.Colour

// The colours: green is well, amber works but wants a look, red does not work.
const (
	Green = doctor.Green
	Amber = doctor.Amber
	Red   = doctor.Red
)

// Lamp is one plain line of health with what to do.
type Lamp struct {
	Name  string   `json:"name"` // tunnel, hover, webhook, signatures, disk
	State Colour   `json:"state"`
	Says  say.Text `json:"says"`
	Do    say.Text `json:"do"`
	// Folder is the download folder where no file can be saved in it: another one
	// would help. Empty with every other lamp.
	Folder string `json:"folder,omitempty"`
}

// equal says whether two lamps say the same.
func (l Lamp) equal(m Lamp) bool {
	return l.Name == m.Name && l.State == m.State && l.Folder == m.Folder && l.Says.Equal(m.Says) && l.Do.Equal(m.Do)
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

// GetRequest asks for files of jobs.
type GetRequest struct {
	Jobs    []hover.JobID   `json:"jobs"`
	Models  []hover.ModelID `json:"models"`  // empty: all structures
	Formats []hover.Format  `json:"formats"` // empty: pdf
	Dir     string          `json:"dir"`     // empty: the download folder
	Open    bool            `json:"open"`    // open the files (or their folder) afterwards
	// Chosen are the structures that a person chose together with Models, where a
	// choice is fetched in several requests.
	Chosen []hover.ModelID `json:"chosen,omitempty"`
}

// Progress is one step of a download: what a progress bar is drawn from.
type Progress struct {
	Job    hover.JobID   `json:"job"`
	Model  hover.ModelID `json:"model"`
	Format hover.Format  `json:"format"`
	Part   string        `json:"part,omitempty"`
	Done   int64         `json:"done"`
	Total  int64         `json:"total"`          // -1 if Hover does not say
	Path   string        `json:"path,omitempty"` // set once the file is whole
	SHA256 string        `json:"sha256,omitempty"`
	Error  say.Text      `json:"error,omitzero"` // set if it was given up
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

// Hint says that something changed: ask again. Version only grows.
type Hint struct {
	Version uint64 `json:"version"`
}
