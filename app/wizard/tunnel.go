package wizard

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// tunnel asks for ngrok's token, or for an address of the person's own.
func (w *Wizard) tunnel() step {
	page := parts.NewButton(words.T("wizard.open_ngrok"), parts.Plain, w.v.OpenTokenPage)
	token := parts.NewField(words.T("wizard.token"))
	token.SetPassword()
	token.OnChanged = w.v.TypeToken
	token.OnSubmitted = func(string) { w.v.EnterTunnel() }
	retry := parts.Row(0, parts.NewButton(words.T("wizard.again"), parts.Plain, w.v.EnterTunnel), parts.Fill(nil))
	keep := parts.NewButton(words.T("wizard.keep"), parts.Plain, w.v.KeepToken)
	asks := parts.Column(12, parts.NewFlow(8, page, keep), token, retry)

	mend := parts.NewButton(words.T("wizard.again"), parts.Plain, w.v.MendTunnel)
	replace := parts.NewButton(words.T("wizard.replace"), parts.Plain, w.v.ReplaceToken)
	stands := newNote(mend, replace)

	public, listen := parts.NewField(words.T("wizard.public_url")), parts.NewField(words.T("wizard.listen"))
	public.OnChanged, listen.OnChanged = w.v.TypePublicURL, w.v.TypeListen
	public.OnSubmitted = func(string) { w.v.EnterTunnel() }
	listen.OnSubmitted = public.OnSubmitted
	own := parts.Column(12, parts.NewParagraph(words.T("wizard.own_says"), parts.Dim), public, listen)

	var open bool // the further choices are shown
	kind := parts.NewChoice([]string{words.T("wizard.by_ngrok"), words.T("wizard.by_own")}, 0,
		func(n int) { w.v.UseOwn(n == 1) })
	more := parts.NewButton("", parts.Plain, func() {
		open = !open
		w.draw()
	})
	moreRow := parts.Row(0, more, parts.Fill(nil))
	says := parts.NewParagraph(words.T("wizard.tunnel_says"), parts.Dim)

	return step{
		title: words.T("wizard.tunnel_title"),
		body:  parts.Column(16, says, asks, own, stands.Container, moreRow, kind),
		draw: func(s view.WizardState) {
			t := s.Tunnel
			parts.Visible(says, !t.Own)
			parts.Visible(asks, t.AsksToken())
			parts.Visible(keep, t.Replacing)
			parts.Visible(own, t.Own)
			parts.Visible(kind, (open || t.Own) && !t.KindFixed)
			parts.Visible(moreRow, !t.Own && !t.KindFixed)
			more.SetText(parts.Either(open, words.T("wizard.less"), words.T("wizard.more")))
			kind.SetChosen(parts.Either(t.Own, 1, 0))
			token.SetText(t.Token)
			public.SetText(t.PublicURL)
			listen.SetText(t.Listen)
			tellTrial(token, t.Try, words.T("wizard.token_hint"), words.T("wizard.token_trying"))
			parts.Visible(retry, t.Try.State == view.TrialFailed)
			tellFixed(public, t.PublicURLFixed, words.T("wizard.public_url_hint"))
			tellFixed(listen, t.ListenFixed, words.T("wizard.listen_hint"))
			tellWrong(public, t.PublicURLErr, words.T("wizard.public_url_wrong"))
			tellWrong(listen, t.ListenErr, words.T("wizard.listen_wrong"))
			parts.Visible(replace, !t.Own)
			parts.Visible(mend, t.Broken() && !s.Mending)
			tellTunnel(stands, s)
		},
		focus: func() {
			switch t := w.v.State().Tunnel; {
			case t.Own:
				public.FocusOn(w.nav.Canvas())
			case t.AsksToken():
				token.FocusOn(w.nav.Canvas())
			}
		},
	}
}

// tellTunnel says how the tunnel that is set stands.
func tellTunnel(n *note, s view.WizardState) {
	t := s.Tunnel
	address := parts.Either(t.URL != "", words.T("wizard.address_is", "url", t.URL), "")
	switch {
	case t.AsksToken():
		parts.Visible(n.Container, false)
	case t.Own && t.Try.State == view.TrialFailed:
		n.tell(parts.MarkFailed, words.Error(t.Try.Err), "")
	case t.Own && t.Try.State == view.TrialRunning:
		n.tell(parts.MarkWorking, words.T("wizard.own_saving"), "")
	case t.Own && t.Unsaved():
		n.tell(parts.MarkWaiting, words.T("wizard.own_unsaved"), "")
	case !t.Set():
		parts.Visible(n.Container, false)
	case t.Own && t.Open:
		n.tell(parts.MarkDone, words.T("wizard.own_good"), "")
	case t.Broken() && !s.Mending:
		n.lamp(t.Lamp)
	case t.Own:
		n.tell(parts.MarkWorking, words.T("wizard.own_checking"), "")
	case t.Try.State == view.TrialGood:
		n.tell(parts.MarkDone, words.T("wizard.token_good"), address)
	case t.Open:
		n.tell(parts.MarkDone, words.T("wizard.token_set"), address)
	default:
		n.tell(parts.MarkWorking, words.T("wizard.token_set"), words.T("wizard.tunnel_opens"))
	}
}

// tellTrial says below a field how the trial of its text goes.
func tellTrial(f *parts.Field, t view.Trial, hint, trying string) {
	f.SetHint(parts.Either(t.State == view.TrialRunning, trying, hint))
	f.SetError(words.Error(t.Err))
}

// tellFixed says below a field what to write, or that nothing can be written.
func tellFixed(f *parts.Field, fixed bool, hint string) {
	parts.Enabled(f, !fixed)
	f.SetHint(parts.Either(fixed, words.T("wizard.fixed"), hint))
}

// tellWrong says below a field what is wanted, if its text does not fit.
func tellWrong(f *parts.Field, err error, wanted string) {
	f.SetError(parts.Either(err != nil, wanted, ""))
}
