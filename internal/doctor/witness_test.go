package doctor

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// peer answers requests in order, each as said.
type peer struct {
	t       *testing.T
	answers []*http.Response // nil: the connection breaks
}

func (p *peer) RoundTrip(*http.Request) (*http.Response, error) {
	if len(p.answers) == 0 {
		p.t.Fatal("it was asked once too often")
	}
	r := p.answers[0]
	if p.answers = p.answers[1:]; r == nil {
		return nil, errors.New("connection reset")
	}
	return r, nil
}

// said is a reply: headers as "Name: value" lines before an empty one, as a rule only
// a body.
func said(status int, body string, headers ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// seen sends requests ("GET /path", "POST /path {body}") that are answered so, and
// gives what the witness made of it.
func seen(t *testing.T, w *Witness, requests []string, answers ...*http.Response) []string {
	t.Helper()
	w.Base, w.Met, w.Now = parse(t, "https://hover.to"), &Answers{}, func() time.Time { return noon }
	w.Next = &peer{t, answers}
	for _, text := range requests {
		method, rest, _ := strings.Cut(text, " ")
		address, body, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(address, "/") {
			address = "https://hover.to" + address
		}
		r, err := http.NewRequest(method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := w.RoundTrip(r)
		if err != nil {
			continue
		}
		_, _ = io.ReadAll(response.Body)
		_ = response.Body.Close()
	}
	var all []string
	for _, m := range w.Met.List() {
		all = append(all, string(m.Question)+": "+m.Answer)
	}
	return all
}

func TestEachReplySettlesWhatItCanSettle(t *testing.T) {
	const exchange = "POST /oauth/token grant_type=authorization_code&code=x&redirect_uri=http%3A%2F%2F127.0.0.1%3A8749%2Foauth%2Fcallback"
	const renew = "POST /oauth/token grant_type=refresh_token&refresh_token=r1"
	const tokens = `{"access_token":"a","refresh_token":"b"}`
	const artifact = "GET /api/v3/models/51/artifacts/measurements.pdf?current_user_id=3"
	at := "Date: " + noon.Format(http.TimeFormat)
	for _, c := range []struct {
		name     string
		requests []string
		answers  []*http.Response
		want     []string
	}{
		{"PKCE is taken", []string{exchange + "&code_verifier=v"}, []*http.Response{said(200, tokens)}, []string{"pkce: taken", "redirect: http"}},
		{
			"PKCE is refused, and without it all is well", []string{exchange + "&code_verifier=v", exchange},
			[]*http.Response{said(400, `{"error":"invalid_request"}`), said(200, tokens)}, []string{"pkce: refused", "redirect: http", "errors: error"},
		},
		{"a sign-in ends", []string{renew}, []*http.Response{said(401, `{"error":"invalid_grant"}`)}, []string{"invalid-grant: 401", "errors: error"}},
		{"a lost renewal, the old token lives", []string{renew, renew}, []*http.Response{nil, said(200, tokens)}, []string{"lost-reply: lives"}},
		{
			"a lost renewal, the old token is dead", []string{renew, renew}, []*http.Response{nil, said(400, `{"error":"invalid_grant"}`)},
			[]string{"invalid-grant: 400", "lost-reply: ended", "errors: error"},
		},
		{
			"a file on another host", []string{artifact}, []*http.Response{said(302, "", "Location: https://files.example/a.pdf?X-Amz-Expires=345600&X-Amz-Signature=s3cr3t")},
			[]string{"storage: other", "link-life: 96h0m0s"},
		},
		{
			"a file on Hover's own", []string{artifact}, []*http.Response{said(302, "", "Location: /storage/a.pdf?expires=1772625602&signature=s", at)},
			[]string{"storage: own", "link-life: 2s"},
		},
		{"a file that Hover sends itself", []string{artifact}, []*http.Response{said(200, "%PDF", "Content-Type: application/pdf")}, []string{"storage: direct"}},
		{
			"a file that is not there yet", []string{artifact, artifact, artifact, artifact},
			[]*http.Response{said(404, "{}"), said(202, ""), said(200, "", "Content-Type: application/pdf"), said(200, "<p>", "Content-Type: text/html")},
			[]string{"not-ready: 202", "not-ready: 404", "not-ready: empty", "not-ready: page 200"},
		},
		{
			"without an acting user", []string{"POST /api/v2/x {}", "GET /api/v3/models/51/artifacts/measurements.pdf"},
			[]*http.Response{said(422, `{"errors":{"user":["is needed"]}}`), said(302, "", "Location: https://files.example/a")},
			[]string{"acting-user: free", "acting-user: needed 422", "storage: other", "errors: errors: {…}"},
		},
		{
			"lists", []string{"GET /api/v3/jobs", "GET /api/v3/jobs", "GET /api/v2/users", "GET /api/v1/jobs"},
			[]*http.Response{
				said(200, `{"pagination":{"next_page":null},"results":[{"id":1}]}`), said(200, `{"results":[{"id":"2"}]}`),
				said(200, `{"pagination":{"total_pages":1},"results":[]}`), said(200, `{"jobs":[],"meta":{"pagination":{"next_page":2,"total_pages":3}}}`),
			},
			[]string{"pages: neither", "pages: next_page", "pages: next_page, total_pages", "pages: total_pages", "ids: numbers", "ids: texts"},
		},
		{
			"searches", []string{"GET /api/v3/jobs?search=sycamore", "GET /api/v3/jobs?search=sycamore", "GET /api/v3/jobs?search=sy"},
			[]*http.Response{
				said(200, `{"results":[{"id":1,"name":"1420 Sycamore Lane"}]}`), said(200, `{"results":[{"id":1,"name":"Elm"}]}`), said(422, ""),
			},
			[]string{"pages: neither", "ids: numbers", "search: finds", "search: other", "search: short 422", "errors: empty"},
		},
		{
			"the limit", []string{"GET /api/v3/jobs/1", "GET /api/v3/jobs/1"},
			[]*http.Response{said(429, "slow down", "Retry-After: 60"), said(429, "slow down", "X-RateLimit-Remaining: 0")},
			[]string{"errors: text", "rate: X-Ratelimit-Remaining", "rate: none", "rate: seconds"},
		},
		{
			"a webhook's verification", []string{"POST /api/v2/webhooks/7/request_verification {}", "PUT /api/v2/webhooks/c0de/verify", "POST /api/v2/webhooks/8/request_verification {}"},
			[]*http.Response{said(200, `{"code":"c0de"}`), said(200, ""), said(200, "")},
			[]string{"code: reply", "code: unsaid", "verify: PUT", "acting-user: free"},
		},
		{"storage is none of Hover's", []string{"GET https://files.example/a?search=x"}, []*http.Response{said(403, "{}", "X-RateLimit-Limit: 1")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := seen(t, &Witness{}, c.requests, c.answers...); !slices.Equal(got, c.want) {
				t.Errorf("it settled\n%q, want\n%q", got, c.want)
			}
		})
	}
}

func TestWhatFailedDeliveriesDoToOurWebhookIsSeenInHoversList(t *testing.T) {
	list := func(hooks string) *http.Response {
		return said(200, `{"pagination":{"next_page":null},"webhooks":[`+hooks+`]}`)
	}
	const get = "GET /api/v2/webhooks"
	hook := func(id, url, verified, failed string) string {
		return `{"id":` + id + `,"url":"https://` + url + `","verified_at":` + verified + `,"last_error":` + failed + `}`
	}
	const ours = "x.ngrok.app/hover/0123"
	for want, then := range map[string]string{
		"told":       hook("7", ours, `"2026-03-04"`, `"502 Bad Gateway"`),
		"unverified": hook("7", ours, `null`, `"502 Bad Gateway"`),
		"gone":       hook("9", "another.example/hook", `"2026-03-04"`, `null`),
		"":           hook("7", ours, `"2026-03-04"`, `null`),
	} {
		w := &Witness{}
		w.Own("/hover/0123")
		got := seen(t, w, []string{get, get}, list(hook("7", ours, `"2026-03-04"`, `null`)+","+hook("9", "another.example/hook", `"x"`, `null`)), list(then))
		i := slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, string(AskedWebhookEnd)) })
		switch {
		case want == "" && i >= 0, want != "" && (i < 0 || got[i] != "failed-deliveries: "+want):
			t.Errorf("%q was seen, want %q", got, want)
		}
	}
	w := &Witness{}
	w.Own("/hover/0123")
	if got := seen(t, w, []string{get, "DELETE /api/v2/webhooks/7", get}, list(hook("7", ours, `"x"`, `null`)), said(204, ""), list("")); slices.Contains(got, "failed-deliveries: gone") {
		t.Error("one that we deleted ourselves is told as gone")
	}
}

