package job

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dormer/internal/hover"
)

// SearchText gives what a job is found by: the words of its name, address,
// customer, reference, number and phone, without case and accents, each with a
// blank before it. Whoever changes what it gives for a job has to have the stored
// ones made anew.
func SearchText(j Job) string {
	var t searchText
	t.seen = map[string]bool{}
	for _, field := range []string{
		j.ID.String(), j.Name, j.Address.String(), j.Customer.Name, j.ExternalID, j.Customer.Email, j.Customer.Phone,
	} {
		for token := range strings.FieldsSeq(fold(field)) {
			parts := alphanumeric(token)
			for _, w := range parts {
				t.add(w)
			}
			if len(parts) > 1 && !strings.Contains(token, "@") { // "ORD-88" is found by ORD88, "n.w." by nw
				t.add(strings.Join(parts, ""))
			}
		}
	}
	t.add(digits(j.Customer.Phone))
	return t.b.String() + " "
}

type searchText struct {
	b    strings.Builder
	seen map[string]bool
}

// add adds a word, once, and of a word of an address its other form.
func (t *searchText) add(word string) {
	for i, w := range append([]string{word}, spellings[word]...) {
		if w == "" || t.seen[w] {
			if i == 0 {
				return
			}
			continue
		}
		t.seen[w] = true
		t.b.WriteByte(' ')
		t.b.WriteString(w)
	}
}

// fold takes case and accents off a text.
func fold(s string) string {
	if plainASCII(s) {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), strings.ContainsRune("'’ʼ`´", r): // O'Brien is OBrien
			return -1
		}
		if plain, ok := undecomposed[r]; ok {
			return plain
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(ligatures.Replace(strings.ToLower(s))))
}

// plainASCII says that a text has no letters but those of ASCII, and nothing that is
// left out.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c == '\'' || c == '`' {
			return false
		}
	}
	return true
}

// Letters that people write otherwise, and that Unicode does not take apart.
var (
	ligatures    = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "þ", "th")
	undecomposed = map[rune]rune{'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ħ': 'h', 'ı': 'i', 'ŧ': 't'}
)

func alphanumeric(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Search is what somebody looks for among jobs. The zero value finds all.
type Search struct {
	words []sought
}

// sought is one word: it is found where all of one of its ways are.
type sought [][]needle

// Bounds on what is looked for: more tells nothing, and may have been pasted.
const (
	maxSearch = 400 // bytes
	maxSought = 16  // words
)

// NewSearch reads what somebody has typed. Every word must be found, in any order,
// in a job's [SearchText]: one or two letters at the beginning of a word, more
// anywhere; a short form such as n or st as a word, once more has been typed behind
// it. Words of addresses are found in every spelling, phones and numbers by
// their digits, and a job's number also as Hover's pages show it.
func NewSearch(typed string) Search {
	var s Search
	if len(typed) > maxSearch {
		typed = strings.ToValidUTF8(typed[:maxSearch], "")
	}
	folded := fold(typed)
	tokens := strings.Fields(folded)
	for i, token := range tokens {
		parts := alphanumeric(token)
		if len(parts) == 0 || len(s.words) == maxSought {
			continue
		}
		if token == "+1" { // of a phone: few write it down
			continue
		}
		typing := i == len(tokens)-1 && strings.HasSuffix(folded, token)
		s.words = append(s.words, waysOf(token, parts, typing))
	}
	// What is in the fewest jobs first: a number, then what is long.
	slices.SortStableFunc(s.words, func(a, b sought) int { return b.telling() - a.telling() })
	return s
}

// waysOf gives the ways to find a word. typing says that it may not be at its end.
func waysOf(token string, parts []string, typing bool) (ways sought) {
	whole := strings.Join(parts, "")
	ways = sought{{wordNeedle(whole)}}
	if len(whole) <= 2 && spellings[whole] != nil && !typing { // "s sycamore" is not just any s
		ways = sought{{newNeedle(" " + whole + " ")}}
	}
	if known := spellings[whole]; !slices.Contains(known, whole) { // else a text that has the one has the other, too
		for _, w := range known {
			ways = append(ways, []needle{newNeedle(" " + w + " ")})
		}
	}
	if len(whole) == 11 && whole[0] == '1' && digits(whole) == whole { // a phone with its country
		ways = append(ways, []needle{wordNeedle(whole[1:])})
	}
	if len(parts) == 1 {
		return ways
	}
	each := make([]needle, len(parts))
	for i, w := range parts {
		each[i] = wordNeedle(w)
	}
	ways = append(ways, each)
	if m := hoversNumber.FindStringSubmatch(token); m != nil {
		ways = append(ways, []needle{wordNeedle(m[1] + m[2])})
	}
	return ways
}

// hoversNumber is a job's number with the prefix that Hover's pages show, or in
// the address of one of them.
var hoversNumber = regexp.MustCompile(`^(?:\d{1,9}-(\d{5,19})|https?://[^\s?#]*/(\d{5,19})/?(?:[?#]\S*)?)$`)

// In says whether a job with that SearchText is found.
func (s Search) In(text []byte) bool {
	for _, w := range s.words {
		if !w.in(text) {
			return false
		}
	}
	return true
}

// A Match is a field of a job in which something was found: one of the fields below,
// and what stands in it.
type Match struct{ Field, Value string }

// The fields that a list does not show.
const (
	FieldCustomer  = "customer"
	FieldReference = "reference"
	FieldNumber    = "number"
	FieldPhone     = "phone"
	FieldEmail     = "email"
	FieldNote      = "note" // of who looks at it
)

// Elsewhere gives the fields in which those words are that stand neither in a job's
// name nor in its address.
func (s Search) Elsewhere(j Job, note string) (found []Match) {
	shown := []byte(SearchText(Job{Name: j.Name, Address: j.Address}))
	lacking := slices.DeleteFunc(slices.Clone(s.words), func(w sought) bool { return w.in(shown) })
	for _, f := range []struct {
		name, value string
		in          Job
	}{
		{FieldCustomer, j.Customer.Name, Job{Name: j.Customer.Name}},
		{FieldReference, j.ExternalID, Job{ExternalID: j.ExternalID}},
		{FieldNumber, j.ID.String(), Job{ID: j.ID}},
		{FieldPhone, j.Customer.Phone, Job{Customer: hover.Customer{Phone: j.Customer.Phone}}},
		{FieldEmail, j.Customer.Email, Job{Customer: hover.Customer{Email: j.Customer.Email}}},
		{FieldNote, note, Job{Name: note}},
	} {
		if f.value == "" {
			continue
		}
		text := []byte(SearchText(f.in))
		left := slices.DeleteFunc(slices.Clone(lacking), func(w sought) bool { return w.in(text) })
		if len(left) < len(lacking) { // a word is told once: whose name it is, not the address that holds it too
			found, lacking = append(found, Match{f.name, f.value}), left
		}
	}
	return found
}

// telling says how few jobs are likely to have a word.
func (w sought) telling() int {
	text := w[0][0].text
	if len(text) > 2 && digits(string(text)) != "" {
		return maxSearch + len(text)
	}
	return len(text)
}

func (w sought) in(text []byte) bool {
	for _, way := range w {
		all := true
		for i := range way {
			if !way[i].in(text) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

// wordNeedle looks for a word: a short one at the beginning of words only, since
// an n or an st is in most of them.
func wordNeedle(w string) needle {
	if len(w) <= 2 {
		w = " " + w
	}
	return newNeedle(w)
}
