package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// listener is a webhook's far end without a network.
type listener struct {
	mu     sync.Mutex
	status int
	posts  []*http.Request
	bodies [][]byte
	seen   func(body []byte)
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.posts, l.bodies = append(l.posts, r), append(l.bodies, body)
	status, seen := l.status, l.seen
	l.mu.Unlock()
	if seen != nil {
		seen(body)
	}
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

// on has f see every body as it arrives.
func (l *listener) on(f func(body []byte)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = f
}

// answer has every further POST answered with a status.
func (l *listener) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// events gives what arrived, in order.
func (l *listener) events(t *testing.T) []hover.Event {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []hover.Event
	for _, b := range l.bodies {
		e, err := hover.Decode(b)
		if err != nil {
			t.Fatalf("a webhook's body: %v", err)
		}
		all = append(all, e)
	}
	return all
}

// told gives the events that came after the verification, as "name state".
func (l *listener) told(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, e := range l.events(t) {
		if e.Name() != hover.EventVerificationCode {
			all = append(all, string(e.Name())+" "+e.About().State)
		}
	}
	return all
}

// visitor is an application that talks to the simulator.
type visitor struct {
	t      *testing.T
	sim    *simulator.Simulator
	client *http.Client
	bearer string
}

func visit(t *testing.T, o simulator.Options) (*visitor, *listener) {
	t.Helper()
	far := &listener{}
	if o.Transport == nil {
		o.Transport = far
	}
	s := simulator.New(o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &visitor{
		t: t, sim: s, bearer: s.SignIn().Access,
		client: &http.Client{
			Transport:     s.Transport(),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, far
}

// ask sends a request to the API (or to a whole URL) and gives status, body
// and header.
func (v *visitor) ask(method, where, body string) (int, []byte, http.Header) {
	v.t.Helper()
	if !strings.Contains(where, "://") {
		where = v.sim.URL() + where
	}
	r, err := http.NewRequestWithContext(v.t.Context(), method, where, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := v.client.Do(r)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, where, err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, where, err)
	}
	return response.StatusCode, b, response.Header
}

// get asks for something that must be there and decodes it.
func (v *visitor) get(where string, into any) {
	v.t.Helper()
	status, b, _ := v.ask("GET", where, "")
	if status != http.StatusOK {
		v.t.Fatalf("GET %s: %d %s", where, status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		v.t.Fatalf("GET %s: %v in %s", where, err, b)
	}
}

func (v *visitor) want(status int, method, where, body string) []byte {
	v.t.Helper()
	got, b, _ := v.ask(method, where, body)
	if got != status {
		v.t.Fatalf("%s %s: %d %s, want %d", method, where, got, b, status)
	}
	return b
}

// register registers a webhook and verifies it with the code that arrives.
func (v *visitor) register(far *listener, at string) hover.Webhook {
	v.t.Helper()
	before := len(far.events(v.t))
	var hook hover.Webhook
	b := v.want(http.StatusCreated, "POST", "/api/v2/webhooks", `{"webhook":{"url":"`+at+`","content-type":"json"}}`)
	if err := json.Unmarshal(b, &hook); err != nil {
		v.t.Fatal(err)
	}
	synctest.Wait()
	for _, e := range far.events(v.t)[before:] {
		if code, ok := e.(hover.VerificationCode); ok && code.Webhook == hook.ID {
			v.want(http.StatusOK, "PUT", "/api/v2/webhooks/"+code.Code+"/verify", "")
			return hook
		}
	}
	v.t.Fatal("no verification code arrived")
	return hook
}

func (v *visitor) exchange(form url.Values) (int, map[string]any) {
	v.t.Helper()
	form.Set("client_id", simulator.ClientID)
	form.Set("client_secret", simulator.ClientSecret)
	r, err := v.client.PostForm(v.sim.URL()+"/oauth/token", form)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	var reply map[string]any
	if err := json.NewDecoder(r.Body).Decode(&reply); err != nil {
		v.t.Fatal(err)
	}
	return r.StatusCode, reply
}

func TestSomebodySignsInAndTheRefreshTokenIsSpentByUse(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	v.bearer = ""
	authorize := "/oauth/authorize?response_type=code&state=xyz&client_id=" + simulator.ClientID + "&redirect_uri=" + url.QueryEscape("http://127.0.0.1:9/cb")
	if b := v.want(http.StatusOK, "GET", authorize, ""); !bytes.Contains(b, []byte("answer=allow")) {
		t.Fatalf("no way to allow on the page: %s", b)
	}
	status, _, header := v.ask("GET", authorize+"&answer=allow", "")
	back, err := url.Parse(header.Get("Location"))
	if status != http.StatusFound || err != nil || back.Query().Get("state") != "xyz" {
		t.Fatalf("allowed: %d, Location %q", status, header.Get("Location"))
	}
	code := url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {"http://127.0.0.1:9/cb"}}
	status, first := v.exchange(code)
	if status != http.StatusOK || first["owner_type"] != "orgs" || first["expires_in"] != 7200.0 {
		t.Fatalf("exchange: %d %v", status, first)
	}
	if status, again := v.exchange(code); status != http.StatusBadRequest || again["error"] != "invalid_grant" {
		t.Errorf("a code worked twice: %d %v", status, again)
	}
	refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first["refresh_token"].(string)}}
	status, second := v.exchange(refresh)
	if status != http.StatusOK || second["refresh_token"] == first["refresh_token"] {
		t.Fatalf("refresh: %d %v", status, second)
	}
	v.bearer = first["access_token"].(string)
	v.want(http.StatusUnauthorized, "GET", "/api/v3/jobs", "")
	v.bearer = second["access_token"].(string)
	v.want(http.StatusOK, "GET", "/api/v3/jobs", "")
	if status, spent := v.exchange(refresh); status != http.StatusBadRequest || spent["error"] != "invalid_grant" {
		t.Errorf("a spent refresh token worked: %d %v", status, spent)
	}
}

func TestADeniedSignInSaysSo(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	authorize := "/oauth/authorize?response_type=code&state=s&client_id=" + simulator.ClientID + "&redirect_uri="
	_, _, header := v.ask("GET", authorize+url.QueryEscape("https://hover.to")+"&answer=deny", "")
	if l := header.Get("Location"); !strings.HasPrefix(l, "https://hover.to") || !strings.Contains(l, "error=access_denied") || !strings.Contains(l, "state=s") {
		t.Errorf("denied: sent to %q", l)
	}
	v.sim.SetFaults(func(f *simulator.Faults) { f.AllowLoopbackRedirect = false })
	v.want(http.StatusUnprocessableEntity, "GET", authorize+url.QueryEscape("http://127.0.0.1:9/cb"), "")
}

func TestACodeIsForTheAddressThatAskedForIt(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	v.sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove, f.InvalidGrant401 = true, true })
	_, _, header := v.ask("GET", "/oauth/authorize?response_type=code&client_id="+simulator.ClientID+"&redirect_uri=https%3A%2F%2Fhover.to", "")
	back, err := url.Parse(header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	status, reply := v.exchange(url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {"https://hover.to/"}})
	if status != http.StatusUnauthorized || reply["error"] != "invalid_grant" {
		t.Errorf("%d %v", status, reply)
	}
}

