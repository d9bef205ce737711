package engine_test

import (
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/simulator"
)

func TestTheActingUserIsCalledByName(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		users, err := w.e.Users(t.Context())
		if err != nil || len(users) != len(w.sim.Users()) {
			t.Fatalf("%d users, %v", len(users), err)
		}
		crew := 0
		for _, u := range users {
			if u.Role != "admin" {
				crew++
			} else if crew > 0 {
				t.Errorf("admin %s comes after others", u.ID)
			}
		}
		if h := w.status().Hover; h.ActingUser != users[0].ID || h.ActingUserName != users[0].Name() || h.ActingUserName == "" {
			t.Errorf("%q is called %q, not %q", h.ActingUser, h.ActingUserName, users[0].Name())
		}
		last := users[len(users)-1]
		w.set(engine.KeyActingUser, string(last.ID))
		w.pass(2 * time.Second)
		w.restart()
		if h := w.status().Hover; h.ActingUserName != last.Name() {
			t.Errorf("the new one is called %q, not %q", h.ActingUserName, last.Name())
		}
		// Diagnostics go to strangers.
		docs, err := w.e.Diagnostics(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			if strings.Contains(d.Text, w.status().Hover.OrgName) {
				t.Errorf("%s names the company", d.Name)
			}
			if strings.Contains(d.Text, last.Name()) || strings.Contains(d.Text, last.Email) {
				t.Errorf("%s names the acting user", d.Name)
			}
		}
		w.road.cut(true)
		if _, err := w.e.Users(t.Context()); err == nil || !strings.Contains(err.Error(), "could not be listed") {
			t.Errorf("without Hover: %v", err)
		}
	})
}

func TestTheStatusTellsWhenHoverLastSpoke(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		if s := w.status(); !s.LastEventAt.IsZero() {
			t.Errorf("nothing has come, and it says %v", s.LastEventAt)
		}
		w.signIn()
		w.pass(time.Hour)
		w.working(simulator.JobSpec{})
		came := w.status().LastEventAt
		if time.Since(came.Time) > 2*time.Second {
			t.Errorf("it says %v", came)
		}
		w.pass(time.Hour)
		if again := w.status().LastEventAt; !again.Equal(came.Time) {
			t.Errorf("an hour later it says %v", again)
		}
	})
}

func TestTheAddressForHoversFormIsKnownOnceTheTunnelWasOpen(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.down = true
		w.start()
		if url, err := w.e.RedirectURL(t.Context()); url != "" || err != nil {
			t.Errorf("%q, %v", url, err)
		}
		w.wire.become(func(t *wire) { t.down = false })
		if url, err := w.e.RedirectURL(t.Context()); url != officeURL+"/oauth/callback" || err != nil {
			t.Errorf("%q, %v", url, err)
		}
		w.set(engine.KeyRedirectURL, "https://elsewhere.example/done")
		if url, err := w.e.RedirectURL(t.Context()); url != "https://elsewhere.example/done" || err != nil {
			t.Errorf("%q, %v", url, err)
		}
	})
}
