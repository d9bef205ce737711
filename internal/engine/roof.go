package engine

import (
	"context"
	"errors"
	"os"
	"slices"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/roof"
	"dormer/internal/say"
)

// Roof gives the shape of a structure's roof, from the JSON of its measurements, else from the XML of its 3D model. It is
// the empty one where neither tells it. What Hover is asked for is kept in the cache.
func (e *Engine) Roof(ctx context.Context, id hover.JobID, model hover.ModelID) (roof.Plan, error) {
	j, s, err := e.structure(id, model)
	if err != nil || !isMeasured(j, s) {
		return roof.Plan{}, err
	}
	ctx = hoverapi.WithPerson(ctx)
	var failed error
	if slices.Contains(hover.Versions(hover.ParseDeliverable(s.Deliverable)), hover.VersionFull) {
		b, made, err := e.fetchJSON(ctx, j, s, hover.VersionFull, false)
		if p, ok := roof.Read(b); made && ok {
			return p, nil
		}
		if failed = err; err != nil && noAnswer(err) {
			return roof.Plan{}, err
		}
	}
	b, made, err := e.fetchModel(ctx, j, s)
	if p, ok := roof.Read(b); made && ok {
		return p, nil
	}
	return roof.Plan{}, errors.Join(failed, err)
}

// fetchModel gives the XML of a structure's 3D model, if Hover has made it: from the cache, or fetched into it.
func (e *Engine) fetchModel(ctx context.Context, j job.Job, s job.Structure) (b []byte, made bool, err error) {
	i := slices.IndexFunc(s.Artifacts, func(a hover.Artifact) bool { return a.Format == hover.FormatXML && a.URL != "" })
	if i < 0 {
		return nil, false, nil
	}
	name := digest(string(j.ID), string(s.ID), string(hover.FormatXML), j.Version.String())
	if !e.lacking.due(name, e.now()) {
		return nil, false, nil
	}
	path, err := e.cache.file(ctx, name, []string{".xml"}, func(ctx context.Context, base string) (string, error) {
		path := base + ".xml"
		return path, e.fetchInto(ctx, fetch.Request{URL: s.Artifacts[i].URL, Format: hover.FormatXML, MaxSize: measurementsFile}, path)
	})
	if p, ok := errors.AsType[*fetch.Problem](err); ok && notMadeYet(p) {
		e.lacking.missed(name, e.now())
		return nil, false, nil
	}
	if err != nil {
		return nil, false, unfetched(ctx, say.T("measurements.not_fetched"), err)
	}
	if b, err = os.ReadFile(path); err != nil {
		return nil, false, &say.Error{What: say.T("measurements.not_read"), Err: err, Do: say.T("do.try_again")}
	}
	return b, true, nil
}
