package engine

import (
	"context"
	"time"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// reregisterWithin is how long a person waits for a new webhook.
const reregisterWithin = time.Minute

// Reregister has a new webhook registered and verified in the place of the
// present one, which works until then, and waits until it is.
func (e *Engine) Reregister(ctx context.Context) error {
	switch {
	case !e.o.Tokens.SignedIn():
		return hoverapi.Asking(say.T("webhook.not_registered_anew"), &hoverapi.Error{Kind: hoverapi.NotSignedIn}, say.Text{})
	case e.reach.HookURL() == "":
		return &say.Error{
			What: say.T("webhook.not_registered_anew"), Err: say.Because("webhook.no_address"),
			Do: say.T("webhook.not_registered_anew.do"),
		}
	}
	ctx, cancel := context.WithTimeout(ctx, reregisterWithin)
	defer cancel()
	old := map[hover.WebhookID]bool{}
	for _, k := range e.sub.Keys() {
		old[k.ID] = true
	}
	e.subscribe()
	e.sub.Renew()
	for {
		_, changed := e.watchers.now()
		if s := e.sub.State(); s.Verified && !old[s.ID] {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			e.sub.Settle()
			if err := e.sub.State().Err; err != nil {
				return hoverapi.Asking(say.T("webhook.not_registered_anew"), err, say.T("do.see_status_try_again"))
			}
			return &say.Error{
				What: say.T("webhook.not_registered_anew"), Err: say.Because("webhook.not_verified"),
				Do: say.T("webhook.registered_anew.do"),
			}
		}
	}
}
