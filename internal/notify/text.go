package notify

import (
	"slices"
	"strings"
	"unicode"
)

// The most characters that a notice's parts have: desktops cut much earlier, and
// some grow over the whole screen instead.
const (
	MaxTitle   = 120
	MaxBody    = 1000
	maxLabel   = 40
	maxActions = 5
)

// cleaned gives a notice that no desktop can trip over.
func cleaned(n Notice) Notice {
	n.Title = line(n.Title, MaxTitle)
	n.Body = shorten(clean(n.Body), MaxBody)
	if n.Title == "" { // some services refuse a notice without one
		n.Title = "Dormer"
	}
	n.Actions = slices.Clone(n.Actions[:min(len(n.Actions), maxActions)])
	for i := range n.Actions {
		n.Actions[i].Label = line(n.Actions[i].Label, maxLabel)
	}
	return n
}

// line cleans a text that has one line.
func line(s string, limit int) string {
	return shorten(strings.Join(strings.Fields(clean(s)), " "), limit)
}

// clean drops what is not text: broken UTF-8, control characters but line
// breaks, and marks that turn the direction of reading, which can make a name
// read as another. D-Bus and XML refuse some of them altogether.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return -1
		}
		return r
	}, s))
}

// shorten cuts a text to a number of characters, with an ellipsis for the rest.
func shorten(s string, limit int) string {
	n := 0
	for i := range s {
		if n == limit-1 && len([]rune(s[i:])) > 1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
		n++
	}
	return s
}
