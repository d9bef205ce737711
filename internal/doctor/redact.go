package doctor

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dormer/internal/say"
)

// Redactor takes out of text what must not leave this computer: the values that
// it was told of, in every spelling that they may have in text, and whatever
// looks like a secret, an address of the web, or a way to reach a person. The
// rules are there for what nobody knew of; they rather take too much.
type Redactor struct{ known *strings.Replacer }

// shortest is the length below which a value is not looked for: it would be
// found in ordinary words.
const shortest = 4

// NewRedactor makes a redactor. known has the values and what to write in
// their place, such as "the ngrok token".
func NewRedactor(known map[string]string) *Redactor {
	spelt := map[string]string{}
	for value, what := range known {
		value = strings.TrimSpace(value)
		if len(value) < shortest {
			continue
		}
		for _, s := range spellings(value) {
			spelt[s] = "[" + what + "]"
		}
	}
	values := make([]string, 0, len(spelt))
	for v := range spelt {
		values = append(values, v)
	}
	// Of two that begin alike the longer one is taken.
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, v := range values {
		pairs = append(pairs, v, spelt[v])
	}
	return &Redactor{known: strings.NewReplacer(pairs...)}
}

// spellings are the forms in which a value stands in text.
func spellings(v string) []string {
	quoted := strconv.Quote(v)
	all := []string{v, url.QueryEscape(v), url.PathEscape(v), quoted[1 : len(quoted)-1], strings.ToLower(v)}
	if b, err := json.Marshal(v); err == nil {
		all = append(all, string(b[1:len(b)-1]))
	}
	return all
}

// rule is one thing that is taken out wherever it stands.
type rule struct {
	find *regexp.Regexp
	put  func(found string) string
}

// always gives a rule's replacement by a template of regexp.
func always(find, put string) rule {
	r := regexp.MustCompile(find)
	return rule{r, func(found string) string { return r.ReplaceAllString(found, put) }}
}

// rules are applied in this order.
var rules = []rule{
	// What the log tells of a job is the customer's; only that it was told matters.
	always(`(ALERT |Hover confirms: |saved |in the name of )[^\n]*`, "$1[left out]"),
	always(`(?i)\b(bearer|basic)\s+[^\s"',;]+`, "$1 [removed]"),
	always(`/hover/([0-9a-f]{4})[0-9a-f]{28}`, "/hover/$1…"),
	{regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s"'<>]+`), webAddress},
	{secretField, func(found string) string {
		m := secretField.FindStringSubmatch(found)
		if strings.HasPrefix(m[2], "ERR_NGROK_") {
			return found
		}
		return m[1] + "[removed]"
	}},
	always(`(?i)[a-z0-9._%+'-]+(@|%40)[a-z0-9-]+(\.[a-z0-9-]+)+`, "[e-mail]"),
	always(`\+\d[\d ().-]{6,}\d|\(\d{3}\)[ .-]?\d{3}[ .-]?\d{4}|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b|\b1?\d{10}\b`, "[phone]"),
	{regexp.MustCompile(`[A-Za-z0-9_+=]{20,}|[A-Za-z0-9_+=-]{32,}`), opaque},
}

// secretField finds name=value and "name": "value" where the name tells that
// the value is a secret.
var secretField = regexp.MustCompile(`(?i)(\b[a-z_-]*(?:token|secret|passw(?:or)?d|authorization|cookie|verifier|api_?key|code)\\?["']?\s*[=:]\s*\\?["']?)([^\s"'\\,;&}]+)`)

// webAddress keeps of an address where it leads, and of the path only what is
// ours: Hover's own paths name jobs, and links to storage are as good as a
// password.
func webAddress(found string) string {
	u, err := url.Parse(found)
	if err != nil {
		return "[address]"
	}
	path := u.Path
	if !strings.HasPrefix(path, "/hover/") && path != "/oauth/callback" && path != "/" && path != "" {
		path = "/…"
	}
	return u.Scheme + "://" + u.Host + path
}

// opaque takes out long words that mix letters and digits, as tokens do.
func opaque(found string) string {
	if strings.ContainsAny(found, "0123456789") && strings.ContainsFunc(found, func(r rune) bool { return r >= 'A' && r <= 'z' && r != '_' }) {
		return "[removed]"
	}
	return found
}

// Text redacts text.
func (r *Redactor) Text(s string) string {
	s = r.known.Replace(s)
	for _, rule := range rules {
		s = rule.find.ReplaceAllStringFunc(s, rule.put)
	}
	return s
}

// JSON writes a value as indented JSON with every text in it redacted, names
// too. A text under a name that tells of a secret is left out whole.
func (r *Redactor) JSON(v any) (string, error) {
	b, err := say.Contract(v)
	if err != nil {
		return "", err
	}
	var plain any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return "", err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err = e.Encode(r.value(plain))
	return out.String(), err
}

func (r *Redactor) value(v any) any {
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case []any:
		for i := range v {
			v[i] = r.value(v[i])
		}
		return v
	case map[string]any:
		clean := make(map[string]any, len(v))
		for name, in := range v {
			if text, ok := in.(string); ok && text != "" && secretName.MatchString(name) {
				in = "[removed]"
			}
			clean[r.Text(name)] = r.value(in)
		}
		return clean
	}
	return v
}

// secretName is the name of a field that holds a secret.
var secretName = regexp.MustCompile(`(?i)(token|secret|password|authorization|cookie|verifier)$`)
