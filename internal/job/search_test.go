package job

import (
	"slices"
	"strings"
	"testing"

	"dormer/internal/hover"
)

func finds(j Job, typed string) bool { return NewSearch(typed).In([]byte(SearchText(j))) }

func TestAJobIsFoundByWhatAPersonRemembersOfIt(t *testing.T) {
	peña := Job{
		ID: "19402492", Name: "Peña residence", ExternalID: "ORD-88/b",
		Address:  hover.Address{Line1: "1420 N. Sycamore Ln", Line2: "Apt 4", City: "St. Louis", Region: "MO", PostalCode: "63101-1234"},
		Customer: hover.Customer{Name: "Inés O'Brien-Peña", Email: "ines@roofs.example.com", Phone: "+1 (317) 555-0143"},
	}
	long := Job{ID: "7", Address: hover.Address{Line1: "88 Southwest Harbor Boulevard", City: "Saint Paul"}, Customer: hover.Customer{Phone: "3175550143"}}
	for _, c := range []struct {
		job   Job
		typed string
		found bool
	}{
		{peña, "", true},
		{peña, "  ", true},
		{peña, "(", true}, // the first key of a phone
		{peña, "sycamore 1420", true},
		{peña, "PEÑA", true},
		{peña, "pena", true},
		{peña, "Pen\u0303a ine\u0301s", true},
		{peña, "obrien", true},
		{peña, "o’brien", true},
		{peña, "brien-pena", true},
		{peña, "1420 north sycamore lane", true},
		{peña, "1420 n sycamore ln", true},
		{peña, "1420 N. Sycamore Ln.", true},
		{peña, "sycamore south", false},
		{peña, "1420 s sycamore", false},
		{peña, "sycamore blvd", false},
		{peña, "sycamore st", true}, // of St. Louis
		{peña, "saint louis", true},
		{peña, "apartment 4", true},
		{peña, "#4", true},
		{peña, "63101", true},
		{peña, "63101-1234", true},
		{peña, "ORD88", true},
		{peña, "ord-88/B", true},
		{peña, "ord 88", true},
		{peña, "19402492", true},
		{peña, "2492", true},
		{peña, "123-19402492", true},
		{peña, "https://hover.to/wr/jobs/19402492?tab=files", true},
		{peña, "https://hover.to/wr/jobs/19402493", false},
		{peña, "317-555-0143", true},
		{peña, "(317) 555 0143", true},
		{peña, "+1 317 555 0143", true},
		{peña, "+13175550143", true},
		{peña, "1-317-555-0143", true},
		{peña, "3175550143", true},
		{peña, "317.555.0143", true},
		{peña, "0143", true},
		{peña, "317-555-0144", false},
		{peña, "ines@roofs.example.com", true},
		{peña, "sycamore peña 0143 2492 ord", true},
		{peña, "sycamore peña nobody", false},
		{long, "88 sw hbr blvd", true},
		{long, "s.w. harbor blv.", true},
		{long, "st paul", true},
		{long, "st. paul", true},
		{long, "southwest", true},
		{long, "+1 (317) 555-0143", true},
		{long, "1 317 555 0143", false}, // no 1 begins a word of it
		{Job{ID: "1", Address: hover.Address{Line1: "5 Ölberg Straße"}}, "olberg strasse", true},
		{Job{ID: "1", Name: "Łukasz Sørensen"}, "lukasz sorensen", true},
		{Job{ID: "1", Name: "株式会社ドーマー"}, "ドーマー", true},
		{Job{ID: "1", Address: hover.Address{Line1: "12 Elm Street", City: "Dayton"}}, "12 n elm", false},
		{Job{ID: "1", Address: hover.Address{Line1: "112 Elm Street"}}, "12 elm", false},
	} {
		if got := finds(c.job, c.typed); got != c.found {
			t.Errorf("%q finds %q: %v, want %v", c.typed, SearchText(c.job), got, c.found)
		}
	}
}

// While somebody types what is there, the job stays in the list: with every key,
// from the beginning of each word to its end.
func TestAJobStaysInTheListWhileItIsTyped(t *testing.T) {
	j := Job{
		ID: "19402492", Name: "Whitfield residence", Address: hover.Address{Line1: "1420 Northwest Sycamore Boulevard", City: "Fort Wayne", Region: "IN"},
		Customer: hover.Customer{Name: "Dana Whitfield", Phone: "(317) 555-0143"}, ExternalID: "CRM-88",
	}
	for _, whole := range []string{
		"1420 northwest sycamore boulevard", "1420 nw sycamore blvd", "whitfield dana", "(317) 555-0143", "317-555-0143", "ft wayne in",
		"fort wayne", "crm-88", "19402492", "residence whitfield 1420",
	} {
		for n := range len(whole) + 1 {
			if !finds(j, whole[:n]) {
				t.Errorf("%q does not find it", whole[:n])
			}
		}
	}
}

func TestWhateverIsPastedIsReadAtOnce(t *testing.T) {
	for _, typed := range []string{strings.Repeat("x ", 1_000_000), strings.Repeat("1-", 1_000_000), strings.Repeat("é", 1_000_000)} {
		if s := NewSearch(typed); len(s.words) > maxSought {
			t.Errorf("%d words are looked for", len(s.words))
		}
	}
}

func TestEveryStreetSuffixIsFoundInEitherForm(t *testing.T) {
	for line := range strings.Lines(postal) {
		ways := strings.Fields(line)
		if len(ways) == 0 {
			continue
		}
		for _, written := range ways {
			j := Job{ID: "1", Address: hover.Address{Line1: "9 Quarry " + written}}
			for _, typed := range ways {
				if !finds(j, "quarry "+typed) {
					t.Errorf("%q does not find 9 Quarry %s", typed, written)
				}
			}
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("1420 N. Sycamore Ln", "north lane")
	f.Add("+1 (317) 555-0143", "3175550143")
	f.Add("Peña", "e\u0301")
	f.Fuzz(func(t *testing.T, name, typed string) {
		j := Job{ID: "1", Name: name}
		finds(j, typed)
		for word := range strings.FieldsSeq(name) {
			if len(name) <= maxSearch && !finds(j, word) {
				t.Errorf("%q is not found in %q", word, name)
			}
		}
	})
}

// A word is told once, by the field that says most.
func TestAWordThatIsFoundElsewhereIsToldOnce(t *testing.T) {
	j := Job{ID: "19402519", Name: "1906 Prairie Ave", Customer: hover.Customer{Name: "Tom Beecher", Email: "tom.beecher@example.com", Phone: "402-555-0134"}}
	for typed, want := range map[string][]Match{
		"prairie":      nil,
		"beecher":      {{FieldCustomer, "Tom Beecher"}},
		"beecher 0134": {{FieldCustomer, "Tom Beecher"}, {FieldPhone, "402-555-0134"}},
		"example.com":  {{FieldEmail, "tom.beecher@example.com"}},
		"dumpster":     {{FieldNote, "needs a dumpster"}},
	} {
		if got := NewSearch(typed).Elsewhere(j, "needs a dumpster"); !slices.Equal(got, want) {
			t.Errorf("%q is found in %v, want %v", typed, got, want)
		}
	}
}
