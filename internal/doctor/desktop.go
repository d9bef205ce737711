package doctor

import (
	"context"
	"fmt"
	"strings"

	"dormer/internal/secret"
)

// Keyring says where secrets are kept, and whether they can be read and written.
func Keyring(s secret.Store) Probe {
	return Probe{Name: "keyring", Look: func(context.Context) []Finding {
		state := s.State()
		switch {
		case state.Waiting != nil:
			return just("keyring", Red, fmt.Sprintf("The secrets cannot be read (%v)", state.Waiting), "Unlock the keyring, or start with --secrets file.")
		case state.Stuck != nil:
			return just("keyring", Amber, fmt.Sprintf("A new secret cannot be written down (%v)", state.Stuck), "Unlock the keyring.")
		case state.Note != "":
			return just("keyring", Amber, state.Note, "Nothing has to be done; the file can be read by your user alone.")
		case state.Kind == secret.File:
			return just("keyring", Green, "Secrets are kept in "+secret.FileName+", which only you can read", "")
		}
		return just("keyring", Green, "Secrets are kept in the keyring of this computer, which answers", "")
	}}
}

// Tray says whether there is a tray for Dormer's icon. there tells it, or that
// there is no desktop.
func Tray(there func(context.Context) (bool, error)) Probe {
	return Probe{Name: "tray", Look: func(ctx context.Context) []Finding {
		ok, err := there(ctx)
		switch {
		case err != nil:
			return just("tray", Green, "There is no desktop, and so no tray", "")
		case !ok:
			return just("tray", Amber, "This desktop has no tray: Dormer cannot stay there when its window is closed",
				"Leave the window open, or add a tray to the desktop (on GNOME, the extension AppIndicator).")
		}
		return just("tray", Green, "This desktop has a tray for Dormer's icon", "")
	}}
}

// Notifications says whether there is a desktop to show alerts on. available
// tells which service answers and what it can do.
func Notifications(available func(ctx context.Context) (server string, can []string, err error)) Probe {
	return Probe{Name: "notifications", Look: func(ctx context.Context) []Finding {
		server, can, err := available(ctx)
		if err != nil {
			return just("notifications", Amber, "No desktop takes notifications: alerts are in the list (dormer alerts) and in the log",
				"On a server this is as it should be. On a desktop, start Dormer in the session, not as a service.")
		}
		says := "Notifications are shown by " + server
		if len(can) > 0 {
			says += " (" + strings.Join(can, ", ") + ")"
		}
		return just("notifications", Green, says, "")
	}}
}
