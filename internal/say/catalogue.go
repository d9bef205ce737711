package say

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A Language is one that there is a catalogue of.
type Language string

// The languages.
const (
	English Language = "en"
	Spanish Language = "es"
)

// A Reader is whom a text is told to: in which language, and whether in a window
// or in a terminal, where what to do next is another thing ("Sign in: dormer
// login").
type Reader struct {
	Language Language
	Window   bool
}

// Terminal reads English at a command line, as does who reads a log.
var Terminal = Reader{Language: English}

//go:embed en.json
var english []byte

//go:embed es.json
var spanish []byte

// forms are one text of a catalogue: by "n" one or other, by the reader's place.
// In the file it is a string, {"one", "other"}, or {"terminal", "window"} of
// these.
type forms struct {
	one, other       string
	window           *forms // what a window says instead; nil: the same
	singular, places bool
}

var catalogues = sync.OnceValue(func() map[Language]map[string]forms {
	all := map[Language]map[string]forms{}
	for language, file := range map[Language][]byte{English: english, Spanish: spanish} {
		texts, err := readCatalogue(file)
		if err != nil {
			panic(fmt.Errorf("say: the catalogue %s: %w", language, err)) // it is part of the program
		}
		all[language] = texts
	}
	return all
})

func readCatalogue(file []byte) (map[string]forms, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(file, &raw); err != nil {
		return nil, err
	}
	texts := make(map[string]forms, len(raw))
	for id, b := range raw {
		f, err := readForms(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		texts[id] = f
	}
	return texts, nil
}

func readForms(b json.RawMessage) (forms, error) {
	var s string
	if json.Unmarshal(b, &s) == nil {
		return forms{one: s, other: s}, nil
	}
	var by map[string]json.RawMessage
	if err := json.Unmarshal(b, &by); err != nil {
		return forms{}, err
	}
	if by["terminal"] != nil || by["window"] != nil {
		f, err := readForms(by["terminal"])
		if err != nil {
			return f, fmt.Errorf("terminal: %w", err)
		}
		w, err := readForms(by["window"])
		if err != nil || len(by) != 2 {
			return f, fmt.Errorf("it has to have terminal and window, and nothing else: %w", err)
		}
		f.window, f.places = &w, true
		return f, nil
	}
	f := forms{singular: true}
	if err := json.Unmarshal(by["one"], &f.one); err != nil {
		return f, fmt.Errorf("one: %w", err)
	}
	if err := json.Unmarshal(by["other"], &f.other); err != nil || len(by) != 2 {
		return f, fmt.Errorf("it has to have one and other, and nothing else: %w", err)
	}
	return f, nil
}

// For tells the text to a reader. A name that no catalogue has, as of a newer
// Dormer, is told as itself.
func (t Text) For(r Reader) string { return t.tell(teller{Reader: r}, 0) }

// Within tells the text in at most so many characters. Where it would be longer,
// what came from outside is cut, a customer's name or an address, and not what
// happened to it.
func (t Text) Within(limit int, r Reader) string {
	said := t.For(r)
	for most := limit; utf8.RuneCountInString(said) > limit && most >= leastOutside; most-- {
		said = t.tell(teller{Reader: r, most: most}, 0)
	}
	return shorten(said, limit)
}

// leastOutside is what stays of outside words wherever there is too little room.
const leastOutside = 3

// shorten cuts words to a number of characters, with an ellipsis for the rest.
func shorten(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return strings.TrimSpace(string(r[:max(limit-1, 0)])) + "…"
	}
	return s
}

// teller is how a text is told.
type teller struct {
	Reader
	most int // characters of what is from outside; 0: all
}

func (r teller) outside(s string) string {
	if r.most == 0 {
		return s
	}
	return shorten(s, r.most)
}

func (t Text) tell(r teller, depth int) string {
	if depth > maxDepth {
		return "…"
	}
	if words, ok := t.Outside(); ok {
		return r.outside(words)
	}
	switch t.ID {
	case "":
		return ""
	case idSentences:
		list, _ := t.Args[listArg].([]Text)
		said := make([]string, 0, len(list))
		for _, s := range list {
			if one := strings.TrimSpace(s.tell(r, depth+1)); one != "" {
				said = append(said, stopped(one))
			}
		}
		return strings.Join(said, " ")
	}
	pattern, ok := t.pattern(r.Reader)
	if !ok {
		return t.ID
	}
	return fill(pattern, func(hole, after string) string {
		v := t.Args[hole]
		said := hold(v, r, depth+1)
		if ends(v, after, r.Reader) {
			said = strings.TrimSuffix(said, ".")
		}
		return said
	})
}

// ends says whether the full stop of what stands in a hole is left out before what
// comes after the hole: one of ours is within a sentence, and any before another
// sign. That of "Acme Inc." stays.
func ends(v any, after string, r Reader) bool {
	if after == "" {
		return false
	}
	if strings.ContainsAny(after[:1], ".:;)") {
		return true
	}
	t, ok := v.(Text)
	if !ok {
		return false
	}
	pattern, _ := t.pattern(r)
	return t.ID == idSentences || strings.HasSuffix(pattern, ".")
}

// pattern gives the words of a catalogue for a reader, with their holes.
func (t Text) pattern(r Reader) (string, bool) {
	f, ok := catalogues()[r.Language][t.ID]
	if !ok {
		if f, ok = catalogues()[English][t.ID]; !ok {
			return "", false
		}
	}
	if r.Window && f.window != nil {
		f = *f.window
	}
	if n, ok := t.Args["n"].(int); ok && n == 1 {
		return f.one, true
	}
	return f.other, true
}

// stopped ends a sentence.
func stopped(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// fill puts into the {holes} of a pattern what with gives for them, told what comes
// after the hole. What it gives is no pattern itself.
func fill(pattern string, with func(hole, after string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		hole, after, found := strings.Cut(rest, "}")
		if !found {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(with(hole, after))
		pattern = after
	}
}

// hold tells what stands in a hole.
func hold(v any, r teller, depth int) string {
	switch v := v.(type) {
	case string:
		return r.outside(v)
	case int:
		return Number(v)
	case time.Time:
		return clock(v, r.Reader)
	case Text:
		return v.tell(r, depth)
	case []Text:
		return enumerate(v, r, depth)
	}
	return ""
}

// enumerate joins texts as people do: "House, Garage and Barn".
func enumerate(list []Text, r teller, depth int) string {
	and := " and "
	if r.Language == Spanish {
		and = " y "
	}
	var b strings.Builder
	for i, t := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			b.WriteString(and)
		default:
			b.WriteString(", ")
		}
		b.WriteString(t.tell(r, depth))
	}
	return b.String()
}

// clock tells a moment of this computer's time.
func clock(at time.Time, r Reader) string {
	at = at.Local()
	if r.Language == Spanish {
		return at.Format("2 ") + months[at.Month()-1] + at.Format(" 2006 3:04 PM")
	}
	return at.Format("Jan 2, 2006 3:04 PM")
}

var months = strings.Fields("ene feb mar abr may jun jul ago sep oct nov dic")

// Number tells a whole number with separators of thousands, the same in both
// languages, as in the United States: 12,345.
func Number(n int) string {
	s := strconv.Itoa(n)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(s) - 3; i > from; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
