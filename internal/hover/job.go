package hover

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// Job is a job as GET /api/v3/jobs and /api/v3/jobs/{id} tell it. Every field
// may be empty. Its JSON form is Hover's; encode [Job.Raw] to keep it.
type Job struct {
	ID         JobID
	Name       string
	ExternalID string   // the contractor's own reference
	State      JobState // reconstruction_state
	OrgID      OrgID
	Address    Address
	Customer   Customer
	Captures   []Capture
	Models     []Model
	ViewURL    string // Hover's 3D view, where the reply names one
	Archived   bool
	CreatedAt  time.Time
	UpdatedAt  time.Time
	// HoursLeft is Hover's estimate of the hours until completion; nil if the
	// reply has none (only the v2 job is known to carry one).
	HoursLeft   *float64
	Inspections []InspectionID
	Raw         json.RawMessage // the whole reply, as received
}

// Address is where a job is. The mixed names on the wire are Hover's
// (location_line_1 beside city).
type Address struct {
	Line1      string `json:"line_1,omitempty"`
	Line2      string `json:"line_2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
	Latitude   string `json:"latitude,omitempty"`
	Longitude  string `json:"longitude,omitempty"`
}

// String gives the address on one line, "1420 Sycamore Lane, Carmel IN 46033";
// empty if nothing is known.
func (a Address) String() string {
	street := joined(", ", a.Line1, a.Line2)
	return joined(", ", street, joined(" ", a.City, a.Region, a.PostalCode))
}

func joined(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// Customer is the contact that the job names. It is often the contractor's own
// staff, not the homeowner (observed by a public client).
type Customer struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// Capture is one visit with the phone app.
type Capture struct {
	ID    string
	Name  string
	State string
	By    string // e-mail of the person who captured
	Type  string
}

// Model is one structure of a job: a house, a garage, a level.
type Model struct {
	ID            ModelID
	Name          string // empty for the main structure
	State         ModelState
	Deliverable   string
	FailureReason string
	ViewURL       string
	Artifacts     []Artifact
	Images        []Image
}

// Image is a photo of a structure. Its URL wants the bearer.
type Image struct {
	ID  ImageID `json:"id"`
	URL string  `json:"url"`
}

// User is a person in the organisation.
type User struct {
	ID        UserID
	Email     string
	FirstName string
	LastName  string
	Role      string // acl_template, "admin" for administrators
	State     string // aasm_state: "activated", "invited", ...
}

// Name gives the person's full name, or the e-mail address where there is none.
func (u User) Name() string {
	if n := joined(" ", u.FirstName, u.LastName); n != "" {
		return n
	}
	return u.Email
}

// UnmarshalJSON reads a user.
func (u *User) UnmarshalJSON(b []byte) error {
	var w struct {
		ID        opt[UserID] `json:"id"`
		Email     text        `json:"email"`
		FirstName text        `json:"first_name"`
		LastName  text        `json:"last_name"`
		Role      text        `json:"acl_template"`
		State     text        `json:"aasm_state"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*u = User{ID: w.ID.v, Email: bareEmail(w.Email), FirstName: string(w.FirstName), LastName: string(w.LastName), Role: string(w.Role), State: string(w.State)}
	return nil
}

// Webhook is a registered webhook (POST and GET /api/v2/webhooks).
type Webhook struct {
	ID          WebhookID
	OwnerID     OrgID
	URL         string
	Secret      string    // hmac_secret, 88 characters; List gives it as well (Hover's docs)
	ContentType string    // "json"
	LastError   string    // what our end last answered badly; empty if nothing
	VerifiedAt  time.Time // zero until verified
	CreatedAt   time.Time
}

// UnmarshalJSON reads a webhook, bare or wrapped in {"webhook": ...}.
func (w *Webhook) UnmarshalJSON(b []byte) error { return w.read(b, true) }

