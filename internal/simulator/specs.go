package simulator

import (
	"time"

	"dormer/internal/hover"
)

// Account is what exists when a simulator starts.
type Account struct {
	Org      hover.OrgID
	OrgName  string
	Users    []hover.User
	Jobs     []JobSpec
	Captures []CaptureSpec
}

// JobSpec describes a job to add. The zero value is a job that was finished
// now, with one structure, at an address of the simulator's choice.
type JobSpec struct {
	ID         hover.JobID     `json:"id"` // empty: the next number
	Name       string          `json:"name"`
	ExternalID string          `json:"external_id"`
	Address    hover.Address   `json:"address"`
	Customer   hover.Customer  `json:"customer"`
	CapturedBy string          `json:"captured_by"` // e-mail; empty: the crew member's
	State      hover.JobState  `json:"state"`       // empty: completed
	Structures []StructureSpec `json:"structures"`  // empty: one, the main one
	Created    time.Time       `json:"created_at"`  // zero: Age ago
	Updated    time.Time       `json:"updated_at"`  // zero: Since ago
	Age        time.Duration   `json:"-"`           // zero: Since and four hours
	Since      time.Duration   `json:"-"`           // since it last changed
	Archived   bool            `json:"archived"`
	Example    bool            `json:"example"`
	Test       bool            `json:"test"` // one of Hover's free test jobs
	Script     []Step          `json:"-"`    // what [Simulator.Play] has it do
	// Papers are material lists that somebody sends while the scenario plays.
	Papers []MaterialsSpec `json:"-"`
}

// StructureSpec describes one model of a job.
type StructureSpec struct {
	ID          hover.ModelID       `json:"id"`          // empty: the next number
	Name        string              `json:"name"`        // empty for the main structure
	Deliverable hover.DeliverableID `json:"deliverable"` // 2 roof only, 3 complete; empty: 3
	State       hover.ModelState    `json:"state"`       // empty: what the job's state suggests
	// Fails is why the structure cannot be measured: its failure_reason once
	// the job is done. Empty: it can be.
	Fails string `json:"fails"`
	// Sample names the set of files that it gets; empty or unknown: one that
	// suits its deliverable, by its id.
	Sample string `json:"sample"`
	Photos int    `json:"photos"` // how many; 0: eight
}

// CaptureSpec describes a capture request to add.
type CaptureSpec struct {
	ID          hover.CaptureRequestID `json:"id"`
	State       hover.CaptureState     `json:"state"` // empty: new
	Name        string                 `json:"name"`
	Email       string                 `json:"email"`
	Phone       string                 `json:"phone"`
	JobName     string                 `json:"job_name"`
	ExternalID  string                 `json:"external_id"`
	Address     hover.Address          `json:"address"`
	Deliverable hover.DeliverableID    `json:"deliverable"`
	User        hover.UserID           `json:"user"`  // who asks; empty: the first admin
	Age         time.Duration          `json:"-"`     // since it was made
	Quiet       bool                   `json:"quiet"` // no mail and no SMS to the person
}

// MaterialsSpec describes a material list, which Hover's API calls an estimate and
// its events a production list.
type MaterialsSpec struct {
	ID    hover.DocumentID `json:"id"`    // empty: the next number
	Name  string           `json:"name"`  // empty: "Roofing"
	By    hover.UserID     `json:"by"`    // whose it is; empty: the first admin's
	Items []MaterialSpec   `json:"items"` // empty: a small roof's
}

// MaterialSpec is one line of a material list.
type MaterialSpec struct {
	Name     string  `json:"name"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"` // "SQUARES", "BUNDLES", "PIECES"
	UnitCost float64 `json:"unit_cost"`
	Waste    float64 `json:"waste"` // 0.1 is ten percent
	Color    string  `json:"color"`
	SKU      string  `json:"sku"`
	Notes    string  `json:"notes"`
	Labor    bool    `json:"labor"`
}

// ChecklistSpec describes a checklist: the older kind of questions, or an inspection.
type ChecklistSpec struct {
	ID      hover.InspectionID `json:"id"`      // empty: the next number
	Title   string             `json:"title"`   // of an inspection; empty: "Roof inspection"
	By      hover.UserID       `json:"by"`      // the inspector; empty: the crew's
	State   string             `json:"state"`   // of an inspection; empty: submitted
	Answers []AnswerSpec       `json:"answers"` // empty: a small roof's
}

// AnswerSpec is one question with its answer, or one task of an inspection.
type AnswerSpec struct {
	Section  string `json:"section"` // of an inspection: "From ground"
	Group    string `json:"group"`   // of an inspection: "Front"
	Question string `json:"question"`
	Kind     string `json:"kind"`   // boolean, number, string, select, photo_capture
	Answer   any    `json:"answer"` // nil: none
	Photos   int    `json:"photos"` // how many
}

// Step is one move of a job's script: the state that it enters after a wait.
type Step struct {
	Wait  time.Duration
	State hover.JobState
}

// Delivery says how one POST of [Simulator.Emit] differs from a proper one.
// The zero value is proper: JSON, dated, with Content-MD5 and both signatures.
type Delivery struct {
	URL          string            `json:"url"`            // empty: every verified webhook's
	Webhook      hover.WebhookID   `json:"webhook_id"`     // signs as this one; empty: the URL's own
	Secret       string            `json:"secret"`         // empty: the webhook's
	Unsigned     bool              `json:"unsigned"`       // no signature headers
	BadSignature bool              `json:"bad_signature"`  // signed with another secret
	SHA1Only     bool              `json:"sha1_only"`      // the old header alone
	SHA256Only   bool              `json:"sha256_only"`    // the new header alone
	StaleDate    time.Duration     `json:"-"`              // how old the Date header is
	Stale        bool              `json:"stale"`          // dated an hour ago
	NoMD5        bool              `json:"no_content_md5"` // no Content-MD5 header; it is signed all the same
	Other        bool              `json:"other"`          // signed in a way of which no page tells
	Reading      string            `json:"reading"`        // "sha256 path text sent"; see hover.ParseReading
	ContentType  string            `json:"content_type"`   // empty: application/json
	Header       map[string]string `json:"header"`         // set last
	WithoutID    bool              `json:"without_id"`     // no webhook_id is added to the body
}
