package view

import (
	"maps"
	"slices"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// maxRows is how many rows are kept for drawing. A window shows about a dozen at a
// time.
const maxRows = 500

// jobCache keeps the rows of one search that were read last.
type jobCache struct {
	of   jobList
	rows map[int]*cachedJob
}

// jobList is what a list is of: its zero value is all that is not hidden, the last
// changed first.
type jobList struct {
	text       string
	group      engine.Group
	show       engine.Shown
	capturedBy string
	byName     bool
}

// listOf gives the list that a question is about.
func listOf(q engine.JobSearch) jobList {
	return jobList{q.Text, q.Group, q.Show, q.CapturedBy, q.ByName}
}

// cachedJob is a job as it was when the news had that version.
type cachedJob struct {
	view    engine.JobView
	version uint64
}

func newJobCache(of jobList) *jobCache { return &jobCache{of: of, rows: map[int]*cachedJob{}} }

// at gives a row, nil if it is not here.
func (c *jobCache) at(row int) *cachedJob { return c.rows[row] }

// find gives the row of a job, -1 if it is not here. Where news has moved it, the
// newest place counts.
func (c *jobCache) find(id hover.JobID) int {
	found := -1
	for row, known := range c.rows {
		if known.view.ID == id && (found < 0 || known.version > c.rows[found].version) {
			found = row
		}
	}
	return found
}

// get gives a job, nil if it is not here.
func (c *jobCache) get(id hover.JobID) *cachedJob { return c.rows[c.find(id)] }

// put keeps a page. Rows that are no longer in the list go, and those that are
// farthest from the page, if there are too many.
func (c *jobCache) put(f engine.Found, version uint64) {
	for i, v := range f.Rows {
		c.rows[f.From+i] = &cachedJob{view: v, version: version}
	}
	maps.DeleteFunc(c.rows, func(row int, _ *cachedJob) bool { return row >= f.Len })
	if len(c.rows) <= maxRows {
		return
	}
	middle := f.From + len(f.Rows)/2
	rows := slices.SortedFunc(maps.Keys(c.rows), func(a, b int) int { return distance(a, middle) - distance(b, middle) })
	for _, row := range rows[maxRows:] {
		delete(c.rows, row)
	}
}

func distance(a, b int) int { return max(a-b, b-a) }
