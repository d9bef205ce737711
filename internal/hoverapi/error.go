package hoverapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says what a caller can do about an error.
type Kind string

// The kinds of errors.
const (
	NotSignedIn  Kind = "not signed in" // nobody has signed in, or somebody signed out
	SignInAgain  Kind = "sign in again" // Hover ended the sign-in (invalid_grant)
	BadClient    Kind = "bad client"    // client id and secret do not fit (invalid_client)
	NotSaved     Kind = "not saved"     // this machine cannot read or write its tokens
	Unauthorized Kind = "unauthorized"  // 401 with a fresh token: no permission for this
	Forbidden    Kind = "forbidden"     // 403
	NotFound     Kind = "not found"     // 404, 410
	Invalid      Kind = "invalid"       // any other 4xx, or refused before it was sent
	RateLimited  Kind = "rate limited"  // 429, or still waiting for the budget
	Server       Kind = "server"        // 5xx
	Network      Kind = "network"       // no reply
	Timeout      Kind = "timeout"       // no reply in time, by our clock or by Hover's (408, 425)
	Cancelled    Kind = "cancelled"     // the caller gave up
	BadReply     Kind = "bad reply"     // a reply that is not what was asked for
)

// Error is every error of this package.
type Error struct {
	Op         string        // what was tried, "list the jobs"
	Kind       Kind          // what it comes to
	Status     int           // the HTTP status; 0 if there was no reply
	Says       string        // what Hover says, on one line; may be empty
	Code       string        // OAuth's word for it, such as "invalid_request"; may be empty
	RetryAfter time.Duration // how long Hover asks to wait; 0 if it does not
	Page       bool          // a page for browsers came in place of a reply: it may be anybody's
	Err        error         // the cause; may be nil
}

// Error says it on one line, without any secret.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Op, e.Kind)
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Says != "" {
		b.WriteString(": " + e.Says)
	}
	if e.Err != nil {
		b.WriteString(": " + userinfo.ReplaceAllString(e.Err.Error(), "://"))
	}
	return b.String()
}

// userinfo is a name and password in an address: a proxy's stands in the errors
// of net/http.
var userinfo = regexp.MustCompile(`://[^/?#\s"]*@`)

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsGone says that Hover itself answered that there is no such thing. A page with
// that status says nothing: a filter or a network's sign-in may have sent it.
func IsGone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == NotFound && !e.Page
}

// KindOf gives the kind of an error of this package, wrapped or not; "" for nil
// and for any other error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// unreached is the error for a request that got no reply. net/http wraps it
// together with the address, whose query may hold a secret: that is left out.
func unreached(op string, err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		named := *e
		named.Op = op
		return &named
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	kind := Network
	if n, ok := errors.AsType[net.Error](err); errors.Is(err, context.Canceled) {
		kind = Cancelled
	} else if errors.Is(err, context.DeadlineExceeded) || ok && n.Timeout() {
		kind = Timeout
	}
	return &Error{Op: op, Kind: kind, Err: err}
}

// refused is the error for a reply that is no success.
func refused(op string, status int, header http.Header, body []byte) *Error {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	e := &Error{Op: op, Status: status, Says: says(header.Get("Content-Type"), body), Page: kind == "text/html"}
	switch {
	case status == http.StatusUnauthorized:
		e.Kind = Unauthorized
	case status == http.StatusForbidden:
		e.Kind = Forbidden
	case status == http.StatusNotFound, status == http.StatusGone:
		e.Kind = NotFound
	case status == http.StatusTooManyRequests:
		e.Kind = RateLimited
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		e.Kind = Timeout
	case status >= 500:
		e.Kind = Server
	case status >= 400:
		e.Kind = Invalid
	default:
		e.Kind = BadReply // a redirect of a call that follows none
	}
	return e
}

const (
	maxSays  = 300
	maxParts = 8
)

// says reads what the body of an error reply tells. Hover has no one shape for
// it (its docs show one, public clients met the others):
//
//	{"error": "text"}, {"error": {"field": "text"}}, {"errors": {"field": ["text"]}},
//	{"errors": ["text"]}, {"message": "text"}, {"field": ["text"]}, "text", nothing, HTML
//
// and OAuth's {"error": "code", "error_description": "text"}. Where no key that is
// known holds a text, every text counts.
func says(contentType string, body []byte) string {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) == nil {
		var parts []string
		for _, key := range []string{"error", "error_description", "errors", "message"} {
			parts = texts(fields[key], "", parts, 0)
		}
		if len(parts) > 0 {
			return oneLine(strings.Join(parts, "; "))
		}
	}
	if json.Valid(body) {
		return oneLine(strings.Join(texts(body, "", nil, 0), "; "))
	}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0, strings.HasPrefix(contentType, "application/octet-stream"), !utf8.Valid(body):
		return ""
	case body[0] == '<': // a page for a browser, of which a line would say nothing
		return ""
	case body[0] == '{', body[0] == '[': // a reply that was cut off
		return ""
	}
	return oneLine(string(body))
}

// texts appends the texts below a JSON value, each with the field that it
// belongs to.
func texts(b json.RawMessage, field string, parts []string, depth int) []string {
	if len(b) == 0 || depth > 4 || len(parts) >= maxParts {
		return parts
	}
	var s string
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case json.Unmarshal(b, &s) == nil:
		if s == "" {
			return parts
		}
		if field != "" {
			s = field + ": " + s
		}
		return append(parts, s)
	case json.Unmarshal(b, &list) == nil:
		for _, v := range list {
			parts = texts(v, field, parts, depth+1)
		}
	case json.Unmarshal(b, &object) == nil:
		names := make([]string, 0, len(object))
		for name := range object {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			parts = texts(object[name], name, parts, depth+1)
		}
	}
	return parts
}

// oneLine makes outside text fit for a log line: no control characters, runs of
// space made one, a bounded length.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > maxSays {
		s = string(r[:maxSays]) + "…"
	}
	return s
}
