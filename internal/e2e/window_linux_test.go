package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
	"dormer/storage"
)

// shows waits until a window can be seen.
func (s *screen) shows(title string) {
	s.t.Helper()
	eventually(s.t, "the window "+title, func() bool { _, seen := s.window(title); return seen })
}

// hides waits until it cannot.
func (s *screen) hides(title string) {
	s.t.Helper()
	eventually(s.t, "the window "+title+" is gone", func() bool { _, seen := s.window(title); return !seen })
}

// setting gives a setting's value, "(set)" for a secret.
func setting(d *control.Client, t *testing.T, key string) string {
	t.Helper()
	list, err := d.Settings(t.Context())
	if err != nil {
		return ""
	}
	for _, s := range list {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// TestTheDesktopFromTheFirstRunToTheOpenPDF is a contractor's first day: the
// first run by the keyboard alone, a house that is measured, the notification,
// the tray, a second start, a panel that is restarted, and the end.
func TestTheDesktopFromTheFirstRunToTheOpenPDF(t *testing.T) {
	t.Parallel()
	aFirstDay(t)
}

// aFirstDay is told under whichever window manager there is.
func aFirstDay(t *testing.T) {
	s := newScreen(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "71", Name: "Sycamore house", State: hover.JobWorking}, {ID: "72", State: hover.JobWorking}}})
	opened := s.opener()
	s.panel()
	s.open()
	s.shows("Dormer")
	eventually(t, "an icon in the tray", func() bool { _, ok := s.tray.item(); return ok })

	s.firstRun(opened)
	s.within(patience, "it is ready", s.isReady)
	s.caughtUp()
	day := stopwatch.Start()
	defer day.Stop()

	// A house is measured: the notification comes with its buttons, and its
	// button opens the right file.
	if err := s.hover.CompleteJob("71"); err != nil {
		t.Fatal(err)
	}
	about := func(title string) (found notice, ok bool) {
		for _, n := range s.heard.list() {
			if strings.Contains(n.Summary, title) {
				return n, true
			}
		}
		return notice{}, false
	}
	eventually(t, "a notification", func() bool { _, ok := about("Sycamore house"); return ok })
	t.Logf("told: %s after Hover had measured it", day)
	n, _ := about("Sycamore house")
	for _, action := range []string{"open-pdf", "Open PDF", "show-job", "Show job"} {
		if !strings.Contains(strings.Join(n.Actions, "\n"), action) {
			t.Errorf("the notification has no %q: %q", action, n.Actions)
		}
	}
	s.picture("notification")
	pdfs := pdfsBelow(t, s.downloads)
	if len(pdfs) != 1 {
		t.Fatalf("on disk: %q", pdfs)
	}
	before, _ := opened()
	again(t, "the PDF is opened", s.pressNotification, func() bool { now, _ := opened(); return len(now) > len(before) })
	t.Logf("the PDF is open: %s after Hover had measured it", day)
	if now, env := opened(); now[len(now)-1] != pdfs[0] || strings.Contains(env, s.token) {
		t.Errorf("opened: %q; want %q", now, pdfs[0])
	}

	// The tray lists it, and a click there opens it too.
	eventually(t, "the tray lists the house as finished", func() bool {
		busy, _ := find(s.tray.menu(), "In progress")
		_, still := find(busy.children, "Sycamore house")
		_, listed := find(s.tray.menu(), "Sycamore house")
		return listed && !still
	})
	t.Logf("the tray's menu:\n%s", labels(s.tray.menu()))
	before, _ = opened()
	s.tray.click("Sycamore house", "the PDF is opened from the tray", func() bool { now, _ := opened(); return len(now) > len(before) })
	if now, _ := opened(); now[len(now)-1] != pdfs[0] {
		t.Errorf("opened: %q", now)
	}

	// Closed, it stays in the tray; a second start raises it, and so do the
	// tray and its menu.
	s.closeWindow("Dormer")
	s.hides("Dormer")
	if second := s.second(); second.wait(t, patience) != 0 {
		t.Errorf("the second start ended with %s", second.ProcessState)
	}
	s.shows("Dormer")
	s.closeWindow("Dormer")
	s.hides("Dormer")
	again(t, "the window Dormer", s.tray.activate, func() bool { _, seen := s.window("Dormer"); return seen })
	s.closeWindow("Dormer")
	s.hides("Dormer")
	s.tray.click("Open Dormer", "the window", func() bool { _, seen := s.window("Dormer"); return seen })

	// The panel is restarted: the icon is back, with its menu.
	s.tray.end()
	s.panel()
	eventually(t, "the icon is back", func() bool { _, ok := find(s.tray.menu(), "Sycamore house"); return ok })

	// Quit ends all.
	watch := stopwatch.Start()
	s.tray.click("Quit", "the end", func() bool {
		select {
		case <-s.process.ended:
			return true
		default:
			return false
		}
	})
	if code := s.process.wait(t, patience); code != 0 {
		t.Errorf("Quit ended with %s", s.process.ProcessState)
	}
	s.process = nil
	if took := watch.Stop(); took >= 3*time.Second {
		t.Errorf("it took %s to quit", watch)
	}
	t.Logf("quit within %s", watch)
	if lines := s.fyneComplains(); len(lines) > 0 {
		t.Errorf("Fyne complains: %s", strings.Join(lines, "\n"))
	}
}