func (w *Webhook) read(b []byte, mayWrap bool) error {
	var f struct {
		Webhook     json.RawMessage `json:"webhook"`
		ID          WebhookID       `json:"id"`
		OwnerID     opt[OrgID]      `json:"owner_id"`
		URL         text            `json:"url"`
		Secret      text            `json:"hmac_secret"`
		ContentType text            `json:"content_type"`
		LastError   json.RawMessage `json:"last_error"`
		VerifiedAt  stamp           `json:"verified_at"`
		CreatedAt   stamp           `json:"created_at"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	if f.ID == "" && mayWrap && len(f.Webhook) > 0 && f.Webhook[0] == '{' {
		return w.read(f.Webhook, false)
	}
	*w = Webhook{
		ID: f.ID, OwnerID: f.OwnerID.v, URL: string(f.URL), Secret: string(f.Secret), ContentType: string(f.ContentType),
		VerifiedAt: f.VerifiedAt.Time, CreatedAt: f.CreatedAt.Time,
	}
	if s, ok := scalar(f.LastError); ok {
		w.LastError = s
	} else {
		w.LastError = string(f.LastError)
	}
	return nil
}

// errNoID refuses a reply that cannot be told from another: without an id it
// could be folded into the wrong job.
var errNoID = errors.New("hover: no id in the reply")

// UnmarshalJSON reads a job, bare or wrapped in {"job": ...}, of the v3 shape
// and as far as it goes of the old v2 shape (flat location_* fields, "state").
func (j *Job) UnmarshalJSON(b []byte) error { return j.read(b, true) }

func (j *Job) read(b []byte, mayWrap bool) error {
	var w struct {
		Job        json.RawMessage `json:"job"`
		ID         opt[JobID]      `json:"id"`
		Name       text            `json:"name"`
		ExternalID text            `json:"external_identifier"`
		State      JobState        `json:"reconstruction_state"`
		OldState   JobState        `json:"state"`
		Org        opt[struct {
			ID opt[OrgID] `json:"id"`
		}] `json:"org"`
		Address  opt[wireAddress]  `json:"address"`
		Customer opt[wireCustomer] `json:"customer"`
		Captures list[wireCapture] `json:"captures"`
		Models   list[Model]       `json:"models"`
		View     opt[struct {
			URL text `json:"url"`
		}] `json:"three_d_experience"`
		Archived    opt[bool]     `json:"archived"`
		CreatedAt   stamp         `json:"created_at"`
		UpdatedAt   stamp         `json:"updated_at"`
		HoursLeft   opt[*float64] `json:"estimated_hours_to_completion"`
		Inspections list[struct {
			ID InspectionID `json:"id"`
		}] `json:"inspections"`
		wireAddress
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if w.ID.v == "" && mayWrap && len(w.Job) > 0 && w.Job[0] == '{' {
		return j.read(w.Job, false)
	}
	if w.ID.v == "" {
		return errNoID
	}
	*j = Job{
		ID: w.ID.v, Name: string(w.Name), ExternalID: string(w.ExternalID), State: w.State, OrgID: w.Org.v.ID.v,
		Address: w.Address.v.address(), Customer: w.Customer.v.customer(), Models: w.Models,
		ViewURL: webURL(string(w.View.v.URL)), Archived: w.Archived.v,
		CreatedAt: w.CreatedAt.Time, UpdatedAt: w.UpdatedAt.Time, HoursLeft: w.HoursLeft.v,
		Raw: append(json.RawMessage(nil), b...),
	}
	if j.State == "" {
		j.State = w.OldState
	}
	if j.Address == (Address{}) {
		j.Address = w.wireAddress.address()
	}
	for _, c := range w.Captures {
		j.Captures = append(j.Captures, Capture{ID: string(c.ID), Name: string(c.Name), State: string(c.State), By: bareEmail(c.By), Type: string(c.Type)})
	}
	for _, i := range w.Inspections {
		j.Inspections = append(j.Inspections, i.ID)
	}
	return nil
}

// MarshalJSON gives the reply back as it was received.
func (j Job) MarshalJSON() ([]byte, error) {
	if j.Raw == nil {
		return nil, errors.New("hover: a Job without its raw reply cannot be encoded")
	}
	return j.Raw, nil
}

type wireAddress struct {
	Line1      text `json:"location_line_1"`
	Line2      text `json:"location_line_2"`
	City       text `json:"city"`
	Region     text `json:"region"`
	PostalCode text `json:"postal_code"`
	Country    text `json:"country"`
	Latitude   text `json:"latitude"`
	Longitude  text `json:"longitude"`
	// The v2 job and the capture request's job_attributes prefix them all.
	City2       text `json:"location_city"`
	Region2     text `json:"location_region"`
	PostalCode2 text `json:"location_postal_code"`
	Country2    text `json:"location_country"`
}

func (w wireAddress) address() Address {
	or := func(a, b text) string {
		if a != "" {
			return string(a)
		}
		return string(b)
	}
	return Address{
		Line1: string(w.Line1), Line2: string(w.Line2), City: or(w.City, w.City2), Region: or(w.Region, w.Region2),
		PostalCode: or(w.PostalCode, w.PostalCode2), Country: or(w.Country, w.Country2),
		Latitude: string(w.Latitude), Longitude: string(w.Longitude),
	}
}

type wireCustomer struct {
	FirstName text `json:"first_name"`
	Name      text `json:"name"`
	Email     text `json:"email"`
	Phone     text `json:"phone"`
}

func (w wireCustomer) customer() Customer {
	name := string(w.Name)
	if first := string(w.FirstName); first != "" && !strings.HasPrefix(name, first) {
		name = joined(" ", first, name)
	}
	return Customer{Name: name, Email: bareEmail(w.Email), Phone: string(w.Phone)}
}

type wireCapture struct {
	ID    text `json:"id"`
	Name  text `json:"name"`
	State text `json:"state"`
	By    text `json:"capture_by"`
	Type  text `json:"type"`
}

// bareEmail drops the "mailto:" that some of Hover's replies carry (observed).
func bareEmail(t text) string { return strings.TrimPrefix(string(t), "mailto:") }

// UnmarshalJSON reads a model. A model without an id is refused: the job's list
// then leaves it out.
func (m *Model) UnmarshalJSON(b []byte) error {
	var w struct {
		ID            ModelID         `json:"id"`
		Name          text            `json:"name"`
		State         ModelState      `json:"state"`
		Deliverable   text            `json:"deliverable"`
		FailureReason json.RawMessage `json:"failure_reason"`
		View          opt[struct {
			URL text `json:"url"`
		}] `json:"three_d_experience"`
		Artifacts json.RawMessage `json:"artifacts"`
		Images    list[wireImage] `json:"images"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if w.ID == "" {
		return errNoID
	}
	*m = Model{
		ID: w.ID, Name: string(w.Name), State: w.State, Deliverable: string(w.Deliverable),
		FailureReason: reason(w.FailureReason), ViewURL: webURL(string(w.View.v.URL)), Artifacts: artifacts(w.Artifacts),
	}
	for _, i := range w.Images {
		if img := i.image(); img.URL != "" {
			m.Images = append(m.Images, img)
		}
	}
	return nil
}

type wireImage struct {
	ID    ImageID `json:"id"`
	URL   text    `json:"url"`
	Image opt[struct {
		URL text `json:"url"`
	}] `json:"image"`
}

func (w wireImage) image() Image {
	u := string(w.URL)
	if u == "" {
		u = string(w.Image.v.URL)
	}
	return Image{ID: w.ID, URL: webURL(u)}
}

// reason reads a failure reason: text as a rule, but its shape is not
// documented, so an object or a list gives the texts inside it.
func reason(b json.RawMessage) string {
	if s, ok := scalar(b); ok {
		return strings.TrimSpace(s)
	}
	var parts []string
	walk(b, nil, func(_ []string, s string) { parts = append(parts, s) })
	return joined("; ", parts...)
}
