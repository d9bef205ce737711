//go:build !race

package engine_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/storage"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Stories of many days, of a thousand houses or of one large picture. Under the race
// detector each takes ten times as long and half a minute; what they do at once with
// anything else, the short stories do under it.

func TestNeverMoreThanAHundredRequestsInAnyMinute(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.sim.AddJobs(772)
		var burst []hover.JobID
		for range 200 {
			burst = append(burst, w.sim.AddJob(simulator.JobSpec{State: hover.JobWorking}))
		}
		w.ready()
		for _, id := range burst {
			if err := w.sim.CompleteJob(id); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(30 * time.Minute)
		told := 0
		for _, a := range w.alerts() {
			if a.Kind == job.Completed {
				told++
			}
		}
		if told != len(burst) {
			t.Errorf("%d of %d are told", told, len(burst))
		}
		all := w.sim.Requests()
		var at []time.Time
		for _, r := range all {
			if !r.Storage {
				at = append(at, r.At)
			}
		}
		slices.SortFunc(at, time.Time.Compare)
		most, first := 0, 0
		for i := range at {
			for at[i].Sub(at[first]) >= time.Minute {
				first++
			}
			most = max(most, i-first+1)
		}
		if most > 100 || most < 50 {
			t.Errorf("%d requests within a minute", most)
		}
		for _, r := range all {
			if r.Status == 429 {
				t.Fatal("Hover had to ask for a pause")
			}
		}
	})
}

// A battery that is empty, a person who tries something: for some days the clock is
// years ahead, or behind. Hover answers all the while, as it does where the
// certificates are good for that long.
func TestAClockThatIsYearsOffCostsNothing(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": 9 * 365 * 24 * time.Hour, "behind": -9 * 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.backups = filepath.Join(w.dir, "backups")
				var set atomic.Int64
				w.now = func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
				w.ready()
				w.set(engine.KeyRetention, "7")
				for range 8 {
					w.pass(24 * time.Hour)
				}
				w.emit(told("11", "working"), simulator.Delivery{})
				events, good := len(w.events()), files(t, w.backups)
				if len(good) != 7 {
					t.Fatalf("kept are %q", good)
				}
				set.Store(int64(off))
				w.pass(time.Minute)
				w.wantDisk(engine.Amber, "", "clock is wrong", name, "are kept", "date and time")
				w.pass(30 * time.Hour)
				w.emit(told("12", "working"), simulator.Delivery{})
				if n := len(w.events()); n != events+1 {
					t.Errorf("of %d events there are %d", events+1, n)
				}
				if got := files(t, w.backups); !slices.Equal(got[:7], good) || len(got) < 8 {
					t.Errorf("of %q there are %q", good, got)
				}
				set.Store(0)
				w.pass(2 * time.Hour)
				w.wantDisk(engine.Green, "")
				if got := files(t, w.backups); len(got) != 7 || got[6] <= good[6] {
					t.Errorf("then there are %q", got)
				}
				w.emit(told("13", "working"), simulator.Delivery{})
				for range 8 { // and what is old goes again
					w.pass(24 * time.Hour)
				}
				w.emit(told("14", "working"), simulator.Delivery{})
				if n := len(w.events()); n != 1 {
					t.Errorf("eight days later there are %d events", n)
				}
			})
		})
	}
}

