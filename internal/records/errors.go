package records

import "dormer/internal/say"

// ErrUnknown says that a job, an event or a setting of that name is not known.
var ErrUnknown = say.Because("unknown.here")

// Unknown gives an [ErrUnknown] that names what is not known.
func Unknown(what say.Text) error { return notKnown{what} }

type notKnown struct{ what say.Text }

func (n notKnown) Error() string { return n.Text().String() }

func (n notKnown) Unwrap() error { return ErrUnknown }

func (n notKnown) Text() say.Text {
	return say.T("error.what_why", "what", n.what, "why", say.T("unknown.here"))
}

// ErrUsage is wrapped by an error that says that what was asked does not make
// sense: exit code 2.
var ErrUsage error = wrongUsage{}

// wrongUsage adds nothing to what a person is told.
type wrongUsage struct{}

func (wrongUsage) Error() string { return "wrong usage" }

func (wrongUsage) Text() say.Text { return say.Text{} }

// Usage gives an [ErrUsage] that says what is wrong.
func Usage(says say.Text) error { return &say.Error{What: says, Err: ErrUsage} }
