package engine

import (
	"context"
	"errors"
	"slices"
	"sync"

	"dormer/internal/job"
	"dormer/internal/say"
)

// phrasing is how the engine's English sentences are said.
type phrasing struct {
	mu  sync.Mutex // protects say
	say func(english string) string
}

// Phrase sets how the engine's English sentences are said in notifications; nil
// says them as they are.
func (e *Engine) Phrase(say func(english string) string) {
	e.phrase.mu.Lock()
	e.phrase.say = say
	e.phrase.mu.Unlock()
}

// Say gives an English sentence as it is said in notifications.
func (e *Engine) Say(english string) string {
	e.phrase.mu.Lock()
	say := e.phrase.say
	e.phrase.mu.Unlock()
	if say == nil || english == "" {
		return english
	}
	return say(english)
}

// show raises a notification.
func (e *Engine) show(ctx context.Context, n Notice) error {
	if e.o.Notifier == nil {
		return ErrNoNotifier
	}
	n.Title, n.Body = e.Say(n.Title), e.Say(n.Body)
	return e.o.Notifier.Show(ctx, n)
}

// noticeOf makes a notification of an inbox row. A summary's leads to the inbox.
func (e *Engine) noticeOf(a job.Alert) Notice {
	n := Notice{Key: a.Key, Title: a.Title, Body: a.Body, Kind: a.Kind, Job: a.Job, Model: a.Model, Urgent: a.Kind == job.Failed}
	if a.Kind == job.Completed || a.Kind == job.StructureDone {
		n.Actions = append(n.Actions, ActOpenPDF)
	}
	if a.Job != "" || a.Kind == job.Summary {
		n.Actions = append(n.Actions, ActShowJob)
	}
	return n
}

// sounds says whether alerts make a sound: where sound is on, those that somebody
// waits for.
func (e *Engine) sounds(list []pendingAlert) bool {
	return e.Value(KeyAlertsSound) != "false" && slices.ContainsFunc(list, func(p pendingAlert) bool {
		return failed(p) || p.news.Happening.Outcome == job.Completed
	})
}

// TryNotice shows a notification now, whatever the hour.
func (e *Engine) TryNotice(ctx context.Context) error {
	const what, do = "Nobody could see a notification", "Switch notifications on in the system's settings. On Linux the desktop needs a notification service."
	if e.o.Notifier == nil {
		return &say.Error{What: say.Words(what), Err: errors.New("there is no desktop here"), Do: say.Words(do)}
	}
	err := e.o.Notifier.Show(ctx, Notice{
		Key: "test", Title: e.Say("Dormer can reach you"), Body: e.Say("This is how you are told when a house is measured."),
		Sound: e.Value(KeyAlertsSound) != "false",
	})
	if err != nil {
		return &say.Error{What: say.Words(what), Err: err, Do: say.Words(do)}
	}
	return nil
}
