package view_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/assets"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// firstRun is a first run on the way, with the engine it talks to.
type firstRun struct {
	*view.Wizard
	t        *testing.T
	thread   *viewtest.Thread
	desk     *viewtest.Desk
	finished int
}

// aFirstRun tells a story of the first run in a new window.
func aFirstRun(t *testing.T, tell func(t *testing.T, w *firstRun)) {
	t.Helper()
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		w := &firstRun{t: t, thread: thread, desk: viewtest.NewDesk()}
		w.start()
		tell(t, w)
	})
}

// start opens the window anew, as after a new start of the program.
func (w *firstRun) start() {
	w.Wizard = view.NewWizard(w.thread.Deps(w.desk))
	w.Finished = func() { w.finished++ }
}

// opened shows the first run and waits for its first state.
func (w *firstRun) opened() *firstRun {
	w.t.Helper()
	w.Reload()
	w.thread.Settle()
	return w
}

// settled waits for all answers and gives what is shown then.
func (w *firstRun) settled() view.WizardState {
	w.thread.Settle()
	return w.State()
}

func (w *firstRun) wantStep(step view.WizardStep) {
	w.t.Helper()
	if s := w.settled(); s.Step != step {
		w.t.Errorf("step %d is shown, want %d", s.Step, step)
	}
}

func (w *firstRun) wantReady(ready bool) {
	w.t.Helper()
	if s := w.settled(); s.Ready != ready {
		w.t.Errorf("step %d: Continue may be pressed: %v, want %v", s.Step, s.Ready, ready)
	}
}

func (w *firstRun) wantCalls(want ...string) {
	w.t.Helper()
	if got := w.desk.Calls(); !slices.Equal(got, want) {
		w.t.Errorf("the engine was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// through goes as far as a step, all that it asks for being there.
func (w *firstRun) through(step view.WizardStep) *firstRun {
	w.t.Helper()
	sets := map[view.WizardStep]func(){
		view.WizardTunnel:  func() { w.desk.Saves(engine.KeyNgrokToken, "t"); w.tunnelOpens() },
		view.WizardClient:  func() { w.desk.Saves(engine.KeyClientID, "id", engine.KeyClientSecret, "secret") },
		view.WizardSignIn:  func() { w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn = true }) },
		view.WizardPeople:  func() { w.desk.Saves(engine.KeyActingUser, "7") },
		view.WizardWebhook: func() { w.webhookVerified() },
	}
	w.opened()
	for s := view.WizardWelcome; s < step; s++ {
		if set := sets[s]; set != nil {
			set()
		}
		w.opened()
		w.Next()
		w.wantStep(s + 1)
	}
	w.desk.Calls()
	return w
}

func (w *firstRun) tunnelOpens() {
	w.desk.Redirects("https://calm-otter.ngrok-free.app/oauth/callback")
	w.desk.Stands(func(s *engine.Status) {
		s.Tunnel.State, s.Tunnel.URL = "online", "https://calm-otter.ngrok-free.app"
		s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}, {Name: "webhook", State: engine.Amber}}
	})
}

func (w *firstRun) webhookVerified() {
	w.desk.Stands(func(s *engine.Status) {
		s.State, s.Webhook.State = engine.StateReady, "verified"
		s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}, {Name: "webhook", State: engine.Green}}
	})
}

func TestTheFirstRunBeginsAtTheWelcome(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		if s := w.State(); s.Loaded || s.Ready {
			t.Errorf("before the engine has answered: %+v", s)
		}
		w.opened()
		w.wantStep(view.WizardWelcome)
		w.wantReady(true)
		if s := w.State(); s.Reach != view.WizardTunnel || s.Done[view.WizardWelcome] {
			t.Errorf("reach %d, welcome done %v", s.Reach, s.Done[view.WizardWelcome])
		}
		w.GoTo(view.WizardClient) // not to be reached yet
		w.wantStep(view.WizardWelcome)
		w.Next()
		w.wantStep(view.WizardTunnel)
		if !w.State().Done[view.WizardWelcome] {
			t.Error("the welcome has no tick")
		}
		w.wantReady(false)
		w.Next()
		w.wantStep(view.WizardTunnel)
		w.Back()
		w.wantStep(view.WizardWelcome)
		w.Back()
		w.wantStep(view.WizardWelcome)
	})
}

