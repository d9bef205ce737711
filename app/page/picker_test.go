package page

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/app/windowtest"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
)

// threeStructures is a job with a house whose PDF is here, a garage, and a shed
// that could not be measured.
func threeStructures() engine.JobDetail {
	file := func(format, state string) engine.FileView {
		return engine.FileView{Format: format, State: state, Path: "jobs/sycamore/house." + format}
	}
	return engine.JobDetail{
		JobView: engine.JobView{
			ID: "1", Address: "1420 Sycamore Lane, Carmel IN", State: hover.JobCompleted,
			Models: []engine.ModelView{
				{ID: "11", Name: "House", State: hover.ModelCompleted, Files: []engine.FileView{file("pdf", "saved"), file("xlsx", "ready"), file("esx", "waiting")}},
				{ID: "12", Name: "Garage", State: hover.ModelCompleted, Files: []engine.FileView{file("pdf", "ready"), file("xlsx", "ready"), file("esx", "waiting")}},
				{ID: "13", Name: "Shed", State: hover.ModelFailed, FailureReason: "photos too dark"},
			},
		},
		Structures: []engine.StructureDetail{{ID: "11", Deliverable: job.DeliverableWords("complete")}, {ID: "12", Deliverable: job.DeliverableWords("roof_only")}, {ID: "13"}},
	}
}

// atTheTap downloads as far as a test lets it: every file is half here until the
// tap gives way, which takes one file's name each time.
func (d *jobsDesk) atTheTap() (tap chan string) {
	tap = make(chan string)
	d.get = func(ctx context.Context, r engine.GetRequest, yield func(engine.Progress, error) bool) {
		p := engine.Progress{Model: r.Models[0], Format: r.Formats[0], Done: 2_000_000, Total: 4_000_000}
		yield(p, nil)
		for {
			select {
			case <-ctx.Done():
				yield(engine.Progress{}, ctx.Err())
				return
			case name := <-tap:
				switch name {
				case string(p.Model) + "." + string(p.Format):
					p.Done, p.Path = p.Total, "jobs/sycamore/"+name
					yield(p, nil)
					return
				case "no " + string(p.Model) + "." + string(p.Format):
					p.Error = say.Words("Hover no longer has this file")
					yield(p, nil)
					return
				}
				go func() { // it is for another file
					select {
					case tap <- name:
					case <-ctx.Done():
					}
				}()
			}
		}
	}
	return tap
}

// pick opens the picker and waits until it has been filled.
func (d *jobsDesk) pick(downloads *view.Downloads, deps view.Deps) *view.Picker {
	d.t.Helper()
	v := view.NewPicker(deps, downloads, "1")
	ShowPicker(v, d, func() { d.closed++ })
	d.until("the picker is filled", func() bool { s := v.State(); return s.Loaded || s.Problem != nil })
	return v
}

func (d *jobsDesk) openPicker() (*view.Picker, *view.Downloads, view.Deps) {
	d.t.Helper()
	deps := d.deps()
	downloads := view.NewDownloads(deps)
	return d.pick(downloads, deps), downloads, deps
}

func TestThePickerOffersWhatIsReady(t *testing.T) {
	d := newJobsDesk(t, 1180, 760)
	d.detail = threeStructures()
	d.openPicker()
	for _, text := range []string{
		"Files for 1420 Sycamore Lane", "Carmel IN", "Complete · ready", "saved", "Roof only · ready", "Failed: photos too dark", "ESX later", "Download 2 files",
	} {
		if !d.reads(text) {
			t.Errorf("%q is not in %q", text, d.texts())
		}
	}
	d.tap("XLSX")
	if !d.reads("Download 4 files") || !d.reads("1 of 2 saved") {
		t.Errorf("%q", d.texts())
	}
	d.tap("ESX later") // cannot be chosen
	rows := map[string]*pickerStructure{}
	windowtest.Walk(d.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if r, ok := o.(*pickerStructure); ok {
			rows[r.name.Text()] = r
		}
	})
	test.Tap(rows["Shed"])
	test.Tap(rows["House"])
	if !d.reads("Download 2 files") || rows["House"].check.Checked() || rows["Shed"].check.Checked() {
		t.Errorf("%q", d.texts())
	}
	test.Tap(rows["Garage"].check)
	if !d.reads("Choose at least one structure and one kind of file.") {
		t.Errorf("%q", d.texts())
	}
	d.tap("Cancel")
	if d.window.Canvas().Overlays().Top() != nil || d.closed != 1 {
		t.Error("it is still there")
	}
}

