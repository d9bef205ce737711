package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// Health is the page that says how everything is, in the order in which news
// comes from Hover, with what to do where something is wrong.
type Health struct {
	inSight
	v   *view.Health
	nav Nav

	headline *parts.Paragraph
	stranger *healthStranger
	lamps    []*healthLamp
	cards    *fyne.Container
	test     *parts.Button
	tries    *fyne.Container // the buttons that look deeper
	chain    *healthChain
	rest     *healthRest
	all      *fyne.Container // all but the headline
	empty    *emptyPage
	report   *reportDialog // nil while it is closed
	column   *fyne.Container
	scroll   *parts.Scroll
}

// NewHealth gives the page over the state of health.
func NewHealth(v *view.Health, nav Nav) *Health {
	h := &Health{
		inSight: inSight{state: v}, v: v, nav: nav, headline: parts.NewParagraph("", parts.Second),
		cards: parts.Column(14), empty: newEmptyPage(0, parts.Primary),
	}
	h.stranger = newHealthStranger(v, nav)
	h.test = parts.NewButton("", parts.Primary, h.testChain)
	h.chain = newHealthChain()
	h.rest = newHealthRest(v)
	report := parts.NewButton(words.T("health.report"), parts.Plain, h.Report)
	h.tries = parts.NewFlow(8, h.test, report)
	h.all = parts.Column(20, parts.Column(14, h.stranger.content, h.cards), h.tries, h.chain.content, h.rest.content)
	h.column = parts.Column(14, h.headline, h.all)
	m := look.PageMargin
	h.scroll = parts.NewScroll(parts.Pad(0, 0, pageTop, 0, parts.Within(look.Widest-2*m, h.column)))
	// as high as other pages'
	heading := parts.Row(0, parts.Fill(parts.NewText(words.T("health.title"), parts.Title)), parts.VSpace(look.ButtonHeight))
	title := parts.Pad(m, m, 6, m, heading)
	h.content = parts.Stand(0, title, container.NewStack(parts.Pad(0, m, 0, m, h.scroll), h.empty.content), nil)
	v.Changed = h.draw
	h.draw()
	return h
}

// Report opens the diagnostics, to be read and saved.
func (h *Health) Report() {
	if h.report == nil {
		h.report = showReportDialog(h.v, h.nav, func() { h.report = nil })
	}
}

// testChain tests the whole chain, and shows how far it is.
func (h *Health) testChain() {
	h.v.TestChain()
	h.scroll.To(h.tries)
}

// draw shows how everything is.
func (h *Health) draw() {
	s := h.v.State()
	parts.Visible(h.scroll, s.Loaded)
	switch {
	case s.Loaded || s.Problem == nil:
		h.empty.hide()
	default:
		h.empty.show(words.T("health.problem_title"), words.Error(s.Problem), words.T("health.try_again"), h.v.Reload)
	}
	h.headline.Set(s.Headline, toneRole(s.Tone))
	h.stranger.draw(s.Stranger)
	h.lamps = kept(h.lamps, h.cards, s.Lamps, func() (*healthLamp, fyne.CanvasObject) {
		l := newHealthLamp(h.mend)
		return l, l.content
	})
	h.test.SetText(parts.Either(s.Chain.Running, words.T("health.testing"), words.T("health.test")))
	parts.Enabled(h.test, !s.Chain.Running)
	h.chain.draw(s.Chain)
	h.rest.draw(s)
	h.content.Refresh() // what was hidden while the page was laid out has no size yet
	if h.report != nil {
		h.report.draw()
	}
}

// mend does what a button promises, or leads to where a person does it.
func (h *Health) mend(m view.Mend) {
	switch m {
	case view.MendToken:
		h.nav.ShowSettings("tunnel")
	case view.MendSetUp:
		h.nav.ShowWizard()
	case view.MendSignIn:
		h.nav.ShowSignIn()
	case view.MendFolder:
		h.v.Downloads(func(path string) { h.nav.ChooseFolder(path, h.v.UseFolder) })
	case view.MendSignOut:
		parts.Confirm(h.nav.Canvas(), words.T("health.sign_out_title"), words.T("health.sign_out_says"),
			words.T("health.sign_out_yes"), func() { h.v.Mend(m) })
	default:
		h.v.Mend(m)
	}
}

func toneRole(c engine.Colour) parts.Role {
	switch c {
	case engine.Amber:
		return parts.WorkingText
	case engine.Red:
		return parts.FailedText
	}
	return parts.Second
}
