package view_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/app/view/viewtest"
	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/roof"
)

// jobDesk is as much of an engine as the page of one job asks.
type jobDesk struct {
	engine.Desk
	viewtest.Notes

	mu       sync.Mutex // protects all below
	details  map[hover.JobID]engine.JobDetail
	broken   error
	hold     map[hover.JobID]chan struct{} // Detail waits for it
	figures  map[hover.ModelID]figures.Figures
	measured []hover.ModelID // whose figures were asked for
	events   []engine.EventView
	pages    []int // the limits of the pages of events that were asked for
	picture  func(ctx context.Context, part engine.Part) (string, error)
	get      func(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool)
	refused  error
	kept     map[string]json.RawMessage
	roofs    map[hover.ModelID]roof.Plan
}

func (d *jobDesk) Detail(_ context.Context, id hover.JobID) (engine.JobDetail, error) {
	d.mu.Lock()
	hold := d.hold[id]
	d.mu.Unlock()
	if hold != nil {
		<-hold // a disk that takes its time
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if detail, ok := d.details[id]; ok || d.broken != nil {
		return detail, d.broken
	}
	return engine.JobDetail{}, fmt.Errorf("job %s: %w", id, engine.ErrUnknown)
}

func (d *jobDesk) Figures(_ context.Context, _ hover.JobID, models ...hover.ModelID) (all []figures.Figures, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.measured = append(d.measured, models...)
	for _, m := range models {
		all = append(all, d.figures[m]) // unknown, where there are none
	}
	return all, d.refused
}

func (d *jobDesk) EventPage(_ context.Context, f engine.EventFilter, _ uint64, limit int) (page []engine.EventView, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages = append(d.pages, limit)
	for _, e := range d.events {
		if e.JobID == f.Job && len(page) < limit {
			page = append(page, e)
		}
	}
	return page, d.refused
}

func (d *jobDesk) Picture(ctx context.Context, _ hover.JobID, _ hover.ModelID, part engine.Part) (string, error) {
	return d.picture(ctx, part)
}

func (d *jobDesk) Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return func(yield func(engine.Progress, error) bool) {
		d.Note("get ", r.Jobs, r.Models, r.Formats, r.Open)
		if d.get != nil {
			d.get(ctx, r, yield)
		}
	}
}

func (d *jobDesk) Roof(_ context.Context, _ hover.JobID, model hover.ModelID) (roof.Plan, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.roofs[model], d.refused
}

func (d *jobDesk) Remember(_ context.Context, name string, value json.RawMessage) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = map[string]json.RawMessage{}
	}
	d.kept[name] = value
	return nil
}

func (d *jobDesk) Recall(_ context.Context, name string) (json.RawMessage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept[name], nil
}

// note takes a note and gives how the engine takes it.
func (d *jobDesk) note(what ...any) error {
	d.Note(what...)
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refused
}

func (d *jobDesk) RefreshJob(_ context.Context, id hover.JobID) error {
	return d.note("refresh ", id)
}

func (d *jobDesk) Replay(_ context.Context, seqs []uint64) (int, error) {
	return len(seqs), d.note("replay ", seqs)
}

func (d *jobDesk) OpenPath(_ context.Context, path string) error { return d.note("open ", path) }
func (d *jobDesk) OpenURL(_ context.Context, url string) error   { return d.note("browse ", url) }
func (d *jobDesk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return d.note(action+" ", strings.TrimSpace(string(id)+" "+string(model)))
}

// jobStory tells a story of the page of one job, at noon.
func jobStory(t *testing.T, tell func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job)) {
	t.Helper()
	english(t)
	viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
		w.Pass(12 * time.Hour)
		d := &jobDesk{details: map[hover.JobID]engine.JobDetail{}, figures: map[hover.ModelID]figures.Figures{}}
		d.details["501"] = mapleStreet(time.Now())
		tell(t, w, d, view.NewJob(w.Deps(d)))
	})
}

