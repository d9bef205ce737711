package view

import (
	"context"
	"time"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// FiguresState is the key measurements of one structure.
type FiguresState struct {
	Of      hover.ModelID
	Choices []FigureChoice // the structures that may have figures, if several
	Loading bool
	None    bool  // Hover has none yet
	Problem error // why there are none here
	Tiles   []Figure
}

// FigureChoice is a structure whose figures can be shown.
type FigureChoice struct {
	ID   hover.ModelID
	Name string
}

// Figure is one measurement with its unit in the label.
type Figure struct{ Value, Label string }

// askFiguresAgain is how long after Hover had no figures it is asked again.
const askFiguresAgain = time.Minute

// jobFigures reads the figures of the structure that was chosen.
type jobFigures struct {
	asking  attempt
	chosen  hover.ModelID // by a person; "" is the first one
	of      hover.ModelID
	version time.Time // of the job that they were asked for
	loading bool
	ok      bool
	problem error
	askedAt time.Time
	figures figures.Figures
}

func (f *jobFigures) reset() {
	f.asking.end()
	*f = jobFigures{}
}

// again has the figures asked for once more.
func (f *jobFigures) again() { f.version, f.askedAt = time.Time{}, time.Time{} }

// ChooseFigures shows the figures of another structure.
func (j *Job) ChooseFigures(model hover.ModelID) {
	j.figures.chosen = model
	j.figures.choose(j)
	j.Changed()
}

// choose reads the figures of the chosen structure, if they are not here, or
// may have changed.
func (f *jobFigures) choose(j *Job) {
	of := hover.ModelID("")
	for _, m := range j.detail.Models {
		if measured(m) && (of == "" || m.ID == f.chosen) {
			of = m.ID
		}
	}
	now, version := j.d.Now(), j.detail.UpdatedAt.Time
	same := of == f.of && version.Equal(f.version)
	if same && (f.loading || f.ok || now.Sub(f.askedAt) < askFiguresAgain) {
		return
	}
	if of != f.of {
		f.ok, f.problem, f.figures = false, nil, figures.Figures{}
	}
	f.of, f.version, f.askedAt = of, version, now
	if f.loading = of != ""; !f.loading {
		f.asking.end()
		return
	}
	id := j.id
	f.asking.begin(j.d, func(ctx context.Context, post func(func())) {
		all, err := j.desk.Figures(ctx, id, of)
		post(func() {
			f.loading, f.problem = false, err
			if err == nil {
				f.ok, f.figures = false, figures.Figures{}
				if len(all) > 0 {
					f.ok, f.figures = all[0].Known(), all[0]
				}
			}
			j.Changed()
		})
	})
}

func (f *jobFigures) state(d engine.JobDetail) FiguresState {
	s := FiguresState{Of: f.of, Loading: f.loading, Problem: f.problem, Tiles: tiles(f.figures)}
	for _, m := range d.Models {
		if measured(m) {
			s.Choices = append(s.Choices, FigureChoice{ID: m.ID, Name: words.Say(m.Title())})
		}
	}
	if len(s.Choices) < 2 {
		s.Choices = nil
	}
	s.None = f.of != "" && len(s.Tiles) == 0 && !f.loading && f.problem == nil
	return s
}

// tiles lists the figures that there are, those of the roof first.
func tiles(m figures.Figures) (list []Figure) {
	figure := func(f *float64, label string) {
		if f != nil {
			list = append(list, Figure{words.Figure(*f), label})
		}
	}
	count := func(n *int, label string) {
		if n != nil {
			list = append(list, Figure{words.Count(*n), label})
		}
	}
	figure(m.Roof, words.T("job.roof_area"))
	count(m.Facets, words.T("job.facets"))
	if m.Pitch != nil {
		list = append(list, Figure{*m.Pitch, words.T("job.pitch")})
	}
	figure(m.RidgesHips, words.T("job.ridges_hips"))
	figure(m.Valleys, words.T("job.valleys"))
	figure(m.Eaves, words.T("job.eaves"))
	figure(m.Siding, words.T("job.siding_area"))
	count(m.Openings, words.T("job.openings"))
	return list
}
