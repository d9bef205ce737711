//go:build !nogui

package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/window"
	"dormer/internal/words"
)

func TestThePagesAreReachedByTapsAndByKeys(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.Wants("Jobs", "1420 Sycamore Lane", "Connected to Hover")
		for i, c := range []struct{ name, says string }{
			{"Jobs", "1420 Sycamore Lane"}, {"Inbox", "No alerts"}, {"Capture requests", "Ask somebody"},
			{"Health", "Test the connection"}, {"Settings", "Folders and names"}, {"Show", "Export…"},
		} {
			o.tap(c.name)
			if !o.Reads(c.says) && i != 1 {
				t.Errorf("after a tap on %s %q is not to be read", c.name, c.says)
			}
			if o.d.frame.now != view.Pages()[i] {
				t.Errorf("after a tap on %s the page is %s", c.name, o.d.frame.now)
			}
		}
		for i, k := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6} {
			if o.press(k); o.d.frame.now != view.Pages()[i] {
				t.Errorf("after Ctrl %s the page is %s", k, o.d.frame.now)
			}
		}
		o.press(fyne.Key2)
		if o.press(fyne.KeyComma); o.d.frame.now != engine.PageSettings {
			t.Errorf("after Ctrl , the page is %s", o.d.frame.now)
		}
		o.press(fyne.KeyF)
		if o.d.frame.now != engine.PageJobs || o.d.window.Canvas().Focused() == nil {
			t.Errorf("after Ctrl F the page is %s, with the cursor in %v", o.d.frame.now, o.d.window.Canvas().Focused())
		}
		o.d.window.Canvas().Unfocus()
		o.d.window.Canvas().OnTypedRune()('?')
		o.Wants("What the keys do")
		o.press(fyne.Key3)
		if o.d.frame.now != engine.PageJobs {
			t.Error("a key reached the window behind a dialog")
		}
		o.key(fyne.KeyEscape)
		o.WantsNo("What the keys do")
		o.press(fyne.KeyQ)
		if !slices.Contains(o.watcher.Noted(), "stop") || o.system.quit != 1 {
			t.Error("Ctrl Q does not quit")
		}
	})
}

func TestATabWalksThroughTheWholeWindow(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Health")
		seen := map[fyne.Focusable]bool{}
		for range 40 {
			o.d.window.Canvas().FocusNext()
			seen[o.d.window.Canvas().Focused()] = true
		}
		for name, item := range o.d.frame.items {
			if !seen[item] {
				t.Errorf("Tab does not reach %s", name)
			}
		}
		if !seen[o.d.frame.status] {
			t.Error("Tab does not reach the card that says how Dormer is")
		}
	})
}

func TestTheWindowIsAsItWasLeft(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		if err := o.desk.Remember(t.Context(), "window", json.RawMessage(`{"Width":800,"Height":620,"Page":"activity"}`)); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, o *office) {
		if size := o.d.window.Canvas().Size(); size != fyne.NewSize(800, 620) || o.d.frame.now != engine.PageActivity {
			t.Errorf("it is %v, with the page %s", size, o.d.frame.now)
		}
		o.tap("Inbox")
		o.d.quit()
		o.Settle()
		o.d.remember()
		if got := o.d.shell.Recall(t.Context()); got != (view.Windowed{Width: 800, Height: 620, Page: engine.PageInbox}) {
			t.Errorf("remembered is %+v", got)
		}
	})
}

func TestANarrowWindowHasAMenu(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.WantsNo("Menu")
		o.d.window.Resize(fyne.NewSize(600, 700))
		o.Wants("Menu", "1420 Sycamore Lane")
		o.WantsNo("Capture requests", "Connected to Hover")
		o.tap("Menu")
		o.Wants("Capture requests", "Connected to Hover")
		o.key(fyne.KeyEscape)
		o.WantsNo("Connected to Hover")
		o.tap("Menu")
		o.tap("Health")
		o.Wants("Test the connection")
		o.WantsNo("Connected to Hover")
	})
}

