package control

import (
	"context"

	"dormer/internal/say"
)

// Host is what is asked of the process that serves, rather than of its engine. Its
// questions are understood across versions: fields that the other end does not
// know are ignored, so that the one that was upgraded can end or show the other.
type Host interface {
	// Show shows the window where the asker is, and answers when it is drawn.
	Show(ctx context.Context, a Asked) error
	// Stop ends the Dormer that serves.
	Stop(ctx context.Context) error
}

// Asked says who wants to see the window.
type Asked struct {
	// Env is where they are: DISPLAY and what else of the environment leads to it.
	Env map[string]string
}

// noHost is a host that shows nothing and does not end.
type noHost struct{}

func (noHost) Show(context.Context, Asked) error { return &say.Error{What: say.T("runs.no_window")} }
func (noHost) Stop(context.Context) error        { return &say.Error{What: say.T("runs.no_stop")} }
