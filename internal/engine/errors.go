package engine

import (
	"strings"

	"dormer/internal/say"
)

// ErrStartAgain is wrapped by an error of Engine.Run that a new start will mend.
var ErrStartAgain = say.Because("data.starts_again")

// short keeps an error's text to what fits on a line.
func short(err error) string {
	s := strings.ReplaceAll(err.Error(), "\n", " ")
	if len(s) > 300 {
		s = s[:300]
	}
	return strings.ToValidUTF8(s, "")
}
