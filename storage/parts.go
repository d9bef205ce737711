package storage

import (
	"maps"
	"slices"

	"dormer/internal/hover"
)

// What is made of a batch may be thousands of rows, and whoever posts meanwhile would
// wait for all of them to be written. So a draft is written in parts, some jobs at a
// time: so few that they go with whatever is stored meanwhile. With each part is written
// how far that has come, and who goes on after a crash, or after somebody has written
// between two parts, drafts the events up to the batch's end and leaves out the jobs that
// are done. The cursor moves with the last part, in which all is that belongs to no one job.

// partJobs is how many jobs a part is of, with the work on them: about thirty pages.
const partJobs = 64

// share is a share of what a draft reads and writes.
type share struct {
	read, written []rowKey
	counts        map[count]int64
}

func (s *share) add(c count, delta int64) {
	if s.counts == nil {
		s.counts = map[count]int64{}
	}
	s.counts[c] += delta
}

func (s *share) join(other *share) {
	s.read, s.written = append(s.read, other.read...), append(s.written, other.written...)
	for c, delta := range other.counts {
		s.add(c, delta)
	}
}

// draftPart is what is written of a draft at once.
type draftPart struct {
	share
	upTo hover.JobID // its last job; "" in the last part
}

// inParts gives the parts of what is not written yet, of most jobs each: own is what is
// one job's, by its id, and done the last job that is written.
func inParts(own map[hover.JobID]*share, rest *share, done hover.JobID, most int) (parts []draftPart) {
	jobs := slices.Sorted(maps.Keys(own))
	first, written := slices.BinarySearch(jobs, done)
	if written {
		first++
	}
	for some := range slices.Chunk(jobs[first:], most) {
		p := draftPart{upTo: some[len(some)-1]}
		for _, id := range some {
			p.join(own[id])
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		parts = []draftPart{{}}
	}
	last := &parts[len(parts)-1]
	last.upTo = ""
	last.join(rest)
	for i := range parts {
		slices.SortFunc(parts[i].written, rowKey.compare)
		parts[i].written = slices.Compact(parts[i].written)
	}
	return parts
}

// parted says what of a batch is written: of the events up to upTo, all that they made
// of the jobs up to job. Its zero value says that nothing is begun.
type parted struct {
	upTo uint64
	job  hover.JobID
}

var keyParted = []byte("fold.parted")
