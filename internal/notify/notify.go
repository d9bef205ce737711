// Package notify shows desktop notifications, with buttons where the desktop
// has them, and tells which one was clicked. There is a file per platform:
//
//   - Linux and the BSDs: org.freedesktop.Notifications on a D-Bus connection
//     of its own. Buttons, a click on the body, replacing in place.
//   - Windows: toasts over COM. Buttons and a click on the body; a notice with
//     a known key is shown beside the earlier one, not in its place. Where Windows
//     has no toasts, a balloon in the tray, on which a click is the first button.
//   - macOS: UNUserNotificationCenter, with buttons, from a bundle that may use it;
//     else osascript, with title and text only.
//
// The text of a notice comes from outside (a job's name, a failure reason). It
// is cleaned, and nowhere does it become part of a program or of markup.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"dormer/internal/say"
)

// ErrNoDesktop says that there is nothing to show a notice on, and hardly will be:
// no session of a desktop.
var ErrNoDesktop = say.Because("notice.session")

// ErrNoService says that there is a session, and nobody in it who shows notices
// yet. See [Desktop.Somebody].
var ErrNoService = say.Because("notice.service")

// errSilent is the end of a call that the service does not answer.
var errSilent = say.Because("notice.silent")

// errClosed is given after Close.
var errClosed = errors.New("notify: closed")

// DefaultAction is the key of the action that a click on the notice itself
// stands for. Its label is rarely shown.
const DefaultAction = "default"

const (
	showLimit  = 2 * time.Second // the most that Show and Available take
	closeLimit = 2 * time.Second // the most that Close takes
	maxClicks  = 16              // clicks that may wait for OnAction
	maxHandled = 8               // clicks that are handled at once: each may hang
	maxCalls   = 8               // calls of the service at once: each may hang
)

// Notice is what is shown.
type Notice struct {
	// Key names what the notice is about. A notice with the key of one that is
	// still open replaces it in place, where the platform can. It comes back
	// with a click. An empty key replaces nothing.
	Key string
	// Instead are the keys of earlier notices that this one stands for: it takes
	// the place of the first that is still open, and the others are taken back,
	// where the platform can.
	Instead []string
	Title   string // plain text, one line
	Body    string // plain text; lines are kept
	Urgent  bool   // stays until it is dismissed, where the desktop agrees
	Sound   bool
	// Actions are buttons, in order. One with the key [DefaultAction] is a
	// click on the notice instead.
	Actions []Action
}

// Action is one thing that a notice offers.
type Action struct {
	Key   string // comes back with the click
	Label string // plain text on the button
}

// Options are what a Desktop needs.
type Options struct {
	AppName string
	// Icon is the path of a PNG file; empty shows none. It must stay where it is.
	Icon string
	// Start is the command line by which the system starts this program for a click
	// on a notice that it has left behind, where the system does that (Windows);
	// empty has none started.
	Start string
	// OnAction is told which action of which notice was clicked, from goroutines of
	// the Desktop's own: a viewer that hangs keeps nobody from the next click. Its
	// context ends with Close, which it must not call. May be nil.
	OnAction func(ctx context.Context, key, action string)
	Log      *slog.Logger // nil logs nothing
}

// Desktop shows notices. Its methods may be called from anywhere.
type Desktop struct {
	service  service
	onAction func(ctx context.Context, key, action string)
	log      *slog.Logger
	clicks   chan click
	somebody chan struct{}
	asked    chan struct{} // has an element for each call of the service that is under way
	ended    chan struct{} // closed when nothing of ours runs any more

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	mu     sync.Mutex     // protects calls from growing once ctx has ended
	calls  sync.WaitGroup // calls of the service that are under way
}

type click struct{ key, action string }

// service is the platform's own way of showing a notice. A notice that it is
// given has been cleaned. It calls clicked for every click and came whenever there
// is a new service, from anywhere. Calls may overlap, and should end when their
// context does.
type service interface {
	show(context.Context, Notice) error
	available(context.Context) (server string, capabilities []string, err error)
	// close ends everything that the service started, and waits for it. It is
	// called once, after all other calls have ended.
	close()
}

