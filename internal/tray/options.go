// Package tray is Dormer's icon in the tray and its menu: how it is, what was
// measured last, what is being measured. It stands on fyne.io/systray alone, so
// that the process that lives all day needs no window system: what it is asked to
// show is the window's, a process of its own.
package tray

import (
	"context"
	"log/slog"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// Options are what a Tray is made of. All are needed.
type Options struct {
	Desk Desk
	Show func(engine.ShowRequest) // has the window show something; does not wait
	Quit func()                   // ends Dormer
	Tell func(error)              // tells the person that what an entry asked for did not work
	Log  *slog.Logger
}

// Desk is what the tray asks of the engine.
type Desk interface {
	Watch(ctx context.Context) <-chan engine.Hint
	Status(ctx context.Context) (engine.Status, error)
	Settings(ctx context.Context) ([]engine.Setting, error)
	Set(ctx context.Context, values engine.Values) error
	Unread(ctx context.Context) (int, error)
	AlertPage(ctx context.Context, before string, limit int) ([]engine.AlertView, error)
	FindJobs(ctx context.Context, q engine.JobSearch) (engine.Found, error)
	Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error
	Speak(ctx context.Context, system say.Language) error
}
