package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// logins is the sign-in that is under way; there is one at most.
type logins struct {
	mu      sync.Mutex // protects all below
	present *pendingLogin
	last    *pendingLogin // the one that has ended, for who still waits for it
	busy    chan struct{} // holds a value while a code is being exchanged
	moved   chan struct{} // the redirect address has changed, or is to be tried again
	back    listening     // on the redirect address
	leaving int           // sign-outs that are under way

	unnamed  hover.OrgID   // of which Hover tells no name
	newcomer *newcomer     // whoever signed in for another organisation
	next     *Succession   // what to begin anew with, once that is decided
	anew     chan struct{} // closed then
}

type pendingLogin struct {
	Login
	oauth hoverapi.Login
	done  chan struct{} // closed when it has succeeded, was refused, or replaced
	err   error         // valid once done is closed
}

func (l *logins) init() {
	l.busy, l.moved, l.anew = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{})
}

// Redirect gives the address that Hover sends the browser back to; "" while
// there is no tunnel for it.
func (e *Engine) Redirect() string {
	if v := e.Value(records.KeyRedirectURL); v != "" {
		return v
	}
	base := e.reach.URL()
	if base == "" {
		return ""
	}
	return strings.TrimSuffix(base, "/") + callbackPath
}

// RedirectURL gives the address that Hover's form for an integration wants.
func (e *Engine) RedirectURL(context.Context) (string, error) { return e.Redirect(), nil }

// TryClient asks Hover whether it knows a client id and secret.
func (e *Engine) TryClient(ctx context.Context, id, secret string) error {
	id, err := records.CleanSecret(records.KeyClientID, id)
	if err != nil {
		return err
	}
	if secret, err = records.CleanSecret(records.KeyClientSecret, secret); err != nil {
		return err
	}
	err = e.o.Tokens.CheckPair(hoverapi.WithPerson(ctx), id, secret)
	if hoverapi.KindOf(err) != hoverapi.BadClient {
		return ctx.Err()
	}
	return &say.Error{
		What: say.T("hover.not_this_client"),
		Do:   say.T("hover.not_this_client.do"),
	}
}

