package inbox_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/inbox"
)

const (
	path   = "/hover/0123456789abcdef0123456789abcdef"
	public = "https://office.example" + path
	secret = "NDYBduht2zrCg6fMXFWadfsT8fT3gQskoFPmRen7KcksDQBqmrpHqcGdgN70ObRqLLjQxBxrTol/lia3WRHtQA=="
	news   = `{"event":"job-state-changed-v2","webhook_id":7,"job_id":1,"state":"completed"}`
)

var pinned = hover.Reading{Algorithm: hover.SHA256, URI: hover.URIPath, Key: hover.KeyText, ContentType: hover.ContentTypeSent}

// house is what stands behind an inbox: a keeper, and whom it trusts.
type house struct {
	mu          sync.Mutex
	kept        []inbox.Delivery
	refused     []inbox.Delivery
	why         []string
	broken      error // of Keep
	keys        []inbox.Key
	registering bool
	awaits      bool
	unread      bool // the keyring has not been read
	pins        []hover.Reading
	pinBroken   error
	now         time.Time
	in          *inbox.Inbox
}

func newHouse(keys ...inbox.Key) *house {
	h := &house{keys: keys, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	h.in = inbox.New(inbox.Options{
		Path: path, URL: func() string { return public }, Keep: h, Trust: h, Now: func() time.Time { return h.now },
		Log: slog.New(slog.DiscardHandler),
	})
	return h
}

func (h *house) Keep(_ context.Context, d inbox.Delivery) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return h.broken
	}
	h.kept = append(h.kept, d)
	return nil
}

func (h *house) Quarantine(_ context.Context, d inbox.Delivery, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused, h.why = append(h.refused, d), append(h.why, why)
}

func (h *house) Keys() []inbox.Key { return h.keys }

func (h *house) Registering() bool { return h.registering }

func (h *house) AwaitsCode() bool { return h.awaits }

func (h *house) Unread() bool { return h.unread }

func (h *house) Pin(_ context.Context, id hover.WebhookID, r hover.Reading) error {
	if h.pinBroken != nil {
		return h.pinBroken
	}
	h.pins = append(h.pins, r)
	for i := range h.keys {
		if h.keys[i].Webhook == id {
			h.keys[i].Pinned = r
		}
	}
	return nil
}

// letter is one request as it is sent.
type letter struct {
	method, path, body string
	sign               string // with this secret; empty: not
	as                 hover.WebhookID
	reading            hover.Reading
	edit               func(*http.Request)
}

