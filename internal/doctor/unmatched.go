package doctor

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/hover"
)

// Unmatched is a delivery that is not signed in any way that is known, as it came
// but for the secrets in it. It stays on this computer: see [Unmatched.Report].
type Unmatched struct {
	First      time.Time       `json:"first"` // when one of its shape first came
	Last       time.Time       `json:"last"`
	Count      int             `json:"count"`
	Webhook    hover.WebhookID `json:"webhook"`
	Header     http.Header     `json:"header"`
	RequestURI string          `json:"request_uri"`
	URL        string          `json:"url"` // the public address as Hover knows it
	Body       []byte          `json:"body"`
}

// Bounds on what is kept of deliveries that are not understood: whoever knows the
// webhook's path can post them.
const (
	MaxUnmatchedBody = 16 << 10 // bytes; of a longer one nothing is kept
	maxUnmatched     = 8        // shapes
	maxHeaderNames   = 60
	maxHeaderValue   = 2048
)

// secretMark stands where a webhook's secret stood in a header: the database holds
// no secret.
const secretMark = "{the secret}"

// Keep takes a delivery down for a webhook's secret: with its headers, but for
// cookies and passwords.
func Keep(d hover.Delivery, webhook hover.WebhookID, secret string, at time.Time) Unmatched {
	u := Unmatched{
		First: at.UTC().Round(0), Last: at.UTC().Round(0), Count: 1, Webhook: webhook, Header: http.Header{}, RequestURI: d.RequestURI, URL: d.URL,
	}
	if len(d.Body) <= MaxUnmatchedBody {
		u.Body = slices.Clone(d.Body)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		if name == "Cookie" || name == "Proxy-Authorization" || len(u.Header) == maxHeaderNames {
			continue
		}
		for _, v := range d.Header[name] {
			if scheme, _, _ := strings.Cut(v, " "); name == "Authorization" && (strings.EqualFold(scheme, "Basic") || strings.EqualFold(scheme, "Bearer")) && (secret == "" || !strings.Contains(v, secret)) {
				v = scheme + " {left out}"
			}
			if secret != "" {
				v = strings.ReplaceAll(v, secret, secretMark)
			}
			if len(v) <= maxHeaderValue && len(u.Header[name]) < 4 {
				u.Header.Add(name, v)
			}
		}
	}
	return u
}

// shape tells deliveries apart that are signed in different ways.
func (u Unmatched) shape() string {
	var b strings.Builder
	b.WriteString(string(u.Webhook))
	for _, name := range slices.Sorted(maps.Keys(u.Header)) {
		b.WriteString("\n" + name)
		if signs(name) || len(hover.Sums(http.Header{name: u.Header[name]})) > 0 {
			b.WriteString(": " + u.form(strings.Join(u.Header[name], ", ")))
		}
	}
	return b.String()
}

var signing = regexp.MustCompile(`(?i)signature|hmac|authorization|digest`)

func signs(name string) bool { return signing.MatchString(name) }

// Signed says whether it carries anything that may be a signature.
func (u Unmatched) Signed() bool {
	for name, values := range u.Header {
		if signs(name) && !strings.Contains(name, "Digest") || strings.Contains(strings.Join(values, " "), secretMark) {
			return true
		}
	}
	return len(hover.Sums(u.Header)) > 0
}

// Collect adds a delivery to those that are kept: the newest of each shape, and of
// shapes those that came last. fresh says that its shape is new.
func Collect(all []Unmatched, u Unmatched) (with []Unmatched, fresh bool) {
	with = slices.Clone(all)
	if i := slices.IndexFunc(with, func(o Unmatched) bool { return o.shape() == u.shape() }); i >= 0 {
		u.First, u.Count = with[i].First, with[i].Count+u.Count
		with[i] = u
		return with, false
	}
	if len(with) == maxUnmatched {
		oldest := slices.IndexFunc(with, func(o Unmatched) bool {
			return !slices.ContainsFunc(with, func(other Unmatched) bool { return other.Last.Before(o.Last) })
		})
		with = slices.Delete(with, oldest, oldest+1)
	}
	return append(with, u), true
}

// Delivery gives it back as it came, for whoever knows the secret.
func (u Unmatched) Delivery(secret string) hover.Delivery {
	d := hover.Delivery{Header: u.Header.Clone(), RequestURI: u.RequestURI, URL: u.URL, Body: u.Body}
	for _, values := range d.Header {
		for i := range values {
			values[i] = strings.ReplaceAll(values[i], secretMark, secret)
		}
	}
	return d
}

// Report is what a maintainer is told of a delivery that no reading matches:
// everything that its signature may be made of, in shape, and what was tried with
// the secret here, where it is known. Nothing of what is in it can be read from it.
type Report struct {
	First   time.Time     `json:"first"`
	Last    time.Time     `json:"last"`
	Count   int           `json:"count"`
	Called  string        `json:"called"`  // "POST /hover/<32 hex digits>"
	Address string        `json:"address"` // the public one: "https://<name>/hover/…"
	Headers []HeaderShape `json:"headers"`
	Body    BodyShape     `json:"body"`
	Secret  string        `json:"signing_key"` // its form: "<base64 of 64 bytes>"; "" where it cannot be read
	// Tried has how each reading of the closed set ended.
	Tried map[hover.Outcome][]string `json:"tried"`
	// Fits is what else was tried and fits: see [hover.Guess].
	Fits []string `json:"fits"`
}

// HeaderShape is what a header's value is made of.
type HeaderShape struct {
	Name  string `json:"name"`
	Shape string `json:"shape"` // "sha256=<our webhook>:<base64 of 32 bytes>"
}

