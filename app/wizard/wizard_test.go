package wizard_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// The window of the pictures.
const width, height = 1180, 760

func (w *window) tunnelOpens() {
	w.desk.Redirects("https://calm-otter.ngrok-free.app/oauth/callback")
	w.desk.Stands(func(s *engine.Status) {
		s.Tunnel.State, s.Tunnel.URL = "online", "https://calm-otter.ngrok-free.app"
		s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}, {Name: "webhook", State: engine.Amber}}
	})
	w.news()
}

// news has the window hear of what has changed.
func (w *window) news() {
	w.v.Reload()
	w.Settle()
}

// News that was asked for comes when the person has gone on to the jobs.
func TestALateAnswerDoesNotTakeTheKeyboardFromThePageAfter(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.page.Hidden()
		w.Window.SetContent(container.NewStack())
		w.news()
		if focused := w.Window.Canvas().Focused(); focused != nil {
			t.Errorf("the keyboard is with a %T", focused)
		}
	})
}

func TestFromTheWelcomeToTheFirstAlert(t *testing.T) {
	logo := t.TempDir() + string(os.PathSeparator)
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.Wants("Welcome to Dormer", "You can close this and come back; nothing is lost.", "Only looking?")
		w.tap("Try the demo")
		if w.demos != 1 {
			t.Errorf("%d demos", w.demos)
		}
		w.tap("Continue")

		w.Wants("Give Hover a way in", "We check it as you paste.")
		if !w.button("Continue").Disabled() {
			t.Error("Continue without a token")
		}
		w.tap("Get the token at ngrok")
		w.pastes("ngrok token", "2abcDEF_ghiJKLmno")
		w.Wants("The token works", "Your address: https://calm-otter.ngrok-free.app")
		w.WantsNo("2abcDEF_ghiJKLmno")
		w.tap("Continue")

		w.Wants("Tell Hover about Dormer", "It is here as soon as the tunnel is open.")
		if !w.button("Copy").Disabled() {
			t.Error("nothing can be copied")
		}
		w.tunnelOpens()
		w.tap("Copy")
		if w.clipboard != "https://calm-otter.ngrok-free.app/oauth/callback" {
			t.Errorf("on the clipboard is %q", w.clipboard)
		}
		w.Wants("Copied")
		w.tap("Save the logo file…") // and changes their mind
		w.WantsNo("The logo is at")
		w.savedAs = logo
		w.tap("Save the logo file…")
		w.Wants("The logo is at " + filepath.Join(logo, "dormer-logo.png"))
		w.tap("Open Hover's settings")
		w.pastes("2 · Client ID, from Hover", "q8Yt2mPz6vRb")
		w.pastes("3 · Client secret, from Hover", "the-right-secret")
		w.Wants("Hover knows Dormer")
		w.tap("Continue")

		w.Wants("Sign in to Hover", "press Visit Site")
		w.tap("Sign in with the browser")
		w.Wants("Waiting for you in the browser…")
		w.tap("Copy the address")
		if w.clipboard != "https://hover.to/oauth/authorize?state=1" {
			t.Errorf("on the clipboard is %q", w.clipboard)
		}
		w.desk.Saves(engine.KeyActingUser, "7")
		w.desk.Has([]hover.User{
			{ID: "7", FirstName: "Dana", LastName: "Whitfield", Email: "dana@whitfieldroofing.com"}, {ID: "9", Email: "luis@whitfieldroofing.com"},
		}, []engine.JobView{{ID: "3", Name: "Trial", State: hover.JobUploading}})
		w.desk.SignsIn(nil)
		w.Wants("You are signed in to Hover", "Organization 492855")
		w.desk.Stands(func(s *engine.Status) { s.Hover.OrgName = "Copper Ridge Exteriors" })
		w.v.Reload()
		w.Wants("Copper Ridge Exteriors")
		w.WantsNo("492855")
		w.tap("Continue")

		w.Wants("Who are you at Hover?", "Dana Whitfield · dana@whitfieldroofing.com")
		w.answer("Dana Whitfield · dana@whitfieldroofing.com")
		w.answer("luis@whitfieldroofing.com")
		w.answer("Only those that this person captured")
		if acting, whose := w.desk.Saved(engine.KeyActingUser), w.desk.Saved(engine.KeyAlertsWhose); acting != "9" || whose != "mine" {
			t.Errorf("acting is %q, told are %q", acting, whose)
		}
		w.tap("Continue")

		w.Wants("Hover learns where to send its news", "Under way…", "Until it works, Dormer asks Hover every two minutes")
		if !w.button("Continue").Disabled() {
			t.Error("Continue without a webhook")
		}
		w.desk.Stands(func(s *engine.Status) { s.State, s.Webhook.State = engine.StateReady, "verified" })
		w.news()
		w.Wants("Everything works. News from Hover arrives here.")
		w.WantsNo("Go on without it")
		w.tap("Continue")

		w.tap("Show me one")
		w.Wants("Did you see it?")
		w.tap("Yes")
		w.Wants("Good. That is how a finished house is told.")
		if !w.button("Run the test").Disabled() {
			t.Error("a test with no job")
		}
		w.answer("Choose a job…")
		w.answer("Trial")
		w.tap("Run the test")
		w.Wants("Test with Trial?", "If this is a customer's house, choose another")
		w.tap("Cancel")
		w.WantsNo("The test has begun. This takes about a minute.")
		w.tap("Run the test")
		w.tap("Fill it with made-up figures")
		w.Wants("The test has begun. This takes about a minute.")
		w.desk.Becomes("3", hover.JobCompleted)
		w.news()
		w.Wants("The news has arrived. Everything works.")
		w.WantsNo("Tell me when there is a newer Dormer")
		w.desk.Stands(func(s *engine.Status) { s.Updates = true })
		w.news()
		w.Wants("Tell me when there is a newer Dormer", "They learn this computer's address, nothing else.")
		w.tap("Finish")
		if w.done != 1 {
			t.Errorf("it ended %d times", w.done)
		}
	})
	if _, err := os.Stat(filepath.Join(logo, "dormer-logo.png")); err != nil {
		t.Error(err)
	}
}

