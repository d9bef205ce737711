//go:build peers

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/simulator"
)

// TestPeersViewer opens a measurement PDF in real viewers.
func TestPeersViewer(t *testing.T) {
	for _, viewer := range []string{"evince", "mupdf", "zathura"} {
		t.Run(viewer, func(t *testing.T) {
			s := newScreen(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "71", State: hover.JobCompleted}}})
			needs(t, viewer)
			// The person's programs are where they are; that PDFs are for this one is
			// all that is arranged.
			if err := os.WriteFile(s.path("bin", "xdg-open"), fmt.Appendf(nil, "#!/bin/sh\nPATH=%q exec %s \"$1\"\n", os.Getenv("PATH"), viewer), 0o700); err != nil {
				t.Fatal(err)
			}
			s.signedIn()
			began := time.Now()
			s.ask("get", "71", "--open")
			spent := time.Since(began)
			pdfs := pdfsBelow(t, s.downloads)
			if len(pdfs) != 1 {
				t.Fatalf("on disk are %q", pdfs)
			}
			name := filepath.Base(pdfs[0])
			eventually(t, "the PDF in a window", func() bool {
				_, err := s.x("xdotool", "search", "--onlyvisible", "--name", name[:min(len(name), 20)])
				return err == nil
			})
			s.picture("viewer-" + viewer)
			passed(t, packaged(t, viewer, viewer),
				fmt.Sprintf("opens the measurement PDF; get --open ends by itself after %s", spent.Round(100*time.Millisecond)))
		})
	}
}

// TestPeersWindowManager: the whole story of the desktop is told under each window
// manager.
func TestPeersWindowManager(t *testing.T) {
	for _, wm := range []string{"openbox", "xfwm4"} {
		t.Run(wm, func(t *testing.T) {
			needs(t, wm)
			t.Setenv("DORMER_PEERS_WM", wm)
			aFirstDay(t)
			passed(t, packaged(t, wm, wm), "the desktop from the first run to the open PDF")
		})
	}
}
