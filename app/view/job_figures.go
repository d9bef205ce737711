package view

import (
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// FiguresState is what a contractor orders by: of one structure, or of all that are measured together.
type FiguresState struct {
	Measured bool           // there is a structure that may have figures
	Of       hover.ModelID  // whose they are, "" for all together
	Choices  []FigureChoice // all together, then each; nil where there is but one
	Loading  bool
	None     bool  // Hover has none yet
	Problem  error // why some are not here

	Squares Figure
	Roof    Figure   // the area, and of how many facets
	Pitches []Figure // the main one first
	Waste   []Figure // what to order, with so many percent more
	Lengths []Figure
	Walls   []Figure // siding, openings and what else Hover tells of the house itself
}

// FigureChoice is a structure whose figures can be shown; without an ID it is all together.
type FigureChoice struct {
	ID   hover.ModelID
	Name string
}

// askFiguresAgain is how long after Hover had no figures it is asked again.
const askFiguresAgain = time.Minute

// jobFigures reads the figures of a job's structures.
type jobFigures struct {
	asking  attempt
	chosen  hover.ModelID   // by a person; "" is all together
	of      []hover.ModelID // that they were asked for
	version time.Time       // of the job then
	askedAt time.Time
	loading bool
	problem error
	known   map[hover.ModelID]figures.Figures
}

func (f *jobFigures) reset() {
	f.asking.end()
	*f = jobFigures{}
}

// again has the figures asked for once more.
func (f *jobFigures) again() { f.version, f.askedAt = time.Time{}, time.Time{} }

// complete says that there are figures of every measured structure.
func (f *jobFigures) complete() bool {
	return f.problem == nil && !slices.ContainsFunc(f.of, func(m hover.ModelID) bool { return !f.known[m].Known() })
}

// shown gives the structure whose figures are shown, "" for all together.
func (f *jobFigures) shown() hover.ModelID {
	switch {
	case len(f.of) == 1:
		return f.of[0]
	case slices.Contains(f.of, f.chosen):
		return f.chosen
	}
	return ""
}

// each gives the figures of all measured structures, in their order.
func (f *jobFigures) each() (all []figures.Figures) {
	for _, m := range f.of {
		all = append(all, f.known[m])
	}
	return all
}

// figures gives those that are shown.
func (f *jobFigures) figures() figures.Figures {
	if of := f.shown(); of != "" {
		return f.known[of]
	}
	return figures.Total(f.each())
}

func (f *jobFigures) state(d engine.JobDetail, ordered int) FiguresState {
	s := FiguresState{Measured: len(f.of) > 0, Of: f.shown(), Loading: f.loading, Problem: f.problem}
	if len(f.of) > 1 {
		all := words.T("job.structures_both")
		if len(f.of) > 2 {
			all = words.T("job.structures_all", "n", words.Count(len(f.of)))
		}
		s.Choices = []FigureChoice{{Name: all}}
		for _, m := range d.Models {
			if slices.Contains(f.of, m.ID) {
				s.Choices = append(s.Choices, FigureChoice{ID: m.ID, Name: words.Say(m.Title())})
			}
		}
	}
	is := f.figures()
	known := is.Known() || s.Of == "" && slices.ContainsFunc(f.each(), figures.Figures.Known)
	s.None = s.Measured && !known && !f.loading && f.problem == nil
	if known {
		s.tell(is, ordered)
	}
	return s
}

// Table gives the figures that are shown as text that pastes into a sheet or a mail, those of several structures beside
// each other with their total; "" where there are none.
func (j *Job) Table() string {
	f := &j.figures
	if of := f.shown(); of != "" {
		if !f.known[of].Known() {
			return ""
		}
		return figures.Paste(words.Reader(), f.known[of])
	}
	all := f.each()
	if !slices.ContainsFunc(all, figures.Figures.Known) {
		return ""
	}
	return figures.Paste(words.Reader(), append(all, figures.Total(all))...)
}
