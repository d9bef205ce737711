package view

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"dormer/internal/engine"
)

// The kinds of tunnel, as the setting has them.
const (
	tunnelNgrok = "ngrok"
	tunnelOwn   = "own"
)

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

func (w *Wizard) takeTunnel(value map[string]string, fixed map[string]bool, st engine.Status) {
	t := &w.s.Tunnel
	t.KindFixed, t.PublicURLFixed, t.ListenFixed = fixed[engine.KeyTunnel], fixed[engine.KeyPublicURL], fixed[engine.KeyListen]
	t.tokenSaved = value[engine.KeyNgrokToken] != ""
	t.ownSaved = value[engine.KeyTunnel] == tunnelOwn
	t.publicSaved, t.listenSaved = "", value[engine.KeyListen]
	if t.ownSaved {
		t.publicSaved = value[engine.KeyPublicURL]
	}
	if !t.touched {
		t.Own, t.PublicURL, t.Listen = t.ownSaved, t.publicSaved, t.listenSaved
	}
	t.Lamp = lampOf(st, "tunnel")
	if st.Tunnel.URL != "" || t.Try.State != TrialGood {
		t.URL = st.Tunnel.URL // until then the one that was found by trying
	}
	kind := tunnelNgrok
	if t.ownSaved {
		kind = tunnelOwn
	}
	t.Open = st.Tunnel.State == "online" && cmp.Or(st.Tunnel.Kind, kind) == kind &&
		(!t.ownSaved || t.Lamp.State == engine.Green)
}

// pasted says that a text became another by pasting rather than by typing.
func pasted(old, text string) bool {
	return utf8.RuneCountInString(text) >= utf8.RuneCountInString(old)+8
}

// lastWord gives the last word of a text: ngrok's page also offers the token at
// the end of a command.
func lastWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// TypeToken takes what stands in the field for the token. What was pasted is
// tried at once.
func (w *Wizard) TypeToken(text string) {
	t := &w.s.Tunnel
	if text == t.Token {
		return
	}
	paste := pasted(t.Token, text)
	w.touchTunnel(func() { t.Token = text })
	if paste {
		w.EnterTunnel()
	}
}

// TypePublicURL takes what stands in the field of the own address.
func (w *Wizard) TypePublicURL(text string) {
	if t := &w.s.Tunnel; text != t.PublicURL {
		w.touchTunnel(func() { t.PublicURL = text })
	}
}

// TypeListen takes what stands in the field of the address to listen on.
func (w *Wizard) TypeListen(text string) {
	if t := &w.s.Tunnel; text != t.Listen {
		w.touchTunnel(func() { t.Listen = text })
	}
}

// UseOwn chooses between ngrok and an own address. What the choice needs is
// saved before the choice is.
func (w *Wizard) UseOwn(own bool) {
	t := &w.s.Tunnel
	if own == t.Own || t.KindFixed {
		return
	}
	w.touchTunnel(func() { t.Own = own })
	if !own && t.Unsaved() {
		w.EnterTunnel() // back to the token that is saved
	}
}

// ReplaceToken asks for another token.
func (w *Wizard) ReplaceToken() { w.touchTunnel(func() { w.s.Tunnel.Replacing = true }) }

// KeepToken leaves the token that is saved.
func (w *Wizard) KeepToken() {
	w.touchTunnel(func() {
		t := &w.s.Tunnel
		t.Replacing, t.Token, t.touched = false, "", false
	})
}

// touchTunnel changes what was typed or chosen and makes what was tried before
// void.
func (w *Wizard) touchTunnel(change func()) {
	w.trial.end()
	w.going = false
	t := &w.s.Tunnel
	t.touched, t.Try, t.PublicURLErr, t.ListenErr = true, Trial{}, nil, nil
	change()
	w.show()
}

// EnterTunnel tries and saves what was typed.
func (w *Wizard) EnterTunnel() {
	switch t := &w.s.Tunnel; {
	case !t.Unsaved() || t.Try.State == TrialRunning:
	case t.Own:
		w.enterOwn()
	default:
		w.enterToken()
	}
}

func (w *Wizard) enterToken() {
	token, wasOwn := lastWord(w.s.Tunnel.Token), w.s.Tunnel.ownSaved
	w.tryTunnel(func(ctx context.Context) (url string, err error) {
		changes := engine.Values{}
		if token != "" {
			if url, err = w.d.Desk.TryToken(ctx, token); err != nil {
				return "", err
			}
			changes[engine.KeyNgrokToken] = token
		}
		if wasOwn { // ngrok would take the own address for a reserved domain
			changes[engine.KeyPublicURL], changes[engine.KeyTunnel] = "", tunnelNgrok
		}
		return url, w.save(ctx, changes)
	}, func(url string) {
		t := &w.s.Tunnel
		t.tokenSaved, t.ownSaved, t.publicSaved = true, false, ""
		t.Replacing, t.Token, t.URL = false, "", url
	})
}

func (w *Wizard) enterOwn() {
	t := &w.s.Tunnel
	public, listen := strings.TrimSpace(t.PublicURL), strings.TrimSpace(t.Listen)
	t.PublicURLErr, t.ListenErr = engine.CheckSetting(engine.KeyPublicURL, public), nil
	if listen != "" {
		t.ListenErr = engine.CheckSetting(engine.KeyListen, listen)
	}
	if t.PublicURLErr != nil || t.ListenErr != nil {
		w.going = false
		w.show()
		return
	}
	changes := engine.Values{engine.KeyTunnel: tunnelOwn, engine.KeyListen: listen, engine.KeyPublicURL: public}
	for key, fixed := range map[string]bool{
		engine.KeyTunnel: t.KindFixed, engine.KeyListen: t.ListenFixed, engine.KeyPublicURL: t.PublicURLFixed,
	} {
		if fixed {
			delete(changes, key)
		}
	}
	w.tryTunnel(func(ctx context.Context) (string, error) { return public, w.save(ctx, changes) }, func(string) {
		t.ownSaved, t.publicSaved, t.listenSaved = true, public, listen
		t.PublicURL, t.Listen = public, listen
		t.Open, t.Try = false, Trial{} // proven when a message of our own has come back
	})
}

// tryTunnel runs try beside the thread and, if it went well, good on it.
func (w *Wizard) tryTunnel(try func(ctx context.Context) (url string, err error), good func(url string)) {
	url := ""
	w.s.Tunnel.Try.run(w.d, &w.trial, w.show, func(ctx context.Context) (err error) {
		url, err = try(ctx)
		return err
	}, func(err error) {
		if err == nil {
			w.s.Tunnel.touched = false
			good(url)
		}
		w.wasTried(err)
	})
}

// wasTried goes on after a trial, if that was wanted and it was good.
func (w *Wizard) wasTried(err error) {
	w.going = w.going && err == nil
	w.show()
	w.goOn()
	w.Reload()
}

// MendTunnel throws the connection away and opens a new one.
func (w *Wizard) MendTunnel() { w.mend(w.d.Desk.Reconnect) }

// save saves settings; nothing where the person has taken it back meanwhile.
func (w *Wizard) save(ctx context.Context, changes engine.Values) error {
	if err := ctx.Err(); err != nil || len(changes) == 0 {
		return err
	}
	return w.d.Desk.Set(ctx, changes)
}
