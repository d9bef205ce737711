package hover

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The headers that a signed delivery carries, as a public client that cites
// Hover's signature page reads them: "sha256=<webhook id>:<base64 MAC>" in the
// one and "sha1=<webhook id>:<base64 MAC>" in the other.
const (
	HeaderSignature256 = "Hover-Signature-256"
	HeaderSignature    = "Hover-Signature"
)

// The values that the fields of a [Reading] take.
const (
	SHA256 = "sha256"
	SHA1   = "sha1"

	URIPath      = "path"       // the path alone
	URIPathQuery = "path+query" // the request target as it was called
	URIWhole     = "url"        // the whole public address

	KeyText    = "text"    // the secret's characters
	KeyDecoded = "decoded" // the bytes that the secret is base64 of

	ContentTypeSent = "sent" // as it was received
	ContentTypeBare = "bare" // without its parameters

	MethodNone  = ""       // the canonical string begins with the content type
	MethodFirst = "method" // the request's method stands before it: api_auth 2

	BodyMD5    = ""            // the body enters by its MD5
	BodySHA256 = "body-sha256" // by its SHA-256: X-Authorization-Content-SHA256 of api_auth 2
)

// The headers that later releases of api_auth, the library that Hover evidently
// signs by, sign with: "APIAuth <webhook id>:<base64 MAC>" of SHA1, and
// "APIAuth-HMAC-SHA256 …"; and what they say of the body.
const (
	HeaderAuthorization = "Authorization"
	HeaderContentSHA256 = "X-Authorization-Content-Sha256"
)

// Reading is one way of building the canonical string that Hover signs,
//
//	[method ","] content type "," base64 MD5 or SHA-256 of the body "," URI "," Date
//
// and of keying its MAC. Hover's page leaves the questions open that the first four
// fields answer; the last two are how the library's later releases do it. The set is
// closed and small, and every reading covers the body. The zero Reading stands for
// none.
type Reading struct {
	Algorithm   string // SHA256 or SHA1
	URI         string // URIPath, URIPathQuery or URIWhole
	Key         string // KeyText or KeyDecoded
	ContentType string // ContentTypeSent or ContentTypeBare
	Method      string // MethodNone or MethodFirst
	Body        string // BodyMD5 or BodySHA256
}

// readings is the closed set, the likeliest first.
var readings = func() (all []Reading) {
	forms := []struct{ method, body string }{
		{MethodNone, BodyMD5}, {MethodFirst, BodyMD5}, {MethodFirst, BodySHA256}, {MethodNone, BodySHA256},
	}
	for _, algorithm := range []string{SHA256, SHA1} {
		for _, form := range forms {
			for _, key := range []string{KeyText, KeyDecoded} {
				for _, uri := range []string{URIPath, URIPathQuery, URIWhole} {
					for _, contentType := range []string{ContentTypeSent, ContentTypeBare} {
						all = append(all, Reading{algorithm, uri, key, contentType, form.method, form.body})
					}
				}
			}
		}
	}
	return all
}()

// Readings lists every reading there is, the likeliest first.
func Readings() []Reading { return slices.Clone(readings) }

// String gives the reading as [ParseReading] takes it, "sha256 path text sent";
// the zero Reading is the empty string.
func (r Reading) String() string {
	if r == (Reading{}) {
		return ""
	}
	words := []string{r.Algorithm, r.URI, r.Key, r.ContentType}
	for _, more := range []string{r.Method, r.Body} {
		if more != "" {
			words = append(words, more)
		}
	}
	return strings.Join(words, " ")
}

// ParseReading reads what [Reading.String] gave. The empty string is the zero
// Reading; anything outside the closed set is an error.
func ParseReading(s string) (Reading, error) {
	if s == "" {
		return Reading{}, nil
	}
	for _, r := range readings {
		if r.String() == s {
			return r, nil
		}
	}
	return Reading{}, fmt.Errorf("hover: not a reading of a signature: %.80q", s)
}

// Delivery is one webhook request as Hover sent it: what its signature covers.
type Delivery struct {
	Header     http.Header
	RequestURI string // path?query as Hover called it
	URL        string // the whole public address that Hover called
	Body       []byte // the raw bytes
}

// Signature is one well-formed signature of a delivery. That it is well formed
// says nothing of whether it is right: see [Match].
type Signature struct {
	Algorithm string // SHA256 or SHA1
	Webhook   WebhookID
	MAC       []byte // 32 bytes of SHA256, 20 of SHA1
}

const (
	maxSignatures    = 8    // of one delivery; Hover sends two, more could only be a rotation of secrets
	maxSignatureLine = 4096 // bytes of one header line
)

