package view

import (
	"path/filepath"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// Lists says whether a setting that lists formats has one.
func (s SettingsState) Lists(key string, f hover.Format) bool {
	formats, err := engine.ParseFormats(s.Values[key])
	return err == nil && slices.Contains(formats, f)
}

// List puts a format into a setting that lists formats, or takes it out.
func (s *Settings) List(key string, format hover.Format, on bool) {
	s.Set(key, chosen(hover.Formats(), func(f hover.Format) bool {
		if f == format {
			return on
		}
		return s.s.Lists(key, f)
	}, ""))
}

// CopyExample shows where a pattern puts the copy of a house's PDF, or what is wrong
// with it: then good is false.
func (s *Settings) CopyExample(pattern string) (says string, good bool) {
	name, err := engine.CopyExample(pattern, s.d.Now())
	if err != nil {
		return words.Say(say.Of(err)), false
	}
	folder := filepath.Base(s.s.Values[engine.KeyCopyTo])
	return words.T("settings.copy_example", "path", filepath.Join(folder, name)), true
}
