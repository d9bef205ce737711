package setup

import (
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"dormer/internal/autostart"
	"dormer/internal/engine"
	"dormer/internal/say"
)

// appID is the desktop application's, as in FyneApp.toml.
const appID = "app.dormer.Dormer"

// autostart has this program start with the computer, hidden, or no longer. A
// demo is nothing to start with, and leaves what others have set alone.
func (c Config) autostart(on bool) error {
	if c.Demo {
		if on {
			return &say.Error{What: say.T("autostart.demo"), Do: say.T("autostart.demo.do")}
		}
		return nil
	}
	e, err := c.entry()
	if err != nil {
		return err
	}
	return e.Set(on)
}

// followAutostart brings what starts with the computer up to date with where the
// program is now.
func (c Config) followAutostart(records *engine.Records, log *slog.Logger) {
	if c.Demo || records.Value(engine.KeyAutostart) != "true" {
		return
	}
	e, err := c.entry()
	if err == nil {
		err = e.Follow()
	}
	if err != nil {
		log.Warn("it is not sure that Dormer starts with the computer", "error", err)
	}
}

func (c Config) entry() (autostart.Entry, error) {
	self, err := os.Executable()
	if err != nil {
		return autostart.Entry{}, err
	}
	return c.entryOf(self), nil
}

// entryOf is the entry that starts a program, or its twin with windows.
func (c Config) entryOf(self string) autostart.Entry {
	e := autostart.Entry{ID: appID, Name: "Dormer", Program: self, Args: unattended}
	if twin := Twin(self); twin != "" {
		e.Program, e.Args = twin, []string{"--hidden"}
	}
	if c.DataDir != defaultDataDir() {
		e.Args = append(e.Args[:len(e.Args):len(e.Args)], "--data-dir", c.DataDir)
	}
	return e
}

func defaultDataDir() string { return filepath.Join(xdg.DataHome, "dormer") }
