package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/internal/tell"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// papers gives what stands at a job.
func (w *world) papers(id hover.JobID) []engine.PaperView {
	w.t.Helper()
	all, err := w.e.Papers(w.t.Context(), id)
	if err != nil {
		w.t.Fatalf("papers of %s: %v", id, err)
	}
	return all
}

// inFolder lists the files in the folder of a job.
func (w *world) inFolder(id hover.JobID) (names []string) {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "Documents", "*("+string(id)+")", "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	return names
}

// spreadsheet opens a file of a job and gives its rows.
func (w *world) spreadsheet(id hover.JobID, name string) [][]string {
	w.t.Helper()
	paths, err := filepath.Glob(filepath.Join(w.dir, "Documents", "*("+string(id)+")", "*"))
	for _, path := range paths {
		if filepath.Base(path) != name {
			continue
		}
		f, err := excelize.OpenFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows(f.GetSheetList()[0], excelize.Options{RawCellValue: true})
		if err != nil {
			w.t.Fatal(err)
		}
		return rows
	}
	w.t.Fatalf("there is no %s: %q, %v", name, w.inFolder(id), err)
	return nil
}

// shingles is a small material list.
var shingles = []simulator.MaterialSpec{
	{Name: "Shingles", Quantity: 32, Unit: "SQUARES", UnitCost: 118, Waste: 0.1}, {Name: "Ridge cap", Quantity: 4, Unit: "BUNDLES", UnitCost: 61.5},
}

// The office presses "Send to …" in Hover, and the material list lies in the job's folder.
func TestAListThatIsSentFromHoverLiesInTheFolderOfItsJob(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		var list hover.DocumentID
		w.sim.Quietly(func() {
			list, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Name: "Roofing", Items: shingles})
		})
		if err := w.sim.SendMaterials(list); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts(job.Materials)
		w.wantShown(job.Materials)
		a, name := w.alerts()[0], "Material list Roofing (55643).xlsx"
		if a.JobID != id || a.Paper != "55643" || !strings.HasPrefix(a.Title, "Material list for Oak Avenue 9") || !strings.HasSuffix(a.Title, "was sent from Hover") ||
			a.Body != "Somebody pressed the button for it in Hover. Roofing, by Maria Keller: 2 items, $4,022.00. It is saved in the job's folder." {
			t.Errorf("the alert is %q, %q: %+v", a.Title, a.Body, a.AlertView)
		}
		rows := w.spreadsheet(id, name)
		if len(rows) != 4 || rows[1][0] != "Shingles" || rows[1][3] != "32" || rows[1][4] != "SQUARES" || rows[3][6] != "4022" {
			t.Errorf("it holds %q", rows)
		}
		opened, err := w.openedBy(func() error { return w.e.ActOnNotice(t.Context(), w.last().Key, tell.ActOpenPaper) })
		if err != nil || !slices.Equal(opened, []string{name}) || !slices.Contains(w.last().Actions, tell.ActOpenPaper) {
			t.Errorf("the notification's button opens %q, %v; it has %q", opened, err, w.last().Actions)
		}
		if w.alerts()[0].ReadAt.IsZero() {
			t.Error("acting on it did not mark it as read")
		}
		all := w.papers(id)
		if len(all) != 1 || all[0].State != "sent" || all[0].Says.String() != "sent from Hover" || all[0].Materials == nil || *all[0].Materials.Total != 4022 || len(all[0].Materials.Lines) != 2 {
			t.Errorf("at the job stands %+v", all)
		}

		// It is delivered again, and once more after a minute: somebody has pressed again.
		_ = w.sim.SendMaterials(list)
		w.pass(30 * time.Second)
		w.wantAlerts(job.Materials)
		w.pass(time.Minute)
		_ = w.sim.SendMaterials(list)
		w.pass(time.Second)
		w.wantAlerts(job.Materials, job.Materials)
		if got := w.inFolder(id); !slices.Equal(got, []string{name}) {
			t.Errorf("the same list is saved as %q", got)
		}
		for _, e := range w.events() {
			if _, err := w.e.Replay(t.Context(), []uint64{e.Seq}); err != nil {
				t.Fatal(err)
			}
		}
		w.pass(2 * time.Minute)
		w.restart()
		w.pass(2 * time.Minute)
		w.wantAlerts(job.Materials, job.Materials)
	})
}