func TestPKCEIsCheckedWhereItWasUsed(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	v.sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })
	// The example of RFC 7636, appendix B.
	for verifier, want := range map[string]int{"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk": 200, "another": 400} {
		_, _, header := v.ask("GET", "/oauth/authorize?response_type=code&client_id="+simulator.ClientID+
			"&redirect_uri=https%3A%2F%2Fhover.to&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "")
		back, err := url.Parse(header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		status, reply := v.exchange(url.Values{
			"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {"https://hover.to"}, "code_verifier": {verifier},
		})
		if status != want {
			t.Errorf("verifier %q: %d %v, want %d", verifier, status, reply, want)
		}
	}
}

func TestAWebhookHearsOfNothingBeforeItIsVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		v.want(http.StatusCreated, "POST", "/api/v2/webhooks", `{"webhook":{"url":"https://us.example/hover"}}`)
		synctest.Wait()
		if err := v.sim.SetJobState(job, hover.JobProcessing); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if told := far.told(t); len(told) > 0 {
			t.Fatalf("told %v before the verification", told)
		}
		hook := v.register(far, "https://us.example/hover")
		if err := v.sim.CompleteJob(job); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		want := []string{"model-state-changed completed", "job-state-changed-v2 completed"}
		if told := far.told(t); !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		last := far.posts[len(far.posts)-1]
		d := hover.Delivery{Header: last.Header, RequestURI: last.URL.RequestURI(), URL: last.URL.String(), Body: far.bodies[len(far.bodies)-1]}
		if r, ok := hover.Match(d, hook.Secret, hover.Reading{}); !ok || r.Algorithm != hover.SHA256 {
			t.Errorf("the event's signature does not match: %v %v", r, ok)
		}
	})
}

