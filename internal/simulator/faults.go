package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Times says how often a fault strikes: 0 never, n the next n times, [Always]
// from now on.
type Times int

// Always is a fault that does not wear off.
const Always Times = -1

// take uses one of the times up and says whether there was one.
func (t *Times) take() bool {
	if *t > 0 {
		*t--
		return true
	}
	return *t < 0
}

// Faults are the simulator's switches. Set them with [Simulator.SetFaults],
// which starts from the ones in force; New starts from what hover-like services
// do when all is well. The JSON names are those of the control surface, where a
// duration is text ("1.5s").
type Faults struct {
	Questions

	// Events.

	EmitV1     bool          `json:"emit_v1"`      // job-state-changed beside job-state-changed-v2
	Duplicate  bool          `json:"duplicate"`    // every event twice
	Reorder    bool          `json:"reorder"`      // events that come close together change places
	Delay      time.Duration `json:"delay"`        // between a happening and its event
	RetryOn5xx int           `json:"retry_on_5xx"` // how often a delivery is repeated after 5xx or no answer
	Unsigned   bool          `json:"unsigned"`     // events without signature
	SHA1Only   bool          `json:"sha1_only"`    // events with the old signature header alone

	// Webhook management.

	VerificationDelay     time.Duration `json:"verification_delay"`      // between the registration and its code
	VerificationBefore201 time.Duration `json:"verification_before_201"` // the 201 is held back this long after the code was posted
	VerificationLost      Times         `json:"verification_lost"`       // the code is not posted
	CodeInResend          bool          `json:"code_in_resend"`          // the reply to request_verification holds the code (default)
	WebhookThirdURL422    bool          `json:"webhook_third_url_422"`   // a third webhook for one URL is refused (default)

	// Signing in.

	TokenLife             time.Duration `json:"token_life"`              // of an access token; default 2 h
	InvalidGrant401       bool          `json:"invalid_grant_401"`       // instead of 400
	PKCE                  string        `json:"pkce"`                    // "" checks it; "refused" a verifier, as Doorkeeper 5.0 to 5.4 without its columns; "ignored"; "required"
	LoseRefreshReply      Times         `json:"lose_refresh_reply"`      // the pair is rotated, then the connection breaks
	OldRefreshLives       bool          `json:"old_refresh_lives"`       // the spent refresh token works until the new pair is used
	AllowLoopbackRedirect bool          `json:"allow_loopback_redirect"` // http redirects to this machine (default); else https only
	AutoApprove           bool          `json:"auto_approve"`            // the authorize page answers with the redirect at once

	// Artifacts.

	ArtifactNotReady    Times         `json:"artifact_not_ready"`    // 404
	ArtifactHTML200     Times         `json:"artifact_html_200"`     // storage answers 200 with a page
	ArtifactTruncated   Times         `json:"artifact_truncated"`    // the connection breaks half way
	ArtifactWrongLength Times         `json:"artifact_wrong_length"` // whole by its length, but half the file
	ArtifactEmpty       Times         `json:"artifact_empty"`        // 200 and nothing
	Artifact500         Times         `json:"artifact_500"`          // storage fails
	ArtifactSlow        time.Duration `json:"artifact_slow"`         // pause between each sixteenth of a file
	RedirectLoop        Times         `json:"redirect_loop"`         // a link that leads to itself
	ESXDelay            time.Duration `json:"esx_delay"`             // between a structure's completion and its ESX
	LinksBeforeReady    bool          `json:"links_before_ready"`    // jobs list artifact links of unfinished structures too
	LinkLife            time.Duration `json:"link_life"`             // of a storage link; default 4 days

	// Papers: material lists and checklists.

	NoEstimates   bool  `json:"no_estimates"`    // the account's plan has no material lists: 403
	PaperNotReady Times `json:"paper_not_ready"` // 404

	// The API in general.

	NeedActingUser   bool          `json:"need_acting_user"`   // 422 on writes without a current user, 401 on artifacts
	RateLimit        int           `json:"rate_limit"`         // requests a minute, default 120; 0 for none
	RateRetryAfter   time.Duration `json:"rate_retry_after"`   // sent with 429 if set
	SearchUnder3     bool          `json:"search_under_3"`     // 422 for a search of one or two characters; else unfiltered
	TestJobsSilent   bool          `json:"test_jobs_silent"`   // multi-structure test jobs send no events
	ErrorShape       string        `json:"error_shape"`        // error, field, errors, fields, list, message, text, empty, html; "" mixes them
	Shapes           []Shape       `json:"shapes"`             // in which replies and events come; empty: as Hover documents v3
	ClockSkew        time.Duration `json:"clock_skew"`         // added to the Date header of replies and deliveries
	WithoutHoursLeft bool          `json:"without_hours_left"` // events carry no estimate
	Answers          []Answer      `json:"answers"`            // endpoints that answer something else
}

