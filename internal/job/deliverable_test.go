package job

import (
	"strings"
	"testing"
)

func TestWhatWasOrderedIsSaidInPlainWords(t *testing.T) {
	for s, want := range map[string]string{
		"": "", " ": "", "complete": "Complete", "Roof Only": "Roof only", "2": "Roof only", "total_living_area_plus": "Living area plus",
		"gutters_and_more": "Gutters and more", "été\n\u202ebad": "Été bad", "9": "9",
	} {
		if got := DeliverableWords(s).String(); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	if got := DeliverableWords(strings.Repeat("long ", 100)).String(); len(got) > 70 {
		t.Errorf("%d characters: %q", len(got), got)
	}
}
