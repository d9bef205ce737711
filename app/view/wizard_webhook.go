package view

import (
	"slices"

	"dormer/internal/engine"
	"dormer/internal/say"
)

// The lines of the webhook's checklist, in their order.
const (
	CheckTunnel = iota
	CheckRegistered
	CheckVerified
	CheckPing
)

// WizardCheck is one line of the checklist: with nothing tried it waits for the one before
// it. A failed one has the engine's words for what is wrong and what to do.
type WizardCheck struct {
	State    TrialState
	Says, Do say.Text
}

// WizardWebhookState is the step in which Hover learns where to send its news.
type WizardWebhookState struct {
	Checks [CheckPing + 1]WizardCheck
}

// Done says that all of it works.
func (s WizardWebhookState) Done() bool {
	return !slices.ContainsFunc(s.Checks[:], func(c WizardCheck) bool { return c.State != TrialGood })
}

// Failed says that a line does not work.
func (s WizardWebhookState) Failed() bool {
	return slices.ContainsFunc(s.Checks[:], func(c WizardCheck) bool { return c.State == TrialFailed })
}

// webhookChecks reads the checklist from how things stand.
func webhookChecks(st engine.Status) (checks [CheckPing + 1]WizardCheck) {
	tunnel, hook := lampOf(st, "tunnel"), lampOf(st, "webhook")
	open := st.Tunnel.State == "online"
	checks[CheckTunnel] = check(open, tunnel)
	checks[CheckRegistered] = check(st.Webhook.State == "pending" || st.Webhook.State == "verified", hook)
	checks[CheckVerified] = check(st.Webhook.State == "verified", hook)
	checks[CheckPing] = check(st.State == engine.StateReady || open && tunnel.State == engine.Green, tunnel)
	for i := range checks {
		if i > 0 && checks[i].State != TrialGood && checks[i-1].State != TrialGood {
			checks[i] = WizardCheck{} // one thing at a time
		}
	}
	return checks
}

func check(done bool, lamp engine.Lamp) WizardCheck {
	switch {
	case done:
		return WizardCheck{State: TrialGood}
	case lamp.State == engine.Red:
		return WizardCheck{State: TrialFailed, Says: lamp.Says, Do: lamp.Do}
	}
	return WizardCheck{State: TrialRunning}
}

// MendWebhook tries what does not work once more.
func (w *Wizard) MendWebhook() {
	c := w.s.Webhook.Checks
	if c[CheckTunnel].State == TrialFailed || c[CheckPing].State == TrialFailed {
		w.mend(w.d.Desk.Reconnect)
		return
	}
	w.mend(w.d.Desk.Reregister)
}
