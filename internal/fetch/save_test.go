package fetch

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/hover"
)

// pdf is a whole PDF, as far as a download can tell.
func pdf(words string) string { return "%PDF-1.7\n" + words + "\n%%EOF\n" }

// web asks with a plain client.
type web struct{ *http.Client }

func (w web) Get(ctx context.Context, url string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return w.Do(r)
}

// Own takes the server's own address for Hover's.
func (web) Own(r *http.Response) bool { return r.Request.URL.Path != "/storage" }

// stage is a server, and a folder for what it serves.
type stage struct {
	t   *testing.T
	web web
	url string
	dir string
}

func newStage(t *testing.T, h http.HandlerFunc) stage {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return stage{t, web{s.Client()}, s.URL, filepath.Join(t.TempDir(), "1420 Sycamore Lane (1)")}
}

func (s stage) save() (File, error) {
	return Save(s.t.Context(), s.web, Request{URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "House measurements.pdf"})
}

// wantProblem checks that a Save failed, and left nothing behind.
func (s stage) wantProblem(err error) *Problem {
	s.t.Helper()
	var p *Problem
	if !errors.As(err, &p) {
		s.t.Fatalf("error is %v, want a Problem", err)
	}
	if p.Says.IsZero() {
		s.t.Errorf("the problem says nothing: %v", err)
	}
	s.wantFiles()
	return p
}

// wantFiles checks all that is in the folder.
func (s stage) wantFiles(want ...string) {
	s.t.Helper()
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("in the folder: %q, want %q", got, want)
	}
}

func (s stage) wantContent(path, want string) {
	s.t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		s.t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

// serve answers each request with the next body; the last one again and again.
func serve(bodies ...string) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		io.WriteString(w, bodies[0])
		if len(bodies) > 1 {
			bodies = bodies[1:]
		}
	}
}

func TestSavedFileIsWholeAndItsDigestKnown(t *testing.T) {
	body := pdf(strings.Repeat("1,284 sq ft ", 100_000)) // more than one piece
	s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		io.WriteString(w, body)
	})
	var done, total int64
	f, err := Save(t.Context(), s.web, Request{
		URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "House measurements.pdf",
		Progress: func(d, of int64) {
			if d <= done {
				t.Errorf("progress went from %d to %d", done, d)
			}
			done, total = d, of
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	want := File{filepath.Join(s.dir, "House measurements.pdf"), hex.EncodeToString(sum[:]), int64(len(body))}
	if f != want {
		t.Errorf("saved %+v, want %+v", f, want)
	}
	if done != want.Size || total != want.Size {
		t.Errorf("progress ended at %d of %d, want %d", done, total, want.Size)
	}
	s.wantContent(f.Path, body)
	s.wantFiles("House measurements.pdf")
}

func TestFileThatIsNotReadyYetIsSavedOnceItIs(t *testing.T) {
	ready := false
	s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
		if !ready {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		io.WriteString(w, pdf("ready"))
	})
	_, err := s.save()
	if p := s.wantProblem(err); p.Permanent || p.Status != http.StatusNotFound {
		t.Errorf("a 404 is %+v, want one that waits", p)
	}
	ready = true
	if _, err := s.save(); err != nil {
		t.Error(err)
	}
	s.wantFiles("House measurements.pdf")
}

func TestNoAnswerIsFinalByItselfAndOnlyHoversOwnRefuses(t *testing.T) {
	for _, c := range []struct {
		status                   int
		refused, person, missing bool
		says                     string
	}{
		{http.StatusForbidden, true, true, false, "your Hover plan does not include this file"},
		{http.StatusGone, true, false, false, "no longer"},
		{http.StatusUnauthorized, false, true, false, "no permission"},
		{http.StatusPaymentRequired, false, true, false, "payment"},
		{http.StatusNotFound, false, false, true, "yet"},
		{http.StatusAccepted, false, false, false, "preparing"},
		{http.StatusNoContent, false, false, false, "preparing"},
		{http.StatusConflict, false, false, false, "preparing"},
		{http.StatusUnprocessableEntity, false, false, false, "preparing"},
		{http.StatusTooEarly, false, false, false, "preparing"},
		{http.StatusTooManyRequests, false, false, false, "wait"},
		{http.StatusInternalServerError, false, false, false, "trouble at its end"},
		{http.StatusBadGateway, false, false, false, "trouble at its end"},
		{http.StatusPartialContent, false, false, false, "not a file"},
		{http.StatusTeapot, false, false, false, "not a file"},
	} {
		t.Run(strconv.Itoa(c.status), func(t *testing.T) {
			for _, from := range []struct {
				who, path, kind, body string
				own                   bool
			}{
				{"Hover, with nothing", "/", "", "", true},
				{"Hover, with JSON", "/", "application/json", `{"error":"no"}`, true},
				{"storage", "/storage", "application/xml", "<Error><Code>AccessDenied</Code></Error>", false},
				{"a firewall with its page", "/", "text/html; charset=utf-8", "Blocked by the office", false},
				{"a firewall that does not call its page one", "/", "", "\n<!doctype html><title>Blocked</title>", false},
			} {
				s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", "90")
					if from.kind != "" {
						w.Header().Set("Content-Type", from.kind)
					}
					w.WriteHeader(c.status)
					if c.status != http.StatusNoContent {
						io.WriteString(w, from.body)
					}
				})
				s.url += from.path
				_, err := s.save()
				p := s.wantProblem(err)
				if p.Status != c.status || p.Permanent || p.RetryAfter != 90*time.Second || p.Disk {
					t.Errorf("%s: got %+v", from.who, p)
				}
				own := from.own || c.status == http.StatusNoContent && from.path == "/" && from.kind == ""
				if p.Refused() != (own && c.refused) || p.NeedsPerson() != (own && c.person) || p.Missing() != (own && c.missing) {
					t.Errorf("%s: refused %v, for a person %v, missing %v", from.who, p.Refused(), p.NeedsPerson(), p.Missing())
				}
				if says := strings.Contains(p.Says.String(), c.says); own && !says || !own && says && (c.refused || c.person) {
					t.Errorf("%s: it says %q", from.who, p.Says)
				}
			}
		})
	}
}

