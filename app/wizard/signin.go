package wizard

import (
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// signIn sends a person to Hover in the browser and waits for them.
func (w *Wizard) signIn() step {
	begin := parts.NewButton(words.T("wizard.sign_in_button"), parts.Primary, w.v.SignIn)
	free := parts.NewParagraph(words.T("wizard.sign_in_free"), parts.Dim)
	failed := newNote()
	signedIn := newNote(parts.NewButton(words.T("wizard.sign_in_other"), parts.Plain, w.v.SignIn))

	strangerSays := parts.NewParagraph("", parts.Dim)
	stranger := parts.Column(8, strangerSays,
		parts.Row(0, parts.NewButton(words.T("wizard.stranger"), parts.Plain, w.v.AcceptStranger), parts.Fill(nil)))

	waits := newNote()
	again := parts.NewButton(words.T("wizard.open_again"), parts.Plain, w.v.OpenSignIn)
	copy := parts.NewButton(words.T("wizard.copy_address"), parts.Plain, func() { w.nav.Copy(w.v.State().SignIn.URL) })
	ways := parts.NewFlow(8, again, copy, parts.NewButton(words.T("wizard.cancel"), parts.Quiet, w.v.CancelSignIn))
	paste := parts.NewField("")
	paste.OnChanged = w.v.TypePasted
	paste.OnSubmitted = func(string) { w.v.EnterPasted() }
	waiting := parts.Column(16, waits.Container, ways, paste)

	return step{
		title: words.T("wizard.sign_in_title"),
		body: parts.Column(16, parts.NewParagraph(words.T("wizard.sign_in_says"), parts.Dim), free,
			parts.Row(0, begin, parts.Fill(nil)), signedIn.Container, failed.Container, stranger, waiting),
		draw: func(s view.WizardState) {
			in := s.SignIn
			idle := in.Phase == view.SignInIdle
			parts.Visible(begin, idle && !in.SignedIn)
			parts.Visible(free, in.FreePage && !in.MustPaste && !(idle && in.SignedIn))
			parts.Visible(waiting, !idle)
			parts.Visible(signedIn.Container, false)
			if idle && in.SignedIn {
				org := in.Org.Name
				if org == "" && in.Org.ID != "" {
					org = words.T("wizard.signed_in_org", "org", in.Org.ID.String())
				}
				signedIn.tell(parts.MarkDone, words.T("wizard.signed_in"), org)
			}
			parts.Visible(failed.Container, false)
			if in.Err != nil {
				failed.tell(parts.MarkFailed, words.Error(in.Err), "")
			}
			parts.Visible(stranger, in.Stranger != nil)
			if in.Stranger != nil {
				strangerSays.SetText(words.T("wizard.stranger_says", "ours", words.Say(in.Stranger.Ours.Called()), "theirs",
					words.Say(in.Stranger.Theirs.Called())))
			}
			switch {
			case in.Phase == view.SignInBegins:
				waits.tell(parts.MarkWorking, words.T("wizard.sign_in_begins"), "")
			case in.NoBrowser:
				waits.tell(parts.MarkWarn, words.T("wizard.no_browser"), words.T("wizard.no_browser_says"))
			default:
				waits.tell(parts.MarkWorking, words.T("wizard.sign_in_waits"), words.T("wizard.sign_in_waits_says"))
			}
			waitsForBrowser := in.Phase == view.SignInWaiting
			parts.Visible(again, waitsForBrowser)
			parts.Visible(copy, waitsForBrowser)
			parts.Visible(paste, waitsForBrowser)
			paste.SetLabel(parts.Either(in.MustPaste, words.T("wizard.paste_must"), words.T("wizard.paste")))
			paste.SetText(in.Pasted)
			tellTrial(paste, in.Paste, words.T("wizard.paste_hint"), words.T("wizard.paste_trying"))
		},
		focus: func() { w.focusOn(begin) },
	}
}
