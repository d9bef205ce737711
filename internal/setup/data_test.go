package setup_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/setup"
	"dormer/storage"
)

func open(t *testing.T, f setup.Flags, e env) *setup.Dormer {
	t.Helper()
	d, err := setup.New(t.Context(), load(t, f, e), setup.Options{Log: slog.New(slog.DiscardHandler), Getenv: e.get})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func reads(t *testing.T, f setup.Flags, e env) *setup.Closed {
	t.Helper()
	r, err := setup.OpenReads(load(t, f, e), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestSecretsOfTheEnvironmentAreStoredAndWin(t *testing.T) {
	f := folder(t)
	e := env{"NGROK_AUTHTOKEN": "token-1", "DORMER_HOVER_CLIENT_ID": "id-1", "DORMER_HOVER_CLIENT_SECRET": "hush-1"}
	d := open(t, f, e)
	if v := d.Engine().Value(engine.KeyNgrokToken); v != "token-1" {
		t.Errorf("the token is %q", v)
	}
	_ = d.Close()
	d = open(t, f, nil)
	if v := d.Engine().Value(engine.KeyClientSecret); v != "hush-1" {
		t.Errorf("stored is %q", v)
	}
	_ = d.Close()
	e["DORMER_HOVER_CLIENT_SECRET"] = "hush-2"
	d = open(t, f, e)
	if v := d.Engine().Value(engine.KeyClientSecret); v != "hush-2" {
		t.Errorf("the environment's is %q", v)
	}
	_ = d.Close()
	for _, name := range []string{"dormer.db", "installation.json"} {
		b, err := os.ReadFile(filepath.Join(f.DataDir, name))
		if err == nil && bytes.Contains(b, []byte("hush")) {
			t.Errorf("%s holds a secret", name)
		}
	}
	// Verbs on a closed directory ignore the environment's secrets.
	e["NGROK_AUTHTOKEN"] = "token-3"
	if v := reads(t, f, e).Value(engine.KeyNgrokToken); v != "token-1" {
		t.Errorf("a verb sees %q", v)
	}
}

func TestAClosedDirectoryCanBeReadAndSet(t *testing.T) {
	f := folder(t)
	r := reads(t, f, nil)
	for _, err := range r.Jobs(t.Context(), engine.JobFilter{}) {
		if err == nil || !strings.Contains(err.Error(), "nothing in "+f.DataDir) {
			t.Errorf("jobs of nothing: %v", err)
		}
	}
	if list, err := r.Settings(t.Context()); err != nil || len(list) < 10 {
		t.Errorf("%d settings, %v", len(list), err)
	}
	if _, err := os.Stat(f.DataDir); err == nil {
		t.Error("looking made the folder")
	}
	if err := r.Set(t.Context(), engine.Values{engine.KeyTunnel: "cloud"}); !isUsage(err) {
		t.Errorf("%v", err)
	}
	for key, value := range map[string]string{engine.KeyTunnel: "own", engine.KeyClientSecret: "hush"} {
		if err := r.Set(t.Context(), engine.Values{key: value}); err != nil {
			t.Fatal(err)
		}
		if got := r.Value(key); got != value {
			t.Errorf("%s reads back as %q", key, got)
		}
	}
	private(t, f.DataDir, 0o700)
	for range r.Jobs(t.Context(), engine.JobFilter{}) {
		t.Error("a job in an empty database")
	}
	if _, err := r.Job(t.Context(), hover.JobID("1")); !errors.Is(err, engine.ErrUnknown) {
		t.Errorf("%v", err)
	}
}

func TestTwoCannotRunOnOneFolder(t *testing.T) {
	f := folder(t)
	d := open(t, f, nil)
	c := load(t, f, nil)
	for what, try := range map[string]func() error{
		"run": func() error {
			_, err := setup.New(t.Context(), c, setup.Options{Log: slog.New(slog.DiscardHandler), Getenv: env(nil).get})
			return err
		},
		"read": func() error { _, err := setup.OpenReads(c, "test"); return err },
		"restore": func() error {
			good := filepath.Join(t.TempDir(), "good.db")
			if err := d.Engine().Backup(t.Context(), good); err != nil {
				t.Fatal(err)
			}
			return setup.Restore(t.Context(), c, good)
		},
	} {
		if err := try(); !errors.Is(err, setup.ErrInUse) || !strings.Contains(err.Error(), f.DataDir) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	_ = open(t, f, nil).Close()
}

// garble overwrites the whole of a file.
func garble(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, bytes.Repeat([]byte("garbage!"), 8192), 0o600); err != nil {
		t.Fatal(err)
	}
}

// found gives the files of the data directory that match.
func found(t *testing.T, f setup.Flags, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(f.DataDir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestADamagedDatabaseIsSetAsideAndTheNewestGoodBackupTaken(t *testing.T) {
	f := folder(t)
	d := open(t, f, nil)
	backups := filepath.Join(f.DataDir, "backups")
	if err := os.MkdirAll(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"18", "19", "20"} {
		if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRetention: day}); err != nil {
			t.Fatal(err)
		}
		if err := d.Engine().Backup(t.Context(), filepath.Join(backups, "dormer-2026-11-"+day+".db")); err != nil {
			t.Fatal(err)
		}
	}
	_ = d.Close()
	garble(t, filepath.Join(backups, "dormer-2026-11-20.db"))
	garble(t, filepath.Join(f.DataDir, "dormer.db"))

	d = open(t, f, nil)
	if v := d.Engine().Value(engine.KeyRetention); v != "19" {
		t.Errorf("the data is of day %q", v)
	}
	if aside := found(t, f, "dormer.db.damaged-*"); len(aside) != 1 {
		t.Errorf("set aside are %q", aside)
	}
	s, err := d.Engine().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Lamps {
		if l.Name == "disk" && (l.State != engine.Amber || l.Do.IsZero() || !strings.Contains(l.Says.String(), "dormer-2026-11-19.db")) {
			t.Errorf("the lamp is %+v", l)
		}
	}
}

func TestSettingSomethingLeavesADamagedDatabaseToTheStart(t *testing.T) {
	f := folder(t)
	_ = open(t, f, nil).Close()
	r := reads(t, f, nil)
	garble(t, filepath.Join(f.DataDir, "dormer.db"))
	err := r.Set(t.Context(), engine.Values{engine.KeyRetention: "19"})
	if err == nil || !strings.Contains(err.Error(), "The database is damaged") || !strings.Contains(err.Error(), "Start Dormer") {
		t.Errorf("it says %v", err)
	}
	if aside := found(t, f, "dormer.db.damaged-*"); len(aside) != 0 {
		t.Errorf("nobody was told that there are %q", aside)
	}
	s, err := open(t, f, nil).Engine().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Lamps {
		if l.Name == "disk" && l.State != engine.Amber {
			t.Errorf("the lamp is %+v", l)
		}
	}
}

func TestABackupIsFoundWhateverTheDataFolderIsCalled(t *testing.T) {
	f := folder(t)
	f.DataDir = filepath.Join(f.DataDir, "roofs [west]")
	d := open(t, f, nil)
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRetention: "19"}); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(f.DataDir, "backups", "dormer-2026-11-19.db")
	if err := os.MkdirAll(filepath.Dir(backup), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	_ = d.Close()
	garble(t, filepath.Join(f.DataDir, "dormer.db"))
	if v := open(t, f, nil).Engine().Value(engine.KeyRetention); v != "19" {
		t.Errorf("it was begun anew beside a good backup: the setting is %q", v)
	}
}

func TestADamagedDatabaseWithoutABackupIsBegunAnew(t *testing.T) {
	f := folder(t)
	_ = open(t, f, nil).Close()
	garble(t, filepath.Join(f.DataDir, "dormer.db"))
	d := open(t, f, nil)
	if err := storage.Verify(found(t, f, "dormer.db.damaged-*")[0]); err == nil {
		t.Error("what was set aside is good")
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRetention: "5"}); err != nil {
		t.Error(err)
	}
}

// backedUp gives a backup that says 18, of data that says 19 by now.
func backedUp(t *testing.T, f setup.Flags) (backup string) {
	t.Helper()
	d := open(t, f, nil)
	backup = filepath.Join(t.TempDir(), "b.db")
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRetention: "18"}); err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRetention: "19"}); err != nil {
		t.Fatal(err)
	}
	_ = d.Close()
	return backup
}

