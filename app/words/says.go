package words

import (
	"regexp"
	"slices"
	"strings"

	"dormer/internal/say"
)

// Reader is who reads the window.
func Reader() say.Reader { return say.Reader{Language: say.Language(Language()), Window: true} }

// Say gives a text in the person's language, as a window says it. Words as they
// are may be English of the engine's that is no value yet; see [Said].
func Say(t say.Text) string {
	if english, ok := t.Outside(); ok {
		return Said(english)
	}
	return t.For(Reader())
}

// Error gives an error as a person is told of it: what happened, why, and what
// to do next. Each part is said as by [Said].
func Error(err error) string {
	if err == nil {
		return ""
	}
	what, why, do := say.PartsOf(err)
	if what.IsZero() {
		return Say(why)
	}
	s := Say(what)
	if !why.IsZero() {
		s += ": " + Say(why)
	}
	if !do.IsZero() {
		s = strings.TrimRight(s, ".") + ". " + strings.TrimRight(Say(do), ".") + "."
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
	for _, colon := range []string{"; ", ": "} {
		list := strings.Split(text, colon)
		known := false
		for i, p := range list {
			if s, ok := b.whole(p, language); ok {
				list[i], known = s, true
			}
		}
		if known {
			return strings.Join(list, colon)
		}
	}
	return text
}

// between is what stands between the parts of an enumeration, and also within a
// part: in an address, in a name.
var between = regexp.MustCompile(`, | and `)

// several says an enumeration of phrases: "3 jobs were measured, 1 was
// cancelled", "9 Oak St, Austin is measured and 2 more". As many pieces as make
// up a phrase are taken together, few first.
func (b *book) several(text, language string) (string, bool) {
	cuts := between.FindAllStringIndex(text, -1)
	cuts = append(cuts, []int{len(text), len(text)})
	var all strings.Builder
	phrases := 0
	for start, next := 0, 0; next < len(cuts); phrases++ {
		said, ok, last := "", false, min(len(cuts), next+maxTogether)
		for ; next < last; next++ {
			if said, ok = b.whole(text[start:cuts[next][0]], language); ok {
				break
			}
		}
		if !ok {
			return "", false
		}
		all.WriteString(said)
		link := text[cuts[next][0]:cuts[next][1]]
		if link == " and " && language == Spanish {
			link = " y "
		}
		all.WriteString(link)
		start = cuts[next][1]
		next++
	}
	return all.String(), phrases > 1
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
