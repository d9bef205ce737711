package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// folders are the rows of where files go and how their folders are named.
func (p *Settings) folders() []fyne.CanvasObject {
	dir := p.typed(engine.KeyDownloadDir, words.T("settings.download_dir"), "", words.T("settings.download_dir_wrong"))
	choose := parts.NewButton(words.T("settings.choose"), parts.Plain, func() { p.nav.ChooseFolder(dir.Text(), dir.take) })
	open := parts.NewButton(words.T("settings.open"), parts.Plain,
		func() { p.v.Open(p.v.State().Values[engine.KeyDownloadDir]) })
	p.drawn(func(s view.SettingsState) { parts.Enabled(choose, !s.Fixed[engine.KeyDownloadDir]) })
	return []fyne.CanvasObject{
		parts.Column(8, dir.Field, parts.Row(8, choose, open, parts.Fill(nil))),
		p.picked(engine.KeyFolderNames, words.T("settings.folder_names"), words.T("settings.folder_names_says"),
			[]string{"address", "name", "reference"},
			[]string{words.T("settings.by_address"), words.T("settings.by_name"), words.T("settings.by_reference")}),
	}
}

// files are the rows of what is fetched before an alert.
func (p *Settings) files() []fyne.CanvasObject {
	none := parts.NewParagraph(words.T("settings.files_none"), parts.Second)
	chips := p.formats(engine.KeyPrefetch)
	p.drawn(func(s view.SettingsState) { parts.Visible(none, s.Values[engine.KeyPrefetch] == "none") })
	return []fyne.CanvasObject{parts.Column(12, parts.NewParagraph(words.T("settings.files_says"), parts.Second), chips, none)}
}

// start is the row of starting with the computer.
func (p *Settings) start() []fyne.CanvasObject {
	updates := p.ticked(engine.KeyUpdates, words.T("settings.updates"), words.T("settings.updates_says"))
	p.drawn(func(s view.SettingsState) { parts.Visible(updates, s.Updates) })
	return []fyne.CanvasObject{p.ticked(engine.KeyAutostart, words.T("settings.autostart"),
		words.T("settings.autostart_says")), updates}
}

// look are the rows of theme, size and language. Languages are named in their own words.
func (p *Settings) look() []fyne.CanvasObject {
	var percents []string
	for _, size := range engine.TextSizes() {
		percents = append(percents, words.T("job.percent", "percent", size))
	}
	return []fyne.CanvasObject{
		p.picked(engine.KeyTheme, words.T("settings.theme"), "", []string{"system", "light", "dark"},
			[]string{words.T("settings.theme_system"), words.T("settings.theme_light"), words.T("settings.theme_dark")}),
		p.picked(engine.KeyTextSize, words.T("settings.text_size"), words.T("settings.text_size_says"),
			engine.TextSizes(), percents),
		p.picked(engine.KeyLanguage, words.T("settings.language"), "", []string{words.System, words.English, words.Spanish},
			[]string{words.T("settings.language_system"), "English", "Español"}),
	}
}