// What is changed in Hover is kept and shown; it is saved beside what was ordered by
// when somebody asks for it, and never in its place.
func TestAListThatIsChangedIsSavedBesideTheOneBefore(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		list, err := w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles})
		if err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts(job.Materials)
		const first, second = "Material list Roofing (55643).xlsx", "Material list Roofing (55643) (2).xlsx"
		if got := w.inFolder(id); !slices.Equal(got, []string{first}) {
			t.Fatalf("saved is %q", got)
		}
		if err := w.sim.ChangeMaterials(list, shingles[:1]); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts(job.Materials)
		v := w.papers(id)[0]
		if len(v.Materials.Lines) != 1 || v.Files[0].State != engine.FileReady || v.Says.String() != "changed in Hover" || len(v.Steps) != 2 {
			t.Errorf("it stands there as %+v", v)
		}
		opened, err := w.openedBy(func() error { return w.e.OpenPaper(t.Context(), "materials", "55643") })
		if err != nil || !slices.Equal(opened, []string{second}) {
			t.Errorf("opened is %q, %v", opened, err)
		}
		if v := w.papers(id)[0]; v.Files[0].State != engine.FileSaved || filepath.Base(v.Files[0].Path) != second {
			t.Errorf("then it is %+v", v.Files)
		}
		// What a person has made of their copy stays, and is what is opened.
		path := w.papers(id)[0].Files[0].Path
		if err := os.WriteFile(path, []byte("marked up"), 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err = w.openedBy(func() error { return w.e.OpenPaper(t.Context(), "materials", "55643") })
		if b, _ := os.ReadFile(path); err != nil || !slices.Equal(opened, []string{second}) || string(b) != "marked up" {
			t.Errorf("opened is %q (%s), %v", opened, b, err)
		}
		if len(w.spreadsheet(id, first)) != 4 {
			t.Error("the first one was changed")
		}
	})
}

// Proposals, signatures and orders at a distributor name no job: they stand in the inbox,
// and at the job once any event of the same paper, or of what it belongs to, names one.
func TestPapersWithoutAJobStandAtItOnceOneIsNamed(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		post := func(body map[string]any) { w.emit(body, simulator.Delivery{}); w.pass(time.Second) }
		post(map[string]any{"event": "project-management-signature-request-state-changed", "project_management_signature_request_id": "b37dfabb", "project_management_proposal_document_id": "ea253901", "state": "signed", "signed_at": 1598555054})
		post(map[string]any{"event": "estimation-estimate-group-state-changed", "estimation_estimate_group_id": "e10191d5", "state": "complete"})
		w.wantAlerts(job.Signature, job.Estimate)
		if got := w.papers(id); len(got) != 0 {
			t.Errorf("at the job stands %+v", got)
		}
		for _, a := range w.alerts() {
			if a.JobID != "" || strings.Contains(a.Title, "Oak") {
				t.Errorf("the inbox says %q of job %q", a.Title, a.JobID)
			}
		}
		// The estimate's own event, and one of the proposal that was signed.
		post(map[string]any{"event": "estimation-estimate-group-updated", "estimation_estimate_group_id": "e10191d5", "job_id": id.Wire()})
		post(map[string]any{"event": "project-management-proposal-document-state-changed", "project_management_proposal_document_id": "ea253901", "job_id": id.Wire(), "state": "complete"})
		w.wantAlerts(job.Signature, job.Estimate, job.Proposal)
		for _, a := range w.alerts() {
			if a.JobID != id || !strings.Contains(a.Title, "Oak Avenue 9") {
				t.Errorf("the inbox says %q of job %q", a.Title, a.JobID)
			}
		}
		if a := w.alerts()[0]; !strings.HasSuffix(a.Title, "was signed") {
			t.Errorf("what was signed is told as %q", a.Title)
		}
		// What comes later is at the job from the start.
		post(map[string]any{"event": "project-management-signature-request-state-changed", "project_management_signature_request_id": "b37dfabb", "state": "complete"})
		if a := w.alerts()[3]; a.JobID != id || a.Kind != job.Signature || !strings.Contains(a.Title, "Oak Avenue 9") {
			t.Errorf("%+v", a)
		}
		kinds := map[string]string{}
		for _, p := range w.papers(id) {
			kinds[p.Kind] = p.Says.String()
		}
		if len(kinds) != 3 || kinds["signature"] != "all have signed" || kinds["estimate"] != "changed in Hover" || kinds["proposal"] != "ready" {
			t.Errorf("at the job stand %v", kinds)
		}
	})
}

