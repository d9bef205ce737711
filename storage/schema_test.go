package storage_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
	"dormer/storage/storagetest"
)

var keep = flag.Bool("keep-schema", false, "write testdata/schema-N.db for the newest schema, if there is none")

// old is when everything in the kept databases happened.
var old = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

const keptInstallation = "0123456789abcdef0123456789abcdef"

// TestDatabasesOfEverySchemaCanBeOpened opens a database that each released
// schema has left, and looks for what was put in. When the schema changes, the
// file of the one before is already here; that of the new one is written by
//
//	go test ./storage -run EverySchema -keep-schema
func TestDatabasesOfEverySchemaCanBeOpened(t *testing.T) {
	for schema := 1; schema <= storage.Schemas; schema++ {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			kept := filepath.Join("testdata", fmt.Sprintf("schema-%d.db", schema))
			if _, err := os.Stat(kept); err != nil && *keep && schema == storage.Schemas {
				keepSchema(t, kept)
			}
			path := filepath.Join(t.TempDir(), "dormer.db")
			copyFile(t, kept, path)
			if err := storage.Verify(path); err != nil {
				t.Fatalf("verified as %v", err)
			}
			var folded []uint64
			s := storagetest.OpenAt(t, path, storage.Options{Now: func() time.Time { return old }, Fold: func(_ *storage.Tx, e storage.Event) error {
				folded = append(folded, e.Seq)
				return nil
			}})
			wantKept(t, s)
			wantPaper(t, s, schema >= 4)
			if e := appendEvent(t, s, storage.Event{Job: "42", Body: []byte("new")}); e.Seq != 4 {
				t.Errorf("the next event is %d", e.Seq)
			}
			if !slices.Equal(folded, []uint64{4}) {
				t.Errorf("folded are %v: what was there has been folded", folded)
			}
			if e := appendEvent(t, s, storage.Event{Body: keptEvent.Body}); !e.Duplicate {
				t.Error("what came before the upgrade is not known to come again")
			}
		})
	}
}

var keptEvent = storage.Event{
	Seq: 1, ReceivedAt: old, Name: hover.EventJobStateV2, Job: "42", Model: "7", State: "completed", Webhook: "9",
	Verdict: hover.VerdictSigned, Reading: "path", Path: "/hover/x", Header: map[string]string{"Date": "Mon"}, Body: []byte(`{"event":"job-state-changed-v2"}`),
}

var keptJob = job.Job{
	ID: "42", Name: "Residence", State: hover.JobCompleted, UpdatedAt: old, ExternalID: "ext",
	Structures: []job.Structure{{ID: "7", Name: "House", State: hover.ModelCompleted}},
}

var keptFile = storage.File{Job: "42", Model: "7", Key: "pdf", State: storage.FileSaved, Path: "a.pdf", SHA256: "00", Size: 1, SavedAt: old}

var keptPaper = storage.Paper{Kind: "materials", ID: "55643", Job: "42", Title: "Siding", Steps: []storage.PaperStep{{Seq: 1, At: old, State: "sent"}}}

// wantPaper looks for the paper, which came with schema 4.
func wantPaper(t *testing.T, s *storage.Store, kept bool) {
	t.Helper()
	view(t, s, func(tx *storage.Tx) error {
		all, err := tx.Papers("42")
		if want := kept; err != nil || (len(all) == 1) != want || want && !same(all[0], keptPaper) {
			t.Errorf("the papers are %+v, %v", all, err)
		}
		if reply := string(tx.PaperReply("materials", "55643")); (reply == "{}") != kept {
			t.Errorf("the reply is %q", reply)
		}
		return nil
	})
	if kept {
		return
	}
	update(t, s, func(tx *storage.Tx) error {
		if err := tx.PutPaper(keptPaper); err != nil {
			return err
		}
		return tx.PutPaperReply("materials", "55643", []byte("{}"))
	})
	wantPaper(t, s, true)
}

