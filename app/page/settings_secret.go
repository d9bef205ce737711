package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// secretRow is the row of something that is never shown: whether it is set, and a
// button that replaces it.
func (p *Settings) secretRow(title string, set func(s view.SettingsState) bool, ask func()) fyne.CanvasObject {
	says := parts.NewText("", parts.Second)
	p.drawn(func(s view.SettingsState) {
		if set(s) {
			says.SetMark(parts.MarkDone)
			says.Set(words.T("settings.set"), parts.DoneText)
		} else {
			says.SetMark(parts.MarkNone)
			says.Set(words.T("settings.unset"), parts.FailedText)
		}
	})
	return parts.Row(16, parts.Fill(parts.Column(2, parts.NewText(title, parts.Ink), says)),
		parts.NewButton(words.T("settings.replace"), parts.Plain, ask))
}

// settingsSecret is the dialog in which a secret is replaced: what is typed is
// tried, and kept if it is good.
type settingsSecret struct {
	box   *parts.ModalBox
	last  *parts.Field // below which is told how the trial goes
	hint  string
	save  *parts.Button
	trial func(s view.SettingsState) view.Trial
}

// askToken asks for another token of ngrok's.
func (p *Settings) askToken() {
	token := parts.NewField(words.T("settings.token_field"))
	token.SetPassword()
	p.askSecret(words.T("settings.token"), words.T("settings.token_hint"), []*parts.Field{token},
		func() { p.v.ReplaceToken(token.Text()) }, func(s view.SettingsState) view.Trial { return s.Token })
}

// askClient asks for another client id and secret.
func (p *Settings) askClient() {
	id, secret := parts.NewField(words.T("settings.client_id")), parts.NewField(words.T("settings.client_secret"))
	secret.SetPassword()
	p.askSecret(words.T("settings.client"), words.T("settings.client_hint"), []*parts.Field{id, secret},
		func() { p.v.ReplaceClient(id.Text(), secret.Text()) }, func(s view.SettingsState) view.Trial { return s.Client })
}

func (p *Settings) askSecret(
	title, hint string, fields []*parts.Field, try func(), trial func(s view.SettingsState) view.Trial,
) {
	d := &settingsSecret{last: fields[len(fields)-1], hint: hint, trial: trial}
	body := parts.Column(12)
	for n, f := range fields {
		f.OnSubmitted = func(string) { fields[n+1].FocusOn(p.nav.Canvas()) }
		body.Add(f)
	}
	d.last.OnSubmitted = func(string) { try() }
	d.save = parts.NewButton(words.T("settings.save"), parts.Primary, try)
	cancel := parts.NewButton(words.T("settings.cancel"), parts.Plain, func() { d.box.Close() })
	p.v.KeepSecrets() // nothing of an earlier trial
	d.box = parts.Modal(p.nav.Canvas(), parts.NewDialog(title, body, cancel, d.save))
	d.box.OnClosed = func() {
		p.secret = nil
		p.v.KeepSecrets()
	}
	p.secret = d
	d.draw(p.v.State())
	fields[0].FocusOn(p.nav.Canvas())
}

// draw shows how the trial goes. A good one closes the dialog.
func (d *settingsSecret) draw(s view.SettingsState) {
	t := d.trial(s)
	if t.State == view.TrialGood {
		d.box.Close()
		return
	}
	hint := parts.Either(t.State == view.TrialRunning, words.T("settings.trying"), d.hint)
	parts.Enabled(d.save, t.State != view.TrialRunning)
	d.last.SetHint(hint)
	d.last.SetError(words.Error(t.Err))
	d.box.Refresh()
}
