package hover

import (
	"encoding/json"
	"strings"
	"time"
)

// text reads a JSON string or number as text and anything else as nothing:
// Hover sends coordinates as strings in one place and as numbers in another,
// and one odd field must not cost the whole reply.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	s, _ := scalar(b)
	*t = text(strings.ToValidUTF8(s, "\uFFFD"))
	return nil
}

// list reads a JSON array, skipping elements that do not fit; anything that is
// not an array is an empty list.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil {
		return nil
	}
	for _, r := range raw {
		var v T
		if json.Unmarshal(r, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// opt reads a value that may be absent or of an unexpected shape: then it stays
// the zero value.
type opt[T any] struct{ v T }

func (o *opt[T]) UnmarshalJSON(b []byte) error {
	var v T
	if json.Unmarshal(b, &v) == nil {
		o.v = v
	}
	return nil
}

// stamp reads Hover's times: ISO 8601 in UTC with milliseconds. What cannot be
// read is the zero time.
type stamp struct {
	time.Time
	said bool // the reply has one, though it be null
}

func (t *stamp) UnmarshalJSON(b []byte) error {
	s, _ := scalar(b)
	t.Time, t.said = ParseTime(s), true
	return nil
}

// ParseTime reads a time as Hover's replies write it; the zero time if it
// cannot be read.
func ParseTime(s string) time.Time {
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05 MST", time.DateOnly,
	} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1990 && t.Year() < 3000 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// flag reads a yes or no as JSON, as text or as 1 and 0; nil for anything else:
// what is not said is neither.
func flag(b []byte) *bool {
	s, ok := scalar(b)
	if !ok {
		s = string(b)
	}
	var yes bool
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "1":
		yes = true
	case "false", "0":
	default:
		return nil
	}
	return &yes
}
