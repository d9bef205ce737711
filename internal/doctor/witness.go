package doctor

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Witness is a transport that looks at what Hover answers and notes which of the
// open questions that settles. It changes nothing on the way: what it looks at is
// what the caller reads anyway, and it keeps no more of it than the answer.
type Witness struct {
	Next http.RoundTripper
	Base *url.URL // Hover's
	Met  *Answers
	Now  func() time.Time

	mu       sync.Mutex // protects all below
	ours     string     // the path of our webhook
	hooks    map[string]hookSeen
	spent    [sha256.Size]byte // the refresh token of the last renewal of which the reply was lost
	asked    time.Time         // when our webhook's registration was sent
	answered time.Time         // and when it was answered; zero while it is not
	codes    map[[sha256.Size]byte]bool
}

// hookSeen is one of our webhooks as Hover's list last told it.
type hookSeen struct{ verified, failed bool }

// maxWatched is how much of a reply is looked at: a longer one tells nothing.
const maxWatched = 1 << 20

// Own tells the secret path of our webhooks.
func (w *Witness) Own(hookPath string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ours = hookPath
}

// Code hears that a verification code was posted.
func (w *Witness) Code(code string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	sum := sha256.Sum256([]byte(code))
	if w.codes[sum] {
		w.Met.Note(AskedCode, "again", at)
		return
	}
	if w.codes == nil || len(w.codes) == maxAnswers {
		w.codes = map[[sha256.Size]byte]bool{}
	}
	w.codes[sum] = true
	switch {
	case w.asked.IsZero():
	case w.answered.IsZero():
		w.Met.Note(AskedCode, "before", at)
	default:
		w.Met.Note(AskedCode, "after "+roughly(at.Sub(w.answered)), at)
	}
}

// roughly tells a span in few words, so that like ones count together.
func roughly(d time.Duration) string {
	for _, most := range []time.Duration{time.Second, 15 * time.Second, time.Minute, 10 * time.Minute, time.Hour} {
		if d <= most {
			return "< " + strings.TrimSuffix(strings.TrimSuffix(most.String(), "0s"), "0m")
		}
	}
	return "> 1h"
}

// RoundTrip sends a request on and looks at the reply.
func (w *Witness) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchange{w: w, method: r.Method, url: r.URL}
	if w.hover(r.URL) {
		x.sent(r)
	}
	response, err := w.Next.RoundTrip(r)
	if err != nil {
		x.lost()
		return response, err
	}
	x.status, x.header = response.StatusCode, response.Header
	if response.Body != nil {
		response.Body = &watched{ReadCloser: response.Body, told: x.came}
	}
	return response, nil
}

func (w *Witness) hover(u *url.URL) bool {
	return w.Base != nil && u.Host == w.Base.Host && u.Scheme == w.Base.Scheme
}

// watched is a reply's body whose copy is looked at when it has come to its end.
type watched struct {
	io.ReadCloser
	copy bytes.Buffer
	long bool
	told func(body []byte, whole, long bool)
	once sync.Once
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.long = b.long || b.copy.Len()+n > maxWatched; b.long {
		b.copy.Reset()
	} else {
		b.copy.Write(p[:n])
	}
	if err != nil {
		b.once.Do(func() { b.told(b.copy.Bytes(), err == io.EOF, b.long) })
	}
	return n, err
}

func (b *watched) Close() error {
	b.once.Do(func() { b.told(b.copy.Bytes(), false, b.long) })
	return b.ReadCloser.Close()
}

// exchange is one request and what came of it.
type exchange struct {
	w      *Witness
	method string
	url    *url.URL
	form   url.Values // of a request to the token endpoint
	user   bool       // it names an acting user
	status int
	header http.Header
}

func (x *exchange) note(q Question, answer string) { x.w.Met.Note(q, answer, x.w.Now()) }