// keepSchema writes a database with one of everything.
func keepSchema(t *testing.T, path string) {
	s := storagetest.Open(t, storage.Options{Now: func() time.Time { return old }, Installation: keptInstallation})
	update(t, s, func(tx *storage.Tx) error {
		for i, e := range []storage.Event{keptEvent, keptEvent, {Name: "other", Body: []byte("{}"), Verification: true}} {
			if _, err := tx.Append(e); err != nil {
				return fmt.Errorf("event %d: %w", i, err)
			}
		}
		return nil
	})
	storagetest.Read(t, s)
	update(t, s, func(tx *storage.Tx) error {
		if _, err := tx.Quarantine(storage.Event{Body: []byte("q")}); err != nil {
			return err
		}
		if err := tx.PutJob(keptJob); err != nil {
			return err
		}
		if err := tx.PutInvitation(job.Invitation{ID: "5"}); err != nil {
			return err
		}
		for _, key := range []string{"42", "dead"} {
			if err := tx.Enqueue(storage.Work{Kind: "refresh", Key: key, Due: old}); err != nil {
				return err
			}
		}
		w, _, err := tx.Work("refresh", "dead")
		if err != nil {
			return err
		}
		if err := tx.Bury(w, "gone"); err != nil {
			return err
		}
		if _, _, err := tx.AddAlert(job.Alert{Key: "k", Title: say.Words("Measured"), Job: "42"}); err != nil {
			return err
		}
		if err := tx.PutFile(keptFile); err != nil {
			return err
		}
		if err := tx.PutSetting("retention_days", "30"); err != nil {
			return err
		}
		if err := tx.PutPaper(keptPaper); err != nil {
			return err
		}
		if err := tx.PutPaperReply("materials", "55643", []byte("{}")); err != nil {
			return err
		}
		return tx.PutDoc("cursor", map[string]int{"n": 1})
	})
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
}

func wantKept(t *testing.T, s *storage.Store) {
	t.Helper()
	if id, err := s.InstallationID(); err != nil || id != keptInstallation {
		t.Errorf("the installation is %s, %v", id, err)
	}
	all := events(t, s, storage.EventQuery{})
	if len(all) != 3 || !same(all[0], keptEvent) || !all[1].Duplicate || !all[2].Verification {
		t.Errorf("the events are %+v", all)
	}
	if len(events(t, s, storage.EventQuery{Job: "42"})) != 2 || len(events(t, s, storage.EventQuery{Name: "other"})) != 1 {
		t.Error("the events are not found by job and name")
	}
	view(t, s, func(tx *storage.Tx) error {
		c, err := tx.Counts()
		if err != nil || c != (storage.Counts{Events: 3, Duplicates: 1, Rejected: 1}) {
			t.Errorf("the counts are %+v, %v", c, err)
		}
		if j, ok, err := tx.Job("42"); err != nil || !ok || !same(j, keptJob) {
			t.Errorf("the job is %+v, %v, %v", j, ok, err)
		}
		if _, ok, err := tx.Invitation("5"); err != nil || !ok {
			t.Errorf("the invitation: %v, %v", ok, err)
		}
		pending, dead, err := tx.WorkCounts()
		if err != nil || pending != 1 || dead != 1 {
			t.Errorf("the work is %d, %d, %v", pending, dead, err)
		}
		if a, ok, err := tx.Alert(1); err != nil || !ok || a.Title.String() != "Measured" || a.Key != "k" {
			t.Errorf("the alert is %+v, %v, %v", a, ok, err)
		}
		if files, err := tx.Files("42"); err != nil || len(files) != 1 || !same(files[0], keptFile) {
			t.Errorf("the files are %+v, %v", files, err)
		}
		if v, ok := tx.Setting("retention_days"); !ok || v != "30" {
			t.Errorf("the setting is %q", v)
		}
		var doc map[string]int
		if ok, err := tx.Doc("cursor", &doc); err != nil || !ok || doc["n"] != 1 {
			t.Errorf("the document is %v, %v", doc, err)
		}
		return nil
	})
	if ids := jobIDs(t, s, storage.JobQuery{Search: "residence"}); len(ids) != 1 {
		t.Errorf("the search finds %v", ids)
	}
}
