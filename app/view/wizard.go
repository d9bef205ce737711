package view

import (
	"cmp"
	"context"
	"strconv"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Wizard is the first run: what was typed and found out in each of its steps,
// and what may be done next. Its methods are called on the window's thread.
// What is typed stays in memory alone until it has been tried and saved.
type Wizard struct {
	loader
	// Applied is called after a setting was chosen that takes effect in the window
	// itself, Finished after the last Continue.
	Applied  func(key, value string)
	Finished func()

	s WizardState

	past    wizardPast // what is remembered between two starts
	going   bool       // Continue was pressed before a trial: go on once it is good
	leads   WizardStep // where somebody was led to, once it is known how things stand; else 0
	saving  question   // of past
	people  question
	jobs    question
	choices series
	starts  bool    // Dormer starts with the computer, as it is set
	trial   attempt // of what the present step was given
	login   attempt
	paste   attempt
	mending attempt
	notice  attempt
	testJob attempt
}

// NewWizard makes the state of the first run. It asks nothing before
// [Wizard.Reload].
func NewWizard(d Deps) *Wizard {
	w := &Wizard{Applied: func(string, string) {}, Finished: func() {}}
	w.begin(d, w.Reload)
	w.tells = true
	return w
}

// State gives what is to be shown.
func (w *Wizard) State() WizardState {
	w.derive()
	return w.s
}

// Reload asks the engine how things stand and returns at once.
func (w *Wizard) Reload() {
	first := !w.loaded
	w.load(func(ctx context.Context) (func(), error) { return w.ask(ctx, first) })
	w.loadStep()
}

func (w *Wizard) ask(ctx context.Context, first bool) (take func(), err error) {
	var past wizardPast
	if first {
		if _, err := recall(ctx, w.d.Desk, rememberWizard, &past); err != nil {
			w.d.tell(ctx, err) // it begins at the first step then
		}
	}
	settings, err := w.d.Desk.Settings(ctx)
	st, err2 := w.d.Desk.Status(ctx)
	if err := cmp.Or(err, err2); err != nil {
		return nil, err
	}
	redirect, err := w.d.Desk.RedirectURL(ctx)
	w.d.tell(ctx, err)
	return func() {
		w.s.Client.Redirect = redirect
		w.take(settings, st)
		if !w.s.Loaded {
			w.s.Loaded, w.past = true, past
			w.s.Start = w.starts || !past.Finished // who has finished before has chosen
			w.resume()
		}
		if w.leads != 0 {
			w.derive()
			w.move(min(w.leads, w.s.Reach))
			w.leads = 0
		}
		w.goOn()
	}, nil
}

// take brings what is set and how things stand into the state.
func (w *Wizard) take(settings []engine.Setting, st engine.Status) {
	value, fixed := map[string]string{}, map[string]bool{}
	for _, s := range settings {
		value[s.Key], fixed[s.Key] = s.Value, s.Fixed
	}
	w.s.Demo, w.s.Language = st.Demo, value[engine.KeyLanguage]
	w.starts = value[engine.KeyAutostart] == "true"
	w.s.CanStart = !st.Demo && !fixed[engine.KeyAutostart]
	w.takeTunnel(value, fixed, st)
	w.s.Client.Set = value[engine.KeyClientID] != "" && value[engine.KeyClientSecret] != ""
	w.takeSignIn(st)
	w.s.People.Acting, w.s.People.Whose = hover.UserID(value[engine.KeyActingUser]), value[engine.KeyAlertsWhose]
	w.s.Webhook.Checks = webhookChecks(st)
	w.s.Test.Asks, w.s.Test.Updates = st.Updates, value[engine.KeyUpdates] == "true"
}

// resume goes where the person left, or as far as what is set allows. Who has
// finished before looks at it from the beginning.
func (w *Wizard) resume() {
	w.derive()
	if !w.past.Finished {
		w.s.Step = min(stepNamed(w.past.Step), w.s.Reach)
	}
	w.loadStep()
}

// Next goes to the next step. What was typed and not tried yet is tried first.
func (w *Wizard) Next() {
	w.derive()
	switch s := &w.s; {
	case !s.Ready:
	case s.Step == WizardTunnel && s.Tunnel.Unsaved():
		w.going = true
		w.EnterTunnel()
	case s.Step == WizardClient && s.Client.typed():
		w.going = true
		w.EnterClient()
	case s.Step == WizardTest:
		w.finish()
	default:
		w.move(s.Step + 1)
	}
}

// Skip leaves the webhook to itself: Hover is asked meanwhile.
func (w *Wizard) Skip() {
	if w.s.Step == WizardWebhook {
		w.move(WizardTest)
	}
}

// Back goes to the step before. What was typed stays.
func (w *Wizard) Back() { w.GoTo(w.s.Step - 1) }

// GoTo goes to a step that can be gone to: those up to Reach.
func (w *Wizard) GoTo(step WizardStep) {
	w.derive()
	if w.s.Loaded && step >= WizardWelcome && (step <= w.s.Reach || step < w.s.Step) {
		w.move(step)
	}
}

// Lead leads to a step, whatever was shown last, as far as what is set allows.
func (w *Wizard) Lead(step WizardStep) {
	w.leads = step
	w.Reload()
}

// ChooseStart says whether Dormer starts with the computer, once the first run is
// finished.
func (w *Wizard) ChooseStart(on bool) {
	w.s.Start = on
	w.Changed()
}

// finish remembers that all has been seen: the next look begins at the front.
func (w *Wizard) finish() {
	if w.s.CanStart && w.s.Start != w.starts {
		w.choose(engine.KeyAutostart, strconv.FormatBool(w.s.Start), func() {})
	}
	w.past.Finished = true
	w.move(WizardWelcome)
	w.Finished()
}

// SetLanguage chooses "system", "en" or "es", for the whole window.
func (w *Wizard) SetLanguage(language string) {
	w.choose(engine.KeyLanguage, language, func() {
		w.s.Language = language
		w.Applied(engine.KeyLanguage, language)
	})
}

func (w *Wizard) takeSignIn(st engine.Status) {
	s := &w.s.SignIn
	s.SignedIn, s.Org = st.Hover.SignedIn, orgOf(st)
	s.FreePage = st.Tunnel.Kind == tunnelNgrok && isFree(st.Tunnel.URL)
}
