package simulator

import (
	"cmp"
	"time"

	"dormer/internal/hover"
)

type jobRow struct {
	id                hover.JobID
	name, externalID  string
	address           hover.Address
	customer          hover.Customer
	capturedBy        string
	client            string // client_identifier of its capture
	state             hover.JobState
	models            []*modelRow
	created, updated  time.Time
	completed         time.Time
	hours             *float64 // estimate until completion
	archived, example bool
	archivedAt        time.Time
	test              hover.JobState // that a test job is to end in; empty: it is none
	script            []Step
	playing           bool // a script moves it
	approved          chan struct{}
	checklist         *checklistRow // the latest of the older kind; nil: none
	inspections       []*checklistRow
	papers            []MaterialsSpec // to be sent while a scenario plays
}

type modelRow struct {
	id          hover.ModelID
	job         *jobRow
	name        string
	deliverable hover.DeliverableID
	state       hover.ModelState
	fails       string
	reason      string // failure_reason, once it failed
	sample      string
	images      []hover.ImageID
	ready       time.Time // when its artifacts were
}

type imageRow struct {
	model *modelRow
	n     int // which of the model's photos
	taken time.Time
}

type captureRow struct {
	id               hover.CaptureRequestID
	identifier       string
	spec             CaptureSpec
	client           string
	state            hover.CaptureState
	user             hover.User
	pending          *jobRow // the draft job
	job              *jobRow // the captured one; nil before
	created, updated time.Time
}

type checklistRow struct {
	id      hover.InspectionID
	client  string // the older kind's own id, a UUID
	job     *jobRow
	spec    ChecklistSpec
	photos  [][]hover.ImageID // of each answer
	created time.Time
}

func (c *checklistRow) title() string { return cmp.Or(c.spec.Title, "Roof inspection") }

type materialsRow struct {
	id          hover.DocumentID
	opportunity string // sales_opportunity_id
	job         *jobRow
	spec        MaterialsSpec
}

type hookRow struct {
	id               hover.WebhookID
	url, secret      string
	code             string // of its verification
	created, updated time.Time
	verifiedAt       time.Time
	lastError        string
	deleted          bool
	failures         int // deliveries in a row that failed
	queue            chan message
}

type message struct {
	body []byte
	due  time.Time
}

type codeRow struct {
	redirect          string
	challenge, method string // PKCE, if the client sent any
	until             time.Time
}

type refreshRow struct {
	access string // the access token that came with it
	// spent is set once a newer pair was given out for it; it then works only
	// while the switch OldRefreshLives is on and next was never used.
	spent bool
	next  string
}
