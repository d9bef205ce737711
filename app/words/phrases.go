package words

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"dormer/assets"
)

// A phrase is one sentence of the engine, without the full stop at its end, with
// {holes} for what differs, and how a window says it in each language. {n} is a
// number, {names} an enumeration of names, {news} one of phrases.
type phrase struct {
	Says    string `json:"says"`
	English string `json:"en"` // "": as the engine says it
	Spanish string `json:"es"`

	parts []string // of Says, between the holes
	holes []string // their names, one fewer
}

// book is the phrasebook: those with {news} first, then those with the most
// words of their own.
type book struct{ list []phrase }

var phrases = sync.OnceValue(func() *book {
	b, err := readBook(assets.Phrases)
	if err != nil {
		panic(err) // it is part of the program
	}
	return b
})

func readBook(text []byte) (*book, error) {
	b := &book{}
	if err := json.Unmarshal(text, &b.list); err != nil {
		return nil, fmt.Errorf("words: the phrasebook: %w", err)
	}
	for i := range b.list {
		p := &b.list[i]
		if p.English == "" {
			p.English = p.Says
		}
		rest := p.Says
		for {
			before, after, found := strings.Cut(rest, "{")
			p.parts = append(p.parts, before)
			if !found {
				break
			}
			name, after, _ := strings.Cut(after, "}")
			p.holes, rest = append(p.holes, name), after
		}
	}
	slices.SortStableFunc(b.list, func(p, q phrase) int { return cmp.Compare(q.weight(), p.weight()) })
	return b, nil
}

// weight says which of several phrases that fit a text is meant.
func (p phrase) weight() int {
	own := len(strings.Join(p.parts, ""))
	if slices.Contains(p.holes, "news") {
		own += 1000
	}
	return own
}

// in gives the phrase in a language.
func (p phrase) in(language string) string {
	if language == Spanish {
		return p.Spanish
	}
	return p.English
}

// match gives what stands in the holes of a text that is this phrase.
func (p phrase) match(text string) (holes []string, ok bool) {
	last := len(p.parts) - 1
	if last == 0 {
		return nil, text == p.Says
	}
	rest, ok := strings.CutPrefix(text, p.parts[0])
	if !ok {
		return nil, false
	}
	if rest, ok = strings.CutSuffix(rest, p.parts[last]); !ok {
		return nil, false
	}
	for _, part := range p.parts[1:last] {
		hole, after, ok := strings.Cut(rest, part)
		if !ok {
			return nil, false
		}
		holes, rest = append(holes, hole), after
	}
	holes = append(holes, rest)
	for i, hole := range holes {
		if hole == "" || p.holes[i] == "n" && strings.Trim(hole, "0123456789") != "" {
			return nil, false
		}
	}
	return holes, true
}

// whole says a text that is one phrase. What stands in its holes is said too
// where it is a phrase itself.
func (b *book) whole(text, language string) (string, bool) {
	for _, p := range b.list {
		holes, ok := p.match(text)
		if !ok {
			continue
		}
		fill := make([]string, 0, 2*len(holes))
		for i, name := range p.holes {
			fill = append(fill, "{"+name+"}", b.hole(name, holes[i], language))
		}
		return strings.NewReplacer(fill...).Replace(p.in(language)), true
	}
	return "", false
}

// hole says what stands in a hole.
func (b *book) hole(name, text, language string) string {
	switch name {
	case "names":
		return b.names(text, language)
	case "news":
		if s, ok := b.several(text, language); ok {
			return s
		}
	}
	if s, ok := b.whole(text, language); ok {
		return s
	}
	return text
}

// names says an enumeration of names: "House, Garage and Barn".
func (b *book) names(text, language string) string {
	list := strings.Split(text, ", ")
	and := ""
	if before, after, ok := cutLast(list[len(list)-1], " and "); ok {
		list = append(list[:len(list)-1], before)
		and = " and " + b.hole("", after, language)
		if language == Spanish {
			and = " y " + b.hole("", after, language)
		}
	}
	for i, name := range list {
		list[i] = b.hole("", name, language)
	}
	return strings.Join(list, ", ") + and
}