func TestAPastedTokenIsTriedAtOnceAndThenSaved(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		w.TypeToken("ngrok config add-authtoken 2abcDEF_ghiJKL\n")
		if s := w.State(); s.Tunnel.Try.State != view.TrialRunning || s.Ready {
			t.Errorf("while it is tried: %+v", s.Tunnel)
		}
		s := w.settled()
		w.wantCalls("TryToken 2abcDEF_ghiJKL", "Set ngrok_authtoken=(secret)")
		if w.desk.Saved(engine.KeyNgrokToken) != "2abcDEF_ghiJKL" {
			t.Error("the token was not saved")
		}
		if !s.Tunnel.Set() || s.Tunnel.Token != "" || s.Tunnel.AsksToken() {
			t.Errorf("the token is still to be seen: %+v", s.Tunnel)
		}
		w.wantReady(true) // the tunnel itself may take a moment
		w.Next()
		w.wantStep(view.WizardClient)
	})
}

func TestATypedTokenIsTriedByContinue(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		for i := range len("2abcDEF_ghiJKL") {
			w.TypeToken("2abcDEF_ghiJKL"[:i+1])
		}
		w.settled()
		w.wantCalls()
		w.wantReady(true)
		w.Next()
		w.wantStep(view.WizardClient)
		w.wantCalls("TryToken 2abcDEF_ghiJKL", "Set ngrok_authtoken=(secret)")
	})
}

func TestAWrongTokenKeepsThePersonThereUntilAnotherIsTyped(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		wrong := &say.Error{What: say.Words("ngrok does not know this token"), Do: say.Words("Copy it once more.")}
		w.desk.Fails("TryToken", wrong)
		w.TypeToken("wrong-wrong-wrong")
		s := w.settled()
		if s.Tunnel.Try.State != view.TrialFailed || !errors.Is(s.Tunnel.Try.Err, wrong) || s.Ready || s.Tunnel.Set() {
			t.Errorf("a wrong token: %+v", s.Tunnel)
		}
		if s.Tunnel.Token != "wrong-wrong-wrong" {
			t.Error("what was typed is lost")
		}
		w.Next()
		w.wantStep(view.WizardTunnel)
		w.EnterTunnel() // Enter tries the same once more: the line may have been down
		w.settled()
		w.wantCalls("TryToken wrong-wrong-wrong", "TryToken wrong-wrong-wrong")
		w.desk.Fails("TryToken", nil)
		w.TypeToken("right-right-right-right-right")
		w.settled()
		w.Next()
		w.wantStep(view.WizardClient)
	})
}

func TestASlowAnswerToAnOlderTokenCountsNoLonger(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		release := w.desk.Holds("TryToken")
		w.TypeToken("the-old-token-0")
		w.settled()
		w.TypeToken("")
		release()
		if s := w.settled(); s.Tunnel.Try.State != view.TrialNone || w.desk.Saved(engine.KeyNgrokToken) != "" {
			t.Errorf("the old token was taken: %+v", s.Tunnel)
		}
		w.wantReady(false)
	})
}

func TestATokenThatCannotBeKept(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		w.desk.Fails("Set", &say.Error{What: say.Words("The secret could not be kept")})
		w.TypeToken("2abcDEF_ghiJKL")
		if s := w.settled(); s.Tunnel.Try.State != view.TrialFailed || s.Tunnel.Set() || s.Ready {
			t.Errorf("a locked keyring: %+v", s.Tunnel)
		}
	})
}

