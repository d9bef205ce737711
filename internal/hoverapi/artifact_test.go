package hoverapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
)

const pdfLink = "https://hover.to/api/v3/models/17338410/artifacts/measurements.pdf?version=a%20b"

// redirect answers with a redirect.
func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func TestTheBearerStaysOnHoversOrigin(t *testing.T) {
	for _, test := range []struct {
		name string
		to   string // where Hover's link leads
		sees bool   // the bearer
	}{
		{"Hover itself", "/elsewhere", true},
		{"Hover, written out", "https://HOVER.to:443/elsewhere", true},
		{"a storage host", "https://bucket.s3.example/file?X-Amz-Signature=abc", false},
		{"another port", "https://hover.to:8443/file", false},
		{"a subdomain", "https://storage.hover.to/file", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := 0
			handler := func(w http.ResponseWriter, r *http.Request) {
				if n++; n == 1 {
					redirect(302, test.to)(w, r)
					return
				}
				_, _ = io.WriteString(w, "%PDF-1.7")
			}
			story(t, handler, func(t *testing.T, w *world) {
				for _, host := range []string{"HOVER.to:443", "bucket.s3.example", "hover.to:8443", "storage.hover.to"} {
					w.net.hosts[host] = handler
				}
				r, err := w.Get(t.Context(), pdfLink)
				if err != nil {
					t.Fatal(err)
				}
				defer r.Body.Close()
				if b, err := io.ReadAll(r.Body); string(b) != "%PDF-1.7" || err != nil {
					t.Errorf("%q, %v", b, err)
				}
				if first := w.net.log[0]; first.line != "GET "+pdfLink+"&current_user_id=42" || first.header.Get("Authorization") != "Bearer a0" {
					t.Errorf("Hover was asked %s with %q", first.line, first.header.Get("Authorization"))
				}
				last := w.net.last()
				if got := last.header.Get("Accept-Encoding"); got != "identity" {
					t.Errorf("asked for it %q: its length would be unknown", got)
				}
				if got := last.header.Get("Authorization"); (got != "") != test.sees {
					t.Errorf("%s saw %q", last.line, got)
				}
				if used := w.budget.Used(); used != map[bool]int{true: 2, false: 1}[test.sees] {
					t.Errorf("%d requests count as Hover's", used)
				}
				if strings.Contains(last.line, "current_user_id") {
					t.Errorf("the acting user went along: %s", last.line)
				}
			})
		})
	}
}

// TestTheBearerNeverReachesAnotherPort asks real servers: net/http's own rule
// for redirects looks at host names only.
func TestTheBearerNeverReachesAnotherPort(t *testing.T) {
	var seen []string
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, "%PDF-1.7")
	}))
	defer storage.Close()
	var back string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/back":
			back = "came back with " + r.Header.Get("Authorization")
		case "/there-and-back":
			redirect(302, storage.URL+"/bounce")(w, r)
		default:
			if r.Header.Get("Authorization") != "Bearer a0" {
				w.WriteHeader(401)
				return
			}
			redirect(307, storage.URL+"/file")(w, r)
		}
	}))
	defer api.Close()
	w := newWorld(t, nil)
	base, err := ParseBaseURL(api.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	transport := NewTransport()
	defer transport.CloseIdleConnections()
	c := New(Options{BaseURL: base, Transport: transport, Tokens: w.tokens})
	get := func(link string) {
		r, err := c.Get(t.Context(), link)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != 200 {
			t.Errorf("%s: %s", link, r.Status)
		}
	}
	get(api.URL + "/file")
	get(c.ArtifactURL("17", hover.FormatPDF))
	get(storage.URL + "/file")
	if len(seen) != 3 || strings.Join(seen, "") != "" {
		t.Errorf("storage saw %q", seen)
	}

	storage.Config.Handler = redirect(302, api.URL+"/back")
	get(api.URL + "/there-and-back")
	if back != "came back with " {
		t.Errorf("after it had left Hover's origin it %s", back)
	}
}

func TestAReplyThatBreaksOffIsAskedForAgain(t *testing.T) {
	n := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 {
			w.Header().Set("Content-Length", "5000")
		}
		_, _ = io.WriteString(w, jobReply)
	}))
	defer api.Close()
	base, _ := url.Parse(api.URL)
	transport := NewTransport()
	defer transport.CloseIdleConnections()
	c := New(Options{BaseURL: base, Transport: transport, Tokens: newWorld(t, nil).tokens})
	if _, err := c.Job(t.Context(), "19402492"); err != nil || n != 3 {
		t.Errorf("%v after %d requests", err, n)
	}
}