// packed gives a body as gzip has it.
func packed(body string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, body)
	w.Close()
	return b.String()
}

func TestWhatEveryPDFReaderOpensIsTaken(t *testing.T) {
	plain := pdf(strings.Repeat("1,284 sq ft ", 1000))
	small := packed(plain)
	var deflated bytes.Buffer
	w := zlib.NewWriter(&deflated)
	io.WriteString(w, plain)
	w.Close()
	send := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	whole := fmt.Sprintf("bytes 0-%d/%d", len(plain)-1, len(plain))
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want string
	}{
		"gzip that nobody asked for":       {send(200, small, "Content-Encoding", "gzip"), plain},
		"gzip that nobody speaks of":       {send(200, small, "Content-Type", "application/pdf"), plain},
		"gzip in name only":                {send(200, plain, "Content-Encoding", "gzip"), plain},
		"deflate that nobody asked for":    {send(200, deflated.String(), "Content-Encoding", "deflate"), plain},
		"a line before it":                 {send(200, "X-Report: roof\r\n\r\n"+plain), "X-Report: roof\r\n\r\n" + plain},
		"a byte order mark before it":      {send(200, "\xef\xbb\xbf"+plain), "\xef\xbb\xbf" + plain},
		"a thousand blanks before it":      {send(200, strings.Repeat(" ", 1000)+plain), strings.Repeat(" ", 1000) + plain},
		"a block's padding behind it":      {send(200, plain+strings.Repeat("\x00", 4096)), plain + strings.Repeat("\x00", 4096)},
		"a part that is the whole":         {send(206, plain, "Content-Range", whole), plain},
		"an answer that a proxy has given": {send(203, plain), plain},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, c.h)
			// Go's client unpacks by itself only what it has asked for.
			s.web.Transport = &http.Transport{DisableCompression: true}
			f, err := s.save()
			if err != nil {
				t.Fatal(err)
			}
			s.wantContent(f.Path, c.want)
			if f.Size != int64(len(c.want)) {
				t.Errorf("its size is said to be %d, not %d", f.Size, len(c.want))
			}
			s.web.CloseIdleConnections()
		})
	}
	for name, h := range map[string]http.HandlerFunc{
		"a part that is not the whole": send(206, plain, "Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(plain)-1, len(plain)+1)),
		"a part from the middle":       send(206, plain, "Content-Range", fmt.Sprintf("bytes 1-%d/%d", len(plain), len(plain))),
		"half of what was packed":      send(200, small[:len(small)/2], "Content-Encoding", "gzip"),
		"a page that names one":        send(200, "<html>%PDF-1.7 %%EOF"),
		"a reply that holds one":       send(200, `{"file":"%PDF-1.7 %%EOF"}`),
		"an archive that holds one":    send(200, "PK\x03\x04x.pdf"+plain),
		"one that begins too late":     send(200, strings.Repeat(" ", 1020)+plain),
		"more than there may be":       send(200, packed(pdf(strings.Repeat("0", 3<<20))), "Content-Encoding", "gzip"),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, h)
			_, err := Save(t.Context(), s.web, Request{URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "x.pdf", MaxSize: 2 << 20})
			if p := s.wantProblem(err); p.Permanent || p.Refused() {
				t.Errorf("got %+v, want one that waits", p)
			}
		})
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	for _, c := range []struct {
		value, date string
		want        time.Duration
	}{
		{"120", "", 2 * time.Minute},
		{"Mon, 11 Sep 2023 16:40:02 GMT", "Mon, 11 Sep 2023 16:39:02 GMT", time.Minute},
		{"Mon, 11 Sep 2023 16:38:02 GMT", "Mon, 11 Sep 2023 16:39:02 GMT", 0},
		{"Mon, 11 Sep 2023 16:40:02 GMT", "", 0},
		{"-5", "", 0},
		{"2000000000", "", 24 * time.Hour},
		{"soon", "", 0},
		{"", "", 0},
	} {
		h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
		if got := retryAfter(h); got != c.want {
			t.Errorf("%q after %q is %v, want %v", c.value, c.date, got, c.want)
		}
	}
}