func TestWhenTheVerificationCodeComesIsSeen(t *testing.T) {
	w := &Witness{}
	seen(t, w, []string{"POST /api/v2/webhooks {}"}, said(201, `{"id":7}`))
	w.Code("early", noon.Add(200*time.Millisecond))
	w.Code("early", noon.Add(time.Second))
	w.Code("late", noon.Add(40*time.Second))
	w.asked, w.answered = noon, time.Time{}
	w.Code("before", noon)
	var got []string
	for _, m := range w.Met.List() {
		if m.Question == AskedCode {
			got = append(got, m.Answer)
		}
	}
	if want := []string{"after < 1m", "after < 1s", "again", "before"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The caller reads exactly what came, however it reads, and nothing secret is kept.
func TestTheWitnessChangesNothingAndKeepsNoSecret(t *testing.T) {
	long := strings.Repeat("x", 3*maxWatched)
	for _, body := range []string{"", "{}", long} {
		w := &Witness{Base: parse(t, "https://hover.to"), Met: &Answers{}, Now: time.Now, Next: &peer{t, []*http.Response{said(200, body)}}}
		r, err := http.NewRequest(http.MethodGet, "https://hover.to/api/v3/jobs", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := w.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(response.Body)
		if err != nil || string(b) != body {
			t.Errorf("%d bytes came, want %d: %v", len(b), len(body), err)
		}
		if kept := response.Body.(*watched).copy.Len(); kept > maxWatched {
			t.Errorf("%d bytes are kept", kept)
		}
	}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"s3cr3t-refresh"}, "client_secret": {"s3cr3t-client"}}
	got := seen(t, &Witness{}, []string{"POST /oauth/token " + form.Encode(), "GET /api/v3/models/1/artifacts/a.pdf"},
		said(400, `{"error":"s3cr3t-refresh","message":"s3cr3t-client"}`), said(302, "", "Location: https://s3.example/s3cr3t?X-Amz-Signature=s3cr3t", "X-RateLimit-Limit: s3cr3t"))
	if strings.Contains(strings.Join(got, " "), "s3cr3t") {
		t.Errorf("%q is kept", got)
	}
}

func FuzzNoReplyTroublesTheWitness(f *testing.F) {
	f.Add("GET", "/api/v3/jobs?search=x", 200, `{"results":[{"id":{}}]}`, "text/html")
	f.Add("GET", "/api/v2/webhooks", 200, `{"webhooks":[{"id":[],"url":3}]}`, "")
	f.Add("POST", "/oauth/token", 400, `{"error":[]}`, "application/json")
	f.Add("GET", "/api/v3/models/x/artifacts/", 302, ``, "::")
	f.Fuzz(func(t *testing.T, method, address string, status int, body, header string) {
		u, err := url.Parse("https://hover.to" + address)
		if err != nil {
			t.Skip("no address")
		}
		w := &Witness{Base: &url.URL{Scheme: "https", Host: "hover.to"}, Met: &Answers{}, Now: time.Now}
		w.Own("/hover/0123")
		w.Next = &peer{t, []*http.Response{said(status, body, "Content-Type: "+header, "Location: "+header, "Retry-After: "+header)}}
		response, err := w.RoundTrip(&http.Request{Method: method, URL: u, Header: http.Header{}})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(response.Body); err != nil || string(b) != body {
			t.Errorf("%q came, want %q", b, body)
		}
		_ = Replies(w.Met.List())
	})
}
