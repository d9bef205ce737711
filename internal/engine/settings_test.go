package engine_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/storage"
)

func TestSettingsAreCheckedBeforeTheyAreKept(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		whole := filepath.Join(t.TempDir(), "files")
		for key, c := range map[string]struct{ good, bad []string }{
			engine.KeyActingUser:   {[]string{"123", "a1b2-c3"}, []string{"a b", "1/2", "1?x", strings.Repeat("1", 129)}},
			engine.KeyAlertsWhose:  {[]string{"everyone", "mine"}, []string{"theirs", "Mine"}},
			engine.KeyPrefetch:     {[]string{"pdf", "pdf,xlsx", "pdf, json", "none"}, []string{"doc", "pdf,,xlsx", "none,pdf", "."}},
			engine.KeyDownloadDir:  {[]string{whole}, []string{"files", "./files"}},
			engine.KeyQuietHours:   {[]string{"20:00-07:00", "08:00 - 09:30"}, []string{"20-7", "25:00-07:00", "20:00", "20:00-07:60"}},
			engine.KeyQuietFailure: {[]string{"true", "false"}, []string{"yes", "1"}},
			engine.KeyPausedUntil:  {[]string{"forever", "2026-11-21T18:00:00Z"}, []string{"tomorrow", "18:00"}},
			engine.KeyTunnel:       {[]string{"ngrok", "own"}, []string{"cloudflare"}},
			engine.KeyPublicURL:    {[]string{"https://a.example", "a.ngrok.app", "http://127.0.0.1:80", "http://localhost", "http://[::1]:1"}, []string{"http://a.example", "ftp://a.example", "https://", "https://me:secret@a.example", "http://127.0.0.1.example"}},
			engine.KeyListen:       {[]string{"127.0.0.1:8465", ":80", "[::1]:9"}, []string{"127.0.0.1", "localhost"}},
			engine.KeyRedirectURL:  {[]string{"https://a.example/cb", "http://127.0.0.1:5000/cb"}, []string{"http://a.example/cb", "javascript://x"}},
			engine.KeyAlertsKinds:  {[]string{"all", "none", "failed", "completed, failed,order"}, []string{"summary", "failed,,order", "none,failed", "Failed"}},
			engine.KeyAlertsSound:  {[]string{"true", "false"}, []string{"on"}},
			engine.KeyAutostart:    {[]string{"true", "false"}, []string{"yes"}},
			engine.KeyTheme:        {[]string{"system", "light", "dark"}, []string{"blue"}},
			engine.KeyTextSize:     {[]string{"100", "140", "200"}, []string{"90", "110", "220", "large", "140%"}},
			engine.KeyLanguage:     {[]string{"system", "en", "es"}, []string{"de", "en_US"}},
			engine.KeyFolderNames:  {[]string{"address", "name", "reference"}, []string{"id", "../x"}},
			engine.KeyFormats:      {[]string{"pdf", "pdf,xlsx,json"}, []string{"doc"}},
			engine.KeyRetention:    {[]string{"1", "400"}, []string{"0", "-3", "a week", "40000"}},
			engine.KeyNgrokToken:   {[]string{"abc"}, []string{"two\nlines", "a\x00b", strings.Repeat("x", 4097)}},
		} {
			for _, v := range c.good {
				if err := w.e.Set(t.Context(), engine.Values{key: v}); err != nil {
					t.Errorf("%s=%q: %v", key, v, err)
				}
				if key == engine.KeyTunnel || key == engine.KeyNgrokToken {
					continue
				}
				if got := w.e.Value(key); got != v {
					t.Errorf("%s=%q reads back as %q", key, v, got)
				}
			}
			kept := w.e.Value(key)
			for _, v := range c.bad {
				if err := w.e.Set(t.Context(), engine.Values{key: v}); !isUsage(err) {
					t.Errorf("%s=%.50q: %v", key, v, err)
				}
			}
			if got := w.e.Value(key); got != kept {
				t.Errorf("%s was %q and is %q", key, kept, got)
			}
		}
		if err := w.e.Set(t.Context(), engine.Values{"colour": "red"}); !isUsage(err) {
			t.Errorf("an unknown setting: %v", err)
		}
		w.set(engine.KeyAlertsWhose, "")
		if v := w.e.Value(engine.KeyAlertsWhose); v != "everyone" {
			t.Errorf("taken back, it is %q", v)
		}
	})
}

