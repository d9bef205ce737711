package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// data are the rows of what is kept.
func (p *Settings) data() []fyne.CanvasObject {
	retention := p.typed(engine.KeyRetention, words.T("settings.retention"), words.T("settings.retention_hint"),
		words.T("settings.retention_wrong"))
	export := parts.NewButton(words.T("activity.export"), parts.Plain,
		func() { showExportDialog(p.v.Export(), p.nav, func() {}) })
	backup := parts.NewButton(words.T("settings.backup_now"), parts.Plain,
		func() { p.nav.SaveFile(p.v.BackupName(), p.v.Backup) })
	compact := parts.NewButton(words.T("settings.compact_now"), parts.Plain, p.v.Compact)
	dir := p.v.State().DataDir
	return []fyne.CanvasObject{
		retention.Field,
		parts.NewSetting(words.T("settings.export"), words.T("settings.export_says"), export),
		parts.Column(8, parts.NewSetting(words.T("settings.backup"), words.T("settings.backup_says"), backup),
			p.task(view.TaskBackup)),
		parts.Column(8, parts.NewSetting(words.T("settings.compact"), words.T("settings.compact_says"), compact),
			p.task(view.TaskCompact)),
		parts.NewSetting(words.T("settings.place"), dir,
			parts.NewButton(words.T("settings.open"), parts.Plain, func() { p.v.Open(dir) })),
	}
}

// advanced are the rows of what a contractor rarely needs: what Hover has sent, word by
// word.
func (p *Settings) advanced() []fyne.CanvasObject {
	show := parts.NewButton(words.T("settings.activity_show"), parts.Plain, func() { p.nav.ShowEvents("") })
	return []fyne.CanvasObject{parts.NewSetting(words.T("shell.activity"), words.T("settings.activity_says"), show)}
}

// task is the line below a row that tells how its doing goes.
func (p *Settings) task(what view.TaskKind) fyne.CanvasObject {
	says, backup := parts.NewParagraph("", parts.Second), what == view.TaskBackup
	cancel := parts.NewButton(words.T("settings.cancel"), parts.Quiet, p.v.CancelTask)
	line := parts.Row(8, parts.Fill(says), cancel)
	p.drawn(func(s view.SettingsState) {
		t := s.Task
		parts.Visible(line, t.What == what && t.Trial.State != view.TrialNone)
		parts.Visible(cancel, t.Trial.State == view.TrialRunning)
		switch t.Trial.State {
		case view.TrialRunning:
			says.Set(parts.Either(backup, words.T("settings.backing_up"), words.T("settings.compacting")), parts.WorkingText)
		case view.TrialGood:
			done := parts.Either(backup, words.T("settings.backed_up", "path", t.Path), words.T("settings.compacted"))
			says.Set(done, parts.DoneText)
		case view.TrialFailed:
			says.Set(words.Error(t.Trial.Err), parts.FailedText)
		}
	})
	return line
}
