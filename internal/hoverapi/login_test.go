package hoverapi

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSigningIn(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.keeper.saved = Saved{}
		if w.tokens.SignedIn() {
			t.Error("signed in before")
		}
		l, err := w.tokens.Begin()
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(l.URL)
		if err != nil || !strings.HasPrefix(l.URL, "https://hover.to/oauth/authorize?") {
			t.Fatalf("%s: %v", l.URL, err)
		}
		sum := sha256.Sum256([]byte(l.Verifier))
		for name, want := range map[string]string{
			"response_type": "code", "client_id": "id", "redirect_uri": "https://me.ngrok.app/oauth/callback", "state": l.State,
			"code_challenge_method": "S256", "code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]), "scope": "", "client_secret": "",
		} {
			if got := u.Query().Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if len(l.State) != 32 || !l.Matches(l.State) || l.Matches("") || l.Matches(l.State[1:]) || (Login{}).Matches("") {
			t.Errorf("the state %q is no 128 bits, or matches wrongly", l.State)
		}
		if again, _ := w.tokens.Begin(); again.State == l.State || again.Verifier == l.Verifier {
			t.Error("two sign-ins share a state or a verifier")
		}

		w.tokens.o.RedirectURL = func() string { return "https://moved.ngrok.app/oauth/callback" } // the tunnel did, meanwhile
		if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err != nil {
			t.Fatal(err)
		}
		f := w.net.oauth.form
		for name, want := range map[string]string{
			"grant_type": "authorization_code", "code": "good-code", "redirect_uri": "https://me.ngrok.app/oauth/callback",
			"client_id": "id", "client_secret": "s3cret", "code_verifier": l.Verifier,
		} {
			if got := f.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if w.keeper.saved.Refresh != "r1" || w.tokens.OrgID() != "785" || !w.tokens.SignedIn() {
			t.Errorf("saved %+v", w.keeper.saved)
		}
		wantToken(t, w, "a1")
	})
}

func TestASignInAfterHoverEndedTheLastOne(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.good = 4
		time.Sleep(2 * time.Hour)
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, SignInAgain)
		l, _ := w.tokens.Begin()
		if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err != nil {
			t.Fatal(err)
		}
		wantToken(t, w, "a5")
	})
}

func TestASignInWhileTheOldOneIsToBeRenewed(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		reply := make(chan struct{})
		w.net.oauth.wait = reply
		l, _ := w.tokens.Begin()
		var both sync.WaitGroup
		both.Go(func() {
			if err := w.tokens.Exchange(t.Context(), l, "good-code", nil); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		both.Go(func() { wantToken(t, w, "a1") })
		synctest.Wait()
		close(reply)
		both.Wait()
		if !slices.Equal(w.net.oauth.spent, []string{"good-code"}) {
			t.Errorf("spent %v", w.net.oauth.spent)
		}
	})
}

func TestACodeThatIsWrongOrOldLeavesTheSignInAsItWas(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		l, _ := w.tokens.Begin()
		wantKind(t, w.tokens.Exchange(t.Context(), l, "old-code", nil), SignInAgain)
		if !w.tokens.SignedIn() {
			t.Error("the wrong code ended the present sign-in")
		}
		wantToken(t, w, "a0")
	})
}

func TestASignInThatCannotBeSavedIsSavedLater(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.keeper.saved = Saved{}
		l, _ := w.tokens.Begin()
		_ = w.tokens.SignedIn()
		w.keeper.breaks(errors.New("disk full"))
		wantKind(t, w.tokens.Exchange(t.Context(), l, "good-code", nil), NotSaved)
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, NotSaved)
		w.keeper.breaks(nil)
		wantToken(t, w, "a1")
	})
}

func TestTheTokenEndpointsRedirectsAreNotFollowed(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		through(w, func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "https://thief.example/?code=good-code", http.StatusTemporaryRedirect)
		})
		l, _ := w.tokens.Begin()
		err := w.tokens.Exchange(t.Context(), l, "good-code", nil)
		wantKind(t, err, BadReply)
		if err == nil || strings.Contains(err.Error(), "good-code") {
			t.Errorf("says %v", err)
		}
	})
}

