package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"dormer/assets"
	"dormer/internal/engine"
	"dormer/internal/notify"
)

// label gives the words on a notification's button.
func label(action string, n engine.Notice) string {
	switch {
	case action == engine.ActOpenPDF:
		return "Open PDF"
	case n.Job == "":
		return "Show all"
	}
	return "Show job"
}

// maxNotices bounds the notifications whose buttons are remembered; a desktop
// keeps far fewer.
const maxNotices = 500

// notices joins the engine's alerts to the desktop's notifications.
type notices struct {
	desktop *notify.Desktop
	say     func(english string) string
	act     func(ctx context.Context, action string, n engine.Notice)

	mu    sync.Mutex // protects shown and order
	shown map[string]engine.Notice
	order []string
}

// newNotices takes how labels are said, and what a click does.
func newNotices(c Config, log *slog.Logger, say func(string) string, act func(context.Context, string, engine.Notice)) *notices {
	n := &notices{say: say, act: act, shown: map[string]engine.Notice{}}
	n.desktop = notify.New(notify.Options{AppName: "Dormer", Icon: iconFile(c, assets.IconPNG), OnAction: n.clicked, Log: log})
	return n
}

// Show raises a notification. A click on its body shows the job.
func (n *notices) Show(ctx context.Context, a engine.Notice) error {
	notice := notify.Notice{Key: a.Key, Instead: a.Instead, Title: a.Title, Body: a.Body, Urgent: a.Urgent, Sound: a.Sound}
	for _, action := range a.Actions {
		said := n.say(label(action, a))
		notice.Actions = append(notice.Actions, notify.Action{Key: action, Label: said})
		if action == engine.ActShowJob {
			notice.Actions = append(notice.Actions, notify.Action{Key: notify.DefaultAction, Label: said})
		}
	}
	n.mu.Lock()
	if _, ok := n.shown[a.Key]; !ok {
		if n.order = append(n.order, a.Key); len(n.order) > maxNotices {
			delete(n.shown, n.order[0])
			n.order = n.order[1:]
		}
	}
	n.shown[a.Key] = a
	n.mu.Unlock()
	err := n.desktop.Show(ctx, notice)
	if errors.Is(err, notify.ErrNoDesktop) {
		return fmt.Errorf("%w: %w", engine.ErrNoNotifier, err)
	}
	return err
}

// clicked hears which button was pressed.
func (n *notices) clicked(key, action string) {
	n.mu.Lock()
	a, ok := n.shown[key]
	n.mu.Unlock()
	if !ok {
		return
	}
	if action == notify.DefaultAction {
		action = engine.ActShowJob
	}
	n.act(context.Background(), action, a)
}

// Close lets the desktop go.
func (n *notices) Close() error { return n.desktop.Close() }