// As with text twice as large on a small screen.
func TestInALowWindowTheMenuScrolls(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.d.window.Resize(fyne.NewSize(590, 340))
		o.tap("Menu")
		names := 0
		for _, text := range o.Texts() {
			if text == "Dormer" {
				names++
			}
		}
		if names != 1 {
			t.Errorf("its name stands there %d times", names)
		}
		settings := o.d.frame.items[engine.PageSettings]
		o.d.window.Canvas().Focus(settings)
		o.Settle()
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject
		if end, status := at(settings).Y+settings.Size().Height, at(o.d.frame.status).Y; end > status {
			t.Errorf("the last entry ends at %v, below %v where the card begins that says how Dormer is", end, status)
		}
		o.tap("Settings")
		if o.d.frame.now != engine.PageSettings {
			t.Errorf("the page is %s", o.d.frame.now)
		}
	})
}

func TestTheFirstRunIsOfferedOnceAndCanBeLeft(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		o.desk.Stands(func(s *engine.Status) { s.State = engine.StateSetup })
	}, func(t *testing.T, o *office) {
		o.Wants("Welcome to Dormer")
		o.WantsNo("Capture requests", "Dormer is not set up yet")
		o.tap("Close for now")
		o.Wants("Capture requests", "Dormer is not set up yet", "Not set up")
		o.desk.mu.Lock()
		o.desk.unread = 1
		o.desk.mu.Unlock()
		o.news()
		o.WantsNo("Welcome to Dormer")
		o.tap("Set up")
		o.Wants("Welcome to Dormer")
		o.tap("Close for now")
		o.d.frame.status.Tapped(nil)
		o.Wants("Welcome to Dormer")
		if o.d.present().Page != engine.PageJobs {
			t.Errorf("the page to come back to is %s", o.d.present().Page)
		}
	})
}

func TestWhatWentWrongIsSaidQuietlyForAWhile(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.key(fyne.KeyF5)
		if got := o.desk.Noted(); !slices.Contains(got, "catch up") {
			t.Errorf("it asked %q", got)
		}
		o.Wants("Hover was not asked. Sign in, on the Health page.")
		if len(o.d.window.Canvas().Overlays().List()) != 0 {
			t.Error("a dialog stands in the way")
		}
		time.Sleep(barStays - time.Second) // sleep: the bubble's own
		o.d.deps.Tell(errors.New("the disk is full"))
		o.Wants("the disk is full")
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		o.Wants("the disk is full") // the clock of the first one is not its
		o.key(fyne.KeyEscape)
		o.WantsNo("the disk is full")
	})
}

func TestThemeAndLanguageChangeWhileTheWindowIsOpen(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		ground := func() any {
			return o.system.Settings().Theme().Color(theme.ColorNameBackground, o.system.Settings().ThemeVariant())
		}
		of := func(v look.Variant) any { return look.New(v).Color(theme.ColorNameBackground, 0) }
		if ground() != of(look.Light) {
			t.Error("it is not light")
		}
		o.tap("Health")
		o.desk.Saves(engine.KeyTheme, "dark", engine.KeyLanguage, "es")
		o.news()
		if ground() != of(look.Dark) {
			t.Error("it is not dark")
		}
		o.Wants("Estado", "Conectado con Hover", "Trabajos")
		o.WantsNo("Jobs", "Connected to Hover")
		if o.d.frame.now != engine.PageHealth {
			t.Errorf("the page is %s", o.d.frame.now)
		}
		o.d.applied(engine.KeyLanguage, "en") // as the settings page does
		o.Wants("Jobs", "Connected to Hover")
		o.d.applied(engine.KeyTheme, "light")
		if ground() != of(look.Light) {
			t.Error("it is not light again")
		}
	})
}

// What was seen before the language was chosen in the first run speaks it, too.
func TestAPageThatWasMadeBeforeSpeaksTheLanguageOfTheFirstRun(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Health")
		english := words.T("health.report")
		o.Wants(english)
		o.d.ShowWizard()
		o.d.applied(engine.KeyLanguage, "es")
		o.d.ShowHealth()
		o.Wants(words.T("health.report"))
		o.WantsNo(english)
	})
}

func TestTheDemoSaysThatItIsOne(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.WantsNo("Demo")
		o.desk.Stands(func(s *engine.Status) { s.Demo = true })
		o.news()
		o.Wants("Demo", "1420 Sycamore Lane")
	})
}

func TestTheCountOfNewAlertsStandsInTheWindow(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.desk.mu.Lock()
		o.desk.unread = 7
		o.desk.mu.Unlock()
		o.news()
		o.Wants("7")
	})
}