// Each of these comes with 200 and is not the file that was asked for.
func TestAnswerThatIsNotTheWholeFileIsNotSaved(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a web page":       serve("<!DOCTYPE html><html><body>Please sign in</body></html>"),
		"nothing":          func(http.ResponseWriter, *http.Request) {},
		"a JSON error":     serve(`{"error":"processing"}`),
		"no end":           serve("%PDF-1.7\n" + strings.Repeat("x", 5000)),
		"cut in transport": func(w http.ResponseWriter, _ *http.Request) { cutOff(w, pdf("the whole file"), 20) },
		"a piece too few": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, pdf("a piece"))
			w.(http.Flusher).Flush() // chunked: only the missing last chunk tells
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, h)
			_, err := s.save()
			if p := s.wantProblem(err); p.Permanent || p.Disk {
				t.Errorf("got %+v, want one that waits", p)
			}
		})
	}
}

// cutOff promises a body and breaks off after n bytes of it.
func cutOff(w http.ResponseWriter, body string, n int) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	io.WriteString(w, body[:n])
	panic(http.ErrAbortHandler)
}

// answer is a Getter with one answer.
type answer func(ctx context.Context) (*http.Response, error)

func (a answer) Get(ctx context.Context, _ string) (*http.Response, error) { return a(ctx) }

func (a answer) Own(*http.Response) bool { return true }

func TestLengthThatIsNotWhatCameIsNoticedByItself(t *testing.T) {
	s := newStage(t, nil)
	s.web = web{}
	g := answer(func(context.Context) (*http.Response, error) {
		body := pdf("one byte short")
		return &http.Response{StatusCode: 200, ContentLength: int64(len(body)) + 1, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	_, err := Save(t.Context(), g, Request{Format: hover.FormatPDF, Dir: s.dir, Name: "x.pdf"})
	if p := s.wantProblem(err); p.Permanent || !strings.Contains(p.Error(), "30 of 31 bytes came") {
		t.Errorf("got %v", p)
	}
}

func TestFileOverTheLimitIsStopped(t *testing.T) {
	body := pdf(strings.Repeat("x", 4000))
	for name, h := range map[string]http.HandlerFunc{
		"announced": serve(body),
		"unannounced": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, body[:2000])
			w.(http.Flusher).Flush()
			io.WriteString(w, body[2000:])
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, h)
			_, err := Save(t.Context(), s.web, Request{URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "x.pdf", MaxSize: 3000})
			if p := s.wantProblem(err); !errors.Is(p, errTooLarge) {
				t.Errorf("got %v", p)
			}
		})
	}
}

func TestNetworkTroubleDoesNotTellTheSignedAddress(t *testing.T) {
	s := newStage(t, nil)
	gone := httptest.NewServer(nil)
	s.url = gone.URL + "/measurements.pdf?X-Amz-Signature=5ec7e7"
	gone.Close()
	_, err := s.save()
	p := s.wantProblem(err)
	if p.Status != 0 || p.Permanent {
		t.Errorf("got %+v, want one that waits", p)
	}
	if strings.Contains(err.Error(), "5ec7e7") {
		t.Errorf("the signature is in the error: %v", err)
	}
}