// sent looks at the request, of which the body can be read once more.
func (x *exchange) sent(r *http.Request) {
	x.user = r.URL.Query().Has("current_user_id") || r.URL.Query().Has("current_user_email")
	var body []byte
	if r.GetBody != nil {
		if b, err := r.GetBody(); err == nil {
			body, _ = io.ReadAll(io.LimitReader(b, maxWatched)) // it is in memory
			_ = b.Close()
		}
	}
	switch {
	case x.is("/oauth/token"):
		x.form, _ = url.ParseQuery(string(body))
	case x.method == http.MethodPost:
		x.user = x.user || bytes.Contains(body, []byte(`"current_user_id"`))
	}
	if x.method == http.MethodPost && x.is("/api/v2/webhooks") {
		x.w.mu.Lock()
		x.w.asked, x.w.answered = x.w.Now(), time.Time{}
		x.w.mu.Unlock()
	}
}

func (x *exchange) is(p string) bool { return strings.HasSuffix(x.url.Path, p) }

// lost hears that there is no reply, or half of one.
func (x *exchange) lost() {
	if token := x.form.Get("refresh_token"); token != "" {
		x.w.mu.Lock()
		x.w.spent = sha256.Sum256([]byte(token))
		x.w.mu.Unlock()
	}
}

// came looks at the reply; whole says that it was read to its end, long that it is
// too long to be looked into.
func (x *exchange) came(body []byte, whole, long bool) {
	if !x.w.hover(x.url) {
		return
	}
	if !whole && x.form != nil {
		x.lost()
		return
	}
	x.rate()
	isPage := strings.HasPrefix(x.header.Get("Content-Type"), "text/html")
	switch {
	case x.form != nil:
		x.token(body)
	case strings.Contains(x.url.Path, "/artifacts/"):
		x.artifact(whole && !long && len(body) == 0, isPage)
		return // what it says of the acting user is told there
	}
	if x.status >= 400 && whole && !long {
		x.note(AskedErrors, shapeOf(body, isPage))
	}
	if x.form != nil || long || !whole {
		return
	}
	x.actingUser(x.method == http.MethodPost || x.method == http.MethodPatch)
	x.webhook(body)
	if search := x.url.Query().Get("search"); search != "" && x.status == http.StatusUnprocessableEntity && len([]rune(search)) < 3 {
		x.note(AskedSearch, "short "+strconv.Itoa(x.status))
	}
	if x.status == http.StatusOK && x.method == http.MethodGet {
		x.list(body)
	}
}

// actingUser notes how Hover takes a call that should name one and does not.
func (x *exchange) actingUser(wanted bool) {
	switch {
	case !wanted || x.user:
	case x.status < 400:
		x.note(AskedActingUser, "free")
	case x.status == http.StatusUnprocessableEntity, x.status == http.StatusUnauthorized:
		x.note(AskedActingUser, "needed "+strconv.Itoa(x.status))
	}
}

// rateName is a header that tells of a limit.
var rateName = regexp.MustCompile(`(?i)^(x-)?rate-?limit[a-z-]{0,30}$`)

func (x *exchange) rate() {
	for name := range x.header {
		if rateName.MatchString(name) {
			x.note(AskedRate, name)
		}
	}
	if x.status != http.StatusTooManyRequests {
		return
	}
	after := x.header.Get("Retry-After")
	switch _, err := strconv.Atoi(after); {
	case after == "":
		x.note(AskedRate, "none")
	case err == nil:
		x.note(AskedRate, "seconds")
	default:
		x.note(AskedRate, "date")
	}
}

