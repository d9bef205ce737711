// Package window keeps the window as the watcher sees it: a process of its own that
// is started when somebody wants to see something, asked to show it, and ended with
// the watcher. Whatever becomes of it, killed, stopped or hung, touches nothing else.
package window

import (
	"context"
	"iter"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// Place is where a person is: the variables of the environment that lead to their
// display, by name. One without any is wherever Dormer is.
type Place map[string]string

// Variables are those that make a [Place].
var Variables = []string{
	"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE", "DBUS_SESSION_BUS_ADDRESS",
	"XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID",
}

// PlaceOf reads the place of a process off its environment.
func PlaceOf(getenv func(string) string) Place {
	p := Place{}
	for _, name := range Variables {
		if v := getenv(name); v != "" {
			p[name] = v
		}
	}
	return p
}

// display names the display, "" if the place has none.
func (p Place) display() string { return p["WAYLAND_DISPLAY"] + "\x00" + p["DISPLAY"] }

func (p Place) hasDisplay() bool { return p["WAYLAND_DISPLAY"] != "" || p["DISPLAY"] != "" }

// Order is what a window is told to do. It answers with [Host.Drawn]; the zero one
// only says that the watcher is there.
type Order struct {
	N     int                `json:"n"`
	Show  engine.ShowRequest `json:"show,omitzero"`
	Leave bool               `json:"leave,omitempty"` // to end, instead of showing anything
}

// Host is what is asked of the process that serves, rather than of its engine. Its
// questions are understood across versions: fields that the other end does not
// know are ignored, so that the one that was upgraded can end or show the other.
type Host interface {
	// Show has the window shown where somebody is, started if there is none,
	// and returns when it has been drawn. An error says what is wrong.
	Show(ctx context.Context, at Place) error
	// Attend is asked by a window: what it is to do, until it has had enough. pid is
	// its process.
	Attend(ctx context.Context, pid int) iter.Seq2[Order, error]
	// Drawn says that the window has done what the order n asks: after it was shown
	// it has run what was queued behind.
	Drawn(ctx context.Context, n int) error
	// CannotDraw says that the window's process ends because it cannot have one.
	CannotDraw(ctx context.Context, why Refusal) error
	// Tray says whether somebody shows an icon by which a window that is closed can
	// be found again.
	Tray(ctx context.Context) (bool, error)
	// Stop ends the Dormer that serves.
	Stop(ctx context.Context) error
	// Renew has Dormer start again in place, for a program that was changed
	// underneath it.
	Renew(ctx context.Context) error
}

// Refusal is an error's three parts on their way from the window.
type Refusal struct {
	What say.Text `json:"what,omitzero"`
	Why  say.Text `json:"why,omitzero"`
	Do   say.Text `json:"do,omitzero"`
}

// RefusalOf gives an error's parts.
func RefusalOf(err error) Refusal {
	var r Refusal
	r.What, r.Why, r.Do = say.PartsOf(err)
	return r
}

func (r Refusal) err() error { return &say.Error{What: r.What, Why: r.Why, Do: r.Do} }

// NoHost is one that has no window and does not end.
type NoHost struct{}

var errNoWindow = &say.Error{What: say.T("runs.no_window")}

// Show implements [Host].
func (NoHost) Show(context.Context, Place) error { return errNoWindow }

// Attend implements [Host].
func (NoHost) Attend(context.Context, int) iter.Seq2[Order, error] {
	return func(yield func(Order, error) bool) { yield(Order{}, errNoWindow) }
}

// Drawn implements [Host].
func (NoHost) Drawn(context.Context, int) error { return errNoWindow }

// CannotDraw implements [Host].
func (NoHost) CannotDraw(context.Context, Refusal) error { return errNoWindow }

// Tray implements [Host].
func (NoHost) Tray(context.Context) (bool, error) { return false, nil }

// Stop implements [Host].
func (NoHost) Stop(context.Context) error { return &say.Error{What: say.T("runs.no_stop")} }

// Renew implements [Host].
func (NoHost) Renew(context.Context) error { return &say.Error{What: say.T("runs.no_stop")} }
