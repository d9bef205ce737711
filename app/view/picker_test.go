package view_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"dormer/app/view"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
)

// sycamore is a job with a house whose PDF is here, a garage, and a shed that
// could not be measured.
func sycamore() engine.JobDetail {
	return engine.JobDetail{
		JobView: engine.JobView{
			ID: "1", Address: "1420 Sycamore Lane, Carmel IN", State: hover.JobCompleted,
			Models: []engine.ModelView{
				{ID: "11", Name: "House", State: hover.ModelCompleted, Files: []engine.FileView{
					{Format: "pdf", State: "saved", Path: "/jobs/1/house.pdf"}, {Format: "xlsx", State: "ready"}, {Format: "esx", State: "waiting"},
				}},
				{ID: "12", Name: "Detached garage", State: hover.ModelCompleted, Files: []engine.FileView{
					{Format: "pdf", State: "ready"}, {Format: "xlsx", State: "unavailable"}, {Format: "esx", State: "waiting"},
				}},
				{ID: "13", Name: "Shed", State: hover.ModelFailed, FailureReason: "photos too dark", Files: []engine.FileView{{Format: "pdf", State: "unavailable"}}},
				{ID: "14", Name: "Barn", State: hover.ModelProcessing, Files: []engine.FileView{{Format: "pdf", State: "waiting"}}},
			},
		},
		Structures: []engine.StructureDetail{
			{ID: "11", Deliverable: job.DeliverableWords("complete"), Pictures: []engine.Part{"wireframe/roof-top", "photo/1", "photo/2"}}, {ID: "12", Deliverable: job.DeliverableWords("roof_only")}, {ID: "13"}, {ID: "14"},
		},
	}
}

func openPicker(w *jobsWindow) (*view.Picker, *view.Downloads) {
	d := view.NewDownloads(w.deps())
	p := view.NewPicker(w.deps(), d, "1")
	p.Shown()
	w.Settle()
	return p, d
}

func formatsOf(s view.PickerState) (on, off, later []hover.Format) {
	for _, f := range s.Formats {
		switch {
		case !f.Offered:
			later = append(later, f.Format)
		case f.On:
			on = append(on, f.Format)
		default:
			off = append(off, f.Format)
		}
	}
	return on, off, later
}

func TestThePickerPreselectsWhatIsReady(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.detail = sycamore()
		p, _ := openPicker(w)
		s := p.State()
		want := []view.PickerStructure{
			{ID: "11", Name: "House", Says: "Complete · ready", Standing: view.StandingDone, Ready: true, Chosen: true, Note: "saved"},
			{ID: "12", Name: "Detached garage", Says: "Roof only · ready", Standing: view.StandingDone, Ready: true, Chosen: true},
			{ID: "13", Name: "Shed", Says: "Failed: photos too dark", Standing: view.StandingFailed},
			{ID: "14", Name: "Barn", Says: "Being built", Standing: view.StandingWorking},
		}
		if !slices.Equal(s.Structures, want) {
			t.Errorf("got  %+v\nwant %+v", s.Structures, want)
		}
		on, off, later := formatsOf(s)
		if !slices.Equal(on, []hover.Format{"pdf"}) || !slices.Equal(off, []hover.Format{"xlsx", "photo"}) || !slices.Equal(later, []hover.Format{"esx"}) {
			t.Error(on, off, later)
		}
		if s.Title != "Files for 1420 Sycamore Lane" || s.Second != "Carmel IN" || s.Files != 2 || s.Saved != 1 || s.Path != "/jobs/1/house.pdf" {
			t.Errorf("%+v", s)
		}
		p.ToggleFormat(hover.FormatXLSX)
		if s := p.State(); s.Structures[0].Note != "1 of 2 saved" {
			t.Errorf("%+v", s.Structures[0])
		}
		p.ToggleFormat(hover.FormatXLSX)
		p.Toggle("13") // cannot be chosen
		p.Toggle("14")
		p.Toggle("11")
		if s := p.State(); s.Files != 1 || s.Structures[0].Chosen || s.Structures[2].Chosen || s.Structures[3].Chosen {
			t.Errorf("%+v", s)
		}
		p.Toggle("11")
		p.ToggleFormat(hover.FormatPhoto)
		p.ToggleFormat(hover.FormatXLSX)
		if s := p.State(); s.Files != 5 { // two PDFs, two photos, the house's table
			t.Errorf("%d files", s.Files)
		}
	})
}

