package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// healthLamp is the card of one link of the chain: its mark, how it is, what to
// do, and the one button that mends it.
type healthLamp struct {
	mark     *parts.MarkIcon
	title    *parts.Text
	says, do *parts.Paragraph
	button   *parts.Button
	mend     view.Mend
	inner    *fyne.Container
	content  *parts.Card
}

func newHealthLamp(mend func(view.Mend)) *healthLamp {
	l := &healthLamp{
		mark: parts.NewMark(parts.MarkNone), title: parts.NewText("", parts.Bold),
		says: parts.NewParagraph("", parts.Second), do: parts.NewParagraph("", parts.Second),
	}
	l.button = parts.NewButton("", parts.Plain, func() { mend(l.mend) })
	l.inner = parts.Row(14, l.mark, parts.Fill(parts.Column(3, l.title, l.says, l.do)), l.button)
	l.content = parts.NewCard(l.inner).SetPad(14)
	return l
}

func (l *healthLamp) draw(c view.LampCard) {
	l.mend = c.Mend
	l.mark.SetMark(colourMark(c.Colour))
	l.title.SetText(c.Title)
	l.says.Say(c.Says)
	l.do.Say(c.Do)
	parts.Visible(l.button, c.Button != "")
	l.button.SetText(parts.Either(c.Busy, words.T("health.busy"), c.Button))
	l.button.SetStyle(parts.Either(c.Strong, parts.Primary, parts.Plain))
	parts.Enabled(l.button, !c.Busy)
	l.inner.Refresh()
	l.content.Refresh()
}

// healthStranger asks what to do about the account of another organisation.
type healthStranger struct {
	says         *parts.Paragraph
	keep, accept *parts.Button
	content      *parts.Card
	shown        view.StrangerCard
}

func newHealthStranger(v *view.Health, nav Nav) *healthStranger {
	s := &healthStranger{says: parts.NewParagraph("", parts.Second)}
	s.keep = parts.NewButton(words.T("health.stranger_keep"), parts.Primary, func() { v.Mend(view.MendSignOut) })
	s.accept = parts.NewButton(words.T("health.stranger_accept"), parts.Plain, func() {
		parts.Confirm(nav.Canvas(), words.T("health.stranger_accept_title", "theirs", s.shown.Theirs),
			words.T("health.stranger_accept_says", "ours", s.shown.Ours), words.T("health.stranger_accept_yes"),
			func() { v.Mend(view.MendStranger) })
	})
	title := parts.NewParagraph(words.T("health.stranger_title"), parts.Bold)
	s.content = parts.NewCard(parts.Row(14, parts.NewMark(parts.MarkWaiting),
		parts.Fill(parts.Column(3, title, s.says, parts.VSpace(4), parts.NewFlow(8, s.keep, s.accept))))).SetPad(14)
	s.content.SetAccent(true)
	return s
}

func (s *healthStranger) draw(c *view.StrangerCard) {
	parts.Visible(s.content, c != nil)
	if c == nil {
		return
	}
	s.shown = *c
	s.says.SetText(words.T("health.stranger_says", "ours", c.Ours, "theirs", c.Theirs))
	parts.Enabled(s.keep, !c.Busy)
	parts.Enabled(s.accept, !c.Busy)
	s.content.Refresh()
}

// healthChain shows a test of the whole chain, step by step.
type healthChain struct {
	steps   *fyne.Container
	rows    []*chainRow
	says    *parts.Paragraph
	content *parts.Card
}

// chainRow is one step of the test.
type chainRow struct {
	mark *parts.MarkIcon
	says *parts.Paragraph
	row  *fyne.Container
}

func newHealthChain() *healthChain {
	c := &healthChain{steps: parts.Column(6), says: parts.NewParagraph("", parts.Ink)}
	c.content = parts.NewCard(parts.Column(12, c.steps, c.says))
	return c
}

func (c *healthChain) draw(s view.ChainState) {
	parts.Visible(c.content, len(s.Steps) > 0)
	for len(c.rows) < len(s.Steps) {
		r := &chainRow{mark: parts.NewMark(parts.MarkNone), says: parts.NewParagraph("", parts.Ink)}
		r.row = parts.Row(12, r.mark, parts.Fill(r.says))
		c.rows = append(c.rows, r)
		c.steps.Add(r.row)
	}
	for i, step := range s.Steps {
		c.rows[i].mark.SetMark(stepMark(step.State))
		c.rows[i].says.Set(step.Says, parts.Either(step.State == view.TrialNone, parts.Dim, parts.Ink))
	}
	parts.Visible(c.says, s.Says != "")
	c.says.Set(s.Says, parts.Either(s.Good, parts.DoneText, parts.FailedText))
	c.content.Refresh()
}

func stepMark(s view.TrialState) parts.Mark {
	switch s {
	case view.TrialRunning:
		return parts.MarkWorking
	case view.TrialGood:
		return parts.MarkDone
	case view.TrialFailed:
		return parts.MarkFailed
	}
	return parts.MarkWaiting
}

// healthRest tells what was asked of Hover, and how much of ngrok's allowance is
// used.
type healthRest struct {
	catchUp     *parts.Paragraph
	ask         *parts.Button
	row         *fyne.Container
	quota, high *parts.Paragraph
	bar         *parts.Bar
	allowance   *fyne.Container
	content     *parts.Card
}

func newHealthRest(v *view.Health) *healthRest {
	r := &healthRest{
		catchUp: parts.NewParagraph("", parts.Second), quota: parts.NewParagraph("", parts.Second), bar: parts.NewBar(),
		high: parts.NewParagraph(words.T("health.quota_high"), parts.WorkingText),
	}
	r.ask = parts.NewButton("", parts.Plain, func() { v.Mend(view.MendCatchUp) })
	r.row = parts.Row(14, parts.Fill(r.catchUp), r.ask)
	r.allowance = parts.Column(8, parts.NewLine(), r.quota, r.bar, r.high)
	r.content = parts.NewCard(parts.Column(12, r.row, r.allowance))
	return r
}

func (r *healthRest) draw(s view.HealthState) {
	r.catchUp.SetText(s.CatchUp.Says)
	r.ask.SetText(parts.Either(s.CatchUp.Running, words.T("health.asking"), words.T("health.ask_now")))
	parts.Enabled(r.ask, !s.CatchUp.Running)
	parts.Visible(r.allowance, s.Quota != nil)
	if q := s.Quota; q != nil {
		r.quota.SetText(q.Says)
		r.bar.Set(q.Used)
		role := parts.Link
		switch {
		case q.Used >= 1:
			role = parts.FailedText
		case q.High:
			role = parts.WorkingText
		}
		r.bar.SetRole(role)
		parts.Visible(r.high, q.High)
	}
	r.row.Refresh()
	r.content.Refresh()
}
