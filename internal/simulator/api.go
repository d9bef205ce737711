package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/hover"
)

const (
	maxRequest = 1 << 20
	hangFor    = 60 * time.Second // Hover's own timeout (Hover's docs)
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

func (s *Simulator) apiHandler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /oauth/authorize", s.authorize)
	for _, slash := range []string{"", "/{$}"} { // one of Hover's pages has the slash
		m.HandleFunc("POST /oauth/token"+slash, s.exchange)
	}
	m.HandleFunc("POST /oauth/revoke", s.revoke)

	m.HandleFunc("POST /api/v2/webhooks", s.signedIn(s.registerWebhook))
	m.HandleFunc("GET /api/v2/webhooks", s.signedIn(s.listWebhooks))
	m.HandleFunc("GET /api/v2/webhooks/{id}", s.signedIn(s.showWebhook))
	m.HandleFunc("DELETE /api/v2/webhooks/{id}", s.signedIn(s.removeWebhook))
	m.HandleFunc("POST /api/v2/webhooks/{id}/request_verification", s.signedIn(s.resendCode))
	m.HandleFunc("PUT /api/v2/webhooks/{id}/verify", s.verifyWebhook)

	m.HandleFunc("GET /api/v3/jobs", s.signedIn(s.listJobs))
	m.HandleFunc("GET /api/v3/jobs/{id}", s.signedIn(s.showJob))
	m.HandleFunc("POST /api/v3/jobs/test_job", s.signedIn(s.createTestJob))
	m.HandleFunc("PATCH /api/v2/jobs/{id}/set_test_state.json", s.signedIn(s.setTestState))
	m.HandleFunc("GET /api/v3/models/{id}/artifacts/{file}", s.signedIn(s.artifact))
	m.HandleFunc("GET /api/v2/jobs/{id}/{file}", s.signedIn(s.jobArtifact))
	m.HandleFunc("GET /api/v2/images/{id}/image.jpg", s.image)

	m.HandleFunc("GET /api/v2/users", s.signedIn(s.listUsers))
	m.HandleFunc("GET /api/v2/users/profile", s.signedIn(s.profile))
	m.HandleFunc("GET /api/v1/orgs", s.signedIn(s.listOrgs))

	m.HandleFunc("POST /api/v2/capture_requests", s.signedIn(s.createCapture))
	m.HandleFunc("GET /api/v2/capture_requests", s.signedIn(s.listCaptures))
	m.HandleFunc("GET /api/v2/capture_requests/{id}/details", s.signedIn(s.showCapture))
	m.HandleFunc("GET /api/v2/capture_requests/{id}", s.captureLink)
	m.HandleFunc("DELETE /api/v2/capture_requests/{id}", s.signedIn(s.deleteCapture))

	m.HandleFunc("GET /api/v2/inspections/{id}", s.signedIn(s.inspection))
	m.HandleFunc("GET /api/inspection/checklists/latest", s.signedIn(s.checklist))
	m.HandleFunc("GET /api/v1/jobs/{id}/estimates", s.signedIn(s.materialLists))
	m.HandleFunc("GET /api/v1/estimates/{id}", s.signedIn(s.materialList))

	m.Handle("GET "+storageAtHover+"/",
		http.StripPrefix(storageAtHover, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.storage.ServeHTTP(w, r)
		})))

	m.HandleFunc("GET /3d/{id}", s.viewPage)
	m.HandleFunc("GET /wr/jobs/{id}", s.jobPage)
	m.HandleFunc("POST /wr/jobs/{id}/approve", s.approvePage)
	m.HandleFunc("GET /capture/{identifier}", s.capturePage)
	m.HandleFunc("POST /capture/{identifier}", s.takePhotos)
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, http.StatusNotFound, "path", "not found")
	})

	// Pages of other sites must not press buttons here.
	own := http.NewCrossOriginProtection()
	control := own.Handler(http.StripPrefix("/simulator", s.controlHandler()))
	hover := own.Handler(m)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		if strings.HasPrefix(r.URL.Path, "/simulator/") {
			control.ServeHTTP(w, r)
			return
		}
		s.serve(w, r, false, hover)
	})
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