// mapleStreet is a measured job of two structures, finished an hour ago.
func mapleStreet(now time.Time) engine.JobDetail {
	at := func(d time.Duration) time.Time { return now.Add(-d) }
	return engine.JobDetail{
		JobView: engine.JobView{
			ID: "501", Address: "7 Maple Street, Salem OR 97301", Customer: "Ann Lee", ExternalID: "A-12", State: hover.JobCompleted,
			ViewURL: "https://hover.to/3d/501", UpdatedAt: engine.At(at(time.Hour)),
			Models: []engine.ModelView{
				{ID: "1", Name: "House", State: hover.ModelCompleted, Files: []engine.FileView{
					{Format: "pdf", State: "saved", Path: "maple/House.pdf"}, {Format: "xlsx", State: "ready"}, {Format: "esx", State: "waiting"},
					{Format: "dwg", State: "unavailable"}, {Format: "json", Part: "full_json", State: "saved", Path: "maple/a.json"},
					{Format: "json", Part: "summarized_json", State: "saved", Path: "maple/b.json"},
				}},
				{ID: "2", Name: "Barn", State: hover.ModelCompleted, Files: []engine.FileView{{Format: "pdf", State: "ready"}}},
				{ID: "3", Name: "Shed", State: hover.ModelFailed, FailureReason: "Too dark.", Files: []engine.FileView{{Format: "pdf", State: "unavailable"}}},
			},
		},
		Steps: []job.Step{
			{State: hover.JobUploading, At: at(5 * time.Hour)}, {State: hover.JobProcessingUpload, At: at(5*time.Hour - 5*time.Minute)},
			{State: hover.JobWorking, At: at(5*time.Hour - 10*time.Minute)}, {State: hover.JobProcessing, At: at(80 * time.Minute)},
			{State: hover.JobCompleted, At: at(time.Hour)},
		},
		Structures: []engine.StructureDetail{
			{ID: "1", Deliverable: job.DeliverableWords("complete"), ViewURL: "https://hover.to/3d/1", Preview: "wireframe/roof-top", Pictures: []engine.Part{"wireframe/roof-top", "photo/a", "photo/b"}},
			{ID: "2", Pictures: []engine.Part{"photo/c"}},
			{ID: "3"},
		},
	}
}

func TestAJobTellsWhatItIsAndHowItStands(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		if s := j.State(); s.ID != "" || s.Loaded {
			t.Errorf("before any job: %+v", s)
		}
		drawn := 0
		j.Changed = func() { drawn++ }
		j.Shown()
		j.Show("501")
		if s := j.State(); s.ID != "501" || s.Loaded || drawn == 0 {
			t.Errorf("while it is read: %+v, drawn %d times", s, drawn)
		}
		w.Settle()
		s := j.State()
		if s.Title != "7 Maple Street" || s.Second != "Salem OR 97301 · Ann Lee · ref A-12" || s.Standing != view.StandingDone {
			t.Errorf("%q, %q, %v", s.Title, s.Second, s.Standing)
		}
		if !s.HasPDF || !s.Several || !s.CanChoose || !s.HasView || !s.HasFolder || s.Failure != nil || s.Turn != "" || s.Bar != 0 {
			t.Errorf("what can be done: %+v", s)
		}
		if len(s.Structures) != 3 || len(s.Photos) != 3 || s.Photos[2].Of != "Barn" || s.Photos[0].Ref.Part != "photo/a" {
			t.Fatalf("%d structures, photos %v", len(s.Structures), s.Photos)
		}
		house, barn, shed := s.Structures[0], s.Structures[1], s.Structures[2]
		if house.Second != "Complete · 2 photos" || house.State != "measured" || house.Standing != view.StandingDone {
			t.Errorf("house: %+v", house)
		}
		if barn.Second != "1 photo" {
			t.Errorf("barn: %+v", barn)
		}
		if shed.Failure != "Too dark." || shed.Standing != view.StandingFailed || shed.Files != nil {
			t.Errorf("shed: %+v", shed)
		}
		want := []view.FileTag{
			{Format: hover.FormatPDF, Name: "PDF", State: view.TagSaved, Count: 1, Saved: 1},
			{Format: hover.FormatXLSX, Name: "XLSX", State: view.TagReady, Count: 1},
			{Format: hover.FormatPhoto, Name: "Photos", State: view.TagReady, Count: 2},
		}
		more := []view.FileTag{
			{Format: hover.FormatJSON, Name: "JSON", State: view.TagSaved, Count: 2, Saved: 2},
			{Format: hover.FormatESX, Name: "ESX", State: view.TagWaiting, Count: 1},
			{Format: hover.FormatDWG, Name: "DWG", State: view.TagUnavailable, Count: 1},
		}
		if !slices.Equal(house.Files, want) || !slices.Equal(house.More, more) || house.MoreOpen {
			t.Errorf("files: %+v, more: %+v", house.Files, house.More)
		}
		j.ToggleMore("1")
		if s := j.State().Structures; !s[0].MoreOpen || s[1].MoreOpen {
			t.Error("more is not open for the house alone")
		}
	})
}

func TestTheCustomerIsCalledAndWrittenTo(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		detail := mapleStreet(time.Now())
		detail.CustomerPhone, detail.CallURL = "(317) 555-0142\u202e", "tel:3175550142"
		detail.CustomerEmail, detail.CapturedBy = "not\nmail", []string{"sam@example.com", "a@example.com", "b@example.com", "c@example.com"}
		d.details["501"] = detail
		j.Show("501")
		w.Settle()
		want := view.Contact{Phone: "(317) 555-0142", CallURL: "tel:3175550142", Mail: "not mail", Captured: "captured by sam@example.com, a@example.com, b@example.com"}
		if c := j.State().Contact; c != want {
			t.Errorf("%+v", c)
		}
		j.Open(want.CallURL)
		j.Open("")
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"browse tel:3175550142"}) {
			t.Errorf("did %q", did)
		}
	})
}

