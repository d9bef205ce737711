//go:build !nogui

package app

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/say"
)

func TestThePagesAreReachedByTapsAndByKeys(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.Wants("Jobs", "1420 Sycamore Lane", "Watching Hover")
		for i, c := range []struct{ name, says string }{
			{"Jobs", "1420 Sycamore Lane"}, {"Inbox", "No alerts"}, {"Capture requests", "Ask somebody"}, {"Activity", "Export…"},
			{"Health", "Test the whole chain"}, {"Settings", "Folders and names"},
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
		if o.press(fyne.KeyComma); o.d.frame.now != view.PageSettings {
			t.Errorf("after Ctrl , the page is %s", o.d.frame.now)
		}
		o.press(fyne.KeyF)
		if o.d.frame.now != view.PageJobs || o.d.window.Canvas().Focused() == nil {
			t.Errorf("after Ctrl F the page is %s, with the cursor in %v", o.d.frame.now, o.d.window.Canvas().Focused())
		}
		o.d.window.Canvas().Unfocus()
		o.d.window.Canvas().OnTypedRune()('?')
		o.Wants("What the keys do")
		o.press(fyne.Key3)
		if o.d.frame.now != view.PageJobs {
			t.Error("a key reached the window behind a dialog")
		}
		o.key(fyne.KeyEscape)
		o.WantsNo("What the keys do")
		o.press(fyne.KeyQ)
		if o.system.quit != 1 {
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

func TestTheCountOfNewAlertsStandsInTheWindowAndInTheTray(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.desk.mu.Lock()
		o.desk.unread = 7
		o.desk.mu.Unlock()
		o.news()
		o.Wants("7")
		if !strings.Contains(o.menu(), "7 new alerts\n") {
			t.Errorf("the menu is\n%s", o.menu())
		}
		o.choose("7 new alerts")
		if o.d.frame.now != view.PageInbox {
			t.Errorf("the page is %s", o.d.frame.now)
		}
	})
}

func TestTheTrayIsDrawnOnlyWhenItDiffers(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		menus, icons := len(o.system.menus), len(o.system.icons)
		for range 5 {
			o.news()
		}
		if len(o.system.menus) != menus || len(o.system.icons) != icons {
			t.Errorf("nothing changed, and %d menus and %d icons were drawn", len(o.system.menus)-menus, len(o.system.icons)-icons)
		}
		o.desk.Stands(func(s *engine.Status) {
			s.State, s.Lamps = engine.StateDegraded, []engine.Lamp{{Name: "hover", State: engine.Red, Says: say.Words("Hover has ended the sign-in")}}
		})
		o.news()
		if len(o.system.menus) != menus+1 || o.system.icons[len(o.system.icons)-1] != "tray-attention.png" {
			t.Errorf("%d menus, the icons were %v", len(o.system.menus)-menus, o.system.icons)
		}
		o.Wants("Needs attention", "Hover has ended the sign-in")
		o.tap("What to do")
		if o.d.frame.now != view.PageHealth {
			t.Errorf("the page is %s", o.d.frame.now)
		}
	})
}

func TestThePDFOpensFromTheTrayWhereverTheWindowIs(t *testing.T) {
	inOffice(t, func(_ *office, w *Wiring) { w.Hidden = true }, func(t *testing.T, o *office) {
		_ = o.desk.Noted()
		o.choose("88 Harbor View Rd")
		if got := o.desk.Noted(); !slices.Contains(got, "open-pdf 2") {
			t.Errorf("it asked %q", got)
		}
		o.choose("Watching Hover") // grey
		if o.d.visible {
			t.Error("the window came up")
		}
		o.choose("Open Dormer")
		o.Wants("1420 Sycamore Lane")
		o.choose("Settings")
		if o.d.frame.now != view.PageSettings {
			t.Errorf("the page is %s", o.d.frame.now)
		}
		o.choose("Search and sync…")
		if o.d.frame.now != view.PageJobs || o.d.window.Canvas().Focused() == nil {
			t.Errorf("the page is %s", o.d.frame.now)
		}
		o.choose("Quit")
		if o.system.quit != 1 {
			t.Error("Quit does not quit")
		}
	})
}

func TestLabelsAreReadAsTheyAreWritten(t *testing.T) {
	for system, want := range map[string]string{"linux": "A & B__2", "windows": "A && B_2", "darwin": "A & B_2"} {
		if got := plain("A & B_2", system); got != want {
			t.Errorf("on %s it is %q", system, got)
		}
	}
}

func TestTheWindowClosesIntoTheTray(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Health")
		o.d.window.Resize(fyne.NewSize(900, 640))
		o.d.closing()
		o.Settle()
		if o.d.visible || o.system.quit != 0 {
			t.Error("the window is still there, or Dormer has gone")
		}
		asked := len(o.desk.Noted())
		o.news()
		if got := len(o.desk.Noted()); got > 2 {
			t.Errorf("behind a closed window %d things were asked, before %d", got, asked)
		}
		if got := o.d.shell.Recall(t.Context()); got != (view.Windowed{Width: 900, Height: 640, Page: view.PageHealth}) {
			t.Errorf("remembered is %+v", got)
		}
		o.raised <- struct{}{}
		o.Settle()
		if !o.d.visible {
			t.Error("a second start did not bring it back")
		}
		o.Wants("Test the whole chain")
	})
}

