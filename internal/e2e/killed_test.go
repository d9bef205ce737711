//go:build unix

package e2e

import (
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/simulator"
)

// Two Dormers save into one folder, and one of them is killed in the middle of a
// download.
func TestWhatAKilledDownloadLeftIsGoneAtTheNextStartOfItsOwnDormer(t *testing.T) {
	t.Parallel()
	account := simulator.Account{Jobs: []simulator.JobSpec{{ID: "51", State: "processing"}}}
	c, other := newComputer(t, account), newComputer(t, account)
	other.downloads = c.downloads
	parts := func() []string { return c.inDownloads(".dormer-*.part") }
	c.signedIn()
	c.hover.SetFaults(func(f *simulator.Faults) { f.ArtifactSlow = 20 * time.Second })
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the PDF is on its way to the disk", func() bool { return len(parts()) == 1 })
	under := parts()[0]

	other.signedIn()
	other.stop()
	c.kill()
	other.start() // it cannot know that nobody will finish it
	if got := parts(); len(got) != 1 || got[0] != under {
		t.Fatalf("the other one has left %q, not %s", got, under)
	}
	c.hover.SetFaults(func(f *simulator.Faults) { f.ArtifactSlow = 0 })
	c.start()
	eventually(t, "only the whole PDF is left", func() bool {
		return len(parts()) == 0 && len(c.inDownloads("*.pdf")) == 1
	})
}

// inDownloads finds files in the folders of jobs.
func (c *computer) inDownloads(pattern string) []string {
	c.t.Helper()
	found, err := filepath.Glob(filepath.Join(c.downloads, "*", pattern))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}