// firstRun goes through the first run by the keyboard.
func (s *screen) firstRun(opened func() ([]string, string)) {
	t := s.t
	t.Helper()
	n := 0
	day := stopwatch.Start()
	defer day.Stop()
	step := func(name string) {
		n++
		t.Logf("first run, %s: %s after the window came", name, day)
		s.picture(fmt.Sprintf("first-run-%d-%s", n, name))
	}
	at := func(name string) func(*control.Client) bool { // the step that is remembered is the one that is shown
		return func(d *control.Client) bool {
			return strings.Contains(s.remembered(d, "wizard"), `"step":"`+name+`"`)
		}
	}
	has := func(key string) func(*control.Client) bool {
		return func(d *control.Client) bool { return setting(d, t, key) == "(set)" }
	}
	step("welcome")
	s.goOn("the step tunnel", at("tunnel"))
	step("tunnel")
	s.text(s.token)
	s.press("Return")
	s.await("the token is kept", has(engine.KeyNgrokToken))
	step("tunnel-open")
	s.goOn("the step integration", at("integration"))
	step("integration")
	s.text(simulator.ClientID)
	s.press("Return")
	s.text(simulator.ClientSecret)
	s.press("Return")
	s.await("the pair is kept", has(engine.KeyClientSecret))
	step("pair-known")
	s.goOn("the step sign-in", at("sign-in"))
	step("sign-in")
	before, _ := opened()
	var address []string
	again(t, "the browser", func() { s.press("Return") }, func() bool {
		address, _ = opened()
		return len(address) > len(before) || address[0] != before[0]
	})
	if status, text := allow(t, browser(), address[len(address)-1]); status != 200 || !strings.Contains(text, "You are signed in") {
		t.Fatalf("the browser ends with %d:\n%s", status, text)
	}
	s.await("somebody is signed in", func(d *control.Client) bool {
		st, err := d.Status(t.Context())
		return err == nil && st.Hover.SignedIn
	})
	step("signed-in")
	for _, name := range []string{"people", "webhook", "test"} { // they are right as they are
		s.goOn("the step "+name, at(name))
		step(name)
	}
	// Nothing ends the first run that was not asked to: the last button of the page is
	// not under the keyboard by itself.
	s.press("shift+Tab")
	s.goOn("the first run is over", func(d *control.Client) bool {
		return strings.Contains(s.remembered(d, "wizard"), `"finished":true`)
	})
	step("over")
}

// goOn presses Enter as soon as the first run is drawn with its button alive, and
// again if nothing comes of it, as a person does, until there is an effect.
func (s *screen) goOn(effect string, ok func(*control.Client) bool) {
	s.t.Helper()
	press := patiently(func() {
		if window, seen := s.window("Dormer"); seen && s.offersToGoOn(window) {
			s.press("Return")
		}
	})
	s.await(effect, func(d *control.Client) bool {
		if ok(d) {
			return true
		}
		press()
		return false
	})
}