func TestTheFormatsAreRememberedForTheNextJob(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.detail = sycamore()
		p, _ := openPicker(w)
		p.ToggleFormat(hover.FormatXLSX)
		p.ToggleFormat(hover.FormatPDF)
		w.Settle()
		p.Hidden()
		p, _ = openPicker(w)
		if on, _, _ := formatsOf(p.State()); !slices.Equal(on, []hover.Format{"xlsx"}) {
			t.Error(on)
		}
		p.ToggleFormat(hover.FormatXLSX)
		w.Settle()
		if s := p.State(); s.Files != 0 || w.formats != "xlsx" {
			t.Errorf("no format at all is no choice to remember: %q, %+v", w.formats, s)
		}
	})
}

func TestNewsKeepsWhatWasChosenAndBringsWhatBecameReady(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.detail = sycamore()
		p, _ := openPicker(w)
		p.Toggle("12")
		p.ToggleFormat(hover.FormatXLSX)
		later := sycamore()
		later.Models[3].State, later.Models[3].Files[0].State = hover.ModelCompleted, "ready"
		w.detail = later
		p.Reload()
		w.Settle()
		s := p.State()
		if s.Structures[1].Chosen || !s.Structures[3].Chosen {
			t.Errorf("%+v", s.Structures)
		}
		if on, _, _ := formatsOf(s); !slices.Equal(on, []hover.Format{"pdf", "xlsx"}) {
			t.Error(on)
		}
		p.Toggle("12")
		later = sycamore()
		later.Models[1].State = hover.ModelFailed // Hover has thought again
		w.detail = later
		p.Reload()
		w.Settle()
		if s := p.State(); s.Structures[1].Chosen {
			t.Errorf("%+v", s.Structures[1])
		}
	})
}

func TestAPickerThatIsClosedAndOpenedAgainShowsTheSameDownloads(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.detail, w.get = sycamore(), trickle
		p, d := openPicker(w)
		p.Download()
		w.Pass(time.Second)
		if got := p.State().Transfers; len(got) != 2 || got[0].Structure != "House" || got[1].Structure != "Detached garage" {
			t.Fatalf("%+v", got)
		}
		p.Hidden()
		w.Pass(time.Second)
		p = view.NewPicker(w.deps(), d, "1")
		drawn := false
		p.Changed = func() { drawn = true }
		p.Shown()
		w.Settle()
		if s := p.State(); !s.Running || len(s.Transfers) != 2 || s.Transfers[1].Share < 0.4 {
			t.Errorf("%+v", s)
		}
		drawn = false
		w.Pass(time.Second)
		if !drawn {
			t.Error("the picker stands still")
		}
		p.Cancel(p.State().Transfers[0].Order)
		w.detail.Models[1].Files[0].State = "saved"
		w.Pass(time.Minute)
		if s := p.State(); s.Structures[1].Note != "saved" {
			t.Errorf("what has come is not shown as saved: %+v", s.Structures)
		}
		s := p.State()
		if s.Running || s.Transfers[0].State != view.TransferCancelled || s.Transfers[1].State != view.TransferSaved {
			t.Errorf("%+v", s)
		}
		p.Retry(s.Transfers[0].Order)
		w.Pass(time.Minute)
		if s := p.State(); s.Transfers[0].State != view.TransferSaved {
			t.Errorf("%+v", s.Transfers)
		}
		p.Open("/jobs/1/11.pdf", true)
		w.Settle()
		if !slices.Equal(w.opened, []string{"/jobs/1"}) {
			t.Error(w.opened)
		}
		p.Hidden()
		if len(d.Of("1")) != 0 {
			t.Error("what has ended and was seen stays for ever")
		}
	})
}

func TestAPickerOfAJobThatCannotBeReadSaysSo(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.broken = engine.ErrUnknown
		p, _ := openPicker(w)
		if s := p.State(); s.Loaded || s.Problem == nil {
			t.Errorf("%+v", s)
		}
		w.broken, w.detail = nil, sycamore()
		p.Reload()
		w.Settle()
		if s := p.State(); !s.Loaded || s.Problem != nil {
			t.Errorf("%+v", s)
		}
	})
}

func TestADownloadEndsWithTheDesktop(t *testing.T) {
	inJobsWindow(t, func(t *testing.T, w *jobsWindow) {
		w.get = func(ctx context.Context, _ engine.GetRequest, yield func(engine.Progress, error) bool) {
			<-ctx.Done()
			yield(engine.Progress{}, ctx.Err())
		}
		w.detail = sycamore()
		p, _ := openPicker(w)
		p.Download()
		w.Settle() // the story's end waits for all that still runs
	})
}
