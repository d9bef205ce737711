package setup

import (
	"context"
	"log/slog"
	"sync"

	"dormer/assets"
	"dormer/internal/engine"
	"dormer/internal/job"
	"dormer/internal/notify"
)

// labels are the words on a notification's buttons.
var labels = map[string]string{engine.ActOpenPDF: "Open PDF", engine.ActShowJob: "Show job"}

// maxNotices bounds the notifications whose buttons are remembered; a desktop
// keeps far fewer.
const maxNotices = 500

// notices joins the engine's alerts to the desktop's notifications.
type notices struct {
	desktop *notify.Desktop
	act     func(ctx context.Context, action string, n engine.Notice)

	mu    sync.Mutex // protects shown and order
	shown map[string]engine.Notice
	order []string
}

func newNotices(c Config, log *slog.Logger, act func(context.Context, string, engine.Notice)) *notices {
	n := &notices{act: act, shown: map[string]engine.Notice{}}
	n.desktop = notify.New(notify.Options{AppName: "Dormer", Icon: iconFile(c, assets.IconPNG), OnAction: n.clicked, Log: log})
	return n
}

// Show raises a notification. A click on its body shows the job.
func (n *notices) Show(ctx context.Context, a engine.Notice) error {
	notice := notify.Notice{Key: a.Key, Title: a.Title, Body: a.Body, Urgent: a.Urgent, Sound: a.Kind == job.Completed || a.Urgent}
	for _, action := range a.Actions {
		notice.Actions = append(notice.Actions, notify.Action{Key: action, Label: labels[action]})
		if action == engine.ActShowJob {
			notice.Actions = append(notice.Actions, notify.Action{Key: notify.DefaultAction, Label: labels[action]})
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
	return n.desktop.Show(ctx, notice)
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
