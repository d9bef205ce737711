package simulator

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// FuzzWordsInAPDF: whatever a job is called, the text keeps its length and its
// brackets stay closed.
func FuzzWordsInAPDF(f *testing.F) {
	for _, s := range []string{"", "1420 Sycamore Lane", `a(b)c\`, "日本", strings.Repeat("(", 50), "x\x00\n\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		const blank = "@street......@"
		got := intoPDF(blank, word)
		if len(got) != len(blank) {
			t.Fatalf("%q became %d bytes long", word, len(got))
		}
		plain := strings.NewReplacer(`\\`, "", `\(`, "", `\)`, "").Replace(got)
		if strings.ContainsAny(plain, `()\`) || strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' }) {
			t.Fatalf("%q became %q", word, got)
		}
	})
}

// FuzzSwitchesFromOutside: what the control surface accepts it can also tell.
func FuzzSwitchesFromOutside(f *testing.F) {
	for _, s := range []string{`{}`, `{"delay":"1.5s","answers":[{"path":"/x","retry_after":"3s"}]}`, `{"delay":3}`, `{"nonsense":1}`, `[]`, `{"rate_limit":1e9}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := defaultFaults()
		if json.Unmarshal([]byte(s), &a) != nil {
			return
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var again Faults
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if len(a.Answers) == 0 {
			a.Answers, again.Answers = nil, nil
		}
		if !reflect.DeepEqual(a, again) {
			t.Fatalf("%+v became %+v", a, again)
		}
	})
}
