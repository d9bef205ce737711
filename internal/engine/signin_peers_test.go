package engine_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hoverapi"
	"dormer/internal/simulator"
)

func TestAServerWithoutPKCELetsPeopleIn(t *testing.T) {
	for _, pkce := range []string{"refused", "ignored", "required"} {
		t.Run(pkce, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.faults(func(f *simulator.Faults) { f.PKCE = pkce })
				w.ready()
				if err := w.e.Logout(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.signIn() // once more
				if s := w.status(); !s.Hover.SignedIn {
					t.Errorf("%+v", s.Hover)
				}
			})
		})
	}
}

// Whoever waits for a sign-in hears how it ended, whatever the way back was.
func TestAFailedExchangeEndsWhoWaits(t *testing.T) {
	const elsewhere = "https://elsewhere.example/done"
	ways := map[string]func(w *world, callback string) error{
		"the browser comes back": func(w *world, callback string) error {
			if status, _, body := w.get(callback); status < 400 || strings.Contains(body, "You are signed in") {
				w.t.Errorf("the browser ended with %d %s", status, body)
			}
			return nil
		},
		"the address is pasted": func(w *world, callback string) error { return w.e.FinishLogin(w.t.Context(), callback) },
		"what stands behind its question mark is pasted": func(w *world, callback string) error {
			_, query, _ := strings.Cut(callback, "?")
			return w.e.FinishLogin(w.t.Context(), query)
		},
	}
	for name, fails := range map[string]struct {
		begin func(w *world)
		to    string // added to the address at Hover
		says  string
		kind  hoverapi.Kind
	}{
		"a wrong client secret": {begin: func(w *world) { w.set(engine.KeyClientSecret, "wrong") }, says: "client id and secret", kind: hoverapi.BadClient},
		"consent is denied":     {to: "&answer=deny", says: "did not let Dormer in", kind: hoverapi.Forbidden},
		"Hover is in trouble":   {begin: func(w *world) { w.answer("/oauth/token", 500) }, says: "did not accept", kind: hoverapi.Server},
	} {
		for way, back := range ways {
			t.Run(name+", "+way, func(t *testing.T) {
				story(t, func(t *testing.T, w *world) {
					if way != "the browser comes back" {
						w.given[engine.KeyRedirectURL] = elsewhere
					}
					w.start()
					if fails.begin != nil {
						fails.begin(w)
					}
					login := w.beginLogin()
					ended := w.waiting(login)
					_, callback, _ := w.get(login.URL + fails.to)
					began := time.Now()
					if err := back(w, callback); way != "the browser comes back" && (err == nil || !strings.Contains(err.Error(), fails.says)) {
						t.Errorf("who pasted hears %v", err)
					}
					err := <-ended
					if err == nil || !strings.Contains(err.Error(), fails.says) || hoverapi.KindOf(err) != fails.kind {
						t.Errorf("who waits hears %v", err)
					}
					if took := time.Since(began); took > time.Second {
						t.Errorf("after %v", took)
					}
					if w.status().Hover.SignedIn {
						t.Error("signed in")
					}
				})
			})
		}
	}
}

func TestACodeThatWasTypedWronglyMayBeTypedAgain(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.given[engine.KeyRedirectURL] = "https://elsewhere.example/done"
		w.start()
		login := w.beginLogin()
		ended := w.waiting(login)
		_, callback, _ := w.get(login.URL)
		u, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		code := u.Query().Get("code")
		if err := w.e.FinishLogin(t.Context(), code[1:]); err == nil || !isStill(ended) {
			t.Fatalf("a wrong code: %v", err)
		}
		if err := w.e.FinishLogin(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestARefusalThatIsNotOursEndsNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.given[engine.KeyRedirectURL] = "https://elsewhere.example/done"
		w.start()
		login := w.beginLogin()
		ended := w.waiting(login)
		if err := w.e.FinishLogin(t.Context(), "https://elsewhere.example/done?error=access_denied&state=wrong"); err == nil {
			t.Error("it was taken")
		}
		if !isStill(ended) {
			t.Error("the sign-in ended")
		}
	})
}

// A browser may fetch an address ahead, and people reload.
func TestACallbackThatComesTwiceSaysThatYouAreSignedIn(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		login := w.beginLogin()
		_, callback, _ := w.get(login.URL)
		type answer struct {
			status int
			body   string
		}
		answers := make(chan answer, 2)
		for range 2 {
			go func() {
				status, _, body := w.get(callback)
				answers <- answer{status, body}
			}()
		}
		for range 2 {
			if a := <-answers; a.status != http.StatusOK || !strings.Contains(a.body, "You are signed in") {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		if n := w.asked("POST", "/oauth/token"); n != 1 {
			t.Errorf("the code was spent %d times", n)
		}
	})
}

func TestASignOutAfterHoverEndedTheSignInSaysThatTheWebhookStays(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.sim.SignOut()
		w.pass(3 * time.Hour) // and notices
		err := w.e.Logout(t.Context())
		if err == nil || !strings.Contains(err.Error(), "webhook may still be registered") || hoverapi.KindOf(err) != hoverapi.SignInAgain {
			t.Errorf("%v", err)
		}
		w.signIn()
		w.pass(2 * time.Second)
		if err := w.e.Logout(t.Context()); err != nil || len(w.sim.Webhooks()) != 0 {
			t.Errorf("%v, %v", err, w.sim.Webhooks())
		}
	})
}

func TestTheSignInOfAStrangerThatNobodyAcceptsIsRevoked(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		account := simulator.Empty()
		account.Org = "999"
		other := simulator.New(simulator.Options{APIURL: hoverURL, StorageURL: filesURL, Transport: w.net, Account: account})
		defer func() { _ = other.Close() }()
		other.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })
		lead := func(next http.RoundTripper) {
			w.road.mu.Lock()
			w.road.next = next
			w.road.mu.Unlock()
			w.net.put("hover.example", next)
		}
		lead(other.Transport())
		for range 2 {
			if status := w.browse(w.beginLogin().URL); status < 400 {
				t.Fatalf("the browser ended with %d", status)
			}
		}
		w.pass(time.Second)
		revoked := 0
		for _, r := range other.Requests() {
			if r.Path == "/oauth/revoke" {
				revoked++
			}
		}
		if revoked != 1 {
			t.Errorf("of two sign-ins %d were revoked", revoked)
		}
		lead(w.sim.Transport())
		w.signIn()
		w.pass(time.Second)
		if n := w.asked("POST", "/oauth/revoke"); n != 2 { // the stranger's, and the one that was replaced
			t.Errorf("revoked %d", n)
		}
	})
}
