package hoverapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// story runs a test in a bubble of its own time.
func story(t *testing.T, api http.HandlerFunc, tell func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { tell(t, newWorld(t, api)) })
}

func wantToken(t *testing.T, w *world, want string) {
	t.Helper()
	if got, err := w.tokens.Token(t.Context()); err != nil || got != want {
		t.Errorf("the token is %q, %v; want %q", got, err, want)
	}
}

func TestEightCallsAtATokensExpirySpendOneRefreshToken(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		reply := make(chan struct{})
		w.net.oauth.wait = reply
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() { wantToken(t, w, "a1") })
		}
		synctest.Wait()
		close(reply)
		callers.Wait()
		wantToken(t, w, "a1")
		if !slices.Equal(w.net.oauth.spent, []string{"r0"}) || w.keeper.saves != 1 {
			t.Errorf("spent %v, saved %d times", w.net.oauth.spent, w.keeper.saves)
		}
	})
}

func TestARenewalOutlivesWhoeverAskedForIt(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		reply := make(chan struct{})
		w.net.oauth.wait = reply
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := w.tokens.Token(impatient)
		wantKind(t, err, Timeout)
		close(reply)
		synctest.Wait()
		if w.keeper.saved.Refresh != "r1" {
			t.Errorf("the reply's pair was lost: %+v", w.keeper.saved)
		}
	})
}

func TestATokenIsRenewedAMinuteBeforeItEnds(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2*time.Hour - 61*time.Second)
		wantToken(t, w, "a0")
		time.Sleep(time.Second)
		wantToken(t, w, "a1")
		if want := time.Now().Add(2 * time.Hour); !w.keeper.saved.Expiry.Equal(want) {
			t.Errorf("saved until %v, want %v", w.keeper.saved.Expiry, want)
		}
	})
}

func TestAShortLifeDoesNotMeanARenewalWithEveryCall(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.reply = map[string]any{"expires_in": 8}
		wantToken(t, w, "a0")
		w.tokens.Invalidate("a0")
		for range 6 {
			wantToken(t, w, "a1")
			time.Sleep(time.Second)
		}
		wantToken(t, w, "a2")
	})
}

func TestNoTokenIsUsedBeforeItIsSaved(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		wantLoaded(t, w)
		w.keeper.breaks(errors.New("disk full"))
		for range 2 {
			_, err := w.tokens.Token(t.Context())
			wantKind(t, err, NotSaved)
			if err == nil || !strings.Contains(err.Error(), "disk full") {
				t.Errorf("the error does not say why: %v", err)
			}
		}
		w.keeper.breaks(nil)
		wantToken(t, w, "a1")
		if !slices.Equal(w.net.oauth.spent, []string{"r0"}) {
			t.Errorf("spent %v: what Hover gave was not kept for the next try", w.net.oauth.spent)
		}
		if w.keeper.saved.Refresh != "r1" {
			t.Errorf("saved %+v", w.keeper.saved)
		}
	})
}

// wantLoaded makes the tokens read what was saved.
func wantLoaded(t *testing.T, w *world) {
	t.Helper()
	if !w.tokens.SignedIn() || w.tokens.OrgID() != "785" {
		t.Error("not signed in")
	}
}

func TestAKeyringThatCannotBeReadIsNotASignOut(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.keeper.breaks(errors.New("locked"))
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, NotSaved)
		w.keeper.breaks(nil)
		wantToken(t, w, "a0")
	})
}

func TestALostReplyIsAskedForOnceMoreWithTheOldToken(t *testing.T) {
	for name, lost := range map[string]http.HandlerFunc{
		"no reply": func(http.ResponseWriter, *http.Request) { panic(io.ErrUnexpectedEOF) },
		"half a reply": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"access_token":"a`)
		},
		"a hotel's page": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `<html>Welcome</html>`)
		},
		"silence": func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			story(t, nil, func(t *testing.T, w *world) {
				n := 0
				proxy := w.net.oauth.serve
				through(w, func(rw http.ResponseWriter, r *http.Request) {
					if n++; n == 1 {
						lost(rw, r)
						return
					}
					proxy(rw, r)
				})
				time.Sleep(2 * time.Hour)
				wantToken(t, w, "a1")
				if n != 2 {
					t.Errorf("asked %d times", n)
				}
			})
		})
	}
}

// through answers everything that is sent with the handler.
func through(w *world, h http.HandlerFunc) {
	w.tokens.wire.transport = &internet{hosts: map[string]http.HandlerFunc{"hover.to": h}}
	w.tokens.wire.transport = rewrite{w.tokens.wire.transport}
}

// rewrite moves the token endpoint to where internet has no player of its own.
type rewrite struct{ to http.RoundTripper }

func (p rewrite) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Path = strings.Replace(r.URL.Path, "/oauth/", "/played-oauth/", 1)
	return p.to.RoundTrip(r)
}

