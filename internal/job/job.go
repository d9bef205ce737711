package job

import (
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// Job is what is known of one job: its last confirmed reply from Hover's API
// and what events have claimed since.
type Job struct {
	ID         hover.JobID    `json:"id"`
	Name       string         `json:"name,omitempty"`
	Address    hover.Address  `json:"address,omitzero"`
	Customer   hover.Customer `json:"customer,omitzero"`
	ExternalID string         `json:"external_id,omitempty"`
	State      hover.JobState `json:"state,omitempty"`
	// Confirmed is when the API last told the job's state; zero while only
	// events have spoken of it.
	Confirmed time.Time `json:"confirmed,omitzero"`
	// Claimed says that State comes from an event that the API has not yet
	// confirmed.
	Claimed   bool      `json:"claimed,omitempty"`
	ETA       time.Time `json:"eta,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"` // by Hover's clock; by ours while only events spoke
	// Seq is the number of the newest stored event that the job has heard, or that
	// was stored when the reply was asked for that confirmed its state. What has no
	// higher number, or is sent again, is no news. Zero in rows of before.
	Seq uint64 `json:"seq,omitempty"`
	// Version is the updated_at of the API reply that was taken last. A reply
	// with an earlier one is stale.
	Version     time.Time            `json:"version,omitzero"`
	HeardAt     time.Time            `json:"heard_at,omitzero"` // the last event or reply about it, by our clock
	Structures  []Structure          `json:"structures,omitempty"`
	CapturedBy  []string             `json:"captured_by,omitempty"` // e-mail addresses
	ViewURL     string               `json:"view_url,omitempty"`
	Deliverable string               `json:"deliverable,omitempty"` // as far as Hover says it of the job
	Reason      string               `json:"reason,omitempty"`      // why it failed, as far as Hover says it of the job
	Archived    bool                 `json:"archived,omitempty"`
	Test        bool                 `json:"test,omitempty"` // of Hover's free test: its figures are made up
	History     []Step               `json:"history,omitempty"`
	Inspections []hover.InspectionID `json:"inspections,omitempty"`
	// Generation counts how often the job left a finished state; Told lists
	// the outcomes, and ToldModels the finished structures, that this generation
	// has already led to news of. Together they make each happening happen once.
	Generation int             `json:"generation,omitempty"`
	Told       []Outcome       `json:"told,omitempty"`
	ToldModels []hover.ModelID `json:"told_models,omitempty"`
}

// Structure is one model of a job.
type Structure struct {
	ID            hover.ModelID    `json:"id"`
	Name          string           `json:"name,omitempty"`
	State         hover.ModelState `json:"state,omitempty"`
	Claimed       bool             `json:"claimed,omitempty"` // State comes from an unconfirmed event
	Listed        bool             `json:"listed,omitempty"`  // of one that is Claimed: a reply has named it all the same
	HeardAt       time.Time        `json:"heard_at,omitzero"` // when that event came, by our clock; zero once confirmed
	Deliverable   string           `json:"deliverable,omitempty"`
	FailureReason string           `json:"failure_reason,omitempty"`
	ViewURL       string           `json:"view_url,omitempty"`
	Artifacts     []hover.Artifact `json:"artifacts,omitempty"`
	Images        []hover.Image    `json:"images,omitempty"`
}

// Step is one state that the job was in, for its timeline.
type Step struct {
	State hover.JobState `json:"state"`
	At    time.Time      `json:"at"`
}

// Happening is one thing that a person is told exactly once. Its Key is the
// same whichever event, reply, catch-up or restart led to it.
type Happening struct {
	Key     string                 `json:"key"`
	Outcome Outcome                `json:"outcome"`
	Job     hover.JobID            `json:"job,omitempty"`
	Model   hover.ModelID          `json:"model,omitempty"`
	Capture hover.CaptureRequestID `json:"capture,omitempty"`
	// Document is the paper that it is of; State what became of it, By who did it as
	// far as that is known.
	Document hover.DocumentID `json:"document,omitempty"`
	State    string           `json:"state,omitempty"`
	By       string           `json:"by,omitempty"`
	At       time.Time        `json:"at"` // by our clock
}

// Alert is one row of the in-app inbox.
type Alert struct {
	ID    uint64        `json:"id"`
	Key   string        `json:"key"` // of its Happening; empty for a summary
	At    time.Time     `json:"at"`
	Kind  Outcome       `json:"kind"`
	Job   hover.JobID   `json:"job,omitempty"`
	Model hover.ModelID `json:"model,omitempty"`
	// Document is the paper that it tells of, if it tells of one.
	Document hover.DocumentID `json:"document,omitempty"`
	State    string           `json:"state,omitempty"` // of its Happening
	// Failed says that it tells of something that could not be measured.
	Failed bool `json:"failed,omitempty"`
	// Title and Body are values, told in the person's language; in rows of before
	// they are words, and stay in the language that they were written in.
	Title   say.Text  `json:"title"`
	Body    say.Text  `json:"body"`
	ShownAt time.Time `json:"shown_at,omitzero"`
	ReadAt  time.Time `json:"read_at,omitzero"`
}

// Invitation is what is known of one capture request.
type Invitation struct {
	ID         hover.CaptureRequestID `json:"id"`
	Identifier string                 `json:"identifier,omitempty"`
	State      hover.CaptureState     `json:"state,omitempty"`
	Confirmed  time.Time              `json:"confirmed,omitzero"`
	Name       string                 `json:"name,omitempty"`
	Email      string                 `json:"email,omitempty"`
	Phone      string                 `json:"phone,omitempty"`
	JobName    string                 `json:"job_name,omitempty"`
	Address    hover.Address          `json:"address,omitzero"`
	Job        hover.JobID            `json:"job,omitempty"`
	Link       string                 `json:"link,omitempty"`
	CreatedAt  time.Time              `json:"created_at,omitzero"`
	Told       bool                   `json:"told,omitempty"` // that it was captured
	// Seq is the number of the newest stored event when the reply was asked for that
	// confirmed the state last.
	Seq uint64 `json:"seq,omitempty"`
}