func TestABackupIsRestoredAndThePresentDataKept(t *testing.T) {
	f := folder(t)
	backedUp(t, f)
	bad := filepath.Join(t.TempDir(), "bad.db")
	garble(t, bad)
	c := load(t, f, nil)
	for _, path := range []string{bad, bad + ".gone"} {
		if err := setup.Restore(t.Context(), c, path); err == nil || !strings.Contains(err.Error(), "no good backup") {
			t.Errorf("%v", err)
		}
	}
	if v := reads(t, f, nil).Value(engine.KeyRetention); v != "19" {
		t.Errorf("a bad backup changed the data to %q", v)
	}
}

func TestRestorePutsABackupInPlace(t *testing.T) {
	f := folder(t)
	backup := backedUp(t, f)
	if err := setup.Restore(t.Context(), load(t, f, nil), backup); err != nil {
		t.Fatal(err)
	}
	if v := reads(t, f, nil).Value(engine.KeyRetention); v != "18" {
		t.Errorf("restored is %q", v)
	}
	kept := found(t, f, "dormer.db.before-restore-*")
	if len(kept) != 1 || storage.Verify(kept[0]) != nil {
		t.Errorf("kept are %q", kept)
	}
	elsewhere := folder(t) // and where there was nothing
	if err := setup.Restore(t.Context(), load(t, elsewhere, nil), backup); err != nil {
		t.Fatal(err)
	}
	if v := reads(t, elsewhere, nil).Value(engine.KeyRetention); v != "18" {
		t.Errorf("restored is %q", v)
	}
}

