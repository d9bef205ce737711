package simulator

import (
	"testing"

	"dormer/internal/say"
)

// TestEveryReasonIsToldInSpanish, of those that the simulated Hover gives.
func TestEveryReasonIsToldInSpanish(t *testing.T) {
	sim := New(Options{Account: Demo()})
	t.Cleanup(func() { _ = sim.Close() })
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.newCapture(2)
	given := []string{anyReason}
	for _, j := range sim.jobs {
		for _, m := range j.models {
			if m.fails != "" {
				given = append(given, m.fails)
			}
		}
	}
	if len(given) < 4 {
		t.Fatalf("the account has but the reasons %q", given)
	}
	for _, sent := range given {
		if said := say.Reason(sent); said.String() != sent || said.For(say.Reader{Language: say.Spanish}) == sent {
			t.Errorf("%q is told %q", sent, said.For(say.Reader{Language: say.Spanish}))
		}
	}
}