// New returns a Desktop. It connects to nothing before the first Show, and never
// fails: whether there is a desktop can change while we run.
func New(o Options) *Desktop { return newDesktop(o, newService) }

func newDesktop(o Options, newService func(o Options, clicked func(key, action string), came func()) service) *Desktop {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnAction == nil {
		o.OnAction = func(context.Context, string, string) {}
	}
	d := &Desktop{
		onAction: o.OnAction, log: o.Log,
		clicks: make(chan click, maxClicks), ended: make(chan struct{}),
		somebody: make(chan struct{}, 1), asked: make(chan struct{}, maxCalls),
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.service = newService(o, d.clicked, d.came)
	go d.run()
	return d
}

// Show shows a notice, within 2 s. It gives an error that is [ErrNoDesktop] where
// there is nothing to show it on, and [ErrNoService] where nobody does yet.
func (d *Desktop) Show(ctx context.Context, n Notice) error {
	n = cleaned(n)
	return d.call(ctx, func(ctx context.Context) error { return d.service.show(ctx, n) })
}

// Available tells, within 2 s, which notification service answers and what it
// can do, in the words of the platform ("actions", "body-markup", ...).
func (d *Desktop) Available(ctx context.Context) (server string, capabilities []string, err error) {
	type answer struct {
		server string
		can    []string
	}
	got := make(chan answer, 1)
	err = d.call(ctx, func(ctx context.Context) error {
		server, can, err := d.service.available(ctx)
		got <- answer{server, can}
		return err
	})
	select {
	case a := <-got:
		return a.server, a.can, err
	default:
		return "", nil, err
	}
}

// Somebody gives a hint whenever a notification service has come into a session
// in which a notice was to be shown: it may take what nobody took before.
func (d *Desktop) Somebody() <-chan struct{} { return d.somebody }

func (d *Desktop) came() {
	select {
	case d.somebody <- struct{}{}:
	default:
	}
}

// call makes a call of the service, bounded by showLimit and by Close. One that
// hangs beyond its context is left behind.
func (d *Desktop) call(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, showLimit)
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	if err := d.begin(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer d.end()
		done <- f(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", errSilent, ctx.Err())
	}
}

func (d *Desktop) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ctx.Err() != nil {
		return errClosed
	}
	select {
	case d.asked <- struct{}{}:
		d.calls.Add(1)
		return nil
	default:
		return errSilent
	}
}

func (d *Desktop) end() {
	<-d.asked
	d.calls.Done()
}

// Close ends the Desktop and waits, at most 2 s, for a click that is being
// handled. Notices that are shown stay; clicks on them are no longer told.
func (d *Desktop) Close() error {
	d.mu.Lock()
	d.cancel()
	d.mu.Unlock()
	t := time.NewTimer(closeLimit)
	defer t.Stop()
	select {
	case <-d.ended:
		return nil
	case <-t.C:
		return errors.New("notify: closing took too long")
	}
}

// run hands clicks on, each beside the others, until Close.
func (d *Desktop) run() {
	defer close(d.ended)
	var handled sync.WaitGroup
	defer handled.Wait()
	defer d.service.close()
	defer d.calls.Wait()
	busy := make(chan struct{}, maxHandled)
	for d.ctx.Err() == nil {
		select {
		case <-d.ctx.Done():
		case c := <-d.clicks:
			select {
			case busy <- struct{}{}:
			case <-d.ctx.Done():
				return
			}
			handled.Go(func() {
				d.onAction(d.ctx, c.key, c.action)
				<-busy
			})
		}
	}
}

// clicked takes a click from the platform, which it must not hold up.
func (d *Desktop) clicked(key, action string) {
	select {
	case d.clicks <- click{key, action}:
	default:
		d.log.Warn("a click on a notification was dropped: too many wait", "action", action)
	}
}
