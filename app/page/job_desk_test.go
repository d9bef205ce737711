package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/roof"
	"dormer/internal/say"
)

// jobDesk is as much of an engine as the page of one job and the inbox ask, and
// the window that they stand in.
type jobDesk struct {
	*jobsDesk

	// Guarded by jobsDesk.mu, as all that the engine gives.
	figures  map[hover.ModelID]figures.Figures
	pictures func(part engine.Part) (path string, err error)
	events   []engine.EventView
	alerts   []engine.AlertView // the newest first
	pages    int                // of alerts that were asked for
	read     []uint64           // alerts that were marked
	did      []string           // what else the engine was asked to do
	gone     error              // what Detail answers
	refused  error              // what acting answers
	kept     map[string]json.RawMessage
	roofs    map[hover.ModelID]roof.Plan

	copied    string
	allEvents hover.JobID
	told      []error
}

func newJobDesk(t *testing.T, width, height float32) *jobDesk {
	t.Helper()
	d := &jobDesk{jobsDesk: newJobsDesk(t, width, height), figures: map[hover.ModelID]figures.Figures{}}
	dir := t.TempDir()
	d.pictures = func(part engine.Part) (string, error) { return drawPhoto(dir, part) }
	d.get = func(context.Context, engine.GetRequest, func(engine.Progress, error) bool) {}
	return d
}

func (d *jobDesk) deps() view.Deps {
	deps := d.jobsDesk.deps()
	deps.Desk = d
	deps.Tell = func(err error) { d.posted <- func() { d.told = append(d.told, err) } }
	return deps
}

// job opens the page of one job in the window.
func (d *jobDesk) job(detail engine.JobDetail) (*Job, *view.Job) {
	d.t.Helper()
	d.detail = detail
	v := view.NewJob(d.deps())
	j := NewJob(v, d)
	d.window.SetContent(j.Content())
	j.Shown()
	v.Show(detail.ID)
	d.until("the job is there", func() bool { s := v.State(); return s.Loaded || s.Gone || s.Problem != nil })
	return j, v
}

// inbox opens the inbox in the window.
func (d *jobDesk) inbox() (*Inbox, *view.Inbox) {
	d.t.Helper()
	v := view.NewInbox(d.deps())
	b := NewInbox(v, d)
	d.window.SetContent(b.Content())
	b.Shown()
	d.until("the inbox is there", func() bool { s := v.State(); return s.Loaded || s.Problem != nil })
	return b, v
}

// did says whether the engine was asked for something.
func (d *jobDesk) asked(what string) func() bool {
	return func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return slices.Contains(d.did, what)
	}
}

// note writes down what the engine was asked to do.
func (d *jobDesk) note(what ...string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, strings.Join(what, " "))
	d.posted <- func() {} // something has happened: see until
	return d.refused
}

func (d *jobDesk) Detail(context.Context, hover.JobID) (engine.JobDetail, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.detail, d.gone
}

func (d *jobDesk) Roof(_ context.Context, _ hover.JobID, model hover.ModelID) (roof.Plan, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.roofs[model], d.broken
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

func (d *jobDesk) RefreshJob(_ context.Context, id hover.JobID) error {
	return d.note("refresh", string(id))
}

func (d *jobDesk) Figures(_ context.Context, _ hover.JobID, models ...hover.ModelID) (all []figures.Figures, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range models {
		all = append(all, d.figures[m]) // unknown, where there are none
	}
	return all, d.broken
}

func (d *jobDesk) Picture(_ context.Context, _ hover.JobID, _ hover.ModelID, part engine.Part) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pictures(part)
}

func (d *jobDesk) EventPage(_ context.Context, f engine.EventFilter, _ uint64, limit int) ([]engine.EventView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.events[:min(limit, len(d.events))], d.broken
}

func (d *jobDesk) Replay(_ context.Context, seqs []uint64) (int, error) {
	return len(seqs), d.note(fmt.Sprint("replay ", seqs))
}

func (d *jobDesk) Act(_ context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return d.note(action, string(id), string(model))
}

func (d *jobDesk) HandOver(_ context.Context, how engine.Handing, id hover.JobID, model hover.ModelID) (say.Text, error) {
	return say.Text{}, d.note("hand over "+string(how), string(id), string(model))
}

func (d *jobDesk) AlertPage(_ context.Context, before string, limit int) ([]engine.AlertView, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages++
	from := 0
	if before != "" {
		from = 1 + slices.IndexFunc(d.alerts, func(a engine.AlertView) bool { return a.ID == before })
	}
	page := slices.Clone(d.alerts[from:min(from+limit, len(d.alerts))])
	for i := range page {
		var id uint64
		if _, err := fmt.Sscan(page[i].ID, &id); err == nil && slices.Contains(d.read, id) {
			page[i].ReadAt = engine.At(jobsNow)
		}
	}
	return page, d.broken
}

