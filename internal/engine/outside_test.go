package engine_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

// lamps gives the colours of all lamps, "tunnel green, hover amber, …".
func (w *world) lamps() string {
	w.t.Helper()
	var list []string
	for _, l := range w.status().Lamps {
		list = append(list, l.Name+" "+string(l.State))
	}
	return strings.Join(list, ", ")
}

const allGreen = "tunnel green, hover green, webhook green, signatures green, disk green"

// TestHoweverHoverFailsTheLampSaysSoAndNewsIsToldOnce has Hover fail in every
// way while a job ends. Webhooks still arrive, so the state stays ready; the
// signed event is told by itself, unless Hover denies the job; and once Hover is well again every lamp is
// green by itself and nobody is told twice.
func TestHoweverHoverFailsTheLampSaysSoAndNewsIsToldOnce(t *testing.T) {
	everything := func(a simulator.Answer) func(*simulator.Faults) {
		a.Path, a.Count = "/api/*", simulator.Always
		return func(f *simulator.Faults) { f.Answers = []simulator.Answer{a} }
	}
	for name, fault := range map[string]struct {
		strike func(*simulator.Faults)
		before func(*world)
		lamp   engine.Colour
		says   string
		do     string
		// untold says that Hover denies the job, rather than to say nothing: then
		// the event alone is not believed.
		untold bool
	}{
		"401": {strike: everything(simulator.Answer{Status: http.StatusUnauthorized}), lamp: engine.Red, says: "refuses", do: "acting user"},
		"403": {strike: everything(simulator.Answer{Status: http.StatusForbidden}), lamp: engine.Red, says: "refuses", do: "plan"},
		"404": {strike: everything(simulator.Answer{Status: http.StatusNotFound}), lamp: engine.Amber, says: "could not be asked", do: "by itself", untold: true},
		"a page with 404, of whoever stands in between": {
			strike: everything(simulator.Answer{Status: http.StatusNotFound, Kind: "html"}), lamp: engine.Amber, says: "could not be asked", do: "by itself",
		},
		"a page with 410": {
			strike: everything(simulator.Answer{Status: http.StatusGone, Kind: "html"}), lamp: engine.Amber, says: "could not be asked", do: "by itself",
		},
		"422":      {strike: everything(simulator.Answer{Status: http.StatusUnprocessableEntity}), lamp: engine.Amber, says: "could not be asked", do: "by itself"},
		"429":      {strike: everything(simulator.Answer{Status: http.StatusTooManyRequests, RetryAfter: 20 * time.Second}), lamp: engine.Amber, says: "asked for a pause", do: "by itself"},
		"500":      {strike: everything(simulator.Answer{Status: http.StatusInternalServerError}), lamp: engine.Amber, says: "could not be asked", do: "by itself"},
		"a page":   {strike: everything(simulator.Answer{Status: http.StatusOK, Kind: "html"}), lamp: engine.Amber, says: "could not be asked", do: "by itself"},
		"garbage":  {strike: everything(simulator.Answer{Status: http.StatusOK, Kind: "garbage"}), lamp: engine.Amber, says: "could not be asked", do: "by itself"},
		"nothing":  {strike: everything(simulator.Answer{Status: http.StatusOK, Kind: "empty"}), lamp: engine.Amber, says: "could not be asked", do: "by itself"},
		"hangs":    {strike: everything(simulator.Answer{Kind: "hang"}), lamp: engine.Amber, says: "could not be asked", do: "internet"},
		"hangs up": {strike: everything(simulator.Answer{Kind: "break"}), lamp: engine.Amber, says: "could not be asked", do: "internet"},
		"the token's endpoint answers 500, at a token's end": {
			strike: func(f *simulator.Faults) {
				f.Answers = []simulator.Answer{{Path: "/oauth/token", Status: http.StatusInternalServerError, Count: simulator.Always}}
			},
			before: func(w *world) { w.sim.ExpireAccess() },
			lamp:   engine.Amber, says: "could not be asked", do: "by itself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.pass(time.Minute)
				if got := w.lamps(); got != allGreen {
					t.Fatalf("before: %s", got)
				}
				if fault.before != nil {
					fault.before(w)
				}
				w.faults(fault.strike)
				w.complete(id)
				if err := w.e.CatchUp(t.Context()); err == nil {
					t.Fatal("Hover was asked, and answered")
				}
				w.pass(30 * time.Second)
				l, s := w.lamp("hover"), w.status()
				if l.State != fault.lamp || !strings.Contains(l.Says.String(), fault.says) || !strings.Contains(l.Do.String(), fault.do) {
					t.Errorf("the lamp: %+v", l)
				}
				if s.State != engine.StateReady || !s.Hover.SignedIn || s.Hover.Error.IsZero() {
					t.Errorf("the state is %s: %+v", s.State, s.Hover)
				}
				for _, other := range []string{"tunnel", "webhook", "signatures", "disk"} {
					if l := w.lamp(other); l.State != engine.Green {
						t.Errorf("another lamp: %+v", l)
					}
				}
				if fault.untold {
					w.wantAlerts()
				} else {
					w.wantAlerts(job.Completed)
				}
				w.answersAsUsual()
				w.pass(20 * time.Minute) // longer than any wait between two tries
				if err := w.e.CatchUp(t.Context()); err != nil {
					t.Error(err)
				}
				w.pass(time.Minute)
				if got := w.lamps(); got != allGreen {
					t.Errorf("after: %s: %+v", got, w.status().Lamps)
				}
				if v := w.job(id); v.State != hover.JobCompleted || !v.Confirmed {
					t.Errorf("the job is %+v", v)
				}
				w.wantAlerts(job.Completed)
				if s := w.status(); s.Work.Pending != 0 || s.Work.Dead != 0 || !s.Hover.Error.IsZero() {
					t.Errorf("left: %+v %+v", s.Work, s.Hover)
				}
			})
		})
	}
}

