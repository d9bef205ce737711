package hover

import (
	"encoding/json"
	"testing"
)

// FuzzScalar reads texts as encoding/json reads them, and nothing else as text.
func FuzzScalar(f *testing.F) {
	for _, s := range []string{
		`""`, `"`, `"complete"`, `"ä"`, `"\u00e4"`, `"a\"b"`, `"a"b"`, "\"a\tb\"", "\"\xff\"", `"open`, `12`, `-1.5e3`, `null`, `true`, `{}`, `[]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || b[0] != '"' {
			return
		}
		var want string
		err := json.Unmarshal(b, &want)
		if got, ok := scalar(b); ok != (err == nil) || got != want && ok {
			t.Errorf("%q is %q, %t; to encoding/json %q, %v", b, got, ok, want, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"event":"job-state-changed","webhook_id":12345,"job_id":1000042,"job_external_identifier":"2026-117","state":"complete","job_estimated_hours_to_completion":3.5}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}
