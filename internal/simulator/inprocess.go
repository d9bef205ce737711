package simulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// Transport gives a transport that leads to the simulator's two hosts without
// a network: what testing/synctest needs. Other hosts are unreachable by it.
func (s *Simulator) Transport() http.RoundTripper { return inProcess{s} }

type inProcess struct{ s *Simulator }

// RoundTrip serves one request by the host that it names.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	var h http.Handler
	switch r.URL.Host {
	case host(t.s.URL()):
		h = t.s.api
	case host(t.s.StorageURL()):
		h = t.s.storage
	default:
		return nil, errors.New("simulator: no such host: " + r.URL.Host)
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	answered := &answer{header: http.Header{}}
	done := make(chan struct{})
	t.s.mu.Lock()
	if t.s.closed {
		t.s.mu.Unlock()
		return nil, errors.New("simulator: closed")
	}
	t.s.wg.Go(func() {
		defer close(done)
		answered.serve(h, in)
	})
	t.s.mu.Unlock()
	select {
	case <-done:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if answered.status == 0 {
		return nil, errors.New("simulator: the connection broke")
	}
	return answered.response(r), nil
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// answer collects what a handler writes.
type answer struct {
	header http.Header
	status int
	sent   http.Header // as of WriteHeader
	body   bytes.Buffer
	broke  bool
}

func (a *answer) serve(h http.Handler, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			if err, ok := v.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			a.broke = true
			return
		}
		if a.status == 0 {
			a.WriteHeader(http.StatusOK)
		}
	}()
	h.ServeHTTP(a, r)
}

// Header is what the handler may set until it writes.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the first status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

// Write keeps the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// Flush has nothing to do: the whole answer is handed over at once.
func (a *answer) Flush() {}

func (a *answer) response(r *http.Request) *http.Response {
	var body io.Reader = &a.body
	length := int64(a.body.Len())
	if a.broke {
		body = io.MultiReader(&a.body, broken{})
		length = -1
	}
	if n, err := strconv.ParseInt(a.sent.Get("Content-Length"), 10, 64); err == nil {
		length = n
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.sent, Body: io.NopCloser(body), ContentLength: length,
		Request: r,
	}
}

// broken is where a connection was cut.
type broken struct{}

// Read fails as a cut connection does.
func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
