package engine_test

import (
	"strings"
	"testing"

	"dormer/internal/hover"
)

func TestTheWindowRemembersSmallThings(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		type window struct {
			Width, Height float32
			Page          string
			Job           hover.JobID
		}
		w.start()
		var got window
		if known, err := w.e.Recall(t.Context(), "window", &got); known || err != nil {
			t.Errorf("before anything was kept: %v, %v", known, err)
		}
		kept := window{1180, 760.5, "jobs", "19402492"}
		if err := w.e.Remember(t.Context(), "window", kept); err != nil {
			t.Fatal(err)
		}
		w.restart()
		if known, err := w.e.Recall(t.Context(), "window", &got); !known || err != nil || got != kept {
			t.Errorf("%+v, %v, %v", got, known, err)
		}
		var other []string // as another version of the window might want it
		if known, err := w.e.Recall(t.Context(), "window", &other); known || err != nil {
			t.Errorf("of another shape: %v, %v", known, err)
		}
		if known, err := w.e.Recall(t.Context(), "hook-path", new(string)); known || err != nil {
			t.Errorf("the engine's own: %v, %v", known, err)
		}
		for name, value := range map[string]any{"": 1, strings.Repeat("n", 200): 1, "big": strings.Repeat("x", 1<<17), "odd": make(chan int)} {
			if err := w.e.Remember(t.Context(), name, value); err == nil {
				t.Errorf("%.20q was kept", name)
			}
		}
	})
}