func TestAPickerThatWasClosedGoesOnAndComesBackTheSame(t *testing.T) {
	d := newJobsDesk(t, 1180, 760)
	d.detail, d.formats = threeStructures(), "pdf,xlsx"
	tap := d.atTheTap()
	v, downloads, deps := d.openPicker()
	d.press(fyne.KeyReturn, fyne.KeyReturn) // Enter is all it takes, and twice does no harm
	halfway := func() bool { return strings.Count(strings.Join(d.texts(), " "), "2 MB of 4 MB") == 3 }
	d.until("three files are on their way, one waits for its turn", func() bool { return halfway() && d.reads("waits for its turn") })
	d.press(fyne.KeyEscape)
	if d.window.Canvas().Overlays().Top() != nil || !v.State().Running {
		t.Fatal("closing it should leave the downloads alone")
	}
	tap <- "11.pdf"
	v = d.pick(downloads, deps)
	d.until("it has gone on", func() bool { return d.reads("Saved · 4 MB") && halfway() })
	if !d.reads("You can close this: the download goes on.") {
		t.Errorf("%q", d.texts())
	}
	tap <- "no 11.xlsx"
	d.until("a failure says why", func() bool { return d.reads("Failed: Hover no longer has this file") })
	d.tap("Try again")
	d.until("it is tried again", halfway)
	d.tap("Cancel all")
	d.until("all have ended", func() bool { return !v.State().Running && d.reads("Canceled") })
	d.tap("Open")
	d.until("the PDF is open", d.sees("jobs/sycamore/11.pdf"))
	d.tap("Open folder")
	d.until("the folder is open", d.sees("jobs/sycamore"))
}

func TestWhenAllIsHereItIsOpenedAndNotDownloaded(t *testing.T) {
	d := newJobsDesk(t, 1180, 760)
	d.detail = threeStructures()
	d.detail.Models = d.detail.Models[:1]
	d.openPicker()
	if !d.reads("Download again") {
		t.Errorf("%q", d.texts())
	}
	d.press(fyne.KeyReturn)
	d.until("the PDF is open", d.sees("jobs/sycamore/house.pdf"))
	d.tap("Open folder")
	d.until("the folder is open", d.sees("jobs/sycamore"))
}

func TestAPickerWithNothingToOfferSaysSo(t *testing.T) {
	for story, c := range map[string]struct {
		begin func(d *jobsDesk)
		says  string
	}{
		"nothing is measured yet": {func(d *jobsDesk) {
			d.detail = threeStructures()
			d.detail.Models = d.detail.Models[2:]
		}, "No structure of this job is measured yet."},
		"the job is gone": {func(d *jobsDesk) {
			d.broken = &say.Error{What: say.Words("The job is not known"), Do: say.Words("Search at Hover.")}
		},
			"The job is not known. Search at Hover."},
	} {
		t.Run(story, func(t *testing.T) {
			d := newJobsDesk(t, 1180, 760)
			c.begin(d)
			d.openPicker()
			if !d.reads(c.says) {
				t.Errorf("%q is not in %q", c.says, d.texts())
			}
			d.window.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
			if d.closed != 1 {
				t.Error("Escape does not close it")
			}
		})
	}
}

func TestManyStructuresInSpanishLeaveTheButtonsInSight(t *testing.T) {
	inSpanish(t)
	d := newJobsDesk(t, 560, 480)
	d.detail = threeStructures()
	for i := range 20 {
		d.detail.Models = append(d.detail.Models, engine.ModelView{
			ID: hover.ModelID(fmt.Sprint(100 + i)), Name: "Edificio de viviendas con garaje anexo y trastero número " + fmt.Sprint(i), State: hover.ModelFailed,
			FailureReason: strings.Repeat("las fotos son demasiado oscuras ", 6),
		})
	}
	d.openPicker()
	found := false
	windowtest.Walk(d.window.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text() == "Descargar 2 archivos" {
			found = true
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
			if end := at.AddXY(b.Size().Width, b.Size().Height); at.X < 0 || end.X > 560 || end.Y > 480 {
				t.Errorf("the button is at %v to %v", at, end)
			}
		}
	})
	if !found {
		t.Errorf("%q", d.texts())
	}
}
