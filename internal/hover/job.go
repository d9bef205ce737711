package hover

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
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
	// Deliverable is what was ordered, by name or number, where the reply says it
	// of the job: its structures have their own.
	Deliverable string
	OrgID       OrgID
	Address     Address
	Customer    Customer
	Captures    []Capture
	Models      []Model
	ViewURL     string // Hover's 3D view, where the reply names one
	// Archived and Test are nil where the reply does not say. Test: it is one of
	// Hover's free test jobs, whose figures are of no house.
	Archived *bool
	Test     *bool
	// FailureReason is why the job as a whole failed, where the reply says so.
	FailureReason string
	CreatedAt     time.Time
	UpdatedAt     time.Time
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

// Org is an organisation: the contractor's company.
type Org struct {
	ID   OrgID
	Name string
}

// UnmarshalJSON reads an organisation.
func (o *Org) UnmarshalJSON(b []byte) error {
	var w struct {
		ID   opt[OrgID] `json:"id"`
		Name text       `json:"name"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*o = Org{ID: w.ID.v, Name: strings.Join(strings.Fields(string(w.Name)), " ")}
	return nil
}

// Orgs are organisations as Hover lists them; what does not fit is left out.
type Orgs struct{ List []Org }

// UnmarshalJSON reads the list, which is "orgs" in the reply or the reply itself.
func (o *Orgs) UnmarshalJSON(b []byte) error {
	var w struct {
		Orgs    list[Org] `json:"orgs"`
		Results list[Org] `json:"results"`
	}
	var bare list[Org]
	if json.Unmarshal(b, &w) != nil {
		if err := json.Unmarshal(b, &bare); err != nil {
			return err
		}
	}
	o.List = slices.Concat(w.Orgs, w.Results, bare)
	return nil
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

// MarshalJSON writes a user as UnmarshalJSON reads it.
func (u User) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID        UserID `json:"id"`
		Email     string `json:"email"`
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Role      string `json:"acl_template"`
		State     string `json:"aasm_state"`
	}(u))
}

// UnmarshalJSON reads a user.
func (u *User) UnmarshalJSON(b []byte) error {
	var w struct {
		ID        opt[UserID] `json:"id"`
		OtherID   opt[UserID] `json:"user_id"`
		Email     text        `json:"email"`
		FirstName text        `json:"first_name"`
		LastName  text        `json:"last_name"`
		Role      text        `json:"acl_template"`
		State     text        `json:"aasm_state"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*u = User{
		ID: cmp.Or(w.ID.v, w.OtherID.v), Email: bareEmail(w.Email), FirstName: string(w.FirstName), LastName: string(w.LastName),
		Role: string(w.Role), State: string(w.State),
	}
	return nil
}

// Webhook is a registered webhook (POST and GET /api/v2/webhooks).
type Webhook struct {
	ID          WebhookID
	OwnerID     OrgID // empty where the owner is a person
	URL         string
	Secret      string    // hmac_secret, 88 characters; List gives it as well (Hover's docs)
	ContentType string    // "json"
	LastError   string    // what our end last answered badly; empty if nothing
	VerifiedAt  time.Time // zero until verified
	// A reply that leaves out when it was verified, or the last error, says nothing
	// of them: it is not that there are none.
	VerifiedUnsaid, ErrorUnsaid bool
	CreatedAt                   time.Time
}

// UnmarshalJSON reads a webhook, bare or wrapped in {"webhook": ...}.
func (w *Webhook) UnmarshalJSON(b []byte) error { return w.read(b, true) }

func (w *Webhook) read(b []byte, mayWrap bool) error {
	var f struct {
		Webhook     json.RawMessage `json:"webhook"`
		ID          opt[WebhookID]  `json:"id"`
		OtherID     opt[WebhookID]  `json:"webhook_id"`
		OwnerID     opt[OrgID]      `json:"owner_id"`
		OwnerType   text            `json:"owner_type"`
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
	id := cmp.Or(f.ID.v, f.OtherID.v)
	if id == "" && mayWrap && len(f.Webhook) > 0 && f.Webhook[0] == '{' {
		return w.read(f.Webhook, false)
	}
	*w = Webhook{
		ID: id, OwnerID: Owner(f.OwnerID.v, string(f.OwnerType)), URL: string(f.URL), Secret: string(f.Secret),
		ContentType: string(f.ContentType), VerifiedAt: f.VerifiedAt.Time, CreatedAt: f.CreatedAt.Time,
		VerifiedUnsaid: !f.VerifiedAt.said, ErrorUnsaid: len(f.LastError) == 0,
	}
	if s, ok := scalar(f.LastError); ok {
		w.LastError = s
	} else {
		w.LastError = string(f.LastError)
	}
	return nil
}

// Owner gives the organisation that an owner_id names; none where the owner_type
// beside it says that it is a person's ("User").
func Owner(id OrgID, kind string) OrgID {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(kind)), "user") {
		return ""
	}
	return id
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
		OtherID    opt[JobID]      `json:"job_id"`
		Name       text            `json:"name"`
		ExternalID text            `json:"external_identifier"`
		State      JobState        `json:"reconstruction_state"`
		OldState   JobState        `json:"state"`
		Org        opt[struct {
			ID opt[OrgID] `json:"id"`
		}] `json:"org"`
		OrgID         opt[OrgID]        `json:"org_id"`
		Deliverable   text              `json:"deliverable"`
		DeliverableID text              `json:"deliverable_id"`
		Address       opt[wireAddress]  `json:"address"`
		Customer      opt[wireCustomer] `json:"customer"`
		Captures      list[wireCapture] `json:"captures"`
		Models        list[Model]       `json:"models"`
		View          opt[struct {
			URL text `json:"url"`
		}] `json:"three_d_experience"`
		Archived    json.RawMessage      `json:"archived"`
		ArchivedAt  json.RawMessage      `json:"archived_at"`
		TestState   json.RawMessage      `json:"test_state"`
		Reason      json.RawMessage      `json:"failure_reason"`
		Reasons     json.RawMessage      `json:"failure_reasons"`
		CADExports  json.RawMessage      `json:"cad_exports"`
		CreatedAt   stamp                `json:"created_at"`
		UpdatedAt   stamp                `json:"updated_at"`
		HoursLeft   text                 `json:"estimated_hours_to_completion"`
		Inspections list[wireInspection] `json:"inspections"`
		wireAddress
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	id := cmp.Or(w.ID.v, w.OtherID.v)
	if id == "" && mayWrap && len(w.Job) > 0 && w.Job[0] == '{' {
		return j.read(w.Job, false)
	}
	if id == "" {
		return errNoID
	}
	*j = Job{
		ID: id, Name: string(w.Name), ExternalID: string(w.ExternalID), State: w.State, OrgID: cmp.Or(w.Org.v.ID.v, w.OrgID.v),
		Deliverable: string(cmp.Or(w.Deliverable, w.DeliverableID)),
		Address:     w.Address.v.address(), Customer: w.Customer.v.customer(), Models: w.Models,
		ViewURL:  link(string(w.View.v.URL)),
		Archived: archived(w.Archived, w.ArchivedAt), Test: isTest(w.TestState),
		FailureReason: cmp.Or(reason(w.Reason), reason(w.Reasons)),
		CreatedAt:     w.CreatedAt.Time, UpdatedAt: w.UpdatedAt.Time, HoursLeft: hoursOf(string(w.HoursLeft)),
		Raw: append(json.RawMessage(nil), b...),
	}
	if j.State == "" {
		j.State = w.OldState
	}
	if j.Address == (Address{}) {
		j.Address = w.wireAddress.address()
	}
	for _, c := range w.Captures {
		if j.Deliverable == "" {
			j.Deliverable = string(cmp.Or(c.Deliverable, c.DeliverableID))
		}
		j.Captures = append(j.Captures,
			Capture{ID: string(c.ID), Name: string(c.Name), State: string(c.State), By: bareEmail(c.By), Type: string(c.Type)})
	}
	for _, i := range w.Inspections {
		if id := cmp.Or(i.ID.v, i.OtherID.v); id != "" {
			j.Inspections = append(j.Inspections, id)
		}
	}
	if len(j.Models) == 1 { // exports of a job of several would be nobody's
		m := &j.Models[0]
		m.Artifacts = moreArtifacts(m.Artifacts, artifacts(w.CADExports))
	}
	return nil
}

