package hover

import (
	"cmp"
	"encoding/json"
	"time"
)

// CaptureRequest is an invitation to capture a property with the phone app.
type CaptureRequest struct {
	ID         CaptureRequestID
	Identifier string // short text, "XcUUtA": what the shared link is asked by
	State      CaptureState
	Name       string // of the person who is asked to capture
	Email      string
	Phone      string
	JobName    string
	Address    Address
	ExternalID string
	PendingJob JobID  // the draft job
	Job        JobID  // the captured job; empty before
	Link       string // branch_link: only in the details
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Raw        json.RawMessage
}

// UnmarshalJSON reads a capture request, bare or wrapped.
func (c *CaptureRequest) UnmarshalJSON(b []byte) error { return c.read(b, true) }

func (c *CaptureRequest) read(b []byte, mayWrap bool) error {
	var w struct {
		Wrapped    json.RawMessage       `json:"capture_request"`
		ID         opt[CaptureRequestID] `json:"id"`
		OtherID    opt[CaptureRequestID] `json:"capture_request_id"`
		Identifier text                  `json:"identifier"`
		State      CaptureState          `json:"state"`
		Name       text                  `json:"capturing_user_name"`
		Email      text                  `json:"capturing_user_email"`
		Phone      text                  `json:"capturing_user_phone"`
		Attributes opt[struct {
			Name       text `json:"name"`
			ExternalID text `json:"external_identifier"`
			wireAddress
		}] `json:"job_attributes"`
		PendingJob opt[JobID] `json:"pending_job_id"`
		Job        opt[JobID] `json:"job_id"`
		Link       text       `json:"branch_link"`
		CreatedAt  stamp      `json:"created_at"`
		UpdatedAt  stamp      `json:"updated_at"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	id := cmp.Or(w.ID.v, w.OtherID.v)
	if id == "" && mayWrap && len(w.Wrapped) > 0 && w.Wrapped[0] == '{' {
		return c.read(w.Wrapped, false)
	}
	if id == "" {
		return errNoID
	}
	a := w.Attributes.v
	*c = CaptureRequest{
		ID: id, Identifier: string(w.Identifier), State: w.State, Name: string(w.Name), Email: bareEmail(w.Email),
		Phone: string(w.Phone), JobName: string(a.Name), Address: a.address(), ExternalID: string(a.ExternalID),
		PendingJob: w.PendingJob.v, Job: w.Job.v, Link: link(string(w.Link)),
		CreatedAt: w.CreatedAt.Time, UpdatedAt: w.UpdatedAt.Time, Raw: append(json.RawMessage(nil), b...),
	}
	return nil
}

// NewCaptureRequest is what a capture request is created from. Name, Email and
// Address.Line1 are required (Hover's capture guide).
type NewCaptureRequest struct {
	Name        string
	Email       string
	Phone       string // with it Hover sends an SMS
	Address     Address
	JobName     string
	ExternalID  string
	Deliverable DeliverableID // 2 roof, 3 complete, ...; empty leaves it to Hover
	// LinkOnly asks Hover not to write to the person; the caller shares the
	// link. The keys for it are not fully documented, so Hover may write anyway.
	LinkOnly bool
}