// TestTheDoctorNamesTheAnswersThatItMet goes through the whole story of the first
// contact, once with everything as Hover's pages say and once with nothing so, and
// has the doctor tell each answer that can be seen.
func TestTheDoctorNamesTheAnswersThatItMet(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*simulator.Faults)
		want map[string]string // finding → words
	}{
		{"as Hover's pages say", likely, map[string]string{
			"traffic/signature": "sha256, path without query", "traffic/headers": "Hover-Signature-256 + Hover-Signature", "traffic/bodies": "JSON (",
			"traffic/verification": "1 of 1 verification post came signed", "traffic/job-events": "Only job-state-changed-v2",
			"replies/pkce": "taken", "replies/redirect": "https", "replies/code": "after the registration was answered (< 1s)", "replies/verify": "PUT",
			"replies/pages": "next_page", "replies/ids": "numbers", "replies/search": "what contains the words",
			"replies/storage": "on another host", "replies/link-life": "96h0m0s",
		}},
		{"otherwise", func(f *simulator.Faults) {
			f.PKCE, f.SHA1Only, f.WithoutMD5, f.FormBodies, f.Duplicate, f.CodeTwice = "refused", true, true, "fields", true, true
			f.EmitV1, f.WithoutV2, f.TextIDs, f.JobPages, f.Search = true, true, true, "totals", "ignored"
			f.NotReadyAs, f.ArtifactNotReady, f.StorageAtHover, f.LinkLife = "409", 2, true, 2*time.Second
			f.OldRefreshLives, f.LoseRefreshReply, f.DisableAfter, f.VerificationBefore201 = true, 1, 1, 1500*time.Millisecond
		}, map[string]string{
			"traffic/signature": "sha1, path without query", "traffic/headers": "Hover-Signature (", "traffic/bodies": "forms (",
			"traffic/verification": "came twice", "traffic/job-events": "Only job-state-changed ", "traffic/repeats": "came the same again",
			"replies/pkce": "refused", "replies/lost-reply": "taken once more", "replies/code": "before the registration was answered",
			"replies/failed-deliveries": "no longer verified", "replies/pages": "total_pages", "replies/ids": "text",
			"replies/search": "also what does not contain", "replies/not-ready": "409", "replies/storage": "own host", "replies/link-life": "2s",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				if err := firstContact(w, c.set); err != nil {
					t.Fatal(err)
				}
				w.e.Surround(w.surroundings())
				all, _ := examined(t, w.e)
				for name, words := range c.want {
					wantFound(t, all, name, engine.Green, words)
				}
				text := w.reported("contact.json")
				for _, q := range doctor.Questions() {
					if !strings.Contains(text, `"`+string(q)+`"`) {
						t.Errorf("the report names %s neither as met nor as open", q)
					}
				}
			})
		})
	}
}

// Where even Hover's certificate is not good on that date, nobody can say what time
// it is.
func TestAClockThatNobodyConfirmsClearsNothingAway(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		var set atomic.Int64
		w.now = func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
		w.ready()
		for range 8 {
			w.pass(24 * time.Hour)
		}
		events, good := len(w.events()), files(t, w.backups)
		w.stop()
		set.Store(int64(9 * 365 * 24 * time.Hour))
		w.road.cut(true)
		w.start()
		for day := range 21 { // as three weeks of it leave them
			path := filepath.Join(w.backups, fmt.Sprintf("dormer-2007-01-%02d.db", day+1))
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			w.pass(24 * time.Hour)
		}
		got := files(t, w.backups)
		if n := len(w.events()); n != events || !slices.Equal(got[:7], good) || len(got) != 30 {
			t.Errorf("of %d events there are %d; of %q there are %q", events, n, good, got)
		}
		w.stop()
		set.Store(0)
		w.road.cut(false)
		w.start()
		w.pass(10 * time.Minute)
		// Today's is the newest, whatever date the others bear.
		if list, err := engine.Backups(w.backups, time.Now()); err != nil || len(list) != 7 || !strings.Contains(list[6], time.Now().UTC().Format(time.DateOnly)) {
			t.Errorf("then there are %q, %v", list, err)
		}
	})
}

func TestABackupThatIsNoGoodPushesOutNone(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "backups")
		var bad atomic.Bool
		w.verify = func(_ context.Context, path string) error {
			if bad.Load() {
				return storage.ErrDamaged
			}
			return storage.Verify(path)
		}
		w.ready()
		for range 8 {
			w.pass(24 * time.Hour)
		}
		w.wantDisk(engine.Green, "")
		good := files(t, w.backups)
		bad.Store(true)
		for range 8 {
			w.pass(24 * time.Hour)
		}
		if got := files(t, w.backups); len(good) != 7 || !slices.Equal(got, good) {
			t.Errorf("of %q were left %q", good, got)
		}
		w.wantDisk(engine.Amber, "", "Today's backup could not be made", "damaged", w.backups)
		bad.Store(false)
		w.pass(time.Hour + time.Minute) // no day goes by until it is tried again
		w.wantDisk(engine.Green, "")
		if got := files(t, w.backups); got[6] == good[6] || len(got) != 7 {
			t.Errorf("then there are %q", got)
		}
	})
}

// TestAConnectionThatComesAndGoesDoesNotUseUpNgroksMonth: every connection wants to
// be proven, and ngrok counts every request.
func TestAConnectionThatComesAndGoesDoesNotUseUpNgroksMonth(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		before := w.pings()
		for range 2000 { // four hours
			w.wire.become(func(*wire) {})
			w.pass(7 * time.Second)
		}
		if n := w.pings() - before; n > 400 {
			t.Errorf("%d self-checks in four hours", n)
		}
		w.pass(time.Minute)
		w.wantState(engine.StateReady)
	})
}

