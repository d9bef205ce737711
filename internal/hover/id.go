package hover

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ID names one thing at Hover. Hover sends most ids as integers and some as
// UUID text (Hover's docs show both, for the same field even); an ID holds
// either as text and is always written as a JSON string. The type parameter
// only keeps a job's id from being passed where a model's is wanted.
type ID[Of any] string

// The kinds of id that Hover uses.
type (
	JobID            = ID[jobKind]            // a property that was or will be measured
	ModelID          = ID[modelKind]          // one structure (or level) of a job
	WebhookID        = ID[webhookKind]        // a registered webhook
	CaptureRequestID = ID[captureRequestKind] // an invitation to capture a property
	DeliverableID    = ID[deliverableKind]    // what was ordered: 2 roof, 3 complete, ... (Hover's docs)
	ChangeRequestID  = ID[changeRequestKind]  // a deliverable change request
	UserID           = ID[userKind]           // a person in the organisation
	OrgID            = ID[orgKind]            // the organisation
	ImageID          = ID[imageKind]          // a photo
	InspectionID     = ID[inspectionKind]     // an inspection or a checklist
	DocumentID       = ID[documentKind]       // estimate group, material list, proposal, signature request or order
	LeadID           = ID[leadKind]           // an Instant Design lead
)

type (
	jobKind            struct{}
	modelKind          struct{}
	webhookKind        struct{}
	captureRequestKind struct{}
	deliverableKind    struct{}
	changeRequestKind  struct{}
	userKind           struct{}
	orgKind            struct{}
	imageKind          struct{}
	inspectionKind     struct{}
	documentKind       struct{}
	leadKind           struct{}
)

// maxID bounds an id: Hover's are integers or UUIDs, and ids become keys.
const maxID = 128

// String returns the id as text.
func (id ID[Of]) String() string { return string(id) }

// UnmarshalJSON reads an id from an integer, a string or null (the empty id).
func (id *ID[Of]) UnmarshalJSON(b []byte) error {
	s, ok := scalar(b)
	if !ok || !validID(s) {
		return fmt.Errorf("hover: not an id: %.40q", b)
	}
	*id = ID[Of](s)
	return nil
}

// Wire gives the id as Hover's request bodies show it: a number where it is
// one, else text.
func (id ID[Of]) Wire() any {
	if n, err := strconv.ParseInt(string(id), 10, 64); err == nil {
		return n
	}
	return string(id)
}

func validID(s string) bool {
	if len(s) > maxID {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\uFFFD' })
}

// scalar gives the text of a JSON string, number or null; ok is false for
// anything else.
func scalar(b []byte) (s string, ok bool) {
	switch {
	case len(b) == 0 || string(b) == "null":
		return "", true
	case plainString(b): // as nearly all are
		return string(b[1 : len(b)-1]), true
	case b[0] == '"':
		err := json.Unmarshal(b, &s)
		return s, err == nil
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		return string(b), true
	}
	return "", false
}

// plainString says that b is a JSON string that stands for what is between its
// quotes.
func plainString(b []byte) bool {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return false
	}
	for _, c := range b[1 : len(b)-1] {
		if c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
