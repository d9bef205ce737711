package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RequestLog is one request that came in.
type RequestLog struct {
	At            time.Time `json:"at"`
	Storage       bool      `json:"storage"` // to the storage host
	Method        string    `json:"method"`
	Path          string    `json:"path"`
	Query         string    `json:"query"`
	Authorization bool      `json:"authorization"` // whether there was such a header
	Status        int       `json:"status"`        // 0: no answer
}

// serve logs a request and lets the faults have their turn before its handler.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request, storage bool, next http.Handler) {
	entry := RequestLog{
		At: s.now(), Storage: storage, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Authorization: r.Header.Get("Authorization") != "",
	}
	w.Header().Set("Date", s.now().Add(s.Faults().ClockSkew).Format(http.TimeFormat))
	seen := &statusWriter{ResponseWriter: w}
	defer func() {
		entry.Status = seen.status
		s.logRequest(entry)
	}()
	if !storage && s.overLimit(r.URL.Path, entry.At) {
		if after := s.Faults().RateRetryAfter; after > 0 {
			seen.Header().Set("Retry-After", seconds(after))
		}
		s.refuse(seen, http.StatusTooManyRequests, "base", "Rate limit exceeded")
		return
	}
	p := r.URL.Path
	if storage {
		p = "storage:" + p
	}
	if a, ok := s.answer(r.Method, p); ok {
		s.override(seen, r, a)
		return
	}
	if s.Faults().TextIDs && !storage && strings.HasPrefix(r.URL.Path, "/api/") {
		held := &textWriter{ResponseWriter: seen}
		next.ServeHTTP(held, r)
		held.end()
	} else {
		next.ServeHTTP(seen, r)
	}
	if seen.status == 0 {
		seen.status = http.StatusOK
	}
}

// counts says whether a request is one of the client's to Hover: what a person
// opens in a browser and what goes to storage is not.
func counts(p string) bool {
	return strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/oauth/token") || strings.HasPrefix(p, "/oauth/revoke")
}

// overLimit counts a request and says whether it is one too many in its minute.
func (s *Simulator) overLimit(p string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !counts(p) || s.faults.RateLimit <= 0 {
		return false
	}
	old := 0
	for old < len(s.limited) && at.Sub(s.limited[old]) >= time.Minute {
		old++
	}
	s.limited = append(slices.Delete(s.limited, 0, old), at)
	return len(s.limited) > s.faults.RateLimit
}

func (s *Simulator) override(w http.ResponseWriter, r *http.Request, a Answer) {
	if a.RetryAfter > 0 {
		w.Header().Set("Retry-After", seconds(a.RetryAfter))
	}
	switch a.Kind {
	case "hang":
		ctx, cancel := s.until(r.Context())
		defer cancel()
		if !sleep(ctx, hangFor) {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusRequestTimeout)
	case "break":
		panic(http.ErrAbortHandler)
	case "loop":
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
	case "html":
		page(w, cmp.Or(a.Status, http.StatusOK), "We'll be right back", "Hover is down for maintenance.", "")
	case "garbage":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(cmp.Or(a.Status, http.StatusOK))
		_, _ = w.Write([]byte(`{"results":[{"id":`))
	case "empty":
		w.WriteHeader(cmp.Or(a.Status, http.StatusOK))
	default:
		s.refuse(w, cmp.Or(a.Status, http.StatusInternalServerError), "base", http.StatusText(a.Status))
	}
}

func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

func (s *Simulator) logRequest(e RequestLog) {
	s.o.Log.Debug("asked", "method", e.Method, "path", e.Path, "status", e.Status)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, e)
	if len(s.requests) > maxLogged {
		s.requests = slices.Delete(s.requests, 0, maxLogged/2)
	}
}

// Requests gives every request to the API and to storage that was answered, in
// the order of the answers; those of the control surface are left out.
func (s *Simulator) Requests() []RequestLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// MaxInWindow gives the most requests to Hover's API and token endpoint that
// came within any span of that length; those to storage do not count.
func (s *Simulator) MaxInWindow(span time.Duration) int {
	var at []time.Time
	for _, r := range s.Requests() {
		if !r.Storage && counts(r.Path) {
			at = append(at, r.At)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	most, first := 0, 0
	for i, t := range at {
		for t.Sub(at[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// signedIn asks for a good bearer.
func (s *Simulator) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r)
		if !ok || !s.uses(token) {
			w.Header().Set("WWW-Authenticate",
				`Bearer realm="Hover", error="invalid_token", error_description="The access token expired"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

// statusWriter remembers the status that was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

const (
	maxRequest = 1 << 20
	hangFor    = 60 * time.Second // Hover's own timeout (Hover's docs)
)