// BodyShape is what a body is made of.
type BodyShape struct {
	Bytes  int      `json:"bytes"`
	Kind   string   `json:"kind"`   // one of those below
	Ends   string   `json:"ends"`   // what white space it begins or ends with
	Fields []string `json:"fields"` // names and kinds
	MD5    string   `json:"md5"`    // whether a header tells it, and rightly
}

// Report describes it; secret is the webhook's, "" where it cannot be read.
func (u Unmatched) Report(secret string) Report {
	d := u.Delivery(secret)
	r := Report{
		First: u.First, Last: u.Last, Count: u.Count, Called: "POST " + u.form(u.RequestURI), Address: u.form(u.URL),
		Headers: []HeaderShape{}, Body: bodyShape(d), Tried: map[hover.Outcome][]string{}, Fits: []string{},
	}
	for _, name := range slices.Sorted(maps.Keys(u.Header)) {
		for _, v := range u.Header[name] {
			r.Headers = append(r.Headers, HeaderShape{word(name), u.valueForm(name, v)})
		}
	}
	if secret == "" {
		return r
	}
	r.Secret = u.form(secret)
	for outcome, readings := range hover.Try(d, secret) {
		for _, reading := range readings {
			r.Tried[outcome] = append(r.Tried[outcome], reading.String())
		}
	}
	r.Fits = append(r.Fits, hover.Guess(d, secret)...)
	return r
}

// valueForm tells a header's value: as it is where it is a name of the trade.
func (u Unmatched) valueForm(name, v string) string {
	switch {
	case name == "Content-Type":
		return contentType(v)
	case name == "Date":
		if _, err := http.ParseTime(v); err == nil {
			return "<a date as HTTP writes it>"
		}
	}
	return u.form(v)
}

// pieces are what a text is taken apart into: words as sums and ids are made of,
// and the signs between them.
var pieces = regexp.MustCompile(`[A-Za-z0-9+/_.-]+(?:={1,2}(?:$|[^A-Za-z0-9"<]))?|[^A-Za-z0-9+/_.-]+`)

// trade are the words that may be told as they are, with names that stand before a
// sign of equality.
var trade = regexp.MustCompile(`(?i)^(sha-?(1|256|384|512)|md5|hmac|hmac-sha-?(1|256|512)|apiauth(-hmac-sha(1|256|512))?|basic|bearer|signature|https?|post|v[0-9]{1,2}|t|ts|application|json|text|gzip|utf-8|hover)$`)

// form tells what a text is made of: "t=<10 digits>,v1=<hex of 32 bytes>".
func (u Unmatched) form(s string) string {
	var b strings.Builder
	list := pieces.FindAllString(s[:min(len(s), maxHeaderValue)], -1)
	for i, p := range list {
		next := ""
		if i+1 < len(list) {
			next = list[i+1]
		}
		b.WriteString(u.piece(p, next))
	}
	return b.String()
}

func (u Unmatched) piece(p, next string) string {
	if !wordly(p[0]) {
		return signsOnly(p)
	}
	end := ""
	if last := p[len(p)-1]; !wordly(last) && last != '=' { // what shows that the padding ended
		p, end = p[:len(p)-1], string(last)
	}
	bare := strings.TrimRight(p, "=")
	n := base64Bytes(bare)
	switch {
	case p != bare && n >= 16, slices.Contains([]int{20, 32, 48, 64}, n) && !hexadecimal(p):
		return "<base64 of " + strconv.Itoa(n) + " bytes>" + end
	case strings.Contains(p, "/") && strings.Trim(p, "/") != p || strings.HasPrefix(p, "/"): // a path
		var parts []string
		for part := range strings.SplitSeq(p, "/") {
			if part != "" {
				part = u.piece(part, "")
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "/") + end
	case bare == string(u.Webhook) && bare != "":
		return "<our webhook>" + end
	case trade.MatchString(p), strings.HasPrefix(next, "=") && plainWord.MatchString(p) && len(p) <= 24:
		return p + end
	case strings.Trim(p, "0123456789") == "":
		return "<" + strconv.Itoa(len(p)) + " digits>" + end
	}
	if hexadecimal(p) && len(p) >= 16 {
		return "<hex of " + strconv.Itoa(len(p)/2) + " bytes>" + end
	}
	if n >= 16 {
		return "<base64 of " + strconv.Itoa(n) + " bytes>" + end
	}
	return "<" + strconv.Itoa(len(p)) + " characters>" + end
}

func hexadecimal(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil
}

func wordly(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("+/_.-", c) >= 0
}

// signsOnly leaves of what stands between words the signs of ASCII.
func signsOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// base64Bytes says how many bytes a word is base64 of; 0 if of none.
func base64Bytes(bare string) int {
	if strings.Contains(bare, ".") || len(bare)%4 == 1 || !strings.ContainsAny(bare, "0123456789+/") {
		return 0
	}
	return len(bare) * 3 / 4
}

func bodyShape(d hover.Delivery) BodyShape {
	kind, object := kindOf(d.Body)
	s := BodyShape{Bytes: len(d.Body), Kind: kind, Fields: []string{}, MD5: "no header tells it"}
	var v any
	if json.Unmarshal(object, &v) == nil {
		walked := &shape{fields: map[string]bool{}}
		walked.walk("", v, 0)
		s.Fields = names(walked.fields)
	}
	if len(bytes.TrimSpace(d.Body)) != len(d.Body) {
		s.Ends = "with white space around it"
	}
	if sent := d.Header.Get("Content-Md5"); sent == hover.ContentMD5(d.Body) {
		s.MD5 = "the header agrees"
	} else if sent != "" {
		s.MD5 = "the header tells another"
	}
	return s
}
