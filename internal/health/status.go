package health

import (
	"dormer/internal/doctor"
	"dormer/internal/hover"
	"dormer/internal/records"
	"dormer/internal/say"
)

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
	Update records.UpdateStatus `json:"update,omitzero"`
	// LastEventAt is when Hover's newest event came.
	LastEventAt records.Time `json:"last_event_at"`
}

// TunnelStatus is the public address.
type TunnelStatus struct {
	Kind      string       `json:"kind"`  // "ngrok" or "own"
	State     string       `json:"state"` // tunnel.State
	URL       string       `json:"url"`
	LatencyMS int64        `json:"latency_ms"`
	Attempt   int          `json:"attempt"`
	Code      string       `json:"code"` // ERR_NGROK_nnn, or empty
	Error     say.Text     `json:"error"`
	Since     records.Time `json:"since"`      // when State was entered
	CheckedAt records.Time `json:"checked_at"` // the last self-check that came back
	Requests  uint64       `json:"requests_this_month"`
}

// HoverStatus is the account.
type HoverStatus struct {
	SignedIn   bool         `json:"signed_in"`
	OrgID      hover.OrgID  `json:"org_id"`
	OrgName    string       `json:"org_name"` // "" where Hover tells none
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
	VerifiedAt records.Time    `json:"verified_at"`
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
	LastRun records.Time `json:"last_run"` // the last one that succeeded
	Behind  bool         `json:"behind"`   // one is due or under way, or the last one failed
	Error   say.Text     `json:"error"`
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