func (h *house) post(l letter) *httptest.ResponseRecorder {
	if l.method == "" {
		l.method = http.MethodPost
	}
	if l.path == "" {
		l.path = path
	}
	r := httptest.NewRequest(l.method, l.path, strings.NewReader(l.body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Date", "Mon, 11 Sep 2023 16:39:02 GMT")
	if l.sign != "" {
		if l.as == "" {
			l.as = "7"
		}
		hover.Sign(hover.Delivery{Header: r.Header, RequestURI: l.path, URL: public, Body: []byte(l.body)}, l.sign, l.as, l.reading)
	}
	if l.edit != nil {
		l.edit(r)
	}
	w := httptest.NewRecorder()
	h.in.ServeHTTP(w, r)
	return w
}

func (h *house) want(t *testing.T, l letter, status int) *httptest.ResponseRecorder {
	t.Helper()
	kept := len(h.kept)
	w := h.post(l)
	if w.Code != status {
		t.Errorf("%s %s %.60q: answered %d %q, want %d", l.method, l.path, l.body, w.Code, w.Body, status)
	}
	if stored := len(h.kept) > kept; stored != (status == http.StatusOK) {
		t.Errorf("%.60q: stored is %v with status %d", l.body, stored, w.Code)
	}
	return w
}

func key(pin hover.Reading) inbox.Key { return inbox.Key{Webhook: "7", Secret: secret, Pinned: pin} }

func TestTheFirstFaultDecidesTheAnswer(t *testing.T) {
	h := newHouse(key(pinned))
	h.broken = errors.New("disk full")
	tooLong := strings.Repeat("x", inbox.MaxBody+1)
	// Each letter has all the later faults as well.
	h.want(t, letter{method: "GET", path: "/elsewhere", body: tooLong}, 404)
	h.want(t, letter{method: "POST", path: path + "/", body: tooLong}, 404)
	h.want(t, letter{method: "POST", path: strings.ToUpper(path), body: tooLong}, 404)
	if w := h.want(t, letter{method: "PUT", body: tooLong}, 405); w.Header().Get("Allow") != "POST" {
		t.Errorf("allowed is %q", w.Header().Get("Allow"))
	}
	h.want(t, letter{method: "HEAD"}, 405)
	h.want(t, letter{body: tooLong}, 413)
	h.want(t, letter{body: "no JSON"}, 401)
	h.want(t, letter{body: "no JSON", sign: secret}, 400)
	if w := h.want(t, letter{body: news, sign: secret}, 503); w.Header().Get("Retry-After") == "" {
		t.Error("nobody is told when to send it again")
	}
	h.broken = nil
	if w := h.want(t, letter{body: news, sign: secret}, 200); w.Body.Len() != 0 {
		t.Errorf("what is carried back is %q", w.Body)
	}
	if len(h.why) != 2 {
		t.Errorf("in quarantine: %q", h.why)
	}
}

func TestABodyIsMeasuredBeforeAndWhileItIsRead(t *testing.T) {
	h := newHouse()
	unread := iotest.ErrReader(errors.New("it was read"))
	h.want(t, letter{edit: func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(unread), inbox.MaxBody+1 }}, 413)
	h.want(t, letter{edit: func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(io.LimitReader(zeros{}, 1<<40)), -1
	}}, 413)
	fits := `{"event":"x","pad":"` + strings.Repeat("y", inbox.MaxBody-22) + `"}`
	if len(fits) != inbox.MaxBody {
		t.Fatalf("%d bytes", len(fits))
	}
	h.want(t, letter{body: fits}, 200)
	h.want(t, letter{body: fits + " "}, 413)
	h.want(t, letter{body: fits + " ", edit: func(r *http.Request) { r.ContentLength = -1 }}, 413)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestTheHeadersThatAreKeptAreSpeltAsTheyArrive(t *testing.T) {
	for _, name := range inbox.Headers {
		if as := http.CanonicalHeaderKey(name); as != name {
			t.Errorf("%s arrives as %s, and would not be kept", name, as)
		}
	}
}

func TestTheRawBytesAreKept(t *testing.T) {
	h := newHouse(key(hover.Reading{}))
	body := "\n { \"webhook_id\" : 7,\t\"event\":\"job-state-changed-v2\", \"x\":1e400, \"é\":\"\\u00e9\", \"event\":\"model-created\" }\r\n "
	h.want(t, letter{body: body, sign: secret, edit: func(r *http.Request) {
		r.Header.Set("Cookie", "mine")
		r.Header.Set("Authorization", "Bearer mine")
		r.Header.Add("User-Agent", strings.Repeat("u", 2000))
	}}, 200)
	d := h.kept[0]
	if string(d.Body) != body || d.Path != path || !d.At.Equal(h.now) || d.Verdict != hover.VerdictSigned {
		t.Errorf("%+v", d)
	}
	if d.Header.Get("Date") == "" || d.Header.Get("Hover-Signature-256") == "" || d.Header.Get("Cookie") != "" || d.Header.Get("Authorization") != "" || d.Header.Get("User-Agent") != "" {
		t.Errorf("the kept headers are %v", d.Header)
	}
}

func TestTheFirstGoodSignaturePinsItsReading(t *testing.T) {
	for _, reading := range hover.Readings() {
		if reading.Algorithm != hover.SHA256 {
			continue
		}
		h := newHouse(key(hover.Reading{}))
		// Before: hints, each with its verdict.
		h.want(t, letter{body: news}, 200)
		h.want(t, letter{body: news, sign: "another"}, 200)
		if h.kept[0].Verdict != hover.VerdictUnsigned || h.kept[1].Verdict != hover.VerdictUnpinned || len(h.pins) != 0 {
			t.Fatalf("before the pin: %+v", h.kept)
		}
		typed := func(r *http.Request) {
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			hover.Sign(hover.Delivery{Header: r.Header, RequestURI: path, URL: public, Body: []byte(news)}, secret, "7", reading)
		}
		h.want(t, letter{body: news, edit: typed}, 200)
		if d := h.kept[2]; d.Verdict != hover.VerdictSigned || len(h.pins) != 1 || d.Reading != h.pins[0] || len(h.refused) != 0 {
			t.Fatalf("%s: %+v, pinned %v", reading, d, h.pins)
		}
		// After: nothing else will do.
		h.want(t, letter{body: news, edit: typed}, 200)
		h.want(t, letter{body: news}, 401)
		h.want(t, letter{body: news, sign: "another"}, 401)
		h.want(t, letter{body: news + " ", edit: typed}, 401) // signed was another body
		h.want(t, letter{body: news, edit: func(r *http.Request) {
			typed(r)
			r.Header.Set("Date", "Tue, 12 Sep 2023 16:39:02 GMT")
		}}, 401)
		h.want(t, letter{body: news, edit: func(r *http.Request) { typed(r); r.Header.Del("Hover-Signature-256") }}, 401)
		if len(h.pins) != 1 || len(h.refused) != 5 || string(h.refused[0].Body) != news {
			t.Errorf("pinned %v; %d are in quarantine: %q", h.pins, len(h.refused), h.why)
		}
	}
}

func TestSHA1IsPinnedWhereThereIsNothingElseAndGivesWayToSHA256(t *testing.T) {
	h := newHouse(key(hover.Reading{}))
	old := func(r *http.Request) { r.Header.Del("Hover-Signature-256") }
	h.want(t, letter{body: news, sign: secret, edit: old}, 200)
	if len(h.pins) != 1 || h.pins[0].Algorithm != hover.SHA1 {
		t.Fatalf("pinned %v", h.pins)
	}
	h.want(t, letter{body: news, sign: secret, edit: old}, 200)
	h.want(t, letter{body: news, sign: secret}, 200)
	if len(h.pins) != 2 || h.pins[1].Algorithm != hover.SHA256 {
		t.Fatalf("pinned %v", h.pins)
	}
	h.want(t, letter{body: news, sign: secret, edit: old}, 401)
}

func TestAPinThatCannotBeRememberedLeavesAHint(t *testing.T) {
	h := newHouse(key(hover.Reading{}))
	h.pinBroken = errors.New("disk full")
	h.want(t, letter{body: news, sign: secret}, 200)
	if d := h.kept[0]; d.Verdict == hover.VerdictSigned || d.Reading != (hover.Reading{}) {
		t.Errorf("%+v", d)
	}
}

func TestTheSimulatedVectorIsUnderstood(t *testing.T) {
	// A body and its signatures that were computed by other means.
	const body = `{"event":"webhook-verification-code","code":"4addd2b9-5cd7-497f-9f32-52ff0718ddbb","webhook_id":12343}`
	h := &house{keys: []inbox.Key{{Webhook: "12343", Secret: secret}}}
	h.in = inbox.New(inbox.Options{
		Path: "/hover/webhook", URL: func() string { return "" }, Keep: h, Trust: h, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	r := httptest.NewRequest("POST", "/hover/webhook", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Date", "Mon, 11 Sep 2023 16:39:02 GMT")
	r.Header.Set("Hover-Signature-256", "sha256=12343:aWTZfklQbJfsYbzSTZyqmVZ31WOccpIvBAHa64/TRwg=")
	r.Header.Set("Hover-Signature", "sha1=12343:cM80u2VZZsJp8rrKq+tJ3nK9Nw8=")
	w := httptest.NewRecorder()
	h.in.ServeHTTP(w, r)
	if w.Code != 200 || len(h.pins) != 1 || h.kept[0].Verdict != hover.VerdictSigned {
		t.Errorf("%d, pinned %v", w.Code, h.pins)
	}
}

func TestACodeMayComeWhileItsWebhookIsBeingRegistered(t *testing.T) {
	code := `{"event":"webhook-verification-code","webhook_id":8,"code":"abc"}`
	old := key(pinned) // the one that is being replaced
	h := newHouse(old)
	h.want(t, letter{body: code, sign: "not known yet", as: "8"}, 401)
	h.registering = true
	h.want(t, letter{body: code, sign: "not known yet", as: "8"}, 200)
	if d := h.kept[0]; d.Verdict == hover.VerdictSigned || d.Event.Name() != hover.EventVerificationCode {
		t.Errorf("%+v", d)
	}
	// What names the old one is still held to its pin.
	h.want(t, letter{body: news, sign: "forged"}, 401)
	h.want(t, letter{body: news}, 401)
}

func TestACodeThatWasAskedForMayBeUnsignedThoughTheWebhookSigns(t *testing.T) {
	code := `{"event":"webhook-verification-code","webhook_id":7,"code":"abc"}`
	h := newHouse(key(pinned))
	h.want(t, letter{body: code}, 401)
	h.awaits = true
	h.want(t, letter{body: code}, 200)
	if d := h.kept[0]; d.Verdict != hover.VerdictUnsigned {
		t.Errorf("%+v", d)
	}
	h.want(t, letter{body: news}, 401)
	h.want(t, letter{body: code, sign: "forged"}, 401)
}

func TestAWebhookThatIsNotOursIsRefusedOnceWeHaveAPin(t *testing.T) {
	theirs := strings.Replace(news, `"webhook_id":7`, `"webhook_id":99`, 1)
	h := newHouse(key(hover.Reading{}))
	h.want(t, letter{body: theirs}, 200) // a hint
	h = newHouse(key(pinned))
	h.want(t, letter{body: theirs}, 401)
	h.want(t, letter{body: theirs, sign: "theirs", as: "99"}, 401)
	// Who claims in the body to be ours and signs as another is not ours.
	h.want(t, letter{body: news, sign: secret, as: "99"}, 401)
	h = newHouse()
	h.want(t, letter{body: theirs}, 200)
}

func TestADeliveryThatNamesNoWebhookIsThePresentOnes(t *testing.T) {
	anonymous := strings.Replace(news, `"webhook_id":7,`, "", 1)
	h := newHouse(key(hover.Reading{}), inbox.Key{Webhook: "3", Secret: "old", Pinned: pinned})
	h.want(t, letter{body: anonymous}, 200)
	h = newHouse(key(pinned), inbox.Key{Webhook: "3", Secret: "old"})
	h.want(t, letter{body: anonymous}, 401)
	h.want(t, letter{body: anonymous, sign: secret}, 200)
	h.want(t, letter{body: "", sign: secret}, 400)
	h.want(t, letter{body: ""}, 401)
}

func TestAnOldWebhookCountsByItsOwnSecret(t *testing.T) {
	h := newHouse(key(pinned), inbox.Key{Webhook: "3", Secret: "old one", Pinned: pinned})
	h.want(t, letter{body: strings.Replace(news, ":7,", ":3,", 1), sign: "old one", as: "3", reading: pinned}, 200)
	h.want(t, letter{body: news, sign: "old one", as: "7", reading: pinned}, 401)
	h.want(t, letter{body: news, sign: secret, as: "3", reading: pinned}, 401)
}

func TestBodiesThatAreNoObjectAreRefusedAndShownInQuarantine(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(news))
	_ = z.Close()
	for name, body := range map[string]string{
		"nothing": "", "blanks": "  \n", "a list": `[{"event":"x"}]`, "a text": `"event"`, "null": "null", "a number": "3",
		"half an object": `{"event":"job-state-changed-v2"`, "two objects": news + news, "deep": strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000),
		"deep lists": strings.Repeat("[", 500000), "gzip": zipped.String(), "binary": "\x00\xff\xfe", "not quite a form": "event:job-state-changed",
	} {
		h := newHouse(key(pinned))
		if w := h.want(t, letter{body: body, sign: secret, reading: pinned}, 400); w.Code == 400 && (len(h.refused) != 1 || string(h.refused[0].Body) != body) {
			t.Errorf("%s: in quarantine %d", name, len(h.refused))
		}
	}
}

func TestQuarantineIsBoundedPerMinute(t *testing.T) {
	h := newHouse(key(pinned))
	for minute := range 3 {
		for range 100 {
			h.want(t, letter{body: news}, 401)
		}
		if n := len(h.refused); n != 30*(minute+1) {
			t.Errorf("after %d minutes %d are written down", minute+1, n)
		}
		h.now = h.now.Add(time.Minute)
	}
}

func TestASenderWhoHangsUpIsKeptAllTheSame(t *testing.T) {
	h := newHouse(key(pinned))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	seen := context.Canceled
	h.in = inbox.New(inbox.Options{
		Path: path, Keep: keepFunc(func(ctx context.Context) { seen = ctx.Err() }), Trust: h, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if w := h.post(letter{body: news, sign: secret, edit: func(r *http.Request) { *r = *r.WithContext(ctx) }}); w.Code != 200 || seen != nil {
		t.Errorf("%d, %v", w.Code, seen)
	}
}

type keepFunc func(context.Context)

func (f keepFunc) Keep(ctx context.Context, _ inbox.Delivery) error   { f(ctx); return nil }
func (f keepFunc) Quarantine(context.Context, inbox.Delivery, string) {}

func TestASlowBodyIsCutOffAndNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		ours, theirs := net.Pipe()
		srv := &http.Server{Handler: h.in}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(&oneConn{conn: ours, closed: make(chan struct{})}) }()
		began := time.Now()
		if _, err := io.WriteString(theirs, "POST "+path+" HTTP/1.1\r\nHost: office.example\r\nContent-Length: 100\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
		answer, _ := io.ReadAll(theirs)
		if took := time.Since(began); took < 20*time.Second || took > 40*time.Second {
			t.Errorf("it was cut off after %v", took)
		}
		if !bytes.Contains(answer, []byte(" 400 ")) || len(h.kept) != 0 {
			t.Errorf("answered %q, kept %d", answer, len(h.kept))
		}
		_ = srv.Close()
		<-served
		_ = theirs.Close()
	})
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn   net.Conn
	once   sync.Once
	ended  sync.Once
	closed chan struct{}
}

func (l *oneConn) Accept() (conn net.Conn, err error) {
	l.once.Do(func() { conn = l.conn })
	if conn != nil {
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error   { l.ended.Do(func() { close(l.closed) }); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

func FuzzInbox(f *testing.F) {
	f.Add("POST", path, []byte(news), "", "", "application/json", false, false)
	f.Add("POST", path, []byte(news), "sha256=7:aWTZfklQbJfsYbzSTZyqmVZ31WOccpIvBAHa64/TRwg=", "sha1=7:cM80u2VZZsJp8rrKq+tJ3nK9Nw8=", "", true, false)
	f.Add("GET", "/oauth/callback?code=1", []byte(nil), "", "", "", true, true)
	f.Add("POST", path+"?x=1", []byte(`[1]`), "sha256=,sha256=7:,=", ":", "text/html; charset", true, true)
	f.Fuzz(func(t *testing.T, method, target string, body []byte, sha256, sha1, kind string, pin, broken bool) {
		k := key(hover.Reading{})
		if pin {
			k = key(pinned)
		}
		h := newHouse(k)
		if broken {
			h.broken = errors.New("disk full")
		}
		r, err := http.NewRequest(method, "http://office.example/", bytes.NewReader(body))
		if err != nil {
			t.Skip("no such method")
		}
		u, err := r.URL.Parse(target)
		if err != nil {
			t.Skip("no such address")
		}
		r.URL, r.RequestURI = u, u.RequestURI()
		r.Header = http.Header{"Hover-Signature-256": {sha256}, "Hover-Signature": {sha1}, "Content-Type": {kind}}
		w := httptest.NewRecorder()
		h.in.ServeHTTP(w, r)
		if (w.Code == 200) != (len(h.kept) == 1) {
			t.Errorf("answered %d, stored %d", w.Code, len(h.kept))
		}
		switch w.Code {
		case 404:
			if u.Path == path {
				t.Error("its own path was not found")
			}
		case 405:
			if method == http.MethodPost {
				t.Error("POST was refused")
			}
		case 200:
			if pin || broken || h.kept[0].Verdict == hover.VerdictSigned {
				t.Errorf("taken: %+v", h.kept[0])
			}
		case 503:
			if !broken {
				t.Error("the store was well")
			}
		case 413, 401, 400:
		default:
			t.Errorf("answered %d", w.Code)
		}
	})
}
