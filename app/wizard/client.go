package wizard

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// logoName is the name that is offered for the logo's file.
const logoName = "dormer-logo.png"

// client tells a person how Hover learns of Dormer, and asks for what Hover shows.
func (w *Wizard) client() step {
	logo := parts.NewParagraph("", parts.Second)
	copied := false // the redirect address is on the clipboard
	redirect := parts.NewField(words.T("wizard.redirect"))
	redirect.SetReadOnly(true)
	copy := parts.NewButton("", parts.Plain, func() {
		w.nav.Copy(w.v.State().Client.Redirect)
		copied = true
		w.draw()
	})
	redirect.SetButton(copy)

	id, secret := parts.NewField(words.T("wizard.client_id")), parts.NewField(words.T("wizard.client_secret"))
	secret.SetPassword()
	id.OnChanged, secret.OnChanged = w.v.TypeClientID, w.v.TypeClientSecret
	id.OnSubmitted = func(string) {
		if secret.Text() == "" {
			secret.FocusOn(w.nav.Canvas())
			return
		}
		w.v.EnterClient()
	}
	secret.OnSubmitted = func(string) { w.v.EnterClient() }
	retry := parts.NewButton(words.T("wizard.again"), parts.Plain, w.v.EnterClient)
	keep := parts.NewButton(words.T("wizard.keep"), parts.Plain, w.v.KeepClient)
	asks := parts.Column(12, id, secret, parts.NewFlow(8, retry, keep))
	stands := newNote(parts.NewButton(words.T("wizard.replace"), parts.Plain, w.v.ReplaceClient))

	return step{
		title: words.T("wizard.client_title"),
		body: parts.Column(14,
			parts.NewParagraph(words.T("wizard.client_says"), parts.Dim),
			parts.NewFlow(8,
				parts.NewButton(words.T("wizard.open_hover"), parts.Plain, w.v.OpenHover),
				parts.NewButton(words.T("wizard.save_logo"), parts.Plain, func() { w.nav.SaveFile(logoName, w.v.SaveLogo) })),
			logo, redirect, asks, stands.Container),
		draw: func(s view.WizardState) {
			c := s.Client
			logo.SetText(words.T("wizard.logo_saved", "path", c.LogoAt))
			parts.Visible(logo, c.LogoAt != "")
			if c.Redirect != redirect.Text() {
				copied = false
			}
			redirect.SetText(c.Redirect)
			redirect.SetHint(parts.Either(c.Redirect == "", words.T("wizard.redirect_waits"), ""))
			copy.SetText(parts.Either(copied, words.T("wizard.copied"), words.T("wizard.copy")))
			parts.Enabled(copy, c.Redirect != "")
			parts.Visible(asks, c.Asks())
			parts.Visible(keep, c.Replacing)
			id.SetText(c.ID)
			secret.SetText(c.Secret)
			parts.Visible(retry, c.Try.State == view.TrialFailed)
			tellTrial(secret, c.Try, words.T("wizard.client_hint"), words.T("wizard.client_trying"))
			if c.Try.Err != nil {
				secret.SetError(words.T("wizard.client_wrong", "error", words.Error(c.Try.Err)))
			}
			switch {
			case c.Asks():
				parts.Visible(stands.Container, false)
			case c.Try.State == view.TrialGood:
				stands.tell(parts.MarkDone, words.T("wizard.client_good"), words.T("wizard.client_set_says"))
			default:
				stands.tell(parts.MarkDone, words.T("wizard.client_set"), words.T("wizard.client_set_says"))
			}
		},
		focus: func() {
			if w.v.State().Client.Asks() {
				id.FocusOn(w.nav.Canvas())
			}
		},
	}
}