func TestWhatAPersonHasToDoStandsAboveThePages(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.desk.Stands(func(s *engine.Status) {
			s.State, s.Lamps = engine.StateDegraded, []engine.Lamp{{Name: "hover", State: engine.Red, Says: say.Words("Hover has ended the sign-in")}}
		})
		o.news()
		o.Wants("Needs attention", "Hover has ended the sign-in")
		o.tap("What to do")
		if o.d.frame.now != engine.PageHealth {
			t.Errorf("the page is %s", o.d.frame.now)
		}
	})
}

// TestHowTheWindowIsIsKeptSoonAfterItChanged: it may be killed at any moment.
func TestHowTheWindowIsIsKeptSoonAfterItChanged(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Health")
		o.d.window.Resize(fyne.NewSize(900, 640))
		time.Sleep(keepAfter) // sleep: the bubble's own
		o.Settle()
		if got := o.d.shell.Recall(t.Context()); got != (view.Windowed{Width: 900, Height: 640, Page: engine.PageHealth}) {
			t.Errorf("kept is %+v", got)
		}
	})
}

func TestClosingTheWindowLeavesDormerInTheTray(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.d.closing()
		o.Settle()
		if o.system.quit != 1 || slices.Contains(o.watcher.Noted(), "stop") {
			t.Errorf("the window ended %d times, and Dormer with it", o.system.quit)
		}
		if !slices.Contains(o.desk.Calls(), "ClosedToTray") {
			t.Error("nobody hears that it goes on in the tray")
		}
	})
}

func TestWithoutATrayAPersonIsAskedOnce(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.watcher.now(func() { o.watcher.tray = false })
		for range 2 {
			o.d.closing()
			o.Settle()
		}
		o.Wants("Keep Dormer working?", "This desktop has no tray")
		if len(o.d.window.Canvas().Overlays().List()) != 1 {
			t.Error("it is asked twice at once")
		}
		o.tap("Keep working")
		o.WantsNo("Keep Dormer working?")
		o.d.closing()
		o.Wants("Dormer goes on in this window")
		o.WantsNo("Keep Dormer working?")
		if o.system.quit != 0 {
			t.Error("the window has gone")
		}
		o.tap("Quit Dormer")
		if !slices.Contains(o.watcher.Noted(), "stop") || o.system.quit != 1 {
			t.Error("it does not quit")
		}
	})
}

func TestAPanelThatCameBackTakesTheWindow(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.watcher.now(func() { o.watcher.tray = false })
		o.d.closing()
		o.Settle()
		o.watcher.now(func() { o.watcher.tray = true })
		o.d.closing()
		o.Settle()
		if o.system.quit != 1 {
			t.Error("the window stays")
		}
	})
}

// TestADormerThatCannotBeStoppedIsTold: the window stays, for what else could be done.
func TestADormerThatCannotBeStoppedIsTold(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.watcher.now(func() { o.watcher.stops = errors.New("it does not listen") })
		o.d.quit()
		o.Wants("it does not listen")
		if o.system.quit != 0 {
			t.Error("the window has gone")
		}
	})
}

func TestAnOrderIsAnsweredWhenItIsToBeSeen(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.orders(window.Order{N: 1, Show: engine.ShowRequest{Job: "2"}})
		if o.d.frame.now != engine.PageJobs || o.watcher.drawn != 1 {
			t.Fatalf("the page is %s, and answered was %d", o.d.frame.now, o.watcher.drawn)
		}
		o.Wants("88 Harbor View Rd")
		for i, page := range []engine.Page{engine.PageInbox, engine.PageHealth, engine.PageSettings, engine.PageWizard} {
			o.orders(window.Order{N: 2 + i, Show: engine.ShowRequest{Page: page}})
			if o.d.frame.now != page || o.watcher.drawn != 2+i {
				t.Errorf("the page is %s, not %s, and answered was %d", o.d.frame.now, page, o.watcher.drawn)
			}
		}
		o.orders(window.Order{N: 8, Show: engine.ShowRequest{Page: engine.PageSearch}})
		if o.d.frame.now != engine.PageJobs || o.d.window.Canvas().Focused() == nil {
			t.Errorf("the page is %s, with the cursor in %v", o.d.frame.now, o.d.window.Canvas().Focused())
		}
		o.d.Pick("3")
		o.Settle()
		if o.d.frame.pages.picker == nil {
			t.Error("the picker is not open")
		}
		o.d.Pick("1") // while the first is open
		o.Settle()
		if n := len(o.d.window.Canvas().Overlays().List()); n != 1 {
			t.Errorf("%d dialogs are open", n)
		}
		o.key(fyne.KeyEscape)
		if o.d.frame.pages.picker != nil {
			t.Error("the picker is still open")
		}
		o.orders(window.Order{N: 11})
		if o.d.frame.now != engine.PageJobs || o.watcher.drawn != 11 {
			t.Error("a second start changes the page, or is not answered")
		}
		o.orders(window.Order{Leave: true})
		if o.system.quit != 1 {
			t.Error("it does not leave")
		}
	})
}

