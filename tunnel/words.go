package tunnel

import (
	"errors"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// InWords makes an error for people of a tunnel's.
func InWords(err error) *say.Error {
	says, do := Words(err)
	return &say.Error{What: says, Do: do}
}

// CodeOf gives ngrok's code of an error ("ERR_NGROK_nnn"), or "".
func CodeOf(err error) string {
	if t, ok := errors.AsType[*Error](err); ok {
		return t.Code
	}
	return ""
}

// Words gives a tunnel's error in plain words, with what to do.
func Words(err error) (says, do say.Text) {
	if f := netfault.Look(err); f != nil && CodeOf(err) == "" {
		e := f.Say()
		return (&say.Error{What: e.What, Why: e.Why}).Text(), e.Do
	}
	if t, ok := errors.AsType[*Error](err); ok {
		return t.Says, t.Next()
	}
	if s, ok := errors.AsType[*say.Error](err); ok {
		return (&say.Error{What: s.What, Why: s.Why, Err: s.Err}).Text(), s.Do
	}
	return say.Of(err), say.Text{}
}