func TestAWrongTokenIsToldInThreePartsBelowTheField(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.tap("Continue")
		w.desk.Fails("TryToken", &say.Error{What: say.Words("ngrok does not take this token"), Err: errors.New("it was revoked"), Do: say.Words("Make a new one.")})
		w.types("ngrok token", "typed-by-hand\n")
		w.Wants("ngrok does not take this token: it was revoked. Make a new one.")
		if !w.button("Continue").Disabled() {
			t.Error("Continue with a wrong token")
		}
		w.desk.Fails("TryToken", nil)
		w.tap("Try again")
		w.Wants("The token works")
		w.tap("Replace…")
		w.Wants("We check it as you paste.")
		w.tap("Keep the old one")
		w.Wants("The token is set")
	})
}

func TestASlowAnswerIsWaitedForInPlainSight(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.tap("Continue")
		release := w.desk.Holds("TryToken")
		w.types("ngrok token", "typed")
		w.tap("Continue")
		w.Wants("It is being tried…")
		if !w.button("Continue").Disabled() {
			t.Error("Continue while the token is being tried")
		}
		release()
		w.Wants("Tell Hover about Dormer")
	})
}

func TestASavedTokenWithATunnelThatIsDown(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyNgrokToken, "t")
		w.news()
		w.tap("Continue")
		w.Wants("The token is set", "The connection is being made…")
		w.desk.Stands(func(s *engine.Status) {
			s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Red, Says: say.Words("ngrok cannot be reached"), Do: say.Words("Check the internet connection.")}}
		})
		w.news()
		w.Wants("ngrok cannot be reached", "Check the internet connection.")
		w.desk.Calls()
		w.tap("Try again")
		if calls := w.desk.Calls(); len(calls) != 1 || calls[0] != "Reconnect" {
			t.Errorf("the engine was asked %v", calls)
		}
	})
}

