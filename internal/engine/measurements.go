package engine

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// measurementsFile bounds a file of measurements, in bytes.
const measurementsFile = 8 << 20

// fetchJSON gives a version of a structure's JSON, if Hover has made it: from the cache, or fetched into it.
func (e *Engine) fetchJSON(ctx context.Context, j job.Job, s job.Structure, version string, insisting bool) (b []byte, made bool, err error) {
	link := e.measurementsLink(s, version)
	name := digest(string(j.ID), string(s.ID), version, j.Version.String())
	if link == "" || !insisting && !e.lacking.due(name, e.now()) {
		return nil, false, nil
	}
	path, err := e.cache.file(ctx, name, []string{".json"}, func(ctx context.Context, base string) (string, error) {
		path := base + ".json"
		return path, e.fetchInto(ctx, fetch.Request{URL: link, Format: hover.FormatJSON, MaxSize: measurementsFile}, path)
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

// figuresAgain says whether and when Hover is asked once more for figures that were queued: as for a file, but that a
// refusal of its own is its last word when it has lasted.
func figuresAgain(w storage.Work, k keptFigures, made bool, err error, now time.Time) (wait time.Duration, again bool) {
	if p, ok := errors.AsType[*fetch.Problem](err); ok && (p.Refused() || p.NeedsPerson()) {
		return refusedAfter, now.Sub(w.Since) < refusedAfter
	}
	wait, again = fetch.Backoff(w.Attempts + 1)
	switch {
	case err != nil || !made:
		return wait, again
	case k.Partial:
		return wait, w.Attempts+1 < partialTries
	}
	return 0, false
}

// noAnswer says that Hover could not be asked: there is no use in asking for something else.
func noAnswer(err error) bool {
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
func (e *Engine) measurementsLink(s job.Structure, version string) string {
	link := e.o.API.ArtifactURL(s.ID, hover.FormatJSON)
	for _, a := range s.Artifacts {
		switch {
		case a.Format != hover.FormatJSON || a.URL == "":
		case a.Part == version, a.Part == "" && version == hover.VersionFull:
			return versioned(a.URL, hover.Artifact{Part: version, URL: a.URL}, "")
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
