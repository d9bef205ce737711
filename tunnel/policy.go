package tunnel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Route is a path of ours and the method with which it is used.
type Route struct {
	Method string // as in "POST"
	Path   string // the whole path, as in "/hover/0123…"
}

// The document that ngrok reads (https://ngrok.com/docs/traffic-policy).
type (
	policyDoc struct {
		OnHTTPRequest []policyRule `json:"on_http_request"`
	}
	policyRule struct {
		Name        string         `json:"name"`
		Expressions []string       `json:"expressions"`
		Actions     []policyAction `json:"actions"`
	}
	policyAction struct {
		Type   string         `json:"type"`
		Config map[string]int `json:"config"`
	}
)

// Policy is the traffic policy that lets ngrok's edge turn away what is not
// for us before it reaches this computer: other paths (404), other methods
// (405), larger bodies than maxBody bytes (413; 0: any). It is JSON, has three
// rules at most (the free plan allows five), and only literal comparisons in
// them. Without routes and size it is empty.
func Policy(routes []Route, maxBody int64) string {
	var doc policyDoc
	deny := func(name, expression string, status int) {
		doc.OnHTTPRequest = append(doc.OnHTTPRequest, policyRule{
			Name:        name,
			Expressions: []string{expression},
			Actions:     []policyAction{{Type: "deny", Config: map[string]int{"status_code": status}}},
		})
	}
	if len(routes) > 0 {
		var paths, methods []string
		for _, r := range routes {
			path := celString(r.Path)
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
			methods = append(methods, fmt.Sprintf("(req.url.path == %s && req.method == %s)", path, celString(r.Method)))
		}
		deny("our paths alone", "!(req.url.path in ["+strings.Join(paths, ", ")+"])", 404)
		deny("with their methods", "!("+strings.Join(methods, " || ")+")", 405)
	}
	if maxBody > 0 {
		deny("and no larger than a webhook", fmt.Sprintf("req.content_length > %d", maxBody), 413)
	}
	if len(doc.OnHTTPRequest) == 0 {
		return ""
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // && stays readable
	enc.SetIndent("", "  ")
	_ = enc.Encode(doc) // plain strings and numbers into memory cannot fail
	return b.String()
}

// celString writes s as a string literal of CEL, the policies' language.
func celString(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
}
