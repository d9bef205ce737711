package hoverapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/hover"
)

const jobReply = `{"id":19402492,"name":"1420 Sycamore","reconstruction_state":"completed","extra":{"kept":true}}`

func TestACallCarriesBearerActingUserAndName(t *testing.T) {
	story(t, answers(jobReply), func(t *testing.T, w *world) {
		j, err := w.Job(t.Context(), "19402492")
		if err != nil || j.Name != "1420 Sycamore" || !strings.Contains(string(j.Raw), `"kept":true`) {
			t.Errorf("%+v, %v", j, err)
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v3/jobs/19402492?current_user_id=42")
		h := w.net.last().header
		if h.Get("Authorization") != "Bearer a0" || h.Get("User-Agent") != "Dormer/1.2.3" {
			t.Errorf("headers %v", h)
		}
	})
}

func TestA401IsAnsweredWithOneRenewalAndOneRepetition(t *testing.T) {
	// Hover said two hours and ends the token at once.
	story(t, answers(401, jobReply), func(t *testing.T, w *world) {
		if _, err := w.Job(t.Context(), "19402492"); err != nil {
			t.Error(err)
		}
		if got := w.net.last().header.Get("Authorization"); got != "Bearer a1" || w.net.oauth.good != 1 {
			t.Errorf("repeated with %q after %d renewals", got, w.net.oauth.good)
		}
	})
	story(t, answers(401), func(t *testing.T, w *world) {
		_, err := w.Job(t.Context(), "1")
		wantKind(t, err, Unauthorized)
		if len(w.net.lines()) != 2 || w.net.oauth.good != 1 {
			t.Errorf("sent %v, renewed %d times", w.net.lines(), w.net.oauth.good)
		}
		if !w.tokens.SignedIn() {
			t.Error("no permission is not a sign-out")
		}
	})
	// A refused call did nothing: also one that must not be sent twice.
	story(t, answers(401, `{"id":5}`), func(t *testing.T, w *world) {
		if _, err := w.CreateCaptureRequest(t.Context(), invitation); err != nil {
			t.Error(err)
		}
	})
}

func TestEightCallsThatAreRefusedRenewOnce(t *testing.T) {
	story(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer a1" {
			rw.WriteHeader(401)
			return
		}
		_, _ = io.WriteString(rw, jobReply)
	}, func(t *testing.T, w *world) {
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() {
				if _, err := w.Job(t.Context(), "19402492"); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		if w.net.oauth.good != 1 {
			t.Errorf("renewed %d times", w.net.oauth.good)
		}
	})
}

func TestReadsAreRepeatedAfterFailures(t *testing.T) {
	for name, failure := range map[string]any{
		"server": 500, "gateway": 502, "connection": io.ErrUnexpectedEOF,
		"silence": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
	} {
		t.Run(name, func(t *testing.T) {
			story(t, answers(failure, failure, jobReply), func(t *testing.T, w *world) {
				start := time.Now()
				if _, err := w.Job(t.Context(), "19402492"); err != nil || len(w.net.lines()) != 3 {
					t.Errorf("%v after %v", err, w.net.lines())
				}
				took := time.Since(start)
				if name == "silence" {
					took -= 2 * 65 * time.Second
				}
				if took < 750*time.Millisecond || took > 2250*time.Millisecond {
					t.Errorf("the pauses between took %v", took)
				}
			})
			story(t, answers(failure), func(t *testing.T, w *world) {
				if err := w.DeleteWebhook(t.Context(), "7"); err == nil || len(w.net.lines()) != 3 {
					t.Errorf("%v after %v", err, w.net.lines())
				}
			})
		})
	}
}

var invitation = hover.NewCaptureRequest{Name: "Ann Lee", Email: "ann@example.com", Address: hover.Address{Line1: "1420 Sycamore"}}

func TestACaptureRequestIsNeverSentTwice(t *testing.T) {
	for name, failure := range map[string]any{
		"server": 500, "too many": 429, "connection": io.ErrUnexpectedEOF, "refused": 422,
		"silence": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
	} {
		t.Run(name, func(t *testing.T) {
			story(t, answers(failure, `{"id":5}`), func(t *testing.T, w *world) {
				if _, err := w.CreateCaptureRequest(t.Context(), invitation); err == nil || len(w.net.lines()) != 1 {
					t.Errorf("%v after %v", err, w.net.lines())
				}
			})
		})
	}
}

func TestA429ThenSuccess(t *testing.T) {
	busy := func(seconds string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", seconds)
			w.WriteHeader(429)
		}
	}
	story(t, answers(busy("7"), jobReply), func(t *testing.T, w *world) {
		start := time.Now()
		if _, err := w.Job(t.Context(), "19402492"); err != nil || time.Since(start) != 7*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
	story(t, answers(busy("600"), jobReply), func(t *testing.T, w *world) {
		_, err := w.Job(t.Context(), "19402492")
		wantKind(t, err, RateLimited)
		if e, ok := errors.AsType[*Error](err); !ok || e.RetryAfter != 10*time.Minute {
			t.Errorf("%v does not say for how long", err)
		}
		// Whoever comes next and cannot wait as long is told, too.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = w.Job(ctx, "19402492")
		wantKind(t, err, RateLimited)
		if e, ok := errors.AsType[*Error](err); !ok || e.RetryAfter != 9*time.Minute || len(w.net.lines()) != 1 {
			t.Errorf("%v, sent %v", err, w.net.lines())
		}
	})
	story(t, answers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(503)
	}), jobReply), func(t *testing.T, w *world) {
		start := time.Now()
		if _, err := w.Job(t.Context(), "19402492"); err != nil || time.Since(start) != 5*time.Second {
			t.Errorf("503: %v after %v", err, time.Since(start))
		}
	})
}

