package hoverapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// exchanges posts to the token endpoint, and gives the forms.
func exchanges(w *world, answer func(rw http.ResponseWriter, form url.Values)) *[]url.Values {
	forms := &[]url.Values{}
	through(w, func(rw http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*forms = append(*forms, r.PostForm)
		answer(rw, r.PostForm)
	})
	return forms
}

const aPair = `{"access_token":"a1","refresh_token":"r1","token_type":"Bearer","expires_in":7200,"owner_id":785,"owner_type":"orgs"}`

// Doorkeeper 5.0 to 5.4 has PKCE only with columns that many a database lacks.
func TestAServerThatRefusesPKCELetsPeopleInWithoutIt(t *testing.T) {
	for name, refusal := range map[string]string{
		"as Doorkeeper 5.0 does": `{"error":"invalid_request","error_description":"The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed."}`,
		"as Doorkeeper 5.4 does": `{"error":"invalid_request","error_description":"Server does not support pkce."}`,
		"by name":                `{"error":"unsupported","error_description":"Unknown parameter: code_verifier"}`,
	} {
		t.Run(name, func(t *testing.T) {
			story(t, nil, func(t *testing.T, w *world) {
				forms := exchanges(w, func(rw http.ResponseWriter, form url.Values) {
					rw.Header().Set("Content-Type", "application/json")
					if form.Has("code_verifier") {
						rw.WriteHeader(400)
						_, _ = io.WriteString(rw, refusal)
						return
					}
					_, _ = io.WriteString(rw, aPair)
				})
				l, err := w.tokens.Begin()
				if err != nil {
					t.Fatal(err)
				}
				if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err != nil {
					t.Fatal(err)
				}
				if f := *forms; len(f) < 2 || f[1].Get("code") != "good-code" || f[1].Get("redirect_uri") != l.RedirectURL || !w.tokens.SignedIn() {
					t.Errorf("asked %v", f)
				}
				again, err := w.tokens.Begin() // it is remembered
				if err != nil || again.Verifier != "" || strings.Contains(again.URL, "challenge") {
					t.Errorf("%+v, %v", again, err)
				}
			})
		})
	}
}

func TestOnlyARefusalOfPKCEIsAskedAgainWithoutIt(t *testing.T) {
	for _, refusal := range []string{`{"error":"invalid_grant"}`, `{"error":"invalid_client"}`, `{"error":"unauthorized_client"}`} {
		story(t, nil, func(t *testing.T, w *world) {
			forms := exchanges(w, func(rw http.ResponseWriter, _ url.Values) {
				rw.Header().Set("Content-Type", "application/json")
				rw.WriteHeader(400)
				_, _ = io.WriteString(rw, refusal)
			})
			l, _ := w.tokens.Begin()
			if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err == nil || len(*forms) != 1 {
				t.Errorf("%s: %v, asked %d times", refusal, err, len(*forms))
			}
			if again, _ := w.tokens.Begin(); again.Verifier == "" {
				t.Errorf("%s: the next sign-in is without PKCE", refusal)
			}
		})
	}
	story(t, nil, func(t *testing.T, w *world) { // one that refuses at the first step already
		_, _, err := ParseCallback(url.Values{"error": {"invalid_request"}, "error_description": {"PKCE is not supported"}})
		w.tokens.Refused(err)
		if again, _ := w.tokens.Begin(); again.Verifier != "" {
			t.Error("the next sign-in is with PKCE again")
		}
	})
}