func TestASavedTokenIsNotShownAndCanBeReplaced(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardClient)
		w.Back()
		s := w.settled()
		if s.Tunnel.AsksToken() || s.Tunnel.Token != "" || !s.Ready {
			t.Errorf("%+v", s.Tunnel)
		}
		w.ReplaceToken()
		if s := w.State(); !s.Tunnel.AsksToken() || s.Ready {
			t.Errorf("replacing: %+v", s.Tunnel)
		}
		w.Reload() // news in between takes nothing away
		w.TypeToken("half")
		w.Reload()
		if s := w.settled(); s.Tunnel.Token != "half" || !s.Tunnel.AsksToken() {
			t.Errorf("what was typed is lost: %+v", s.Tunnel)
		}
		w.KeepToken()
		if s := w.settled(); s.Tunnel.AsksToken() || !s.Ready || s.Tunnel.Token != "" {
			t.Errorf("kept: %+v", s.Tunnel)
		}
		w.wantCalls()
	})
}

func TestASavedTokenWhoseTunnelIsDownKeepsContinueShut(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.desk.Saves(engine.KeyNgrokToken, "t")
		w.desk.Stands(func(s *engine.Status) {
			s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Red, Says: say.Words("There is no internet"), Do: say.Words("Check the cable.")}}
		})
		w.opened()
		w.Next()
		w.wantStep(view.WizardTunnel)
		w.wantReady(false)
		if l := w.State().Tunnel.Lamp; l.Says.String() != "There is no internet" || l.Do.IsZero() {
			t.Errorf("it does not say why: %+v", l)
		}
		w.MendTunnel()
		if !w.State().Mending {
			t.Error("nothing shows that it is being tried")
		}
		w.settled()
		w.wantCalls("Reconnect")
		w.tunnelOpens()
		w.opened()
		w.wantReady(true)
	})
}

func TestAnAddressOfOnesOwnIsProvenBeforeItIsLeft(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTunnel)
		w.UseOwn(true)
		w.wantReady(false)
		w.TypePublicURL("http://roof.example")
		w.wantReady(true)
		w.Next()
		if s := w.settled(); s.Tunnel.PublicURLErr == nil || s.Ready || s.Step != view.WizardTunnel {
			t.Errorf("an address without https: %+v", s.Tunnel)
		}
		w.TypePublicURL("https://roof.example")
		w.TypeListen("nowhere")
		w.Next()
		if s := w.settled(); s.Tunnel.ListenErr == nil || s.Ready {
			t.Errorf("listening nowhere: %+v", s.Tunnel)
		}
		w.wantCalls()
		w.TypeListen("127.0.0.1:9000")
		w.Next()
		w.wantStep(view.WizardTunnel) // saved, and not proven
		w.wantCalls("Set listen=127.0.0.1:9000 public_url=https://roof.example tunnel=own")
		w.wantReady(false)
		w.desk.Stands(func(s *engine.Status) {
			s.Tunnel.Kind, s.Tunnel.State = "own", "online"
			s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Amber}}
		})
		w.opened()
		w.wantStep(view.WizardTunnel)
		w.desk.Stands(func(s *engine.Status) { s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}} })
		w.opened()
		w.wantStep(view.WizardClient) // Continue was pressed before
	})
}

func TestBackFromAnAddressOfOnesOwnToNgrok(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.desk.Saves(engine.KeyTunnel, "own", engine.KeyPublicURL, "https://roof.example", engine.KeyNgrokToken, "t")
		w.desk.Stands(func(s *engine.Status) {
			s.Tunnel.Kind, s.Tunnel.State = "own", "online"
			s.Lamps = []engine.Lamp{{Name: "tunnel", State: engine.Green}}
		})
		w.opened()
		w.Next()
		w.wantReady(true)
		if s := w.State().Tunnel; !s.Own || s.PublicURL != "https://roof.example" {
			t.Errorf("%+v", s)
		}
		w.UseOwn(false)
		w.settled()
		// ngrok would take the address for a domain that is reserved there.
		w.wantCalls("Set public_url= tunnel=ngrok")
		if s := w.State().Tunnel; s.Own || !s.Set() {
			t.Errorf("%+v", s)
		}
	})
	aFirstRun(t, func(t *testing.T, w *firstRun) { // without a token nothing is saved before there is one
		w.desk.Saves(engine.KeyTunnel, "own", engine.KeyPublicURL, "https://roof.example")
		w.opened()
		w.Next()
		w.UseOwn(false)
		w.opened()
		w.wantCalls()
		if s := w.State().Tunnel; s.Own || s.Set() || !s.AsksToken() {
			t.Errorf("the choice is lost: %+v", s)
		}
		w.TypeToken("2abcDEF_ghiJKL")
		w.settled()
		w.wantCalls("TryToken 2abcDEF_ghiJKL", "Set ngrok_authtoken=(secret) public_url= tunnel=ngrok")
	})
}