// older puts the database of an older Dormer into a data folder.
func older(t *testing.T, f setup.Flags) (path string, as []byte) {
	t.Helper()
	as, err := os.ReadFile(filepath.Join("..", "..", "storage", "testdata", "schema-1.db"))
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(f.DataDir, "dormer.db")
	if err := errors.Join(os.MkdirAll(f.DataDir, 0o700), os.WriteFile(path, as, 0o600)); err != nil {
		t.Fatal(err)
	}
	return path, as
}

func TestTheDatabaseOfAnOlderDormerIsKeptBeforeItIsBroughtUpToDate(t *testing.T) {
	f := folder(t)
	_, as := older(t, f)
	found := func(r *engine.Records) (n int) {
		for _, err := range r.Jobs(t.Context(), engine.JobFilter{Search: "residence"}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	r := reads(t, f, nil) // a verb reads it as it is
	if n := found(r.Records); n != 1 {
		t.Errorf("a verb finds %d jobs", n)
	}
	_ = r.Close()
	for range 2 {
		d := open(t, f, nil)
		if n := found(d.Engine().Records); n != 1 {
			t.Errorf("%d jobs are found", n)
		}
		_ = d.Close()
	}
	kept, err := os.ReadDir(filepath.Join(f.DataDir, "backups"))
	if err != nil || len(kept) != 1 || kept[0].Name() != "before-schema-5.db" {
		t.Fatalf("kept is %v, %v", kept, err)
	}
	path := filepath.Join(f.DataDir, "backups", kept[0].Name())
	if i, err := os.Stat(path); err != nil || i.Size() < int64(len(as))/2 || i.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", i, err)
	}
	if err := setup.Restore(t.Context(), load(t, f, nil), path); err != nil {
		t.Errorf("it cannot be taken back: %v", err)
	}
}

func TestWithoutRoomToKeepItAnOlderDatabaseIsNotTouched(t *testing.T) {
	f := folder(t)
	path, as := older(t, f)
	if err := os.WriteFile(filepath.Join(f.DataDir, "backups"), nil, 0o600); err != nil { // there can be no folder
		t.Fatal(err)
	}
	_, err := setup.New(t.Context(), load(t, f, nil), setup.Options{Log: slog.New(slog.DiscardHandler), Getenv: env{}.get})
	if err == nil || !strings.Contains(err.Error(), "older Dormer") || !strings.Contains(err.Error(), "Free some space") {
		t.Errorf("it says %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, as) {
		t.Errorf("the database was touched: %v", err)
	}
}