func TestOfSettingsThatChangeTogetherAllAreKeptOrNone(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		now := func() map[string]string {
			all := map[string]string{}
			for _, key := range []string{engine.KeyTheme, engine.KeyRetention, engine.KeyClientID, engine.KeyClientSecret} {
				all[key] = w.e.Value(key)
			}
			return all
		}
		before := now()
		if before[engine.KeyClientID] == "" {
			t.Fatal("there is no client id to begin with")
		}
		refused := errors.New("the keyring is full")
		for name, c := range map[string]struct {
			values engine.Values
			breaks func(v *vault)
		}{
			"one does not fit":        {engine.Values{engine.KeyTheme: "dark", engine.KeyRetention: "soon", engine.KeyClientID: "other"}, nil},
			"one is not known":        {engine.Values{engine.KeyTheme: "dark", "colour": "red", engine.KeyClientID: "other"}, nil},
			"a secret cannot be kept": {engine.Values{engine.KeyTheme: "dark", engine.KeyClientID: "other", engine.KeyClientSecret: "s"}, func(v *vault) { v.refused = map[string]error{engine.KeyClientSecret: refused} }},
			"a secret is too long":    {engine.Values{engine.KeyClientID: "other", engine.KeyClientSecret: strings.Repeat("x", 4097)}, nil},
		} {
			if c.breaks != nil {
				c.breaks(w.secrets)
			}
			err := w.e.Set(t.Context(), c.values)
			if c.breaks == nil && !isUsage(err) || c.breaks != nil && !errors.Is(err, refused) {
				t.Errorf("%s: %v", name, err)
			}
			w.secrets.refused = nil
			if got := now(); !maps.Equal(got, before) {
				t.Errorf("%s: now it is %q", name, got)
			}
		}
		if err := w.e.Set(t.Context(), engine.Values{engine.KeyTheme: "dark", engine.KeyRetention: "30", engine.KeyClientID: "a", engine.KeyClientSecret: "b"}); err != nil {
			t.Fatal(err)
		}
		if got := now(); got[engine.KeyTheme] != "dark" || got[engine.KeyRetention] != "30" || got[engine.KeyClientID] != "a" || got[engine.KeyClientSecret] != "b" {
			t.Errorf("set, they are %q", got)
		}
	})
}

// TestNobodySeesTwoSecretsOfDifferentPairs: the keyring takes them one after the other.
func TestNobodySeesTwoSecretsOfDifferentPairs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		pair := func() string { id, secret := w.e.Client(); return id + " " + secret }
		old := pair()
		w.secrets.slow = 2 * time.Second
		set := make(chan error, 1)
		go func() {
			set <- w.e.Set(t.Context(), engine.Values{engine.KeyClientID: "a", engine.KeyClientSecret: "b"})
		}()
		for range 3 {
			time.Sleep(time.Second) // sleep: the bubble's clock
			if got := pair(); got != old {
				t.Errorf("while they are being kept the pair is %q", got)
			}
			if got := w.e.Value(engine.KeyClientID); got+" "+simulator.ClientSecret != old {
				t.Errorf("alone the id is %q", got)
			}
		}
		if err := <-set; err != nil || pair() != "a b" {
			t.Errorf("afterwards the pair is %q, %v", pair(), err)
		}
	})
}

// TestWhatASettingMayNotBeIsToldInSpanish: no word of it is English.
func TestWhatASettingMayNotBeIsToldInSpanish(t *testing.T) {
	for key, wrong := range map[string]string{
		engine.KeyActingUser: "a b", engine.KeyAlertsKinds: "weather", engine.KeyDownloadDir: "here", engine.KeyFormats: "papyrus",
		engine.KeyListen: "there", engine.KeyPausedUntil: "soon", engine.KeyPublicURL: "https://office.example/x", engine.KeyQuietHours: "night",
		engine.KeyRedirectURL: "http://office.example", engine.KeyRetention: "0", engine.KeyTunnel: "pigeon",
	} {
		err := engine.CheckSetting(key, wrong)
		if err == nil {
			t.Errorf("%s may be %q", key, wrong)
			continue
		}
		got := say.Of(err).For(inSpanish)
		if !strings.HasPrefix(got, "«") || strings.Contains(got, " is ") || strings.Contains(got, " has ") {
			t.Errorf("%s: %q", key, got)
		}
		if !strings.HasPrefix(err.Error(), `"`) {
			t.Errorf("%s on a terminal: %q", key, err)
		}
	}
}

