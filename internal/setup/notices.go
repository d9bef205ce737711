package setup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"dormer/assets"
	"dormer/internal/engine"
	"dormer/internal/job"
	"dormer/internal/notify"
	"dormer/internal/say"
	"dormer/internal/tell"
)

// label gives the words on a notification's button.
func label(action string, n tell.Notice) say.Text {
	switch {
	case action == engine.ActOpenPDF:
		return say.T("notice.open_pdf")
	case action == tell.ActOpenPaper && n.Kind == job.Checklist:
		return say.T("notice.open_checklist")
	case action == tell.ActOpenPaper:
		return say.T("notice.open_list")
	case action == engine.ActAtHover:
		return say.T("notice.open_at_hover")
	case action == engine.ActShowFolder:
		return say.T("notice.show_folder")
	case n.Job == "":
		return say.T("notice.show_all")
	}
	return say.T("notice.show_job")
}

// appName is what the desktop knows Dormer's notifications by.
const appName = "Dormer"

// notices joins the engine's alerts to the desktop's notifications.
type notices struct {
	desktop *notify.Desktop
	reader  func() say.Reader
	act     func(ctx context.Context, key, action string)
}

// newNotices takes whom notifications are told to, asked anew for each, and what
// a click does.
func newNotices(
	c Config, log *slog.Logger, reader func() say.Reader, act func(ctx context.Context, key, action string),
) *notices {
	n := &notices{reader: reader, act: act}
	n.desktop = notify.New(notify.Options{
		AppName: appName, Icon: iconFile(c, assets.IconPNG), Start: c.startedByClick(), OnAction: n.clicked, Log: log,
	})
	return n
}

// startedByClick is how the system starts this program for a click on a
// notification that it has left; "" for a demo, whose alerts go with it.
func (c Config) startedByClick() string {
	e, err := c.entry()
	if c.Demo || err != nil {
		return ""
	}
	return e.CommandLine()
}

// Show raises a notification, in the language of who reads it. A click on its
// body shows the job.
func (n *notices) Show(ctx context.Context, a tell.Notice) error {
	r := n.reader()
	notice := notify.Notice{
		Key: a.Key, Instead: a.Instead, Urgent: a.Urgent, Sound: a.Sound,
		Title: a.Title.Within(notify.MaxTitle, r), Body: a.Body.Within(notify.MaxBody, r),
	}
	for _, action := range a.Actions {
		said := label(action, a).For(r)
		notice.Actions = append(notice.Actions, notify.Action{Key: action, Label: said})
		if action == tell.ActShowJob {
			notice.Actions = append(notice.Actions, notify.Action{Key: notify.DefaultAction, Label: said})
		}
	}
	err := n.desktop.Show(ctx, notice)
	if errors.Is(err, notify.ErrNoDesktop) {
		return fmt.Errorf("%w: %w", engine.ErrNoNotifier, err)
	}
	return err
}

// clicked hears which button was pressed, also of a notification that an earlier
// run has left, until the desktop is let go.
func (n *notices) clicked(ctx context.Context, key, action string) {
	if action == notify.DefaultAction {
		action = tell.ActShowJob
	}
	n.act(ctx, key, action)
}

// Close lets the desktop go.
func (n *notices) Close() error { return n.desktop.Close() }

// iconFile writes the icon that notifications show and gives its path; "" if it
// cannot be written, which costs only the picture.
func iconFile(c Config, png []byte) string {
	dir := filepath.Join(c.DataDir, "cache")
	path := filepath.Join(dir, "icon.png")
	if os.MkdirAll(dir, 0o700) != nil || os.WriteFile(path, png, 0o600) != nil {
		return ""
	}
	return path
}
