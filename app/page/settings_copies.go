package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// copies are the rows of the second folder. How the copies are named is asked once there
// is one, and shown on an example as it is typed.
func (p *Settings) copies() []fyne.CanvasObject {
	dir := p.typed(engine.KeyCopyTo, words.T("settings.copy_to"), words.T("settings.copy_to_says"),
		words.T("settings.download_dir_wrong"))
	choose := parts.NewButton(words.T("settings.copy_choose"), parts.Plain,
		func() { p.nav.ChooseFolder(dir.Text(), dir.take) })
	none := parts.NewButton(words.T("settings.copy_none"), parts.Quiet, func() { dir.take("") })

	name := p.typed(engine.KeyCopyName, words.T("settings.copy_name"), words.T("settings.copy_name_says"),
		words.T("settings.copy_name_wrong"))
	example := parts.NewParagraph("", parts.Second)
	show := func() {
		says, good := p.v.CopyExample(name.Text())
		example.Set(says, parts.Either(good, parts.Second, parts.FailedText))
	}
	typed := name.OnChanged
	name.OnChanged = func(text string) {
		typed(text)
		show()
	}
	formats := p.formats(engine.KeyCopyFormats)
	how := parts.Column(12, parts.Column(4, name.Field, example),
		parts.Column(6, parts.NewText(words.T("settings.copy_formats"), parts.Second), formats))
	p.drawn(func(s view.SettingsState) {
		there := s.Values[engine.KeyCopyTo] != ""
		parts.Enabled(choose, !s.Fixed[engine.KeyCopyTo])
		parts.Visible(none, there && !s.Fixed[engine.KeyCopyTo])
		parts.Visible(how, there)
		show()
	})
	return []fyne.CanvasObject{parts.Column(12, parts.Column(8, dir.Field, parts.NewFlow(8, choose, none)), how)}
}

// formats are chips for a setting that lists formats.
func (p *Settings) formats(key string) fyne.CanvasObject {
	chips := parts.NewFlow(6)
	for _, f := range hover.Formats() {
		chip := parts.NewChip(view.FormatName(f), false, func() { p.v.List(key, f, !p.v.State().Lists(key, f)) })
		chips.Add(chip)
		p.drawn(func(s view.SettingsState) { chip.SetOn(s.Lists(key, f)) })
	}
	return chips
}
