package engine_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTheWindowRemembersSmallThings(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		if got, err := w.e.Recall(t.Context(), "window"); got != nil || err != nil {
			t.Errorf("before anything was kept: %s, %v", got, err)
		}
		const kept = `{"Width":1180,"Height":760.5,"Page":"jobs","Job":"19402492"}`
		if err := w.e.Remember(t.Context(), "window", json.RawMessage(kept)); err != nil {
			t.Fatal(err)
		}
		w.restart()
		if got, err := w.e.Recall(t.Context(), "window"); string(got) != kept || err != nil {
			t.Errorf("%s, %v", got, err)
		}
		if got, err := w.e.Recall(t.Context(), "hook-path"); got != nil || err != nil {
			t.Errorf("the engine's own: %s, %v", got, err)
		}
		for name, value := range map[string]string{"": "1", strings.Repeat("n", 200): "1", "big": `"` + strings.Repeat("x", 1<<17) + `"`, "odd": "{", "none": ""} {
			if err := w.e.Remember(t.Context(), name, json.RawMessage(value)); err == nil {
				t.Errorf("%.20q was kept", name)
			}
		}
	})
}
