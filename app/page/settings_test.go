package page

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/words"
)

// settingsWindow is the settings in a window, with the engine behind them.
type settingsWindow struct {
	*windowtest.Screen
	Nav
	t    *testing.T
	page *Settings
	v    *view.Settings
	desk *viewtest.Desk

	chosen  string // the folder that the person chooses
	saveIn  string // where they save files
	offered string // the name that they were offered
	wizards int
	signIns int
}

// inSettings tells a story of the settings in a window of a width.
func inSettings(t *testing.T, width float32, tell func(t *testing.T, w *settingsWindow)) {
	t.Helper()
	windowtest.Story(t, width, 760, func(t *testing.T, s *windowtest.Screen) {
		w := &settingsWindow{Screen: s, t: t, desk: viewtest.NewDesk()}
		w.v = view.NewSettings(w.Deps(w.desk), "/data/dormer")
		w.page = NewSettings(w.v, w)
		w.Window.SetContent(w.page.Content())
		if w.Reads("Folders and names") {
			t.Error("something can be changed before anything is known")
		}
		w.page.Shown()
		w.Settle()
		tell(t, w)
		w.page.Hidden()
	})
}

// Canvas, ChooseFolder, SaveFile and ShowWizard implement Nav.
func (w *settingsWindow) Canvas() fyne.Canvas { return w.Window.Canvas() }
func (w *settingsWindow) ShowWizard()         { w.wizards++ }
func (w *settingsWindow) ShowSignIn()         { w.signIns++ }
func (w *settingsWindow) ChooseFolder(_ string, done func(string)) {
	if w.chosen != "" {
		done(w.chosen)
	}
}
func (w *settingsWindow) SaveFile(name string, done func(string)) {
	w.offered = name
	done(filepath.Join(w.saveIn, name))
}

func (w *settingsWindow) wantSaved(key, want string) {
	w.t.Helper()
	w.Settle()
	if got := w.desk.Saved(key); got != want {
		w.t.Errorf("%s is saved as %q, want %q", key, got, want)
	}
}

// tap taps the frontmost thing that has a text on it.
func (w *settingsWindow) tap(text string) {
	w.t.Helper()
	var found fyne.Tappable
	w.Each(func(o fyne.CanvasObject) {
		t, ok := o.(fyne.Tappable)
		if !ok {
			return
		}
		if _, ok := o.(interface{ Objects() []fyne.CanvasObject }); ok {
			return
		}
		windowtest.Walk(o, func(in fyne.CanvasObject) {
			if s, ok := in.(*canvas.Text); ok && s.Text == text {
				found = t
			}
		})
	})
	if found == nil {
		w.t.Fatalf("there is no %q to tap", text)
	}
	test.Tap(found)
	w.Settle()
}

// beside gives what stands in the row of a title: its check, its list.
func (w *settingsWindow) beside(title string) fyne.Tappable {
	w.t.Helper()
	var found fyne.Tappable
	w.Each(func(o fyne.CanvasObject) {
		row, ok := o.(*fyne.Container)
		if !ok || !isSettingRow(row, title) {
			return
		}
		for _, child := range row.Objects {
			if t, ok := child.(fyne.Tappable); ok {
				found = t
			}
		}
	})
	if found == nil {
		w.t.Fatalf("there is no row %q", title)
	}
	return found
}

// isSettingRow says whether a container is the row with a title and its control.
func isSettingRow(row *fyne.Container, title string) (yes bool) {
	if !slices.ContainsFunc(row.Objects, func(o fyne.CanvasObject) bool { _, ok := o.(fyne.Tappable); return ok }) {
		return false
	}
	windowtest.Walk(row, func(o fyne.CanvasObject) {
		p, ok := o.(*parts.Paragraph)
		yes = yes || ok && p.Text() == title
	})
	return yes
}

// pick takes one of the list that stands beside a title.
func (w *settingsWindow) pick(title, choice string) {
	w.t.Helper()
	test.Tap(w.beside(title))
	w.tap(choice)
}

// tick ticks the check beside a title, or takes its tick away.
func (w *settingsWindow) tick(title string) {
	w.t.Helper()
	test.Tap(w.beside(title))
	w.Settle()
}

