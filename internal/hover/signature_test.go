package hover

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

// vector is a delivery whose signatures were computed by other means than this
// code: with Python and with OpenSSL, from Hover's documented formula.
type vector struct {
	name              string
	secret, uri, date string
	body              string
	md5, s256, s1     string
	webhook           WebhookID
}

var vectors = []vector{
	{
		name:   "a job is completed",
		secret: strings.Repeat("A", 86) + "==", uri: "/hook", date: "Tue, 14 Oct 2025 17:00:00 GMT", webhook: "12343",
		body: `{"event":"job-state-changed-v2","webhook_id":12343,"job_id":19402492,"state":"completed"}`,
		md5:  "vLdsq6CnwRT2k1T7vnyi9A==",
		s256: "l+dOvWV0jg52EcV9YSq6lJVsdxKy4QwP0EmCLozEJ6E=", s1: "46VNJURpkJU83abreuMOrGNWURc=",
	},
	{
		name:   "a verification code",
		secret: "NDYBduht2zrCg6fMXFWadfsT8fT3gQskoFPmRen7KcksDQBqmrpHqcGdgN70ObRqLLjQxBxrTol/lia3WRHtQA==",
		uri:    "/hover/webhook", date: "Mon, 11 Sep 2023 16:39:02 GMT", webhook: "12343",
		body: `{"event":"webhook-verification-code","code":"4addd2b9-5cd7-497f-9f32-52ff0718ddbb","webhook_id":12343}`,
		md5:  "aXh1kcbZLmLUyv7C8av8dg==",
		s256: "aWTZfklQbJfsYbzSTZyqmVZ31WOccpIvBAHa64/TRwg=", s1: "cM80u2VZZsJp8rrKq+tJ3nK9Nw8=",
	},
}

func (v vector) delivery() Delivery {
	return Delivery{
		Header: http.Header{
			"Content-Type":        {"application/json"},
			"Content-Md5":         {v.md5},
			"Date":                {v.date},
			"Hover-Signature-256": {"sha256=" + string(v.webhook) + ":" + v.s256},
			"Hover-Signature":     {"sha1=" + string(v.webhook) + ":" + v.s1},
		},
		RequestURI: v.uri, URL: "https://example.test" + v.uri, Body: []byte(v.body),
	}
}

var likeliest = Reading{Algorithm: SHA256, URI: URIPath, Key: KeyText, ContentType: ContentTypeSent}

func TestSignaturesComputedElsewhereMatch(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			d := v.delivery()
			if got := ContentMD5(d.Body); got != v.md5 {
				t.Errorf("ContentMD5 = %s, want %s", got, v.md5)
			}
			if r, ok := Match(d, v.secret, Reading{}); !ok || r != likeliest {
				t.Errorf("Match = %v, %v, want the likeliest reading", r, ok)
			}
			d.Header.Del(HeaderSignature256)
			if r, ok := Match(d, v.secret, Reading{}); !ok || r.Algorithm != SHA1 {
				t.Errorf("with SHA1 alone Match = %v, %v", r, ok)
			}
			signed := v.delivery()
			signed.Header.Del(HeaderSignature256)
			signed.Header.Del(HeaderSignature)
			Sign(signed, v.secret, v.webhook, Reading{})
			for _, h := range []string{HeaderSignature256, HeaderSignature} {
				if got, want := signed.Header.Get(h), v.delivery().Header.Get(h); got != want {
					t.Errorf("Sign set %s to %s, want %s", h, got, want)
				}
			}
		})
	}
}

