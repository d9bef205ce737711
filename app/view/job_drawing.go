package view

import (
	"slices"

	"dormer/internal/engine"
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

// DrawingState is the drawing of a roof: of the structure whose figures are shown, or of the first that has one.
type DrawingState struct {
	Ref      PictureRef // Hover's drawing, the zero one if there is none
	Of       string     // the structure, where there are several
	Layers   []Layer    // what can be written on it
	Layer    Layer      // what is
	Pictures []Picture  // all drawings and photos of the structure, to be seen large
}

// drawn are Hover's drawings of a roof with a layer, the first that there is.
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
