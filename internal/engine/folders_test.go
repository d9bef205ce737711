package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
)

// drive is a network drive with the download folder on it, that may go away: then
// whoever asks it is held.
type drive struct {
	mu   sync.Mutex
	away chan struct{} // nil while it is there
}

// onADrive has the download folder on a network drive.
func (w *world) onADrive() *drive {
	d := &drive{}
	w.exists = func(path string) bool {
		d.wait()
		_, err := os.Stat(path)
		return err == nil
	}
	w.free = func(path string) (uint64, error) {
		if strings.HasPrefix(path, filepath.Join(w.dir, "Documents")) {
			d.wait()
		}
		return 1 << 40, nil
	}
	w.t.Cleanup(d.back)
	return d
}

func (d *drive) wait() {
	d.mu.Lock()
	away := d.away
	d.mu.Unlock()
	if away != nil {
		<-away
	}
}

// goes has the drive go away.
func (d *drive) goes() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away = make(chan struct{})
}

// back has it come back.
func (d *drive) back() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away != nil {
		close(d.away)
		d.away = nil
	}
}

// pdf gives a job's PDF as the list of jobs shows it.
func (w *world) pdf(id hover.JobID) engine.FileView {
	w.t.Helper()
	for j, err := range w.e.Jobs(w.t.Context(), engine.JobFilter{}) {
		if err != nil {
			w.t.Fatal(err)
		}
		if j.ID != id {
			continue
		}
		for _, f := range j.Models[0].Files {
			if f.Format == string(hover.FormatPDF) {
				return f
			}
		}
	}
	w.t.Fatalf("job %s has no PDF in the list", id)
	panic("unreachable")
}

func TestADriveThatHasGoneHoldsUpNeitherTheListsNorTheNewsNorTheEnd(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		d := w.onADrive()
		w.ready()
		first := w.working(simulator.JobSpec{})
		w.complete(first)
		w.pass(5 * time.Second)
		saved := w.pdf(first)
		if saved.State != "saved" || saved.Path == "" {
			t.Fatalf("the PDF is %+v", saved)
		}
		d.goes()
		began := time.Now()
		for range 20 {
			if f := w.pdf(first); f != saved {
				t.Errorf("while nobody can look, the PDF is %+v", f)
			}
			if _, err := w.e.Job(t.Context(), first); err != nil {
				t.Error(err)
			}
			if _, err := w.e.Detail(t.Context(), first); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the lists took %s", took)
		}
		began = time.Now()
		if err := w.e.Act(t.Context(), engine.ActOpenPDF, first, ""); err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("the PDF was opened: %v", err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("to open a PDF took %s", took)
		}

		second := w.working(simulator.JobSpec{})
		w.complete(second)
		w.pass(20 * time.Second)
		w.wantShown(job.Completed, job.Completed)
		if f := w.pdf(second); f.State == "saved" {
			t.Errorf("the second one's PDF is %+v", f)
		}
		w.set(engine.KeyDownloadDir, filepath.Join(w.dir, "Documents")) // has it looked at
		w.pass(15 * time.Second)
		w.wantDisk(engine.Amber, filepath.Join(w.dir, "Documents"), "does not answer")

		d.back()
		w.pass(2 * time.Minute)
		if f := w.pdf(second); f.State != "saved" {
			t.Errorf("the drive is back, and the second one's PDF is %+v", f)
		}
		w.wantDisk(engine.Green, "")
		if err := os.Remove(saved.Path); err != nil {
			t.Fatal(err)
		}
		if f := w.pdf(first); f.State != "ready" || f.Path != "" {
			t.Errorf("somebody has deleted it, and the PDF is %+v", f)
		}

		d.goes()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Second)
		began = time.Now()
		w.stop()
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the end took %s", took)
		}
		d.back()
	})
}