func TestEveryReadingIsFoundAndPinned(t *testing.T) {
	secret := vectors[1].secret
	d := Delivery{
		Header: http.Header{
			"Content-Type": {"application/json; charset=utf-8"},
			"Date":         {"Tue, 14 Oct 2025 17:00:00 GMT"},
		},
		RequestURI: "/hook?key=1", URL: "https://example.test/hook?key=1", Body: []byte(`{"event":"x"}`),
	}
	if n := len(Readings()); n != 96 {
		t.Fatalf("there are %d readings", n)
	}
	for _, want := range Readings() {
		t.Run(want.String(), func(t *testing.T) {
			d := d
			d.Header = d.Header.Clone()
			Sign(d, secret, "7", want)
			if want.Algorithm == SHA1 {
				d.Header.Del(HeaderSignature256)
			}
			if got, ok := Match(d, secret, Reading{}); !ok || got != want {
				t.Errorf("unpinned: %v, %v", got, ok)
			}
			if got, ok := Match(d, secret, want); !ok || got != want {
				t.Errorf("pinned: %v, %v", got, ok)
			}
			for _, other := range Readings() {
				up := other
				up.Algorithm = SHA256
				if _, ok := Match(d, secret, other); ok && other != want && up != want {
					t.Errorf("pinned to %v it matched too", other)
				}
			}
			d.Body = []byte(`{"event":"y"}`)
			if _, ok := Match(d, secret, Reading{}); ok {
				t.Error("another body matched")
			}
		})
	}
}