func TestCheckPair(t *testing.T) {
	for _, test := range []struct {
		name, secret string
		status       int
		kind         Kind
	}{
		{"known", "s3cret", 0, ""},
		{"unknown", "other", 0, BadClient},
		{"not set", "", 0, BadClient},
		{"Hover is down", "s3cret", 500, Server},
	} {
		t.Run(test.name, func(t *testing.T) {
			story(t, nil, func(t *testing.T, w *world) {
				w.tokens.o.Client = func() (string, string) { return "another", "pair" }
				if test.status != 0 {
					w.net.oauth.before = func() int { return test.status }
				}
				wantKind(t, w.tokens.CheckPair(t.Context(), "id", test.secret), test.kind)
				if w.net.oauth.spent != nil || w.keeper.saves != 0 {
					t.Error("asking changed something")
				}
			})
		})
	}
}

func TestBeginSaysWhatIsMissing(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.tokens.withoutPKCE()
		if l, err := w.tokens.Begin(); err != nil || l.Verifier != "" || strings.Contains(l.URL, "challenge") {
			t.Errorf("without PKCE: %+v, %v", l, err)
		}
		w.tokens.o.RedirectURL = func() string { return "" }
		_, err := w.tokens.Begin()
		wantKind(t, err, Invalid)
		w.tokens.o.Client = func() (string, string) { return "id", "" }
		_, err = w.tokens.Begin()
		wantKind(t, err, BadClient)
	})
}

func TestParsePasted(t *testing.T) {
	for _, test := range []struct {
		in, code, state string
		kind            Kind
	}{
		{"https://hover.to/?code=q90aLQhunR&state=abc", "q90aLQhunR", "abc", ""},
		{"  <https://me.ngrok.app/oauth/callback?state=abc&code=q90%2BaLQ#top>\n", "q90+aLQ", "abc", ""},
		{"hover.to/?code=q90aLQhunR", "q90aLQhunR", "", ""},
		{"code=q90aLQhunR&state=abc", "q90aLQhunR", "abc", ""},
		{"\"q90aLQhunR_JZ1MQ0kivxtAV\"", "q90aLQhunR_JZ1MQ0kivxtAV", "", ""},
		{"https://hover.to/?error=access_denied&error_description=No+thanks&state=abc", "", "abc", Forbidden},
		{"https://hover.to/", "", "", Invalid},
		{"https://hover.to/?state=abc", "", "abc", Invalid},
		{"https://hover.to/?code=", "", "", Invalid},
		{"https://hover.to/?code=%zz", "", "", Invalid},
		{"two words", "", "", Invalid},
		{"  ", "", "", Invalid},
		{strings.Repeat("x", 10_000), "", "", Invalid},
	} {
		code, state, err := ParsePasted(test.in)
		if code != test.code || state != test.state || KindOf(err) != test.kind {
			t.Errorf("%.60q gives %q, %q, %v", test.in, code, state, err)
		}
	}
}

func FuzzParsePasted(f *testing.F) {
	f.Add("https://hover.to/?code=abcd&state=1")
	f.Add("?error=access_denied&error_description=%00")
	f.Add("abcdef")
	f.Fuzz(func(t *testing.T, s string) {
		code, _, err := ParsePasted(s)
		if (err == nil) != (code != "") {
			t.Errorf("code %q, error %v", code, err)
		}
		if strings.ContainsAny(code, " \r\n\t\x00") {
			t.Errorf("code %q", code)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n\x00") {
			t.Errorf("error %q", err)
		}
	})
}

func TestASignInThatIsNotAcceptedLeavesTheOldOne(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		before, saves := w.keeper.saved, w.keeper.saves
		l, _ := w.tokens.Begin()
		refused := errors.New("a stranger")
		var shown Saved
		err := w.tokens.Exchange(t.Context(), l, "good-code", func(s Saved) error { shown = s; return refused })
		if err != refused || shown.Org() != "785" || shown.Refresh == "" {
			t.Errorf("%v of %+v", err, shown)
		}
		if w.keeper.saved != before || w.keeper.saves != saves {
			t.Errorf("saved is %+v", w.keeper.saved)
		}
	})
}