// TestALostRefreshReplyIsSurvivedOrSaid breaks the connection after Hover
// has exchanged the tokens. Where Hover still takes the old one nobody notices;
// where it does not, a person is asked to sign in, and events are received
// meanwhile.
func TestALostRefreshReplyIsSurvivedOrSaid(t *testing.T) {
	for name, lives := range map[string]bool{"the old one is taken once more": true, "the old one is spent": false} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.faults(func(f *simulator.Faults) { f.LoseRefreshReply, f.OldRefreshLives = 1, lives })
				w.sim.ExpireAccess()
				err := w.e.CatchUp(t.Context())
				w.pass(2 * time.Minute)
				if lives {
					if got := w.lamps(); err != nil || got != allGreen {
						t.Errorf("%v; the lamps: %s", err, got)
					}
				} else if l := w.lamp("hover"); l.State != engine.Red || !strings.Contains(l.Do.String(), "Sign in again") {
					t.Errorf("%v; the lamp: %+v", err, l)
				} else if l := w.lamp("webhook"); l.State != engine.Amber || !strings.Contains(l.Says.String(), "still sends") {
					t.Errorf("the news comes still: %+v", l)
				} else if err == nil || !strings.HasSuffix(err.Error(), "the sign-in was ended by Hover. Sign in again: dormer login") {
					t.Errorf("who asked for it is told %v", err)
				}
				w.complete(id)
				w.pass(time.Minute)
				w.wantAlerts(job.Completed) // by Hover's word or by the signed event alone
				if !lives {
					w.signIn()
					w.pass(20 * time.Minute)
				}
				if got := w.lamps(); got != allGreen {
					t.Errorf("after: %s", got)
				}
				w.wantAlerts(job.Completed)
			})
		})
	}
}

// TestAnHourWithoutATunnelIsCaughtUp has ngrok gone for an hour in which one
// job ends and another fails.
func TestAnHourWithoutATunnelIsCaughtUp(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		first, second := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
		w.wire.become(func(t *wire) { t.down = true })
		w.pass(2 * time.Second)
		if s, l := w.status(), w.lamp("tunnel"); s.State == engine.StateReady || l.State != engine.Red || l.Do.IsZero() {
			t.Errorf("the state is %s, the lamp %+v", s.State, l)
		}
		w.pass(20 * time.Minute)
		w.sim.Quietly(func() { w.complete(first) })
		w.pass(2*time.Minute + 10*time.Second) // Hover is asked every two minutes
		w.wantAlerts(job.Completed)
		w.sim.Quietly(func() {
			if err := w.sim.FailJob(second, "too dark"); err != nil {
				t.Error(err)
			}
		})
		w.pass(38 * time.Minute)
		w.wantAlerts(job.Completed, job.Failed)
		if l := w.lamp("tunnel"); l.State != engine.Red {
			t.Errorf("after an hour the lamp is %+v", l)
		}
		w.wire.become(func(t *wire) { t.down = false })
		w.pass(70 * time.Second)
		if s := w.status(); s.State != engine.StateReady || w.lamps() != allGreen {
			t.Errorf("the state is %s: %s", s.State, w.lamps())
		}
		w.wantAlerts(job.Completed, job.Failed)
	})
}