func TestWhatAJobIsCalled(t *testing.T) {
	for _, c := range []struct{ name, address, title, second string }{
		{"", "7 Maple Street, Salem OR", "7 Maple Street", "Salem OR"},
		{"Lee", "7 Maple Street, Salem OR", "Lee", "7 Maple Street, Salem OR"},
		{"Lee, 7 MAPLE street", "7 Maple Street, Salem OR", "Lee, 7 MAPLE street", "Salem OR"},
		{"", "Salem", "Salem", ""},
		{"", "", "Job 501", ""},
		{"Lee\nroof\u202e", "7 Maple\tStreet", "Lee roof", "7 Maple Street"},
		{strings.Repeat("long ", 100), "", strings.TrimSpace(strings.Repeat("long ", 12)) + "…", ""},
	} {
		jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
			d.details["501"] = engine.JobDetail{JobView: engine.JobView{ID: "501", Name: c.name, Address: c.address}}
			j.Show("501")
			w.Settle()
			if s := j.State(); s.Title != c.title || s.Second != c.second {
				t.Errorf("%q at %q is called %q, %q", c.name, c.address, s.Title, s.Second)
			}
		})
	}
}

func TestTheTimelineHasOnePhaseForWhatMeansTheSame(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Show("501")
		w.Settle()
		s := j.State()
		var kinds []view.PhaseKind
		whole := 0.0
		for _, p := range s.Phases {
			kinds = append(kinds, p.Kind)
			whole += p.Share
		}
		if !slices.Equal(kinds, []view.PhaseKind{view.PhasePhotos, view.PhaseBuilding, view.PhaseFinishing, view.PhaseMeasured}) {
			t.Errorf("phases %v", s.Phases)
		}
		if whole < 0.999 || whole > 1.001 || s.Phases[1].Share < 0.5 || s.Phases[3].Share < 0.05 || s.Phases[3].Took != 0 {
			t.Errorf("shares %+v", s.Phases)
		}
		if s.Phases[0].Took != 10*time.Minute || s.Phases[1].Took != 3*time.Hour+30*time.Minute {
			t.Errorf("spans %+v", s.Phases)
		}
		if s.Story != "Captured 7:00 AM, finished 11:00 AM" {
			t.Errorf("story %q", s.Story)
		}
	})
}

func TestAJobThatIsBuiltTellsHowLongItHasTaken(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		now := time.Now()
		share := 0.5
		d.details["501"] = engine.JobDetail{
			JobView: engine.JobView{ID: "501", State: hover.JobWorking, Progress: &share, ETA: engine.At(now.Add(80 * time.Minute))},
			Steps:   []job.Step{{State: hover.JobUploading, At: now.Add(-time.Hour)}, {State: hover.JobWorking, At: now.Add(-30 * time.Minute)}},
		}
		j.Shown()
		j.Show("501")
		w.Settle()
		s := j.State()
		if s.Says != "Building the 3D model · about 1 h 20 min left" || s.Bar != 0.5 || s.Standing != view.StandingWorking || s.Story != "Captured 11:00 AM" {
			t.Errorf("%q, bar %v, %v, %q", s.Says, s.Bar, s.Standing, s.Story)
		}
		if len(s.Phases) != 2 || s.Phases[1].Took != 30*time.Minute {
			t.Errorf("phases %+v", s.Phases)
		}
		w.Pass(10 * time.Minute)
		if s := j.State(); s.Says != "Building the 3D model · about 1 h 10 min left" || s.Phases[1].Took != 40*time.Minute {
			t.Errorf("ten minutes later: %q, %+v", s.Says, s.Phases)
		}
		j.Hidden()
	})
}