// token looks at a reply of the token endpoint.
func (x *exchange) token(body []byte) {
	var said struct {
		Error  string `json:"error"`
		Access string `json:"access_token"`
	}
	_ = json.Unmarshal(body, &said) // what is no JSON says neither
	good := x.status == http.StatusOK && said.Access != ""
	if said.Error == "invalid_grant" {
		x.note(AskedGrant, strconv.Itoa(x.status))
	}
	if token := x.form.Get("refresh_token"); token != "" {
		x.w.mu.Lock()
		again := x.w.spent == sha256.Sum256([]byte(token))
		x.w.spent = [sha256.Size]byte{}
		x.w.mu.Unlock()
		switch {
		case again && good:
			x.note(AskedLostReply, "lives")
		case again && said.Error == "invalid_grant":
			x.note(AskedLostReply, "ended")
		}
		return
	}
	switch verifier := x.form.Has("code_verifier"); {
	case good && verifier:
		x.note(AskedPKCE, "taken")
	case verifier && said.Error == "invalid_request":
		x.note(AskedPKCE, "refused")
	}
	if to, err := url.Parse(x.form.Get("redirect_uri")); err == nil && good {
		x.note(AskedRedirect, to.Scheme)
	}
}

// artifact looks at how Hover answers for a file.
func (x *exchange) artifact(empty, isPage bool) {
	x.actingUser(true)
	to, err := url.Parse(x.header.Get("Location"))
	switch {
	case x.status >= 300 && x.status < 400 && err == nil:
		if to = x.url.ResolveReference(to); x.w.hover(to) {
			x.note(AskedStorage, "own")
		} else {
			x.note(AskedStorage, "other")
		}
		if life := x.life(to.Query()); life > 0 {
			x.note(AskedLinkLife, life.String())
		}
	case isPage:
		x.note(AskedNotReady, "page "+strconv.Itoa(x.status))
	case x.status == http.StatusOK && empty, x.status == http.StatusNoContent:
		x.note(AskedNotReady, "empty")
	case x.status == http.StatusOK:
		x.note(AskedStorage, "direct")
	case x.status < 500 && x.status != http.StatusTooManyRequests && x.status != http.StatusUnauthorized:
		x.note(AskedNotReady, strconv.Itoa(x.status))
	}
}

// life reads how long a signed link to storage is good, as storage services write
// it; 0 if it does not say.
func (x *exchange) life(q url.Values) time.Duration {
	for name, values := range q {
		n, err := strconv.ParseInt(values[0], 10, 64)
		if err != nil || n <= 0 {
			continue
		}
		switch strings.ToLower(name) {
		case "x-amz-expires", "x-goog-expires":
			return time.Duration(min(n, 10*366*24*60*60)) * time.Second
		case "expires":
			now, err := http.ParseTime(x.header.Get("Date"))
			if err != nil {
				now = x.w.Now()
			}
			if left := time.Unix(n, 0).Sub(now); left > time.Hour {
				return left.Round(time.Hour)
			} else if left > 0 {
				return left.Round(time.Second)
			}
		}
	}
	return 0
}

// shapeOf says how an error is told: by which name, as a text, a page, or not at
// all.
func shapeOf(body []byte, isPage bool) string {
	body = bytes.TrimSpace(body)
	var object map[string]json.RawMessage
	switch {
	case len(body) == 0:
		return "empty"
	case isPage || body[0] == '<':
		return "page"
	case json.Unmarshal(body, &object) != nil:
		return "text"
	}
	for _, name := range []string{"errors", "error", "message"} {
		if v := bytes.TrimSpace(object[name]); len(v) > 0 {
			return name + map[byte]string{'{': ": {…}", '[': ": […]"}[v[0]]
		}
	}
	return "{…}"
}

// webhook looks at what Hover tells of webhooks.
func (x *exchange) webhook(body []byte) {
	_, rest, found := strings.Cut(x.url.Path, "/api/v2/webhooks")
	if !found || x.status >= 400 {
		return
	}
	w := x.w
	w.mu.Lock()
	defer w.mu.Unlock()
	switch id := path.Base(rest); {
	case rest == "" && x.method == http.MethodPost:
		w.answered = w.Now()
	case strings.HasSuffix(rest, "/verify"):
		x.note(AskedVerify, x.method)
	case strings.HasSuffix(rest, "/request_verification"):
		if bytes.Contains(body, []byte(`"code"`)) {
			x.note(AskedCode, "reply")
		} else {
			x.note(AskedCode, "unsaid")
		}
	case x.method == http.MethodDelete:
		delete(w.hooks, id)
	case rest == "" && x.method == http.MethodGet && w.ours != "" && (x.url.Query().Get("page") == "" || x.url.Query().Get("page") == "1"):
		x.hooks(body)
	}
}