// TestWhateverSomebodyDoesToOurWebhookItIsMended does at Hover what people with
// access do, and what Hover does by itself.
func TestWhateverSomebodyDoesToOurWebhookItIsMended(t *testing.T) {
	for name, c := range map[string]struct {
		strike func(w *world, id hover.WebhookID)
		// lamp is the one that says so, by its colour and words, after a catch-up
		// at the latest; empty: there is nothing to say.
		lamp   string
		colour engine.Colour
		says   string
		end    func(w *world, id hover.WebhookID)
	}{
		"deleted": {strike: func(w *world, id hover.WebhookID) { w.sim.DeleteWebhook(id) }},
		"a delivery failed": {
			strike: func(w *world, id hover.WebhookID) { w.sim.SetLastError(id, "502 Bad Gateway") }, // of old: it was caught up since
		},
		"its secret was changed": {strike: func(w *world, id hover.WebhookID) { w.sim.RotateSecret(id) }, lamp: "signatures", colour: engine.Amber, says: "refused"},
		"it is not signed any more": {
			strike: func(w *world, _ hover.WebhookID) { w.faults(func(f *simulator.Faults) { f.Unsigned = true }) },
			lamp:   "signatures", colour: engine.Amber, says: "refused",
			end: func(w *world, _ hover.WebhookID) { w.faults(func(f *simulator.Faults) { f.Unsigned = false }) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				w.pass(5 * time.Minute)
				foreign := w.sim.RegisterForeign("https://crm.example/hook")
				before := w.sim.Webhooks()[0].ID
				first, second := w.working(simulator.JobSpec{}), w.working(simulator.JobSpec{})
				c.strike(w, before)
				w.complete(first)
				w.pass(3 * time.Minute)
				if c.lamp != "" {
					if l := w.lamp(c.lamp); l.State != c.colour || !strings.Contains(l.Says.String(), c.says) {
						t.Errorf("the lamp: %+v", l)
					}
				}
				w.pass(70 * time.Minute) // the hourly catch-up is among it
				w.wantAlerts(job.Completed)
				if c.end != nil {
					c.end(w, before)
				}
				w.complete(second)
				w.pass(70 * time.Minute)
				w.wantAlerts(job.Completed, job.Completed)
				hooks := w.sim.Webhooks()
				if len(hooks) != 2 || hooks[0].VerifiedAt.IsZero() || hooks[1].VerifiedAt.IsZero() {
					t.Errorf("Hover has %+v", hooks)
				}
				for _, h := range hooks {
					if h.ID == foreign && h.URL != "https://crm.example/hook" {
						t.Errorf("somebody else's is %+v", h)
					}
				}
				if s := w.status(); s.State != engine.StateReady || w.lamps() != allGreen {
					t.Errorf("the state is %s: %+v", s.State, s.Lamps)
				}
			})
		})
	}
}

