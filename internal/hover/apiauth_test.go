package hover

import (
	"net/http"
	"testing"
)

// The verification code of vectors, as later releases of api_auth would sign it. The
// MACs were computed with Python's hmac over the canonical strings that the library's
// sources give, and checked with: printf %s "$canonical" | openssl dgst -sha256 -hmac "$secret" -binary | base64
const (
	ofPlain256   = "aWTZfklQbJfsYbzSTZyqmVZ31WOccpIvBAHa64/TRwg="
	ofPlain1     = "cM80u2VZZsJp8rrKq+tJ3nK9Nw8="
	ofMethod256  = "P7SmGbS0b4nGN2NjHziG3ciYaYxUVVwDtBZxoxqMZg0="
	ofMethod1    = "GKNMazzWfD/B/hKq9zTledvlYP8="
	ofSum256     = "EAKd3/PiVqQjB6e39XwZ9Wu1iVu6V3fIPbTNrNEQxdc="
	ofMethodSum  = "Z0arrUcI3zWH2PhBRhbSvd1ZY87I/l0d0s6l5PgLLGA="
	ofMethodSum1 = "29nsYFTKUGZiMhR2MyzqSjuWTiw="
	sumOfBody    = "N9B0VeVwhR/VYiRKCPz9r8sg//CqViwxSVIDJ2SCVtA="
)

func TestTheFormsOfAPIAuthAreUnderstood(t *testing.T) {
	v := vectors[1]
	plain := Reading{Algorithm: SHA256, URI: URIPath, Key: KeyText, ContentType: ContentTypeSent}
	with := func(change func(r *Reading)) Reading { r := plain; change(&r); return r }
	for name, test := range map[string]struct {
		header http.Header
		want   Reading
	}{
		"the method in front": {http.Header{HeaderSignature256: {"sha256=12343:" + ofMethod256}}, with(func(r *Reading) { r.Method = MethodFirst })},
		"the method in front, SHA-1": {
			http.Header{HeaderSignature: {"sha1=12343:" + ofMethod1}}, with(func(r *Reading) { r.Method, r.Algorithm = MethodFirst, SHA1 }),
		},
		"the SHA-256 of the body": {
			http.Header{HeaderSignature256: {"sha256=12343:" + ofSum256}, HeaderContentSHA256: {sumOfBody}}, with(func(r *Reading) { r.Body = BodySHA256 }),
		},
		"both": {
			http.Header{HeaderSignature256: {"sha256=12343:" + ofMethodSum}, HeaderContentSHA256: {sumOfBody}},
			with(func(r *Reading) { r.Method, r.Body = MethodFirst, BodySHA256 }),
		},
		"the library's own header, of version 1": {
			http.Header{HeaderAuthorization: {"APIAuth 12343:" + ofPlain1}}, with(func(r *Reading) { r.Algorithm = SHA1 }),
		},
		"the library's own header, with the digest": {http.Header{HeaderAuthorization: {"APIAuth-HMAC-SHA256 12343:" + ofPlain256}}, plain},
		"the library's own header, of version 2": {
			http.Header{HeaderAuthorization: {"APIAuth-HMAC-SHA256 12343:" + ofMethodSum}, HeaderContentSHA256: {sumOfBody}},
			with(func(r *Reading) { r.Method, r.Body = MethodFirst, BodySHA256 }),
		},
		"the library's own header, of version 2 with SHA-1": {
			http.Header{HeaderAuthorization: {"APIAuth 12343:" + ofMethodSum1}, HeaderContentSHA256: {sumOfBody}},
			with(func(r *Reading) { r.Method, r.Body, r.Algorithm = MethodFirst, BodySHA256, SHA1 }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := v.delivery()
			d.Header = test.header.Clone()
			d.Header.Set("Content-Type", "application/json")
			d.Header.Set("Date", v.date)
			if all := Signatures(d.Header); len(all) != 1 || all[0].Webhook != "12343" || all[0].Algorithm != test.want.Algorithm {
				t.Fatalf("the signatures are %+v", all)
			}
			r, ok := Match(d, v.secret, Reading{})
			if !ok || r != test.want {
				t.Fatalf("read as %q, %v; want %q", r, ok, test.want)
			}
			if again, err := ParseReading(r.String()); err != nil || again != r {
				t.Errorf("%q is parsed as %q, %v", r, again, err)
			}
			if _, ok := Match(d, v.secret, test.want); !ok {
				t.Error("pinned, it does not match any more")
			}
			d.Body = append([]byte{' '}, d.Body...)
			if r, ok := Match(d, v.secret, Reading{}); ok {
				t.Errorf("another body matches by %q", r)
			}
			d.Header.Del(HeaderContentSHA256) // nor without the header that tells
			if r, ok := Match(d, v.secret, Reading{}); ok {
				t.Errorf("another body matches by %q", r)
			}
		})
	}
}

func TestAnAuthorizationThatIsNotAPIAuthsIsNoSignature(t *testing.T) {
	for _, line := range []string{"Basic dXNlcjpwYXNz", "Bearer abc", "APIAuth", "APIAuth 1", "APIAuth :" + ofPlain1, "APIAuth-HMAC-SHA256 1:" + ofPlain1, "APIAuth-HMAC-MD5 1:" + ofPlain256} {
		if all := Signatures(http.Header{HeaderAuthorization: {line}}); len(all) != 0 {
			t.Errorf("%q gives %+v", line, all)
		}
	}
}
