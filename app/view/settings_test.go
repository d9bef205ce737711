package view_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// openSettings are the settings as they are open in a window.
type openSettings struct {
	*view.Settings
	t      *testing.T
	thread *viewtest.Thread
	desk   *viewtest.Desk
}

// theSettings tells a story of the settings, opened.
func theSettings(t *testing.T, tell func(t *testing.T, s *openSettings)) {
	t.Helper()
	viewtest.Story(t, func(t *testing.T, thread *viewtest.Thread) {
		desk := viewtest.NewDesk()
		s := &openSettings{Settings: view.NewSettings(thread.Deps(desk), "/data"), t: t, thread: thread, desk: desk}
		if s.State().Loaded {
			t.Error("something is shown before the engine has answered")
		}
		s.Reload()
		thread.Settle()
		tell(t, s)
	})
}

func (s *openSettings) settled() view.SettingsState {
	s.thread.Settle()
	return s.State()
}

func (s *openSettings) wantSaved(key, want string) {
	s.t.Helper()
	if got := s.settled().Values[key]; s.desk.Saved(key) != want || len(s.State().Wrong) > 0 {
		s.t.Errorf("%s: saved %q, shown %q, wrong %v; want %q", key, s.desk.Saved(key), got, s.State().Wrong, want)
	}
}

func (s *openSettings) wantCalls(want ...string) {
	s.t.Helper()
	s.settled()
	if got := s.desk.Calls(); !slices.Equal(got, want) {
		s.t.Errorf("the engine was asked\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestWhatIsChosenIsSavedAtOnceAndApplied(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		var applied []string
		s.Applied = func(key, value string) { applied = append(applied, key+"="+value) }
		s.Set(engine.KeyTheme, "dark")
		if got := s.State().Values[engine.KeyTheme]; got != "dark" {
			t.Errorf("while it is being saved %q is shown", got)
		}
		s.Set(engine.KeyTheme, "light")
		s.Set(engine.KeyLanguage, "es")
		s.wantSaved(engine.KeyTheme, "light")
		s.wantCalls("Set theme=dark", "Set theme=light", "Set language=es")
		if want := []string{"theme=dark", "theme=light", "language=es"}; !slices.Equal(applied, want) {
			t.Errorf("applied %v", applied)
		}
		s.Set(engine.KeyTheme, "light") // it is so already
		s.wantCalls()
	})
}

func TestNewsDoNotTakeBackWhatIsBeingSaved(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		release := s.desk.Holds("Set")
		s.Set(engine.KeyTheme, "dark")
		s.Reload()
		if got := s.settled().Values[engine.KeyTheme]; got != "dark" {
			t.Errorf("%q is shown", got)
		}
		release()
		s.wantSaved(engine.KeyTheme, "dark")
	})
}

func TestAValueThatDoesNotFitChangesNothing(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.Type(engine.KeyRetention, "a week")
		if s.State().Wrong[engine.KeyRetention] == nil {
			t.Error("it is not told while it is typed")
		}
		s.Set(engine.KeyRetention, "a week")
		if st := s.settled(); st.Wrong[engine.KeyRetention] == nil || st.Values[engine.KeyRetention] != "400" {
			t.Errorf("%v, %q", st.Wrong, st.Values[engine.KeyRetention])
		}
		s.wantCalls()
		s.Type(engine.KeyRetention, "90")
		if len(s.State().Wrong) > 0 {
			t.Errorf("still wrong: %v", s.State().Wrong)
		}
		s.Set(engine.KeyRetention, " 90 ")
		s.wantSaved(engine.KeyRetention, "90")
		s.Set(engine.KeyRetention, "") // the default again
		if st := s.settled(); st.Values[engine.KeyRetention] != "400" || len(st.Wrong) > 0 {
			t.Errorf("%v, %q", st.Wrong, st.Values[engine.KeyRetention])
		}
	})
}

