package storage

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

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
	// Since is how many of the wanted ones were updated at or after each moment of
	// [JobSearch.Since].
	Since []int
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

	Also       map[hover.JobID]string // what a job is found by besides, as [job.SearchText] gives it
	Only       map[hover.JobID]bool   // nil for all; what is in Except is never found
	Except     map[hover.JobID]bool
	CapturedBy string      // only what this address has captured, if not empty
	ByName     bool        // in the order of their names, and not of their updates
	Since      []time.Time // the latest first: where headings of a list stand
}

// FindJobs finds jobs. It reads the list of jobs alone, decodes none and keeps no
// more than the page: quick enough for every key in a search box.
func (tx *Tx) FindJobs(q JobSearch) (FoundJobs, error) {
	q.From, q.Limit = max(q.From, 0), max(q.Limit, 0)
	var f FoundJobs
	err := tx.withJobList(func(l *jobList) {
		var at int
		if f, at = l.find(tx, q); at >= 0 && (at < q.From || at >= q.From+q.Limit) {
			q.From = max(at-q.Limit/2, 0)
			f, _ = l.find(tx, q)
		}
	})
	return f, err
}

// find finds jobs, and says at which place q.Around stands; -1 if it is not among
// them.
func (l *jobList) find(tx *Tx, q JobSearch) (f FoundJobs, at int) {
	sought := job.NewSearch(q.Search)
	f, at = FoundJobs{From: q.From, IDs: make([]hover.JobID, 0, min(q.Limit, 100)), States: map[hover.JobState]int{}}, -1
	jobs, wanted := make([]int, len(l.states)), make([]bool, len(l.states))
	for i, s := range l.states {
		wanted[i] = q.Wanted(s)
	}
	f.Since = make([]int, 0, len(q.Since))
	var named []namedJob
	for _, b := range slices.Backward(l.blocks) {
		for i, row := range slices.Backward(b.rows) {
			begin := uint32(0)
			if i > 0 {
				begin = b.rows[i-1].end
			}
			id, text := b.text[begin:begin+row.id], b.text[begin+row.id:row.end]
			if !q.may(tx, id) || !sought.In(text) && !sought.In(q.withAlso(id, text)) {
				continue
			}
			if jobs[row.state]++; !wanted[row.state] {
				continue
			}
			for len(f.Since) < len(q.Since) && row.updated < micros(q.Since[len(f.Since)]) {
				f.Since = append(f.Since, f.Len)
			}
			if q.ByName {
				named = append(named, namedJob{id, nameIn(text)})
				f.Len++
				continue
			}
			if q.Around != "" && string(id) == string(q.Around) {
				at = f.Len
			}
			if f.Len >= q.From && len(f.IDs) < q.Limit {
				f.IDs = append(f.IDs, hover.JobID(id))
			}
			f.Len++
		}
	}
	for len(f.Since) < len(q.Since) {
		f.Since = append(f.Since, f.Len)
	}
	slices.SortStableFunc(named, namedJob.compare)
	for i, n := range named {
		if q.Around != "" && string(n.id) == string(q.Around) {
			at = i
		}
		if i >= q.From && len(f.IDs) < q.Limit {
			f.IDs = append(f.IDs, hover.JobID(n.id))
		}
	}
	for i, n := range jobs {
		if n > 0 {
			f.States[l.states[i]] = n
		}
	}
	return f, at
}

// may says whether a job is among those that are looked at.
func (q *JobSearch) may(tx *Tx, id []byte) bool {
	switch {
	case q.Only != nil && !q.Only[hover.JobID(id)], q.Except[hover.JobID(id)]:
		return false
	}
	return q.CapturedBy == "" || capturedBy(tx.get(bucketJobs, id), q.CapturedBy)
}

// withAlso gives a job's text with what it is found by besides.
func (q *JobSearch) withAlso(id, text []byte) []byte {
	if also, ok := q.Also[hover.JobID(id)]; ok {
		return append(bytes.Clone(text), also...)
	}
	return nil
}

// capturedBy says whether a job's row names who captured it. To decode the jobs of a
// large office for it would take a second.
func capturedBy(row []byte, address string) bool {
	_, list, found := bytes.Cut(row, []byte(`"captured_by":[`))
	if !found {
		return false
	}
	list, _, _ = bytes.Cut(list, []byte("]"))
	quoted, err := json.Marshal(address)
	return err == nil && bytes.Contains(list, quoted)
}

// namedJob is a job that is to be put in the order of names.
type namedJob struct{ id, name []byte }

// compare puts house numbers in the order of their values.
func (a namedJob) compare(b namedJob) int {
	if n := len(digitsOf(a.name)) - len(digitsOf(b.name)); n != 0 && len(digitsOf(a.name)) > 0 && len(digitsOf(b.name)) > 0 {
		return n
	}
	return bytes.Compare(a.name, b.name)
}

func digitsOf(name []byte) []byte {
	return name[:len(name)-len(bytes.TrimLeft(name, "0123456789"))]
}

// nameIn gives what a job's text has after its number, which comes first: its name,
// or else its street.
func nameIn(text []byte) []byte {
	if len(text) > 0 {
		text = text[1:]
	}
	_, name, _ := bytes.Cut(text, []byte(" "))
	return name
}