// TestHoweverAFileComesItIsWholeOrAbsent has the PDF of a job come in every
// wrong way, three times, and then right: what is on disk is whole and nothing
// lies beside it; the alert is told once and replaced in place at the most.
func TestHoweverAFileComesItIsWholeOrAbsent(t *testing.T) {
	for name, c := range map[string]struct {
		strike func(*simulator.Faults)
		// slow says that it is right at the first try.
		slow bool
	}{
		"not ready yet": {strike: func(f *simulator.Faults) { f.ArtifactNotReady = 3 }},
		"a page":        {strike: func(f *simulator.Faults) { f.ArtifactHTML200 = 3 }},
		"cut off":       {strike: func(f *simulator.Faults) { f.ArtifactTruncated = 3 }},
		"half a file":   {strike: func(f *simulator.Faults) { f.ArtifactWrongLength = 3 }},
		"empty":         {strike: func(f *simulator.Faults) { f.ArtifactEmpty = 3 }},
		"500":           {strike: func(f *simulator.Faults) { f.Artifact500 = 3 }},
		"in a circle":   {strike: func(f *simulator.Faults) { f.RedirectLoop = 40 }},
		"slow":          {strike: func(f *simulator.Faults) { f.ArtifactSlow = 2 * time.Second }, slow: true},
		"asked too fast": {strike: func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*", Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second, Count: 3}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{})
				w.faults(c.strike)
				w.complete(id)
				w.pass(3 * time.Second)
				pdf := func() engine.FileView {
					for _, f := range w.job(id).Models[0].Files {
						if f.Format == "pdf" {
							return f
						}
					}
					t.Fatal("no PDF is offered")
					return engine.FileView{}
				}
				if f := pdf(); f.State == "saved" || f.State == "unavailable" || f.Path != "" {
					t.Errorf("it did not come, and it says %+v", f)
				}
				if got := filesUnder(t, w.dir, "Documents"); !c.slow && len(got) != 0 {
					t.Errorf("on disk: %q", got)
				}
				w.pass(10 * time.Minute)
				f := pdf()
				if f.State != "saved" || len(f.SHA256) != 64 {
					t.Fatalf("in the end: %+v", f)
				}
				b, err := os.ReadFile(f.Path)
				if sum := sha256.Sum256(b); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) || hex.EncodeToString(sum[:]) != f.SHA256 {
					t.Errorf("%d bytes, %v", len(b), err)
				}
				if got := filesUnder(t, w.dir, "Documents"); len(got) != 1 {
					t.Errorf("on disk: %q", got)
				}
				w.wantAlerts(job.Completed)
				if l := w.lamp("hover"); l.State != engine.Green {
					t.Errorf("the lamp: %+v", l)
				}
				if s := w.status(); s.Work.Pending != 0 || s.Work.Dead != 0 {
					t.Errorf("left: %+v", s.Work)
				}
			})
		})
	}
}

// filesUnder lists all files below a folder, hidden ones too.
func filesUnder(t *testing.T, dir ...string) (list []string) {
	t.Helper()
	root := filepath.Join(dir...)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestEveryFormatSaysHowFarItIs tells one structure's files apart: a PDF that
// is saved, an ESX that Hover prepares still, and a format that the plan does
// not include.
func TestEveryFormatSaysHowFarItIs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyPrefetch, "pdf,esx,xlsx")
		id := w.working(simulator.JobSpec{})
		w.faults(func(f *simulator.Faults) {
			f.ESXDelay = time.Hour
			f.Answers = []simulator.Answer{{Path: "/api/v3/models/*/artifacts/measurements.xlsx", Status: http.StatusForbidden, Count: simulator.Always}}
		})
		w.complete(id)
		w.pass(2 * time.Minute)
		how := func() map[string]string {
			m := map[string]string{}
			for _, f := range w.job(id).Models[0].Files {
				m[f.Format] = f.State
			}
			return m
		}
		if got := how(); got["pdf"] != "saved" || got["esx"] != "waiting" || got["xlsx"] != "waiting" {
			t.Errorf("%v", got)
		}
		w.pass(3 * time.Hour)
		if got := how(); got["pdf"] != "saved" || got["esx"] != "saved" || got["xlsx"] != "unavailable" {
			t.Errorf("after three hours: %v", got)
		}
		w.wantAlerts(job.Completed)
	})
}

// TestWhatAnOldConnectionDidIsNotSaidOfTheNewOne has an address lead nowhere,
// and then another connection come up that no self-check has been through yet.
func TestWhatAnOldConnectionDidIsNotSaidOfTheNewOne(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.pass(5 * time.Minute)
		w.wire.become(func(t *wire) { t.black = true })
		w.pass(10 * time.Second)
		if l := w.lamp("tunnel"); l.State != engine.Red {
			t.Fatalf("the address leads nowhere, and the lamp is %+v", l)
		}
		w.wire.become(func(*wire) {}) // it leads nowhere either, yet
		w.pass(time.Second)
		if l := w.lamp("tunnel"); l.State != engine.Amber || !strings.Contains(l.Says.String(), "is being checked") {
			t.Errorf("the lamp is %+v", l)
		}
		w.wire.become(func(t *wire) { t.black, t.down = false, false })
		w.pass(time.Second)
		if got := w.lamps(); got != allGreen {
			t.Errorf("after its check: %s", got)
		}
	})
}
