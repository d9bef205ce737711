//go:build unix

package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

func TestStopEndsADormerInOrder(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	c.refused(3, []string{"not running"}, "stop")
	c.signedIn()
	c.remember()
	c.ask("stop")
	if code := c.process.wait(t, patience); code != 0 {
		t.Errorf("told to stop, it ended with %d", code)
	}
	c.process = nil
	c.refused(3, []string{"not running"}, "stop")
	if len(c.hover.Webhooks()) != 1 {
		t.Error("stopping is no sign-out, but the webhook is gone")
	}
	c.start() // and is as it was
}

// TestForgettingLeavesNothing is the way out: of a Dormer that runs, and of one
// that does not.
func TestForgettingLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, runs := range []bool{true, false} {
		t.Run(map[bool]string{true: "running", false: "stopped"}[runs], func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, aHouse())
			other := c.hover.RegisterForeign("https://crm.invalid/hover/0123456789abcdef0123456789abcdef")
			c.signedIn()
			c.ask("config", "set", "autostart", "true")
			autostart := c.path("home", "config", "autostart", "app.dormer.Dormer.desktop")
			if _, err := os.Stat(autostart); err != nil {
				t.Fatal(err)
			}
			if runs {
				c.remember()
			} else {
				c.stop()
			}
			said := c.typing("", "forget", "--hover-url", c.hover.URL())
			if said.code != 0 || !strings.Contains(said.said, "Its data is in "+c.data) {
				t.Fatalf("%s", said)
			}
			if runs {
				if code := c.process.wait(t, patience); code != 0 {
					t.Errorf("it ended with %d", code)
				}
				c.process = nil
			}
			var left []hover.WebhookID
			for _, w := range c.hover.Webhooks() {
				left = append(left, w.ID)
			}
			if !slices.Equal(left, []hover.WebhookID{other}) {
				t.Errorf("Hover still has %v, and should have %v", left, other)
			}
			if _, err := os.Stat(autostart); err == nil {
				t.Error("it still starts with the computer")
			}
			if kept, err := c.inFile(); err == nil && len(kept) != 0 {
				t.Errorf("secrets are still there: %d", len(kept))
			}
			if jobs := c.ask("jobs"); jobs == "" {
				t.Error("what was received is gone")
			}

			// With its data, and nothing else that stands there.
			mine := c.data + "/notes.txt"
			if err := os.WriteFile(mine, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			c.ask("forget", "--data", "--hover-url", c.hover.URL())
			if list, err := os.ReadDir(c.data); err != nil || len(list) != 1 {
				t.Errorf("left are %v, %v", list, err)
			}
		})
	}
}

// TestForgettingGoesOnWithoutHover: the person wants out, whether Hover answers or
// not, and hears what stays there.
func TestForgettingGoesOnWithoutHover(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	c.signedIn()
	c.stop()
	c.hover.SetFaults(func(f *simulator.Faults) {
		f.Answers = []simulator.Answer{{Path: "/api/*", Status: 503, Count: simulator.Always}}
	})
	c.refused(1, []string{"webhook"}, "forget", "--hover-url", c.hover.URL())
	if kept, err := c.inFile(); err == nil && len(kept) != 0 {
		t.Errorf("secrets are still there: %d", len(kept))
	}
}
