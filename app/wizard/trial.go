package wizard

import (
	"slices"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// test shows an alert and, if there is a job for it, has Hover play one through.
func (w *Wizard) test() step {
	notice, drawNotice := w.testNotice()
	job, drawJob := w.testJob()
	start := parts.NewCheck("", true, w.v.ChooseStart)
	offer := parts.NewCard(parts.NewSetting(words.T("wizard.start"), words.T("wizard.start_says"), start))
	updates, drawUpdates := w.askUpdates()
	return step{
		title: words.T("wizard.test_title"),
		body:  parts.Column(16, parts.NewCard(notice), parts.NewCard(job), offer, updates),
		draw: func(s view.WizardState) {
			drawNotice(s.Test)
			drawJob(s.Test)
			drawUpdates(s.Test)
			start.SetChecked(s.Start)
			parts.Visible(offer, s.CanStart)
		},
	}
}

// askUpdates asks once whether newer Dormers are to be looked for; a build that cannot
// does not ask.
func (w *Wizard) askUpdates() (body fyne.CanvasObject, draw func(t view.WizardTestState)) {
	check := parts.NewCheck("", false, w.v.ChooseUpdates)
	body = parts.NewCard(parts.NewSetting(words.T("wizard.updates"), words.T("settings.updates_says"), check))
	return body, func(t view.WizardTestState) {
		parts.Visible(body, t.Asks)
		check.SetChecked(t.Updates)
	}
}

func (w *Wizard) testNotice() (body fyne.CanvasObject, draw func(t view.WizardTestState)) {
	try := parts.NewButton("", parts.Plain, w.v.TryNotice)
	ask := parts.Row(8, parts.NewText(words.T("wizard.notice_ask"), parts.Ink),
		parts.NewButton(words.T("wizard.yes"), parts.Plain, func() { w.v.SaySeen(true) }),
		parts.NewButton(words.T("wizard.no"), parts.Plain, func() { w.v.SaySeen(false) }), parts.Fill(nil))
	stands := newNote()
	body = parts.Column(12, parts.NewSetting(words.T("wizard.notice"), words.T("wizard.notice_says"), try), ask,
		stands.Container)
	return body, func(t view.WizardTestState) {
		try.SetText(parts.Either(t.Notice.State != view.TrialNone, words.T("wizard.notice_again"), words.T("wizard.notice_show")))
		parts.Enabled(try, t.Notice.State != view.TrialRunning)
		parts.Visible(ask, t.Notice.State == view.TrialGood && t.Seen == view.SeenUnsaid)
		switch {
		case t.Notice.State == view.TrialFailed:
			stands.tell(parts.MarkFailed, words.Error(t.Notice.Err), "")
		case t.Seen == view.SeenYes:
			stands.tell(parts.MarkDone, words.T("wizard.notice_good"), "")
		case t.Seen == view.SeenNo:
			stands.tell(parts.MarkWarn, words.T("wizard.notice_missed"), "")
		default:
			parts.Visible(stands.Container, false)
		}
	}
}

// askTestJob runs Hover's test on the chosen job, if that is really meant: it may be a
// customer's.
func (w *Wizard) askTestJob() {
	t := w.v.State().Test
	i := slices.IndexFunc(t.Jobs, func(j engine.JobView) bool { return j.ID == t.Job })
	if i < 0 {
		return
	}
	parts.Confirm(w.nav.Canvas(), words.T("wizard.job_ask", "job", view.TitleOf(t.Jobs[i])), words.T("wizard.job_ask_says"),
		words.T("wizard.job_ask_yes"), w.v.RunTestJob)
}

func (w *Wizard) testJob() (body fyne.CanvasObject, draw func(t view.WizardTestState)) {
	var jobs []engine.JobView // as the choice has them, behind "choose one"
	choice := parts.NewSelect(nil, 0, func(n int) {
		id := hover.JobID("")
		if n > 0 {
			id = jobs[n-1].ID
		}
		w.v.ChooseTestJob(id)
	})
	run := parts.NewButton(words.T("wizard.job_run"), parts.Plain, w.askTestJob)
	ask := parts.Row(8, choice, run, parts.Fill(nil))
	none, stands := parts.NewParagraph(words.T("wizard.job_none"), parts.Second), newNote()
	body = parts.Column(12, parts.NewSetting(words.T("wizard.job"), words.T("wizard.job_says"), nil), none, ask,
		stands.Container)
	return body, func(t view.WizardTestState) {
		jobs = t.Jobs
		titles := []string{words.T("wizard.job_choose")}
		for _, j := range jobs {
			titles = append(titles, view.TitleOf(j))
		}
		choice.SetChoices(titles, slices.IndexFunc(jobs, func(j engine.JobView) bool { return j.ID == t.Job })+1)
		parts.Visible(ask, len(jobs) > 0)
		parts.Visible(none, len(jobs) == 0)
		parts.Enabled(run, t.Job != "" && t.Run.State != view.TrialRunning && t.Run.State != view.TrialGood)
		switch {
		case t.Run.State == view.TrialFailed:
			stands.tell(parts.MarkFailed, words.Error(t.Run.Err), "")
		case t.Came:
			stands.tell(parts.MarkDone, words.T("wizard.job_came"), words.T("wizard.job_now", "state", words.JobState(t.News.State)))
		case t.Run.State == view.TrialNone:
			parts.Visible(stands.Container, false)
		case t.News.State != "":
			stands.tell(parts.MarkWorking, words.T("wizard.job_running"),
				words.T("wizard.job_now", "state", words.JobState(t.News.State)))
		default:
			stands.tell(parts.MarkWorking, words.T("wizard.job_running"), "")
		}
	}
}
