package storage

import (
	"slices"

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
	var f FoundJobs
	err := tx.withJobList(func(l *jobList) {
		var at int
		if f, at = l.find(q); at >= 0 && (at < q.From || at >= q.From+q.Limit) {
			q.From = max(at-q.Limit/2, 0)
			f, _ = l.find(q)
		}
	})
	return f, err
}

// find finds jobs, and says at which place q.Around stands; -1 if it is not among
// them.
func (l *jobList) find(q JobSearch) (f FoundJobs, at int) {
	sought := job.NewSearch(q.Search)
	f, at = FoundJobs{From: q.From, IDs: make([]hover.JobID, 0, min(q.Limit, 100)), States: map[hover.JobState]int{}}, -1
	jobs, wanted := make([]int, len(l.states)), make([]bool, len(l.states))
	for i, s := range l.states {
		wanted[i] = q.Wanted(s)
	}
	for _, b := range slices.Backward(l.blocks) {
		for i, row := range slices.Backward(b.rows) {
			begin := uint32(0)
			if i > 0 {
				begin = b.rows[i-1].end
			}
			if !sought.In(b.text[begin+row.id : row.end]) {
				continue
			}
			if jobs[row.state]++; !wanted[row.state] {
				continue
			}
			id := b.text[begin : begin+row.id]
			if q.Around != "" && string(id) == string(q.Around) {
				at = f.Len
			}
			if f.Len >= q.From && len(f.IDs) < q.Limit {
				f.IDs = append(f.IDs, hover.JobID(id))
			}
			f.Len++
		}
	}
	for i, n := range jobs {
		if n > 0 {
			f.States[l.states[i]] = n
		}
	}
	return f, at
}