func TestStoppedDownloadLeavesNothing(t *testing.T) {
	s := newStage(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "%PDF-1.7\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Save(ctx, s.web, Request{
		URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "x.pdf",
		Progress: func(int64, int64) { cancel() },
	})
	if p := s.wantProblem(err); !errors.Is(p, context.Canceled) {
		t.Errorf("got %v", p)
	}
}

// standstill gives some bytes and then nothing, until its context ends.
type standstill struct {
	io.Reader
	ctx context.Context
}

func (s standstill) Read(b []byte) (int, error) {
	if n, err := s.Reader.Read(b); err == nil {
		return n, nil
	}
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func TestDownloadThatStandsStillIsGivenUpAfterAMinute(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := stage{t: t, dir: dir}
		g := answer(func(ctx context.Context) (*http.Response, error) {
			body := io.NopCloser(standstill{strings.NewReader("%PDF-1.7"), ctx})
			return &http.Response{StatusCode: 200, ContentLength: -1, Body: body}, nil
		})
		start := time.Now()
		_, err := Save(t.Context(), g, Request{Format: hover.FormatPDF, Dir: dir, Name: "x.pdf"})
		if p := s.wantProblem(err); !errors.Is(p, errStalled) || p.Permanent {
			t.Errorf("got %v", p)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("it was given up after %v", took)
		}
	})
}

// trickle gives a piece every 50 seconds.
type trickle struct{ pieces []string }

func (r *trickle) Read(b []byte) (int, error) {
	if len(r.pieces) == 0 {
		return 0, io.EOF
	}
	time.Sleep(50 * time.Second) // sleep: the bubble's clock
	n := copy(b, r.pieces[0])
	r.pieces = r.pieces[1:]
	return n, nil
}

func TestSlowDownloadThatMovesIsNotGivenUp(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		g := answer(func(context.Context) (*http.Response, error) {
			body := io.NopCloser(&trickle{[]string{"%PDF-1.7", "a", "b", "c", "%%EOF"}})
			return &http.Response{StatusCode: 200, ContentLength: -1, Body: body}, nil
		})
		if _, err := Save(t.Context(), g, Request{Format: hover.FormatPDF, Dir: dir, Name: "x.pdf"}); err != nil {
			t.Error(err)
		}
	})
}

func TestSameContentIsKeptAndDifferentContentVersioned(t *testing.T) {
	first, second := pdf("as measured"), pdf("as corrected")
	s := newStage(t, serve(first, first, second, second, first))
	for i, want := range []string{
		"House measurements.pdf", "House measurements.pdf",
		"House measurements (2).pdf", "House measurements (2).pdf",
		"House measurements.pdf",
	} {
		f, err := s.save()
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(f.Path) != want {
			t.Errorf("save %d went to %q, want %q", i+1, f.Path, want)
		}
	}
	s.wantFiles("House measurements.pdf", "House measurements (2).pdf")
	s.wantContent(filepath.Join(s.dir, "House measurements.pdf"), first)
	s.wantContent(filepath.Join(s.dir, "House measurements (2).pdf"), second)
}