func TestWhatTheStartDecidesIsNotAskedFor(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.desk.Gives(engine.KeyTunnel, "own")
		w.desk.Gives(engine.KeyListen, "127.0.0.1:7000")
		w.through(view.WizardTunnel)
		w.UseOwn(false)
		if s := w.State().Tunnel; !s.Own || !s.KindFixed || !s.ListenFixed || s.PublicURLFixed || s.Set() {
			t.Errorf("%+v", s)
		}
		w.wantReady(false)
		w.TypePublicURL("https://roof.example")
		w.Next()
		w.settled()
		w.wantCalls("Set public_url=https://roof.example")
	})
}

func TestAPairIsTriedAsSoonAsBothAreThere(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardClient)
		if got := w.State().Client.Redirect; got != "https://calm-otter.ngrok-free.app/oauth/callback" {
			t.Errorf("redirect address %q", got)
		}
		w.TypeClientID("q8Yt2mPz6vRb")
		w.settled()
		w.wantCalls()
		w.wantReady(false)
		wrong := &say.Error{What: say.Words("Hover did not accept this pair")}
		w.desk.Fails("TryClient", wrong)
		w.TypeClientSecret("a secret that is wrong ")
		s := w.settled()
		if !errors.Is(s.Client.Try.Err, wrong) || s.Ready || s.Client.ID != "q8Yt2mPz6vRb" {
			t.Errorf("a wrong pair: %+v", s.Client)
		}
		w.wantCalls("TryClient q8Yt2mPz6vRb a secret that is wrong")
		w.Back() // going back loses nothing
		w.settled()
		w.Next()
		if s := w.settled(); s.Client.ID == "" || s.Client.Secret == "" || s.Step != view.WizardClient {
			t.Errorf("what was typed is lost: %+v", s.Client)
		}
		w.desk.Fails("TryClient", nil)
		w.TypeClientSecret("")
		w.TypeClientSecret("the right secret")
		s = w.settled()
		w.wantCalls("TryClient q8Yt2mPz6vRb the right secret", "Set hover_client_id=(secret) hover_client_secret=(secret)")
		if !s.Client.Set || s.Client.ID+s.Client.Secret != "" || s.Client.Asks() {
			t.Errorf("secrets are still to be seen: %+v", s.Client)
		}
		w.Next()
		w.wantStep(view.WizardSignIn)
		w.Back()
		w.ReplaceClient()
		w.wantReady(false)
		w.KeepClient()
		w.wantReady(true)
	})
}

func TestATypedPairIsTriedByContinue(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardClient)
		for i := range 5 {
			w.TypeClientID("12345"[:i+1])
			w.TypeClientSecret("abcde"[:i+1])
		}
		w.settled()
		w.wantCalls()
		release := w.desk.Holds("TryClient")
		w.Next()
		w.Next() // twice is once
		w.wantStep(view.WizardClient)
		release()
		w.wantStep(view.WizardSignIn)
		w.wantCalls("TryClient 12345 abcde", "Set hover_client_id=(secret) hover_client_secret=(secret)")
	})
}

func TestTheLogoForHoversFormIsSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logo.png")
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardClient)
		w.SaveLogo(path)
		if got := w.settled().Client.LogoAt; got != path {
			t.Errorf("saved at %q", got)
		}
		w.SaveLogo(filepath.Join(path, "below a file"))
		w.settled()
		if told := w.thread.Told(); len(told) != 1 {
			t.Errorf("told %v", told)
		}
	})
	if b, err := os.ReadFile(path); err != nil || !slices.Equal(b, assets.IntegrationLogoPNG) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestSigningInWithTheBrowser(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardSignIn)
		if s := w.State(); s.Ready || !s.SignIn.FreePage {
			t.Errorf("%+v", s.SignIn)
		}
		release := w.desk.Holds("BeginLogin")
		w.SignIn()
		if s := w.settled().SignIn; s.Phase != view.SignInBegins {
			t.Errorf("phase %d", s.Phase)
		}
		release()
		s := w.settled().SignIn
		w.wantCalls("BeginLogin", "OpenURL https://hover.to/oauth/authorize?state=1", "WaitLogin 1")
		if s.Phase != view.SignInWaiting || s.URL == "" {
			t.Errorf("%+v", s)
		}
		w.OpenSignIn()
		w.settled()
		w.wantCalls("OpenURL https://hover.to/oauth/authorize?state=1")
		w.desk.SignsIn(nil)
		if s := w.settled(); s.SignIn.Phase != view.SignInIdle || !s.SignIn.SignedIn || s.SignIn.Org.ID != "492855" || !s.Ready {
			t.Errorf("signed in: %+v", s.SignIn)
		}
		w.Next()
		w.wantStep(view.WizardPeople)
	})
}

func TestASignInThatHoverRefuses(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardSignIn)
		down := &say.Error{What: say.Words("The sign-in could not begin")}
		w.desk.Fails("BeginLogin", down)
		w.SignIn()
		if s := w.settled().SignIn; !errors.Is(s.Err, down) || s.Phase != view.SignInIdle {
			t.Errorf("%+v", s)
		}
		w.desk.Fails("BeginLogin", nil)
		w.SignIn()
		w.settled()
		no := &say.Error{What: say.Words("Hover did not accept the sign-in")}
		w.desk.SignsIn(no)
		if s := w.settled(); !errors.Is(s.SignIn.Err, no) || s.Ready {
			t.Errorf("%+v", s.SignIn)
		}
		w.desk.Fails("OpenURL", errors.New("there is no browser"))
		w.SignIn()
		if s := w.settled().SignIn; s.Phase != view.SignInWaiting || s.URL == "" || s.Err != nil || !s.NoBrowser {
			t.Errorf("without a browser: %+v", s)
		}
		w.CancelSignIn()
		if s := w.settled().SignIn; s.Phase != view.SignInIdle || s.Err != nil {
			t.Errorf("cancelled: %+v", s)
		}
	})
}

func TestPastingTheAddressThatTheBrowserEndedAt(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardSignIn)
		w.SignIn()
		w.settled()
		w.desk.Calls()
		no := &say.Error{What: say.Words("That address belongs to another sign-in")}
		w.desk.Fails("FinishLogin", no)
		w.TypePasted("https://hover.to/?code=old&state=0")
		if s := w.settled().SignIn; !errors.Is(s.Paste.Err, no) || s.Phase != view.SignInWaiting || s.Pasted == "" {
			t.Errorf("%+v", s)
		}
		w.desk.Fails("FinishLogin", nil)
		w.TypePasted("")
		w.TypePasted("https://hover.to/?code=new&state=1")
		if s := w.settled().SignIn; !s.SignedIn || s.Phase != view.SignInIdle || s.Pasted != "" || s.Err != nil {
			t.Errorf("%+v", s)
		}
		w.wantReady(true)
	})
}

func TestASignInWithAnotherAccountIsOfferedToBeginAnew(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardSignIn)
		w.SignIn()
		w.settled()
		w.desk.IsStranger(&engine.Stranger{Ours: engine.Org{ID: "1"}, Theirs: engine.Org{ID: "2"}})
		w.desk.SignsIn(&say.Error{What: say.Words("This data folder belongs to another Hover organization")})
		if s := w.settled().SignIn; s.Stranger == nil || s.Stranger.Theirs.ID != "2" {
			t.Errorf("%+v", s)
		}
		w.desk.Calls()
		w.AcceptStranger()
		w.settled()
		w.wantCalls("AcceptStranger")
	})
}

