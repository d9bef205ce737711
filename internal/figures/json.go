package figures

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
)

// What a figure of a building can be at most; anything beyond is a slip and is left out.
const (
	mostArea    = 10_000_000 // square feet
	mostLength  = 1_000_000  // feet
	mostCount   = 100_000
	mostPercent = 100
)

// object is a JSON object whose values are not read yet; nil is one that is not there.
type object map[string]json.RawMessage

func objectOf(b []byte) (o object) {
	if json.Unmarshal(b, &o) != nil {
		return nil
	}
	return o
}

// in gives the object that stands under a name.
func (o object) in(name string) object { return objectOf(o[name]) }

// figure gives the number under a name, from 0 to most.
func (o object) figure(name string, most float64) *float64 {
	f, ok := number(o[name])
	if !ok || f < 0 || f > most {
		return nil
	}
	return &f
}

// length gives a length under a name: {"length": 12.5}, or the number alone.
func (o object) length(name string) *float64 {
	if f := o.in(name).figure("length", mostLength); f != nil {
		return f
	}
	return o.figure(name, mostLength)
}

// count gives the whole number under a name.
func (o object) count(name string) *int {
	f := o.figure(name, mostCount)
	if f == nil || *f != math.Trunc(*f) {
		return nil
	}
	n := int(*f)
	return &n
}

// says says that something stands under a name, readable or not.
func (o object) says(name string) bool { return len(o[name]) > 0 && string(o[name]) != "null" }

// word gives a short text, or a number as text.
func (o object) word(name string) *string {
	var s string
	if json.Unmarshal(o[name], &s) != nil {
		if _, ok := number(o[name]); ok {
			s = string(o[name])
		}
	}
	if s = strings.TrimSpace(s); !plainWord.MatchString(s) {
		return nil
	}
	return &s
}

// plainWord is what Hover says of stories: "1", "1.5", ">1".
var plainWord = regexp.MustCompile(`^[<>≥≤~]?[0-9A-Za-z.+ -]{1,12}$`)

// list gives the elements of a JSON array; nil if it is none.
func list(b json.RawMessage) (all []json.RawMessage) {
	if json.Unmarshal(b, &all) != nil || len(all) > mostCount {
		return nil
	}
	return all
}
