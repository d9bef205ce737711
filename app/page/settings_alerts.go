package page

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// alerts are the rows of what is told, and how.
func (p *Settings) alerts() []fyne.CanvasObject {
	kinds := parts.Grid(4, 260, 0)
	for _, k := range job.Kinds() {
		check := parts.NewCheck(words.Say(k.When), false, func(on bool) { p.v.Tell(k.Outcome, on) })
		kinds.Add(check)
		p.drawn(func(s view.SettingsState) { check.SetChecked(s.Told(k.Outcome)) })
	}
	for _, f := range []hover.Format{hover.FormatESX, hover.FormatXML} {
		name := words.T("settings.kind_file", "format", view.FormatName(f))
		check := parts.NewCheck(name, false, func(on bool) { p.v.List(engine.KeyAlertsFiles, f, on) })
		kinds.Add(check)
		p.drawn(func(s view.SettingsState) { check.SetChecked(s.Lists(engine.KeyAlertsFiles, f)) })
	}
	return []fyne.CanvasObject{
		p.picked(engine.KeyAlertsWhose, words.T("settings.whose"), words.T("settings.whose_says"), []string{"everyone", "mine"},
			[]string{words.T("settings.whose_everyone"), words.T("settings.whose_mine")}),
		parts.Column(8, parts.NewSetting(words.T("settings.kinds"), words.T("settings.kinds_says"), nil), kinds),
		p.ticked(engine.KeyAlertsSound, words.T("settings.sound"), ""),
		p.pause(),
	}
}

// pause is the row that holds alerts back for a while.
func (p *Settings) pause() fyne.CanvasObject {
	says := parts.NewParagraph("", parts.Second)
	begin := parts.NewFlow(8,
		parts.NewButton(words.T("settings.pause_hour"), parts.Plain, func() { p.v.PauseAlerts(view.PauseHour) }),
		parts.NewButton(words.T("settings.pause_tomorrow"), parts.Plain, func() { p.v.PauseAlerts(view.PauseUntilTomorrow) }),
		parts.NewButton(words.T("settings.pause_open"), parts.Plain, func() { p.v.PauseAlerts(view.PauseUntilResumed) }))
	end := parts.NewFlow(8, parts.NewButton(words.T("settings.resume"), parts.Primary, p.v.ResumeAlerts))
	p.drawn(func(view.SettingsState) {
		until, on := p.v.Paused()
		says.Set(words.T("settings.pause_says"), parts.Second)
		if on {
			says.Set(until, parts.WorkingText)
		}
		parts.Visible(begin, !on)
		parts.Visible(end, on)
	})
	return parts.Column(8, parts.Column(2, parts.NewText(words.T("settings.pause"), parts.Ink), says), begin, end)
}

// quiet are the rows of the quiet hours.
func (p *Settings) quiet() []fyne.CanvasObject {
	on := parts.NewCheck("", false, p.v.SetQuiet)
	var froms, tos []string // as the lists have them
	var from, to *parts.Select
	from = parts.NewSelect(nil, 0, func(n int) { p.v.SetQuietHours(froms[n], tos[to.Chosen()]) })
	to = parts.NewSelect(nil, 0, func(n int) { p.v.SetQuietHours(froms[from.Chosen()], tos[n]) })
	hours := parts.Row(8, parts.NewText(words.T("settings.quiet_from"), parts.Second).Whole(), from,
		parts.NewText(words.T("settings.quiet_to"), parts.Second).Whole(), to, parts.Fill(nil))
	p.drawn(func(s view.SettingsState) {
		begins, ends, quiet := s.QuietHours()
		on.SetChecked(quiet)
		parts.Visible(hours, quiet)
		offer(from, &froms, begins)
		offer(to, &tos, ends)
	})
	return []fyne.CanvasObject{
		parts.Column(8, p.fixable(engine.KeyQuietHours,
			parts.NewSetting(words.T("settings.quiet_on"), words.T("settings.quiet_says"), on), on), hours),
		p.ticked(engine.KeyQuietFailure, words.T("settings.quiet_failures"), words.T("settings.quiet_failures_says")),
	}
}

// offer shows a time of day in a list of all half hours. One that is none of
// them has its place among them.
func offer(list *parts.Select, times *[]string, now string) {
	offered := make([]string, 0, 49)
	for m := 0; m < 24*60; m += 30 {
		offered = append(offered, fmt.Sprintf("%02d:%02d", m/60, m%60))
	}
	at, found := slices.BinarySearch(offered, now)
	if !found {
		offered = slices.Insert(offered, at, now)
	}
	*times = offered
	list.SetChoices(offered, at)
}
