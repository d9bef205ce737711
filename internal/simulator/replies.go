package simulator

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dormer/internal/hover"
)

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

// page writes a small page in the product's colours. body is HTML.
func page(w http.ResponseWriter, status int, title, text, body string) {
	b := `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<title>` + html.EscapeString(title) + `</title><style>` +
		`body{font:16px/1.5 system-ui,sans-serif;background:#F6F4F1;color:#23282E;margin:0;padding:12vh 16px}` +
		`main{max-width:30rem;margin:auto;background:#fff;border:1px solid #DDD7CE;border-radius:12px;padding:28px 32px}` +
		`h1{font-size:1.3rem;margin:0 0 .5rem}p{margin:.4rem 0;color:#5C636D}form{display:inline}` +
		`a.b,button{display:inline-block;font:inherit;font-weight:600;margin:1rem .5rem 0 0;padding:.55rem 1.1rem;border-radius:8px;` +
		`border:1px solid #2B6777;background:#2B6777;color:#fff;text-decoration:none;cursor:pointer}` +
		`a.q{background:#fff;color:#2B6777}small{color:#8A5200}</style></head><body><main>` +
		`<small>Simulated Hover. Nothing here leaves this computer.</small>` +
		`<h1>` + html.EscapeString(title) + `</h1><p>` + html.EscapeString(text) + `</p>` + body + `</main></body></html>`
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b))
}

const (
	perDefault = 25
	perMax     = 100
)