func TestTimelinesThatAreOdd(t *testing.T) {
	now := time.Date(2025, 6, 3, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		story string
		steps []job.Step
		n     int
		says  string
	}{
		{"nothing is known", nil, 0, ""},
		{"only the end is known", []job.Step{{State: hover.JobCompleted, At: now.Add(-time.Hour)}}, 0, "finished 11:00 AM"},
		{"a clock that went backwards", []job.Step{{State: hover.JobWorking, At: now}, {State: hover.JobFailed, At: now.Add(-time.Hour)}}, 2, "Started 12:00 PM, failed 11:00 AM"},
		{"yesterday", []job.Step{{State: hover.JobDraft, At: now.Add(-26 * time.Hour)}, {State: hover.JobCancelled, At: now.Add(-25 * time.Hour)}}, 2,
			"Captured Jun 2, 2025 10:00 AM, canceled 11:00 AM"},
		{"a state that Hover added later", []job.Step{{State: "polishing", At: now.Add(-time.Hour)}, {State: "drying", At: now.Add(-time.Minute)}}, 2, "Started 11:00 AM"},
	} {
		viewtest.Story(t, func(t *testing.T, w *viewtest.Thread) {
			d := &jobDesk{details: map[hover.JobID]engine.JobDetail{"501": {JobView: engine.JobView{ID: "501"}, Steps: c.steps}}}
			deps := w.Deps(d)
			deps.Now = func() time.Time { return now }
			j := view.NewJob(deps)
			j.Show("501")
			w.Settle()
			s := j.State()
			if len(s.Phases) != c.n || s.Story != c.says {
				t.Errorf("%s: %+v, %q", c.story, s.Phases, s.Story)
			}
			for _, p := range s.Phases {
				if p.Share <= 0 || p.Share > 1 {
					t.Errorf("%s: share %v", c.story, p.Share)
				}
			}
		})
	}
}

func TestAJobReopenedAHundredTimesStillFitsItsTimeline(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		detail := mapleStreet(time.Now())
		detail.Steps = nil
		for i := range 200 {
			state := hover.JobWorking
			if i%2 == 1 {
				state = hover.JobCompleted
			}
			detail.Steps = append(detail.Steps, job.Step{State: state, At: time.Now().Add(time.Duration(i-200) * time.Minute)})
		}
		d.details["501"] = detail
		j.Show("501")
		w.Settle()
		whole := 0.0
		for _, p := range j.State().Phases {
			whole += p.Share
		}
		if whole < 0.99 || whole > 1.01 {
			t.Errorf("all phases together are %v of the line", whole)
		}
	})
}

func TestAJobThatFailedSaysWhatWhyAndWhatToDo(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		d.details["501"] = engine.JobDetail{JobView: engine.JobView{
			ID: "501", Address: "7 Maple Street, Salem OR", State: hover.JobFailed,
			Models: []engine.ModelView{{ID: "1", State: hover.ModelFailed, FailureReason: "too\n\u202edark " + strings.Repeat("x", 5000)}},
		}}
		j.Show("501")
		w.Settle()
		s := j.State()
		if s.Failure == nil || s.Failure.What != "7 Maple Street could not be measured" || !strings.HasPrefix(s.Failure.Why, "too dark x") || s.Failure.Do == "" {
			t.Errorf("failure %+v", s.Failure)
		}
		if why := s.Structures[0].Failure; strings.ContainsAny(why, "\n\u202e") || len(why) > 200 {
			t.Errorf("a structure's reason is not made fit for a line: %.80q…", why)
		}
		if s.HasPDF || s.CanChoose || s.HasFolder || s.HasView {
			t.Errorf("nothing can be opened, but: %+v", s)
		}
		j.OpenAtHover()
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"at-hover 501"}) {
			t.Errorf("did %q", did)
		}
		detail := d.details["501"]
		detail.Models = nil
		d.details["501"] = detail
		j.Reload()
		w.Settle()
		if s := j.State(); s.Failure.Why != "Hover gave no reason." {
			t.Errorf("without a reason: %+v", s.Failure)
		}
	})
}

func TestAFileIsOpenedOrFetchedFirst(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Show("501")
		w.Settle()
		j.OpenPDF() // which of several the engine knows
		j.OpenFile("1", hover.FormatPDF)
		j.OpenFile("1", hover.FormatJSON)
		w.Settle()
		did := d.Noted()
		slices.Sort(did)
		if !slices.Equal(did, []string{"open maple", "open-pdf 501", "open-pdf 501 1"}) {
			t.Errorf("saved files: did %q", did)
		}

		half, whole := make(chan struct{}), make(chan struct{})
		d.get = func(_ context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) {
			<-half
			yield(engine.Progress{Done: 50, Total: 100}, nil)
			<-whole
		}
		j.OpenFile("2", hover.FormatPDF)
		j.OpenFile("2", hover.FormatPDF) // a second tap
		w.Settle()
		if f := j.State().Structures[1].Files[0]; !f.Busy || f.Done != 0 {
			t.Errorf("begun: %+v", f)
		}
		w.Pass(time.Second)
		close(half)
		w.Settle()
		if f := j.State().Structures[1].Files[0]; !f.Busy || f.Done != 0.5 {
			t.Errorf("half way: %+v", f)
		}
		close(whole)
		w.Settle()
		if f := j.State().Structures[1].Files[0]; f.Busy {
			t.Errorf("at the end: %+v", f)
		}
		if did := d.Noted(); !slices.Equal(did, []string{"get [501] [2] [pdf] true"}) {
			t.Errorf("fetched: did %q", did)
		}

		broken := errors.New("no network")
		d.get = func(_ context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) {
			yield(engine.Progress{}, broken)
		}
		j.OpenFile("1", hover.FormatXLSX)
		w.Settle()
		if told := w.Told(); len(told) != 1 || !errors.Is(told[0], broken) {
			t.Errorf("told %v", told)
		}
		if f := j.State().Structures[0].Files[1]; f.Busy || f.State != view.TagReady {
			t.Errorf("after the failure it can be tried again: %+v", f)
		}
	})
}

