package storage

import (
	"encoding/binary"
	"fmt"
	"strings"

	"dormer/internal/hover"
)

// FindJobs gives the ids of the jobs that hold search (see [JobQuery]) and are in
// a wanted state, the last updated first, and how many of those that hold it are
// in each state. wanted is asked once about each state. It reads the list of jobs
// alone and decodes none: quick enough for every key in a search box.
func (tx *Tx) FindJobs(search string, wanted func(hover.JobState) bool) ([]hover.JobID, map[hover.JobState]int, error) {
	sought := newNeedle(strings.ToLower(strings.TrimSpace(search)))
	states, last := map[string]*foundState{}, &foundState{}
	// One piece of memory instead of 100,000: the ids one after the other, and
	// how long each of them is.
	var ids strings.Builder
	var sizes []uint16
	for k, v := range rows(tx.bucket(bucketJobsList), nil, nil, true) {
		if len(k) < jobTimeSize || len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
			return nil, nil, damaged(fmt.Sprintf("list row %q", k), nil)
		}
		name := v[2 : 2+int(binary.BigEndian.Uint16(v))]
		if !sought.in(v[2+len(name):]) {
			continue
		}
		if last.jobs == 0 || string(name) != last.name { // jobs of one age are often in one state
			if last = states[string(name)]; last == nil {
				last = &foundState{name: string(name), wanted: wanted(hover.JobState(name))}
				states[last.name] = last
			}
		}
		if last.jobs++; !last.wanted {
			continue
		}
		id := k[jobTimeSize:]
		if ids.Cap()-ids.Len() < len(id) {
			ids.Grow(max(ids.Cap(), 4<<10))
		}
		ids.Write(id)
		sizes = append(sizes, uint16(len(id)))
	}
	counts := make(map[hover.JobState]int, len(states))
	for name, s := range states {
		counts[hover.JobState(name)] = s.jobs
	}
	found, text := make([]hover.JobID, len(sizes)), ids.String()
	for i, size := range sizes {
		found[i], text = hover.JobID(text[:size]), text[size:]
	}
	return found, counts, nil
}

// foundState is what was found in one state.
type foundState struct {
	name   string
	jobs   int
	wanted bool
}