// archived reads a job's two ways to say that it was archived, of which a reply
// has one: a yes or no (v2), or the time, which is null for no (v3). nil where it
// says neither.
func archived(yes, at json.RawMessage) *bool {
	if f := flag(yes); f != nil && *f {
		return f
	}
	if len(at) > 0 {
		s, isTime := scalar(at)
		if f := flag(at); f != nil {
			return f
		} else if isTime {
			was := strings.TrimSpace(s) != ""
			return &was
		}
	}
	return flag(yes)
}

// isTest reads test_state: the state that a test job is to end in, null for any
// other; nil where the reply does not say.
func isTest(state json.RawMessage) *bool {
	if len(state) == 0 {
		return nil
	}
	if f := flag(state); f != nil {
		return f
	}
	s, ok := scalar(state)
	if !ok {
		return nil
	}
	s = strings.ToLower(strings.TrimSpace(s))
	test := s != "" && s != "none"
	return &test
}

// hoursOf reads an estimate of hours; nil if it is none.
func hoursOf(s string) *float64 {
	h, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(h) || math.IsInf(h, 0) || h < 0 {
		return nil
	}
	return &h
}

type wireInspection struct {
	ID      opt[InspectionID] `json:"id"`
	OtherID opt[InspectionID] `json:"inspection_id"`
}

