package engine_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hoverapi"
	"dormer/internal/simulator"
	"dormer/storage"
)

// get opens an address without following where it leads.
func (w *world) get(address string) (status int, location, body string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := w.net.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), drain(res)
}

func (w *world) beginLogin() engine.Login {
	w.t.Helper()
	login, err := w.e.BeginLogin(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return login
}

// waiting waits for a sign-in in the background.
func (w *world) waiting(login engine.Login) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- w.e.WaitLogin(w.t.Context(), login.ID) }()
	synctest.Wait()
	return ended
}

func isStill(ended <-chan error) bool {
	select {
	case <-ended:
		return false
	default:
		return true
	}
}

func TestACallbackWithAWrongStateEndsNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		login := w.beginLogin()
		ended := w.waiting(login)
		for _, query := range []string{
			"", "?code=stolen", "?code=stolen&state=", "?code=stolen&state=wrong", "?error=access_denied&state=wrong",
			"?code=stolen&state=" + strings.Repeat("a", 9<<10),
		} {
			status, _, body := w.get(officeURL + "/oauth/callback" + query)
			if status < 400 || status > 499 || strings.Contains(body, "stolen") {
				t.Errorf("%.40s: %d %q", query, status, body)
			}
		}
		if !isStill(ended) {
			t.Fatal("the sign-in ended")
		}
		if n := w.asked("POST", "/oauth/token"); n != 0 {
			t.Errorf("a code was spent %d times", n)
		}
		if status := w.browse(login.URL); status != 200 {
			t.Fatalf("the browser ended with %d", status)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestTheBrowserThatComesBackIsToldInThePersonsLanguage, whatever came of it.
func TestTheBrowserThatComesBackIsToldInThePersonsLanguage(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		w.set(engine.KeyLanguage, "es")
		w.beginLogin()
		for query, says := range map[string]string{
			"?code=stolen&state=wrong": "Este inicio de sesión no es de Dormer",
			"":                         "Empiece otra vez en Dormer",
		} {
			_, _, body := w.get(officeURL + "/oauth/callback" + query)
			if !strings.Contains(body, says) || !strings.Contains(body, `lang="es"`) || strings.Contains(body, "Dormer has begun") {
				t.Errorf("%q: the page is %s", query, body)
			}
		}
		login := w.beginLogin()
		_, callback, _ := w.get(login.URL + "&answer=deny")
		if _, _, body := w.get(callback); !strings.Contains(body, "Hover no dejó entrar a Dormer") || strings.Contains(body, "Begin") {
			t.Errorf("who said no is told %s", body)
		}
		login = w.beginLogin()
		_, callback, _ = w.get(login.URL)
		if _, _, body := w.get(callback); !strings.Contains(body, "Ya inició sesión") {
			t.Errorf("who is signed in is told %s", body)
		}
	})
}

func TestACodeWorksOnce(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		login := w.beginLogin()
		status, callback, _ := w.get(login.URL)
		if status != http.StatusFound || !strings.HasPrefix(callback, officeURL+"/oauth/callback?") {
			t.Fatalf("Hover answered %d %s", status, callback)
		}
		if status, _, body := w.get(callback); status != 200 || !strings.Contains(body, "You are signed in") {
			t.Fatalf("%d %s", status, body)
		}
		if status, _, body := w.get(callback); status != 200 || !strings.Contains(body, "You are signed in") {
			t.Errorf("the same callback again: %d %s", status, body)
		}
		if n := w.asked("POST", "/oauth/token"); n != 1 {
			t.Errorf("the code was spent %d times", n)
		}
		// Who asks only now, or once more, hears that it went well.
		for range 2 {
			if err := w.e.WaitLogin(t.Context(), login.ID); err != nil {
				t.Error(err)
			}
		}
		if err := w.e.WaitLogin(t.Context(), "another"); err == nil {
			t.Error("a sign-in that nobody began has succeeded")
		}
		if s := w.status().Hover; !s.SignedIn || s.OrgID != w.sim.Org() {
			t.Errorf("%+v", s)
		}
	})
}

func TestAPersonWhoRefusesIsHeard(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		login := w.beginLogin()
		ended := w.waiting(login)
		_, callback, _ := w.get(login.URL + "&answer=deny")
		if status, _, body := w.get(callback); status != http.StatusForbidden || !strings.Contains(body, "press Allow") {
			t.Errorf("%d %s", status, body)
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "did not let Dormer in") {
			t.Errorf("the sign-in ended with %v", err)
		}
		if w.status().Hover.SignedIn {
			t.Error("signed in")
		}
		w.signIn() // and may think again
	})
}

func TestAnotherSignInReplacesTheFirst(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		first := w.beginLogin()
		ended := w.waiting(first)
		second := w.beginLogin()
		if err := <-ended; err == nil {
			t.Error("the first one succeeded")
		}
		if status := w.browse(first.URL); status < 400 || status > 499 {
			t.Errorf("the old address: %d", status)
		}
		if status := w.browse(second.URL); status != 200 {
			t.Errorf("the new address: %d", status)
		}
	})
}

func TestNobodySignsInAndTheTimeIsUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		login := w.beginLogin()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		if err := w.e.WaitLogin(ctx, login.ID); err == nil || !strings.Contains(err.Error(), "Nobody has signed in") {
			t.Errorf("%v", err)
		}
	})
}

func TestASignInWaitsForTheTunnel(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.down = true
		w.start()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := w.e.BeginLogin(ctx); err == nil || !strings.Contains(err.Error(), "is not up") {
			t.Errorf("%v", err)
		}
	})
}

func TestTheAddressOrTheCodeMayBePasted(t *testing.T) {
	for name, paste := range map[string]func(callback string) string{
		"the whole address": func(callback string) string { return "  " + callback + "\n" },
		"the bare code":     func(callback string) string { u, _ := url.Parse(callback); return u.Query().Get("code") },
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.given[engine.KeyRedirectURL] = "https://elsewhere.example/done"
				w.start()
				login := w.beginLogin()
				if !login.Paste {
					t.Error("nobody is told to paste")
				}
				ended := w.waiting(login)
				_, callback, _ := w.get(login.URL)
				if !strings.HasPrefix(callback, "https://elsewhere.example/done?") {
					t.Fatalf("the browser was sent to %s", callback)
				}
				if err := w.e.FinishLogin(t.Context(), "https://elsewhere.example/done?code=abcdef&state=wrong"); err == nil || !strings.Contains(err.Error(), "another sign-in") {
					t.Errorf("a foreign address: %v", err)
				}
				if err := w.e.FinishLogin(t.Context(), "what is this?"); err == nil {
					t.Error("nonsense was taken")
				}
				if !isStill(ended) {
					t.Fatal("the sign-in ended")
				}
				if err := w.e.FinishLogin(t.Context(), paste(callback)); err != nil {
					t.Fatal(err)
				}
				if err := <-ended; err != nil {
					t.Error(err)
				}
				w.pass(2 * time.Second)
				w.wantState(engine.StateReady)
			})
		})
	}
}

func TestAnotherOrganisationNeedsAFolderOfItsOwn(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(5 * time.Second)
		if err := w.e.Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		account := simulator.Empty()
		account.Org, account.OrgName = "999", "Blue Gable"
		other := simulator.New(simulator.Options{APIURL: hoverURL, StorageURL: filesURL, Transport: w.net, Account: account})
		defer func() { _ = other.Close() }()
		other.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })
		w.road.mu.Lock()
		w.road.next = other.Transport()
		w.road.mu.Unlock()
		w.net.put("hover.example", other.Transport())

		login := w.beginLogin()
		ended := w.waiting(login)
		if status := w.browse(login.URL); status < 400 {
			t.Errorf("the browser ended with %d", status)
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "another Hover organization") || !strings.Contains(err.Error(), "the sign-in was for Blue Gable") {
			t.Errorf("the sign-in ended with %v", err)
		}
		if s, ok, err := w.e.Stranger(t.Context()); err != nil || !ok || s.Ours.Name != simulator.Empty().OrgName || s.Theirs.Name != "Blue Gable" {
			t.Errorf("the stranger is %+v, %v, %v", s, ok, err)
		}
		if w.status().Hover.SignedIn || w.secrets.tokens() != (hoverapi.Saved{}) {
			t.Error("the other organisation's tokens are kept")
		}
		w.pass(2 * time.Hour)
		if n := len(other.Webhooks()); n != 0 {
			t.Errorf("%d webhooks are registered there", n)
		}
	})
}

// People know their company by its name: Hover is asked for it once, and it is kept.
func TestTheCompanyIsCalledByItsName(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		if h := w.status().Hover; h.OrgName != simulator.Empty().OrgName || h.OrgName == "" {
			t.Errorf("the company is called %q", h.OrgName)
		}
		w.pass(3 * time.Hour)
		w.restart()
		w.pass(3 * time.Hour)
		if h := w.status().Hover; h.OrgName != simulator.Empty().OrgName || w.asked("GET", "/api/v1/orgs") != 1 {
			t.Errorf("later it is called %q, and was asked for %d times", h.OrgName, w.asked("GET", "/api/v1/orgs"))
		}
	})
}

func TestACompanyThatHoverDoesNotNameIsToldByItsNumber(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v1/orgs", Status: 403, Count: simulator.Always}}
		})
		w.ready()
		w.pass(3 * time.Hour)
		h := w.status().Hover
		if h.OrgName != "" || h.OrgID != w.sim.Org() || w.asked("GET", "/api/v1/orgs") > 2 {
			t.Errorf("%+v, asked %d times", h, w.asked("GET", "/api/v1/orgs"))
		}
		if says := (engine.Org{ID: h.OrgID}).Called().String(); says != "organization "+h.OrgID.String() {
			t.Errorf("people are told of %q", says)
		}
	})
}