func TestWhoActsAndWhoseJobsAreTold(t *testing.T) {
	people := []hover.User{
		{ID: "7", FirstName: "Dana", LastName: "Whitfield", Email: "dana@whitfieldroofing.com", State: "activated"},
		{ID: "8", Email: "new@whitfieldroofing.com", State: "invited"},
		{ID: "9", FirstName: "Luis", LastName: "Ortega", Email: "luis@whitfieldroofing.com"},
	}
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.desk.Saves(engine.KeyActingUser, "7")
		w.desk.Fails("Users", errors.New("Hover is away"))
		w.through(view.WizardPeople)
		if s := w.State().People; s.Err == nil || s.Loading {
			t.Errorf("%+v", s)
		}
		w.wantReady(true) // the admin was chosen at the sign-in
		w.desk.Fails("Users", nil)
		w.desk.Has(people, nil)
		w.opened()
		w.wantCalls() // only by asking for it once more
		w.LoadPeople()
		if s := w.settled().People; s.Err != nil || len(s.Users) != 2 || s.Acting != "7" || s.Whose != "everyone" {
			t.Errorf("%+v", s)
		}
		w.ChooseActing("9")
		w.ChooseWhose("mine")
		if s := w.settled().People; s.Acting != "9" || s.Whose != "mine" {
			t.Errorf("%+v", s)
		}
		w.wantCalls("Users", "Set acting_user=9", "Set alerts_whose=mine")
		w.desk.Fails("Set", errors.New("the disk is full"))
		w.ChooseWhose("everyone")
		if s := w.settled().People; s.Whose != "mine" {
			t.Errorf("what is in force is not what is shown: %+v", s)
		}
		if told := w.thread.Told(); len(told) != 1 {
			t.Errorf("told %v", told)
		}
	})
}

func TestTheWebhooksChecklist(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardWebhook)
		want := func(states ...view.TrialState) {
			t.Helper()
			w.opened()
			checks := w.State().Webhook.Checks
			for i, c := range checks {
				if c.State != states[i] {
					t.Errorf("line %d is %d, want %d", i, c.State, states[i])
				}
			}
		}
		w.desk.Stands(func(s *engine.Status) { s.Lamps[0].State = engine.Amber })
		want(view.TrialGood, view.TrialRunning, view.TrialNone, view.TrialNone)
		w.desk.Stands(func(s *engine.Status) { s.Webhook.State = "pending" })
		want(view.TrialGood, view.TrialGood, view.TrialRunning, view.TrialNone)
		w.wantReady(false)
		w.desk.Stands(func(s *engine.Status) {
			s.Lamps[1] = engine.Lamp{Name: "webhook", State: engine.Red, Says: say.Words("The webhook could not be set up"), Do: say.Words("Wait.")}
		})
		want(view.TrialGood, view.TrialGood, view.TrialFailed, view.TrialNone)
		if c := w.State().Webhook.Checks[view.CheckVerified]; c.Says.IsZero() || c.Do.IsZero() {
			t.Errorf("it does not say why: %+v", c)
		}
		w.desk.Calls()
		w.MendWebhook()
		w.settled()
		w.wantCalls("Reregister")
		w.desk.Stands(func(s *engine.Status) {
			s.Webhook.State, s.Lamps[1].State = "verified", engine.Green
			s.Lamps[0] = engine.Lamp{Name: "tunnel", State: engine.Red, Says: say.Words("The ping did not come back")}
		})
		want(view.TrialGood, view.TrialGood, view.TrialGood, view.TrialFailed)
		w.MendWebhook()
		w.settled()
		w.wantCalls("Reconnect")
		w.wantReady(false)
		w.webhookVerified()
		want(view.TrialGood, view.TrialGood, view.TrialGood, view.TrialGood)
		w.wantReady(true)
	})
}

