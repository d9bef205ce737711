package hover

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// What is here is for whoever has to find out how a delivery is signed that no
// reading matches. Nothing of it is ever trusted: only [Match] says that a delivery
// is Hover's.

// Vector is a delivery with the secret that it was signed with, and by which reading:
// what the tests of the readings are fed with. As the doctor writes it, with a real
// secret and a customer's job in it, it never leaves the computer that it came to.
type Vector struct {
	Webhook    WebhookID   `json:"webhook"`
	Secret     string      `json:"secret"`
	Header     http.Header `json:"header"`
	RequestURI string      `json:"request_uri"`
	URL        string      `json:"url"`
	Body       string      `json:"body"`
	Reading    string      `json:"reading"` // as [ParseReading] takes it; empty while none is known
}

// Delivery gives what its signature covers.
func (v Vector) Delivery() Delivery {
	return Delivery{Header: v.Header, RequestURI: v.RequestURI, URL: v.URL, Body: []byte(v.Body)}
}

// Outcome is how one reading of a delivery's signature ended.
type Outcome string

// The outcomes of a reading.
const (
	Matches     Outcome = "it matches"
	Differs     Outcome = "it was tried and does not match"
	NoSignature Outcome = "no signature of its digest came in a header that is known"
	NoKey       Outcome = "the secret is no base64, so there is no such key"
	OtherBody   Outcome = "a header tells another sum of the body than it has"
)

// Try tries every reading of a delivery's signatures and says how each ended.
func Try(d Delivery, secret string) map[Outcome][]Reading {
	all := map[Outcome][]Reading{}
	signatures := Signatures(d.Header)
	for _, r := range readings {
		outcome := r.try(d, secret, signatures)
		all[outcome] = append(all[outcome], r)
	}
	return all
}

func (r Reading) try(d Delivery, secret string, signatures []Signature) Outcome {
	if !slices.ContainsFunc(signatures, func(s Signature) bool { return s.Algorithm == r.Algorithm }) {
		return NoSignature
	}
	key, ok := r.key(secret)
	switch {
	case !ok:
		return NoKey
	case !bodyAgrees(d):
		return OtherBody
	}
	mac := r.mac(d, key)
	if slices.ContainsFunc(signatures,
		func(s Signature) bool { return s.Algorithm == r.Algorithm && hmac.Equal(s.MAC, mac) }) {
		return Matches
	}
	return Differs
}

// Sum is something in a header that may be a MAC: so many bytes in so few
// characters.
type Sum struct {
	Header   string
	Encoding string // "hex", "base64"
	Bytes    []byte
}

// sumWord is what a MAC may be written as, with base64's padding.
var sumWord = regexp.MustCompile(`[A-Za-z0-9+/_-]{24,}={0,2}`)

const maxSums = 16

// Sums finds in a delivery's headers what may be a MAC of SHA-1, SHA-256, SHA-384
// or SHA-512. The sums of the body that other headers tell are none.
func Sums(h http.Header) []Sum {
	var all []Sum
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if name == "Content-Md5" || name == HeaderContentSHA256 || name == "Digest" || name == "Content-Digest" {
			continue
		}
		for _, value := range h[name] {
			for _, word := range sumWord.FindAllString(value[:min(len(value), maxSignatureLine)], -1) {
				if b, encoding := decodeSum(word); encoding != "" && len(all) < maxSums {
					all = append(all, Sum{name, encoding, b})
				}
			}
		}
	}
	return all
}

// decodeSum reads a word as hex or base64 of as many bytes as a MAC has; encoding
// is empty if it is neither.
func decodeSum(word string) (b []byte, encoding string) {
	size := func(b []byte) bool { return slices.Contains([]int{20, 32, 48, 64}, len(b)) }
	if b, err := hex.DecodeString(word); err == nil && size(b) {
		return b, "hex"
	}
	plain := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(word), "=")
	if b, err := base64.RawStdEncoding.DecodeString(plain); err == nil && size(b) {
		return b, "base64"
	}
	return nil, ""
}

// maxGuessedBody bounds the bodies that are guessed at: Hover's are under 1 kB.
const maxGuessedBody = 8 << 10

// moment is a time as signing schemes write it into a header: seconds or
// milliseconds since 1970, or RFC 3339.
var moment = regexp.MustCompile(`\b(?:\d{9,10}|\d{12,13}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))\b`)

// part is one ingredient of a canonical string, with its name for people.
type part struct{ name, text string }

