package doctor

import (
	"context"
	"strings"

	"dormer/internal/say"
	"dormer/internal/secret"
)

// Keyring says where secrets are kept, and whether they can be read and written.
func Keyring(s secret.Store) Probe {
	return Probe{Name: "keyring", Look: func(context.Context) []Finding {
		state := s.State()
		switch {
		case state.Waiting != nil:
			return just("keyring", Red, say.T("doctor.secrets.not_read", "why", state.Waiting), say.T("do.unlock_or_file"))
		case state.Stuck != nil:
			return just("keyring", Amber, say.T("doctor.secrets.stuck", "why", state.Stuck), say.T("doctor.secrets.stuck.do"))
		case !state.Note.IsZero():
			return just("keyring", Amber, state.Note, say.T("do.nothing_yours_alone"))
		case state.Kind == secret.File:
			return just("keyring", Green, say.T("doctor.secrets.file"), say.Text{})
		}
		return just("keyring", Green, say.T("doctor.secrets.keyring"), say.Text{})
	}}
}

// Tray says whether there is a tray for Dormer's icon. there tells it, or that
// there is no desktop.
func Tray(there func(context.Context) (bool, error)) Probe {
	return Probe{Name: "tray", Look: func(ctx context.Context) []Finding {
		ok, err := there(ctx)
		switch {
		case err != nil:
			return just("tray", Green, say.T("doctor.tray.no_desktop"), say.Text{})
		case !ok:
			return just("tray", Amber, say.T("doctor.tray.none"),
				say.T("doctor.tray.none.do"))
		}
		return just("tray", Green, say.T("doctor.tray.good"), say.Text{})
	}}
}

// Notifications says whether there is a desktop to show alerts on. available
// tells which service answers and what it can do.
func Notifications(available func(ctx context.Context) (server string, can []string, err error)) Probe {
	return Probe{Name: "notifications", Look: func(ctx context.Context) []Finding {
		server, can, err := available(ctx)
		if err != nil {
			return just("notifications", Amber, say.T("doctor.notifications.none"),
				say.T("doctor.notifications.none.do"))
		}
		if len(can) > 0 {
			return just("notifications", Green, say.T("doctor.notifications.can", "server", server, "can", strings.Join(can, ", ")), say.Text{})
		}
		return just("notifications", Green, say.T("doctor.notifications.good", "server", server), say.Text{})
	}}
}
