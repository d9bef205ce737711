package view

import (
	"context"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/roof"
	"dormer/internal/words"
)

// Layer is what is written on the drawing of a roof.
type Layer int

// The layers.
const (
	LayerNone Layer = iota
	LayerAreas
	LayerLengths
	LayerPitches
)

// DrawingState is the drawing of a roof: of the structure whose figures are shown, or of the first that has one. It is
// drawn here where its shape is known, else Hover's own is shown.
type DrawingState struct {
	Plan     *roof.Plan // its shape, nil if it is not known
	Waiting  bool       // nobody knows yet which it will be
	Ref      PictureRef // else Hover's drawing, the zero one if there is none
	Of       string     // the structure, where there are several
	Layers   []Layer    // what can be written on it
	Layer    Layer      // what is
	Pictures []Picture  // all drawings and photos of the structure, to be seen large
}

// jobRoof asks for the shape of the roof that is drawn.
type jobRoof struct {
	asking  attempt
	of      hover.ModelID
	version time.Time // of the job then
	loading bool
	plan    *roof.Plan
}

func (r *jobRoof) reset() {
	r.asking.end()
	*r = jobRoof{}
}

// again has a shape that is not here asked for once more.
func (r *jobRoof) again() {
	if r.plan == nil {
		r.version = time.Time{}
	}
}

// choose asks for the shape of the roof of the structure that is shown, of all together for that of the first.
func (r *jobRoof) choose(j *Job) {
	of := j.figures.shown()
	if of == "" && len(j.figures.of) > 0 {
		of = j.figures.of[0]
	}
	version := j.detail.UpdatedAt.Time
	if of == r.of && version.Equal(r.version) {
		return
	}
	if of != r.of {
		r.plan = nil
	}
	r.of, r.version, r.loading = of, version, of != ""
	if !r.loading {
		r.asking.end()
		return
	}
	id := j.id
	r.asking.begin(j.d, func(ctx context.Context, post func(func())) {
		plan, err := j.d.Desk.Roof(ctx, id, of)
		post(func() {
			r.loading = false
			if r.plan = &plan; err != nil || plan.Empty() { // then Hover's own drawing is shown
				r.plan = nil
			}
			j.Changed()
		})
	})
}

// drawings are Hover's drawings of a roof with a layer, the first that there is.
var drawings = map[Layer][]engine.Part{
	LayerNone:    {"wireframe/roof-top", "wireframe/roof"},
	LayerAreas:   {"wireframe/roof-areas"},
	LayerLengths: {"wireframe/roof-lengths"},
	LayerPitches: {"wireframe/roof-pitches"},
}

// Name names a layer on the switch that shows it.
func (l Layer) Name() string {
	switch l {
	case LayerAreas:
		return words.T("job.layer_areas")
	case LayerLengths:
		return words.T("job.layer_lengths")
	case LayerPitches:
		return words.T("job.layer_pitches")
	}
	return ""
}

// ChooseLayer writes something else on the drawing; what is written there already is taken away.
func (j *Job) ChooseLayer(l Layer) {
	if l == j.layer {
		l = LayerNone
	}
	j.layer = l
	j.Changed()
}

// drawing finds the drawing among the pictures of the structures.
func (j *Job) drawing(all []StructureCard) (s DrawingState) {
	if j.roof.plan != nil {
		i := slices.IndexFunc(all, func(c StructureCard) bool { return c.ID == j.roof.of })
		if i < 0 {
			return s
		}
		s.Plan, s.Layers, s.Layer = j.roof.plan, layersOf(*j.roof.plan), j.layer
		if len(all) > 1 {
			s.Of = all[i].Name
		}
		return s
	}
	if j.roof.loading { // no picture is fetched that nobody will look at
		s.Waiting = true
		return s
	}
	of := j.figures.shown()
	i := slices.IndexFunc(all, func(c StructureCard) bool { return (of == "" || c.ID == of) && len(hoversDrawings(c)) > 0 })
	if i < 0 {
		return s
	}
	there := hoversDrawings(all[i])
	for _, l := range []Layer{LayerAreas, LayerLengths, LayerPitches} {
		if there[l] != "" {
			s.Layers = append(s.Layers, l)
		}
	}
	s.Pictures, s.Layer = all[i].Pictures, j.layer
	if there[s.Layer] == "" {
		s.Layer = LayerNone
	}
	part := there[s.Layer]
	if part == "" {
		s.Layer = s.Layers[0] // Hover has no plain one
		part = there[s.Layer]
	}
	s.Ref = PictureRef{Job: j.id, Model: all[i].ID, Part: part}
	if len(all) > 1 {
		s.Of = all[i].Name
	}
	return s
}

// layersOf lists what can be written on a roof.
func layersOf(p roof.Plan) []Layer {
	layers := []Layer{LayerLengths}
	if slices.ContainsFunc(p.Facets, func(f roof.Facet) bool { return f.Area != nil }) {
		layers = append([]Layer{LayerAreas}, layers...)
	}
	if slices.ContainsFunc(p.Facets, func(f roof.Facet) bool { return f.Pitch != "" }) {
		layers = append(layers, LayerPitches)
	}
	return layers
}

// hoversDrawings finds Hover's drawings of a structure's roof.
func hoversDrawings(c StructureCard) map[Layer]engine.Part {
	there := map[Layer]engine.Part{}
	for layer, parts := range drawings {
		for _, part := range parts {
			if there[layer] == "" && slices.ContainsFunc(c.Pictures, func(p Picture) bool { return p.Ref.Part == part }) {
				there[layer] = part
			}
		}
	}
	return there
}