func (d *jobDesk) Unread(context.Context) (n int, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.alerts {
		var id uint64
		if _, err := fmt.Sscan(a.ID, &id); err == nil && a.ReadAt.IsZero() && !slices.Contains(d.read, id) {
			n++
		}
	}
	return n, nil
}

func (d *jobDesk) MarkRead(_ context.Context, ids ...uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.posted <- func() {}
	if d.refused != nil {
		return d.refused
	}
	if len(ids) == 0 {
		for _, a := range d.alerts {
			var id uint64
			if _, err := fmt.Sscan(a.ID, &id); err == nil {
				ids = append(ids, id)
			}
		}
	}
	d.read = append(d.read, ids...)
	return nil
}

// Copy and ShowEvents are what the page asks of the window.
func (d *jobDesk) Copy(text string)          { d.copied = text }
func (d *jobDesk) ShowEvents(id hover.JobID) { d.allEvents = id }

// drawPhoto makes a photo of a kind and gives its path.
func drawPhoto(dir string, part engine.Part) (string, error) {
	path := filepath.Join(dir, strings.ReplaceAll(string(part), "/", "-")+".jpg")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			img.SetRGBA(x, y, color.RGBA{R: uint8(x / 4), G: uint8(y / 3), B: 0x77, A: 0xFF})
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	return path, errors.Join(jpeg.Encode(f, img, nil), f.Close())
}

// sycamore is a job of three structures, one of which could not be measured.
func sycamore() engine.JobDetail {
	at := func(clock string) time.Time {
		t, err := time.Parse(time.RFC3339, "2025-11-21T"+clock+":00Z")
		if err != nil {
			panic(err)
		}
		return t
	}
	file := func(format, state string) engine.FileView {
		f := engine.FileView{Format: format, State: state}
		if state == "saved" {
			f.Path = filepath.Join("Sycamore", "House."+format)
		}
		return f
	}
	pictures := func(photos int) (list []engine.Part) {
		for _, drawing := range []string{"roof-top", "roof-lengths", "front"} {
			list = append(list, engine.Part("wireframe/"+drawing))
		}
		for i := range photos {
			list = append(list, engine.Part(fmt.Sprintf("photo/%d", i+1)))
		}
		return list
	}
	d := engine.JobDetail{
		JobView: engine.JobView{
			ID: "19402492", Address: "1420 Sycamore Lane, Carmel IN 46033", ExternalID: "ORD-20731", State: hover.JobCompleted,
			Customer: "Dana Whitfield", ViewURL: "https://hover.to/3d/19402492", UpdatedAt: engine.At(at("11:58")),
			Models: []engine.ModelView{
				{ID: "10", Name: "House", State: hover.ModelCompleted, Files: []engine.FileView{
					file("pdf", "saved"), file("xlsx", "ready"), file("json", "ready"), file("esx", "waiting"), file("dwg", "unavailable"),
				}},
				{ID: "11", Name: "Detached garage", State: hover.ModelCompleted, Files: []engine.FileView{
					file("pdf", "ready"), file("xlsx", "ready"), file("json", "ready"),
				}},
				{ID: "12", Name: "Shed", State: hover.ModelFailed, FailureReason: "Photos too dark to measure. Take 8 new ones in daylight, all corners.",
					Files: []engine.FileView{file("pdf", "unavailable")}},
			},
		},
		Steps: []job.Step{
			{State: hover.JobUploading, At: at("07:29")}, {State: hover.JobProcessingUpload, At: at("07:33")},
			{State: hover.JobSubmitting, At: at("07:37")}, {State: hover.JobWorking, At: at("07:59")},
			{State: hover.JobProcessing, At: at("11:40")}, {State: hover.JobCompleted, At: at("11:58")},
		},
		Structures: []engine.StructureDetail{
			{ID: "10", Deliverable: job.DeliverableWords("complete"), ViewURL: "https://hover.to/3d/10", Preview: "wireframe/roof-top", Pictures: pictures(38)},
			{ID: "11", Deliverable: job.DeliverableWords("roof_only"), Preview: "wireframe/roof-top", Pictures: pictures(12)},
			{ID: "12"},
		},
	}
	return d
}

// houseFigures are those of the house.
func houseFigures() figures.Figures {
	f, _ := figures.Read([]byte(`{"summary":{"roof":{"roof_facets":{"area":2847,"total":14},"ridges_hips":{"length":234},"valleys":{"length":86.33},
		"gutters_eaves":{"length":251.17},"rakes":{"length":122.33},"flashing":{"length":0},"step_flashing":{"length":null},
		"pitch":[{"roof_pitch":"8/12","area":2335,"percentage":82},{"roof_pitch":"4/12","area":512,"percentage":18}]},
		"area":{"facades":{"siding":1963}},"openings":{"quantity":{"siding":23}}}}`))
	f.ModelID, f.Name, f.Address = "10", "House", "1420 Sycamore Lane, Carmel IN 46033"
	return f
}