// TestAWatcherThatHasGoneIsWaitedForThenMissed: ten seconds are enough for one that
// starts again; then somebody has to start it.
func TestAWatcherThatHasGoneIsWaitedForThenMissed(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.watcher.now(func() { o.watcher.gone = true })
		close(o.watcher.orders)
		o.Settle()
		o.d.deps.Tell(errors.New("nobody answers"))
		o.WantsNo("nobody answers")
		time.Sleep(watcherWithin - time.Second) // sleep: the bubble's own
		o.Settle()
		o.WantsNo("Dormer has stopped")
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		o.Wants("Dormer has stopped")
		o.tap("Start Dormer")
		if o.starts != 1 {
			t.Errorf("it was started %d times", o.starts)
		}
		o.watcher.now(func() { o.watcher.gone, o.watcher.orders = false, make(chan window.Order) })
		time.Sleep(2 * time.Second) // sleep: the bubble's own
		o.Settle()
		o.WantsNo("Dormer has stopped")
		o.orders(window.Order{N: 1, Show: engine.ShowRequest{Page: engine.PageHealth}})
		if o.d.frame.now != engine.PageHealth {
			t.Errorf("the page is %s", o.d.frame.now)
		}
	})
}

func TestSignInLeadsToTheSignInNotToTheWelcome(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		o.desk.Saves(engine.KeyNgrokToken, "set", engine.KeyClientID, "q8Y", engine.KeyClientSecret, "set")
		if err := o.desk.Remember(t.Context(), "wizard", json.RawMessage(`{"step":"welcome","reached":"test","finished":true}`)); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, o *office) {
		o.d.ShowWizard()
		o.Settle()
		o.Wants("Welcome to Dormer") // who has finished looks at it from the beginning
		o.tap("Close for now")
		o.d.ShowSignIn()
		o.Settle()
		o.Wants("Sign in to Hover")
		o.WantsNo("Welcome to Dormer")
		o.tap("Close for now")
		o.desk.Saves(engine.KeyClientSecret, "")
		o.d.ShowSignIn()
		o.Settle()
		o.WantsNo("Sign in to Hover") // without the integration nobody can
	})
}

// A person chooses folders in the dialog that they know from all their programs; in ours
// where the desktop has none.
func TestFoldersAreChosenInTheDesktopsOwnDialog(t *testing.T) {
	var chosen, asked []string
	answer, wrong, hangs := "/home/dana/Houses", error(nil), false
	with := func(_ *office, w *Wiring) {
		w.Choose = func(ctx context.Context, title, start, name string) (string, error) {
			asked = append(asked, title+"|"+start+"|"+name)
			if hangs {
				<-ctx.Done()
				return "", ctx.Err()
			}
			return answer, wrong
		}
	}
	inOffice(t, with, func(t *testing.T, o *office) {
		take := func(path string) { chosen = append(chosen, path) }
		hangs = true
		o.d.ChooseFolder("/home/dana", take)
		o.Settle()
		hangs = false
		o.d.ChooseFolder("/home/dana", take) // the first one does not answer
		o.Settle()
		answer = "/home/dana/house.csv"
		o.d.SaveFile("house.csv", take)
		o.Settle()
		answer = "" // they change their mind
		o.d.SaveFile("house.csv", take)
		o.Settle()
		if want := []string{"/home/dana/Houses", "/home/dana/house.csv"}; !slices.Equal(chosen, want) {
			t.Errorf("chosen are %q, want %q", chosen, want)
		}
		want := []string{"Choose a folder|/home/dana|", "Choose a folder|/home/dana|", "Save as||house.csv", "Save as||house.csv"}
		if !slices.Equal(asked, want) {
			t.Errorf("asked was %q", asked)
		}
		o.WantsNo("Cancel")
		wrong = errors.New("there is none")
		o.d.ChooseFolder("", take)
		o.Settle()
		o.Wants("Choose a folder", "Cancel")
	})
}
