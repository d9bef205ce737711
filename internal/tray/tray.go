//go:build !nogui

package tray

import (
	"context"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/words"
)

// Tray is the icon and its menu. There is one in a process.
type Tray struct {
	o    Options
	host *trayHost
}

// New gives a tray that shows nothing yet.
func New(o Options) *Tray { return &Tray{o: o, host: newTrayHost()} }

// Possible says whether there can be a tray here at all: a panel may still come.
func (t *Tray) Possible() bool { return t.host.possible() }

// There says whether somebody shows the icon now.
func (t *Tray) There(ctx context.Context) bool { return t.host.there(ctx) }

// Await waits until somebody does, and says whether anybody has before ctx ended.
func (t *Tray) Await(ctx context.Context) bool { return t.host.await(ctx) }

// Close lets the desktop go.
func (t *Tray) Close() { t.host.close() }

// do carries out what an entry says.
func (t *Tray) do(ctx context.Context, a Action) {
	now := time.Now()
	switch a.Kind {
	case OpenPDF:
		t.try(ctx, t.o.Desk.Act(ctx, engine.ActOpenPDF, a.Job, a.Model))
	case PauseHour:
		t.pause(ctx, now.Add(time.Hour).Format(time.RFC3339))
	case PauseTomorrow:
		morning := time.Date(now.Year(), now.Month(), now.Day()+1, 7, 0, 0, 0, now.Location())
		t.pause(ctx, morning.Format(time.RFC3339))
	case PauseOpen:
		t.pause(ctx, "forever")
	case Resume:
		t.pause(ctx, "")
	case ShowWindow:
		t.o.Show(engine.ShowRequest{Page: a.Page, Job: a.Job})
	case Quit:
		t.o.Quit()
	}
}

func (t *Tray) pause(ctx context.Context, until string) {
	t.try(ctx, t.o.Desk.Set(ctx, engine.Values{engine.KeyPausedUntil: until}))
}

func (t *Tray) try(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		t.o.Tell(err)
	}
}

// speak has notifications speak the system's language where no other is chosen.
func (t *Tray) speak(ctx context.Context) {
	_ = t.o.Desk.Speak(ctx, say.Language(words.OfSystem())) // else notices are told in English
}
