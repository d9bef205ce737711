package engine

import (
	"context"
	"errors"
	"slices"

	"dormer/internal/gallery"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/roof"
)

// Roof gives the shape of a structure's roof, from the JSON of its measurements, else from the XML of its 3D model. It is
// the empty one where neither tells it. What Hover is asked for is kept in the cache.
func (e *Engine) Roof(ctx context.Context, id hover.JobID, model hover.ModelID) (roof.Plan, error) {
	j, s, err := e.Structure(id, model)
	if err != nil || !records.IsMeasured(j, s) {
		return roof.Plan{}, err
	}
	ctx = hoverapi.WithPerson(ctx)
	var failed error
	if slices.Contains(hover.Versions(hover.ParseDeliverable(s.Deliverable)), hover.VersionFull) {
		b, made, err := e.gallery.Measurements(ctx, j, s, hover.VersionFull, false)
		if p, ok := roof.Read(b); made && ok {
			return p, nil
		}
		if failed = err; err != nil && gallery.NoAnswer(err) {
			return roof.Plan{}, err
		}
	}
	b, made, err := e.gallery.Model(ctx, j, s)
	if p, ok := roof.Read(b); made && ok {
		return p, nil
	}
	return roof.Plan{}, errors.Join(failed, err)
}
