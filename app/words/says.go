package words

import (
	"errors"
	"slices"
	"strings"

	"dormer/internal/engine"
)

// Error gives an error as a person is told of it: what happened, why, and what
// to do next. Each part is said as by [Said].
func Error(err error) string {
	if err == nil {
		return ""
	}
	told, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return Said(err.Error())
	}
	s := Said(told.What)
	if told.Why != nil {
		s += ": " + Said(told.Why.Error())
	}
	if told.Do != "" {
		s = strings.TrimRight(s, ".") + ". " + Said(told.Do)
	}
	return s
}

// Said gives what the engine says, a lamp's sentence, an alert's title or body,
// an error's, in the person's language, and as a window says it. The engine
// writes English; assets.Phrases has its sentences. What stands nowhere there,
// such as Hover's own words, stays as it is.
func Said(english string) string {
	b := phrases()
	return b.say(english, Language())
}

// say says a text sentence by sentence.
func (b *book) say(text, language string) string {
	list := strings.SplitAfter(text, ". ")
	for i := 0; i < len(list); {
		said, used := b.next(list[i:], language)
		list = slices.Replace(list, i, i+used, said)
		i++
	}
	return strings.Join(list, "")
}

// maxTogether bounds the pieces of a text that are tried as one phrase.
const maxTogether = 6

// next says the first of some sentences, or the first few. A full stop need not
// end one ("W. Elm Street"), so as many as make up a phrase are taken together,
// few first.
func (b *book) next(list []string, language string) (said string, used int) {
	for n := 1; n <= min(len(list), maxTogether); n++ {
		stem, stop := cutStop(strings.Join(list[:n], ""))
		if s, ok := b.several(stem, language); ok {
			return s + stop, n
		}
		if s, ok := b.whole(stem, language); ok {
			return s + stop, n
		}
	}
	stem, stop := cutStop(list[0])
	return b.parts(stem, language) + stop, 1
}

// parts says what it can of a sentence that was put together by several rooms:
// "what: why", "one; another".
func (b *book) parts(text, language string) string {
	for _, between := range []string{"; ", ": "} {
		list := strings.Split(text, between)
		known := false
		for i, p := range list {
			if s, ok := b.whole(p, language); ok {
				list[i], known = s, true
			}
		}
		if known {
			return strings.Join(list, between)
		}
	}
	return text
}

// several says an enumeration of phrases: "3 jobs were measured, 1 was
// cancelled", "9 Oak St, Austin is measured and 2 more". A comma may stand in a
// phrase too, so as many pieces as make up one are taken together, few first.
func (b *book) several(text, language string) (string, bool) {
	list := strings.Split(text, ", ")
	and := " and "
	if before, after, ok := cutLast(list[len(list)-1], and); ok {
		list = append(list[:len(list)-1], before, after)
	} else {
		and = ", "
	}
	if len(list) < 2 {
		return "", false
	}
	last := len(list) - 1
	join := func(from, to int) string {
		if to == last && from < last {
			return strings.Join(list[from:to], ", ") + and + list[to]
		}
		return strings.Join(list[from:to+1], ", ")
	}
	var said []string
	for from := 0; from <= last; {
		to, phrase, ok := from, "", false
		for ; to <= last && to-from < maxTogether; to++ {
			if phrase, ok = b.whole(join(from, to), language); ok {
				break
			}
		}
		if !ok {
			return "", false
		}
		said = append(said, phrase)
		from = to + 1
	}
	if len(said) < 2 {
		return "", false
	}
	if and == " and " && language == Spanish {
		and = " y "
	}
	return strings.Join(said[:len(said)-1], ", ") + and + said[len(said)-1], true
}

// cutStop cuts a full stop off, and the space after it.
func cutStop(s string) (stem, stop string) {
	stem = strings.TrimSuffix(strings.TrimSuffix(s, " "), ".")
	return stem, s[len(stem):]
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
