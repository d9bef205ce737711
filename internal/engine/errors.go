package engine

import (
	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// ErrUnknown says that a job, an event or a setting of that name is not known.
var ErrUnknown = say.Because("unknown.here")

// unknown gives an [ErrUnknown] that names what is not known.
func unknown(what say.Text) error { return notKnown{what} }

type notKnown struct{ what say.Text }

func (n notKnown) Error() string { return n.Text().String() }
func (n notKnown) Unwrap() error { return ErrUnknown }

func (n notKnown) Text() say.Text {
	return say.T("error.what_why", "what", n.what, "why", say.T("unknown.here"))
}

// ErrStartAgain is wrapped by an error of Engine.Run that a new start will mend.
var ErrStartAgain = say.Because("data.starts_again")

// ErrUsage is wrapped by an error that says that what was asked does not make
// sense: exit code 2.
var ErrUsage error = wrongUsage{}

// wrongUsage adds nothing to what a person is told.
type wrongUsage struct{}

func (wrongUsage) Error() string  { return "wrong usage" }
func (wrongUsage) Text() say.Text { return say.Text{} }

// Usage gives an [ErrUsage] that says what is wrong.
func Usage(says say.Text) error { return &say.Error{What: says, Err: ErrUsage} }

// asking is the error of a question to Hover that failed: what did not work, and
// what to do unless the cause says better.
func asking(what say.Text, err error, do say.Text) *say.Error {
	e := &say.Error{What: what, Err: err, Do: do}
	switch hoverapi.KindOf(err) {
	case hoverapi.NotSignedIn:
		e.Why, e.Do = say.T("signin.nobody_is"), say.T("do.login")
	case hoverapi.SignInAgain:
		e.Why, e.Do = say.T("signin.ended"), say.T("do.login_anew")
	case hoverapi.BadClient:
		e.Do = say.T("hover.bad_client.do")
	}
	return e
}
