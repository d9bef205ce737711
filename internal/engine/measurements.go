package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// measurementsFile bounds a file of measurements, in bytes.
const measurementsFile = 8 << 20

// Measurements gives the key figures of a structure: from a file that was saved
// for the person if there is one, else from one that is fetched.
func (e *Engine) Measurements(ctx context.Context, id hover.JobID, model hover.ModelID) (Measurements, bool, error) {
	j, s, err := e.structure(id, model)
	if err != nil {
		return Measurements{}, false, err
	}
	if s.State != hover.ModelCompleted && s.State != "" {
		return Measurements{}, false, nil
	}
	if m, ok, err := e.savedMeasurements(ctx, j, s); ok || err != nil {
		return m, ok, err
	}
	ordered := hover.ParseDeliverable(s.Deliverable)
	var m Measurements
	for _, version := range hover.Versions(ordered) {
		of, made, err := e.fetchMeasurements(ctx, j, s, version)
		if err != nil && m == (Measurements{}) {
			return m, false, err
		}
		m.complete(of)
		if m.whole(ordered == hover.DeliverableComplete) || !made && ordered == hover.DeliverableComplete {
			break // the rest tells no more, or is not made yet either
		}
	}
	return m, m != (Measurements{}), nil
}

// fetchMeasurements gives the figures in one version of a structure's JSON, if
// Hover has made it.
func (e *Engine) fetchMeasurements(ctx context.Context, j job.Job, s job.Structure, version string) (m Measurements, made bool, err error) {
	link := e.measurementsLink(s, version)
	name := digest(string(j.ID), string(s.ID), version, j.Version.String())
	if link == "" || !e.lacking.due(name, e.now()) {
		return m, false, nil
	}
	path, err := e.cache.file(hoverapi.WithPerson(ctx), name, []string{".json"}, func(ctx context.Context, base string) (string, error) {
		path := base + ".json"
		return path, e.fetchInto(ctx, fetch.Request{URL: link, Format: hover.FormatJSON, MaxSize: measurementsFile}, path)
	})
	if p, ok := errors.AsType[*fetch.Problem](err); ok && notMadeYet(p) {
		e.lacking.missed(name, e.now())
		return m, false, nil
	}
	if err != nil {
		return m, false, unfetched(ctx, say.T("measurements.not_fetched"), err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return m, false, &say.Error{What: say.T("measurements.not_read"), Err: err, Do: say.T("do.try_again")}
	}
	return readMeasurements(b), true, nil
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

// savedMeasurements reads the key figures from a file on disk that is still what
// was saved, and was saved since the job last changed its state.
func (e *Engine) savedMeasurements(ctx context.Context, j job.Job, s job.Structure) (m Measurements, ok bool, err error) {
	var since time.Time
	if n := len(j.History); n > 0 {
		since = j.History[n-1].At
	}
	var rows []storage.File
	err = e.store.View(func(tx *storage.Tx) (err error) {
		rows, err = tx.Files(j.ID)
		return err
	})
	if err != nil {
		return m, false, err
	}
	for _, part := range []string{hover.VersionFull, "", hover.VersionSummarized, hover.VersionSketch} {
		key := hover.Artifact{Format: hover.FormatJSON, Part: part}.Key()
		i := slices.IndexFunc(rows, func(f storage.File) bool { return f.Model == s.ID && f.Key == key })
		if i < 0 || rows[i].State != storage.FileSaved || rows[i].Size > measurementsFile || rows[i].SavedAt.Before(since) {
			continue
		}
		var b []byte
		answered := e.folders.ask(ctx, func() { b, _ = os.ReadFile(rows[i].Path) })
		if !answered || !isSum(b, rows[i].SHA256) {
			continue // somebody has moved or changed it: Hover's own is asked for
		}
		if m := readMeasurements(b); m != (Measurements{}) {
			return m, true, nil
		}
	}
	return m, false, nil
}

func isSum(b []byte, sum string) bool {
	of := sha256.Sum256(b)
	return hex.EncodeToString(of[:]) == sum
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
