package setup_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/setup"
)

func TestTheDemoGetsReadyAndLeavesNothingOutsideItsDirectory(t *testing.T) {
	home := t.TempDir()
	on := true
	f := setup.Flags{DataDir: filepath.Join(home, "data"), Demo: &on}
	for range 2 { // the second one begins anew
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		d := open(t, f, nil)
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		ready := false
		for range d.Engine().Watch(ctx) {
			s, err := d.Engine().Status(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if ready = s.State == engine.StateReady && s.Demo && s.CatchUp.LastRun.After(time.Time{}); ready {
				break
			}
		}
		if !ready {
			t.Error("the demo was not ready within a minute")
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, dir := range []string{home, f.DataDir} {
		list, err := os.ReadDir(dir)
		if err != nil || len(list) != 1 || list[0].Name() != map[string]string{home: "data", f.DataDir: "demo"}[dir] {
			t.Errorf("in %s there is %v, %v", dir, list, err)
		}
	}
}

func TestWhatTheDemoDownloadsIsItsOwnersAlone(t *testing.T) {
	on := true
	f := setup.Flags{DataDir: filepath.Join(t.TempDir(), "data"), Demo: &on}
	documents := filepath.Join(f.DataDir, "demo", "Documents")
	if err := os.MkdirAll(documents, 0o755); err != nil { // an earlier demo's
		t.Fatal(err)
	}
	for range 2 {
		if err := open(t, f, nil).Close(); err != nil {
			t.Fatal(err)
		}
		private(t, documents, 0o700)
	}
}

func TestADownloadFolderElsewhereIsLeftToItsOwner(t *testing.T) {
	on := true
	home := t.TempDir()
	elsewhere := filepath.Join(home, "PDFs")
	if err := os.Mkdir(elsewhere, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(elsewhere, 0o755); err != nil {
		t.Fatal(err)
	}
	f := setup.Flags{DataDir: filepath.Join(home, "data"), DownloadDir: elsewhere, Demo: &on}
	if err := open(t, f, nil).Close(); err != nil {
		t.Fatal(err)
	}
	private(t, elsewhere, 0o755)
}
