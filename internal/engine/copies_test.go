package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/records"
	"dormer/internal/simulator"
)

// filesBelow gives the files below a folder, by their names in it.
func filesBelow(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsSavedIsCopiedToTheSecondFolder(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		cloud := filepath.Join(w.dir, "OneDrive")
		if err := os.Mkdir(cloud, 0o700); err != nil {
			t.Fatal(err)
		}
		w.set(engine.KeyCopyTo, cloud)
		w.set(engine.KeyCopyName, "{city}/{street} {structure}")
		one := w.working(simulator.JobSpec{Address: barre})
		w.complete(one)
		w.pass(5 * time.Second)
		if got := filesBelow(t, cloud); len(got) != 1 || got[0] != "Barre/9 Quarry Hill House.pdf" {
			t.Fatalf("in the second folder are %q", got)
		}
		files := w.job(one).Models[0].Files
		pdf := slices.IndexFunc(files, func(f engine.FileView) bool { return f.State == engine.FileSaved && f.Format == "pdf" })
		saved, err := os.ReadFile(files[pdf].Path)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(filepath.Join(cloud, "Barre", "9 Quarry Hill House.pdf")); err != nil || string(b) != string(saved) {
			t.Errorf("the copy is another file: %v", err)
		}

		// Other formats stay where they are, but for those that are chosen.
		get := func(f hover.Format) {
			t.Helper()
			for _, err := range w.e.Get(t.Context(), engine.GetRequest{Jobs: []hover.JobID{one}, Formats: []hover.Format{f}}) {
				if err != nil {
					t.Fatal(err)
				}
			}
			w.pass(time.Second)
		}
		get(hover.FormatXML)
		if got := filesBelow(t, cloud); len(got) != 1 {
			t.Errorf("in the second folder are %q", got)
		}
		w.set(engine.KeyCopyFormats, "pdf,esx")
		get(hover.FormatESX)
		if got := filesBelow(t, cloud); len(got) != 2 || got[0] != "Barre/9 Quarry Hill House.esx" {
			t.Errorf("in the second folder are %q", got)
		}
	})
}

func TestACopyThatFailsIsSaidAndMadeUpFor(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		cloud := filepath.Join(w.dir, "Dropbox")
		w.set(engine.KeyCopyTo, cloud) // its program is not there yet
		one := w.working(simulator.JobSpec{Address: barre})
		w.complete(one)
		w.pass(5 * time.Second)
		if w.rowFor(one).ShownAt.IsZero() || len(w.job(one).Models[0].Files) == 0 {
			t.Error("the copy holds up what it must not")
		}
		if _, err := os.Stat(cloud); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the folder was made: %v", err)
		}
		says := func() string {
			for _, l := range w.status().Lamps {
				if l.Name == "disk" {
					return l.Says.String()
				}
			}
			return ""
		}
		if got := says(); !strings.Contains(got, "not copied to the second folder") || !strings.Contains(got, "Dropbox") {
			t.Errorf("the lamp says %q", got)
		}
		w.restart()
		if err := os.Mkdir(cloud, 0o700); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if got := filesBelow(t, cloud); len(got) != 1 || got[0] != "9 Quarry Hill, Barre VT 05641/House measurements.pdf" {
			t.Errorf("in the second folder are %q", got)
		}
		if got := says(); strings.Contains(got, "second folder") {
			t.Errorf("the lamp still says %q", got)
		}
	})
}

// What waits for another try does not wait for hours that a clock was ahead.
func TestAClockThatIsSetBackPutsOffNoCopyAndNoPaper(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var ahead atomic.Int64
		ahead.Store(int64(5 * time.Hour))
		w.now = func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) }
		w.ready()
		cloud := filepath.Join(w.dir, "Dropbox")
		w.set(engine.KeyCopyTo, cloud) // its program is not there yet
		w.complete(w.working(simulator.JobSpec{Address: barre}))
		id := w.working(simulator.JobSpec{})
		w.faults(func(f *simulator.Faults) {
			f.Answers = []simulator.Answer{{Path: "/api/v1/estimates/*", Status: 503, Count: simulator.Always}}
		})
		if _, err := w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles}); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		ahead.Store(0)
		w.answersAsUsual()
		if err := os.Mkdir(cloud, 0o700); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		if got := filesBelow(t, cloud); len(got) != 1 {
			t.Errorf("in the second folder are %q", got)
		}
		if got := w.inFolder(id); len(got) != 1 {
			t.Errorf("saved is %q", got)
		}
	})
}

func TestASecondFolderIsCheckedWhenItIsSet(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.start()
		for key, value := range map[string]string{
			engine.KeyCopyTo: "OneDrive", engine.KeyCopyName: "{adress}", engine.KeyCopyFormats: "doc",
		} {
			if err := w.e.Set(t.Context(), engine.Values{key: value}); !errors.Is(err, records.ErrUsage) {
				t.Errorf("%s %q: %v", key, value, err)
			}
		}
	})
}

func TestAFileThatWasAskedForIsToldByItself(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyAlertsFiles, "esx")
		one := w.working(simulator.JobSpec{Address: barre})
		w.complete(one)
		w.pass(5 * time.Second)
		var said []string
		for _, n := range w.desk.all() {
			said = append(said, n.Title)
			if n.Kind == "file" && (len(n.Actions) == 0 || n.Actions[0] != engine.ActShowFolder) {
				t.Errorf("it offers %q", n.Actions)
			}
		}
		slices.Sort(said)
		if want := []string{"9 Quarry Hill, Barre VT is measured", "The ESX file of 9 Quarry Hill, Barre VT is ready"}; !slices.Equal(said, want) {
			t.Errorf("told was %q, want %q", said, want)
		}
		if err := w.sim.CompleteJob(one); err != nil { // Hover says it once more
			t.Fatal(err)
		}
		w.pass(time.Minute)
		if n := len(w.desk.all()); n != 2 {
			t.Errorf("told %d times", n)
		}
	})
}