// types replaces what stands in a field, key by key; a line's end is Enter.
func (w *settingsWindow) types(label, text string) {
	w.t.Helper()
	entry, _ := w.Field(label)
	w.Window.Canvas().Focus(entry)
	entry.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	for _, r := range text {
		if r == '\n' {
			entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		} else {
			entry.TypedRune(r)
		}
		w.Settle()
	}
}

// leave takes the cursor out of the field that it is in.
func (w *settingsWindow) leave() {
	w.Window.Canvas().Unfocus()
	w.Settle()
}

func (w *settingsWindow) wantField(label, want string) {
	w.t.Helper()
	if _, f := w.Field(label); f.Text() != want {
		w.t.Errorf("in %q stands %q, want %q", label, f.Text(), want)
	}
}

func TestSettingsOfFoldersFilesAndLook(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		var applied []string
		w.v.Applied = func(key, value string) { applied = append(applied, key+"="+value) }
		w.wantField("Measurement files go to", "/home/dana/Documents/Dormer")
		w.tap("Choose…") // and changes their mind
		w.wantSaved(engine.KeyDownloadDir, "")
		w.chosen = "/srv/roofs"
		w.tap("Choose…")
		w.wantSaved(engine.KeyDownloadDir, "/srv/roofs")
		w.wantField("Measurement files go to", "/srv/roofs")
		w.desk.Calls()
		w.tap("Open")
		w.pick("Folders are named by", "Your reference")
		w.wantSaved(engine.KeyFolderNames, "reference")
		w.tap("XLSX")
		w.wantSaved(engine.KeyPrefetch, "pdf,xlsx")
		w.tap("PDF")
		w.tap("XLSX")
		w.wantSaved(engine.KeyPrefetch, "none")
		w.Wants("None: the alert comes at once")
		w.tick("Start with the computer")
		w.wantSaved(engine.KeyAutostart, "true")
		w.pick("Theme", "Dark")
		w.pick("Language", "Español")
		w.wantSaved(engine.KeyTheme, "dark")
		if want := []string{"download_dir=/srv/roofs", "folder_names=reference", "prefetch=pdf,xlsx", "prefetch=xlsx", "prefetch=none", "autostart=true", "theme=dark", "language=es"}; !slices.Equal(applied, want) {
			t.Errorf("applied %q", applied)
		}
	})
}

func TestSettingsOfAlerts(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.pick("Whose jobs", "Only mine")
		w.wantSaved(engine.KeyAlertsWhose, "mine")
		w.tap("an order has news")
		w.wantSaved(engine.KeyAlertsKinds, "completed,structure,failed,cancelled,approval,payment,capture,estimate,checklist,proposal")
		w.tick("With a sound")
		w.wantSaved(engine.KeyAlertsSound, "false")
		w.tap("Until I resume")
		w.wantSaved(engine.KeyPausedUntil, "forever")
		w.Wants("Resume")
		w.WantsNo("1 hour")
		w.tap("Resume")
		w.wantSaved(engine.KeyPausedUntil, "")
		w.tap("1 hour")
		w.tap("Resume")
		w.tap("Until tomorrow")
		w.Wants("Alerts paused till tomorrow")

		w.WantsNo("From")
		w.tick("Hold alerts back every night")
		w.wantSaved(engine.KeyQuietHours, "20:00-07:00")
		w.tap("20:00")
		w.tap("21:30")
		w.tap("07:00")
		w.tap("06:00")
		w.wantSaved(engine.KeyQuietHours, "21:30-06:00")
		w.desk.Saves(engine.KeyQuietHours, "21:45-06:00") // by the command line
		w.v.Reload()
		w.Wants("21:45")
		w.tick("Except failures")
		w.wantSaved(engine.KeyQuietFailure, "true")
		w.tick("Hold alerts back every night")
		w.wantSaved(engine.KeyQuietHours, "")
	})
}