// TestNamesFromHoverStayInTheDownloadFolderAndNeverCollide fetches the files of
// jobs whose addresses and structures have every one of the wild names, twice,
// so that there are two jobs at each address, and of which each has a structure
// of that name in two cases.
func TestNamesFromHoverStayInTheDownloadFolderAndNeverCollide(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		below := t.TempDir()
		downloads := filepath.Join(below, "Documents", "Dormer")
		w.given[engine.KeyDownloadDir] = downloads
		w.ready()
		w.set(engine.KeyPrefetch, "pdf")
		files := 0
		var ids []hover.JobID
		for _, name := range wild {
			for range 2 {
				id := w.working(simulator.JobSpec{
					Name: name, Address: hover.Address{Line1: name, City: name},
					Structures: []simulator.StructureSpec{{Name: name}, {Name: strings.ToUpper(name)}},
				})
				ids = append(ids, id)
				w.complete(id)
				files += 2
			}
			w.pass(time.Minute) // the budget
		}
		w.pass(5 * time.Minute)

		// Nothing lies beside the folder, and every file in it is a job's.
		saved, folders := map[string]string{}, map[string]bool{}
		fold := cases.Fold()
		err := filepath.WalkDir(below, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			in, err := filepath.Rel(downloads, path)
			if err != nil || !filepath.IsLocal(in) || strings.Count(in, string(filepath.Separator)) != 1 || !d.Type().IsRegular() {
				t.Errorf("%q is not in a job's folder: %v", path, err)
			}
			same := fold.String(norm.NFD.String(in))
			if other, taken := saved[same]; taken {
				t.Errorf("%q and %q are one file where case does not count", other, in)
			}
			saved[same] = in
			folders[filepath.Dir(same)] = true
			for part := range strings.SplitSeq(in, string(filepath.Separator)) {
				if wrong := strings.IndexFunc(part, func(r rune) bool {
					return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"/\|?*`, r)
				}); wrong >= 0 || len(part) > 120 || strings.TrimRight(part, ". ") != part || strings.HasPrefix(part, ".") {
					t.Errorf("%q is no name everywhere", part)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(saved) != files || len(folders) != len(ids) {
			t.Errorf("%d files in %d folders, want %d in %d", len(saved), len(folders), files, len(ids))
		}
		// What the program says is where it is.
		told := map[string]hover.JobID{}
		for _, id := range ids {
			for _, m := range w.job(id).Models {
				for _, f := range m.Files {
					if f.Format != "pdf" {
						continue
					}
					if _, err := os.Stat(f.Path); f.State != "saved" || err != nil {
						t.Errorf("job %s, %q: %s %v", id, m.Name, f.State, err)
					}
					if other, taken := told[f.Path]; taken {
						t.Errorf("jobs %s and %s share %q", other, id, f.Path)
					}
					told[f.Path] = id
				}
			}
		}
		if len(told) != files {
			t.Errorf("%d files are listed, want %d", len(told), files)
		}
	})
}

func TestTheInboxPromisesNoPDFThatWillNotCome(t *testing.T) {
	for name, fate := range map[string]struct {
		later int // what Hover answers after the first hour
		in    string
	}{
		"refused after an hour":  {403, "does not give out the PDF"},
		"not found for a day":    {404, "does not give out the PDF"},
		"given up after the day": {500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				w.answer("/api/v3/models/*", 404)
				w.complete(w.working(simulator.JobSpec{}))
				w.pass(time.Hour)
				if a := w.alerts()[0]; a.Body != "PDF follows." {
					t.Fatalf("the inbox says %q", a.Body)
				}
				w.answersAsUsual()
				w.answer("/api/v3/models/*", fate.later)
				w.pass(26 * time.Hour)
				w.wantAlerts(job.Completed)
				w.wantShown(job.Completed)
				if a := w.alerts()[0]; strings.Contains(a.Body, "follows") || !strings.Contains(a.Body, fate.in) {
					t.Errorf("the inbox says %q", a.Body)
				}
			})
		})
	}
}