// remembered gives what the window keeps under a name, as it stands in a backup
// of the moment.
func (s *screen) remembered(d *control.Client, name string) string {
	s.t.Helper()
	s.backups++
	path := s.path(fmt.Sprintf("look-%d.db", s.backups))
	if err := d.Backup(s.t.Context(), path); err != nil {
		s.t.Fatal(err)
	}
	store, err := storage.Open(path, storage.Options{ReadOnly: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	defer os.Remove(path)
	var kept json.RawMessage
	if err := store.View(func(tx *storage.Tx) error { _, err := tx.Doc("desk/"+name, &kept); return err }); err != nil {
		s.t.Fatal(err)
	}
	return string(kept)
}

// colours counts the colours of a part of a picture.
func colours(t *testing.T, path string, part image.Rectangle) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.Color]bool{}
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}

// TestEveryPageIsDrawn goes through the pages by their keys, in a window in
// which nothing else happens, and has each of them drawn.
func TestEveryPageIsDrawn(t *testing.T) {
	t.Parallel()
	needs(t, "import")
	s := newScreen(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "75", State: hover.JobCompleted}}, Captures: []simulator.CaptureSpec{{Name: "Dana"}}})
	s.panel()
	s.signedIn()
	s.stop()
	s.open()
	s.shows("Dormer")
	s.caughtUp()
	window, _ := s.window("Dormer")
	for n, page := range []string{"jobs", "inbox", "captures", "health", "settings", "activity"} {
		// What is below the title and beside the navigation has more colours than an
		// empty ground.
		eventually(t, "the page "+page, func() bool {
			s.press(fmt.Sprintf("ctrl+%d", n+1)) // again, where the window did not have the keyboard yet
			if _, err := s.x("import", "-window", window, s.path("page.png")); err != nil {
				return false
			}
			return colours(t, s.path("page.png"), image.Rect(220, 80, 1120, 480)) > 20
		})
		s.picture("page-" + page)
	}
}

// TestWithoutADisplayOneLineSaysSo starts the desktop where nothing can be
// shown.
func TestWithoutADisplayOneLineSaysSo(t *testing.T) {
	t.Parallel()
	needs(t, "Xvfb")
	for name, display := range map[string]string{"none is named": "", "the named one is not there": ":9999"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &screen{computer: newComputer(t, simulator.Account{})}
			if display != "" {
				s.env["DISPLAY"] = display
			}
			p := s.second()
			if code := p.wait(t, patience); code != 1 {
				t.Errorf("it ended with %s", p.ProcessState)
			}
			said, _ := os.ReadFile(filepath.Join(s.dir, "stderr")) // it said nothing, if there is none
			if lines := strings.Split(strings.TrimSpace(string(said)), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "display") || !strings.Contains(lines[0], "--headless") {
				t.Errorf("it said:\n%s", said)
			}
		})
	}
}

// TestWithoutADisplayThatDrawsNothingIsBegun starts a desktop that is set up on a
// display that shows windows but has no OpenGL: that is found out before a tunnel
// is opened and Hover is asked anything. Where it was to start in the tray it works
// until it is found out that nobody shows that either.
func TestWithoutADisplayThatDrawsNothingIsBegun(t *testing.T) {
	t.Parallel()
	needs(t, "Xvfb", "dbus-daemon")
	s := &screen{computer: newComputer(t, simulator.Account{})}
	s.signedIn()
	s.stop()
	s.sessionBus() // there may be a tray
	s.env["DISPLAY"] = s.xvfb("-extension", "GLX")
	asked := func() int { return len(s.hover.Requests()) + s.ngrok.Stats().Connections }
	for _, flag := range []string{"--hidden=false", "--hidden"} {
		before := asked()
		if err := os.Remove(s.path("stderr")); err != nil {
			t.Fatal(err)
		}
		p := s.second("--log-level", "error", flag)
		if code := p.wait(t, patience); code != 1 {
			t.Errorf("%s: it ended with %s", flag, p.ProcessState)
		}
		if said := s.log(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "OpenGL") || !strings.Contains(said, "--headless") {
			t.Errorf("%s: it said:\n%s", flag, said)
		}
		if n := asked() - before; n != 0 && flag != "--hidden" {
			t.Errorf("%s: %d connections and requests were made all the same", flag, n)
		}
	}
}