// Signatures gives the signatures that a delivery carries, those of SHA256
// first. Malformed ones are skipped: they make a delivery no worse than one
// that lacks them.
func Signatures(h http.Header) []Signature {
	var all []Signature
	for _, kind := range []struct{ header, algorithm, prefix string }{
		{HeaderSignature256, SHA256, SHA256 + "="}, {HeaderAuthorization, SHA256, "APIAuth-HMAC-SHA256 "},
		{HeaderSignature, SHA1, SHA1 + "="}, {HeaderAuthorization, SHA1, "APIAuth-HMAC-SHA1 "},
		{HeaderAuthorization, SHA1, "APIAuth "},
	} {
		for _, line := range h.Values(kind.header) {
			if len(line) > maxSignatureLine {
				continue
			}
			for value := range strings.SplitSeq(line, ",") {
				if s, ok := parseSignature(strings.TrimSpace(value), kind.prefix, kind.algorithm); ok && len(all) < maxSignatures {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

func parseSignature(value, prefix, algorithm string) (Signature, bool) {
	rest, ok := strings.CutPrefix(value, prefix)
	if !ok {
		return Signature{}, false
	}
	id, mac, ok := strings.Cut(rest, ":")
	if !ok || id == "" || !validID(id) {
		return Signature{}, false
	}
	b, err := base64.StdEncoding.Strict().DecodeString(mac)
	if err != nil || len(b) != newHash(algorithm)().Size() {
		return Signature{}, false
	}
	return Signature{Algorithm: algorithm, Webhook: WebhookID(id), MAC: b}, true
}

// Match says by which reading one of the delivery's signatures was made with
// the secret; ok is false if by none, or if a header that tells a sum of the body
// disagrees with it. Whose secret to try is the caller's choice, by [Signatures].
//
// With the zero Reading pinned any reading will do. Else only the pinned one
// will, but for one way up: a delivery that SHA1 was pinned for may turn out to
// be signed with SHA256 too, and then that reading is given, to be pinned
// instead. There is no way down.
func Match(d Delivery, secret string, pinned Reading) (r Reading, ok bool) {
	if secret == "" {
		return Reading{}, false
	}
	if !bodyAgrees(d) {
		return Reading{}, false
	}
	signatures := Signatures(d.Header)
	for _, r := range allowed(pinned) {
		key, ok := r.key(secret)
		if !ok {
			continue
		}
		var mac []byte
		for _, s := range signatures {
			if s.Algorithm != r.Algorithm {
				continue
			}
			if mac == nil {
				mac = r.mac(d, key)
			}
			if hmac.Equal(mac, s.MAC) {
				return r, true
			}
		}
	}
	return Reading{}, false
}

// bodyAgrees says whether the headers that tell a sum of the body tell that of the
// body that came.
func bodyAgrees(d Delivery) bool {
	for _, told := range []struct {
		header string
		sum    func(body []byte) string
	}{{"Content-Md5", ContentMD5}, {HeaderContentSHA256, contentSHA256}} {
		for _, claimed := range d.Header.Values(told.header) {
			if strings.TrimSpace(claimed) != told.sum(d.Body) {
				return false
			}
		}
	}
	return true
}

// allowed lists the readings that a delivery may be signed by, the best first.
func allowed(pinned Reading) []Reading {
	switch pinned.Algorithm {
	case "":
		return readings
	case SHA1:
		up := pinned
		up.Algorithm = SHA256
		return []Reading{up, pinned}
	}
	return []Reading{pinned}
}

// Sign sets both signature headers of a delivery, as Hover does: by the
// reading, whichever Algorithm it names, and by the likeliest one if it is
// zero. The headers that the signature covers (Content-Type, Date) must be set
// already. A secret that the reading cannot use leaves the delivery unsigned.
// It is for the simulator and for tests.
func Sign(d Delivery, secret string, id WebhookID, r Reading) {
	if r == (Reading{}) {
		r = readings[0]
	}
	if r.Body == BodySHA256 {
		d.Header.Set(HeaderContentSHA256, contentSHA256(d.Body))
	}
	for header, algorithm := range map[string]string{HeaderSignature256: SHA256, HeaderSignature: SHA1} {
		r.Algorithm = algorithm
		key, ok := r.key(secret)
		if !ok {
			return
		}
		mac := base64.StdEncoding.EncodeToString(r.mac(d, key))
		d.Header.Set(header, algorithm+"="+string(id)+":"+mac)
	}
}

// ContentMD5 gives the value of a Content-MD5 header (RFC 1864): the base64 MD5
// of a body. It is part of what Hover signs, no safeguard by itself.
func ContentMD5(body []byte) string {
	sum := md5.Sum(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// contentSHA256 gives the value of api_auth's X-Authorization-Content-SHA256.
func contentSHA256(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// key gives the MAC's key; ok is false if the secret cannot be read that way.
func (r Reading) key(secret string) (key []byte, ok bool) {
	if r.Key != KeyDecoded {
		return []byte(secret), true
	}
	key, err := base64.StdEncoding.DecodeString(secret)
	return key, err == nil && len(key) > 0
}

// mac computes what the signature must be. Only a sum of the body that was
// received ever enters it.
func (r Reading) mac(d Delivery, key []byte) []byte {
	contentType := d.Header.Get("Content-Type")
	if r.ContentType == ContentTypeBare {
		contentType, _, _ = strings.Cut(contentType, ";")
		contentType = strings.TrimSpace(contentType)
	}
	canonical := []string{contentType, ContentMD5(d.Body), r.uri(d), d.Header.Get("Date")}
	if r.Body == BodySHA256 {
		canonical[1] = contentSHA256(d.Body)
	}
	if r.Method == MethodFirst {
		canonical = append([]string{http.MethodPost}, canonical...) // Hover's deliveries are no others
	}
	m := hmac.New(newHash(r.Algorithm), key)
	m.Write([]byte(strings.Join(canonical, ",")))
	return m.Sum(nil)
}

func (r Reading) uri(d Delivery) string {
	uri := d.RequestURI
	switch r.URI {
	case URIWhole:
		return d.URL
	case URIPath:
		uri, _, _ = strings.Cut(uri, "?")
	}
	if uri == "" {
		return "/"
	}
	return uri
}

func newHash(algorithm string) func() hash.Hash {
	if algorithm == SHA1 {
		return sha1.New
	}
	return sha256.New
}

// DateSkew says how far a delivery's Date header lies behind now (ahead of it
// if negative); ok is false if there is none that can be read. It is to be
// shown, not to refuse by: how Hover dates a retry is not documented.
func DateSkew(h http.Header, now time.Time) (skew time.Duration, ok bool) {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	return now.Sub(t), true
}
