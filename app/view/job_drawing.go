package view

import (
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