func TestWhatIsInTheWayIsLeftAlone(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.pdf")
	body := pdf(strings.Repeat("x", len(elsewhere)-len(pdf("")))) // as long as a link to elsewhere
	s := newStage(t, serve(body))
	if err := errors.Join(
		os.MkdirAll(filepath.Join(s.dir, "House measurements.pdf"), 0o755),                      // a directory
		os.WriteFile(filepath.Join(s.dir, "HOUSE Measurements (2).PDF"), []byte("mine"), 0o644), // differs by case alone
		os.WriteFile(elsewhere, []byte(body), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	want := []string{"House measurements.pdf", "HOUSE Measurements (2).PDF", "House measurements (3).pdf"}
	if err := os.Symlink(elsewhere, filepath.Join(s.dir, "House measurements (3).pdf")); err == nil {
		want = append(want, "House measurements (4).pdf") // a link is not followed
	}
	f, err := s.save()
	if err != nil {
		t.Fatal(err)
	}
	if got := filepath.Base(f.Path); got != want[len(want)-1] {
		t.Errorf("saved as %q, want %q", got, want[len(want)-1])
	}
	s.wantFiles(want...)
	s.wantContent(filepath.Join(s.dir, "HOUSE Measurements (2).PDF"), "mine")
}

func TestFileOfAnotherProcessIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := errors.Join(os.WriteFile(from, []byte("ours"), 0o644), os.WriteFile(to, []byte("theirs"), 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := renameNew(from, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	stage{t: t}.wantContent(to, "theirs")
}

func TestSavesOfTheSameFileAtOnceEndInOneFile(t *testing.T) {
	const n = 8
	for name, body := range map[string]func(i int) string{
		"same content":      func(int) string { return pdf("the same") },
		"different content": func(i int) string { return pdf(fmt.Sprint("content ", i)) },
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var all sync.WaitGroup
			served := 0
			all.Add(n)
			s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				mine := body(served)
				served++
				mu.Unlock()
				all.Done()
				all.Wait() // all are under way before the first one ends
				io.WriteString(w, mine)
			})
			files, errs := make([]File, n), make([]error, n)
			var wg sync.WaitGroup
			for i := range n {
				wg.Go(func() { files[i], errs[i] = s.save() })
			}
			wg.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			distinct := map[string]string{} // content by path
			for _, f := range files {
				if sum, seen := distinct[f.Path]; seen && sum != f.SHA256 {
					t.Errorf("%s is said to hold two contents", f.Path)
				}
				distinct[f.Path] = f.SHA256
			}
			want := 1
			if name == "different content" {
				want = n
			}
			entries, _ := os.ReadDir(s.dir)
			if len(distinct) != want || len(entries) != want {
				t.Errorf("%d paths and %d files, want %d", len(distinct), len(entries), want)
			}
		})
	}
}

func TestFolderThatCannotBeIsOurDisksFault(t *testing.T) {
	s := newStage(t, serve(pdf("x")))
	if err := os.WriteFile(s.dir, nil, 0o644); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	_, err := s.save()
	var p *Problem
	if !errors.As(err, &p) || !p.Disk || p.Permanent {
		t.Errorf("got %+v", err)
	}
}

func TestFolderThatVanishesIsOurDisksFault(t *testing.T) {
	s := newStage(t, serve(pdf("x")))
	_, err := Save(t.Context(), s.web, Request{
		URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: "x.pdf",
		Progress: func(int64, int64) {
			if err := os.RemoveAll(s.dir); err != nil {
				t.Skipf("this system keeps folders in use: %v", err)
			}
		},
	})
	if p := s.wantProblem(err); !p.Disk || p.Permanent {
		t.Errorf("got %+v", p)
	}
}

func TestNameCannotLeadOutOfTheFolder(t *testing.T) {
	s := newStage(t, serve(pdf("x")))
	for _, name := range []string{"../../x.pdf", "/etc/x.pdf", `..\x.pdf`, "..", "", "CON", "a/b.pdf"} {
		f, err := Save(t.Context(), s.web, Request{URL: s.url, Format: hover.FormatPDF, Dir: s.dir, Name: name})
		if err != nil {
			t.Errorf("%q: %v", name, err)
		} else if filepath.Dir(f.Path) != s.dir {
			t.Errorf("%q was saved as %q", name, f.Path)
		}
	}
}