func TestADownloadGoesOnWhileAnotherJobIsShown(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		other := mapleStreet(time.Now())
		other.ID, other.Models[1].ID = "502", "22"
		d.details["502"] = other
		whole := make(chan struct{})
		d.get = func(context.Context, engine.GetRequest, func(engine.Progress, error) bool) { <-whole }
		j.Show("501")
		w.Settle()
		j.OpenFile("2", hover.FormatPDF)
		j.Show("502")
		w.Settle()
		if f := j.State().Structures[1].Files[0]; f.Busy {
			t.Errorf("the other job's file is %+v", f)
		}
		j.Show("501")
		w.Settle()
		j.OpenFile("2", hover.FormatPDF)
		if f := j.State().Structures[1].Files[0]; !f.Busy {
			t.Errorf("back again, the file is %+v", f)
		}
		j.Show("502")
		w.Settle()
		close(whole)
		w.Settle()
		j.Show("501")
		w.Settle()
		if f := j.State().Structures[1].Files[0]; f.Busy || j.State().ID != "501" {
			t.Errorf("at the end, the file is %+v", f)
		}
		if did := d.Noted(); len(did) != 1 {
			t.Errorf("did %q", did)
		}
	})
}

func TestALateAnswerAboutAnotherJobIsDropped(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		d.details["502"] = engine.JobDetail{JobView: engine.JobView{ID: "502", Name: "Okafor"}}
		d.hold = map[hover.JobID]chan struct{}{"501": make(chan struct{}), "502": make(chan struct{})}
		j.Show("501")
		w.Settle()
		j.Show("502")
		close(d.hold["501"])
		w.Settle()
		if s := j.State(); s.ID != "502" || s.Loaded {
			t.Errorf("shows %+v", s)
		}
		close(d.hold["502"])
		w.Settle()
		if s := j.State(); s.ID != "502" || s.Title != "Okafor" || len(s.Structures) != 0 {
			t.Errorf("shows %+v", s)
		}
		j.Show("")
		if s := j.State(); s.ID != "" || s.Loaded {
			t.Errorf("no job: %+v", s)
		}
	})
}

func TestAJobThatIsGoneOrCannotBeRead(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Show("999")
		w.Settle()
		if s := j.State(); !s.Gone || s.Loaded || s.Problem != nil {
			t.Errorf("unknown: %+v", s)
		}
		d.broken = errors.New("the disk is full")
		j.Show("501")
		w.Settle()
		if s := j.State(); s.Problem == nil || s.Gone || s.Loaded {
			t.Errorf("unreadable: %+v", s)
		}
		d.broken = nil
		j.Reload()
		w.Settle()
		if s := j.State(); s.Problem != nil || !s.Loaded {
			t.Errorf("readable again: %+v", s)
		}
		delete(d.details, "501")
		j.Reload()
		w.Settle()
		if s := j.State(); !s.Gone {
			t.Errorf("deleted meanwhile: %+v", s)
		}
	})
}

func TestRefreshAsksHoverOnceAndTellsWhatWentWrong(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Refresh() // no job yet
		j.Show("501")
		w.Settle()
		j.Refresh()
		j.Refresh()
		if !j.State().Busy {
			t.Error("not busy while Hover is asked")
		}
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"refresh 501"}) || j.State().Busy {
			t.Errorf("did %q", did)
		}
		d.refused = errors.New("offline")
		j.Refresh()
		w.Settle()
		if told := w.Told(); len(told) != 1 || j.State().Busy {
			t.Errorf("told %v", told)
		}
	})
}

func TestFolderAndTheThreeDViewAreOpened(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Show("501")
		w.Settle()
		house := func() { j.ChooseFigures("1"); j.OpenModel() }
		barn := func() { j.ChooseFigures("2"); j.OpenModel() } // which has none of its own
		for _, open := range []func(){j.OpenFolder, j.OpenModel, house, barn} {
			open()
			w.Settle()
		}
		want := []string{"show-folder 501", "browse https://hover.to/3d/501", "browse https://hover.to/3d/1", "browse https://hover.to/3d/501"}
		if did := d.Noted(); !slices.Equal(did, want) {
			t.Errorf("did %q", did)
		}
		detail := d.details["501"]
		for i := range detail.Models {
			detail.Models[i].State = hover.ModelFailed
		}
		d.details["501"] = detail
		j.Reload()
		w.Settle()
		if j.State().HasView {
			t.Error("a job that could not be measured has a 3D view")
		}
	})
}

