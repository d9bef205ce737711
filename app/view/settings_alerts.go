package view

import (
	"slices"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/job"
)

// Words of the settings' values.
const (
	wordAll  = "all"
	wordNone = "none"
)

// Pause is for how long alerts are held back.
type Pause int

// The pauses.
const (
	PauseHour Pause = iota
	PauseUntilTomorrow
	PauseUntilResumed
)

// tomorrowAt is when a pause until tomorrow ends, in the morning.
const tomorrowAt = 7

// PauseValue gives a pause that begins now as the setting wants it.
func PauseValue(p Pause, now time.Time) string {
	switch p {
	case PauseHour:
		return now.Add(time.Hour).UTC().Format(time.RFC3339)
	case PauseUntilTomorrow:
		y, m, d := now.Date()
		return time.Date(y, m, d+1, tomorrowAt, 0, 0, 0, now.Location()).UTC().Format(time.RFC3339)
	}
	return "forever"
}

// PauseAlerts holds alerts back from now on.
func (s *Settings) PauseAlerts(p Pause) {
	s.Set(engine.KeyPausedUntil, PauseValue(p, s.d.Now()))
}

// ResumeAlerts lets alerts through again.
func (s *Settings) ResumeAlerts() { s.Set(engine.KeyPausedUntil, "") }

// Told says whether a kind of news is told by notification.
func (s SettingsState) Told(kind job.Outcome) bool {
	kinds, err := engine.ParseAlertKinds(s.Values[engine.KeyAlertsKinds])
	return err == nil && slices.Contains(kinds, kind)
}

// Tell says whether a kind of news shall be told by notification.
func (s *Settings) Tell(kind job.Outcome, on bool) {
	s.Set(engine.KeyAlertsKinds, chosen(engine.AlertKinds(), func(k job.Outcome) bool {
		if k == kind {
			return on
		}
		return s.s.Told(k)
	}, wordAll))
}

// chosen writes those that are on as a setting's list; all of them by the word
// for all, if there is one.
func chosen[T ~string](list []T, on func(T) bool, all string) string {
	var words []string
	for _, v := range list {
		if on(v) {
			words = append(words, string(v))
		}
	}
	switch {
	case len(words) == 0:
		return wordNone
	case len(words) == len(list) && all != "":
		return all
	}
	return strings.Join(words, ",")
}

// QuietHours gives the quiet hours as they are set, or those that are offered
// where there are none.
func (s SettingsState) QuietHours() (from, to string, on bool) {
	from, to, on = strings.Cut(s.Values[engine.KeyQuietHours], "-")
	if !on {
		return "20:00", "07:00", false
	}
	return strings.TrimSpace(from), strings.TrimSpace(to), true
}

// SetQuiet turns the quiet hours on or off.
func (s *Settings) SetQuiet(on bool) {
	from, to, _ := s.s.QuietHours()
	if !on {
		s.Set(engine.KeyQuietHours, "")
		return
	}
	s.SetQuietHours(from, to)
}

// SetQuietHours sets when the quiet hours begin and end.
func (s *Settings) SetQuietHours(from, to string) { s.Set(engine.KeyQuietHours, from+"-"+to) }