func TestABackupADayAndSevenAreKept(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.backups = filepath.Join(w.dir, "roofs [west]", "backups")
		w.ready()
		for day := 1; day <= 9; day++ {
			w.pass(24 * time.Hour)
		}
		kept := files(t, w.backups)
		if len(kept) != 7 {
			t.Fatalf("%q", kept)
		}
		for _, f := range kept {
			if err := storage.Verify(filepath.Join(w.backups, f)); err != nil {
				t.Errorf("%s: %v", f, err)
			}
		}
		if newest := kept[6]; newest < "dormer-2000-01-09.db" {
			t.Errorf("the newest is %s", newest)
		}
	})
}

func TestAPauseUntilTomorrowEndsInOneSummary(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		now := time.Now()
		tomorrow := time.Date(now.Year(), now.Month(), now.Day()+1, 7, 0, 0, 0, now.Location())
		w.set(engine.KeyPausedUntil, tomorrow.Format(time.RFC3339))
		ids := w.several(4)
		w.completeAll(ids[:3], 3*time.Second)
		w.fail(ids[3])
		w.restart()
		w.pass(time.Until(tomorrow) - time.Minute)
		w.wantShown()
		w.pass(2 * time.Minute)
		w.wantShown(job.Summary)
		if n := w.last(); n.Title != "While it was quiet: 3 jobs were measured, 1 could not be measured" || !n.Urgent {
			t.Errorf("the summary is %+v", n.Notice)
		}
		w.pass(3 * time.Hour)
		w.wantShown(job.Summary)
	})
}

func TestAPersonsDownloadDoesNotWaitBehindTheImport(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{})
		w.ready()
		for range 150 { // more questions than a minute has room for
			w.emit(told(w.sim.AddJob(simulator.JobSpec{}), hover.JobWorking), simulator.Delivery{})
		}
		w.pass(2 * time.Second)
		began := time.Now()
		if got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}}); err != nil || len(got) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestAPauseEndsByItselfAndWhenItIsTakenBack(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.set(engine.KeyPausedUntil, time.Now().Add(time.Hour).Format(time.RFC3339))
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(50 * time.Minute)
		w.wantAlerts(job.Completed)
		w.wantShown()
		w.pass(15 * time.Minute)
		w.wantShown(job.Completed)

		w.set(engine.KeyPausedUntil, "forever")
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(48 * time.Hour)
		w.wantShown(job.Completed)
		w.set(engine.KeyPausedUntil, "")
		w.pass(2 * time.Second)
		w.wantShown(job.Completed, job.Completed)
	})
}

// An unfinished job that was archived is not asked for day by day.
func TestAnArchivedJobIsLeftAlone(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{})
		w.sim.Quietly(func() { _ = w.sim.ArchiveJob(id, true) })
		w.pass(30 * time.Hour) // silent for a day: it is asked for, and found to be archived
		if !w.detail(id).Archived {
			t.Fatal("nobody found out that it was archived")
		}
		before := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id))
		w.pass(5 * 24 * time.Hour)
		if n := w.asked(http.MethodGet, "/api/v3/jobs/"+string(id)); n != before {
			t.Errorf("it was asked for %d times more", n-before)
		}
	})
}

func TestALargePictureIsKeptSmaller(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		files := w.swap()
		w.ready()
		id, model := w.measured(simulator.StructureSpec{Sample: "sycamore-house", Photos: 2})
		parts := w.detail(id).Structures[0].Pictures
		files.give(asJPEG(t, drawn(4000, 3000)))
		path := w.picture(id, model, parts[len(parts)-1])
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		img, kind, err := image.Decode(f)
		if err != nil || kind != "jpeg" || img.Bounds().Size() != image.Pt(1600, 1200) {
			t.Fatalf("it is a %s of %v, %v", kind, img.Bounds(), err)
		}
		near := func(x, y int, want color.RGBA) bool {
			r, g, b, _ := img.At(x, y).RGBA()
			far := func(got uint32, want uint8) bool { d := int(got>>8) - int(want); return d > 8 || d < -8 }
			return !far(r, want.R) && !far(g, want.G) && !far(b, want.B)
		}
		for _, y := range []int{0, 600, 1199} {
			if !near(0, y, color.RGBA{R: 255}) || !near(780, y, color.RGBA{R: 255}) || !near(820, y, color.RGBA{B: 255}) || !near(1599, y, color.RGBA{B: 255}) {
				t.Errorf("in row %d it shows something else", y)
			}
		}
		files.give(asPNG(t, drawn(9, 2000)))
		if size := sizeOf(t, w.picture(id, model, "wireframe/roof")); size != image.Pt(7, 1600) {
			t.Errorf("the drawing is %v", size)
		}
	})
}