// orchard are figures of a house; barn are all that Hover tells of its barn.
func orchard() figures.Figures {
	f, _ := figures.Read([]byte(`{"summary":{"roof":{"roof_facets":{"area":2847,"total":14},"ridges_hips":{"length":234},"valleys":{"length":86.33},
		"gutters_eaves":{"length":251.17},"rakes":{"length":122.33},"flashing":{"length":0},"step_flashing":{"length":null},
		"pitch":[{"roof_pitch":"8/12","area":2335,"percentage":82},{"roof_pitch":"4/12","area":512,"percentage":18}]},
		"area":{"facades":{"siding":1963}}},"roof":{"measurements":{"ridges":100,"hips":134}},"footprint":{"stories":2,"perimeter":210.5}}`))
	f.JobID, f.ModelID, f.Name, f.Address = "501", "1", "House", "7 Maple Street, Salem OR 97301"
	return f
}

func barn() figures.Figures {
	f, _ := figures.Read([]byte(`{"roof":{"roof_facets":{"area":640,"total":2},"gutters_eaves":{"length":64}}}`))
	f.JobID, f.ModelID, f.Name, f.Address = "501", "2", "Barn", "7 Maple Street, Salem OR 97301"
	return f
}

// read tells figures as a person reads them.
func read(list ...view.Figure) string {
	var all []string
	for _, f := range list {
		is := strings.TrimSpace(f.Label + " = " + f.Value)
		if !f.Given {
			is = f.Label + " ?"
		}
		if f.Last {
			is += " (last)"
		}
		all = append(all, is)
	}
	return strings.Join(all, ", ")
}

func TestFiguresAreOfAStructureOrOfAllTogether(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		d.figures["1"], d.figures["2"] = orchard(), barn()
		j.Show("501")
		w.Settle()
		f := j.State().Figures
		if f.Of != "" || len(f.Choices) != 3 || f.Choices[0] != (view.FigureChoice{Name: "Both"}) || f.Choices[2].Name != "Barn" || f.Loading || f.None || f.Problem != nil {
			t.Errorf("figures %+v", f)
		}
		if got := read(f.Squares, f.Roof); got != "squares = 34.9, on 16 facets = 3,487 sq ft" {
			t.Errorf("both: %s", got)
		}
		// What Hover does not say of the barn is not known of both; it is no zero.
		if got := read(f.Lengths...); got != "Ridges and hips ?, Valleys ?, Eaves = 315' 2\", Rakes ?, Drip edge ?, Flashing ?, Step flashing ?" {
			t.Errorf("both: %s", got)
		}
		if got := read(f.Pitches...); got != "main pitch ?" {
			t.Errorf("both: %s", got)
		}
		j.ChooseFigures("1")
		f = j.State().Figures
		for want, got := range map[string]string{
			"squares = 28.5, on 14 facets = 2,847 sq ft":               read(f.Squares, f.Roof),
			"main pitch · 82% = 8/12, 18% = 4/12":                      read(f.Pitches...),
			"0% = 29, 5% = 30, 10% = 32, 12% = 32, 15% = 33, 20% = 35": read(f.Waste...),
			`Ridges = 100' 0", Hips = 134' 0", Ridges and hips = 234' 0", Valleys = 86' 4", Eaves = 251' 2", Rakes = 122' 4", Drip edge = 373' 6", ` +
				`Flashing = 0' 0", Step flashing ?`: read(f.Lengths...),
			`Siding = 1,963 sq ft, Windows and doors ?, Perimeter = 210' 6", Stories = 2`: read(f.Walls...),
		} {
			if got != want {
				t.Errorf("the house: %s\nwant %s", got, want)
			}
		}
		j.ChooseFigures("2")
		if f := j.State().Figures; f.Of != "2" || read(f.Squares) != "squares = 6.4" || f.Walls != nil {
			t.Errorf("the barn: %+v", f)
		}
	})
}

func TestFiguresThatAreMissingAreAskedForAgain(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		j.Show("501")
		if w.Settle(); !j.State().Figures.None {
			t.Errorf("Hover has none: %+v", j.State().Figures)
		}
		asked := len(d.measured)
		for range 5 {
			j.Reload()
			w.Settle()
		}
		if len(d.measured) != asked || asked != 2 {
			t.Error("news asks for figures again that Hover did not have a moment ago")
		}
		d.figures["1"] = orchard()
		w.Pass(2 * time.Minute)
		j.Reload()
		w.Settle()
		// One has none yet: there is no total, and nobody takes the house for it.
		if f := j.State().Figures; f.None || f.Squares.Given {
			t.Errorf("two minutes later: %+v", f)
		}
		j.ChooseFigures("1")
		if f := j.State().Figures; read(f.Squares) != "squares = 28.5" {
			t.Errorf("the house: %+v", f)
		}
		d.refused = errors.New("offline")
		w.Pass(2 * time.Minute)
		j.Reload()
		w.Settle()
		if f := j.State().Figures; f.Problem == nil || f.None || read(f.Squares) != "squares = 28.5" {
			t.Errorf("what is known stays beside the trouble: %+v", f)
		}
		d.refused, d.figures["2"] = nil, barn()
		j.Refresh()
		w.Settle()
		if f := j.State().Figures; f.Problem != nil {
			t.Errorf("after asking again: %+v", f)
		}
	})
}

func TestFiguresAreCopiedAndTheWasteIsRemembered(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		d.figures["1"], d.figures["2"] = orchard(), barn()
		j.Shown()
		j.Show("501")
		w.Settle()
		want := "7 Maple Street, Salem OR 97301\n\tHouse\tBarn\tTotal\nRoof, sq ft\t2847\t640\t3487\nSquares\t28.5\t6.4\t34.9\n"
		if got := j.Table(); !strings.HasPrefix(got, want) || !strings.Contains(got, "\nValleys, ft\t86.33\tnot given\tnot given\n") {
			t.Errorf("the table is %q", got)
		}
		j.ChooseFigures("2")
		if got := j.Table(); !strings.HasPrefix(got, "7 Maple Street, Salem OR 97301\nRoof, sq ft\t640\n") {
			t.Errorf("of the barn: %q", got)
		}
		j.Copied("waste/15")
		if s := j.State(); s.Copied != "waste/15" || !strings.HasSuffix(read(s.Figures.Waste...), "15% = 8 (last), 20% = 8") {
			t.Errorf("copied %q, %s", s.Copied, read(s.Figures.Waste...))
		}
		w.Pass(2 * time.Second)
		if s := j.State(); s.Copied != "" {
			t.Errorf("it says so for ever: %q", s.Copied)
		}
		if w.Settle(); string(d.kept["waste"]) != "15" {
			t.Errorf("kept %s", d.kept)
		}
		j.Hidden()
		next := view.NewJob(w.Deps(d))
		next.Shown()
		next.Show("501")
		w.Settle()
		if got := read(next.State().Figures.Waste...); !strings.Contains(got, "15% = 41 (last)") {
			t.Errorf("the next day: %s", got)
		}
		next.Hidden()
	})
}

func TestTheDrawingIsOfTheStructureThatIsShown(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		detail := mapleStreet(time.Now())
		detail.Structures[0].Pictures = []engine.Part{"wireframe/roof-top", "wireframe/roof-lengths", "wireframe/roof-areas", "photo/a"}
		d.details["501"] = detail
		j.Show("501")
		w.Settle()
		s := j.State().Drawing
		if s.Ref.Model != "1" || s.Ref.Part != "wireframe/roof-areas" || s.Of != "House" || !slices.Equal(s.Layers, []view.Layer{view.LayerAreas, view.LayerLengths}) {
			t.Errorf("both: %+v", s)
		}
		j.ChooseLayer(view.LayerLengths)
		if s := j.State().Drawing; s.Ref.Part != "wireframe/roof-lengths" || s.Layer != view.LayerLengths {
			t.Errorf("lengths: %+v", s)
		}
		j.ChooseLayer(view.LayerLengths)
		if s := j.State().Drawing; s.Ref.Part != "wireframe/roof-top" || s.Layer != view.LayerNone {
			t.Errorf("nothing is written: %+v", s)
		}
		j.ChooseFigures("2")
		if s := j.State().Drawing; s.Ref != (view.PictureRef{}) {
			t.Errorf("the barn has none: %+v", s)
		}
	})
}

func TestARoofIsDrawnWhereItsShapeIsKnown(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		gable, _ := roof.Read([]byte(`{"roof":{"facets":[{"area":100,"points":[[0,0],[10,0],[10,10],[0,10]]}]}}`))
		d.roofs = map[hover.ModelID]roof.Plan{"2": gable}
		detail := mapleStreet(time.Now())
		detail.Structures[0].Pictures = []engine.Part{"wireframe/roof"}
		d.details["501"] = detail
		j.Show("501")
		w.Settle()
		if s := j.State().Drawing; s.Plan != nil || s.Ref.Part != "wireframe/roof" || s.Waiting {
			t.Errorf("of the house Hover's is shown: %+v", s)
		}
		j.ChooseFigures("2")
		if s := j.State().Drawing; !s.Waiting || s.Ref != (view.PictureRef{}) {
			t.Errorf("while it is asked for: %+v", s)
		}
		w.Settle()
		if s := j.State().Drawing; s.Plan == nil || s.Waiting || !slices.Equal(s.Layers, []view.Layer{view.LayerAreas, view.LayerLengths}) || s.Of != "Barn" {
			t.Errorf("the barn: %+v", s)
		}
		d.roofs["1"], d.refused = gable, errors.New("offline")
		j.ChooseFigures("1")
		w.Settle()
		if s := j.State().Drawing; s.Plan != nil || s.Ref.Part == "" {
			t.Errorf("offline: %+v", s)
		}
		d.refused = nil
		j.Refresh()
		w.Settle()
		if s := j.State().Drawing; s.Plan == nil {
			t.Errorf("asked again: %+v", s)
		}
	})
}