func TestAnAddressOfOnesOwn(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.tap("Continue")
		w.WantsNo("I have my own address that leads to this computer")
		w.tap("More choices")
		w.tap("Fewer choices")
		w.WantsNo("I have my own address that leads to this computer")
		w.tap("More choices")
		w.answer("I have my own address that leads to this computer")
		w.types("Your address", "http://roof.example\n")
		w.Wants("A whole address is wanted that begins with https://")
		w.pastes("Your address", "https://roof.example")
		w.WantsNo("A whole address is wanted that begins with https://")
		w.pastes("Where it ends on this computer", "nowhere")
		w.tap("Continue")
		w.Wants("A host and a port are wanted, such as 127.0.0.1:8465")
		w.pastes("Where it ends on this computer", "127.0.0.1:9000")
		w.desk.Fails("Set", &say.Error{What: say.Words("It could not be saved")})
		w.tap("Continue")
		w.Wants("It could not be saved")
		w.desk.Fails("Set", nil)
		w.types("Where it ends on this computer", "1\n")
		w.Wants("A message is on its way through your address.")
		w.WantsNo("Replace…") // there is no token in it
		w.desk.Stands(func(s *engine.Status) {
			s.Tunnel.Kind, s.Tunnel.State = "own", "online"
			s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}}
		})
		w.news()
		w.Wants("Your address leads here")
		w.answer("By ngrok")
		w.Wants("We check it as you paste.")
	})
}

func TestWhatTheStartDecidesIsShownAsFixed(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Gives(engine.KeyTunnel, "own")
		w.desk.Gives(engine.KeyListen, "127.0.0.1:7000")
		w.news()
		w.tap("Continue")
		w.Wants("Fixed by how Dormer was started.")
		w.WantsNo("More choices", "By ngrok", "A message is on its way through your address.")
		w.keys("https://roof.example\n") // the cursor stands in the field
		if got := w.desk.Saved(engine.KeyPublicURL); got != "https://roof.example" {
			t.Errorf("saved is %q", got)
		}
		w.Wants("A message is on its way through your address.")
	})
}

func TestAWrongPairIsToldBelowTheSecret(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyNgrokToken, "t")
		w.tunnelOpens()
		w.tap("Continue")
		w.tap("Continue")
		w.types("2 · Client ID, from Hover", "id\n") // Enter leads to the next field
		w.keys("hush-hush")
		w.desk.Fails("TryClient", &say.Error{What: say.Words("Hover did not accept this pair"), Do: say.Words("Copy the secret once more.")})
		w.types("3 · Client secret, from Hover", "\n")
		w.Wants("Hover did not accept this pair. Copy the secret once more. Hover shows the secret only once")
		w.tap("Back")
		w.tap("Continue")
		if _, f := w.Field("2 · Client ID, from Hover"); f.Text() != "id" {
			t.Errorf("the id is now %q", f.Text())
		}
		if _, f := w.Field("3 · Client secret, from Hover"); f.Text() != "hush-hush" {
			t.Errorf("the secret is now %q", f.Text())
		}
		w.WantsNo("hush-hush")
		w.desk.Fails("TryClient", nil)
		w.tap("Try again")
		w.Wants("Hover knows Dormer", "Your codes are stored safely. They are not shown again.")
		w.tap("Replace…")
		w.tap("Keep the old one")
		w.Wants("Hover's two codes are set")
	})
}

// signingIn opens the window where a person signs in.
func signingIn(t *testing.T, tell func(t *testing.T, w *window)) {
	t.Helper()
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyNgrokToken, "t", engine.KeyClientID, "id", engine.KeyClientSecret, "secret")
		w.tunnelOpens()
		w.v.GoTo(view.WizardSignIn)
		w.Wants("Sign in to Hover")
		tell(t, w)
	})
}