func TestDeliveriesThatMustNotMatch(t *testing.T) {
	v := vectors[0]
	for name, spoil := range map[string]func(*Delivery){
		"no signature": func(d *Delivery) {
			d.Header.Del(HeaderSignature)
			d.Header.Del(HeaderSignature256)
		},
		"another body":                func(d *Delivery) { d.Body = append(d.Body, ' ') },
		"another path":                func(d *Delivery) { d.RequestURI, d.URL = "/hooks", "https://example.test/hooks" },
		"another date":                func(d *Delivery) { d.Header.Set("Date", "Tue, 14 Oct 2025 17:00:01 GMT") },
		"no date":                     func(d *Delivery) { d.Header.Del("Date") },
		"another content type":        func(d *Delivery) { d.Header.Set("Content-Type", "text/plain") },
		"a Content-MD5 that is wrong": func(d *Delivery) { d.Header.Set("Content-MD5", ContentMD5(nil)) },
		"a second Content-MD5":        func(d *Delivery) { d.Header.Add("Content-MD5", ContentMD5(nil)) },
		"an old body under its own MD5 header": func(d *Delivery) {
			d.Body = []byte(`{"event":"forged"}`) // header and signature are those of the true body
		},
		"schemes swapped": func(d *Delivery) {
			a, b := d.Header.Get(HeaderSignature), d.Header.Get(HeaderSignature256)
			d.Header.Set(HeaderSignature, b)
			d.Header.Set(HeaderSignature256, a)
		},
		"no scheme": func(d *Delivery) {
			for _, h := range []string{HeaderSignature, HeaderSignature256} {
				_, rest, _ := strings.Cut(d.Header.Get(h), "=")
				d.Header.Set(h, rest)
			}
		},
		"hexadecimal": func(d *Delivery) {
			d.Header.Del(HeaderSignature)
			d.Header.Set(HeaderSignature256, "sha256=12343:97e74ebd65748e0e7611c57d612aba94956c7712b2e10c0fd049822e8cc427a1")
		},
		"cut short": func(d *Delivery) {
			d.Header.Del(HeaderSignature)
			d.Header.Set(HeaderSignature256, "sha256=12343:"+base64.StdEncoding.EncodeToString([]byte("short")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := v.delivery()
			spoil(&d)
			if r, ok := Match(d, v.secret, Reading{}); ok {
				t.Errorf("matched by %v", r)
			}
		})
	}
	if _, ok := Match(v.delivery(), strings.Repeat("B", 86)+"==", Reading{}); ok {
		t.Error("another secret matched")
	}
	empty := v.delivery()
	Sign(empty, "", "1", Reading{})
	if _, ok := Match(empty, "", Reading{}); ok {
		t.Error("an empty secret matched: nothing would be kept out")
	}
}

func TestContentMD5HeaderMayBeAbsent(t *testing.T) {
	d := vectors[0].delivery()
	d.Header.Del("Content-MD5")
	if _, ok := Match(d, vectors[0].secret, Reading{}); !ok {
		t.Error("the body's own MD5 was not used")
	}
}

func TestAGoodSignatureBesideBadOnes(t *testing.T) {
	v := vectors[0]
	good := v.delivery().Header.Get(HeaderSignature256)
	other := "sha256=12343:" + base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, values := range map[string][]string{
		"an unreadable one first":     {"%%%", good},
		"an unreadable one after":     {good, "sha256=12343"},
		"the old secret's one first":  {other, good},
		"both in one line":            {other + ", " + good},
		"a huge one first":            {strings.Repeat("x", 1<<20), good},
		"one of a later scheme first": {"sha512=12343:" + strings.Repeat("A", 86) + "==", good},
	} {
		t.Run(name, func(t *testing.T) {
			d := v.delivery()
			d.Header[HeaderSignature256] = values
			d.Header.Del(HeaderSignature)
			if _, ok := Match(d, v.secret, Reading{}); !ok {
				t.Error("did not match")
			}
		})
	}
}

func TestThePinOnlyGoesUp(t *testing.T) {
	v := vectors[0]
	old := likeliest
	old.Algorithm = SHA1
	if r, ok := Match(v.delivery(), v.secret, old); !ok || r != likeliest {
		t.Errorf("a delivery with both: %v, %v, want the better reading to pin", r, ok)
	}
	d := v.delivery()
	d.Header.Del(HeaderSignature256)
	if r, ok := Match(d, v.secret, old); !ok || r != old {
		t.Errorf("a delivery with SHA1 alone: %v, %v", r, ok)
	}
	if r, ok := Match(d, v.secret, likeliest); ok {
		t.Errorf("SHA1 alone was taken after SHA256 was pinned: %v", r)
	}
	d.Header.Set(HeaderSignature256, "sha256=12343:"+base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if r, ok := Match(d, v.secret, likeliest); ok {
		t.Errorf("SHA1 was taken beside a bad SHA256: %v", r)
	}
}

func TestSignaturesAreListedBestFirst(t *testing.T) {
	v := vectors[0]
	got := Signatures(v.delivery().Header)
	if len(got) != 2 || got[0].Algorithm != SHA256 || got[1].Algorithm != SHA1 || got[0].Webhook != v.webhook || len(got[1].MAC) != 20 {
		t.Errorf("Signatures = %+v", got)
	}
	uuid := http.Header{}
	uuid.Set(HeaderSignature256, "sha256=03947FE2-28C3-4EB1-AD44-B4258B3345BB:"+v.s256)
	if got := Signatures(uuid); len(got) != 1 || got[0].Webhook != "03947FE2-28C3-4EB1-AD44-B4258B3345BB" {
		t.Errorf("a webhook with a UUID: %+v", got)
	}
	for _, bad := range []string{
		"", "sha256=", "sha256=:" + v.s256, "sha256=12343", "sha256=12343:", "sha256=1 2:" + v.s256, "SHA256=12343:" + v.s256,
		"sha256=12343:" + strings.TrimRight(v.s256, "="), "sha256=12343:" + v.s256 + "AAAA", "sha256=" + strings.Repeat("9", 200) + ":" + v.s256,
		// The last character before the padding carries bits that no encoder sets.
		"sha256=12343:" + strings.Replace(v.s256, "6E=", "6F=", 1),
	} {
		if got := Signatures(http.Header{HeaderSignature256: {bad}}); len(got) != 0 {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
	many := http.Header{}
	for range 100 {
		many.Add(HeaderSignature256, "sha256=1:"+v.s256)
	}
	if n := len(Signatures(many)); n != maxSignatures {
		t.Errorf("%d signatures of 100 were kept", n)
	}
}

func TestALineOfSignaturesIsBounded(t *testing.T) {
	v := vectors[0]
	line := v.delivery().Header.Get(HeaderSignature256) + strings.Repeat(",", maxSignatureLine)
	if got := Signatures(http.Header{HeaderSignature256: {line}}); len(got) != 0 {
		t.Errorf("a line of %d bytes gave %+v", len(line), got)
	}
}

func TestTheRootIsSignedAsASlash(t *testing.T) {
	v := vectors[0]
	d := v.delivery()
	d.RequestURI = "/"
	Sign(d, v.secret, v.webhook, likeliest)
	d.RequestURI = ""
	if r, ok := Match(d, v.secret, Reading{}); !ok || r != likeliest {
		t.Errorf("Match = %v, %v", r, ok)
	}
}

func TestASecretThatTheReadingCannotUse(t *testing.T) {
	d := Delivery{Header: http.Header{}, RequestURI: "/", Body: []byte("{}")}
	Sign(d, "no base64!", "1", Reading{Algorithm: SHA256, URI: URIPath, Key: KeyDecoded, ContentType: ContentTypeSent})
	if len(Signatures(d.Header)) != 0 {
		t.Errorf("signed with %v", d.Header)
	}
	Sign(d, "no base64!", "1", Reading{})
	if r, ok := Match(d, "no base64!", Reading{}); !ok || r.Key != KeyText {
		t.Errorf("as text: %v, %v", r, ok)
	}
}

func TestReadingsAreWrittenAndReadBack(t *testing.T) {
	if s := likeliest.String(); s != "sha256 path text sent" {
		t.Errorf("the likeliest reading is written %q", s)
	}
	for _, r := range append(Readings(), Reading{}) {
		if got, err := ParseReading(r.String()); err != nil || got != r {
			t.Errorf("%q was read back as %v, %v", r, got, err)
		}
	}
	for _, s := range []string{"md5 path text sent", "sha256 path text", "sha256  path text sent", "none"} {
		if r, err := ParseReading(s); err == nil {
			t.Errorf("%q was read as %v", s, r)
		}
	}
	if Readings()[0] != likeliest {
		t.Error("the likeliest reading is not tried first")
	}
}

func TestDateSkewIsShownEitherWay(t *testing.T) {
	h := http.Header{"Date": {"Tue, 14 Oct 2025 17:00:00 GMT"}}
	sent := time.Date(2025, 10, 14, 17, 0, 0, 0, time.UTC)
	if d, ok := DateSkew(h, sent.Add(20*time.Minute)); !ok || d != 20*time.Minute {
		t.Errorf("an old delivery: %v, %v", d, ok)
	}
	if d, ok := DateSkew(h, sent.Add(-time.Minute)); !ok || d != -time.Minute {
		t.Errorf("a delivery from the future: %v, %v", d, ok)
	}
	for _, bad := range []http.Header{{}, {"Date": {"yesterday"}}} {
		if _, ok := DateSkew(bad, sent); ok {
			t.Errorf("%v has a date", bad)
		}
	}
}

func FuzzSignatures(f *testing.F) {
	v := vectors[0]
	f.Add("sha256=12343:"+v.s256, "sha1=12343:"+v.s1)
	f.Add("sha256=12343:"+v.s256+",sha256=12343:"+v.s256, "")
	f.Add("sha1=12343:"+v.s1, "sha256=12343:"+v.s256)
	f.Add("sha256=::,,=", "sha1=\x00:====")
	f.Fuzz(func(t *testing.T, new, old string) {
		h := http.Header{HeaderSignature256: {new}, HeaderSignature: {old}}
		all := Signatures(h)
		if len(all) > maxSignatures {
			t.Fatalf("%d signatures", len(all))
		}
		for _, s := range all {
			if !validID(string(s.Webhook)) || s.Webhook == "" || len(s.MAC) != newHash(s.Algorithm)().Size() {
				t.Fatalf("%+v", s)
			}
		}
		// Whatever was put there without the secret, it is no signature of this.
		d := Delivery{Header: h, RequestURI: "/hook", Body: []byte(v.body)}
		if r, ok := Match(d, "a secret that no input knows", Reading{}); ok {
			t.Fatalf("matched by %v", r)
		}
	})
}