// UnmarshalJSON reads an inspection, or its id alone.
func (w *wireInspection) UnmarshalJSON(b []byte) error {
	if id := (opt[InspectionID]{}); len(b) > 0 && b[0] != '{' {
		_ = id.UnmarshalJSON(b)
		w.ID = id
		return nil
	}
	type plain wireInspection
	return json.Unmarshal(b, (*plain)(w))
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

	Deliverable   text `json:"deliverable"`
	DeliverableID text `json:"deliverable_id"`
}

// bareEmail drops the "mailto:" that some of Hover's replies carry (observed).
func bareEmail(t text) string { return strings.TrimPrefix(string(t), "mailto:") }

// UnmarshalJSON reads a model. A model without an id is refused: the job's list
// then leaves it out.
func (m *Model) UnmarshalJSON(b []byte) error {
	var w struct {
		ID            opt[ModelID]    `json:"id"`
		OtherID       opt[ModelID]    `json:"model_id"`
		Name          text            `json:"name"`
		State         ModelState      `json:"state"`
		Deliverable   text            `json:"deliverable"`
		DeliverableID text            `json:"deliverable_id"`
		FailureReason json.RawMessage `json:"failure_reason"`
		Reasons       json.RawMessage `json:"failure_reasons"`
		View          opt[struct {
			URL text `json:"url"`
		}] `json:"three_d_experience"`
		Artifacts  json.RawMessage `json:"artifacts"`
		CADExports json.RawMessage `json:"cad_exports"`
		Images     list[wireImage] `json:"images"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	id := cmp.Or(w.ID.v, w.OtherID.v)
	if id == "" {
		return errNoID
	}
	*m = Model{
		ID: id, Name: string(w.Name), State: w.State, Deliverable: string(cmp.Or(w.Deliverable, w.DeliverableID)),
		FailureReason: cmp.Or(reason(w.FailureReason), reason(w.Reasons)), ViewURL: link(string(w.View.v.URL)),
		Artifacts: moreArtifacts(artifacts(w.Artifacts), artifacts(w.CADExports)),
	}
	for _, i := range w.Images {
		if img := i.image(); img.URL != "" {
			m.Images = append(m.Images, img)
		}
	}
	return nil
}

type wireImage struct {
	ID      opt[ImageID] `json:"id"`
	OtherID opt[ImageID] `json:"image_id"`
	URL     text         `json:"url"`
	Other   text         `json:"image_url"`
	Image   opt[struct {
		ID  opt[ImageID] `json:"id"`
		URL text         `json:"url"`
	}] `json:"image"`
}

func (w wireImage) image() Image {
	return Image{
		ID: cmp.Or(w.ID.v, w.OtherID.v, w.Image.v.ID.v), URL: link(string(cmp.Or(w.URL, w.Other, w.Image.v.URL))),
	}
}

// reason reads a failure reason: text as a rule, but its shape is not
// documented, so an object or a list gives the texts inside it.
func reason(b json.RawMessage) string {
	if s, ok := scalar(b); ok {
		return strings.TrimSpace(s)
	}
	var parts []string
	walk(b, nil, func(keys []string, s string) {
		if !slices.Contains(parts, s) && (len(keys) == 0 || !notReason.MatchString(keys[len(keys)-1])) {
			parts = append(parts, s)
		}
	})
	return joined("; ", parts...)
}

// notReason is what stands beside a reason: whose it is, since when, where.
var notReason = regexp.MustCompile(`(?i)^(id|type|url|name)$|_(id|at|url|type)$`)

// Resolve has all links of the job go through at: those that are relative to
// Hover's address, and those that nobody may follow, need it.
func (j *Job) Resolve(at func(link string) string) {
	j.ViewURL = at(j.ViewURL)
	for i := range j.Models {
		m := &j.Models[i]
		m.ViewURL = at(m.ViewURL)
		m.Artifacts = slices.DeleteFunc(m.Artifacts, func(a Artifact) bool { return at(a.URL) == "" })
		for k := range m.Artifacts {
			m.Artifacts[k].URL = at(m.Artifacts[k].URL)
		}
		m.Images = slices.DeleteFunc(m.Images, func(i Image) bool { return at(i.URL) == "" })
		for k := range m.Images {
			m.Images[k].URL = at(m.Images[k].URL)
		}
	}
}