func TestASignInThatTakesOtherWays(t *testing.T) {
	signingIn(t, func(t *testing.T, w *window) {
		release := w.desk.Holds("BeginLogin")
		w.tap("Sign in with the browser")
		w.Wants("The sign-in is being prepared…")
		w.WantsNo("Copy the address")
		release()
		w.Settle()
		w.tap("Cancel")
		w.Wants("Sign in with the browser")
		w.tap("Sign in with the browser")
		w.tap("Open it again")
		w.desk.Fails("FinishLogin", &say.Error{What: say.Words("That address belongs to another sign-in")})
		w.pastes("Did the browser end on another page? Paste its address here", "https://hover.to/?code=1")
		w.Wants("That address belongs to another sign-in")
		w.desk.Fails("FinishLogin", nil)
		w.types("Did the browser end on another page? Paste its address here", "\n")
		w.Wants("You are signed in to Hover")
	})
	signingIn(t, func(t *testing.T, w *window) {
		w.desk.Fails("BeginLogin", &say.Error{What: say.Words("The sign-in could not begin"), Err: errors.New("the tunnel is down"), Do: say.Words("Go back a step.")})
		w.tap("Sign in with the browser")
		w.Wants("The sign-in could not begin: the tunnel is down. Go back a step.")
		w.desk.Fails("BeginLogin", nil)
		w.desk.Fails("OpenURL", errors.New("there is none"))
		w.tap("Sign in with the browser")
		w.Wants("The browser could not be opened")
		w.tap("Copy the address")
		if w.clipboard == "" {
			t.Error("nothing was copied")
		}
	})
	signingIn(t, func(t *testing.T, w *window) {
		w.tap("Sign in with the browser")
		w.desk.IsStranger(&engine.Stranger{Ours: engine.Org{ID: "111"}, Theirs: engine.Org{ID: "222"}})
		w.desk.SignsIn(&say.Error{What: say.Words("This data folder belongs to another Hover organization")})
		w.Wants("What is here now is of organization 111.", "organization 222")
		w.desk.Calls()
		w.tap("Begin anew with the other account")
		if calls := w.desk.Calls(); len(calls) != 1 || calls[0] != "AcceptStranger" {
			t.Errorf("the engine was asked %v", calls)
		}
	})
}

func TestPeopleThatHoverDoesNotList(t *testing.T) {
	signingIn(t, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyActingUser, "7")
		w.desk.Fails("Users", &say.Error{What: say.Words("The people of the account could not be listed")})
		w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn = true })
		w.news()
		w.tap("Continue")
		w.Wants("The people of the account could not be listed", "User 7")
		w.desk.Fails("Users", nil)
		w.desk.Has([]hover.User{{ID: "7", FirstName: "Dana"}}, nil)
		w.tap("Try again")
		w.Wants("Dana")
		w.WantsNo("The people of the account could not be listed", "User 7")
	})
}

func TestAWebhookThatDoesNotWork(t *testing.T) {
	signingIn(t, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyActingUser, "7")
		w.desk.Stands(func(s *engine.Status) {
			s.Hover.SignedIn = true
			s.Lamps[1] = engine.Lamp{Name: "webhook", State: engine.Red, Says: say.Words("Hover refuses it"), Do: say.Words("Ask an admin.")}
		})
		w.news()
		w.tap("Continue")
		w.tap("Continue")
		w.Wants("Hover refuses it\nAsk an admin.")
		release := w.desk.Holds("Reregister")
		w.tap("Try again")
		w.WantsNo("Try again") // while it is being tried
		release()
		w.Wants("Try again")
		w.tap("Go on without it")
		w.Wants("Try it once", "There is no job to test with now.")
		w.desk.Fails("TryNotice", &say.Error{What: say.Words("Nobody shows notifications here")})
		w.tap("Show me one")
		w.Wants("Nobody shows notifications here")
		w.desk.Fails("TryNotice", nil)
		w.tap("Show it again")
		w.tap("No")
		w.Wants("Look into this computer's settings for notifications")
		w.desk.Has(nil, []engine.JobView{{ID: "3", Name: "Trial", State: hover.JobProcessingUpload}})
		w.news()
		w.answer("Choose a job…")
		w.answer("Trial")
		w.desk.Fails("TestJob", &say.Error{What: say.Words("The test could not be started")})
		w.tap("Run the test")
		w.tap("Fill it with made-up figures")
		w.Wants("The test could not be started")
	})
}