func TestSecretsAreListedOnlyAsBeingThere(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		w.set(engine.KeyNgrokToken, "hush")
		w.set(engine.KeyClientSecret, "")
		list, err := w.e.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, s := range list {
			seen[s.Key] = s.Value
			if s.Help == "" {
				t.Errorf("%s is not explained", s.Key)
			}
		}
		if seen[engine.KeyNgrokToken] != "(set)" || seen[engine.KeyClientSecret] != "" {
			t.Errorf("%q, %q", seen[engine.KeyNgrokToken], seen[engine.KeyClientSecret])
		}
		if err := w.store.View(func(tx *storage.Tx) error {
			for k, v := range tx.Settings() {
				if strings.Contains(v, "hush") {
					t.Errorf("the secret lies in the database under %s", k)
				}
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsGivenWinsOverWhatIsSaved(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.given[engine.KeyListen] = "127.0.0.1:1"
		w.start()
		w.set(engine.KeyListen, "127.0.0.1:2")
		if v := w.e.Value(engine.KeyListen); v != "127.0.0.1:1" {
			t.Errorf("in force is %q", v)
		}
		list, err := w.e.Settings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			if s.Fixed != (s.Key == engine.KeyListen) {
				t.Errorf("%s is fixed by the start: %v", s.Key, s.Fixed)
			}
		}
		w.stop()
		delete(w.given, engine.KeyListen)
		w.start()
		if v := w.e.Value(engine.KeyListen); v != "127.0.0.1:2" {
			t.Errorf("saved is %q", v)
		}
	})
}

func TestABackupThatWasCutOffIsClearedAway(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		if err := os.Mkdir(w.backups, 0o700); err != nil {
			t.Fatal(err)
		}
		ours := []string{"dormer-1999-12-30.db.unread", "dormer-1999-12-31.db.unread.2718281828.tmp"}
		theirs := []string{"dormer-mine.db.314.tmp", "dormer.db.unread.txt", "notes.tmp", "roof.db.unread"}
		for _, name := range slices.Concat(ours, theirs) {
			if err := os.WriteFile(filepath.Join(w.backups, name), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		w.start()
		w.pass(time.Minute)
		if left, want := files(t, w.backups), append([]string{"dormer-2000-01-01.db"}, theirs...); !slices.Equal(left, want) {
			t.Errorf("there are %q, want %q", left, want)
		}
	})
}

func TestOldEventsGoAndJobsStay(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyRetention, "2")
		w.pass(time.Second)
		id := w.working(jobSpec)
		if n := len(w.events()); n == 0 {
			t.Fatal("no events")
		}
		w.pass(4 * 24 * time.Hour)
		if left := w.events(); len(left) != 0 {
			t.Errorf("%d events are left: %+v", len(left), left)
		}
		w.job(id)
	})
}

func TestABackupIsWrittenOnceAndACompactionLosesNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(jobSpec)
		path := filepath.Join(w.dir, "copy.db")
		if err := w.e.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := storage.Verify(path); err != nil {
			t.Error(err)
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.e.Backup(t.Context(), path); err == nil || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("%v", err)
		}
		if after, err := os.ReadFile(path); err != nil || len(after) != len(before) {
			t.Errorf("%d bytes became %d, %v", len(before), len(after), err)
		}
		if err := w.e.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.complete(id)
		w.pass(5 * time.Second)
		if n := len(w.alerts()); n != 1 {
			t.Errorf("%d alerts after the compaction", n)
		}
	})
}

func TestReplayOfAnEventThatIsNotThereReplaysNothing(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.working(jobSpec)
		asked := len(w.sim.Requests())
		if n, err := w.e.Replay(t.Context(), []uint64{1, 2, 99999}); n != 0 || !errors.Is(err, engine.ErrUnknown) {
			t.Errorf("%d, %v", n, err)
		}
		w.pass(10 * time.Second)
		if n := len(w.sim.Requests()) - asked; n != 0 {
			t.Errorf("Hover was asked %d times", n)
		}
	})
}

func TestFoldersAreNamedAsThePersonWants(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		saved := func() string {
			id := w.working(simulator.JobSpec{Name: "Whitfield", ExternalID: "CRM-88"})
			w.complete(id)
			w.pass(5 * time.Second)
			for _, f := range w.job(id).Models[0].Files {
				if f.State == "saved" {
					return strings.Replace(filepath.Base(filepath.Dir(f.Path)), string(id), "ID", 1)
				}
			}
			t.Fatal("nothing is saved")
			return ""
		}
		for _, c := range []struct{ by, want string }{{"name", "Whitfield (ID)"}, {"reference", "CRM-88 (ID)"}} {
			w.set(engine.KeyFolderNames, c.by)
			if got := saved(); got != c.want {
				t.Errorf("by %s the folder is %q", c.by, got)
			}
		}
	})
}