func TestWhatHoverDoesNotTellOfAnAccountHoldsUpNothing(t *testing.T) {
	// The name of the company is waited for by nobody, its people for a moment: Hover is
	// to be asked in the name of one of them.
	for path, most := range map[string]time.Duration{"": 5 * time.Second, "/api/v1/orgs": 5 * time.Second, "/api/v2/users": 20 * time.Second} {
		story(t, func(t *testing.T, w *world) {
			w.faults(func(f *simulator.Faults) {
				f.Answers = []simulator.Answer{{Path: path, Kind: "hang", Count: simulator.Always}}
			})
			began := time.Now()
			w.ready()
			if took := time.Since(began); took > most {
				t.Errorf("where %q hangs it is ready after %s", path, took)
			}
		})
	}
}

func TestADataFolderBelongsToOneHover(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		if err := engine.CheckStamp(w.store, "hover.example"); err != nil {
			t.Error(err)
		}
		if err := engine.CheckStamp(w.store, "demo"); err == nil || !strings.Contains(err.Error(), "hover.example") {
			t.Errorf("%v", err)
		}
	})
}

func TestLogoutDeletesTheWebhookAndForgetsTheTokens(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		foreign := w.sim.RegisterForeign("")
		w.ready()
		if err := w.e.Logout(t.Context()); err != nil {
			t.Fatal(err)
		}
		hooks := w.sim.Webhooks()
		if len(hooks) != 1 || hooks[0].ID != foreign {
			t.Errorf("at Hover there are %+v", hooks)
		}
		if w.secrets.tokens() != (hoverapi.Saved{}) {
			t.Error("the tokens are still there")
		}
		for name := range w.secrets.m {
			if strings.HasPrefix(name, "hmac/") {
				t.Errorf("the secret %s is still there", name)
			}
		}
		w.pass(24 * time.Hour)
		w.wantState(engine.StateSetup)
		if n := len(w.sim.Webhooks()); n != 1 {
			t.Errorf("%d webhooks a day later", n)
		}
		w.signIn()
		w.pass(2 * time.Second)
		w.wantState(engine.StateReady)
	})
}

func TestAnAddressThatChangesDuringALogoutBringsNoWebhookBack(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.secrets.slow = 10 * time.Second
		w.faults(func(f *simulator.Faults) { // a minute in which Hover says nothing
			f.Answers = append(f.Answers, simulator.Answer{Method: "DELETE", Path: "/api/v2/webhooks/*", Kind: "hang", Count: 1})
		})
		ended := make(chan error, 1)
		go func() { ended <- w.e.Logout(context.Background()) }()
		w.pass(2 * time.Second)
		w.wire.become(func(t *wire) { t.url = "https://new.example" })
		w.pass(5 * time.Minute)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		w.pass(24 * time.Hour)
		if hooks := w.sim.Webhooks(); len(hooks) != 0 {
			t.Errorf("at Hover there are %+v", hooks)
		}
	})
}

func TestLogoutWithoutHoverStillForgetsTheTokensAndSaysWhatIsLeft(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.road.cut(true)
		err := w.e.Logout(t.Context())
		if err == nil || !strings.Contains(err.Error(), "may still be registered") {
			t.Errorf("%v", err)
		}
		if w.secrets.tokens() != (hoverapi.Saved{}) || w.status().Hover.SignedIn {
			t.Error("still signed in")
		}
	})
}

func TestASignInThatHoverEndsAsksForAnotherAndStillReceives(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.sim.SignOut()
		w.pass(61 * time.Minute)
		if l := w.lamp("hover"); l.State != engine.Red || !strings.Contains(l.Do.String(), "dormer login") {
			t.Errorf("the lamp is %+v", l)
		}
		w.wellSaid()
		w.complete(id)
		w.pass(15 * time.Second)
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts: a signed event is told by itself", n)
		}
		w.signIn()
		w.pass(time.Minute)
		if l := w.lamp("hover"); l.State != engine.Green {
			t.Errorf("the lamp is %+v", l)
		}
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts after the new sign-in", n)
		}
	})
}

func TestTheWebhooksPathIsKeptOverRestartsAndSignIns(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		before := w.status().Webhook
		w.restart()
		w.pass(time.Minute)
		if after := w.status().Webhook; after.URL != before.URL || after.ID != before.ID {
			t.Errorf("%+v became %+v", before, after)
		}
		if n := w.asked("POST", "/api/v2/webhooks"); n != 1 {
			t.Errorf("registered %d times", n)
		}
		var path string
		if err := w.store.View(func(tx *storage.Tx) error { _, err := tx.Doc("hook-path", &path); return err }); err != nil || len(path) != len("/hover/")+32 {
			t.Errorf("%q, %v", path, err)
		}
	})
}