func TestTheWebhookMayBeLeftToItself(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardWebhook)
		w.Next()
		w.wantStep(view.WizardWebhook)
		w.Skip()
		w.wantStep(view.WizardTest)
		if s := w.State(); s.Done[view.WizardWebhook] || s.Reach != view.WizardTest {
			t.Errorf("done %v, reach %d", s.Done, s.Reach)
		}
		w.Skip() // is for the webhook alone
		w.wantStep(view.WizardTest)
	})
}

func TestATestNotification(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTest)
		w.TryNotice()
		if s := w.settled().Test; s.Notice.State != view.TrialGood || s.Seen != view.SeenUnsaid {
			t.Errorf("%+v", s)
		}
		w.SaySeen(false)
		if s := w.State().Test; s.Seen != view.SeenNo {
			t.Errorf("%+v", s)
		}
		w.desk.Fails("TryNotice", errors.New("nobody shows notifications"))
		w.TryNotice()
		if s := w.settled().Test; s.Notice.State != view.TrialFailed || s.Seen != view.SeenUnsaid {
			t.Errorf("%+v", s)
		}
		w.SaySeen(true)
		w.Next()
		w.settled()
		if w.finished != 1 {
			t.Errorf("finished %d times", w.finished)
		}
	})
}

func TestWhetherNewerDormersAreLookedForIsAskedWhereTheyCanBe(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTest)
		if s := w.settled().Test; s.Asks || s.Updates {
			t.Errorf("a build that looks for none asks: %+v", s)
		}
		w.desk.Stands(func(s *engine.Status) { s.Updates = true })
		w.Reload()
		if s := w.settled().Test; !s.Asks || s.Updates {
			t.Errorf("before anybody has said so: %+v", s)
		}
		for _, on := range []bool{true, false} {
			w.ChooseUpdates(on)
			if s, saved := w.settled().Test, w.desk.Saved(engine.KeyUpdates); s.Updates != on || saved != strconv.FormatBool(on) {
				t.Errorf("chosen was %v, shown is %v, saved %q", on, s.Updates, saved)
			}
		}
	})
}

func TestHoversFreeTestJob(t *testing.T) {
	jobs := []engine.JobView{
		{ID: "1", Name: "Done", State: hover.JobCompleted},
		{ID: "2", Name: "Trial", State: hover.JobUploading},
		{ID: "3", Name: "Trial two", State: hover.JobProcessingUpload},
	}
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTest)
		if s := w.State().Test; len(s.Jobs) != 0 {
			t.Errorf("%+v", s)
		}
		w.desk.Has(nil, jobs)
		w.opened()
		if s := w.State().Test; len(s.Jobs) != 2 || s.Jobs[0].ID != "2" || s.Jobs[1].ID != "3" {
			t.Errorf("only new jobs can be tested with: %+v", s.Jobs)
		}
		w.RunTestJob() // none is chosen
		w.settled()
		w.wantCalls()
		w.ChooseTestJob("3")
		no := &say.Error{What: say.Words("The test could not be started")}
		w.desk.Fails("TestJob", no)
		w.RunTestJob()
		if s := w.settled().Test; !errors.Is(s.Run.Err, no) {
			t.Errorf("%+v", s)
		}
		w.desk.Fails("TestJob", nil)
		w.RunTestJob()
		w.RunTestJob() // twice is once
		w.settled()
		w.wantCalls("TestJob 3 completed", "TestJob 3 completed")
		w.desk.Becomes("3", hover.JobWorking)
		w.opened()
		if s := w.State().Test; s.Came || s.News.State != hover.JobWorking || len(s.Jobs) != 2 {
			t.Errorf("%+v", s)
		}
		w.desk.Becomes("3", hover.JobCompleted)
		w.opened()
		if s := w.State().Test; !s.Came {
			t.Errorf("%+v", s)
		}
		w.ChooseTestJob("2")
		if s := w.settled().Test; s.Came || s.Run.State != view.TrialNone {
			t.Errorf("another one: %+v", s)
		}
	})
}

