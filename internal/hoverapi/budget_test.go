package hoverapi

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func response(status int, header ...string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// TestNeverOverTheLimitInAnyWindow lets callers of both classes come at random,
// with requests that take up to a minute to arrive, and looks at every window
// that ends at an arrival.
func TestNeverOverTheLimitInAnyWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		limit := rapid.IntRange(1, 12).Draw(rt, "limit")
		reserved := rapid.IntRange(0, limit-1).Draw(rt, "reserved")
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			b := NewBudget(limit, reserved, time.Minute, nil)
			var mu sync.Mutex
			var all, dull []time.Time
			var callers sync.WaitGroup
			for range 60 {
				upTo := func(d time.Duration) time.Duration { return time.Duration(rnd.Int64N(int64(d))) }
				start, there, back := upTo(4*time.Minute), upTo(time.Minute), upTo(time.Second)
				ctx, isPerson := t.Context(), rnd.IntN(4) == 0
				if isPerson {
					ctx = WithPerson(ctx)
				}
				callers.Go(func() {
					time.Sleep(start)
					turn, err := b.Wait(ctx)
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(there)
					mu.Lock()
					all = append(all, time.Now())
					if !isPerson {
						dull = append(dull, time.Now())
					}
					mu.Unlock()
					time.Sleep(back)
					turn.Done(response(200))
				})
			}
			callers.Wait()
			if n := most(all, time.Minute); n > limit {
				rt.Fatalf("%d requests arrived within a minute, the limit is %d", n, limit)
			}
			if n := most(dull, time.Minute); n > max(limit-reserved, 1) {
				rt.Fatalf("%d requests that nobody waits for arrived within a minute: %d are kept for people", n, reserved)
			}
		})
	})
}

// most gives the most arrivals in any window.
func most(at []time.Time, window time.Duration) int {
	slices.SortFunc(at, time.Time.Compare)
	n := 0
	for i := range at {
		j := i
		for j < len(at) && at[j].Sub(at[i]) < window {
			j++
		}
		n = max(n, j-i)
	}
	return n
}

func TestTheWindowSlidesRatherThanResets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100, 20, time.Minute, nil)
		start := time.Now()
		ctx := WithPerson(t.Context())
		take := func(n int) {
			for range n {
				turn, err := b.Wait(ctx)
				if err != nil {
					t.Fatal(err)
				}
				turn.Done(nil)
			}
		}
		take(50)
		time.Sleep(40 * time.Second)
		take(50)
		if b.Used() != 100 {
			t.Errorf("used %d", b.Used())
		}
		take(1)
		if at := time.Since(start); at != time.Minute {
			t.Errorf("the 101st went after %v", at)
		}
		take(49)
		if at := time.Since(start); at != time.Minute {
			t.Errorf("the first fifty places were free by then, went after %v", at)
		}
		take(1)
		if at := time.Since(start); at != 100*time.Second {
			t.Errorf("the 151st went after %v", at)
		}
	})
}

func TestAPersonDoesNotWaitBehindACatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100, 20, time.Minute, nil)
		var order []string
		var mu sync.Mutex
		var callers sync.WaitGroup
		call := func(ctx context.Context, name string) {
			callers.Go(func() {
				turn, err := b.Wait(ctx)
				if err != nil {
					return
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				turn.Done(nil)
			})
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		for i := range 82 {
			call(t.Context(), fmt.Sprint("catch-up ", i))
		}
		for i := range 21 {
			call(WithPerson(t.Context()), fmt.Sprint("click ", i))
		}
		if n := b.Used(); n != 100 {
			t.Errorf("%d went at once", n)
		}
		callers.Wait()
		if order[79] != "catch-up 79" || order[80] != "click 0" || order[99] != "click 19" {
			t.Errorf("of the first hundred went %v", order)
		}
		if got := order[100:]; !slices.Equal(got, []string{"click 20", "catch-up 80", "catch-up 81"}) {
			t.Errorf("afterwards went %v", got)
		}
	})
}

func TestWhoeverGivesUpWaitingTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(1, 0, time.Minute, nil)
		turn, err := b.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Wait(impatient); err != context.DeadlineExceeded {
			t.Error(err)
		}
		if _, err := b.Wait(impatient); err != context.DeadlineExceeded {
			t.Error(err)
		}
		turn.Done(nil)
		done := time.Now()
		if _, err := b.Wait(t.Context()); err != nil || time.Since(done) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(done))
		}
		if b.Used() != 1 {
			t.Errorf("used %d", b.Used())
		}
	})
}

func TestGivingUpInTheVeryMomentOfTheTurn(t *testing.T) {
	for range 50 { // either of the two may win
		synctest.Test(t, func(t *testing.T) {
			b := NewBudget(1, 0, time.Minute, nil)
			turn, _ := b.Wait(t.Context())
			turn.Done(nil)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			want := 0
			if _, err := b.Wait(ctx); err == nil {
				want = 1
			}
			if got := b.Used(); got != want {
				t.Errorf("used %d, want %d", got, want)
			}
		})
	}
}

func TestA429PausesEverybody(t *testing.T) {
	for _, test := range []struct {
		name   string
		header []string
		want   time.Duration
	}{
		{"seconds", []string{"Retry-After", "7"}, 7 * time.Second},
		{"a date by Hover's clock", []string{"Retry-After", "Tue, 14 Oct 2025 17:00:20 GMT", "Date", "Tue, 14 Oct 2025 17:00:00 GMT"}, 20 * time.Second},
		{"a date that has passed", []string{"Retry-After", "Tue, 14 Oct 1997 17:00:20 GMT"}, 0},
		{"a year", []string{"Retry-After", "31536000"}, 15 * time.Minute},
		{"nothing", nil, time.Minute},
		{"nonsense", []string{"Retry-After", "-3"}, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := NewBudget(100, 20, time.Minute, nil)
				turn, _ := b.Wait(t.Context())
				if d := turn.Done(response(429, test.header...)); d != test.want || b.Paused() != test.want {
					t.Errorf("pauses for %v, %v", d, b.Paused())
				}
				start := time.Now()
				if _, err := b.Wait(WithPerson(t.Context())); err != nil || time.Since(start) != test.want {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
		})
	}
}

func TestSilent429sPauseLongerAndLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100, 0, time.Minute, nil)
		burst := func() time.Duration {
			var turns []*Turn
			for range 5 {
				turn, err := b.Wait(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				turns = append(turns, turn)
			}
			for _, turn := range turns {
				turn.Done(response(429))
			}
			return b.Paused()
		}
		for _, minutes := range []time.Duration{1, 2, 4, 8, 15, 15} {
			if got := burst(); got != minutes*time.Minute {
				t.Errorf("paused for %v, want %d min: a burst counts once", got, minutes)
			}
		}
		turn, _ := b.Wait(t.Context())
		turn.Done(response(200))
		if got := burst(); got != time.Minute {
			t.Errorf("after a success paused for %v", got)
		}
	})
}

func TestAPauseThatSomebodyElseAsksFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100, 0, time.Minute, nil)
		b.Pause(time.Now().Add(30 * time.Second))
		b.Pause(time.Now().Add(time.Second)) // does not shorten it
		start := time.Now()
		if _, err := b.Wait(t.Context()); err != nil || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// TestAClockThatIsSetBack uses a wall clock without the monotonic reading that
// time.Now has.
func TestAClockThatIsSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shift time.Duration
		b := NewBudget(2, 0, time.Minute, func() time.Time { return time.Now().Round(0).Add(shift) })
		take := func() {
			turn, err := b.Wait(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			turn.Done(nil)
		}
		start := time.Now()
		take()
		time.Sleep(time.Second)
		shift = -time.Hour
		take()
		take()
		if got := time.Since(start); got < time.Minute || got > 2*time.Minute {
			t.Errorf("the third went after %v", got)
		}
	})
}
