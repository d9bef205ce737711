package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// Pages that the settings lead to.
const (
	hoverHome = "https://hover.to"
	ngrokHome = "https://dashboard.ngrok.com"
)

// about are the rows of what this program is.
func (p *Settings) about() []fyne.CanvasObject {
	version := parts.NewText("", parts.Ink)
	p.drawn(func(s view.SettingsState) { version.SetText(words.T("settings.version", "version", s.Version)) })
	newer := parts.NewParagraph("", parts.Ink)
	read := parts.NewButton(words.T("settings.update_read"), parts.Plain, func() { p.v.Open(p.v.State().Update.Page) })
	get := parts.NewButton(words.T("settings.update_get"), parts.Plain, p.v.FetchUpdate)
	update := parts.Column(8, newer, parts.Row(8, read, get, parts.Fill(nil)))
	p.drawn(func(s view.SettingsState) {
		says := words.Say(s.Update.Says)
		switch s.Fetching.State {
		case view.TrialRunning:
			says = words.T("settings.update_getting", "file", s.Update.File)
		case view.TrialFailed:
			says = words.Error(s.Fetching.Err)
		case view.TrialGood:
			says = words.T("settings.update_got", "file", s.Update.File)
		}
		newer.SetText(says)
		parts.Visible(get, s.Update.File != "")
		parts.Visible(update, s.Update.Version != "")
	})
	modules := view.Modules()
	return []fyne.CanvasObject{
		parts.Column(2, version, parts.NewParagraph(words.T("settings.licence"), parts.Second)),
		update,
		parts.NewSetting(words.T("settings.setup"), words.T("settings.setup_says"),
			parts.NewButton(words.T("settings.setup_again"), parts.Plain, p.nav.ShowWizard)),
		parts.NewSetting(words.T("settings.libraries"), words.N("settings.libraries_says", len(modules)),
			parts.NewButton(words.T("settings.libraries_show"), parts.Plain, func() { p.showLibraries(modules) })),
		parts.NewSetting(words.T("settings.links"), "", parts.Row(8,
			parts.NewButton(words.T("settings.link_hover"), parts.Plain, func() { p.v.Open(hoverHome) }),
			parts.NewButton(words.T("settings.link_ngrok"), parts.Plain, func() { p.v.Open(ngrokHome) }))),
	}
}

// showLibraries lists what the program is built on, with the way to each licence.
func (p *Settings) showLibraries(modules []view.Module) {
	list := parts.Column(4)
	for _, m := range modules {
		list.Add(parts.Row(8, parts.Fill(parts.NewText(m.Path, parts.Ink)), parts.NewText(m.Version, parts.Second),
			parts.NewButton(words.T("settings.library_licence"), parts.Quiet, func() { p.v.Open(m.LicencePage()) })))
	}
	var box *parts.ModalBox
	box = parts.Modal(p.nav.Canvas(), parts.NewDialog(words.T("settings.libraries"), list,
		parts.NewButton(words.T("settings.close"), parts.Plain, func() { box.Close() })))
}
