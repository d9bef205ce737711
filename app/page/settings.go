package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// Settings is the page of the settings: one column of sections. What is chosen
// holds at once.
type Settings struct {
	inSight
	v   *view.Settings
	nav Nav

	column   *fyne.Container
	scroll   *parts.Scroll
	sections map[string]fyne.CanvasObject
	drawing  []func(s view.SettingsState) // what shows the state, row by row
	secret   *settingsSecret              // the dialog for a secret that is open, or nil
}

// NewSettings gives the page over the state of the settings.
func NewSettings(v *view.Settings, nav Nav) *Settings {
	p := &Settings{inSight: inSight{state: v}, v: v, nav: nav, sections: map[string]fyne.CanvasObject{}}
	p.column = parts.Column(24,
		p.section(view.SectionFolders, words.T("settings.folders"), p.folders()...),
		p.section(view.SectionFiles, words.T("settings.files"), p.files()...),
		p.section(view.SectionCopies, words.T("settings.copies"), p.copies()...),
		p.section(view.SectionAlerts, words.T("settings.alerts"), p.alerts()...),
		p.section(view.SectionQuiet, words.T("settings.quiet"), p.quiet()...),
		p.section(view.SectionStart, words.T("settings.start"), p.start()...),
		p.section(view.SectionLook, words.T("settings.look"), p.look()...),
		p.section(view.SectionTunnel, words.T("settings.tunnel"), p.tunnel()...),
		p.section(view.SectionAccount, words.T("settings.account"), p.account()...),
		p.section(view.SectionData, words.T("settings.data"), p.data()...),
		p.section(view.SectionAdvanced, words.T("settings.advanced"), p.advanced()...),
		p.section(view.SectionAbout, words.T("settings.about"), p.about()...),
	)
	p.scroll = parts.NewScroll(parts.Within(760, p.column))
	p.content = parts.NewPage(words.T("settings.title"), nil, p.scroll)
	v.Changed = p.draw
	p.draw()
	return p
}

// Section scrolls to a section; a name that is none is the top.
func (p *Settings) Section(name string) {
	if s := p.sections[name]; s != nil {
		p.scroll.To(s)
		return
	}
	p.scroll.ToTop()
}

// draw shows the state. Nothing is shown before there is one.
func (p *Settings) draw() {
	s := p.v.State()
	if s.Loaded {
		for _, d := range p.drawing {
			d(s)
		}
	}
	if p.secret != nil {
		p.secret.draw(s)
	}
	parts.Visible(p.column, s.Loaded)
	p.column.Refresh() // rows that came or went keep the scroll's size
	p.scroll.Refresh()
}

// section gives a section that can be scrolled to.
func (p *Settings) section(name, title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	p.sections[name] = parts.NewSection(title, rows...)
	return p.sections[name]
}
