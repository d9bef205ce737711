package wizard

import (
	"slices"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// languages are the languages that can be chosen, as the setting has them.
var languages = []string{words.System, words.English, words.Spanish}

// welcome says what Dormer does, offers the demo and asks for the language.
func (w *Wizard) welcome() step {
	promise := func(title, says string) *note {
		n := newNote()
		n.tell(parts.MarkDone, title, says)
		return n
	}
	// A language is offered in its own words.
	language := parts.NewSelect([]string{words.T("wizard.language_system"), "English", "Español"}, 0, func(n int) {
		w.v.SetLanguage(languages[n])
	})
	demo := parts.NewCard(parts.NewSetting(words.T("wizard.demo"), words.T("wizard.demo_says"),
		parts.NewButton(words.T("wizard.try_demo"), parts.Plain, w.nav.TryDemo)))
	inDemo := parts.NewParagraph(words.T("wizard.in_demo"), parts.Dim)
	return step{
		title: words.T("wizard.welcome_title"),
		body: parts.Column(20,
			parts.Column(16,
				promise(words.T("wizard.welcome_1"), words.T("wizard.welcome_1_says")).Container,
				promise(words.T("wizard.welcome_2"), words.T("wizard.welcome_2_says")).Container,
				promise(words.T("wizard.welcome_3"), words.T("wizard.welcome_3_says")).Container),
			parts.NewParagraph(words.T("wizard.needs"), parts.Dim),
			demo, inDemo,
			parts.Row(12, parts.NewText(words.T("wizard.language"), parts.Second), language, parts.Fill(nil))),
		draw: func(s view.WizardState) {
			language.SetChosen(max(slices.Index(languages, s.Language), 0))
			parts.Visible(demo, s.Loaded && !s.Demo)
			parts.Visible(inDemo, s.Demo)
		},
	}
}
