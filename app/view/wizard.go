package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// WizardStep is one step of the first run.
type WizardStep int

// The steps, in their order.
const (
	WizardWelcome WizardStep = iota
	WizardTunnel
	WizardClient
	WizardSignIn
	WizardPeople
	WizardWebhook
	WizardTest
)

// WizardSteps is how many steps there are.
const WizardSteps = int(WizardTest) + 1

// stepNames are what is remembered of a step: words, so that a step more does
// not move the others.
var stepNames = [WizardSteps]string{"welcome", "tunnel", "integration", "sign-in", "people", "webhook", "test"}

// stepNamed gives the step of a remembered name, the first if it is not known.
func stepNamed(name string) WizardStep {
	return WizardStep(max(slices.Index(stepNames[:], name), 0))
}

// WizardState is what the first run shows.
type WizardState struct {
	Loaded   bool // false until the engine has answered for the first time
	Demo     bool
	Language string // as it is set: "system", "en", "es"
	Step     WizardStep
	Done     [WizardSteps]bool // what has its ✓
	Reach    WizardStep        // the furthest step that may be gone to
	Ready    bool              // Continue may be pressed
	Mending  bool              // what does not work is being tried once more
	CanStart bool              // it is offered that Dormer starts with the computer
	Start    bool              // that is ticked

	Tunnel  WizardTunnelState
	Client  WizardClientState
	SignIn  WizardSignInState
	People  WizardPeopleState
	Webhook WizardWebhookState
	Test    WizardTestState
}

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

// wizardPast is what is remembered of the first run.
type wizardPast struct {
	Step     string `json:"step"`    // the one that was shown
	Reached  string `json:"reached"` // the furthest that was shown
	Finished bool   `json:"finished"`
}

// rememberWizard is the name under which it is remembered.
const rememberWizard = "wizard"

// NewWizard makes the state of the first run. It asks nothing before
// [Wizard.Reload].
func NewWizard(d Deps) *Wizard {
	w := &Wizard{Applied: func(string, string) {}, Finished: func() {}}
	w.begin(d, w.Reload)
	w.tells = true
	return w
}

// State gives what is to be shown.
func (w *Wizard) State() WizardState { return w.s }

// Reload asks the engine how things stand and returns at once.
func (w *Wizard) Reload() {
	first := !w.loaded
	w.load(func(ctx context.Context) (func(), error) { return w.ask(ctx, first) })
	w.loadStep()
}

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
		w.derive()
		if w.leads != 0 {
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

// lampOf gives the lamp of a name.
func lampOf(st engine.Status, name string) engine.Lamp {
	if i := slices.IndexFunc(st.Lamps, func(l engine.Lamp) bool { return l.Name == name }); i >= 0 {
		return st.Lamps[i]
	}
	return engine.Lamp{Name: name, State: engine.Amber}
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

// Settled says that nothing is left to do in the step but to go on: what was
// typed has been tried and kept.
func (s WizardState) Settled() bool {
	switch s.Step {
	case WizardTunnel:
		return s.Ready && !s.Tunnel.Unsaved()
	case WizardClient:
		return s.Ready && !s.Client.typed()
	}
	return s.Ready
}

// show tells that the state has changed.
func (w *Wizard) show() {
	w.derive()
	w.Changed()
}

// Next goes to the next step. What was typed and not tried yet is tried first.
func (w *Wizard) Next() {
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

// goOn goes on if Continue was pressed for something that had to be tried, and
// it has turned out well.
func (w *Wizard) goOn() {
	if w.going && w.s.Ready {
		w.move(w.s.Step + 1)
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
	if w.s.Loaded && step >= WizardWelcome && (step <= w.s.Reach || step < w.s.Step) {
		w.move(step)
	}
}

// Lead leads to a step, whatever was shown last, as far as what is set allows.
func (w *Wizard) Lead(step WizardStep) {
	w.leads = step
	w.Reload()
}

func (w *Wizard) move(step WizardStep) {
	w.going = false
	w.s.Step = step
	w.past.Step = stepNames[step]
	w.past.Reached = stepNames[max(step, stepNamed(w.past.Reached))]
	w.remember()
	w.show()
	w.loadStep()
}

// ChooseStart says whether Dormer starts with the computer, once the first run is
// finished.
func (w *Wizard) ChooseStart(on bool) {
	w.s.Start = on
	w.show()
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

func (w *Wizard) remember() {
	past := w.past
	w.saving.ask(w.d, func(ctx context.Context) {
		w.d.tell(ctx, remember(ctx, w.d.Desk, rememberWizard, past))
	})
}

// SetLanguage chooses "system", "en" or "es", for the whole window.
func (w *Wizard) SetLanguage(language string) {
	w.choose(engine.KeyLanguage, language, func() {
		w.s.Language = language
		w.Applied(engine.KeyLanguage, language)
	})
}

// choose saves a setting that was chosen, and then runs done on the thread.
func (w *Wizard) choose(key, value string, done func()) {
	w.choices.add(w.d, func(ctx context.Context) func() {
		if err := w.d.Desk.Set(ctx, engine.Values{key: value}); err != nil {
			w.d.tell(ctx, err)
			return w.Reload
		}
		return func() {
			done()
			w.show()
			w.Reload()
		}
	})
}

// mend runs what mends something, and tells if it did not.
func (w *Wizard) mend(how func(ctx context.Context) error) {
	w.s.Mending = true
	w.show()
	w.mending.begin(w.d, func(ctx context.Context, post func(func())) {
		err := how(ctx)
		w.d.tell(ctx, err)
		post(func() {
			w.s.Mending = false
			w.show()
			w.Reload()
		})
	})
}

// Open opens a page in the browser.
func (w *Wizard) Open(url string) { w.d.browse(url) }