func TestAWrongSettingIsToldBesideItsFieldAndTheOldOneHolds(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.types("Events are kept for, in days", "a week")
		w.Wants("A number of days is wanted, from 1 to 36,500. Until then 400 holds.")
		w.leave()
		w.Wants("A number of days is wanted")
		w.wantField("Events are kept for, in days", "a week")
		w.wantSaved(engine.KeyRetention, "")
		w.v.Reload() // news in between
		w.wantField("Events are kept for, in days", "a week")
		w.types("Events are kept for, in days", "90")
		w.WantsNo("A number of days is wanted")
		w.wantSaved(engine.KeyRetention, "") // not before it has been left
		w.v.Reload()
		w.Settle()
		w.wantField("Events are kept for, in days", "90")
		w.leave()
		w.wantSaved(engine.KeyRetention, "90")

		w.desk.Fails("Set", &say.Error{What: say.Words("It could not be saved"), Do: say.Words("Free some space.")})
		w.types("Events are kept for, in days", "91\n")
		w.Wants("It could not be saved. Free some space.")
		w.wantField("Events are kept for, in days", "91")
		w.desk.Fails("Set", nil)
		w.types("Events are kept for, in days", "91\n")
		w.wantSaved(engine.KeyRetention, "91")
		w.WantsNo("It could not be saved")
		w.desk.Fails("Set", &say.Error{What: say.Words("It could not be kept")})
		w.tick("With a sound")
		w.Wants("It could not be kept")
	})
}

func TestASettingThatTheStartDecidesCannotBeChanged(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.desk.Gives(engine.KeyDownloadDir, "/srv/files")
		w.desk.Gives(engine.KeyTunnel, "own")
		w.v.Reload()
		w.Wants("Fixed by how Dormer was started.")
		w.wantField("Measurement files go to", "/srv/files")
		w.chosen = "/elsewhere"
		w.tap("Choose…")
		w.wantSaved(engine.KeyDownloadDir, "")
		test.Tap(w.beside("How Hover reaches this computer"))
		w.Settle()
		if top := w.Window.Canvas().Overlays().Top(); top != nil {
			t.Error("a list is offered that chooses nothing")
		}
	})
}

func TestSettingsOfTheTunnel(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.Wants("Not set", "Domain reserved at ngrok")
		w.page.askToken()
		w.types("ngrok token", "wrong")
		w.desk.Fails("TryToken", &say.Error{What: say.Words("ngrok does not know this token")})
		w.tap("Try and keep")
		w.Wants("ngrok does not know this token")
		w.desk.Fails("TryToken", nil)
		release := w.desk.Holds("TryToken")
		w.types("ngrok token", "right\n")
		w.Wants("It is being tried…")
		release()
		w.wantSaved(engine.KeyNgrokToken, "right")
		if w.Window.Canvas().Overlays().Top() != nil {
			t.Error("the dialog is still there")
		}
		w.Wants("Set")
		w.WantsNo("right")

		w.pick("How Hover reaches this computer", "By my own address")
		w.wantSaved(engine.KeyTunnel, "own")
		w.WantsNo("ngrok token")
		w.types("Public address", "http://roof.example\n")
		w.Wants("An address that begins with https:// is wanted.")
		w.types("Public address", "https://roof.example\n")
		w.wantSaved(engine.KeyPublicURL, "https://roof.example")
		w.types("Where it ends on this computer", "127.0.0.1:9000\n")
		w.wantSaved(engine.KeyListen, "127.0.0.1:9000")
	})
}

func TestSettingsOfTheAccount(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.Wants("Nobody is signed in to Hover")
		w.tap("Sign in…")
		if w.signIns != 1 {
			t.Errorf("the sign-in was opened %d times", w.signIns)
		}
		w.desk.Saves(engine.KeyActingUser, "7")
		w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn, s.Hover.OrgID = true, "492855" })
		w.v.Reload()
		w.Wants("Signed in to Hover", "User 7, organization 492855")
		w.desk.Has([]hover.User{{ID: "7", FirstName: "Dana", LastName: "Whitfield"}, {ID: "9", FirstName: "Luis"}}, nil)
		w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn = false })
		w.v.Reload()
		w.Settle()
		w.desk.Stands(func(s *engine.Status) { s.Hover.SignedIn = true })
		w.v.Reload()
		w.Wants("Dana Whitfield, organization 492855")
		w.desk.Stands(func(s *engine.Status) { s.Hover.OrgName = "Copper Ridge Exteriors" })
		w.v.Reload()
		w.Wants("Dana Whitfield, Copper Ridge Exteriors")
		w.pick("Use Dormer as", "Luis")
		w.wantSaved(engine.KeyActingUser, "9")

		w.page.askClient()
		w.types("Client ID", "id\n")
		w.types("Client secret", "secret\n")
		w.wantSaved(engine.KeyClientSecret, "secret")
		w.page.askClient()
		w.tap("Cancel")
		if w.Window.Canvas().Overlays().Top() != nil {
			t.Error("the dialog is still there")
		}

		w.tap("Sign out…")
		w.Wants("Sign out of Hover?")
		w.tap("Cancel")
		w.Wants("Signed in to Hover")
		w.tap("Sign out…")
		release := w.desk.Holds("Logout")
		w.tap("Sign out")
		w.Wants("Signing out…")
		release()
		w.Wants("Nobody is signed in to Hover")
	})
}