func TestOddTokenRepliesAreRead(t *testing.T) {
	for name, test := range map[string]struct {
		contentType, expires string
		life                 time.Duration // 0: not known
	}{
		"JSON as text":             {"text/plain; charset=utf-8", `7200`, 2 * time.Hour},
		"JSON as a form":           {"application/x-www-form-urlencoded", `7200`, 2 * time.Hour},
		"JSON without a type":      {"", `7200`, 2 * time.Hour},
		"as text":                  {"application/json", `"7200"`, 2 * time.Hour},
		"with a fraction":          {"application/json", `7199.9`, 7199 * time.Second},
		"as text, with a fraction": {"text/plain", `"7200.0"`, 2 * time.Hour},
		"with an exponent":         {"application/json", `7.2e3`, 2 * time.Hour},
		"empty":                    {"application/json", `""`, 0},
		"null":                     {"application/json", `null`, 0},
		"nought":                   {"application/json", `0`, 0},
		"negative":                 {"application/json", `-5`, 0},
		"no number":                {"application/json", `"soon"`, 0},
		"a list":                   {"application/json", `[7200]`, 0},
		"for ever":                 {"application/json", `1e300`, 366 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, nil, func(t *testing.T, w *world) {
				time.Sleep(2 * time.Hour) // sleep: the bubble's clock
				forms := exchanges(w, func(rw http.ResponseWriter, _ url.Values) {
					rw.Header()["Content-Type"] = []string{test.contentType}
					_, _ = io.WriteString(rw, strings.Replace(aPair, "7200", test.expires, 1))
				})
				wantToken(t, w, "a1")
				if len(*forms) != 1 {
					t.Errorf("the refresh token was spent %d times", len(*forms))
				}
				var life time.Duration
				if e := w.keeper.saved.Expiry; !e.IsZero() {
					life = time.Until(e).Round(time.Second)
				}
				if w.keeper.saved.Refresh != "r1" || life != test.life {
					t.Errorf("saved %+v: it lives for %v", w.keeper.saved, life)
				}
			})
		})
	}
}

func TestAnErrorAsTextIsUnderstood(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour) // sleep: the bubble's clock
		exchanges(w, func(rw http.ResponseWriter, _ url.Values) {
			rw.Header().Set("Content-Type", "text/plain")
			rw.WriteHeader(401)
			_, _ = io.WriteString(rw, `{"error":"invalid_grant"}`)
		})
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, SignInAgain)
	})
}

func TestAWrongInvalidGrantDoesNotLastUntilARestart(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour) // sleep: the bubble's clock
		w.net.oauth.before = func() int { return 400 }
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, SignInAgain)
		asked := len(w.net.log)
		time.Sleep(59 * time.Second) // sleep: the bubble's clock
		_, err = w.tokens.Token(t.Context())
		wantKind(t, err, SignInAgain)
		if len(w.net.log) != asked || w.tokens.Worth() {
			t.Error("asked again at once")
		}
		time.Sleep(time.Second) // sleep: the bubble's clock
		if !w.tokens.Worth() || w.tokens.SignedIn() {
			t.Error("it is not worth a question")
		}
		_, err = w.tokens.Token(t.Context()) // no slip, as it seems
		wantKind(t, err, SignInAgain)
		for range 24 * 60 {
			time.Sleep(time.Minute) // sleep: the bubble's clock
			_, _ = w.tokens.Token(t.Context())
		}
		if n := len(w.net.log) - asked; n > 30 {
			t.Errorf("in a day Hover was asked %d times", n)
		}
		w.net.oauth.before = nil
		time.Sleep(time.Hour) // sleep: the bubble's clock
		wantToken(t, w, "a1")
		if !w.tokens.SignedIn() {
			t.Error("signed out still")
		}
	})
}

// A sign-in may come from elsewhere: the keyring was locked, or another process
// has written it.
func TestASignInThatIsKeptLaterIsFound(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		kept := w.keeper.saved
		w.keeper.breaks(errors.New("the keyring is locked"))
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, NotSaved)
		w.keeper.breaks(nil)
		w.keeper.saved = Saved{}
		_, err = w.tokens.Token(t.Context())
		wantKind(t, err, NotSignedIn)
		w.keeper.saved = kept
		wantToken(t, w, "a0")
	})
}

func TestNoRefreshTokenIsSpentWhileTheNewOneCouldNotBeKept(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		locked := errors.New("the keyring is locked")
		w.tokens.o.Writable = func(context.Context) error { return locked }
		time.Sleep(2*time.Hour - 30*time.Second) // sleep: the bubble's clock
		wantToken(t, w, "a0")                    // for as long as it lives
		time.Sleep(time.Minute)                  // sleep: the bubble's clock
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, NotSaved)
		if len(w.net.oauth.spent) != 0 || !w.tokens.SignedIn() {
			t.Errorf("spent were %q", w.net.oauth.spent)
		}
		w.tokens.o.Writable = func(context.Context) error { return nil }
		wantToken(t, w, "a1")
	})
}

func TestTokensThatAnotherSignInReplacesAreRevoked(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		wantToken(t, w, "a0")
		l, _ := w.tokens.Begin()
		if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		last := w.net.last()
		if !strings.HasSuffix(last.line, "/oauth/revoke") || w.net.oauth.form.Get("token") != "r0" {
			t.Errorf("%s with %v", last.line, w.net.oauth.form)
		}
		wantToken(t, w, "a1")
	})
}