func TestOnlyInvalidGrantMeansSignInAgain(t *testing.T) {
	for _, test := range []struct {
		status int
		kind   Kind
		still  bool
	}{
		{400, SignInAgain, false}, // invalid_grant
		{401, BadClient, true},    // invalid_client
		{403, Forbidden, true},
		{429, RateLimited, true},
		{500, Server, true},
		{503, Server, true},
	} {
		t.Run(http.StatusText(test.status), func(t *testing.T) {
			story(t, nil, func(t *testing.T, w *world) {
				w.net.oauth.before = func() int { return test.status }
				time.Sleep(3 * time.Hour)
				_, err := w.tokens.Token(t.Context())
				wantKind(t, err, test.kind)
				if w.tokens.SignedIn() != test.still {
					t.Errorf("signed in: %v", !test.still)
				}
				if w.keeper.saved.Refresh != "r0" {
					t.Error("the tokens were deleted")
				}
				asked := len(w.net.log)
				w.net.oauth.before = nil
				if test.still {
					wantToken(t, w, "a1")
					return
				}
				_, err = w.tokens.Token(t.Context())
				wantKind(t, err, SignInAgain)
				if len(w.net.log) != asked {
					t.Error("a sign-in that ended was tried again")
				}
			})
		})
	}
}

func TestInvalidGrantWith401(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.good = 7 // r0 is long spent
		time.Sleep(2 * time.Hour)
		through(w, func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "application/json; charset=utf-8")
			rw.WriteHeader(401)
			_, _ = io.WriteString(rw, `{"error":"invalid_grant"}`)
		})
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, SignInAgain)
	})
}

func TestATokenThatIsStillGoodIsUsedWhileHoverCannotRenewIt(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.before = func() int { return 500 }
		time.Sleep(2*time.Hour - 30*time.Second)
		wantToken(t, w, "a0")
		asked := len(w.net.log)
		wantToken(t, w, "a0")
		if len(w.net.log) != asked {
			t.Error("the renewal was tried with every call")
		}
		time.Sleep(20 * time.Second)
		w.tokens.Invalidate("a0") // but not one that Hover has refused
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, Server)
		w.net.oauth.before = nil
		wantToken(t, w, "a1")
	})
}

func TestAReplyThatLeavesThingsOutKeepsTheOldOnes(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.reply = map[string]any{"refresh_token": nil, "owner_id": nil, "owner_type": nil, "expires_in": nil}
		time.Sleep(2 * time.Hour)
		wantToken(t, w, "a1")
		if got := w.keeper.saved; got.Refresh != "r0" || got.OwnerID != "785" || got.OwnerType != "orgs" || !got.Expiry.IsZero() {
			t.Errorf("saved %+v", got)
		}
		time.Sleep(24 * time.Hour)
		wantToken(t, w, "a1") // no life was told: a 401 will tell
	})
}

func TestOnlyThePresentTokenCanBeInvalidated(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		wantToken(t, w, "a0")
		w.tokens.Invalidate("a-older-one")
		w.tokens.Invalidate("")
		wantToken(t, w, "a0")
		w.tokens.Invalidate("a0")
		wantToken(t, w, "a1")
		w.tokens.Invalidate("a0")
		wantToken(t, w, "a1")
	})
}

func TestATokenThatCannotBeAHeaderIsRefused(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.oauth.reply = map[string]any{"access_token": "a1\r\nX-Evil: 1"}
		time.Sleep(2 * time.Hour)
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, BadReply)
		if len(w.net.oauth.spent) != 1 {
			t.Errorf("spent were %q", w.net.oauth.spent)
		}
		if w.keeper.saved.Access != "a0" {
			t.Errorf("saved %+v", w.keeper.saved)
		}
	})
}

func TestForgetDeletesHereFirstAndThenTellsHover(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.keeper.breaks(errors.New("disk full"))
		wantKind(t, w.tokens.Forget(t.Context()), NotSaved)
		w.keeper.breaks(nil)
		if err := w.tokens.Forget(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w.tokens.SignedIn() || (w.keeper.saved != Saved{}) || w.tokens.OrgID() != "" {
			t.Error("still signed in")
		}
		if !strings.HasSuffix(w.net.last().line, "/oauth/revoke") || w.net.oauth.form.Get("token") != "r0" {
			t.Errorf("Hover was told %s %v", w.net.last().line, w.net.oauth.form)
		}
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, NotSignedIn)
	})
}

func TestForgetIsQuickOnADeadNetwork(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		through(w, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		start := time.Now()
		if err := w.tokens.Forget(t.Context()); err != nil || time.Since(start) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestCloseWaitsForARenewalButNotForEver(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		through(w, func(rw http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			w.net.oauth.serve(rw, r)
		})
		go func() { _, _ = w.tokens.Token(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := w.tokens.Close(ctx); err != nil || w.keeper.saved.Refresh != "r1" {
			t.Errorf("%v, saved %+v", err, w.keeper.saved)
		}
		time.Sleep(3 * time.Hour)
		_, err := w.tokens.Token(t.Context())
		wantKind(t, err, Cancelled)
	})
	story(t, nil, func(t *testing.T, w *world) {
		time.Sleep(2 * time.Hour)
		through(w, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		go func() { _, _ = w.tokens.Token(t.Context()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		start := time.Now()
		if err := w.tokens.Close(ctx); err == nil || time.Since(start) > 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