func TestAnOrderBringsTheListThatItIsMadeFrom(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		w.sim.Quietly(func() {
			_, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "28358", Items: shingles})
		})
		w.emit(map[string]any{"event": "project-management-order-document-state-changed", "project_management_order_document_id": "cab84a4c", "state": "complete", "project_management_production_list_id": 28358, "job_id": id.Wire()}, simulator.Delivery{})
		w.pass(time.Second)
		w.wantAlerts(job.Order)
		opened, err := w.openedBy(func() error { return w.e.ActOnNotice(t.Context(), w.last().Key, tell.ActOpenPaper) })
		if err != nil || !slices.Equal(opened, []string{"Material list Roofing (28358).xlsx"}) {
			t.Errorf("opened is %q, %v", opened, err)
		}
		if all := w.papers(id); len(all) != 2 {
			t.Errorf("at the job stands %+v", all)
		}
	})
}

func TestChecklistsOfBothKindsAreSavedWithTheirAnswersAndPhotos(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9", CapturedBy: "lee.tran@copperridge.example"})
		if _, err := w.sim.AddChecklist(id, simulator.ChecklistSpec{ID: "573"}); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		if _, err := w.sim.AddInspection(id, simulator.ChecklistSpec{ID: "3066", Title: "Storm damage"}); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts(job.Checklist, job.Checklist)
		if a := w.alerts()[1]; a.Body != "Storm damage, by Lee Tran: 4 answers. It is saved in the job's folder." {
			t.Errorf("told as %q, %q", a.Title, a.Body)
		}
		if got := w.inFolder(id); !slices.Equal(got, []string{"Checklist (573).xlsx", "Checklist Storm damage (3066).xlsx"}) {
			t.Errorf("saved is %q", got)
		}
		rows := w.spreadsheet(id, "Checklist (573).xlsx")
		if len(rows) != 5 || rows[1][2] != "1" || rows[2][2] != "yes" || rows[2][3] != "2" || !strings.Contains(rows[2][4], "/image.jpg") {
			t.Errorf("it holds %q", rows)
		}
		for _, p := range w.papers(id) {
			if p.Checklist == nil || len(p.Checklist.Answers) != 4 || p.Checklist.Photos() != 3 {
				t.Errorf("at the job stands %+v", p)
			}
		}
		// An answer is changed: it is known, and told to nobody.
		if err := w.sim.ChangeChecklist(id, []simulator.AnswerSpec{{Question: "Layers?", Kind: "number", Answer: 2.0}}); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Second)
		w.wantAlerts(job.Checklist, job.Checklist)
		if p := w.papers(id)[0]; p.ID != "573" || len(p.Checklist.Answers) != 1 {
			t.Errorf("now it is %+v", p)
		}
	})
}