// Answer overrides what an endpoint answers.
type Answer struct {
	Method string `json:"method"` // empty for any
	// Path is matched as path.Match does; with a * at the end it also matches
	// what lies below. Paths on the storage host begin with "storage:".
	Path       string        `json:"path"`
	Status     int           `json:"status"`
	RetryAfter time.Duration `json:"retry_after"`
	// Kind is the body: "" as [Faults.ErrorShape] says, "html", "garbage" (no
	// JSON under a JSON type), "empty", "hang" (408 after 60 s, as Hover does),
	// "break" (the connection is cut) or "loop" (a redirect
	// to itself).
	Kind  string `json:"kind"`
	Count Times  `json:"count"` // how often; Always for good
}

func (a *Answer) matches(method, p string) bool {
	if a.Count == 0 || a.Method != "" && a.Method != method {
		return false
	}
	if below, ok := strings.CutSuffix(a.Path, "*"); ok && strings.HasPrefix(p, below) {
		return true
	}
	ok, err := path.Match(a.Path, p)
	return err == nil && ok
}

func defaultFaults() Faults {
	return Faults{
		CodeInResend: true, WebhookThirdURL422: true, AllowLoopbackRedirect: true,
		TokenLife: 2 * time.Hour, LinkLife: 4 * 24 * time.Hour, RateLimit: 120,
	}
}

// SetFaults changes the switches; f gets those in force and must not call the
// simulator.
func (s *Simulator) SetFaults(f func(*Faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.faults)
}

// Faults gives the switches in force.
func (s *Simulator) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	f.Answers, f.Shapes = slices.Clone(f.Answers), slices.Clone(f.Shapes)
	return f
}

// answer takes the override for a request, if there is one.
func (s *Simulator) answer(method, p string) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults.Answers {
		if a := &s.faults.Answers[i]; a.matches(method, p) && a.Count.take() {
			return *a, true
		}
	}
	return Answer{}, false
}

// strike uses one of a fault's times up.
func (s *Simulator) strike(of func(*Faults) *Times) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return of(&s.faults).take()
}

// MarshalJSON writes durations as text, which a person types into a script.
func (f Faults) MarshalJSON() ([]byte, error) { return spanJSON(reflect.ValueOf(f)) }

// UnmarshalJSON changes the switches that b names and refuses unknown names.
func (f *Faults) UnmarshalJSON(b []byte) error { return readSpans(reflect.ValueOf(f).Elem(), b) }

// MarshalJSON writes durations as text.
func (a Answer) MarshalJSON() ([]byte, error) { return spanJSON(reflect.ValueOf(a)) }

// UnmarshalJSON reads durations as text. An answer whose count is not named
// holds for good.
func (a *Answer) UnmarshalJSON(b []byte) error {
	a.Count = Always
	return readSpans(reflect.ValueOf(a).Elem(), b)
}

var durationType = reflect.TypeFor[time.Duration]()

func spanJSON(v reflect.Value) ([]byte, error) {
	m := map[string]any{}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous {
			continue
		}
		value := v.FieldByIndex(f.Index).Interface()
		if d, ok := value.(time.Duration); ok {
			value = d.String()
		}
		m[f.Tag.Get("json")] = value
	}
	return json.Marshal(m)
}

// readSpans sets the fields of struct v that the object b names.
func readSpans(v reflect.Value, b []byte) error {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, field := f.Tag.Get("json"), v.FieldByIndex(f.Index)
		raw, ok := m[name]
		if !ok || f.Anonymous {
			continue
		}
		delete(m, name)
		if f.Type != durationType {
			if err := json.Unmarshal(raw, field.Addr().Interface()); err != nil {
				return fmt.Errorf("simulator: %s: %w", name, err)
			}
			continue
		}
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return fmt.Errorf("simulator: %s: want a duration such as \"1.5s\": %w", name, err)
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("simulator: %s: %w", name, err)
		}
		field.SetInt(int64(d))
	}
	for name := range m {
		return errors.New("simulator: no switch is called " + name)
	}
	return nil
}
