package job

import (
	"strings"
	"unicode"

	"dormer/internal/hover"
)

// shortForms are what people write for one word of an address, by the word.
var shortForms = map[string]string{
	"alley": "aly", "avenue": "ave", "av": "ave", "boulevard": "blvd", "circle": "cir", "court": "ct",
	"crossing": "xing", "drive": "dr",
	"expressway": "expy", "highway": "hwy", "lane": "ln", "parkway": "pkwy", "place": "pl", "plaza": "plz",
	"point": "pt", "road": "rd",
	"route": "rte", "square": "sq", "street": "st", "saint": "st", "terrace": "ter", "trail": "trl", "turnpike": "tpke",
	"way": "way", "mount": "mt", "fort": "ft", "north": "n", "south": "s", "east": "e", "west": "w",
	"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}

// unitWords stand before the number of a flat, or for it.
var unitWords = map[string]bool{"apartment": true, "apt": true, "unit": true, "suite": true, "ste": true, "no": true}

// saysLittle are the short forms, which tell no street from another.
var saysLittle = func() map[string]bool {
	all := map[string]bool{}
	for _, short := range shortForms {
		all[short] = true
	}
	return all
}()

// placeWords gives a text's words in the one form in which addresses are
// compared: "1420 North Sycamore Ln., Apt. 4" is 1420 n sycamore ln 4.
func placeWords(texts ...string) []string {
	var all []string
	for _, text := range texts {
		for w := range strings.FieldsFuncSeq(strings.ToLower(text),
			func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
			if short, ok := shortForms[w]; ok {
				w = short
			}
			if !unitWords[w] {
				all = append(all, w)
			}
		}
	}
	return all
}

// named is a word that tells one street from another.
func named(w string) bool { return unicode.IsLetter([]rune(w)[0]) && !saysLittle[w] }

// SamePlace says whether two addresses mean the same house, as far as both tell:
// "street" and "st" are one word, and one of them may end earlier. Without the
// name of a street nothing is the same place.
func SamePlace(a, b hover.Address) bool {
	x, y := placeWords(a.Line1, a.Line2), placeWords(b.Line1, b.Line2)
	if len(x) > len(y) {
		x, y = y, x
	}
	street := false
	for i, w := range x {
		if w != y[i] {
			return false
		}
		street = street || named(w)
	}
	return street && sameTown(a, b)
}

// sameTown compares by the postal code, else by the town and the state.
func sameTown(a, b hover.Address) bool {
	code := func(s string) string {
		s, _, _ = strings.Cut(strings.TrimSpace(s), "-") // a ZIP code's last four digits tell the block
		return strings.ToLower(s)
	}
	if x, y := code(a.PostalCode), code(b.PostalCode); x != "" && y != "" {
		return x == y
	}
	equal := func(a, b string) bool {
		x, y := strings.Join(placeWords(a), " "), strings.Join(placeWords(b), " ")
		return x == "" || y == "" || x == y
	}
	abbreviated := len(strings.TrimSpace(a.Region)) == len(strings.TrimSpace(b.Region)) // "IN" and "Indiana" tell nothing
	return equal(a.City, b.City) && (!abbreviated || equal(a.Region, b.Region))
}

// PlaceHint gives a part of an address's first line by which jobs at that place
// can be looked for: the house number with the street's name, else the name
// alone. It is empty if the line tells neither.
func PlaceHint(a hover.Address) string {
	var words []string
	for w := range strings.FieldsSeq(strings.ToLower(a.Line1)) {
		if w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }); w != "" {
			words = append(words, w)
		}
	}
	hint := ""
	for i, w := range words {
		said := placeWords(w)
		if len(said) != 1 || !named(said[0]) {
			continue
		}
		if i == 1 {
			return words[0] + " " + w
		}
		if len(w) > len(hint) {
			hint = w
		}
	}
	return hint
}
