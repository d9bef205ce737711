package paperwork

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"dormer/internal/hover"
)

// Bounds on what is read of a reply; beyond them it is left out.
const (
	maxReply   = 4 << 20 // bytes
	maxLines   = 5000    // of a list, or answers of a checklist
	maxPhotos  = 200     // of one answer
	maxText    = 2000    // bytes of one text
	maxAmount  = 1e9     // dollars, or pieces
	maxWrapped = 3       // objects around the one that is meant
)

// fields is a JSON object whose values are not read yet, under names without case and
// underscores: replies write listItems and list_items (Hover's docs show both ways).
// nil is one that is not there.
type fields map[string]json.RawMessage

func fieldsOf(b []byte) fields {
	var raw map[string]json.RawMessage
	if json.Unmarshal(b, &raw) != nil || raw == nil {
		return nil
	}
	f := make(fields, len(raw))
	for name, value := range raw {
		if string(value) != "null" {
			f[plainName(name)] = value
		}
	}
	return f
}

func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// unwrapped gives the object that has one of the names, which may stand in others or
// alone in a list: {"estimate": {…}}, {"data": […]}.
func unwrapped(b []byte, names ...string) fields {
	for range maxWrapped {
		if all := elements(b); len(all) == 1 && len(bytes.TrimSpace(b)) > 0 && bytes.TrimSpace(b)[0] == '[' {
			b = all[0]
		}
		f := fieldsOf(b)
		for _, name := range names {
			if _, ok := f[name]; ok {
				return f
			}
		}
		if len(f) != 1 {
			return f
		}
		for _, inner := range f {
			b = inner
		}
	}
	return fieldsOf(b)
}

// in gives the object that stands under a name.
func (f fields) in(name string) fields { return fieldsOf(f[name]) }

// text gives the first of the named fields that holds a text or a number, on one line
// unless it is long.
func (f fields) text(names ...string) string {
	for _, name := range names {
		if s := textOf(f[name]); s != "" {
			return s
		}
	}
	return ""
}

func textOf(b json.RawMessage) string {
	var s string
	if json.Unmarshal(b, &s) != nil {
		if _, err := strconv.ParseFloat(string(b), 64); err != nil {
			return ""
		}
		s = string(b)
	}
	return cleaned(s)
}

// cleaned makes text from outside fit to be shown and kept.
func cleaned(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r', unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s))
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

// number gives the first of the named fields that is a number, or a text that is one;
// nil where none can be read.
func (f fields) number(names ...string) *float64 {
	for _, name := range names {
		if n, ok := numberOf(f[name]); ok {
			return &n
		}
	}
	return nil
}

// numberOf reads 1497.2, "1497.2", "1,497.20", "$1,497.20" and {"amount": 1497.2}. What
// stands beside the number has to be understood: a part of a number is none.
func numberOf(b json.RawMessage) (float64, bool) {
	s := strings.TrimSpace(string(b))
	if strings.HasPrefix(s, "{") {
		f := fieldsOf(b)
		for _, name := range []string{"amount", "value"} {
			if inner := f[name]; len(inner) > 0 && inner[0] != '{' {
				return numberOf(inner)
			}
		}
		return 0, false
	}
	if strings.HasPrefix(s, `"`) {
		if json.Unmarshal(b, &s) != nil {
			return 0, false
		}
		s = strings.TrimSpace(s)
		if !plainNumber.MatchString(s) {
			return 0, false
		}
		s = strings.NewReplacer(",", "", "$", "", " ", "").Replace(s)
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsNaN(n) && math.Abs(n) <= maxAmount
}

var plainNumber = regexp.MustCompile(`^-?\$? ?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?$`)

// id gives the first of the named fields that can be an id.
func id[ID interface {
	~string
	String() string
}](f fields, names ...string) ID {
	for _, name := range names {
		var v hover.DocumentID
		if raw, ok := f[name]; ok && v.UnmarshalJSON(raw) == nil && v != "" {
			return ID(v)
		}
	}
	return ""
}

// elements gives those of a list: an array, or what GraphQL and other replies put
// around one.
func elements(b json.RawMessage) []json.RawMessage {
	var all []json.RawMessage
	if json.Unmarshal(b, &all) == nil {
		return all[:min(len(all), maxLines)]
	}
	f := fieldsOf(b)
	for _, name := range []string{"nodes", "edges", "results", "items"} {
		if json.Unmarshal(f[name], &all) == nil && all != nil {
			for i, e := range all {
				if node, ok := fieldsOf(e)["node"]; ok && name == "edges" {
					all[i] = node
				}
			}
			return all[:min(len(all), maxLines)]
		}
	}
	return nil
}

// person gives who somebody is: "Morgan Long", or else an address.
func (f fields) person() string {
	if name := f.text("name", "fullname", "displayname"); name != "" {
		return name
	}
	if name := strings.TrimSpace(f.text("firstname") + " " + f.text("lastname")); name != "" {
		return name
	}
	return f.text("email")
}
