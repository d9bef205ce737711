package doctor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
)

const hookSecret = "c2VjcmV0IG9mIHRoZSB3ZWJob29rLCAzMiBieXRlcw=="

// strange is a delivery that is signed as Hover's pages do not say.
func strange(change func(*hover.Delivery)) hover.Delivery {
	d := hover.Delivery{
		Header: http.Header{
			"Content-Type": {"application/json"}, "Date": {"Mon, 11 Sep 2023 16:39:02 GMT"}, "User-Agent": {"Hover 2 (ann@example.com)"},
			"Cookie": {"session=s3cr3t"}, "X-Forwarded-For": {"203.0.113.7"},
		},
		RequestURI: "/hover/0123456789abcdef0123456789abcdef", URL: "https://x.ngrok.app/hover/0123456789abcdef0123456789abcdef",
		Body: []byte(`{"event":"job-state-changed-v2","job_id":1,"customer":{"email":"ann@example.com"}}`),
	}
	m := hmac.New(sha256.New, []byte(hookSecret))
	m.Write(append([]byte("1757000000."), d.Body...))
	d.Header.Set("X-Hover-Hmac", "t=1757000000,v1="+hex.EncodeToString(m.Sum(nil)))
	if change != nil {
		change(&d)
	}
	return d
}

func TestTheReportOfADeliveryHasAllThatAReadingIsMadeOf(t *testing.T) {
	u := Keep(strange(nil), "7", hookSecret, noon)
	if !u.Signed() {
		t.Error("it is taken for unsigned")
	}
	r := u.Report(hookSecret)
	all := map[string]string{}
	for _, h := range r.Headers {
		all[h.Name] = h.Shape
	}
	for name, want := range map[string]string{
		"X-Hover-Hmac": "t=<10 digits>,v1=<hex of 32 bytes>", "Content-Type": "application/json", "Date": "<a date as HTTP writes it>",
	} {
		if all[name] != want {
			t.Errorf("%s has the shape %q, want %q", name, all[name], want)
		}
	}
	if r.Called != "POST /hover/<hex of 16 bytes>" || r.Secret != "<base64 of 31 bytes>" && r.Secret != "<base64 of 32 bytes>" || r.Body.Kind != bodyJSON || r.Body.MD5 != "no header tells it" {
		t.Errorf("%+v", r)
	}
	if !slices.Contains(r.Body.Fields, "customer.email string") {
		t.Errorf("the fields are %q", r.Body.Fields)
	}
	if n := len(r.Tried[hover.NoSignature]); n != len(hover.Readings()) {
		t.Errorf("%d readings were told to lack a signature: %v", n, r.Tried)
	}
	if want := "X-Hover-Hmac: HMAC-SHA256 in hex by the text key over the moment in X-Hover-Hmac, body, joined by a full stop"; !slices.Contains(r.Fits, want) {
		t.Errorf("what fits is %q, want %q", r.Fits, want)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{"ann@", "s3cr3t", hookSecret, "0123456789abcdef", "203.0.113", "x.ngrok", "1757000000"} {
		if strings.Contains(string(b), told) {
			t.Errorf("the report tells %q: %s", told, b)
		}
	}
	text, err := NewRedactor(nil).JSON(r)
	if err != nil || !strings.Contains(text, "v1=<hex of 32 bytes>") || !strings.Contains(text, "joined by a full stop") || strings.Contains(text, "[removed]") {
		t.Errorf("redacted it is %s, %v", text, err)
	}
}

func TestWhatASignatureIsMadeOfIsTold(t *testing.T) {
	u := Unmatched{Webhook: "12343"}
	for value, want := range map[string]string{
		"sha256=12343:pkDlQyQnAsZ6EjnfCm6zIvKGxc9OtJ9nStAa1QRx8TY=":                 "sha256=<our webhook>:<base64 of 32 bytes>",
		"sha1=99:cM80u2VZZsJp8rrKq+tJ3nK9Nw8=":                                      "sha1=<2 digits>:<base64 of 20 bytes>",
		`keyId="k1",algorithm="hmac-sha256",signature="` + strings.Repeat("ab", 32): `keyId="<2 characters>",algorithm="hmac-sha256",signature="<hex of 32 bytes>`,
		"APIAuth-HMAC-SHA256 12343:pkDlQyQnAsZ6EjnfCm6zIvKGxc9OtJ9nStAa1QRx8TY=":    "APIAuth-HMAC-SHA256 <our webhook>:<base64 of 32 bytes>",
		"/+DlQyQnAsZ6EjnfCm6zIvKGxc9OtJ9nStAa1QRx8T8=":                              "<base64 of 32 bytes>",
		"Ann Lee\x00 é": "<3 characters> <3 characters>? ?",
	} {
		if got := u.form(value); got != want {
			t.Errorf("%q has the form %q, want %q", value, got, want)
		}
	}
}

func TestASecretInAHeaderIsNotKept(t *testing.T) {
	d := strange(func(d *hover.Delivery) {
		d.Header = http.Header{"X-Hover-Token": {"key " + hookSecret}, "Authorization": {"Bearer somebody-elses"}}
	})
	u := Keep(d, "7", hookSecret, noon)
	if kept := fmt.Sprint(u.Header); strings.Contains(kept, hookSecret) || strings.Contains(kept, "elses") {
		t.Errorf("kept is %s", kept)
	}
	if r := u.Report(hookSecret); !slices.Contains(r.Fits, "X-Hover-Token: the secret itself, as text") || !u.Signed() {
		t.Errorf("%+v", r)
	}
	if back := u.Delivery(hookSecret); back.Header.Get("X-Hover-Token") != "key "+hookSecret {
		t.Errorf("it came back as %v", back.Header)
	}
}

func TestOfTheDeliveriesThatNobodyReadsOneOfEachShapeIsKept(t *testing.T) {
	var all []Unmatched
	add := func(at time.Time, change func(*hover.Delivery)) (fresh bool) {
		all, fresh = Collect(all, Keep(strange(change), "7", "", at))
		return fresh
	}
	if !add(noon, nil) || add(noon.Add(time.Hour), func(d *hover.Delivery) { d.Body = []byte(`{"event":"model-created"}`) }) {
		t.Error("what has the same shape is told as new")
	}
	if len(all) != 1 || all[0].Count != 2 || !all[0].First.Equal(noon) || !strings.Contains(string(all[0].Body), "model-created") {
		t.Errorf("kept is %+v", all)
	}
	for i := range 100 {
		add(noon.Add(time.Duration(i+2)*time.Hour), func(d *hover.Delivery) {
			d.Header.Set(fmt.Sprintf("X-Flood-%d", i), "x")
			d.Header.Set("X-Long", strings.Repeat("x", 5000))
			d.Body = make([]byte, 1<<20)
		})
	}
	if len(all) != maxUnmatched {
		t.Errorf("%d are kept", len(all))
	}
	if b, err := json.Marshal(all); err != nil || len(b) > maxUnmatched*(MaxUnmatchedBody*2+maxHeaderNames*maxHeaderValue) {
		t.Errorf("they take %d bytes, %v", len(b), err)
	}
}

func FuzzTheReportTellsNothingThatWasPosted(f *testing.F) {
	f.Add("X-Signature", "1420 Sycamore Lane", `{"a":"b"}`)
	f.Add("Authorization", "AnnLee2024", "x=1")
	f.Fuzz(func(t *testing.T, name, value, body string) {
		const private = "Sycamore1420Lane"
		d := strange(func(d *hover.Delivery) {
			d.Header[http.CanonicalHeaderKey(name)] = []string{value + private, private + "=" + value}
			d.Body = []byte(body)
		})
		r := Keep(d, "7", "", noon).Report("")
		for _, h := range r.Headers {
			if strings.Contains(h.Shape, private) && !strings.Contains(h.Shape, private+"=") {
				t.Errorf("%s is told as %q", h.Name, h.Shape)
			}
		}
	})
}
