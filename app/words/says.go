package words

import (
	"errors"
	"strings"

	"dormer/internal/engine"
)

// Error gives an error as a person is told of it: what happened, why, and what
// to do next. Each part is said as by [Said].
func Error(err error) string {
	if err == nil {
		return ""
	}
	told, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return Said(err.Error())
	}
	s := Said(told.What)
	if told.Why != nil {
		s += ": " + Said(told.Why.Error())
	}
	if told.Do != "" {
		s = strings.TrimRight(s, ".") + ". " + Said(told.Do)
	}
	return s
}

// Said gives a sentence of the engine's in the person's language: a lamp's, an
// alert's, an error's. What nobody has translated stays as it is.
func Said(english string) string { return english }