func TestAPaperIsFetchedWhateverHoverDoesMeanwhile(t *testing.T) {
	for name, trouble := range map[string]func(w *world){
		"it has none yet": func(w *world) { w.faults(func(f *simulator.Faults) { f.PaperNotReady = 2 }) },
		"it fails": func(w *world) {
			w.faults(func(f *simulator.Faults) {
				f.Answers = []simulator.Answer{{Path: "/api/v1/estimates/*", Status: 500, Count: 5}, {Path: "/api/v1/estimates/*", Kind: "html", Count: 1}}
			})
		},
		"it answers something else": func(w *world) {
			w.faults(func(f *simulator.Faults) {
				f.Answers = []simulator.Answer{{Path: "/api/v1/estimates/*", Kind: "garbage", Count: 1}, {Path: "/api/v1/estimates/*", Status: 200, Kind: "empty", Count: 1}}
			})
		},
		"Dormer is stopped": func(w *world) {
			w.faults(func(f *simulator.Faults) {
				f.Answers = []simulator.Answer{{Path: "/api/v1/estimates/*", Status: 503, Count: simulator.Always}}
			})
			w.pass(10 * time.Second)
			w.answersAsUsual()
			w.restart()
		},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
				if name != "Dormer is stopped" {
					trouble(w)
				}
				list, err := w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles})
				if err != nil {
					t.Fatal(err)
				}
				if name == "Dormer is stopped" {
					trouble(w)
				}
				_ = list
				w.pass(10 * time.Minute)
				w.wantAlerts(job.Materials)
				if got := w.inFolder(id); !slices.Equal(got, []string{"Material list Roofing (55643).xlsx"}) {
					t.Errorf("saved is %q", got)
				}
				if a := w.alerts()[0]; !strings.HasSuffix(a.Body, "It is saved in the job's folder.") {
					t.Errorf("in the end the alert says %q", a.Body)
				}
				if s := w.status(); s.Work.Dead != 0 || s.Work.Pending != 0 {
					t.Errorf("left is %+v", s.Work)
				}
			})
		})
	}
}

// A plan without estimates refuses lists: once may be a slip, twice an hour apart is final.
func TestAListThatThePlanDoesNotIncludeIsRefusedForGoodAfterAnHour(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.faults(func(f *simulator.Faults) { f.NoEstimates = true })
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		if _, err := w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643"}); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Second)
		w.wantAlerts(job.Materials) // it does not wait for what was refused
		if p := w.papers(id)[0]; p.Materials != nil || p.Files[0].State != engine.FileWaiting || !strings.Contains(p.Reason, "plan") {
			t.Errorf("after the first refusal: %+v", p)
		}
		w.pass(3 * time.Hour)
		if p := w.papers(id)[0]; p.Files[0].State != engine.FileUnavailable || !strings.Contains(p.Reason, "plan") {
			t.Errorf("after the second: %+v", p)
		}
		if a := w.alerts()[0]; !strings.HasSuffix(a.Body, "Hover does not give it out to this account.") {
			t.Errorf("the alert says %q", a.Body)
		}
		asked := w.asked(http.MethodGet, "/api/v1/estimates/55643")
		w.pass(5 * time.Hour)
		if now := w.asked(http.MethodGet, "/api/v1/estimates/55643"); now != asked {
			t.Errorf("Hover is asked %d times more", now-asked)
		}
		err := w.e.OpenPaper(t.Context(), "materials", "55643")
		if err == nil || !strings.Contains(err.Error(), "plan") {
			t.Errorf("opening it: %v", err)
		}
	})
}

// Where nobody signs, an event may have Hover asked, and what Hover gives is kept at the
// job that Hover names; nobody is told what only the event says.
func TestAnUnsignedEventOfAPaperIsAHint(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.Unsigned = true })
		w.ready()
		id, other := w.working(simulator.JobSpec{Name: "Oak Avenue 9"}), w.working(simulator.JobSpec{Name: "Elm St 1"})
		w.sim.Quietly(func() { _, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643"}) })
		w.emit(map[string]any{"event": "project-management-production-list-manual-sync", "project_management_production_list_id": 55643, "job_id": other.Wire()}, simulator.Delivery{Unsigned: true})
		w.pass(time.Minute)
		w.wantAlerts()
		if all := w.papers(other); len(all) != 0 {
			t.Errorf("at the job that the event names stands %+v", all)
		}
		if all := w.papers(id); len(all) != 1 || all[0].Materials == nil || len(all[0].Steps) != 0 {
			t.Errorf("at the job that Hover names stands %+v", all)
		}
	})
}

