package view

import (
	"context"
	"os"
	"strings"

	"dormer/assets"
	"dormer/internal/engine"
)

// Pages that the first run opens in the browser.
const (
	ngrokTokenPage   = "https://dashboard.ngrok.com/get-started/your-authtoken"
	hoverIntegration = "https://hover.to"
)

// OpenTokenPage opens ngrok's page with the token.
func (w *Wizard) OpenTokenPage() { w.Open(ngrokTokenPage) }

// OpenHover opens Hover, where an admin creates the integration.
func (w *Wizard) OpenHover() { w.Open(hoverIntegration) }

// TypeClientID takes what stands in the field for the client id.
func (w *Wizard) TypeClientID(text string) { w.typeClient(&w.s.Client.ID, text) }

// TypeClientSecret takes what stands in the field for the client secret.
func (w *Wizard) TypeClientSecret(text string) { w.typeClient(&w.s.Client.Secret, text) }

// typeClient takes a field's text. As soon as both are there, what was pasted
// is tried.
func (w *Wizard) typeClient(field *string, text string) {
	if text == *field {
		return
	}
	paste := pasted(*field, text)
	w.touchClient(func() { *field = text })
	if paste {
		w.EnterClient()
	}
}

// ReplaceClient asks for another id and secret.
func (w *Wizard) ReplaceClient() { w.touchClient(func() { w.s.Client.Replacing = true }) }

// KeepClient leaves those that are saved.
func (w *Wizard) KeepClient() {
	w.touchClient(func() { w.s.Client.Replacing, w.s.Client.ID, w.s.Client.Secret = false, "", "" })
}

// touchClient changes what was typed and makes what was tried before void.
func (w *Wizard) touchClient(change func()) {
	w.trial.end()
	w.going = false
	w.s.Client.Try = Trial{}
	change()
	w.Changed()
}

// EnterClient asks Hover whether it knows the pair, and saves it.
func (w *Wizard) EnterClient() {
	c := &w.s.Client
	if !c.whole() || c.Try.State == TrialRunning {
		return
	}
	id, secret := strings.TrimSpace(c.ID), strings.TrimSpace(c.Secret)
	c.Try.run(w.d, &w.trial, w.changed, func(ctx context.Context) error {
		if err := w.d.Desk.TryClient(ctx, id, secret); err != nil {
			return err
		}
		return w.save(ctx, engine.Values{engine.KeyClientID: id, engine.KeyClientSecret: secret})
	}, func(err error) {
		if err == nil {
			c.Set, c.Replacing, c.ID, c.Secret = true, false, "", ""
		}
		w.wasTried(err)
	})
}

// SaveLogo writes the logo for Hover's form to a file.
func (w *Wizard) SaveLogo(path string) {
	w.d.Go(func(ctx context.Context) {
		err := engine.WriteWhole(path, func(f *os.File) error {
			_, err := f.Write(assets.IntegrationLogoPNG)
			return err
		})
		if err != nil {
			w.d.tell(ctx, err)
			return
		}
		w.d.Do(func() {
			w.s.Client.LogoAt = path
			w.Changed()
		})
	})
}
