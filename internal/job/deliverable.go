package job

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// deliverables are Hover's names and numbers of what can be ordered, in plain
// words (Hover's docs; in replies only "complete" was seen).
var deliverables = map[string]string{
	"complete": "Complete", "3": "Complete",
	"roof_only": "Roof only", "2": "Roof only",
	"total_living_area_plus": "Living area plus", "5": "Living area plus",
	"total_living_area": "Living area", "6": "Living area",
	"capture_only": "Photos only", "7": "Photos only",
	"interior": "Interior", "8": "Interior",
}

// DeliverableWords gives what was ordered of a structure in plain words, "Roof
// only". What Hover added later is shown as it is; empty if Hover did not say.
func DeliverableWords(s string) string {
	name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")
	if w, ok := deliverables[name]; ok {
		return w
	}
	s = clean(strings.ReplaceAll(s, "_", " "), maxName)
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
