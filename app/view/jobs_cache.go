package view

import (
	"container/list"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// maxRows is how many jobs are kept for drawing; of all others only the id is
// here. A window shows about a dozen at a time.
const maxRows = 500

// jobCache keeps the jobs that were drawn last.
type jobCache struct {
	known map[hover.JobID]*list.Element // of *cachedJob
	used  *list.List                    // the last used first
}

// cachedJob is a job as it was when the news had that version.
type cachedJob struct {
	view    engine.JobView
	version uint64
	gone    bool // the engine did not know it
}

func newJobCache() *jobCache {
	return &jobCache{known: map[hover.JobID]*list.Element{}, used: list.New()}
}

// get gives a job, nil if it is not here.
func (c *jobCache) get(id hover.JobID) *cachedJob {
	e := c.known[id]
	if e == nil {
		return nil
	}
	c.used.MoveToFront(e)
	return e.Value.(*cachedJob)
}

// put keeps the answer to a question for some jobs. One that was asked for and
// is not in the answer is gone.
func (c *jobCache) put(asked []hover.JobID, views []engine.JobView, version uint64) {
	answered := make(map[hover.JobID]engine.JobView, len(views))
	for _, v := range views {
		answered[v.ID] = v
	}
	for _, id := range asked {
		v, ok := answered[id]
		if !ok {
			v = engine.JobView{ID: id}
		}
		job := &cachedJob{view: v, version: version, gone: !ok}
		if e := c.known[id]; e != nil {
			e.Value = job
			c.used.MoveToFront(e)
			continue
		}
		c.known[id] = c.used.PushFront(job)
	}
	for c.used.Len() > maxRows {
		oldest := c.used.Back()
		delete(c.known, oldest.Value.(*cachedJob).view.ID)
		c.used.Remove(oldest)
	}
}