func TestTheVerificationCodeMayComeBeforeTheReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.sim.SetFaults(func(f *simulator.Faults) { f.VerificationBefore201 = 1500 * time.Millisecond })
		start := time.Now()
		var came time.Duration
		far.on(func([]byte) { came = time.Since(start) })
		v.want(http.StatusCreated, "POST", "/api/v2/webhooks", `{"webhook":{"url":"https://us.example/hover"}}`)
		if replied := time.Since(start); replied != 1500*time.Millisecond || came != 0 || len(far.posts) != 1 {
			t.Errorf("replied after %v, code after %v in %d posts", replied, came, len(far.posts))
		}
	})
}

func TestALostVerificationCodeCanBeAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.sim.SetFaults(func(f *simulator.Faults) { f.VerificationLost = 1 })
		var hook hover.Webhook
		if err := json.Unmarshal(v.want(http.StatusCreated, "POST", "/api/v2/webhooks", `{"webhook":{"url":"https://us.example/hover"}}`), &hook); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(far.posts) != 0 {
			t.Fatal("the code was not lost")
		}
		var code struct{ Code string }
		if err := json.Unmarshal(v.want(http.StatusOK, "POST", "/api/v2/webhooks/"+hook.ID.String()+"/request_verification", ""), &code); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(far.posts) != 1 || code.Code == "" {
			t.Errorf("%d posts and code %q in the reply", len(far.posts), code.Code)
		}
		v.bearer = "" // Hover's older page: no authentication is required
		v.want(http.StatusOK, "PUT", "/api/v2/webhooks/"+strings.ToLower(code.Code)+"/verify", "")
		v.want(http.StatusNotFound, "PUT", "/api/v2/webhooks/nonsense/verify", "")
	})
}

func TestAThirdWebhookForOneAddressIsRefused(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	body := `{"webhook":{"url":"https://us.example/hover"}}`
	v.want(http.StatusCreated, "POST", "/api/v2/webhooks", body)
	v.want(http.StatusCreated, "POST", "/api/v2/webhooks", body)
	v.want(http.StatusUnprocessableEntity, "POST", "/api/v2/webhooks", body)
	v.want(http.StatusUnprocessableEntity, "POST", "/api/v2/webhooks", `{"url":"https://us.example/flat"}`)
	hooks := v.sim.Webhooks()
	v.want(http.StatusNoContent, "DELETE", "/api/v2/webhooks/"+hooks[0].ID.String(), "")
	v.want(http.StatusCreated, "POST", "/api/v2/webhooks", body)
}

func TestWhatALaptopAnsweredBadlyIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.register(far, "https://us.example/hover")
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		far.answer(http.StatusServiceUnavailable)
		v.sim.SetFaults(func(f *simulator.Faults) { f.RetryOn5xx = 2 })
		if err := v.sim.SetJobState(job, hover.JobProcessing); err != nil {
			t.Fatal(err)
		}
		if err := v.sim.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if told := far.told(t); len(told) != 3 {
			t.Errorf("tried %d times, want 3", len(told))
		}
		var list struct{ Results []hover.Webhook }
		v.get("/api/v2/webhooks", &list)
		if len(list.Results) != 1 || !strings.HasPrefix(list.Results[0].LastError, "503") {
			t.Errorf("the list says %+v", list.Results)
		}
	})
}

func TestEventsComeTwiceOrInTheWrongOrderIfAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.register(far, "https://us.example/hover")
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobWorking})
		v.sim.SetFaults(func(f *simulator.Faults) { f.Reorder, f.EmitV1, f.Delay = true, true, time.Second })
		if err := v.sim.SetJobState(job, hover.JobCompleted); err != nil {
			t.Fatal(err)
		}
		if err := v.sim.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		v.sim.SetFaults(func(f *simulator.Faults) { f.Reorder, f.EmitV1, f.Duplicate = false, false, true })
		if err := v.sim.SetJobState(job, hover.JobFailed); err != nil {
			t.Fatal(err)
		}
		if err := v.sim.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"job-state-changed-v2 completed", "job-state-changed completed",
			"job-state-changed-v2 failed", "job-state-changed-v2 failed",
		}
		if told := far.told(t); !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestNewsThatWasMissedIsFoundByAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.register(far, "https://us.example/hover")
		old := v.sim.AddJob(simulator.JobSpec{Since: time.Hour})
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobProcessing, Since: time.Hour})
		since := time.Now()
		time.Sleep(10 * time.Second)
		v.sim.Quietly(func() {
			if err := v.sim.CompleteJob(job); err != nil {
				t.Fatal(err)
			}
		})
		synctest.Wait()
		if told := far.told(t); len(told) > 0 {
			t.Errorf("told %q quietly", told)
		}
		var list struct{ Results []hover.Job }
		v.get("/api/v3/jobs?updated_since="+itoa(since.Unix()), &list)
		if len(list.Results) != 1 || list.Results[0].ID != job || list.Results[0].State != hover.JobCompleted {
			t.Errorf("asked since %v: %v (old job %s)", since, list.Results, old)
		}
	})
}