// BeginLogin starts a sign-in.
func (e *Engine) BeginLogin(ctx context.Context) (Login, error) {
	if err := e.SecretsUnread(); err != nil {
		return Login{}, err
	}
	if e.Value(records.KeyClientID) == "" || e.Value(records.KeyClientSecret) == "" {
		return Login{}, &say.Error{
			What: say.T("signin.no_client"), Err: say.Because("signin.no_client.why"),
			Do: say.T("signin.no_client.do"),
		}
	}
	if err := e.waitRedirect(ctx); err != nil {
		return Login{}, err
	}
	if err := e.waitListening(ctx); err != nil {
		return Login{}, err
	}
	begun, err := e.o.Tokens.Begin()
	if err != nil {
		return Login{}, err
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	p := &pendingLogin{
		Login: Login{ID: hex.EncodeToString(b[:]), URL: begun.URL, Paste: e.pasteNeeded(begun.RedirectURL)},
		oauth: begun, done: make(chan struct{}),
	}
	e.login.mu.Lock()
	e.login.endPresent(&say.Error{What: say.T("signin.over"), Err: say.Because("signin.over.why"), Do: say.T("signin.over.do")})
	e.login.present = p
	e.login.mu.Unlock()
	return p.Login, nil
}

// pasteNeeded says that we do not hear of the address that the browser ends at.
func (e *Engine) pasteNeeded(redirect string) bool {
	u, err := url.Parse(redirect)
	if err != nil || e.Value(records.KeyRedirectURL) == "" {
		return false
	}
	if u.Scheme == "http" && records.Loopback(u.Hostname()) {
		return false
	}
	base := e.reach.URL()
	return base == "" || redirect != strings.TrimSuffix(base, "/")+callbackPath
}

// waitRedirect waits until there is an address to send the browser back to.
func (e *Engine) waitRedirect(ctx context.Context) error {
	for {
		_, changed := e.watchers.now()
		if e.Redirect() != "" {
			return nil
		}
		if failed := e.reach.Failed(); failed != nil {
			return failed
		}
		select {
		case <-ctx.Done():
			return &say.Error{
				What: say.T("signin.not_begun"), Err: say.Because("signin.not_begun.why"),
				Do: say.T("signin.not_begun.do"),
			}
		case <-changed:
		}
	}
}

// endPresent ends the sign-in that is under way, if there is one. The caller
// holds mu.
func (l *logins) endPresent(err error) {
	if p := l.present; p != nil {
		p.err = err
		close(p.done)
		l.last, l.present = p, nil
	}
}

// WaitLogin waits until the sign-in has succeeded or was refused.
func (e *Engine) WaitLogin(ctx context.Context, id string) error {
	var p *pendingLogin
	e.login.mu.Lock()
	for _, l := range []*pendingLogin{e.login.present, e.login.last} {
		if l != nil && l.ID == id {
			p = l
		}
	}
	e.login.mu.Unlock()
	if p == nil {
		return &say.Error{What: say.T("signin.over"), Do: say.T("do.begin_with_login")}
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return &say.Error{What: say.T("signin.nobody_has"), Err: say.Because("signin.nobody_has.why"), Do: say.T("signin.nobody_has.do")}
	}
}

// FinishLogin completes a sign-in with what a person pasted.
func (e *Engine) FinishLogin(ctx context.Context, pasted string) error {
	code, state, err := hoverapi.ParsePasted(pasted)
	e.login.mu.Lock()
	p := e.login.present
	e.login.mu.Unlock()
	ours := p != nil && (state == "" || p.oauth.Matches(state))
	switch {
	case hoverapi.KindOf(err) == hoverapi.Forbidden && (ours || p == nil):
		return e.notLetIn(p, err)
	case err != nil && hoverapi.KindOf(err) != hoverapi.Forbidden:
		return &say.Error{What: say.T("signin.no_end"), Err: err, Do: say.T("signin.no_end.do")}
	}
	if ours {
		return e.exchange(ctx, p, p.oauth, code, state == "")
	}
	if p != nil || state != "" {
		return &say.Error{What: say.T("signin.other"), Do: say.T("do.begin_with_login")}
	}
	// No sign-in of this process: a code that was got by hand, for the
	// registered redirect address, without PKCE.
	return e.exchange(ctx, nil, hoverapi.Login{RedirectURL: e.Redirect()}, code, true)
}

// notLetIn ends a sign-in that Hover or the person refused.
func (e *Engine) notLetIn(p *pendingLogin, err error) error {
	e.o.Tokens.Refused(err)
	said := &say.Error{What: say.T("signin.not_allowed"), Err: err, Do: say.T("signin.not_allowed.do")}
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.present == p {
		e.login.endPresent(said)
	}
	return said
}

// exchange spends a code, and ends the sign-in whether that succeeds or not: but
// for a code that a person typed wrongly, who may try again. Whoever is first wins:
// a code that comes again spends nothing.
func (e *Engine) exchange(ctx context.Context, p *pendingLogin, login hoverapi.Login, code string, typed bool) error {
	select {
	case e.login.busy <- struct{}{}:
		defer func() { <-e.login.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if p != nil {
		select {
		case <-p.done: // the code came twice at the same time
			return p.err
		default:
		}
	}
	ctx = hoverapi.WithPerson(ctx)
	err := e.o.Tokens.Exchange(ctx, login, code, e.admit)
	again := typed && hoverapi.KindOf(err) == hoverapi.SignInAgain
	if errors.Is(err, errStranger) {
		err = e.nameStranger(ctx, err)
	} else if _, said := errors.AsType[*say.Error](err); !said {
		if err != nil {
			err = hoverapi.Asking(say.T("signin.not_accepted"), err, say.T("do.begin_with_login"))
		} else {
			err = e.signedIn(ctx)
		}
	}
	if again {
		return err
	}
	e.login.mu.Lock()
	if e.login.present == p {
		e.login.endPresent(err)
	}
	e.login.mu.Unlock()
	return err
}

// signedIn begins the life with an account: whose data this is, in whose name
// we ask, and from when on news is told.
func (e *Engine) signedIn(ctx context.Context) error {
	org := e.o.Tokens.OrgID()
	err := e.store.Update(ctx, func(tx *storage.Tx) error {
		var was stamp
		if _, err := tx.Doc(docStamp, &was); err != nil {
			return err
		}
		if err := tx.PutDoc(docStamp, stamp{Host: e.o.HoverHost, Org: cmp.Or(org, was.Org)}); err != nil {
			return err
		}
		var began importing
		if known, err := tx.Doc(docImport, &began); err != nil || known {
			return err
		}
		return tx.PutDoc(docImport, importing{Began: e.o.API.ServerTime().UTC()})
	})
	if err != nil {
		return err
	}
	e.forgetNewcomer(nil)
	e.log.Info("signed in to Hover", "organisation", org)
	e.learnOrg(ctx)
	e.chooseActingUser(ctx)
	e.subscribe()
	e.catchUpSoon(causeSignIn)
	e.watchers.changed()
	return nil
}

// subscribe names the address that Hover shall post to. Without a sign-in there
// is nobody to tell, and who is signing out wants no webhook back.
func (e *Engine) subscribe() {
	e.login.mu.Lock()
	defer e.login.mu.Unlock()
	if e.login.leaving == 0 && e.o.Tokens.SignedIn() {
		e.sub.Want(e.reach.HookURL())
		e.sub.Check()
	}
}

// leave keeps subscribe from doing anything until stay is called.
func (e *Engine) leave() (stay func()) {
	e.login.mu.Lock()
	e.login.leaving++
	e.login.mu.Unlock()
	return func() {
		e.login.mu.Lock()
		e.login.leaving--
		e.login.mu.Unlock()
		e.subscribe() // for whoever is signed in all the same
	}
}

// Logout deletes our webhook at Hover and forgets the tokens.
func (e *Engine) Logout(ctx context.Context) error {
	ctx = hoverapi.WithPerson(ctx)
	defer e.leave()()
	var removal error
	if e.o.Tokens.SignedIn() || len(e.sub.Keys()) > 0 {
		removal = e.sub.Remove(ctx) // without a sign-in it says so
	}
	if err := e.o.Tokens.Forget(ctx); err != nil {
		return &say.Error{What: say.T("signin.not_forgotten"), Err: err, Do: say.T("do.unlock_try_again")}
	}
	e.watchers.changed()
	if removal != nil {
		return &say.Error{
			What: say.T("signin.out_not_webhook"), Err: removal,
			Do: say.T("signin.out_not_webhook.do"),
		}
	}
	return nil
}

// callback takes the browser back from Hover. A wrong state gets a 4xx page and
// ends nothing.
func (e *Engine) callback(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "only GET", http.StatusMethodNotAllowed)
		return
	}
	e.login.mu.Lock()
	p, last := e.login.present, e.login.last
	e.login.mu.Unlock()
	query := r.URL.Query()
	tooLong := len(r.URL.RawQuery) > 8<<10
	if !tooLong && last != nil && last.oauth.Matches(query.Get("state")) && last.err == nil {
		e.signedInPage(w) // the browser fetched it ahead, or the person reloads
		return
	}
	if tooLong || p == nil || !p.oauth.Matches(query.Get("state")) {
		e.page(w, http.StatusBadRequest, say.T("page.not_ours"), say.T("page.not_ours.do"))
		return
	}
	code, _, err := hoverapi.ParseCallback(query)
	if err != nil {
		_ = e.notLetIn(p, err) // who waits is told
		e.page(w, http.StatusForbidden, say.T("signin.not_allowed"), say.T("page.not_allowed.do"))
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	if err := e.exchange(ctx, p, p.oauth, code, false); err != nil {
		e.log.Warn("a sign-in failed", "error", err)
		e.page(w, http.StatusBadGateway, say.T("page.failed"), say.Of(err))
		return
	}
	e.signedInPage(w)
}

func (e *Engine) signedInPage(w http.ResponseWriter) {
	e.page(w, http.StatusOK, say.T("page.signed_in"), say.T("page.signed_in.do"))
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
func (e *Engine) page(w http.ResponseWriter, status int, title, text say.Text) {
	r := e.Reader()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_ = pageTemplate.Execute(w, map[string]string{"Language": string(r.Language), "Title": title.For(r), "Text": text.For(r)})
}