func TestSettingsOfTheData(t *testing.T) {
	dir := t.TempDir()
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.saveIn = dir
		w.Wants("/data/dormer")
		w.tap("Export…")
		w.tap("Export…") // of one of the formats, in the dialog
		w.Wants("Saved: " + filepath.Join(dir, w.offered))
		if b, err := os.ReadFile(filepath.Join(dir, w.offered)); err != nil || !strings.Contains(string(b), "all in") {
			t.Errorf("%s: %q, %v", w.offered, b, err)
		}
		w.tap("Close")
		w.tap("Back up now…")
		w.Wants("The backup is at " + filepath.Join(dir, w.offered))
		w.WantsNo("Saved:")
		w.desk.Holds("Compact")
		w.tap("Compact")
		w.Wants("The database is being compacted…")
		w.tap("Cancel")
		w.WantsNo("The database is being compacted…")
		w.desk.Fails("Backup", &say.Error{What: say.Words("The disk is full")})
		w.tap("Back up now…")
		w.Wants("The disk is full")
	})
}

func TestAboutDormer(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.Wants("Dormer 1.2.3", "Under the MIT license.")
		w.tap("Open setup")
		if w.wizards != 1 {
			t.Errorf("the first run was opened %d times", w.wizards)
		}
		w.desk.Calls()
		w.tap("Hover")
		w.tap("ngrok")
		w.page.showLibraries([]view.Module{{Path: "go.etcd.io/bbolt", Version: "v1.5.0"}})
		w.Wants("go.etcd.io/bbolt", "v1.5.0")
		w.tap("License")
		w.tap("Close")
		w.WantsNo("go.etcd.io/bbolt")
		want := []string{"OpenURL https://hover.to", "OpenURL https://dashboard.ngrok.com", "OpenURL https://pkg.go.dev/go.etcd.io/bbolt@v1.5.0?tab=licenses"}
		if got := w.desk.Calls(); !slices.Equal(got, want) {
			t.Errorf("opened %q", got)
		}
		w.tap("Show them")
		w.Wants("Open-source licenses")
	})
}

func TestANewerDormerIsToldAndFetchedWhenSomebodyAsks(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.WantsNo("Look for a newer Dormer", "Read of it", "Download") // this build cannot
		w.desk.Stands(func(s *engine.Status) { s.Updates = true })
		w.v.Reload()
		w.Settle()
		w.Wants("Look for a newer Dormer")
		w.WantsNo("Read of it")
		w.desk.Stands(func(s *engine.Status) {
			s.Update = engine.UpdateStatus{Version: "1.3.0", Page: "https://dormer.example/1.3.0", File: "dormer-1.3.0-setup.exe", Says: say.Words("Dormer 1.3.0 is there")}
		})
		w.v.Reload()
		w.Settle()
		w.Wants("Dormer 1.3.0 is there")
		w.desk.Calls()
		w.tap("Read of it")
		w.tap("Download")
		w.Settle()
		w.Wants("dormer-1.3.0-setup.exe is among your downloads, checked: start it to update.")
		want := []string{"OpenURL https://dormer.example/1.3.0", "FetchUpdate", "OpenPath " + filepath.FromSlash("/home/dana/Downloads")}
		if got := w.desk.Calls(); !slices.Equal(got, want) {
			t.Errorf("asked was %q", got)
		}
		w.desk.Fails("FetchUpdate", &say.Error{What: say.Words("It is not what was signed")})
		w.tap("Download")
		w.Settle()
		w.Wants("It is not what was signed")
		w.desk.Stands(func(s *engine.Status) { s.Update.File = "" }) // a distribution's package
		w.v.Reload()
		w.Settle()
		w.Wants("Read of it")
		w.WantsNo("Download")
	})
}

