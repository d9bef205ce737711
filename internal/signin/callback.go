package signin

import (
	"context"
	"html/template"
	"net/http"
	"time"

	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// CallbackPath is where the browser ends after the sign-in at Hover, below the public
// address.
const CallbackPath = "/oauth/callback"

// ServeHTTP takes the browser back from Hover. A wrong state gets a 4xx page and
// ends nothing.
func (s *SignIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	p, last := s.now()
	query := r.URL.Query()
	tooLong := len(r.URL.RawQuery) > 8<<10
	if !tooLong && last != nil && last.oauth.Matches(query.Get("state")) && last.err == nil {
		s.signedInPage(w) // the browser fetched it ahead, or the person reloads
		return
	}
	if tooLong || p == nil || !p.oauth.Matches(query.Get("state")) {
		s.page(w, http.StatusBadRequest, say.T("page.not_ours"), say.T("page.not_ours.do"))
		return
	}
	code, _, err := hoverapi.ParseCallback(query)
	if err != nil {
		_ = s.notLetIn(p, err) // who waits is told
		s.page(w, http.StatusForbidden, say.T("signin.not_allowed"), say.T("page.not_allowed.do"))
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	if err := s.exchange(ctx, p, p.oauth, code, false); err != nil {
		s.o.Log.Warn("a sign-in failed", "error", err)
		s.page(w, http.StatusBadGateway, say.T("page.failed"), say.Of(err))
		return
	}
	s.signedInPage(w)
}

func (s *SignIn) signedInPage(w http.ResponseWriter) {
	s.page(w, http.StatusOK, say.T("page.signed_in"), say.T("page.signed_in.do"))
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Language}}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – Dormer</title>
<style>body{margin:0;background:#F6F4F1;color:#23282E;font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh}
main{background:#fff;border:1px solid #DDD7CE;border-radius:10px;padding:32px 40px;max-width:26em}
h1{font-size:20px;margin:0 0 8px}p{margin:0;color:#5C636D}
@media(prefers-color-scheme:dark){body{background:#1B1E22;color:#ECEAE6}main{background:#24282E;border-color:#343A42}p{color:#9AA2AC}}</style>
<main><h1>{{.Title}}</h1><p>{{.Text}}</p></main></html>
`))

// page writes a small page for the person whose browser came back, in the language
// of the window.
func (s *SignIn) page(w http.ResponseWriter, status int, title, text say.Text) {
	r := s.o.Reader()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, map[string]string{"Language": string(r.Language), "Title": title.For(r), "Text": text.For(r)})
}
