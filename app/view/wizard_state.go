package view

import (
	"strings"

	"dormer/internal/engine"
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

// WizardTunnelState is the step that gives Hover a way in.
type WizardTunnelState struct {
	Own       bool // an address of the person's own is chosen, not ngrok
	Replacing bool // another token is asked for though one is saved
	// What stands in the fields. A token is gone from here once it is saved.
	Token, PublicURL, Listen string
	// What is wrong with the fields of an own address.
	PublicURLErr, ListenErr error
	Try                     Trial

	Open bool        // the tunnel is open, and an own address is proven to lead here
	URL  string      // the address that is open
	Lamp engine.Lamp // how the tunnel is, in the engine's words

	// What a flag or the environment decides in this run.
	KindFixed, PublicURLFixed, ListenFixed bool

	touched                  bool // something was chosen or typed that is not saved
	tokenSaved, ownSaved     bool
	publicSaved, listenSaved string
}

// Set says that what the choice needs is saved.
func (t WizardTunnelState) Set() bool {
	if t.Own {
		return t.ownSaved && t.publicSaved != ""
	}
	return t.tokenSaved && !t.ownSaved
}

// AsksToken says that the field for ngrok's token is shown.
func (t WizardTunnelState) AsksToken() bool { return !t.Own && (!t.tokenSaved || t.Replacing) }

// Broken says that what is set does not work, and why is in Lamp.
func (t WizardTunnelState) Broken() bool {
	return t.Set() && !t.Open && t.Try.State != TrialGood && t.Lamp.State == engine.Red
}

// Unsaved says that there is something to be tried and saved.
func (t WizardTunnelState) Unsaved() bool {
	if t.Own {
		return !t.ownSaved || t.PublicURL != t.publicSaved || t.Listen != t.listenSaved
	}
	return strings.TrimSpace(t.Token) != "" || t.ownSaved && t.tokenSaved
}

func (t WizardTunnelState) ready() bool {
	switch {
	case t.Try.State == TrialRunning || t.Try.State == TrialFailed || t.PublicURLErr != nil || t.ListenErr != nil:
		return false
	case t.Own && t.Unsaved():
		return strings.TrimSpace(t.PublicURL) != ""
	case t.Unsaved():
		return true
	case t.Own:
		return t.Set() && t.Open
	}
	return t.Set() && !t.Replacing && (t.Open || t.Try.State == TrialGood)
}

// WizardClientState is the step that tells Hover about Dormer.
type WizardClientState struct {
	Set       bool // id and secret are saved
	Replacing bool // others are asked for though some are saved
	// What stands in the fields, until it is saved.
	ID, Secret string
	Try        Trial
	Redirect   string // for Hover's form; "" while the tunnel has not been open yet
	LogoAt     string // where the logo was saved
}

// Asks says that the fields for id and secret are shown.
func (c WizardClientState) Asks() bool { return !c.Set || c.Replacing }

// typed says that there is something to be tried and saved.
func (c WizardClientState) typed() bool { return strings.TrimSpace(c.ID+c.Secret) != "" }

// whole says that both are there.
func (c WizardClientState) whole() bool {
	return strings.TrimSpace(c.ID) != "" && strings.TrimSpace(c.Secret) != ""
}

func (c WizardClientState) ready() bool {
	switch {
	case c.Try.State == TrialRunning || c.Try.State == TrialFailed:
		return false
	case c.typed():
		return c.whole()
	}
	return c.Set && !c.Replacing
}

// The kinds of tunnel, as the setting has them.
const (
	tunnelNgrok = "ngrok"
	tunnelOwn   = "own"
)
