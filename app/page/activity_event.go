package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// activityEvent is one event in full: what it tells, how far it is trusted and
// why, what can be done with it, and what was in it.
type activityEvent struct {
	v   *view.Activity
	nav Nav

	title             *parts.Paragraph
	second            *parts.Text
	about             *parts.Text
	mark              *parts.MarkIcon
	says, twice       *parts.Paragraph
	job, copy, replay *parts.Button
	actions           *fyne.Container
	played            *parts.Paragraph
	cut               *parts.Paragraph
	body              *widget.Label
	paper             *parts.Card // that the body is on
	column, content   *fyne.Container
	scroll            *parts.Scroll
	shown             *view.ActivityEvent
	copied            bool
	showJob           hover.JobID
}

func newActivityEvent(v *view.Activity, nav Nav) *activityEvent {
	e := &activityEvent{
		v: v, nav: nav, title: parts.NewParagraph("", parts.Title), second: parts.NewText("", parts.Second),
		about: parts.NewText("", parts.Ink), mark: parts.NewMark(parts.MarkNone), says: parts.NewParagraph("", parts.Ink),
		twice:  parts.NewParagraph("", parts.Second),
		played: parts.NewParagraph("", parts.Second), cut: parts.NewParagraph("", parts.Second),
	}
	e.job = parts.NewButton(words.T("activity.show_job"), parts.Plain, func() { nav.ShowJob(e.showJob) })
	e.copy = parts.NewButton("", parts.Plain, e.copyText)
	e.replay = parts.NewButton("", parts.Plain, v.Replay)
	e.actions = parts.NewFlow(8, e.job, e.copy, e.replay)
	e.body = copiable("")
	e.paper = parts.NewCard(e.body).SetPad(4)
	e.paper.Hide() // its font is some 7 MB, which is for who looks at an event
	verdict := parts.NewCard(parts.Row(12, e.mark, parts.Fill(parts.Column(4, e.says, e.twice)))).SetPad(12)
	e.column = parts.Column(14,
		parts.Column(4, e.title, e.about, e.second), e.actions, e.played, verdict,
		parts.Column(6, parts.NewText(words.T("activity.contents"), parts.SecondBold), e.paper, e.cut))
	m := look.PageMargin
	e.scroll = parts.NewScroll(parts.Pad(pageTop, 0, pageTop, 0, e.column))
	e.content = parts.Pad(0, m, 0, m, e.scroll)
	return e
}

func (e *activityEvent) copyText() {
	e.nav.Copy(e.v.Text())
	e.copied = true
	e.copy.SetText(words.T("activity.copied"))
	e.actions.Refresh()
}

// draw shows an event, nil for none.
func (e *activityEvent) draw(s *view.ActivityEvent) {
	parts.Visible(e.content, s != nil)
	was := e.shown
	e.shown = s
	if s == nil || was != nil && *s == *was {
		return
	}
	if was == nil || was.Title != s.Title || was.When != s.When {
		e.copied = false
		e.scroll.ToTop()
	}
	e.showJob = s.Job
	e.title.SetText(s.Title)
	e.about.Say(s.About)
	e.second.SetText(parts.Either(s.Name != "", s.When+" · "+string(s.Name), s.When))
	e.mark.SetMark(trustMark(s.Trust))
	e.says.SetText(s.Says)
	e.twice.Say(s.Twice)
	parts.Visible(e.job, s.Job != "")
	parts.Visible(e.replay, s.Replay)
	e.drawReplay(s.Replays)
	e.copy.SetText(parts.Either(e.copied, words.T("activity.copied"), words.T("activity.copy")))
	parts.Enabled(e.copy, s.Body != "")
	e.paper.Show()
	e.body.SetText(parts.Either(s.Body == "", words.T("activity.reading"), s.Body))
	e.cut.Say(s.Cut)
	e.actions.Refresh()
	e.column.Refresh()
	e.scroll.Refresh()
}

func (e *activityEvent) drawReplay(t view.Trial) {
	e.replay.SetText(words.T("activity.replay"))
	parts.Enabled(e.replay, t.State != view.TrialRunning)
	parts.Visible(e.played, t.State == view.TrialGood || t.State == view.TrialFailed)
	switch t.State {
	case view.TrialRunning:
		e.replay.SetText(words.T("activity.replaying"))
	case view.TrialGood:
		e.played.Set(words.T("activity.replayed"), parts.DoneText)
	case view.TrialFailed:
		e.played.Set(words.Error(t.Err), parts.FailedText)
	}
}