func TestALinkElsewhereIsAskedBare(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.keeper.saved = Saved{} // not even a sign-in is needed
		w.net.hosts["bucket.s3.example"] = answers("%PDF-1.7")
		r, err := w.Get(t.Context(), "https://bucket.s3.example/file?sig=x#page=2")
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		wantLines(t, w.net.lines(), "GET https://bucket.s3.example/file?sig=x")
		if h := w.net.last().header; h.Get("Authorization") != "" || w.budget.Used() != 0 {
			t.Errorf("with %v", h)
		}
	})
}

func TestLinksThatNoRequestMayGoTo(t *testing.T) {
	links := []string{
		"http://bucket.s3.example/file?secret=1", "ftp://hover.to/file?secret=1", "file:///etc/passwd?secret=1", "https://ann:secret@hover.to/", "https:///x?secret=1",
		"//hover.to/secret", "https://hover.to:port/secret", "javascript:alert('secret')", "", "http://169.254.169.254/secret", "http://localhost.example/secret",
		"http://localhost:9/secret", "https://localhost/secret", "https://LOCALHOST./secret", "https://a.localhost/secret", "http://127.0.0.1/secret",
		"https://127.8.8.8:8443/secret", "https://[::1]/secret", "https://[::ffff:127.0.0.1]/secret", "http://0.0.0.0/secret",
	}
	for _, link := range links {
		story(t, nil, func(t *testing.T, w *world) {
			_, err := w.Get(t.Context(), link)
			wantKind(t, err, Invalid)
			if len(w.net.log) != 0 || err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: sent %v, says %v", link, w.net.lines(), err)
			}
		})
		if link == "" || strings.HasPrefix(link, "//") {
			continue // as a redirect, relative
		}
		story(t, redirect(302, link), func(t *testing.T, w *world) {
			_, err := w.Get(t.Context(), pdfLink)
			wantKind(t, err, BadReply)
			if len(w.net.log) != 1 || err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("redirected to %s: sent %v, says %v", link, w.net.lines(), err)
			}
		})
	}
}

func TestABaseURLThatIsHTTPIsNeverAsked(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.Client.wire.base = &url.URL{Scheme: "http", Host: "hover.to"}
		_, err := w.Job(t.Context(), "1")
		wantKind(t, err, Invalid)
		if len(w.net.log) != 0 {
			t.Errorf("sent %v", w.net.lines())
		}
	})
}

