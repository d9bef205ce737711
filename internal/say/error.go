package say

import (
	"encoding/json"
	"errors"
)

// Error is what a person is told when something did not work: what happened, why,
// and what to do next. It is the one error type for people; what code branches on
// is found behind it by errors.Is and errors.As.
type Error struct {
	What Text  // "The file could not be saved"
	Why  Text  // the cause in a person's words; where it is zero, Err is told
	Do   Text  // "Free some space on the disk and try again"; may be zero
	Err  error // the cause, for code; may be nil
}

// New gives an error that says one thing: T(id, pairs...).
func New(id string, pairs ...any) *Error { return &Error{What: T(id, pairs...)} }

// Because gives an error that is but a cause: code branches on it, and a person is
// told T(id, pairs...) as the why.
func Because(id string, pairs ...any) error { return &cause{T(id, pairs...)} }

type cause struct{ text Text }

// Cause gives the cause that says a text, as [CausesOf] gave it.
func Cause(says Text) error { return &cause{says} }

// CausesOf gives what every cause says that was made by [Because] and that an error
// wraps: by Cause they are made anew elsewhere.
func CausesOf(err error) (all []Text) {
	switch e := err.(type) {
	case *cause:
		return []Text{e.text}
	case interface{ Unwrap() error }:
		return CausesOf(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, CausesOf(err)...)
		}
	}
	return all
}

func (c *cause) Error() string { return c.text.String() }

// Is says that causes of one name are the same, wherever they were made.
func (c *cause) Is(target error) bool {
	t, ok := target.(*cause)
	return ok && t.text.ID == c.text.ID
}
func (c *cause) Text() Text { return c.text }

// Parts gives the three parts, each of which may be zero. Where no cause is told,
// it is that of the error behind.
func (e *Error) Parts() (what, why, do Text) {
	if why = e.Why; why.IsZero() {
		why = Of(e.Err)
	}
	return e.What, why, e.Do
}

// Text gives the three parts as one text.
func (e *Error) Text() Text {
	what, why, do := e.Parts()
	switch {
	case what.IsZero():
		what = why
	case !why.IsZero():
		what = T("error.what_why", "what", what, "why", why)
	}
	if do.IsZero() {
		return what
	}
	return T("error.what_do", "what", what, "do", do)
}

// Error gives the three parts in English, on one line.
func (e *Error) Error() string { return e.Text().String() }

// MarshalJSON writes what a person is told: the three parts.
func (e *Error) MarshalJSON() ([]byte, error) {
	var w errorJSON
	w.What, w.Why, w.Do = e.Parts()
	return asJSON(w)
}

// UnmarshalJSON reads it again.
func (e *Error) UnmarshalJSON(b []byte) error {
	var w errorJSON
	err := json.Unmarshal(b, &w)
	*e = Error{What: w.What, Why: w.Why, Do: w.Do}
	return err
}

type errorJSON struct {
	What Text `json:"what,omitzero"`
	Why  Text `json:"why,omitzero"`
	Do   Text `json:"do,omitzero"`
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// PartsOf gives the three parts of what an error tells a person: those of an
// *Error, else what [Of] gives, as the cause.
func PartsOf(err error) (what, why, do Text) {
	if e, ok := firstTold(err).(*Error); ok {
		return e.Parts()
	}
	return Text{}, Of(err), Text{}
}

// A told error is one that tells a person something.
type told interface {
	error
	Text() Text
}

// firstTold gives the first error in a chain that tells a person something; nil if
// there is none.
func firstTold(err error) told {
	t, _ := errors.AsType[told](err)
	return t
}

// Of gives what an error tells a person: the text of the first error in its chain
// that has one (by a method Text() Text, as *Error does), else that of what this
// computer refused, else its words as they are. It is zero for nil.
func Of(err error) Text {
	if err == nil {
		return Text{}
	}
	if t := firstTold(err); t != nil {
		return t.Text()
	}
	if t := ofComputer(err); !t.IsZero() {
		return t
	}
	return Words(err.Error())
}