func TestSilenceEndsAfter65Seconds(t *testing.T) {
	silence := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	story(t, silence, func(t *testing.T, w *world) {
		start := time.Now()
		_, err := w.RegisterWebhook(t.Context(), "https://me.ngrok.app/hover/1")
		wantKind(t, err, Timeout)
		if took := time.Since(start); took != 65*time.Second {
			t.Errorf("took %v: Hover itself gives up after 60 s", took)
		}
	})
	story(t, silence, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		start := time.Now()
		_, err := w.Job(ctx, "1")
		wantKind(t, err, Cancelled)
		if time.Since(start) != time.Second {
			t.Errorf("gave up after %v", time.Since(start))
		}
	})
}

func TestWaitingForTheBudgetIsNotSilence(t *testing.T) {
	story(t, answers(jobReply), func(t *testing.T, w *world) {
		w.budget.Pause(time.Now().Add(10 * time.Minute))
		if _, err := w.Job(t.Context(), "19402492"); err != nil {
			t.Error(err)
		}
	})
}

func TestRepliesThatAreNotWhatWasAskedFor(t *testing.T) {
	for name, body := range map[string]string{
		"web page": "<!DOCTYPE html><title>Wi-Fi of the hotel</title>", "empty": "", "cut off": `{"id":194`,
		"list": `[]`, "no id": `{"name":"x"}`, "another job": `{"id":7}`, "endless": `{"id":19402492,"x":"` + strings.Repeat("x", maxList) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			story(t, answers(body), func(t *testing.T, w *world) {
				_, err := w.Job(t.Context(), "19402492")
				wantKind(t, err, BadReply)
				if len(w.net.lines()) != 1 {
					t.Errorf("asked %d times", len(w.net.lines()))
				}
			})
		})
	}
}

func TestEveryStatusHasItsKind(t *testing.T) {
	for status, kind := range map[int]Kind{
		400: Invalid, 403: Forbidden, 404: NotFound, 409: Invalid, 410: NotFound, 422: Invalid, 429: RateLimited, 500: Server, 504: Server,
		302: BadReply, // of a call that follows none
	} {
		story(t, answers(status), func(t *testing.T, w *world) {
			_, err := w.RegisterWebhook(t.Context(), "https://me.ngrok.app/hover/1")
			wantKind(t, err, kind)
			if e, ok := errors.AsType[*Error](err); !ok || e.Status != status || e.Op != "register the webhook" {
				t.Errorf("%+v", err)
			}
		})
	}
}

func TestAGatewayThatEchoesTheBearer(t *testing.T) {
	story(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"error":"bad header: `+r.Header.Get("Authorization")+`"}`)
	}, func(t *testing.T, w *world) {
		_, err := w.Job(t.Context(), "1")
		wantKind(t, err, Invalid)
		if err == nil || !strings.Contains(err.Error(), "bad header: Bearer …") {
			t.Error(err)
		}
	})
}

func TestNothingIsAskedWithoutASignIn(t *testing.T) {
	story(t, answers(jobReply), func(t *testing.T, w *world) {
		w.keeper.saved = Saved{}
		_, err := w.Job(t.Context(), "1")
		wantKind(t, err, NotSignedIn)
		_, err = w.Get(t.Context(), "https://hover.to/api/v3/models/1/artifacts/measurements.pdf")
		wantKind(t, err, NotSignedIn)
		if len(w.net.log) != 0 {
			t.Errorf("sent %v", w.net.lines())
		}
	})
}

func TestAnIDCannotMakeAnotherCallOfACall(t *testing.T) {
	story(t, answers(jobReply), func(t *testing.T, w *world) {
		for _, id := range []hover.JobID{"", ".", ".."} {
			_, err := w.Job(t.Context(), id)
			wantKind(t, err, Invalid)
		}
		wantKind(t, w.VerifyWebhook(t.Context(), ".."), Invalid)
		if len(w.net.log) != 0 {
			t.Errorf("sent %v", w.net.lines())
		}
		_, err := w.Job(t.Context(), "../users?x=1#y")
		wantKind(t, err, BadReply)
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v3/jobs/..%2Fusers%3Fx=1%23y?current_user_id=42")
	})
}

func TestServerTimeFollowsHoversClock(t *testing.T) {
	story(t, func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Date", time.Now().Add(-3*time.Hour).UTC().Format(http.TimeFormat))
		_, _ = io.WriteString(rw, jobReply)
	}, func(t *testing.T, w *world) {
		if got := w.ServerTime(); !got.Equal(time.Now()) {
			t.Errorf("before any reply: %v", got)
		}
		if _, err := w.Job(t.Context(), "19402492"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := time.Since(w.ServerTime()); got != 3*time.Hour {
			t.Errorf("off by %v", got)
		}
	})
}

func TestAFailedConnectionTellsNoAddress(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		w.net.hosts = nil
		_, err := w.Job(t.Context(), "1")
		wantKind(t, err, Network)
		if strings.Contains(err.Error(), "current_user_id") || !strings.Contains(err.Error(), "ask for the job") {
			t.Error(err)
		}
	})
	e := unreached("get", errors.New(`proxyconnect: parse "http://ann:secret@proxy:3128": bad`))
	if strings.Contains(e.Error(), "secret") {
		t.Error(e)
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine or a timer keeps it from ending
		w := newWorld(t, answers(jobReply))
		ctx, cancel := context.WithCancel(t.Context())
		w.budget.Pause(time.Now().Add(10 * time.Minute))
		var callers sync.WaitGroup
		callers.Go(func() { _, err := w.Job(ctx, "1"); wantKind(t, err, Cancelled) })
		synctest.Wait()
		cancel()
		callers.Wait()
	})
}