func TestRedirectsInACircleEnd(t *testing.T) {
	story(t, redirect(302, pdfLink), func(t *testing.T, w *world) {
		_, err := w.Get(t.Context(), pdfLink)
		wantKind(t, err, BadReply)
		if n := len(w.net.lines()); n != 6 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAnyStatusOfAFileComesBack(t *testing.T) {
	for _, status := range []int{200, 202, 204, 304, 302 /* to nowhere */, 403, 404, 409, 422, 429, 500} {
		story(t, answers(status), func(t *testing.T, w *world) {
			r, err := w.Get(t.Context(), pdfLink)
			if err != nil {
				t.Fatal(err)
			}
			_ = r.Body.Close()
			if r.StatusCode != status || len(w.net.lines()) != 1 {
				t.Errorf("%s after %v", r.Status, w.net.lines())
			}
			if paused := w.budget.Paused(); (paused > 0) != (status == 429) {
				t.Errorf("%d pauses for %v", status, paused)
			}
		})
	}
}

func TestAFilesOwn401RenewsOnceAndOnlyHovers(t *testing.T) {
	story(t, answers(401, "%PDF-1.7"), func(t *testing.T, w *world) {
		r, err := w.Get(t.Context(), pdfLink)
		if err != nil || r.StatusCode != 200 || w.net.last().header.Get("Authorization") != "Bearer a1" {
			t.Errorf("%v, %v", r, err)
		}
	})
	story(t, answers(401), func(t *testing.T, w *world) {
		r, err := w.Get(t.Context(), pdfLink)
		if err != nil || r.StatusCode != 401 || len(w.net.lines()) != 2 || w.net.oauth.good != 1 {
			t.Errorf("%v, %v after %v", r, err, w.net.lines())
		}
	})
	story(t, redirect(302, "https://bucket.s3.example/file"), func(t *testing.T, w *world) {
		w.net.hosts["bucket.s3.example"] = answers(401)
		r, err := w.Get(t.Context(), pdfLink)
		if err != nil || r.StatusCode != 401 || w.net.oauth.good != 0 {
			t.Errorf("%v, %v: the storage host's 401 says nothing of our token", r, err)
		}
	})
}

func TestALinkThatNamesAUserKeepsIt(t *testing.T) {
	for _, query := range []string{"current_user_id=7", "a=1&current_user_email=a%40b.c", "current_user_id="} {
		story(t, answers("x"), func(t *testing.T, w *world) {
			if _, err := w.Get(t.Context(), "https://hover.to/x?"+query); err != nil {
				t.Fatal(err)
			}
			wantLines(t, w.net.lines(), "GET https://hover.to/x?"+query)
		})
	}
	story(t, answers("x"), func(t *testing.T, w *world) {
		w.Client.o.ActingUser = func() hover.UserID { return "" }
		if _, err := w.Get(t.Context(), "https://hover.to/x"); err != nil {
			t.Fatal(err)
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/x")
	})
}

// drip is a body that brings a byte with every read, after a while.
type drip struct {
	ctx   context.Context
	every time.Duration
	left  int
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(d.every):
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
	d.left--
	return copy(p, "x"), nil
}

func (d *drip) Close() error { return nil }

type dripping struct{ every time.Duration }

func (d dripping) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: &drip{r.Context(), d.every, 10}}, nil
}

func TestADownloadMayBeSlowButNotSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.Client.wire.transport = dripping{59 * time.Second}
		r, err := w.Get(t.Context(), pdfLink)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		one := make([]byte, 1)
		if _, err := r.Body.Read(one); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // the reader's own time
		rest, err := io.ReadAll(r.Body)
		if len(rest) != 9 || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
		_ = r.Body.Close()

		w.Client.wire.transport = dripping{61 * time.Second}
		if r, err = w.Get(t.Context(), pdfLink); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = io.ReadAll(r.Body)
		wantKind(t, err, Timeout)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("waited %v", took)
		}
		_ = r.Body.Close()

		// The caller's own end is not Hover's silence.
		ctx, cancel := context.WithCancel(t.Context())
		if r, err = w.Get(ctx, pdfLink); err != nil {
			t.Fatal(err)
		}
		cancel()
		_, err = io.Copy(&bytes.Buffer{}, r.Body)
		wantKind(t, err, Cancelled)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		_ = r.Body.Close()
	})
}

func TestArtifactURL(t *testing.T) {
	c := New(Options{})
	for format, want := range map[hover.Format]string{
		hover.FormatPDF:  "https://hover.to/api/v3/models/17/artifacts/measurements.pdf",
		hover.FormatXLSX: "https://hover.to/api/v3/models/17/artifacts/measurements.xlsx",
		hover.FormatJSON: "https://hover.to/api/v3/models/17/artifacts/measurements.json?version=full_json",
		hover.FormatXML:  "https://hover.to/api/v3/models/17/artifacts/cad_export.xml?version=v2",
		hover.FormatFML:  "https://hover.to/api/v3/models/17/artifacts/cad_export.fml",
		hover.FormatSKP:  "https://hover.to/api/v3/models/17/artifacts/cad_export.skp",
		hover.FormatESX:  "https://hover.to/api/v3/models/17/artifacts/cad_export.esx",
		// These have no one path.
		hover.FormatDWG: "", hover.FormatWireframe: "", hover.FormatPhoto: "",
	} {
		if got := c.ArtifactURL("17", format); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
	if got := c.ArtifactURL("", hover.FormatPDF) + c.ArtifactURL("..", hover.FormatPDF); got != "" {
		t.Error(got)
	}
}

func TestParseBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://hover.to": "https://hover.to", " https://sandbox.hover.to/ ": "https://sandbox.hover.to", "http://127.0.0.1:8080": "http://127.0.0.1:8080",
		"http://[::1]:1": "http://[::1]:1", "http://localhost:1": "http://localhost:1", "https://proxy.example/hover/": "https://proxy.example/hover",
		"http://hover.to": "", "hover.to": "", "": "", "https://": "", "https://u:p@hover.to": "", "https://hover.to/?a=1": "", "ws://hover.to": "", "http://10.0.0.1": "", "https://%": "",
	} {
		u, err := ParseBaseURL(in)
		if (err != nil) != (want == "") || err == nil && u.String() != want {
			t.Errorf("%q gives %v, %v", in, u, err)
		}
	}
}
