//go:build !race

package engine_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// What races in the engine its stories find; here the number of sequences
// counts, and the race detector would make it a small one.

// soakSequences names, in the environment, how many sequences are tried:
// `make soak` sets it.
const soakSequences = "DORMER_SOAK_SEQUENCES"

// TestTheEngineThinksWhatAPlainModelThinks lets random things happen, at Hover,
// on the way and here, and compares after each what the engine knows and at the
// end what it told with a model that has neither a store nor a queue: it takes
// the events that were answered 200 and the replies that Hover gave, in their
// order.
func TestTheEngineThinksWhatAPlainModelThinks(t *testing.T) {
	t.Parallel()
	sequences := 150
	if s := os.Getenv(soakSequences); s != "" {
		var err error
		if sequences, err = strconv.Atoi(s); err != nil || sequences < 1 {
			t.Fatalf("%s=%s is not a number of sequences", soakSequences, s)
		}
	}
	began := time.Now()
	var total tally
	for total.sequences < sequences && !t.Failed() {
		// rapid tries as many as its own flag says, a hundred if none is given.
		rapid.Check(t, func(r *rapid.T) {
			steps := rapid.SliceOfN(someStep(), 4, 30).Draw(r, "steps")
			if total.sequences >= sequences {
				return
			}
			total.sequences++
			var found []string
			synctest.Test(t, func(t *testing.T) { found = live(t, steps, &total) })
			if len(found) > 0 {
				r.Fatal(strings.Join(found, "\n"))
			}
		})
	}
	t.Logf("%+v, %.0f s", total, time.Since(began).Seconds())
}
