package page

import (
	"errors"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/say"
	"dormer/internal/words"
)

// drawn has draw called whenever the state has changed.
func (p *Settings) drawn(draw func(s view.SettingsState)) { p.drawing = append(p.drawing, draw) }

// fixable gives a row with a line below it where the value is fixed by how Dormer
// was started, or could not be saved.
func (p *Settings) fixable(key string, row fyne.CanvasObject, change fyne.Disableable) fyne.CanvasObject {
	note := parts.NewParagraph("", parts.Second)
	p.drawn(func(s view.SettingsState) {
		parts.Enabled(change, !s.Fixed[key])
		note.Set(words.Error(s.Wrong[key]), parts.FailedText)
		if s.Fixed[key] {
			note.Set(words.T("settings.fixed"), parts.Second)
		}
		parts.Visible(note, note.Text() != "")
	})
	return parts.Column(4, row, note)
}

// ticked gives a row with a check for a setting that is true or false.
func (p *Settings) ticked(key, title, says string) fyne.CanvasObject {
	check := parts.NewCheck("", false, func(on bool) { p.v.Set(key, strconv.FormatBool(on)) })
	p.drawn(func(s view.SettingsState) { check.SetChecked(s.On(key)) })
	return p.fixable(key, parts.NewSetting(title, says, check), check)
}

// picked gives a row with a list of the values of a setting.
func (p *Settings) picked(key, title, says string, values, names []string) fyne.CanvasObject {
	list := parts.NewSelect(names, 0, func(n int) { p.v.Set(key, values[n]) })
	p.drawn(func(s view.SettingsState) { list.SetChosen(slices.Index(values, s.Values[key])) })
	return p.fixable(key, parts.NewSetting(title, says, list), list)
}

// typed is a row with a field for a setting. It is saved by Enter or when the
// cursor leaves it; what is wrong is told while it is being typed.
type typed struct {
	*parts.Field
	v      *view.Settings
	key    string
	hint   string
	wanted string // said where a text does not fit
	typing bool
}

func (p *Settings) typed(key, label, hint, wanted string) *typed {
	f := &typed{Field: parts.NewField(label), v: p.v, key: key, hint: hint, wanted: wanted}
	f.OnChanged = func(text string) {
		f.typing = true
		p.v.Type(key, text)
	}
	f.OnSubmitted = func(text string) {
		if f.typing {
			f.take(text)
		}
	}
	f.OnLeft = f.OnSubmitted
	p.drawn(f.draw)
	return f
}

// take saves a text, typed or chosen.
func (f *typed) take(text string) {
	f.typing = false
	f.v.Set(f.key, text)
}

func (f *typed) draw(s view.SettingsState) {
	wrong := s.Wrong[f.key]
	if !f.typing && wrong == nil {
		f.SetText(s.Values[f.key])
	}
	hint := parts.Either(s.Fixed[f.key], words.T("settings.fixed"), f.hint)
	parts.Enabled(f, !s.Fixed[f.key])
	f.SetHint(hint)
	f.SetError(f.wrong(s, wrong))
}

// wrong says what is wanted instead of what was typed, and what holds meanwhile.
func (f *typed) wrong(s view.SettingsState, err error) string {
	_, unsaved := errors.AsType[*say.Error](err)
	switch holds := s.Values[f.key]; {
	case err == nil:
		return ""
	case unsaved:
		return words.Error(err)
	case holds == "":
		return f.wanted
	default:
		return words.T("settings.stays", "wanted", f.wanted, "value", holds)
	}
}
