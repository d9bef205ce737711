package storage

import (
	"encoding/binary"
	"fmt"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// FoundJobs is one page of the jobs that were found.
type FoundJobs struct {
	IDs  []hover.JobID // the last updated first
	From int           // how many of the wanted ones stand before them
	Len  int           // of all wanted ones
	// States is how many of those that hold the search are in each state.
	States map[hover.JobState]int
}

// JobSearch asks for a page of jobs.
type JobSearch struct {
	Search string                    // see [job.NewSearch]
	Wanted func(hover.JobState) bool // asked once about each state
	From   int                       // the first one of the page
	Limit  int                       // at most so many
	// Around is the job that the page is to be around, wherever it stands; where
	// it is not found From counts.
	Around hover.JobID
}

// FindJobs finds jobs. It reads the list of jobs alone, decodes none and keeps no
// more than the page: quick enough for every key in a search box.
func (tx *Tx) FindJobs(q JobSearch) (FoundJobs, error) {
	q.From, q.Limit = max(q.From, 0), max(q.Limit, 0)
	f, at, err := tx.findJobs(q)
	if err == nil && at >= 0 && (at < q.From || at >= q.From+q.Limit) {
		q.From = max(at-q.Limit/2, 0)
		f, _, err = tx.findJobs(q)
	}
	return f, err
}

// findJobs finds jobs, and says at which place q.Around stands; -1 if it is not
// among them.
func (tx *Tx) findJobs(q JobSearch) (f FoundJobs, at int, err error) {
	sought := job.NewSearch(q.Search)
	states, last := map[string]*foundState{}, &foundState{}
	f, at = FoundJobs{From: q.From, IDs: make([]hover.JobID, 0, min(q.Limit, 100))}, -1
	for k, v := range rows(tx.bucket(bucketJobsList), nil, nil, true) {
		if len(k) < jobTimeSize || len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
			return FoundJobs{}, -1, damaged(fmt.Sprintf("list row %q", k), nil)
		}
		name := v[2 : 2+int(binary.BigEndian.Uint16(v))]
		if !sought.In(v[2+len(name):]) {
			continue
		}
		if last.jobs == 0 || string(name) != last.name { // jobs of one age are often in one state
			if last = states[string(name)]; last == nil {
				last = &foundState{name: string(name), wanted: q.Wanted(hover.JobState(name))}
				states[last.name] = last
			}
		}
		if last.jobs++; !last.wanted {
			continue
		}
		id := k[jobTimeSize:]
		if q.Around != "" && string(id) == string(q.Around) {
			at = f.Len
		}
		if f.Len >= q.From && len(f.IDs) < q.Limit {
			f.IDs = append(f.IDs, hover.JobID(id))
		}
		f.Len++
	}
	f.States = make(map[hover.JobState]int, len(states))
	for name, s := range states {
		f.States[hover.JobState(name)] = s.jobs
	}
	return f, at, nil
}

// foundState is what was found in one state.
type foundState struct {
	name   string
	jobs   int
	wanted bool
}