func TestAValueThatCannotBeSavedIsTakenBack(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		full := errors.New("the disk is full")
		s.desk.Fails("Set", full)
		applied := false
		s.Applied = func(string, string) { applied = true }
		s.Set(engine.KeyAutostart, "true")
		if st := s.settled(); st.On(engine.KeyAutostart) || !errors.Is(st.Wrong[engine.KeyAutostart], full) || applied {
			t.Errorf("on %v, wrong %v, applied %v", st.On(engine.KeyAutostart), st.Wrong, applied)
		}
	})
}

func TestNewsThatAreNothingToTheSettingsDrawNothing(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		drawn := 0
		s.Changed = func() { drawn++ }
		s.desk.Stands(func(st *engine.Status) { st.Inbox.Events++ })
		s.Reload()
		s.settled()
		if drawn != 0 {
			t.Errorf("drawn %d times", drawn)
		}
		s.desk.Saves(engine.KeyTheme, "dark") // by the command line
		s.Reload()
		s.settled()
		if drawn != 1 {
			t.Errorf("drawn %d times", drawn)
		}
		s.desk.Saves(engine.KeyPausedUntil, time.Now().Add(time.Minute).Format(time.RFC3339))
		s.Reload()
		s.settled()
		s.thread.Pass(time.Hour)
		s.Reload() // the pause is over
		s.settled()
		if drawn != 3 {
			t.Errorf("drawn %d times", drawn)
		}
	})
}

func TestWhatTheStartDecidesIsFixed(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.desk.Gives(engine.KeyTunnel, "own")
		s.Reload()
		st := s.settled()
		if !st.Fixed[engine.KeyTunnel] || st.Fixed[engine.KeyListen] || st.Values[engine.KeyTunnel] != "own" {
			t.Errorf("fixed %v", st.Fixed)
		}
	})
}

func TestFormatsThatAreFetchedBeforeTheAlert(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		if st := s.State(); !st.Lists(engine.KeyPrefetch, hover.FormatPDF) || st.Lists(engine.KeyPrefetch, hover.FormatXLSX) {
			t.Errorf("%q", st.Values[engine.KeyPrefetch])
		}
		s.List(engine.KeyPrefetch, hover.FormatXLSX, true)
		s.List(engine.KeyPrefetch, hover.FormatJSON, true) // before the first is saved
		s.wantSaved(engine.KeyPrefetch, "pdf,xlsx,json")
		s.List(engine.KeyPrefetch, hover.FormatPDF, false)
		s.List(engine.KeyPrefetch, hover.FormatXLSX, false)
		s.List(engine.KeyPrefetch, hover.FormatJSON, false)
		s.wantSaved(engine.KeyPrefetch, "none")
		if s.State().Lists(engine.KeyPrefetch, hover.FormatPDF) {
			t.Error("none is still one")
		}
		s.List(engine.KeyPrefetch, hover.FormatPDF, true)
		s.wantSaved(engine.KeyPrefetch, "pdf")
	})
}

func TestKindsOfNewsThatAreTold(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		if !s.State().Told(job.Order) {
			t.Errorf("%q", s.State().Values[engine.KeyAlertsKinds])
		}
		s.Tell(job.Order, false)
		s.wantSaved(engine.KeyAlertsKinds, "completed,structure,failed,cancelled,approval,payment,capture,estimate,checklist,proposal")
		s.Tell(job.Order, true)
		s.wantSaved(engine.KeyAlertsKinds, "all")
		for _, k := range engine.AlertKinds() {
			s.Tell(k, false)
		}
		s.wantSaved(engine.KeyAlertsKinds, "none")
	})
}

func TestQuietHours(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		from, to, on := s.State().QuietHours()
		if from != "20:00" || to != "07:00" || on {
			t.Errorf("%s-%s, %v", from, to, on)
		}
		s.SetQuiet(true)
		s.wantSaved(engine.KeyQuietHours, "20:00-07:00")
		s.SetQuietHours("21:30", "06:00")
		s.wantSaved(engine.KeyQuietHours, "21:30-06:00")
		s.SetQuiet(false)
		s.wantSaved(engine.KeyQuietHours, "")
		if _, _, on := s.State().QuietHours(); on {
			t.Error("they are still on")
		}
	})
}