func TestLeavingAndComingBackAfterANewStart(t *testing.T) {
	for step := view.WizardWelcome; step <= view.WizardTest; step++ {
		aFirstRun(t, func(t *testing.T, w *firstRun) {
			w.through(step)
			w.start()
			w.opened()
			w.wantStep(step)
			w.Back()
			w.settled()
			w.start()
			w.opened()
			w.wantStep(max(step-1, view.WizardWelcome))
		})
	}
}

func TestComingBackAfterSomethingWasTakenAway(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTest)
		w.desk.Saves(engine.KeyClientSecret, "")
		w.start()
		w.opened()
		w.wantStep(view.WizardClient)
	})
}

func TestTheFirstRunHasDormerStartWithTheComputerUnlessThatIsUnticked(t *testing.T) {
	for _, c := range []struct {
		name  string
		given string
		tick  func(w *firstRun)
		want  string
		offer bool
	}{
		{"as it is", "", func(*firstRun) {}, "true", true},
		{"unticked", "", func(w *firstRun) { w.ChooseStart(false) }, "", true},
		{"fixed by how it was started", "false", func(*firstRun) {}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			aFirstRun(t, func(t *testing.T, w *firstRun) {
				w.desk.Gives(engine.KeyAutostart, c.given)
				w.through(view.WizardTest)
				if s := w.State(); s.CanStart != c.offer || !s.Start {
					t.Errorf("offered %v, ticked %v", s.CanStart, s.Start)
				}
				c.tick(w)
				w.Next()
				w.settled()
				if got := w.desk.Saved(engine.KeyAutostart); got != c.want || w.finished != 1 {
					t.Errorf("saved %q, want %q; finished %d times", got, c.want, w.finished)
				}
				if c.name == "unticked" { // who looks at it again has chosen
					w.start()
					if s := w.opened().State(); s.Start {
						t.Error("it is ticked again")
					}
				}
			})
		})
	}
}

func TestAFinishedFirstRunIsLookedAtFromTheFront(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardTest)
		w.Next()
		w.wantStep(view.WizardWelcome)
		w.start()
		w.opened()
		w.wantStep(view.WizardWelcome)
		s := w.State()
		if slices.Contains(s.Done[:], false) || s.Reach != view.WizardTest {
			t.Errorf("done %v, reach %d", s.Done, s.Reach)
		}
		w.GoTo(view.WizardPeople)
		w.wantStep(view.WizardPeople)
		if w.finished != 1 {
			t.Errorf("finished %d times", w.finished)
		}
	})
}

func TestWhatCannotBeRememberedOrAskedIsTold(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		for _, method := range []string{"Settings", "Status", "Recall", "RedirectURL", "Remember", "OpenURL"} {
			w.desk.Fails(method, errors.New(method+" failed"))
			w.start()
			w.opened()
			w.GoTo(view.WizardWelcome)
			w.OpenTokenPage()
			w.settled()
			if told := w.thread.Told(); len(told) != 1 || told[0].Error() != method+" failed" {
				t.Errorf("%s: told %v", method, told)
			}
			w.desk.Fails(method, nil)
		}
		w.desk.Calls()
		w.OpenHover()
		w.settled()
		w.wantCalls("OpenURL https://hover.to")
	})
}

func TestTheLanguageIsChosenForTheWholeWindow(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.opened()
		var chosen []string
		w.Applied = func(_, language string) { chosen = append(chosen, language) }
		w.SetLanguage("es")
		w.SetLanguage("en")
		if s := w.settled(); s.Language != "en" || !slices.Equal(chosen, []string{"es", "en"}) {
			t.Errorf("%q, %v", s.Language, chosen)
		}
		if got := w.desk.Saved(engine.KeyLanguage); got != "en" {
			t.Errorf("saved %q", got)
		}
	})
}

func TestTheWindowClosesWhileSomethingIsAwaited(t *testing.T) {
	aFirstRun(t, func(t *testing.T, w *firstRun) {
		w.through(view.WizardSignIn)
		w.SignIn()
		w.settled()
		w.desk.Holds("FinishLogin")
		w.TypePasted("https://hover.to/?code=1")
		w.settled()
		// The story's end waits for both.
	})
}
