package tell

import (
	"time"

	"dormer/internal/job"
	"dormer/internal/records"
)

// pausedUntil says until when alerts are paused; zero if they are not.
func (l *Alerts) pausedUntil() time.Time {
	now := l.o.Now()
	v := l.o.Records.Value(records.KeyPausedUntil)
	if v == "forever" {
		return now.Add(time.Hour) // looked at again then
	}
	if until, err := time.Parse(time.RFC3339, v); err == nil && until.After(now) {
		return until
	}
	return time.Time{}
}

// quietUntil says until when nobody is to be disturbed; zero if now is fine.
func (l *Alerts) quietUntil() time.Time {
	if until := l.pausedUntil(); !until.IsZero() {
		return until
	}
	v := l.o.Records.Value(records.KeyQuietHours)
	if v == "" {
		return time.Time{}
	}
	from, to, err := records.ParseHours(v)
	if err != nil || from == to {
		return time.Time{}
	}
	local := l.o.Now().Local()
	minute := local.Hour()*60 + local.Minute()
	in := minute >= from && minute < to
	if from > to { // over midnight
		in = minute >= from || minute < to
	}
	if !in {
		return time.Time{}
	}
	end := time.Date(local.Year(), local.Month(), local.Day(), to/60, to%60, 0, 0, local.Location())
	if !end.After(local) {
		end = end.AddDate(0, 0, 1)
	}
	return end
}

// passesQuiet says whether an alert may break the quiet: a failure, where that is
// set. A pause is never broken.
func (l *Alerts) passesQuiet(p pendingAlert) bool {
	return failed(p) && l.o.Records.Value(records.KeyQuietFailure) == "true" && l.pausedUntil().IsZero()
}

func failed(p pendingAlert) bool { return p.news.Happening.Outcome == job.Failed }