// hooks compares our webhooks in Hover's list with how they were.
func (x *exchange) hooks(body []byte) {
	elements, paged := elementsOf(body)
	if paged == "" {
		return
	}
	now := map[string]hookSeen{}
	for _, raw := range elements {
		var h struct {
			ID       json.RawMessage `json:"id"`
			URL      string          `json:"url"`
			Verified json.RawMessage `json:"verified_at"`
			Failed   string          `json:"last_error"`
		}
		if json.Unmarshal(raw, &h) != nil || !strings.HasSuffix(h.URL, x.w.ours) {
			continue
		}
		id := strings.Trim(string(h.ID), `"`)
		is := hookSeen{verified: len(h.Verified) > 0 && string(h.Verified) != "null" && string(h.Verified) != `""`, failed: h.Failed != ""}
		was := x.w.hooks[id]
		if is.failed && is.verified && !was.failed {
			x.note(AskedWebhookEnd, "told")
		}
		if was.verified && !is.verified {
			x.note(AskedWebhookEnd, "unverified")
		}
		now[id] = is
	}
	for id, was := range x.w.hooks {
		if _, there := now[id]; !there && was.verified && len(elements) < 100 { // else it may be on the next page
			x.note(AskedWebhookEnd, "gone")
		}
	}
	x.w.hooks = now
}

// list looks at a page of a list, or at one thing.
func (x *exchange) list(body []byte) {
	elements, paged := elementsOf(body)
	if paged == "" {
		x.ids(body)
		return
	}
	x.note(AskedPages, paged)
	if len(elements) == 0 {
		return
	}
	x.ids(elements[0])
	search := strings.ToLower(x.url.Query().Get("search"))
	if search == "" {
		return
	}
	for _, raw := range elements {
		if !strings.Contains(strings.ToLower(string(raw)), search) {
			x.note(AskedSearch, "other")
			return
		}
	}
	x.note(AskedSearch, "finds")
}

// elementsOf gives the elements of a list in any of Hover's dialects, and how it
// tells where it stands: "next_page", "total_pages", both, or neither. paged is
// empty for what is no list.
func elementsOf(body []byte) (elements []json.RawMessage, paged string) {
	if json.Unmarshal(body, &elements) == nil && elements != nil {
		return elements, "neither"
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return nil, ""
	}
	for _, name := range []string{"results", "jobs", "webhooks", "users", "requested_captures"} {
		list, ok := object[name]
		if !ok {
			continue
		}
		if len(list) > 0 && list[0] == '{' {
			return elementsOf(list)
		}
		if json.Unmarshal(list, &elements) != nil {
			return nil, ""
		}
		position := object["pagination"]
		if position == nil {
			var meta struct {
				Pagination json.RawMessage `json:"pagination"`
			}
			_ = json.Unmarshal(object["meta"], &meta) // without it there is none
			position = meta.Pagination
		}
		var by map[string]json.RawMessage
		_ = json.Unmarshal(position, &by) // the same
		var said []string
		for _, name := range []string{"next_page", "total_pages"} {
			if _, ok := by[name]; ok {
				said = append(said, name)
			}
		}
		if said == nil {
			return elements, "neither"
		}
		return elements, strings.Join(said, ", ")
	}
	return nil, ""
}

func (x *exchange) ids(raw []byte) {
	var thing struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(raw, &thing) != nil || len(thing.ID) == 0 {
		return
	}
	if thing.ID[0] == '"' {
		x.note(AskedIDs, "texts")
	} else if thing.ID[0] != 'n' {
		x.note(AskedIDs, "numbers")
	}
}