func TestAJobThatIsNotMeasuredAsksForNoFigures(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		d.details["501"] = engine.JobDetail{JobView: engine.JobView{ID: "501", State: hover.JobWorking, Models: []engine.ModelView{{ID: "1", State: hover.ModelProcessing}}}}
		j.Show("501")
		w.Settle()
		if f := j.State().Figures; f.Measured || f.None || f.Loading || len(d.measured) != 0 {
			t.Errorf("figures %+v, asked for %v", f, d.measured)
		}
	})
}

func TestWhatHoverSentIsReadOnlyWhenAPersonWantsToSeeIt(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		for i := range 45 {
			d.events = append(d.events, engine.EventView{
				Seq: uint64(100 - i), JobID: "501", Event: hover.EventJobStateV2, State: "working", Verdict: hover.VerdictSigned,
				ReceivedAt: engine.At(time.Now()), Body: json.RawMessage(`{"state":"working"}`),
			})
		}
		d.events[1].Verdict, d.events[2].Verdict, d.events[3].Verdict = hover.VerdictUnpinned, hover.VerdictUnsigned, "new"
		d.events[4].Event = "a-name\nof\u202e" + hover.EventName(strings.Repeat("x", 10_000))
		j.Show("501")
		w.Settle()
		if len(d.pages) != 0 || j.State().Events.Open {
			t.Error("events are read though nobody wants to see them")
		}
		j.ToggleEvents()
		w.Settle()
		e := j.State().Events
		if !e.Open || len(e.Rows) != 20 || !e.More {
			t.Fatalf("%d rows, more %v", len(e.Rows), e.More)
		}
		if e.Rows[0].Verdict != "signed by Hover" || e.Rows[1].Standing == e.Rows[0].Standing || e.Rows[3].Verdict != "new" {
			t.Errorf("rows %+v", e.Rows[:4])
		}
		if name := e.Rows[4].Name; strings.ContainsAny(name, "\n\u202e") || len(name) > 100 {
			t.Errorf("a hostile name: %.80q", name)
		}
		j.MoreEvents()
		w.Settle()
		j.MoreEvents()
		w.Settle()
		if e := j.State().Events; len(e.Rows) != 45 || e.More {
			t.Errorf("all: %d rows, more %v", len(e.Rows), e.More)
		}
		j.ToggleEvent(100)
		if r := j.State().Events.Rows[0]; !r.Open || r.Body != "{\n  \"state\": \"working\"\n}" {
			t.Errorf("open: %+v", r)
		}
		j.ReplayEvent(100)
		j.ReplayEvent(100)
		if !j.State().Events.Rows[0].Busy {
			t.Error("not busy while it is replayed")
		}
		w.Settle()
		if did := d.Noted(); !slices.Equal(did, []string{"replay [100]"}) || j.State().Events.Rows[0].Busy {
			t.Errorf("did %q", did)
		}
		d.refused = errors.New("the disk is full")
		j.Reload()
		w.Settle()
		if e := j.State().Events; e.Problem == nil || len(e.Rows) != 45 {
			t.Errorf("that cannot be read again: %v, %d rows", e.Problem, len(e.Rows))
		}
		d.details["502"] = engine.JobDetail{JobView: engine.JobView{ID: "502"}}
		j.Show("502")
		w.Settle()
		if e := j.State().Events; e.Open || len(e.Rows) != 0 {
			t.Errorf("the next job begins with %+v", e)
		}
	})
}

func TestALongEventIsShownInPart(t *testing.T) {
	jobStory(t, func(t *testing.T, w *viewtest.Thread, d *jobDesk, j *view.Job) {
		body, _ := json.Marshal(map[string]string{"note": strings.Repeat("é", 200_000)})
		d.events = []engine.EventView{{Seq: 1, JobID: "501", Body: body}}
		j.Show("501")
		j.ToggleEvents()
		j.ToggleEvent(1)
		w.Settle()
		r := j.State().Events.Rows[0]
		if len(r.Body) > 20_000 || !r.Cut || strings.ContainsRune(r.Body, '\uFFFD') {
			t.Errorf("%d bytes, cut %v", len(r.Body), r.Cut)
		}
	})
}
