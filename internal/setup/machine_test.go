package setup_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/setup"
)

// on opens a data folder on a machine, and gives the webhook's path and how the
// settings come.
func on(t *testing.T, f setup.Flags, machine string, e env) (path string, from map[string]string) {
	t.Helper()
	d, err := setup.New(t.Context(), load(t, f, e), setup.Options{
		Log: slog.New(slog.DiscardHandler), Getenv: e.get, Machine: func() string { return machine },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	all, err := d.Engine().Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	from = map[string]string{}
	for _, s := range all {
		from[s.Key] = s.From
	}
	return d.Engine().HookPath(), from
}

func TestACopiedDataFolderGetsAPathOfItsOwn(t *testing.T) {
	f := folder(t)
	first, _ := on(t, f, "office", nil)
	copied := f
	copied.DataDir = filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied.DataDir, os.DirFS(f.DataDir)); err != nil {
		t.Fatal(err)
	}
	second, _ := on(t, copied, "laptop\n", nil)
	if second == first {
		t.Error("both computers have the same path")
	}
	for _, again := range []string{"laptop", "", "laptop"} { // unreadable counts as unchanged
		if path, _ := on(t, copied, again, nil); path != second {
			t.Errorf("on %q the path became another one", again)
		}
	}
	if path, _ := on(t, f, "office", nil); path != first {
		t.Error("the first computer's path became another one")
	}
	// A database that is begun anew knows the machine by what stands beside it.
	if err := os.Remove(filepath.Join(f.DataDir, "dormer.db")); err != nil {
		t.Fatal(err)
	}
	if path, _ := on(t, f, "office", nil); path != first {
		t.Error("without its database the first computer's path became another one")
	}
	if err := os.Remove(filepath.Join(f.DataDir, "dormer.db")); err != nil {
		t.Fatal(err)
	}
	if path, _ := on(t, f, "third", nil); path == first {
		t.Error("a third computer has the first one's path")
	}
}

func TestWhatTheEnvironmentGivesIsSaidAndTakenAsItIsMeant(t *testing.T) {
	f := folder(t)
	_, from := on(t, f, "", env{"NGROK_AUTHTOKEN": "\ufeff\"ngrok config add-authtoken 2abc_DEF\"\r\n", "DORMER_LISTEN": "127.0.0.1:9"})
	if from[engine.KeyNgrokToken] != "NGROK_AUTHTOKEN" || from[engine.KeyListen] != "DORMER_LISTEN" || from[engine.KeyClientID] != "default" {
		t.Errorf("%v", from)
	}
	e := env{"NGROK_AUTHTOKEN": "two words"}
	_, err := setup.New(t.Context(), load(t, f, e), setup.Options{Log: slog.New(slog.DiscardHandler), Getenv: e.get, Machine: func() string { return "" }})
	if err == nil {
		t.Error("what cannot be a token was taken")
	}
}
