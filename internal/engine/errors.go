package engine

import (
	"errors"
	"fmt"
	"strings"

	"dormer/internal/hoverapi"
)

// ErrUnknown says that a job, an event or a setting of that name is not known.
var ErrUnknown = errors.New("not known here")

// ErrStartAgain is wrapped by an error of Engine.Run that a new start will mend.
var ErrStartAgain = errors.New("it starts again")

// Error is what a person is told when something did not work: what happened,
// why, and what to do next.
type Error struct {
	What string // "The file could not be saved"
	Why  error  // the cause; may be nil
	Do   string // "Free some space on the disk and try again."
}

// Error gives the three parts on one line.
func (e *Error) Error() string {
	s := e.What
	if e.Why != nil {
		s += ": " + e.Why.Error()
	}
	if e.Do != "" {
		s = strings.TrimRight(s, ".") + ". " + e.Do
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Why }

// asking is the error of a question to Hover that failed: what did not work, and
// what to do unless the cause says better.
func asking(what string, err error, do string) *Error {
	e := &Error{What: what, Why: err, Do: do}
	switch hoverapi.KindOf(err) {
	case hoverapi.NotSignedIn:
		e.Why, e.Do = errors.New("nobody is signed in to Hover"), "Sign in: dormer login"
	case hoverapi.SignInAgain:
		e.Why, e.Do = errors.New("the sign-in was ended by Hover"), "Sign in again: dormer login"
	case hoverapi.BadClient:
		e.Do = "Copy the integration's client id and secret again from Hover (Settings, Developer)."
	}
	return e
}

// UsageError says that what was asked does not make sense: exit code 2.
type UsageError struct{ Says string }

// Error gives the text.
func (e *UsageError) Error() string { return e.Says }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }
