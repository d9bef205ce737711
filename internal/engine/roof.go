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
		d, err := e.gallery.Measurements(ctx, j, s, hover.VersionFull, false)
		e.keep(d)
		if p, ok := roof.Read(d.Bytes); d.Made && ok {
			return p, nil
		}
		if failed = err; err != nil && gallery.NoAnswer(err) {
			return roof.Plan{}, err
		}
	}
	d, err := e.gallery.Model(ctx, j, s)
	e.keep(d)
	if p, ok := roof.Read(d.Bytes); d.Made && ok {
		return p, nil
	}
	return roof.Plan{}, errors.Join(failed, err)
}

// keep has the gallery keep what it has fetched. What it cannot keep is fetched again when somebody wants it.
func (e *Engine) keep(fetched ...gallery.Data) {
	for _, d := range fetched {
		if err := d.Keep(); err != nil {
			e.log.Warn("what was fetched of Hover could not be kept", "error", err)
		}
	}
}
