package headline

import (
	"time"

	"dormer/internal/words"
)

// A Pause is how long alerts are not shown.
type Pause struct {
	On    bool
	until time.Time // zero: until somebody ends it
}

// PauseOf reads the setting [engine.KeyPausedUntil].
func PauseOf(setting string, now time.Time) Pause {
	if setting == "forever" {
		return Pause{On: true}
	}
	until, err := time.Parse(time.RFC3339, setting)
	return Pause{On: err == nil && until.After(now), until: until}
}

// Says tells until when.
func (p Pause) Says(now time.Time) string {
	until := p.until.In(now.Location())
	switch {
	case until.IsZero():
		return words.T("shell.paused")
	case until.YearDay() == now.YearDay() && until.Year() == now.Year():
		return words.T("shell.paused_until", "when", words.Clock(until))
	}
	return words.T("shell.paused_tomorrow")
}
