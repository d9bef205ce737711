package gallery

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/records"
	"dormer/internal/say"
)

// Data is what is in a file of Hover's; Made is false if Hover has not made it.
type Data struct {
	Bytes []byte
	Made  bool
	keep  func() error // nil where it is kept
}

// Keep writes what was fetched into the cache. Whoever waits for what it says gets that first: the folder may be slow.
func (d Data) Keep() error {
	if d.keep == nil {
		return nil
	}
	return d.keep()
}

// Measurements gives a version of a structure's JSON, if Hover has made it: from the cache, or fetched to be kept in it.
// One that Hover did not have is asked for ever more rarely, unless insisting.
func (g *Gallery) Measurements(
	ctx context.Context, j job.Job, s job.Structure, version string, insisting bool,
) (Data, error) {
	name := Digest(string(j.ID), string(s.ID), version, j.Version.String())
	return g.data(ctx, name, ".json", fetch.Request{URL: g.measurementsLink(s, version), Format: hover.FormatJSON}, insisting)
}

// Model gives the XML of a structure's 3D model, if Hover has made it: from the cache, or fetched to be kept in it.
func (g *Gallery) Model(ctx context.Context, j job.Job, s job.Structure) (Data, error) {
	r := fetch.Request{Format: hover.FormatXML}
	for _, a := range s.Artifacts {
		if a.Format == r.Format && r.URL == "" {
			r.URL = a.URL
		}
	}
	return g.data(ctx, Digest(string(j.ID), string(s.ID), string(r.Format), j.Version.String()), ".xml", r, false)
}

// data gives what is in a file of measurements.
func (g *Gallery) data(ctx context.Context, name, extension string, r fetch.Request, insisting bool) (Data, error) {
	if r.URL == "" || !insisting && !g.lacking.due(name, time.Now()) {
		return Data{}, nil
	}
	r.MaxSize = records.MeasurementsFile
	whole := func(b []byte) bool { return fetch.Check(b, r.Format, "") == nil }
	file := name + extension
	b, mine, err := g.cache.contents(ctx, file, whole, func() ([]byte, error) { return fetch.Read(ctx, g.api, r) })
	if p, ok := errors.AsType[*fetch.Problem](err); ok && notMadeYet(p) {
		g.lacking.missed(name, time.Now())
		return Data{}, nil
	}
	if err != nil {
		return Data{}, unfetched(ctx, say.T("measurements.not_fetched"), err)
	}
	d := Data{Bytes: b, Made: true}
	if mine {
		d.keep = func() error { return g.cache.keep(file, b) }
	}
	return d, nil
}

// NoAnswer says that Hover could not be asked: there is no use in asking for something else.
func NoAnswer(err error) bool {
	p, ok := errors.AsType[*fetch.Problem](err)
	return !ok || p.Status == 0
}

// lacks remembers which files Hover did not have: each is asked for ever more
// rarely, for some never come.
type lacks struct {
	mu sync.Mutex // protects of
	of map[string]lack
}

type lack struct {
	times int
	due   time.Time
}

// lackWaits are the waits after each time; the first may have been a moment too
// early.
var lackWaits = []time.Duration{0, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}

func (l *lacks) due(name string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !now.Before(l.of[name].due)
}

func (l *lacks) missed(name string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.of) > 10_000 || l.of == nil {
		l.of = map[string]lack{}
	}
	times := l.of[name].times
	l.of[name] = lack{times + 1, now.Add(lackWaits[min(times, len(lackWaits)-1)])}
}

// notMadeYet says that Hover answered, and has no such file (yet).
func notMadeYet(p *fetch.Problem) bool {
	switch p.Status {
	case http.StatusAccepted, http.StatusNoContent, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity,
		http.StatusOK: // 200 with something else than the file
		return true
	}
	return false
}

// measurementsLink gives the link to a version of the structure's JSON: the one
// that Hover names, else that of another version with the version exchanged.
func (g *Gallery) measurementsLink(s job.Structure, version string) string {
	link := g.api.ArtifactURL(s.ID, hover.FormatJSON)
	for _, a := range s.Artifacts {
		switch {
		case a.Format != hover.FormatJSON || a.URL == "":
		case a.Part == version, a.Part == "" && version == hover.VersionFull:
			return hover.Versioned(a.URL, hover.Artifact{Part: version, URL: a.URL}, "")
		case a.Part == "" || a.Part == hover.VersionFull:
			link = a.URL
		}
	}
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	q := u.Query()
	q.Set("version", version)
	u.RawQuery = q.Encode()
	return u.String()
}