func TestAlertsArePausedAndResumed(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		if says, on := s.Paused(); on {
			t.Error(says)
		}
		until := words.Clock(time.Now().Add(time.Hour))
		s.PauseAlerts(view.PauseHour)
		s.settled()
		if says, on := s.Paused(); !on || !strings.Contains(says, until) {
			t.Errorf("%q, %v", says, on)
		}
		s.thread.Pass(2 * time.Hour)
		if says, on := s.Paused(); on {
			t.Errorf("a pause that is over: %q", says)
		}
		s.PauseAlerts(view.PauseUntilResumed)
		s.settled()
		s.thread.Pass(1000 * time.Hour)
		if _, on := s.Paused(); !on {
			t.Error("not until somebody resumes them")
		}
		s.ResumeAlerts()
		s.settled()
		if says, on := s.Paused(); on {
			t.Errorf("resumed: %q", says)
		}
	})
	utah := time.FixedZone("", -7*60*60)
	late := time.Date(2026, 11, 30, 23, 50, 0, 0, utah)
	if got := view.PauseValue(view.PauseUntilTomorrow, late); got != "2026-12-01T14:00:00Z" {
		t.Errorf("until tomorrow is %s", got)
	}
}

func TestAPauseThatEndsWhileTheSettingsAreInSightIsNotSaidAnyMore(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.Shown()
		s.PauseAlerts(view.PauseHour)
		s.settled()
		said, drawn := true, 0
		s.Changed = func() { _, said = s.Paused(); drawn++ }
		s.thread.Pass(61 * time.Minute)
		if said || drawn != 1 {
			t.Errorf("said: %v, drawn %d times", said, drawn)
		}
		s.Hidden()
	})
}

func TestAnotherTunnelAsksForItsAddressAnew(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.Set(engine.KeyPublicURL, "roof.ngrok.app")
		s.SetTunnel("own")
		s.SetTunnel("own")
		s.wantCalls("Set public_url=roof.ngrok.app", "Set public_url= tunnel=own")
	})
}

func TestSecretsAreReplacedOnlyByGoodOnes(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.ReplaceToken("  ")
		s.ReplaceClient("id", " ")
		s.wantCalls()
		no := errors.New("no")
		s.desk.Fails("TryToken", no)
		s.desk.Fails("TryClient", no)
		s.ReplaceToken("new")
		if st := s.settled(); !errors.Is(st.Token.Err, no) {
			t.Errorf("%+v", st.Token)
		}
		s.ReplaceClient("id", "secret")
		if st := s.settled(); !errors.Is(st.Client.Err, no) {
			t.Errorf("%+v", st.Client)
		}
		s.KeepSecrets()
		if st := s.State(); st.Token != (view.Trial{}) || st.Client != (view.Trial{}) {
			t.Errorf("%+v, %+v", st.Token, st.Client)
		}
		s.wantCalls("TryToken new", "TryClient id secret")
		s.desk.Fails("TryToken", nil)
		s.desk.Fails("TryClient", nil)
		s.ReplaceToken("ngrok config add-authtoken new")
		s.settled()
		s.ReplaceClient(" id ", "secret\n")
		if st := s.settled(); st.Client.State != view.TrialGood || st.Values[engine.KeyNgrokToken] != "(set)" || st.Values[engine.KeyClientSecret] != "(set)" {
			t.Errorf("%+v, %v", st.Client, st.Values)
		}
		if s.desk.Saved(engine.KeyNgrokToken) != "new" || s.desk.Saved(engine.KeyClientSecret) != "secret" {
			t.Error("they were not saved")
		}
	})
}

func TestASecretThatWasTakenBackIsNotSaved(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		release := s.desk.Holds("TryToken")
		s.ReplaceToken("new")
		s.settled()
		s.KeepSecrets()
		release()
		if st := s.settled(); st.Token.State != view.TrialNone || s.desk.Saved(engine.KeyNgrokToken) != "" {
			t.Errorf("%+v", st.Token)
		}
	})
}

