package page

import (
	"slices"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// tunnel are the rows of how Hover reaches this computer.
func (p *Settings) tunnel() []fyne.CanvasObject {
	kinds := []string{"ngrok", "own"}
	kind := parts.NewSelect([]string{words.T("settings.by_ngrok"), words.T("settings.by_own")}, 0,
		func(n int) { p.v.SetTunnel(kinds[n]) })
	token := p.secretRow(words.T("settings.token"),
		func(s view.SettingsState) bool { return s.Values[engine.KeyNgrokToken] != "" }, p.askToken)
	public := p.typed(engine.KeyPublicURL, "", "", words.T("settings.public_url_wrong"))
	listen := p.typed(engine.KeyListen, words.T("settings.listen"), "", words.T("settings.listen_wrong"))
	p.drawn(func(s view.SettingsState) {
		own := s.Values[engine.KeyTunnel] == "own"
		kind.SetChosen(max(slices.Index(kinds, s.Values[engine.KeyTunnel]), 0))
		parts.Visible(token, !own)
		parts.Visible(listen, own)
		public.SetLabel(parts.Either(own, words.T("settings.public_url"), words.T("settings.reserved")))
		public.hint = parts.Either(own, words.T("settings.public_url_hint"), words.T("settings.reserved_hint"))
		public.draw(s)
	})
	return []fyne.CanvasObject{
		p.fixable(engine.KeyTunnel, parts.NewSetting(words.T("settings.kind"), "", kind), kind),
		parts.Column(12, token, public.Field, listen.Field),
	}
}

// account are the rows of who is signed in and who acts.
func (p *Settings) account() []fyne.CanvasObject {
	redirect := p.typed(engine.KeyRedirectURL, words.T("settings.redirect"), words.T("settings.redirect_hint"),
		words.T("settings.public_url_wrong"))
	return []fyne.CanvasObject{
		p.signedIn(),
		p.acting(),
		p.secretRow(words.T("settings.client"), func(s view.SettingsState) bool {
			return s.Values[engine.KeyClientID] != "" && s.Values[engine.KeyClientSecret] != ""
		}, p.askClient),
		redirect.Field,
	}
}

func (p *Settings) signedIn() fyne.CanvasObject {
	title, says := parts.NewText("", parts.Ink), parts.NewParagraph("", parts.Second)
	in := parts.NewButton(words.T("settings.sign_in"), parts.Primary, p.nav.ShowSignIn)
	out := parts.NewButton("", parts.Plain, func() {
		parts.Confirm(p.nav.Canvas(), words.T("settings.sign_out_title"), words.T("settings.sign_out_says"),
			words.T("settings.sign_out_yes"), p.v.SignOut)
	})
	p.drawn(func(s view.SettingsState) {
		parts.Visible(in, !s.SignedIn)
		parts.Visible(out, s.SignedIn)
		title.SetText(parts.Either(s.SignedIn, words.T("settings.signed_in"), words.T("settings.signed_out")))
		says.SetText(words.T("settings.signed_in_as", "name", actingName(s), "org", words.Say(s.Org.Called())))
		parts.Visible(says, s.SignedIn && s.Org.ID != "")
		out.SetText(parts.Either(s.Leaving, words.T("settings.leaving"), words.T("settings.sign_out")))
		parts.Enabled(out, !s.Leaving)
	})
	return parts.Row(16, parts.Fill(parts.Column(2, title, says)), in, out)
}

// acting is the row of in whose name Hover is asked.
func (p *Settings) acting() fyne.CanvasObject {
	var users []hover.User // as the list has them
	list := parts.NewSelect(nil, 0, func(n int) { p.v.Set(engine.KeyActingUser, string(users[n].ID)) })
	p.drawn(func(s view.SettingsState) {
		id := hover.UserID(s.Values[engine.KeyActingUser])
		all := s.Users
		if id != "" && !slices.ContainsFunc(all, func(u hover.User) bool { return u.ID == id }) {
			all = append([]hover.User{{ID: id, FirstName: s.ActingName}}, all...)
		}
		at := slices.IndexFunc(all, func(u hover.User) bool { return u.ID == id })
		users = all
		names := make([]string, len(all))
		for i, u := range all {
			names[i] = userName(u)
		}
		list.SetChoices(names, at)
	})
	return p.fixable(engine.KeyActingUser,
		parts.NewSetting(words.T("settings.acting"), words.T("settings.acting_says"), list), list)
}

// actingName gives the name of who acts, as far as it is known.
func actingName(s view.SettingsState) string {
	id := hover.UserID(s.Values[engine.KeyActingUser])
	for _, u := range s.Users {
		if u.ID == id {
			return u.Name()
		}
	}
	return userName(hover.User{ID: id, FirstName: s.ActingName})
}

func userName(u hover.User) string {
	if name := u.Name(); name != "" {
		return name
	}
	return words.T("settings.user_unknown", "id", string(u.ID))
}
