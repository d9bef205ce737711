package wizard

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// webhook shows how Hover learns where to send its news.
func (w *Wizard) webhook() step {
	names := []string{
		view.CheckTunnel: words.T("wizard.check_tunnel"), view.CheckRegistered: words.T("wizard.check_registered"),
		view.CheckVerified: words.T("wizard.check_verified"), view.CheckPing: words.T("wizard.check_ping"),
	}
	marks := map[view.TrialState]parts.Mark{
		view.TrialRunning: parts.MarkWorking, view.TrialGood: parts.MarkDone, view.TrialFailed: parts.MarkFailed,
	}
	list, lines := parts.Column(14), make([]*note, len(names))
	for i := range names {
		lines[i] = newNote()
		list.Add(lines[i].Container)
	}
	again := parts.NewButton(words.T("wizard.again"), parts.Plain, w.v.MendWebhook)
	skip := parts.Column(8, parts.NewParagraph(words.T("wizard.webhook_skip_says"), parts.Second),
		parts.Row(8, again, parts.NewButton(words.T("wizard.webhook_skip"), parts.Plain, w.v.Skip), parts.Fill(nil)))
	good := parts.NewParagraph(words.T("wizard.webhook_good"), parts.Dim)
	return step{
		title: words.T("wizard.webhook_title"),
		body:  parts.Column(20, parts.NewParagraph(words.T("wizard.webhook_says"), parts.Dim), parts.NewCard(list), skip, good),
		draw: func(s view.WizardState) {
			for i, c := range s.Webhook.Checks {
				says := ""
				switch {
				case c.State == view.TrialFailed:
					says = words.Say(c.Says)
					if !c.Do.IsZero() {
						says += "\n" + words.Say(c.Do)
					}
				case c.State == view.TrialRunning:
					says = words.T("wizard.check_working")
				}
				lines[i].tell(marks[c.State], names[i], says)
			}
			parts.Visible(again, s.Webhook.Failed() && !s.Mending)
			parts.Visible(skip, !s.Webhook.Done())
			parts.Visible(good, s.Webhook.Done())
		},
	}
}