func TestOtherPagesLeadToASection(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		top := func(section string) float32 {
			w.page.Section(section)
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(w.page.sections[view.SectionTunnel]).Y
		}
		start := top("")
		if start < 760 {
			t.Fatalf("the tunnel's section is in sight at %.0f", start)
		}
		if at := top(view.SectionTunnel); at < 0 || at > 120 {
			t.Errorf("the tunnel's section is at %.0f", at)
		}
		if at := top("no such section"); at != start {
			t.Errorf("the top is at %.0f, and was at %.0f", at, start)
		}
	})
}

func TestSettingsThatCannotBeReadShowNothing(t *testing.T) {
	inSettings(t, 992, func(t *testing.T, w *settingsWindow) {
		w.desk.Fails("Settings", errors.New("the disk is gone"))
		w.v.Reload()
		w.Wants("Folders and names") // as they were last
		if told := w.Told(); len(told) != 1 {
			t.Errorf("told %v", told)
		}
	})
}

func TestNothingOfTheSettingsIsCutOffInANarrowWindow(t *testing.T) {
	for _, language := range []string{words.English, words.Spanish} {
		inSpanish(t)
		if err := words.Use(language); err != nil {
			t.Fatal(err)
		}
		windowtest.Story(t, 520, 760, func(t *testing.T, s *windowtest.Screen) {
			w := &settingsWindow{Screen: s, t: t, desk: viewtest.NewDesk()}
			w.desk.Saves(engine.KeyQuietHours, "20:00-07:00", engine.KeyPrefetch, "none")
			w.v = view.NewSettings(w.Deps(w.desk), "/data/dormer")
			w.page = NewSettings(w.v, w)
			w.Window.SetContent(w.page.Content())
			w.page.Shown()
			w.Settle()
			for _, width := range []float32{520, 480} { // twice: what wraps settles at its second width
				w.Window.Resize(fyne.NewSize(width, 760))
			}
			w.Each(func(o fyne.CanvasObject) {
				line, ok := o.(*canvas.Text)
				if !ok || line.Text == "" {
					return
				}
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(line)
				if right := at.X + line.MinSize().Width; right > 480 {
					t.Errorf("%s: %q ends at %.0f", language, line.Text, right)
				}
				written := []string{
					words.T("settings.choose"), words.T("settings.replace"), words.T("settings.sign_in"), words.T("settings.backup_now"), words.T("settings.copy_choose"),
					words.T("activity.export"),
				}
				if strings.HasSuffix(line.Text, "…") && !slices.Contains(written, line.Text) {
					t.Errorf("%s: %q is shortened", language, line.Text)
				}
			})
		})
	}
}

func TestASecondFolderIsChosenAndItsNamesShownOnAnExample(t *testing.T) {
	inSettings(t, 900, func(t *testing.T, w *settingsWindow) {
		w.WantsNo("Copies are named by", "No copies")
		w.chosen = "/home/dana/OneDrive"
		w.tap("Choose a folder…")
		w.wantSaved(engine.KeyCopyTo, "/home/dana/OneDrive")
		w.Wants("Copies are named by", "For example: "+filepath.FromSlash("OneDrive/1420 Sycamore Lane, Carmel IN 46033/House measurements.pdf"))
		w.types("Copies are named by", "{customer}/{street} {date")
		w.Wants("a brace has no other one")
		w.types("Copies are named by", "{customer}/{street} {date}\n")
		w.wantSaved(engine.KeyCopyName, "{customer}/{street} {date}")
		w.tap("No copies")
		w.wantSaved(engine.KeyCopyTo, "")
		w.WantsNo("Copies are named by")
	})
}

func TestFilesThatAreToBeToldOfAreTicked(t *testing.T) {
	inSettings(t, 900, func(t *testing.T, w *settingsWindow) {
		w.tap("its ESX file is ready")
		w.wantSaved(engine.KeyAlertsFiles, "esx")
		w.tap("its XML file is ready")
		w.wantSaved(engine.KeyAlertsFiles, "xml,esx")
		w.tap("its ESX file is ready")
		w.wantSaved(engine.KeyAlertsFiles, "xml")
	})
}