// Replies of every shape that was seen give the same list.
func TestPapersAreUnderstoodInEveryShape(t *testing.T) {
	for _, shapes := range [][]simulator.Shape{
		{simulator.ShapeSnakeCase}, {simulator.ShapeTextNumbers}, {simulator.ShapeWrapped}, {simulator.ShapeThinPapers},
		{simulator.ShapeSnakeCase, simulator.ShapeTextNumbers, simulator.ShapeWrapped, simulator.ShapeThinPapers, simulator.ShapeJobInEvent},
	} {
		story(t, func(t *testing.T, w *world) {
			w.ready()
			id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
			w.faults(func(f *simulator.Faults) { f.Shapes = shapes })
			if _, err := w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.sim.AddInspection(id, simulator.ChecklistSpec{ID: "3066"}); err != nil {
				t.Fatal(err)
			}
			w.pass(2 * time.Second)
			for _, p := range w.papers(id) {
				if l := p.Materials; l != nil && (len(l.Lines) != 2 || l.Total == nil || *l.Total != 4022 || *l.Lines[0].Quantity != 32 || *l.Lines[0].UnitCost != 118) {
					t.Errorf("%v: %+v", shapes, l)
				}
				if c := p.Checklist; c != nil && (len(c.Answers) != 4 || c.Photos() != 3) {
					t.Errorf("%v: %+v", shapes, c)
				}
				if p.Materials == nil && p.Checklist == nil {
					t.Errorf("%v: %+v", shapes, p)
				}
			}
			if got := w.inFolder(id); len(got) != 2 {
				t.Errorf("%v: saved is %q", shapes, got)
			}
		})
	}
}

// A list that was made while nobody listened, and that no event will name again: Hover
// lists it by its job.
func TestAMaterialListThatNoEventNamedIsFound(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id, other := w.working(simulator.JobSpec{Name: "Oak Avenue 9"}), w.working(simulator.JobSpec{Name: "Elm Street 12"})
		w.sim.Quietly(func() {
			_, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles})
			_, _ = w.sim.AddMaterials(other, simulator.MaterialsSpec{ID: "55644", Items: shingles})
		})
		w.pass(time.Hour)
		if papers := w.papers(id); len(papers) != 0 {
			t.Fatalf("before anybody asks: %+v", papers)
		}
		if err := w.e.RefreshJob(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Second)
		papers := w.papers(id)
		if len(papers) != 1 || papers[0].ID != "55643" || papers[0].Materials == nil || len(w.inFolder(id)) != 0 {
			t.Errorf("after the job was asked for: %+v, in its folder %q", papers, w.inFolder(id))
		}
		dir := t.TempDir()
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{other}, Papers: []engine.PaperFormat{"materials"}, Dir: dir})
		if err != nil || len(got) != 1 || got[0].Path == "" {
			t.Errorf("of the other job: %+v, %v", got, err)
		}
		w.faults(func(f *simulator.Faults) { f.NoEstimates = true })
		if err := w.e.RefreshJob(t.Context(), id); err != nil {
			t.Errorf("with a plan without estimates: %v", err)
		}
	})
}

