package view

import (
	"cmp"
	"context"
	"strings"

	"dormer/internal/engine"
)

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
	w.Changed()
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
		w.Changed()
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
	w.s.Tunnel.Try.run(w.d, &w.trial, w.changed, func(ctx context.Context) (err error) {
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

// MendTunnel throws the connection away and opens a new one.
func (w *Wizard) MendTunnel() { w.mend(w.d.Desk.Reconnect) }
