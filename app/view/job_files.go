package view

import (
	"context"
	"path/filepath"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// ToggleMore shows the other files of a structure, or folds them away.
func (j *Job) ToggleMore(model hover.ModelID) {
	if j.more == nil {
		j.more = map[hover.ModelID]bool{}
	}
	j.more[model] = !j.more[model]
	j.Changed()
}

// tags lists the formats of a structure, the PDF first. One that is not measured
// has none.
func (j *Job) tags(m engine.ModelView, about engine.StructureDetail) (list []FileTag) {
	if !measured(m) {
		return nil
	}
	for _, f := range hover.Formats() {
		t := FileTag{Format: f, Name: FormatName(f), State: TagUnavailable}
		for _, file := range m.Files {
			if file.Format != string(f) {
				continue
			}
			t.Count++
			switch file.State {
			case engine.FileSaved:
				t.Saved++
			case engine.FileReady:
				t.State = TagReady
			case engine.FileWaiting:
				if t.State == TagUnavailable {
					t.State = TagWaiting
				}
			}
		}
		if photos := photosOf(about); f == hover.FormatPhoto && photos > 0 {
			t.Count, t.State = max(t.Count, photos), TagReady
		}
		if t.Count == 0 {
			continue
		}
		if t.Saved > 0 && t.State != TagReady {
			t.State = TagSaved
		}
		t.Done, t.Busy = j.fetching[fileOrder{m.ID, f}]
		list = append(list, t)
	}
	return list
}

// OpenFile opens the files of one format of a structure: the one file, or the
// folder of several. What is not saved yet is fetched first.
func (j *Job) OpenFile(model hover.ModelID, format hover.Format) {
	order := fileOrder{model, format}
	if _, busy := j.fetching[order]; busy || j.id == "" {
		return
	}
	path, id := j.savedPath(order), j.id
	switch {
	case path == "":
		j.fetch(order)
	case format == hover.FormatPDF: // who reads it has read its alert
		j.d.errand(func(ctx context.Context) error { return j.d.Desk.Act(ctx, engine.ActOpenPDF, id, model) })
	default:
		j.d.open(path)
	}
}

// savedPath gives what to open where nothing is left to fetch.
func (j *Job) savedPath(o fileOrder) string {
	for i, m := range j.detail.Models {
		if m.ID != o.model {
			continue
		}
		for _, t := range j.tags(m, detailOf(j.detail, i)) {
			if t.Format != o.format || t.State != TagSaved {
				continue
			}
			for _, f := range m.Files {
				switch {
				case f.Format != string(o.format) || f.State != engine.FileSaved:
				case t.Saved > 1:
					return filepath.Dir(f.Path)
				default:
					return f.Path
				}
			}
		}
	}
	return ""
}

func (j *Job) fetch(o fileOrder) {
	j.fetching[o] = 0
	want := engine.GetRequest{
		Jobs: []hover.JobID{j.id}, Models: []hover.ModelID{o.model}, Formats: []hover.Format{o.format}, Open: true,
	}
	j.d.Go(func(ctx context.Context) {
		err := j.watch(ctx, o, want)
		j.d.Do(func() {
			delete(j.fetching, o)
			j.d.tell(ctx, err)
			j.reload()
			j.Changed()
		})
	})
	j.Changed()
}

// watch carries out a download and has its progress drawn now and then.
func (j *Job) watch(ctx context.Context, o fileOrder, want engine.GetRequest) error {
	said := j.d.Now()
	for p, err := range j.d.Desk.Get(ctx, want) {
		if err != nil {
			return err
		}
		if now := j.d.Now(); p.Total > 0 && now.Sub(said) >= redraw {
			said = now
			done := float64(p.Done) / float64(p.Total)
			j.d.Do(func() {
				j.fetching[o] = done
				j.Changed()
			})
		}
	}
	return nil
}

// OpenPDF opens a PDF: a saved one as the engine chooses among several, else the main structure's, fetched first.
func (j *Job) OpenPDF() {
	pdf := mainPDF(j.detail.JobView)
	switch {
	case pdf == nil:
	case hasPDF(j.detail.JobView, engine.FileSaved):
		id := j.id
		j.d.errand(func(ctx context.Context) error { return j.d.Desk.Act(ctx, engine.ActOpenPDF, id, "") })
	default:
		j.OpenFile(pdf.Model, hover.FormatPDF)
	}
}