func TestGetSavesPapersInEveryFormat(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		id := w.working(simulator.JobSpec{Name: "Oak Avenue 9"})
		got, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Papers: []engine.PaperFormat{"materials"}})
		if err == nil || len(got) != 1 || !strings.Contains(err.Error(), "no material list of this job is known") {
			t.Errorf("of a job without papers: %+v, %v", got, err)
		}
		w.sim.Quietly(func() {
			_, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles})
			_, _ = w.sim.AddChecklist(id, simulator.ChecklistSpec{ID: "573"})
		})
		w.emit(map[string]any{"event": "project-management-production-list-updated", "project_management_production_list_id": 55643, "job_id": id.Wire()}, simulator.Delivery{})
		w.pass(time.Second)
		if got := w.inFolder(id); len(got) != 0 {
			t.Errorf("a mere change was saved: %q", got)
		}
		dir := t.TempDir()
		got, err = w.fetch(t.Context(), engine.GetRequest{
			Jobs: []hover.JobID{id}, Papers: engine.PaperFormats(), Dir: dir, Comma: ";", Open: true,
		})
		if err != nil || len(got) != 6 {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, p := range got {
			b, err := os.ReadFile(p.Path)
			if err != nil || int64(len(b)) != p.Done || filepath.Dir(filepath.Dir(p.Path)) != dir {
				t.Errorf("%+v: %v", p, err)
			}
			switch p.Format {
			case "materials-csv":
				if !strings.Contains(string(b), "Ridge cap;;;4;BUNDLES;61,5;246;0") {
					t.Errorf("the CSV is %s", b)
				}
			case "materials-json", "checklist-json":
				var v struct {
					JobID string `json:"job_id"`
				}
				if err := json.Unmarshal(b, &v); err != nil || v.JobID != string(id) {
					t.Errorf("%s, %v", b, err)
				}
			}
		}
		again, err := w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Papers: engine.PaperFormats(), Dir: dir, Comma: ";"})
		if err != nil || len(again) != 6 || again[0].Path != got[0].Path {
			t.Errorf("again: %+v, %v", again, err)
		}
		// Hover is gone: what is kept is saved all the same.
		w.answer("/api/v1/*", 500)
		got, err = w.fetch(t.Context(), engine.GetRequest{Jobs: []hover.JobID{id}, Papers: []engine.PaperFormat{"materials"}})
		if err != nil || len(got) != 1 || got[0].Path == "" {
			t.Errorf("offline: %+v, %v", got, err)
		}
	})
}

// What events told of papers before papers were kept stands at its job after the upgrade,
// is fetched, and is neither told nor saved.
func TestPapersOfBeforeAnUpgradeStandAtTheirJobs(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		id := w.sim.AddJob(simulator.JobSpec{Name: "Oak Avenue 9"})
		_, _ = w.sim.AddMaterials(id, simulator.MaterialsSpec{ID: "55643", Items: shingles})
		before, err := storage.Open(filepath.Join(w.dir, "dormer.db"), storage.Options{Fold: func(*storage.Tx, storage.Event) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		var bodies []string
		for i := range 130 { // more than are read at once
			bodies = append(bodies, fmt.Sprintf(`{"event":"project-management-signature-request-state-changed","project_management_signature_request_id":"a%d","state":"signed"}`, i))
		}
		for _, body := range append(bodies, []string{
			`{"event":"project-management-production-list-created","project_management_production_list_id":55643,"job_id":` + string(id) + `}`,
			`{"event":"project-management-signature-request-state-changed","project_management_signature_request_id":"b37dfabb","project_management_proposal_document_id":"ea253901","state":"signed"}`,
			`{"event":"project-management-proposal-document-state-changed","project_management_proposal_document_id":"ea253901","job_id":` + string(id) + `,"state":"complete"}`,
		}...) {
			event, err := hover.Decode([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := before.Append(t.Context(), storage.Event{ReceivedAt: time.Now(), Name: event.Name(), Job: event.About().Job, Verdict: hover.VerdictSigned, Body: []byte(body)}); err != nil {
				t.Fatal(err)
			}
		}
		storagetest.Read(t, before)
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
		w.ready()
		w.pass(time.Minute)
		w.wantAlerts()
		kinds := map[string]bool{}
		for _, p := range w.papers(id) {
			kinds[p.Kind] = true
			if p.Kind == "materials" && (p.Materials == nil || p.Files[0].State != engine.FileReady) {
				t.Errorf("%+v", p)
			}
		}
		if len(kinds) != 3 || len(w.inFolder(id)) != 0 {
			t.Errorf("at the job stand %v, saved is %q", kinds, w.inFolder(id))
		}
		asked := w.asked(http.MethodGet, "/api/v1/estimates/55643")
		w.restart()
		w.pass(time.Minute)
		if now := w.asked(http.MethodGet, "/api/v1/estimates/55643"); now != asked {
			t.Error("the next start reads them again")
		}
		// The one that is sent now is told and saved.
		_ = w.sim.SendMaterials("55643")
		w.pass(time.Second)
		w.wantAlerts(job.Materials)
		if len(w.inFolder(id)) != 1 {
			t.Errorf("saved is %q", w.inFolder(id))
		}
	})
}