func TestTheStepsAtTheSideLeadBack(t *testing.T) {
	signingIn(t, func(t *testing.T, w *window) {
		if !w.button("Test").Disabled() {
			t.Error("a step can be gone to that nobody has come to")
		}
		w.tap("ngrok tunnel")
		w.Wants("Give Hover a way in")
		w.tap("Sign in")
		w.Wants("Sign in to Hover")
	})
}

func TestTheFirstRunIsClosedAndFoundAgain(t *testing.T) {
	signingIn(t, func(t *testing.T, w *window) {
		w.tap("Close for now")
		if w.done != 1 {
			t.Errorf("closed %d times", w.done)
		}
		w.news()
		w.Wants("Sign in to Hover")
	})
}

func TestTheLanguageChangesWhileOneLooks(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.speak(words.English)
		w.v.Applied = func(_, language string) { w.speak(language) }
		w.answer("As this computer")
		w.answer("Español")
		w.Wants("Bienvenido a Dormer", "Continuar")
		w.WantsNo("Continue")
		if got := w.desk.Saved(engine.KeyLanguage); got != "es" {
			t.Errorf("saved is %q", got)
		}
		w.tap("Continuar")
		w.Wants("Abra una entrada para Hover")
		w.answer("Bienvenida")
		w.answer("Español")
		w.answer("English")
		w.Wants("Welcome to Dormer")
	})
}

func TestTheDemoHasNothingToSetUp(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Stands(func(s *engine.Status) { s.Demo = true })
		w.news()
		w.Wants("This is the demo: everything is set up already.")
		w.WantsNo("Try the demo")
	})
}

func TestTheKeyboardLeadsThrough(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		c := w.Window.Canvas()
		for range 12 { // the way to Continue
			if b, ok := c.Focused().(*parts.Button); ok && b.Text() == "Continue" {
				break
			}
			c.(interface{ FocusNext() }).FocusNext()
		}
		w.keys("\n")
		w.Wants("Give Hover a way in")
		w.keys("t0ken\n") // the cursor stands in the field
		w.Wants("The token works")
	})
}

func TestANarrowWindowCountsTheSteps(t *testing.T) {
	inWindow(t, 560, 420, func(t *testing.T, w *window) {
		w.Wants("Step 1 of 7", "Close for now")
		w.WantsNo("Set up Dormer")
		w.tap("Close for now")
		if w.done != 1 {
			t.Errorf("closed %d times", w.done)
		}
		w.Window.Resize(fyne.NewSize(width, height))
		w.Wants("Set up Dormer")
		w.WantsNo("Step 1 of 7")
		if n := len(slices.DeleteFunc(w.Texts(), func(s string) bool { return s != "Close for now" })); n != 1 {
			t.Errorf("there are %d ways to close it", n)
		}
	})
}

func TestInAWideWindowTheLinesStayShort(t *testing.T) {
	inWindow(t, 1180, 760, func(t *testing.T, w *window) {
		on := w.button("Continue")
		if end := fyne.CurrentApp().Driver().AbsolutePositionForObject(on).X + on.Size().Width; end > 960 {
			t.Errorf("the column ends at %v", end)
		}
	})
}

func TestEveryStepBeginsAtItsTop(t *testing.T) {
	inWindow(t, 560, 420, func(t *testing.T, w *window) {
		var scroll *container.Scroll
		w.Each(func(o fyne.CanvasObject) {
			if s, ok := o.(*container.Scroll); ok && scroll == nil {
				scroll = s
			}
		})
		scroll.ScrollToBottom()
		if scroll.Offset.Y == 0 {
			t.Fatal("the welcome fits into a low window")
		}
		w.tap("Continue")
		if scroll.Offset.Y != 0 {
			t.Errorf("the next step begins %.0f below its top", scroll.Offset.Y)
		}
	})
}

