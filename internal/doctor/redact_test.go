package doctor

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatNobodyToldOfIsTakenOutByRule(t *testing.T) {
	r := NewRedactor(nil)
	for _, c := range []struct{ text, secret, stays string }{
		{"got Authorization: Bearer abc123 from Hover", "abc123", "from Hover"},
		{`headers={"Cookie": "session=s3cr3t"}`, "s3cr3t", "headers"},
		{"posted to https://x.ngrok.app/hover/0123456789abcdef0123456789abcdef in time", "456789abcdef", "https://x.ngrok.app/hover/0123… in time"},
		{"path=/hover/0123456789abcdef0123456789abcdef", "456789abcdef", "path=/hover/0123…"},
		{"back at https://x.ngrok.app/oauth/callback?code=Zz9&state=q1", "Zz9", "/oauth/callback"},
		{"get https://storage.example/houses/ann-lee.pdf?X-Amz-Signature=77", "ann-lee", "storage.example"},
		{"through http://ann:hunter2@proxy.example:3128", "hunter2", "proxy.example:3128"},
		{"ngrok_authtoken=2abc_x is wrong", "2abc_x", "is wrong"},
		{"client_secret: tiny!", "tiny", "client_secret"},
		{"code=ERR_NGROK_108 account", "\x00", "ERR_NGROK_108 account"},
		{`"code":"918273" came`, "918273", "came"},
		{"Hover says: ann.lee+roof@mail.example.com is not known", "ann.lee", "is not known"},
		{"call (317) 555-0142 or 317-555-0142 or +1 317 555 0142", "0142", "call"},
		{"phone 3175550142.", "3175550142", "phone"},
		{"token 2NzXq8aBcDeFgHiJkLmNoPqRsTuVwXyZ_7abcdefgh", "2NzXq8", "token"},
		{"ALERT 1420 Sycamore Lane is measured  says=\"Ann Lee\"\nnext line", "Sycamore", "next line"},
		{"saved /home/ann/Documents/Dormer/1420 Sycamore Lane/measurements.pdf  job=1", "Sycamore", "saved"},
		{`{"time":"2026-03-04T05:06:07Z","msg":"ALERT Sycamore is measured"}`, "Sycamore", "2026-03-04T05:06:07Z"},
		{"2026-03-04 05:06:07 event=project-management-production-list-approval-changed job=19402492 seq=17", "\x00", "2026-03-04 05:06:07 event=project-management-production-list-approval-changed job=19402492 seq=17"},
	} {
		got := r.Text(c.text)
		if strings.Contains(got, c.secret) {
			t.Errorf("%q became %q, which still tells %q", c.text, got, c.secret)
		}
		if !strings.Contains(got, c.stays) {
			t.Errorf("%q became %q, without %q", c.text, got, c.stays)
		}
	}
}

func TestAKnownValueIsFoundHoweverItIsSpelt(t *testing.T) {
	const secret = `ab"c/d&e f`
	r := NewRedactor(map[string]string{secret: "the secret", "ab": "too short", "ab\"c/d&e f and more": "the longer one"})
	asJSON, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{secret, strings.ToLower(secret), url.QueryEscape(secret), url.PathEscape(secret), string(asJSON), `ab\"c/d&e f`} {
		if got := r.Text("x " + text + " y"); got != "x [the secret] y" && got != `x "[the secret]" y` {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := r.Text(secret + " and more, about it"); got != "[the longer one], about it" {
		t.Errorf("of two that begin alike: %q", got)
	}
}

func TestRedactedJSONIsStillJSON(t *testing.T) {
	r := NewRedactor(map[string]string{"Ann Lee": "a customer"})
	text, err := r.JSON(map[string]any{
		"Ann Lee": 1, "access_token": "x", "empty_token": "", "list": []any{"mail ann@example.com", 12345678901234567890.0, nil, true},
		"in": map[string]string{"says": `"quoted" Ann Lee \ back`},
	})
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if strings.Contains(text, "Ann Lee") || strings.Contains(text, "ann@") || back["access_token"] != "[removed]" || back["empty_token"] != "" {
		t.Error(text)
	}
	if in, _ := back["in"].(map[string]any); in["says"] != `"quoted" [a customer] \ back` {
		t.Error(text)
	}
}

func FuzzNoTextKeepsAKnownSecret(f *testing.F) {
	f.Add("before ", "s3cr3t-value", " after")
	f.Add("https://x?code=", "abc def", "&x")
	f.Add("Bearer ", `q"uote\`, "")
	f.Fuzz(func(t *testing.T, before, value, after string) {
		// What is put in a value's place must not be made of it, and surrounding
		// blanks are no part of a secret.
		value = strings.TrimSpace(value)
		if len(value) < 6 || !utf8.ValidString(value) || strings.Contains("[the known value] [left out] [removed] [e-mail] [phone] [address]", value) {
			t.Skip("it is no secret")
		}
		r := NewRedactor(map[string]string{value: "the known value"})
		if strings.Contains(before, value) || strings.Contains(after, value) {
			t.Skip("it is there more than once")
		}
		got := r.Text(before + value + after)
		if n := strings.Count(before+value+after, value); n == 1 && strings.Contains(got, value) {
			t.Errorf("%q is still in %q", value, got)
		}
	})
}
