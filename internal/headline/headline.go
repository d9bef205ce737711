// Package headline says in a word or two how Dormer hears of Hover's news, for
// whoever draws it: the window around its pages, and the tray.
package headline

import (
	"time"

	"dormer/internal/engine"
	"dormer/internal/words"
)

// Watch is how Dormer hears of Hover's news.
type Watch int

// The ways to hear.
const (
	Starting Watch = iota // nothing can be said yet
	Well                  // a webhook posted now would arrive
	Asking                // no webhook would; Hover is asked instead
	Offline               // neither works, and goes on by itself
	Trouble               // a person has to do something
	Setup                 // a person has not begun yet
)

// patience is how long nothing has to arrive before it is told: waking raises no
// alarm.
const patience = 30 * time.Second

// A Reader reads headlines off what the engine says, one status after the other.
type Reader struct {
	bad time.Time // since when nothing arrives
	in  bool      // somebody has been signed in
}

// Read says how Dormer hears of news by a status, and in the reader's language
// what a person has to do; "" if nothing.
func (r *Reader) Read(st engine.Status, now time.Time) (w Watch, trouble string) {
	trouble = words.Say(st.Trouble())
	waiting := st.State == engine.StateDegraded || st.State == engine.StateOffline
	if !waiting {
		r.bad = time.Time{}
	} else if r.bad.IsZero() {
		r.bad = now
	}
	r.in = r.in || st.Hover.SignedIn
	switch {
	case st.State == engine.StateSetup && st.Demo && !r.in:
		return Starting, "" // it is about to sign in by itself
	case st.State == engine.StateSetup:
		return Setup, ""
	case trouble != "":
		return Trouble, trouble
	case st.State == engine.StateReady:
		return Well, ""
	case !waiting || now.Sub(r.bad) < patience:
		return Starting, ""
	case st.State == engine.StateOffline:
		return Offline, ""
	}
	return Asking, ""
}

// Sentences says it in a word or two, with a second line; event is when the last
// event came.
func Sentences(w Watch, event, now time.Time) (title, second string) {
	switch w {
	case Well:
		if event.IsZero() {
			return words.T("shell.watching"), words.T("shell.nothing_yet")
		}
		return words.T("shell.watching"), words.T("shell.last_event", "when", words.Ago(event, now))
	case Asking:
		return words.T("shell.asking"), words.T("shell.every_two_minutes")
	case Offline:
		return words.T("shell.offline"), words.T("shell.by_itself")
	case Trouble:
		return words.T("shell.attention"), words.T("shell.see_health")
	case Setup:
		return words.T("shell.not_set_up"), words.T("shell.set_up_now")
	}
	return words.T("shell.connecting"), words.T("shell.a_moment")
}
