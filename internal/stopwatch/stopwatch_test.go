package stopwatch

import (
	"strings"
	"testing"
	"time"

	_ "dormer/internal/hermetic"
)

func TestTimeCountsForLessWhereTheMachineServesOthers(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		turns []turn
		want  time.Duration
	}{
		"nobody else":           {[]turn{{14 * ms, 10 * ms}, {20 * ms, 11 * ms}, {30 * ms, 15 * ms}}, 64 * ms},
		"three loops beside it": {[]turn{{44 * ms, 30 * ms}, {400 * ms, 60 * ms}}, 122 * ms},
		"a stall":               {[]turn{{2000 * ms, 1500 * ms}, {20 * ms, 10 * ms}}, 40 * ms},
		"none has ended":        {nil, 0},
	} {
		if got := count(c.turns, 10*ms); got != c.want {
			t.Errorf("%s: it shows %v, want %v", name, got, c.want)
		}
	}
}

func TestAWatchGoesOnAndIsNeverFasterThanTheClock(t *testing.T) {
	began := time.Now()
	w := Start()
	for last := time.Duration(0); last < 50*time.Millisecond; {
		now, clock := w.Shows(), time.Since(began)
		if now > clock {
			t.Fatalf("it shows %v, and the clock %v", now, clock)
		}
		last = now
		if clock > time.Minute { // clock: it would go on for ever
			t.Fatalf("it stands still at %v", now)
		}
	}
	if said := w.String(); !strings.Contains(said, "by the clock") {
		t.Error(said)
	}
	// It may show less than a moment before: what has just gone by counts for less once
	// a reckoning tells that the machine was busy.
	shows := w.Stop()
	if again, clock := w.Stop(), time.Since(began); shows <= 0 || shows > clock || again != shows {
		t.Errorf("stopped at %v, then %v, the clock at %v", shows, again, clock)
	}
	if want := count(w.turns, time.Duration(quickest.Load())) + w.end.Sub(w.last); shows != want {
		t.Errorf("stopped at %v, and its turns come to %v", shows, want)
	}
}