// acting says who acts by a request's query or body values; false if that is
// nobody in the organisation.
func (s *Simulator) acting(id, email string) (hover.User, bool) {
	for _, u := range s.users {
		if id != "" && string(u.ID) == id || id == "" && email != "" && strings.EqualFold(u.Email, email) {
			return u, true
		}
	}
	return hover.User{}, false
}

func (s *Simulator) actingByQuery(r *http.Request) (hover.User, bool) {
	q := r.URL.Query()
	return s.acting(q.Get("current_user_id"), q.Get("current_user_email"))
}

// needsActing answers a write that names no acting user, if the switch asks
// for one.
func (s *Simulator) needsActing(w http.ResponseWriter, known bool) (refused bool) {
	if known || !s.Faults().NeedActingUser {
		return false
	}
	s.refuse(w, http.StatusUnprocessableEntity, "current_user_id", "can't be blank")
	return true
}

// refuse answers with an error in one of Hover's several shapes.
func (s *Simulator) refuse(w http.ResponseWriter, status int, field, text string) {
	shape := s.Faults().ErrorShape
	if shape == "" {
		// Stated, not random: each status has the shape that was seen with it.
		shape = map[int]string{
			http.StatusUnprocessableEntity: "errors", http.StatusNotFound: "error", http.StatusTooManyRequests: "message",
			http.StatusForbidden: "list", http.StatusBadRequest: "field",
		}[status]
	}
	sentence := strings.TrimSpace(strings.ToUpper(field[:1]) + strings.ReplaceAll(field[1:], "_", " ") + " " + text)
	if field == "base" {
		sentence = text
	}
	switch shape {
	case "field":
		writeJSON(w, status, map[string]any{"error": map[string]any{field: text}})
	case "errors":
		writeJSON(w, status, map[string]any{"errors": map[string]any{field: []string{text}}})
	case "list":
		writeJSON(w, status, map[string]any{"errors": []string{sentence}})
	case "fields":
		writeJSON(w, status, map[string]any{field: []string{text}})
	case "text":
		writeJSON(w, status, sentence)
	case "message":
		writeJSON(w, status, map[string]any{"message": sentence})
	case "empty":
		w.WriteHeader(status)
	case "html":
		page(w, status, http.StatusText(status), sentence, "")
	default:
		writeJSON(w, status, map[string]any{"error": sentence})
	}
}

// paging is where a page stands within its list.
type paging struct{ current, pages, total int }

const (
	perDefault = 25
	perMax     = 100
)

// paged cuts the asked page out of a list. "per" is the only name of the page
// size: others are ignored, as Hover does (observed).
func paged[T any](all []T, q url.Values) ([]T, paging) {
	per, err := strconv.Atoi(q.Get("per"))
	if err != nil || per < 1 {
		per = perDefault
	}
	per = min(per, perMax)
	at, err := strconv.Atoi(q.Get("page"))
	if err != nil || at < 1 {
		at = 1
	}
	p := paging{current: at, pages: max(1, (len(all)+per-1)/per), total: len(all)}
	if at > p.pages {
		return []T{}, p
	}
	return all[(at-1)*per : min(at*per, len(all))], p
}

func (p paging) v2() map[string]any {
	return map[string]any{"current_page": p.current, "total_pages": p.pages, "total": p.total}
}

func (p paging) v3() map[string]any {
	m := map[string]any{"current_page": p.current, "next_page": nil}
	if p.current < p.pages {
		m["next_page"] = p.current + 1
	}
	return m
}

// stamp writes a time as Hover's replies do; null for the zero time.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// show answers with one thing that was asked for, nil where there is none.
func (s *Simulator) show(w http.ResponseWriter, what string, reply map[string]any) {
	if reply == nil {
		s.refuse(w, http.StatusNotFound, what, "not found")
		return
	}
	writeJSON(w, http.StatusOK, reply)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, fmt.Sprintf("simulator: encode the reply: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b)
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