func TestTheAccount(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		if len(s.State().Users) > 0 {
			t.Error("people of nobody's account")
		}
		s.desk.Has([]hover.User{{ID: "7", Email: "dana@whitfieldroofing.com"}, {ID: "8", State: "invited"}}, nil)
		s.desk.Stands(func(st *engine.Status) { st.Hover.SignedIn, st.Hover.OrgID = true, "492855" })
		s.Reload()
		if st := s.settled(); len(st.Users) != 1 || st.Org.ID != "492855" {
			t.Errorf("%+v", st.Users)
		}
		s.Reload()
		s.wantCalls("Users") // once
		s.SignOut()
		s.SignOut() // twice is once
		if !s.State().Leaving {
			t.Error("nothing shows that it is being signed out")
		}
		if st := s.settled(); st.Leaving || st.SignedIn {
			t.Errorf("%+v", st)
		}
		s.wantCalls("Logout")
		s.desk.Fails("Logout", errors.New("Hover is away"))
		s.SignOut()
		s.settled()
		if told := s.thread.Told(); len(told) != 1 {
			t.Errorf("told %v", told)
		}
	})
}

func TestAllDataIsBackedUpAndCompacted(t *testing.T) {
	dir := t.TempDir()
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.desk.Calls()
		copied := filepath.Join(dir, s.BackupName())
		if err := os.WriteFile(copied+".part", []byte("left by a crash"), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second replaces the first
			s.Backup(copied)
			if st := s.settled(); st.Task.Trial.State != view.TrialGood {
				t.Errorf("%+v", st.Task)
			}
		}
		if b, err := os.ReadFile(copied); err != nil || string(b) != "a backup\n" {
			t.Errorf("%q, %v", b, err)
		}
		s.wantCalls("Backup "+copied+".part", "Backup "+copied+".part")
		if _, err := os.Stat(copied + ".part"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("what a crash left is still there: %v", err)
		}
		s.Backup(filepath.Join(dir, "nowhere", "copy.db"))
		if st := s.settled(); st.Task.Trial.State != view.TrialFailed {
			t.Errorf("%+v", st.Task)
		}
		s.desk.Calls()
		s.Compact()
		s.Compact() // one at a time
		if st := s.settled(); st.Task.What != view.TaskCompact || st.Task.Trial.State != view.TrialGood {
			t.Errorf("%+v", st.Task)
		}
		s.wantCalls("Compact")
		s.desk.Holds("Compact")
		s.Compact()
		s.settled()
		s.CancelTask()
		if st := s.settled(); st.Task.Trial.State != view.TrialNone {
			t.Errorf("%+v", st.Task)
		}
	})
}

func TestFoldersAndPagesAreOpened(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		s.Open("/data")
		s.settled()
		s.Open("https://hover.to")
		s.wantCalls("OpenPath /data", "OpenURL https://hover.to")
		s.desk.Fails("OpenPath", errors.New("there is no program for it"))
		s.Open("/data")
		s.settled()
		if told := s.thread.Told(); len(told) != 1 {
			t.Errorf("told %v", told)
		}
	})
}

func TestSettingsThatCannotBeAskedForAreTold(t *testing.T) {
	theSettings(t, func(t *testing.T, s *openSettings) {
		for _, method := range []string{"Settings", "Status"} {
			s.desk.Fails(method, errors.New(method+" failed"))
			s.Reload()
			s.settled()
			if told := s.thread.Told(); len(told) != 1 || told[0].Error() != method+" failed" {
				t.Errorf("%s: told %v", method, told)
			}
			s.desk.Fails(method, nil)
		}
	})
}

func TestALibrarysLicenceCanBeRead(t *testing.T) {
	m := view.Module{Path: "go.etcd.io/bbolt", Version: "v1.5.0"}
	if got := m.LicencePage(); got != "https://pkg.go.dev/go.etcd.io/bbolt@v1.5.0?tab=licenses" {
		t.Error(got)
	}
	for _, m := range view.Modules() {
		if m.Path == "" || m.Version == "" {
			t.Errorf("%+v", m)
		}
	}
}
