package hover

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestADeliveryInHandIsRead reads every delivery in testdata/deliveries by the
// reading that it names. A reading is added with such a delivery: what the doctor
// wrote at the computer where it came stays there, and is tried here by
// DORMER_DELIVERY=FILE.
func TestADeliveryInHandIsRead(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "deliveries", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d deliveries, %v", len(files), err)
	}
	if path := os.Getenv("DORMER_DELIVERY"); path != "" {
		files = append(files, path)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v Vector
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		r, ok := Match(v.Delivery(), v.Secret, Reading{})
		if !ok || v.Reading != "" && r.String() != v.Reading {
			t.Errorf("%s: read as %q (%v), want %q; what fits beside the readings: %q", path, r, ok, v.Reading, Guess(v.Delivery(), v.Secret))
		}
		changed := v.Delivery()
		changed.Body = append(changed.Body, ' ')
		if _, ok := Match(changed, v.Secret, r); ok {
			t.Errorf("%s: the reading %q does not cover the body", path, r)
		}
	}
}

const (
	inHand   = `{"event":"job-state-changed-v2","webhook_id":7,"job_id":1,"state":"completed"}`
	moment17 = "1757000000"
)

// posted is a delivery that is not signed yet.
func posted() Delivery {
	return Delivery{
		Header:     http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Date": {"Mon, 11 Sep 2023 16:39:02 GMT"}},
		RequestURI: "/hover/0123456789abcdef0123456789abcdef?from=hover",
		URL:        "https://office.example/hover/0123456789abcdef0123456789abcdef?from=hover", Body: []byte(inHand),
	}
}

func sum(make func() hash.Hash, key, text string) []byte {
	m := hmac.New(make, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

// Hover may sign as one of the services does that people know: whoever has the
// delivery and the secret is told how.
func TestHowADeliveryIsSignedIsFoundOutWhereAnotherServiceSignsSo(t *testing.T) {
	const secret = "c2VjcmV0IG9mIHRoZSB3ZWJob29rLCAzMiBieXRlcw=="
	decoded, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	const date = "Mon, 11 Sep 2023 16:39:02 GMT"
	const path = "/hover/0123456789abcdef0123456789abcdef"
	for want, sign := range map[string]func(h http.Header){
		"X-Hub-Signature-256: HMAC-SHA256 in hex by the text key over body": func(h http.Header) {
			h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(sum(sha256.New, secret, inHand)))
		},
		"Stripe-Signature: HMAC-SHA256 in hex by the text key over the moment in Stripe-Signature, body, joined by a full stop": func(h http.Header) {
			h.Set("Stripe-Signature", "t="+moment17+",v1="+hex.EncodeToString(sum(sha256.New, secret, moment17+"."+inHand)))
		},
		"X-Shopify-Hmac-Sha256: HMAC-SHA256 in base64 by the base64-decoded key over body": func(h http.Header) {
			h.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(sum(sha256.New, string(decoded), inHand)))
		},
		"Hover-Signature: HMAC-SHA1 in base64 by the text key over content type, base64 MD5 of the body, path, Date, joined by a line feed": func(h http.Header) {
			text := strings.Join([]string{"application/json; charset=utf-8", ContentMD5([]byte(inHand)), path, date}, "\n")
			h.Set("Hover-Signature", "sha1=7:"+base64.StdEncoding.EncodeToString(sum(sha1.New, secret, text)))
		},
		"Hover-Signature-512: HMAC-SHA512 in base64 by the text key over content type, base64 MD5 of the body, path, Date, joined by a comma": func(h http.Header) {
			text := strings.Join([]string{"application/json; charset=utf-8", ContentMD5([]byte(inHand)), path, date}, ",")
			h.Set("Hover-Signature-512", "sha512=7:"+base64.StdEncoding.EncodeToString(sum(sha512.New, secret, text)))
		},
		"X-Hover-Token: the secret itself, as text": func(h http.Header) { h.Set("X-Hover-Token", secret) },
	} {
		d := posted()
		sign(d.Header)
		if _, ok := Match(d, secret, Reading{}); ok {
			t.Errorf("%s is a reading, and this tells nothing", want)
		}
		if found := Guess(d, secret); !slices.Contains(found, want) {
			t.Errorf("found %q, want %q", found, want)
		}
		if found := Guess(d, "another secret"); len(found) > 0 {
			t.Errorf("with another secret %q fits", found)
		}
		d.Body = append(d.Body, ' ')
		if found := Guess(d, secret); len(found) > 0 && !strings.Contains(want, "itself") {
			t.Errorf("of another body %q fits", found)
		}
	}
}

func TestEachReadingSaysHowItEnded(t *testing.T) {
	const secret = "not base64!"
	d := posted()
	Sign(d, secret, "7", Reading{SHA256, URIPath, KeyText, ContentTypeSent, MethodNone, BodyMD5})
	d.Header.Del(HeaderSignature)
	all := Try(d, secret)
	n := 0
	for _, of := range all {
		n += len(of)
	}
	if n != len(readings) || len(all[Matches]) != 1 || all[Matches][0].String() != "sha256 path text sent" {
		t.Errorf("of %d readings %d were tried, and %v match", len(readings), n, all[Matches])
	}
	for _, r := range all[NoSignature] {
		if r.Algorithm != SHA1 {
			t.Errorf("%s had a signature", r)
		}
	}
	if len(all[NoSignature]) != len(readings)/2 || len(all[NoKey]) != len(readings)/4 || len(all[Differs]) != len(readings)/4-1 {
		t.Errorf("%v", all)
	}
	d.Header.Set("Content-Md5", ContentMD5([]byte("another")))
	if all := Try(d, secret); len(all[Matches]) != 0 || len(all[OtherBody]) == 0 {
		t.Errorf("with the sum of another body: %v", all)
	}
}

func FuzzNothingFitsWhatWasNotSignedWithTheSecret(f *testing.F) {
	f.Add("X-Signature", "sha256=abcdef", "{}", "secret")
	f.Add("T", strings.Repeat("ab", 32), "", "s")
	f.Fuzz(func(t *testing.T, name, value, body, secret string) {
		if len(secret) < 4 || strings.Contains(value, secret) || len(body) > 200 || len(value) > 500 {
			t.Skip("it stands there itself")
		}
		d := posted()
		d.Header[http.CanonicalHeaderKey(name)] = []string{value}
		d.Body = []byte(body)
		if found := Guess(d, secret); len(found) > 0 && !strings.Contains(strings.Join(d.Header["Date"], "")+strings.Join(d.Header["Content-Type"], ""), secret) {
			t.Errorf("%q fits", found)
		}
	})
}