func TestWithoutATrayAPersonIsAskedOnce(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.panel.comes(false)
		for range 2 {
			o.d.closing()
			o.Settle()
		}
		o.Wants("Keep Dormer working?", "This desktop has no tray")
		if len(o.d.window.Canvas().Overlays().List()) != 1 {
			t.Error("it is asked twice at once")
		}
		o.panel.comes(true) // meanwhile
		o.d.closing()
		o.Settle()
		o.d.open()
		o.WantsNo("Keep Dormer working?")
		o.panel.comes(false)
		o.d.closing()
		o.Settle()
		o.tap("Keep working")
		o.WantsNo("Keep Dormer working?")
		o.d.closing()
		o.Wants("Dormer goes on in this window")
		o.WantsNo("Keep Dormer working?")
		if !o.d.visible || o.system.quit != 0 {
			t.Error("the window has gone")
		}
		o.panel.comes(true)
		o.d.closing()
		o.Settle()
		if o.d.visible {
			t.Error("the panel is back, and the window does not go into the tray")
		}
		o.d.open()
		o.panel.comes(false)
		o.d.closing()
		o.Settle()
		o.tap("Quit Dormer")
		if o.system.quit != 1 {
			t.Error("it does not quit")
		}
	})
}

func TestAStartIntoTheTrayShowsNoWindowUnlessNobodyWouldFindIt(t *testing.T) {
	hidden := func(o *office, w *Wiring) { w.Hidden = true }
	inOffice(t, hidden, func(t *testing.T, o *office) {
		time.Sleep(time.Minute) // sleep: the bubble's own
		o.Settle()
		if o.d.visible || o.d.frame != nil {
			t.Error("there is a window")
		}
	})
	inOffice(t, func(o *office, w *Wiring) { w.Hidden, o.panel.here = true, false }, func(t *testing.T, o *office) {
		if o.d.visible {
			t.Error("a panel that starts at the same time is not waited for")
		}
		time.Sleep(hostComesWithin) // sleep: the bubble's own
		o.Settle()
		if !o.d.visible {
			t.Error("without a tray there is no window")
		}
	})
	inOffice(t, func(o *office, w *Wiring) { w.Hidden, o.panel.no = true, true }, func(t *testing.T, o *office) {
		if !o.d.visible {
			t.Error("where there can be no tray there is no window")
		}
	})
}

func TestTheWindowIsAsItWasLeft(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		if err := o.desk.Remember(t.Context(), "window", json.RawMessage(`{"Width":800,"Height":620,"Page":"activity"}`)); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, o *office) {
		if size := o.d.window.Canvas().Size(); size != fyne.NewSize(800, 620) || o.d.frame.now != view.PageActivity {
			t.Errorf("it is %v, with the page %s", size, o.d.frame.now)
		}
		o.tap("Inbox")
		o.d.quit()
		o.d.remember()
		if got := o.d.shell.Recall(t.Context()); got != (view.Windowed{Width: 800, Height: 620, Page: view.PageInbox}) {
			t.Errorf("remembered is %+v", got)
		}
	})
}

func TestANarrowWindowHasAMenu(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.WantsNo("Menu")
		o.d.window.Resize(fyne.NewSize(600, 700))
		o.Wants("Menu", "1420 Sycamore Lane")
		o.WantsNo("Capture requests", "Watching Hover")
		o.tap("Menu")
		o.Wants("Capture requests", "Watching Hover")
		o.key(fyne.KeyEscape)
		o.WantsNo("Watching Hover")
		o.tap("Menu")
		o.tap("Health")
		o.Wants("Test the whole chain")
		o.WantsNo("Watching Hover")
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
		if o.d.present().Page != view.PageJobs {
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

func TestWhatWentWrongBehindAClosedWindowIsSaidWhenItOpens(t *testing.T) {
	inOffice(t, func(_ *office, w *Wiring) { w.Hidden = true }, func(t *testing.T, o *office) {
		o.d.deps.Tell(errors.New("the disk is full"))
		o.Settle()
		o.d.open()
		o.Wants("the disk is full")
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
		o.Wants("Salud", "Atento a Hover", "Trabajos")
		o.WantsNo("Jobs", "Watching Hover")
		if o.d.frame.now != view.PageHealth {
			t.Errorf("the page is %s", o.d.frame.now)
		}
		if !strings.Contains(o.menu(), "Atento a Hover\n") {
			t.Errorf("the menu is\n%s", o.menu())
		}
		o.d.applied(engine.KeyLanguage, "en") // as the settings page does
		o.Wants("Jobs", "Watching Hover")
		o.d.applied(engine.KeyTheme, "light")
		if ground() != of(look.Light) {
			t.Error("it is not light again")
		}
	})
}

func TestANotificationLeadsToItsJob(t *testing.T) {
	inOffice(t, func(_ *office, w *Wiring) { w.Hidden = true }, func(t *testing.T, o *office) {
		o.desk.Shows <- engine.ShowRequest{Job: "2"}
		o.Settle()
		if !o.d.visible || o.d.frame.now != view.PageJobs {
			t.Fatalf("the window is there: %v", o.d.visible)
		}
		o.Wants("88 Harbor View Rd")
		o.desk.Shows <- engine.ShowRequest{}
		o.Settle()
		if o.d.frame.now != view.PageInbox {
			t.Errorf("the page is %s", o.d.frame.now)
		}
		o.desk.Shows <- engine.ShowRequest{Job: "3", Pick: true}
		o.Settle()
		if o.d.frame.pages.picker == nil {
			t.Error("the picker is not open")
		}
		o.desk.Shows <- engine.ShowRequest{Job: "1", Pick: true} // while the first is open
		o.Settle()
		if n := len(o.d.window.Canvas().Overlays().List()); n != 1 {
			t.Errorf("%d dialogs are open", n)
		}
		o.key(fyne.KeyEscape)
		if o.d.frame.pages.picker != nil {
			t.Error("the picker is still open")
		}
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
