package update

import (
	"fmt"

	"dormer/internal/say"
)

// Kind is why a feed or a file was not taken.
type Kind string

// The kinds.
const (
	Unreached  Kind = "unreached"   // nobody answers, or not in time
	Absent     Kind = "absent"      // the server has none, or something else there
	Huge       Kind = "huge"        // more than there can be
	Unsigned   Kind = "unsigned"    // not signed by one of our keys
	Nonsense   Kind = "nonsense"    // signed, and cannot be read
	Stale      Kind = "stale"       // it has run out
	RolledBack Kind = "rolled_back" // older than the last one, or another under its number
	Other      Kind = "other_file"  // a file that is not what the feed says
)

// Refused says that a feed or a file was not taken, and nothing was changed.
type Refused struct {
	Kind Kind
	Err  error // what was seen; nil if there is no more to say
}

func refused(k Kind, err error) error { return &Refused{Kind: k, Err: err} }

// Error implements error.
func (r *Refused) Error() string {
	if r.Err == nil {
		return "update: " + string(r.Kind)
	}
	return fmt.Sprintf("update: %s: %v", r.Kind, r.Err)
}

// Unwrap gives what was seen.
func (r *Refused) Unwrap() error { return r.Err }

// Say tells it to a person.
func (r *Refused) Say() say.Text {
	switch r.Kind {
	case Absent:
		return say.T("update.absent")
	case Huge:
		return say.T("update.huge")
	case Unsigned:
		return say.T("update.unsigned")
	case Nonsense:
		return say.T("update.nonsense")
	case Stale:
		return say.T("update.stale")
	case RolledBack:
		return say.T("update.rolled_back")
	case Other:
		return say.T("update.other_file")
	}
	return say.T("update.unreached")
}