// Guess looks beyond the readings: for each sum in the headers it tries what other
// services sign (the body alone, a moment and the body, the ingredients of Hover's
// own string joined otherwise, other digests and keys), and says in words what
// fits, "X-Signature: HMAC-SHA256 in hex by the text key over body". It is where a
// new [Reading] begins. nil if nothing fits.
func Guess(d Delivery, secret string) []string {
	if secret == "" || len(d.Body) > maxGuessedBody {
		return nil
	}
	var found []string
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		if strings.Contains(strings.Join(d.Header[name], " "), secret) {
			found = append(found, name+": the secret itself, as text")
		}
	}
	sums := Sums(d.Header)
	if len(sums) == 0 {
		return found
	}
	keys := []part{{"text", secret}}
	if b, err := base64.StdEncoding.DecodeString(secret); err == nil && len(b) > 0 {
		keys = append(keys, part{"base64-decoded", string(b)})
	}
	if b, err := hex.DecodeString(secret); err == nil && len(b) > 0 {
		keys = append(keys, part{"hex-decoded", string(b)})
	}
	digests := []struct {
		name string
		make func() hash.Hash
	}{{"SHA1", sha1.New}, {"SHA256", sha256.New}, {"SHA384", sha512.New384}, {"SHA512", sha512.New}}
	seen := map[string]bool{}
	for canonical := range canonicals(d) {
		if seen[canonical.text] {
			continue
		}
		seen[canonical.text] = true
		for _, digest := range digests {
			of := slices.DeleteFunc(slices.Clone(sums), func(s Sum) bool { return len(s.Bytes) != digest.make().Size() })
			if len(of) == 0 {
				continue
			}
			for _, key := range keys {
				m := hmac.New(digest.make, []byte(key.text))
				m.Write([]byte(canonical.text))
				mac := m.Sum(nil)
				for _, s := range of {
					if bytes.Equal(mac, s.Bytes) {
						found = append(found, fmt.Sprintf("%s: HMAC-%s in %s by the %s key over %s", s.Header, digest.name, s.Encoding,
							key.name, canonical.name))
					}
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// canonicals gives the strings that may have been signed, the plainest first.
func canonicals(d Delivery) func(yield func(part) bool) {
	contentType := d.Header.Get("Content-Type")
	bare, _, _ := strings.Cut(contentType, ";")
	path, _, _ := strings.Cut(d.RequestURI, "?")
	sum5, sum256 := md5.Sum(d.Body), sha256.Sum256(d.Body)
	none := part{}
	bodies := []part{
		{"body", string(d.Body)}, {"base64 MD5 of the body", ContentMD5(d.Body)},
		{"base64 SHA-256 of the body", contentSHA256(d.Body)},
		{"hex MD5 of the body", hex.EncodeToString(sum5[:])}, {"hex SHA-256 of the body", hex.EncodeToString(sum256[:])},
	}
	moments := []part{none, {"Date", d.Header.Get("Date")}}
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		for _, value := range d.Header[name] {
			for _, m := range moment.FindAllString(value, 4) {
				if len(moments) < 6 {
					moments = append(moments, part{"the moment in " + name, m})
				}
			}
		}
	}
	methods := []part{none, {"method", http.MethodPost}}
	types := []part{none, {"content type", contentType}, {"content type without parameters", strings.TrimSpace(bare)}}
	addresses := []part{none, {"path", path}, {"path and query", d.RequestURI}, {"address", d.URL}}
	return func(yield func(part) bool) {
		for _, at := range moments {
			for _, address := range addresses {
				for _, method := range methods {
					for _, typed := range types {
						for _, body := range bodies {
							for _, order := range [][]part{
								{method, typed, body, address, at}, // api_auth's
								{at, method, address, typed, body},
								{method, address, at, typed, body},
							} {
								order = slices.DeleteFunc(slices.Clone(order), func(p part) bool { return p.name == "" })
								for _, by := range []part{
									{"a comma", ","}, {"a full stop", "."}, {"a line feed", "\n"}, {"a colon", ":"}, {"nothing", ""},
								} {
									if !yield(combined(order, by)) {
										return
									}
									if len(order) == 1 {
										break
									}
								}
							}
						}
					}
				}
			}
		}
	}
}

func combined(parts []part, by part) part {
	var names, texts []string
	for _, p := range parts {
		names, texts = append(names, p.name), append(texts, p.text)
	}
	all := part{strings.Join(names, ", "), strings.Join(texts, by.text)}
	if len(parts) > 1 {
		all.name += ", joined by " + by.name
	}
	return all
}