func TestAnotherRedirectAddressIsToBeCopiedAnew(t *testing.T) {
	inWindow(t, width, height, func(t *testing.T, w *window) {
		w.desk.Saves(engine.KeyNgrokToken, "t")
		w.tunnelOpens()
		w.tap("Continue")
		w.tap("Continue")
		w.tap("Copy")
		w.news()
		w.Wants("Copied")
		w.desk.Redirects("https://other.ngrok-free.app/oauth/callback")
		w.news()
		w.tap("Copy")
		if w.clipboard != "https://other.ngrok-free.app/oauth/callback" {
			t.Errorf("on the clipboard is %q", w.clipboard)
		}
	})
}

// TestNothingIsCutOffInAnyLanguageOrWidth looks at every step in both languages, in a wide
// and in a narrow window: no line of text leaves the window or is shortened.
func TestNothingIsCutOffInAnyLanguageOrWidth(t *testing.T) {
	for _, language := range []string{words.English, words.Spanish} {
		for _, wide := range []float32{width, 560} {
			inWindow(t, wide, height, func(t *testing.T, w *window) {
				w.speak(language)
				w.desk.Saves(engine.KeyNgrokToken, "t", engine.KeyClientID, "id", engine.KeyClientSecret, "s", engine.KeyActingUser, "7")
				w.desk.Has([]hover.User{{ID: "7", FirstName: "Dana"}}, []engine.JobView{{ID: "3", Name: "Trial", State: hover.JobUploading}})
				w.tunnelOpens()
				w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn, s.Updates = true, true })
				w.news()
				for step := view.WizardWelcome; step <= view.WizardTest; step++ {
					if step == view.WizardWebhook {
						w.look(step)
						w.v.Skip()
						w.Settle()
						continue
					}
					w.look(step)
					w.v.Next()
					w.Settle()
				}
			})
		}
	}
}

// look fails where a line of text leaves the window at the right, or is shortened.
func (w *window) look(step view.WizardStep) {
	w.t.Helper()
	d := fyne.CurrentApp().Driver()
	w.Each(func(o fyne.CanvasObject) {
		t, ok := o.(*canvas.Text)
		if !ok || t.Text == "" {
			return
		}
		if right := d.AbsolutePositionForObject(t).X + t.MinSize().Width; right > w.Window.Canvas().Size().Width {
			w.t.Errorf("step %d: %q ends at %.0f", step, t.Text, right)
		}
		if r := []rune(t.Text); r[len(r)-1] == '…' && !w.isText(t.Text) {
			w.t.Errorf("step %d: %q is shortened", step, t.Text)
		}
	})
}

// isText says whether a text that ends in an ellipsis was written so.
func (w *window) isText(s string) bool {
	for _, key := range []string{
		words.T("wizard.replace"), words.T("wizard.save_logo"), words.T("wizard.check_working"), words.T("wizard.job_choose"),
	} {
		if s == key {
			return true
		}
	}
	return false
}

func TestInALowWindowWhatClosesDoesNotLieOverTheSteps(t *testing.T) {
	for _, height := range []float32{700, 480, 420, 380, 320, 260} {
		inWindow(t, 900, height, func(t *testing.T, w *window) {
			closes, on := w.button("Close for now"), w.button("Continue")
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject
			if bottom := at(on).Y + on.Size().Height; bottom > height {
				t.Errorf("at a height of %v Continue ends at %v", height, bottom)
			}
			if !w.Reads("Test") {
				return // no steps: the side has made room
			}
			last := w.button("Test")
			if end := at(last).Y + last.Size().Height; end > height || end > at(closes).Y && at(closes).X < 260 {
				t.Errorf("at a height of %v the steps end at %v, and what closes is at %v", height, end, at(closes))
			}
		})
	}
}
