package fetch

import "time"

// firstWaits are the waits after the first failed attempts; hourly ones follow.
var firstWaits = []time.Duration{
	5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute,
}

// hourlyWaits is how often an hour is waited after them: a day.
const hourlyWaits = 24

// Backoff gives the wait after the attempt that failed, counted from 1: 5 s,
// 15 s, 30 s, 1, 2, 5 and 15 minutes, then hourly for a day. After that ok is
// false: a dead letter.
func Backoff(attempt int) (wait time.Duration, ok bool) {
	switch n := max(attempt, 1) - 1; {
	case n < len(firstWaits):
		return firstWaits[n], true
	case n < len(firstWaits)+hourlyWaits:
		return time.Hour, true
	default:
		return 0, false
	}
}