func TestWhatNobodyWillFinishIsSweptAwayAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "1420 Sycamore Lane (1)")
	if err := os.Mkdir(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	folder := filepath.Join(dir, tempPrefix+"a-folder"+tempSuffix) // called like ours, but no file
	if err := errors.Join(os.Mkdir(folder, 0o755), os.Chtimes(folder, now.Add(-900*time.Hour), now.Add(-900*time.Hour))); err != nil {
		t.Fatal(err)
	}
	keep := map[string]bool{folder: true}
	for _, f := range []struct {
		path string
		age  time.Duration
		kept bool
	}{
		{filepath.Join(dir, tempPrefix+"a-BEFORE-A"+tempSuffix), time.Second, false}, // our own of the run before
		{filepath.Join(sub, tempPrefix+"a-BEFORE-B"+tempSuffix), time.Second, false},
		{filepath.Join(sub, tempPrefix+"a-"+run+"-B"+tempSuffix), time.Second, true},  // of this run
		{filepath.Join(sub, tempPrefix+"b-OTHER-C"+tempSuffix), 23 * time.Hour, true}, // another's: it may still be under way
		{filepath.Join(sub, tempPrefix+"ab-OTHER-C"+tempSuffix), time.Second, true},
		{filepath.Join(sub, tempPrefix+"b-OTHER-D"+tempSuffix), 25 * time.Hour, false},
		{filepath.Join(dir, tempPrefix+"E"+tempSuffix), 25 * time.Hour, false}, // as they were once called
		{filepath.Join(sub, "House measurements.pdf"), 900 * time.Hour, true},
		{filepath.Join(sub, ".dormer-notes"), 900 * time.Hour, true},
		{filepath.Join(sub, "a-mine.part"), 900 * time.Hour, true},
	} {
		if err := os.WriteFile(f.path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(f.path, now.Add(-f.age), now.Add(-f.age)); err != nil {
			t.Fatal(err)
		}
		keep[f.path] = f.kept
	}
	if n, err := Sweep(dir, "a", now); n != 4 || err != nil {
		t.Errorf("swept %d (%v), want 4", n, err)
	}
	for path, kept := range keep {
		if _, err := os.Stat(path); (err == nil) != kept {
			t.Errorf("%s: kept is %v, want %v", path, err == nil, kept)
		}
	}
	if n, err := Sweep(filepath.Join(dir, "missing"), "a", now); n != 0 || err != nil {
		t.Errorf("a missing folder: %d, %v", n, err)
	}
}

// The two may be one installation that was copied with its data folder.
func TestADownloadUnderWayIsLeftAloneWhoeverSweeps(t *testing.T) {
	dir := t.TempDir()
	f, err := newTemp(dir, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.discard()
	mine := run
	defer func() { run = mine }()
	run = "ANOTHER"
	later := time.Now().Add(leftover + time.Hour)
	for _, owner := range []string{"a", "b"} {
		if n, err := Sweep(dir, owner, later); n != 0 {
			t.Errorf("by %s %d were swept away (%v) while one was written", owner, n, err)
		}
	}
	f.Close() // as by a kill
	if n, err := Sweep(dir, "a", time.Now()); n != 1 || err != nil {
		t.Errorf("after it had ended %d were swept away (%v), want 1", n, err)
	}
}

func TestAFolderGetsItsNameAndKeepsWhatIsInIt(t *testing.T) {
	dir := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	if err := errors.Join(os.Mkdir(at("Job (1)"), 0o755), os.WriteFile(at("Job (1)", "notes.txt"), []byte("mine"), 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := Rename(at("Job (1)"), at("5 cedar ct (1)")); err != nil {
		t.Fatal(err)
	}
	if err := Rename(at("5 cedar ct (1)"), at("5 Cedar Ct (1)")); err != nil { // one name, where case does not tell
		t.Fatal(err)
	}
	stage{t: t}.wantContent(at("5 Cedar Ct (1)", "notes.txt"), "mine")
	if err := os.Mkdir(at("Job (1)"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Rename(at("Job (1)"), at("5 Cedar Ct (1)")); !errors.Is(err, os.ErrExist) {
		t.Errorf("a name that is taken: %v", err)
	}
	if err := Rename(at("Job (2)"), at("6 Cedar Ct (2)")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is gone: %v", err)
	}
}

func TestAFileThatMovesMeetsItsTwinOrAnotherOfItsName(t *testing.T) {
	dir := t.TempDir()
	s := stage{t: t, dir: filepath.Join(dir, "to")}
	from := filepath.Join(dir, "from")
	if err := errors.Join(os.Mkdir(from, 0o755), os.Mkdir(s.dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct{ body, want string }{{"a", "x.pdf"}, {"a", "x.pdf"}, {"b", "x (2).pdf"}} {
		f := File{Path: filepath.Join(from, "x.pdf"), Size: 1}
		sum := sha256.Sum256([]byte(c.body))
		f.SHA256 = hex.EncodeToString(sum[:])
		if err := os.WriteFile(f.Path, []byte(c.body), 0o644); err != nil {
			t.Fatal(err)
		}
		path, err := Move(f, s.dir)
		if err != nil || path != filepath.Join(s.dir, c.want) {
			t.Errorf("move %d went to %q, %v; want %q", i+1, path, err, c.want)
		}
		s.wantContent(path, c.body)
	}
	s.wantFiles("x.pdf", "x (2).pdf")
	s.dir = from
	s.wantFiles()
}

func TestBackoffFollowsTheContract(t *testing.T) {
	want := []string{"5s", "15s", "30s", "1m0s", "2m0s", "5m0s", "15m0s"}
	for range 24 {
		want = append(want, "1h0m0s")
	}
	var got []string
	for attempt := 1; ; attempt++ {
		d, ok := Backoff(attempt)
		if !ok {
			break
		}
		got = append(got, d.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("waits are %v", got)
	}
	if d, ok := Backoff(0); d != 5*time.Second || !ok {
		t.Errorf("before any attempt: %v, %v", d, ok)
	}
}