// garageFigures are all that Hover tells of the garage.
func garageFigures() figures.Figures {
	f, _ := figures.Read([]byte(`{"roof":{"roof_facets":{"area":640,"total":2},"gutters_eaves":{"length":64}}}`))
	f.ModelID, f.Name, f.Address = "11", "Detached garage", "1420 Sycamore Lane, Carmel IN 46033"
	return f
}

// sycamoreEvents are what Hover sent about a job, the newest first.
func sycamoreEvents() (list []engine.EventView) {
	for i, e := range []struct {
		name    hover.EventName
		state   string
		verdict hover.Verdict
	}{
		{hover.EventJobStateV2, "completed", hover.VerdictSigned},
		{hover.EventModelState, "failed", hover.VerdictSigned},
		{hover.EventJobStateV2, "working", hover.VerdictUnpinned},
		{hover.EventModelCreated, "", hover.VerdictUnsigned},
	} {
		list = append(list, engine.EventView{
			Seq: uint64(40 - i), ReceivedAt: engine.At(jobsNow.Add(-time.Duration(i) * time.Hour)), Event: e.name, State: e.state, Verdict: e.verdict,
			JobID: "19402492", Body: json.RawMessage(`{"event":"` + string(e.name) + `","job_id":19402492,"state":"` + e.state + `","webhook_id":12343}`),
		})
	}
	return list
}

// someAlerts are an inbox, the newest first.
func someAlerts() []engine.AlertView {
	at := func(d time.Duration) engine.Time { return engine.At(jobsNow.Add(-d)) }
	house := func(id, name, street, city, region string, structures ...job.Structure) job.Job {
		return job.Job{ID: hover.JobID(id), Name: name, Address: hover.Address{Line1: street, City: city, Region: region}, Structures: structures}
	}
	one := func(id string, age time.Duration, j job.Job, h job.Happening, files job.Files) engine.AlertView {
		a := engine.AlertView{ID: id, At: at(age), Kind: h.Outcome, JobID: j.ID, ModelID: h.Model, Failed: h.Failed()}
		if age > time.Hour {
			a.ReadAt = at(time.Hour)
		}
		a.Title, a.Body = job.Compose(h, j, files)
		return a
	}
	list := []engine.AlertView{
		one("8", 4*time.Minute, house("1", "", "1420 Sycamore Lane", "Carmel", "IN", job.Structure{ID: "1", Name: "House", State: hover.ModelCompleted},
			job.Structure{ID: "2", Name: "Detached garage", State: hover.ModelCompleted}, job.Structure{ID: "3", Name: "Shed", State: hover.ModelFailed, FailureReason: "Photos too dark"}),
			job.Happening{Outcome: job.Completed}, job.Files{Saved: 2}),
		one("7", 18*time.Hour, house("4", "", "12 Mill Street", "Dayton", "OH", job.Structure{State: hover.ModelFailed, FailureReason: "Not enough photos of the rear side"}),
			job.Happening{Outcome: job.Failed}, job.Files{}),
		one("6", 27*time.Hour, house("3", "Ramirez", "5 Cedar Ct", "Austin", "TX"), job.Happening{Outcome: job.Completed}, job.Files{Saved: 1}),
		one("5", 30*time.Hour, house("5", "", "301 Lake Shore Dr", "Madison", "WI"), job.Happening{Outcome: job.Approval}, job.Files{}),
		one("4", 40*time.Hour, house("8", "", "640 Juniper St", "", "", job.Structure{ID: "1", Name: "Barn"}),
			job.Happening{Outcome: job.StructureDone, Model: "1", State: string(hover.ModelFailed)}, job.Files{}),
		one("3", 60*time.Hour, house("6", "Okafor garage", "", "", ""), job.Happening{Outcome: job.Capture}, job.Files{}),
		one("2", 80*time.Hour, house("7", "", "9 Quarry Hill", "", ""), job.Happening{Outcome: job.Cancelled}, job.Files{}),
		one("1", 500*time.Hour, job.Job{}, job.Happening{Outcome: job.Order}, job.Files{}),
	}
	done, failed := job.Happening{Outcome: job.Completed}, job.Happening{Outcome: job.Failed}
	sum := engine.AlertView{ID: "9", At: at(3 * time.Minute), Kind: job.Summary}
	sum.Title, sum.Body = job.Summarize([]job.Happening{done, done, done, failed}, []say.Text{list[0].Title, list[2].Title, list[1].Title}, job.WhileAway)
	return append([]engine.AlertView{sum}, list...)
}

// noted finds a text that can be read in the window, or part of it.
func (d *jobDesk) noted(text string) fyne.CanvasObject {
	var found fyne.CanvasObject
	whole := false // the text is all that one says
	windowtest.Each(d.window, func(o fyne.CanvasObject) {
		t, ok := o.(interface{ Text() string })
		if ok && strings.Contains(t.Text(), text) && (!whole || t.Text() == text) {
			found, whole = o, whole || t.Text() == text
		}
	})
	return found
}
