package view

import (
	"context"
	"slices"
)

// stepNames are what is remembered of a step: words, so that a step more does
// not move the others.
var stepNames = [WizardSteps]string{"welcome", "tunnel", "integration", "sign-in", "people", "webhook", "test"}

// stepNamed gives the step of a remembered name, the first if it is not known.
func stepNamed(name string) WizardStep {
	return WizardStep(max(slices.Index(stepNames[:], name), 0))
}

// wizardPast is what is remembered of the first run.
type wizardPast struct {
	Step     string `json:"step"`    // the one that was shown
	Reached  string `json:"reached"` // the furthest that was shown
	Finished bool   `json:"finished"`
}

// rememberWizard is the name under which it is remembered.
const rememberWizard = "wizard"

// loadStep asks what only the step that is shown wants to know.
func (w *Wizard) loadStep() {
	switch w.s.Step {
	case WizardPeople:
		if !w.s.People.asked {
			w.LoadPeople()
		}
	case WizardTest:
		w.loadJobs()
	}
}

// derive works out what follows from the rest of the state.
func (w *Wizard) derive() {
	s, reached := &w.s, stepNamed(w.past.Reached)
	chosen := s.People.Acting != ""
	s.Done = [WizardSteps]bool{
		WizardWelcome: reached > WizardWelcome || s.Tunnel.Set(),
		WizardTunnel:  s.Tunnel.Set(),
		WizardClient:  s.Client.Set,
		WizardSignIn:  s.SignIn.SignedIn,
		WizardPeople:  chosen && reached > WizardPeople,
		WizardWebhook: s.Webhook.Done(),
		WizardTest:    w.past.Finished,
	}
	passed := slices.Clone(s.Done[:WizardTest])
	passed[WizardWelcome] = true // it asks for nothing
	if chosen && reached >= WizardPeople {
		passed[WizardPeople] = true // somebody is chosen at the sign-in
	}
	if reached > WizardWebhook {
		passed[WizardWebhook] = true // it may be left to itself
	}
	s.Reach = WizardTest
	if first := slices.Index(passed, false); first >= 0 {
		s.Reach = WizardStep(first)
	}
	s.Ready = s.Loaded && w.ready()
}

// ready says whether the present step lets a person go on.
func (w *Wizard) ready() bool {
	s := &w.s
	switch s.Step {
	case WizardTunnel:
		return s.Tunnel.ready()
	case WizardClient:
		return s.Client.ready()
	case WizardSignIn:
		return s.SignIn.SignedIn
	case WizardPeople:
		return s.People.Acting != ""
	case WizardWebhook:
		return s.Webhook.Done()
	}
	return true
}

// goOn goes on if Continue was pressed for something that had to be tried, and
// it has turned out well.
func (w *Wizard) goOn() {
	w.derive()
	if w.going && w.s.Ready {
		w.move(w.s.Step + 1)
	}
}

func (w *Wizard) move(step WizardStep) {
	w.going = false
	w.s.Step = step
	w.past.Step = stepNames[step]
	w.past.Reached = stepNames[max(step, stepNamed(w.past.Reached))]
	w.remember()
	w.Changed()
	w.loadStep()
}

func (w *Wizard) remember() {
	past := w.past
	w.saving.ask(w.d, func(ctx context.Context) {
		w.d.tell(ctx, remember(ctx, w.d.Desk, rememberWizard, past))
	})
}

// wasTried goes on after a trial, if that was wanted and it was good.
func (w *Wizard) wasTried(err error) {
	w.going = w.going && err == nil
	w.Changed()
	w.goOn()
	w.reload()
}