func TestALongAccountIsReadInPages(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	ids := v.sim.AddJobs(205)
	var page struct {
		Results    []hover.Job
		Pagination struct {
			Next *int `json:"next_page"`
		}
	}
	var seen []hover.JobID
	for n := 1; ; n++ {
		v.get("/api/v3/jobs?per=500&sort_by=updated_at&page="+itoa(int64(n)), &page)
		for _, j := range page.Results {
			seen = append(seen, j.ID)
		}
		if page.Pagination.Next == nil {
			break
		}
		if len(page.Results) != 100 {
			t.Fatalf("page %d has %d jobs", n, len(page.Results))
		}
	}
	if !slices.Equal(seen, ids) {
		t.Errorf("read %d jobs, want %d, newest first", len(seen), len(ids))
	}
	v.get("/api/v3/jobs?per_page=100&page_size=100", &page)
	if len(page.Results) != 25 {
		t.Errorf("per_page gave %d jobs; Hover ignores it", len(page.Results))
	}
}

func TestStorageRefusesTheBearer(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	job := v.sim.AddJob(simulator.JobSpec{})
	link := "/api/v3/models/" + v.sim.Structures(job)[0].String() + "/artifacts/measurements.pdf"
	status, _, header := v.ask("GET", link, "")
	stored := header.Get("Location")
	if status != http.StatusFound || !strings.HasPrefix(stored, v.sim.StorageURL()) {
		t.Fatalf("%d to %q", status, stored)
	}
	v.want(http.StatusBadRequest, "GET", stored, "")
	v.bearer = ""
	if b := v.want(http.StatusOK, "GET", stored, ""); !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("no PDF: %.20q", b)
	}
	v.want(http.StatusForbidden, "GET", strings.Replace(stored, "signature=", "signature=0", 1), "")
	v.want(http.StatusUnauthorized, "GET", link, "")
}

func TestDownloadsGoWrongInEveryKnownWay(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	job := v.sim.AddJob(simulator.JobSpec{})
	link := "/api/v3/models/" + v.sim.Structures(job)[0].String() + "/artifacts/measurements.pdf"
	fetch := func() (int, int, error) { // status, bytes
		status, _, header := v.ask("GET", link, "")
		if status != http.StatusFound {
			return status, 0, nil
		}
		if strings.HasSuffix(header.Get("Location"), link) {
			return http.StatusLoopDetected, 0, nil
		}
		r, err := v.client.Get(header.Get("Location"))
		if err != nil {
			return 0, 0, err
		}
		defer func() { _ = r.Body.Close() }()
		b, err := io.ReadAll(r.Body)
		if err == nil && !bytes.HasPrefix(b, []byte("%PDF-")) {
			return r.StatusCode, -len(b), nil
		}
		return r.StatusCode, len(b), err
	}
	_, whole, err := fetch()
	if err != nil || whole < 10_000 {
		t.Fatalf("a good download: %d bytes, %v", whole, err)
	}
	for name, story := range map[string]struct {
		set  func(*simulator.Faults)
		good func(status, n int, err error) bool
	}{
		"not ready":    {func(f *simulator.Faults) { f.ArtifactNotReady = 1 }, func(s, _ int, _ error) bool { return s == 404 }},
		"storage down": {func(f *simulator.Faults) { f.Artifact500 = 1 }, func(s, _ int, _ error) bool { return s == 500 }},
		"a page":       {func(f *simulator.Faults) { f.ArtifactHTML200 = 1 }, func(s, n int, _ error) bool { return s == 200 && n < 0 }},
		"empty":        {func(f *simulator.Faults) { f.ArtifactEmpty = 1 }, func(s, n int, err error) bool { return s == 200 && n == 0 && err == nil }},
		"half":         {func(f *simulator.Faults) { f.ArtifactWrongLength = 1 }, func(_, n int, err error) bool { return n == whole/2 && err == nil }},
		"cut":          {func(f *simulator.Faults) { f.ArtifactTruncated = 1 }, func(_, _ int, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		"loop":         {func(f *simulator.Faults) { f.RedirectLoop = 1 }, func(s, _ int, _ error) bool { return s == http.StatusLoopDetected }},
	} {
		v.sim.SetFaults(story.set)
		if status, n, err := fetch(); !story.good(status, n, err) {
			t.Errorf("%s: status %d, %d bytes, %v", name, status, n, err)
		}
		if _, n, err := fetch(); n != whole || err != nil {
			t.Errorf("%s: the fault did not wear off: %d bytes, %v", name, n, err)
		}
	}
}

func TestArtifactsWantAnActingUserIfAsked(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	job := v.sim.AddJob(simulator.JobSpec{})
	v.sim.SetFaults(func(f *simulator.Faults) { f.NeedActingUser = true })
	link := "/api/v3/models/" + v.sim.Structures(job)[0].String() + "/artifacts/measurements.json"
	v.want(http.StatusUnauthorized, "GET", link, "")
	v.want(http.StatusFound, "GET", link+"?current_user_id="+v.sim.Users()[0].ID.String(), "")
	v.want(http.StatusOK, "GET", "/api/v3/jobs", "")
}

func TestTheESXComesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := visit(t, simulator.Options{})
		v.sim.SetFaults(func(f *simulator.Faults) { f.ESXDelay = time.Minute })
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobProcessing})
		if err := v.sim.CompleteJob(job); err != nil {
			t.Fatal(err)
		}
		files := "/api/v3/models/" + v.sim.Structures(job)[0].String() + "/artifacts/"
		v.want(http.StatusFound, "GET", files+"measurements.pdf", "")
		v.want(http.StatusNotFound, "GET", files+"cad_export.esx", "")
		time.Sleep(time.Minute)
		v.want(http.StatusFound, "GET", files+"cad_export.esx", "")
	})
}

func TestThe121stRequestOfAMinuteIsTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := visit(t, simulator.Options{})
		for range 120 {
			v.want(http.StatusOK, "GET", "/api/v1/orgs", "")
		}
		v.want(http.StatusTooManyRequests, "GET", "/api/v1/orgs", "")
		if n := v.sim.MaxInWindow(time.Minute); n != 121 {
			t.Errorf("%d in a minute", n)
		}
		time.Sleep(time.Minute)
		v.want(http.StatusOK, "GET", "/api/v1/orgs", "")
		if n := v.sim.MaxInWindow(time.Minute); n != 121 {
			t.Errorf("%d in a minute after another had passed", n)
		}
	})
}

func TestAnEndpointAnswersWhatATestWants(t *testing.T) {
	v, _ := visit(t, simulator.Options{})
	v.sim.SetFaults(func(f *simulator.Faults) {
		f.Answers = []simulator.Answer{
			{Method: "GET", Path: "/api/v3/jobs/*", Status: 503, RetryAfter: 2 * time.Second, Count: 1},
			{Path: "/api/v2/users", Kind: "garbage", Count: simulator.Always},
		}
	})
	job := v.sim.AddJob(simulator.JobSpec{})
	status, _, header := v.ask("GET", "/api/v3/jobs/"+job.String(), "")
	if status != 503 || header.Get("Retry-After") != "2" {
		t.Errorf("%d, Retry-After %q", status, header.Get("Retry-After"))
	}
	v.want(http.StatusOK, "GET", "/api/v3/jobs/"+job.String(), "")
	for range 2 {
		if b := v.want(http.StatusOK, "GET", "/api/v2/users", ""); json.Valid(b) {
			t.Errorf("not garbage: %s", b)
		}
	}
}

func TestACaptureRequestBecomesAJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.register(far, "https://us.example/hover")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go v.sim.Play(ctx, 10)
		synctest.Wait()
		body := `{"capture_request":{"capturing_user_name":"Ann","capturing_user_email":"ann@example.com",
			"job_attributes":{"location_line_1":"1 Main St","location_city":"Troy"}}`
		v.want(http.StatusUnprocessableEntity, "POST", "/api/v2/capture_requests", body+"}")
		var c hover.CaptureRequest
		b := v.want(http.StatusCreated, "POST", "/api/v2/capture_requests", body+`,"current_user_id":1153372}`)
		if err := json.Unmarshal(b, &c); err != nil {
			t.Fatal(err)
		}
		if c.State != hover.CaptureNew || c.PendingJob == "" || c.Job != "" {
			t.Fatalf("created: %s", b)
		}
		time.Sleep(5 * time.Second)
		v.get("/api/v2/capture_requests/"+c.ID.String()+"/details", &c)
		if c.State != hover.CaptureComplete || c.Job == "" || c.Link == "" {
			t.Errorf("after a while: %+v", c)
		}
		var j hover.Job
		v.get("/api/v3/jobs/"+c.Job.String(), &j)
		if j.State != hover.JobCompleted || j.Address.Line1 != "1 Main St" {
			t.Errorf("its job is %s at %s", j.State, j.Address)
		}
		want := []string{
			"model-created ", "capture-request-state-changed new", "capture-request-state-changed connected", "capture-request-state-changed complete",
			"job-state-changed-v2 working", "job-state-changed-v2 processing", "job-state-changed-v2 paying",
			"model-state-changed completed", "job-state-changed-v2 completed",
		}
		if told := far.told(t); !slices.Equal(told, want) {
			t.Errorf("told\n%q, want\n%q", told, want)
		}
	})
}

func TestHoversOwnTestJobsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		v.register(far, "https://us.example/hover")
		job := v.sim.AddJob(simulator.JobSpec{State: hover.JobUploading})
		v.want(http.StatusOK, "PATCH", "/api/v2/jobs/"+job.String()+"/set_test_state.json?state=failed", "")
		v.want(http.StatusOK, "POST", "/api/v3/jobs/test_job", `{"job_preset":"multi-structure-exterior","state":"complete","failed_models_count":1}`)
		if b := v.want(http.StatusUnprocessableEntity, "POST", "/api/v3/jobs/test_job", `{"job_preset":"multi-structure-exterior","state":"complete","failed_models_count":4}`); !strings.Contains(string(b), "Allowed: 0, 1, 2") {
			t.Errorf("a bad count: %s", b)
		}
		time.Sleep(time.Minute)
		states := v.sim.Jobs()
		if states[job] != hover.JobFailed {
			t.Errorf("the test job is %s", states[job])
		}
		v.want(http.StatusUnprocessableEntity, "PATCH", "/api/v2/jobs/"+job.String()+"/set_test_state.json?state=complete", "")
		told := far.told(t)
		count := func(what string) (n int) {
			for _, s := range told {
				if s == what {
					n++
				}
			}
			return n
		}
		if count("model-created ") != 3 || count("model-state-changed failed") != 2 || count("model-state-changed completed") != 2 ||
			count("job-state-changed-v2 completed") != 1 || count("job-state-changed-v2 failed") != 1 {
			t.Errorf("told %q", told)
		}
	})
}

func TestEveryWayOfSendingAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, far := visit(t, simulator.Options{})
		hook := v.register(far, "https://us.example/hover?x=1")
		event := map[string]any{"event": "job-state-changed-v2", "job_id": 1, "state": "completed"}
		for name, story := range map[string]struct {
			d    simulator.Delivery
			good bool
		}{
			"proper": {simulator.Delivery{}, true}, "unsigned": {simulator.Delivery{Unsigned: true}, false},
			"bad": {simulator.Delivery{BadSignature: true}, false}, "old header": {simulator.Delivery{SHA1Only: true}, true},
			"no md5": {simulator.Delivery{NoMD5: true}, true}, "other key": {simulator.Delivery{Reading: "sha256 path decoded sent"}, true},
		} {
			status, err := v.sim.Emit(t.Context(), event, story.d)
			if err != nil || status != http.StatusOK {
				t.Fatalf("%s: %d %v", name, status, err)
			}
			r, body := far.posts[len(far.posts)-1], far.bodies[len(far.bodies)-1]
			_, ok := hover.Match(hover.Delivery{Header: r.Header, RequestURI: r.URL.RequestURI(), URL: r.URL.String(), Body: body}, hook.Secret, hover.Reading{})
			if ok != story.good {
				t.Errorf("%s: matches %v, want %v", name, ok, story.good)
			}
			if (r.Header.Get("Content-MD5") == "") != story.d.NoMD5 || (r.Header.Get(hover.HeaderSignature256) == "") != (story.d.Unsigned || story.d.SHA1Only) {
				t.Errorf("%s: headers %v", name, r.Header)
			}
		}
		if status, err := v.sim.Emit(t.Context(), "no JSON at all", simulator.Delivery{}); err != nil || status != 200 || string(far.bodies[len(far.bodies)-1]) != "no JSON at all" {
			t.Errorf("raw text: %d %v", status, err)
		}
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
