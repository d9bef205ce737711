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
	type state struct {
		jobs   int
		wanted bool
	}
	sought := newNeedle(strings.ToLower(strings.TrimSpace(search)))
	states := map[string]*state{}
	// One piece of memory instead of 100,000: the ids one after the other, and
	// how long each of them is.
	var ids strings.Builder
	var sizes []uint16
	for k, v := range rows(tx.bucket(bucketJobsList), nil, nil, true) {
		if len(k) < jobTimeSize || len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
			return nil, nil, damaged(fmt.Sprintf("list row %q", k), nil)
		}
		id, name, searched := k[jobTimeSize:], v[2:2+int(binary.BigEndian.Uint16(v))], v[2+int(binary.BigEndian.Uint16(v)):]
		if !sought.in(searched) {
			continue
		}
		s := states[string(name)]
		if s == nil {
			s = &state{wanted: wanted(hover.JobState(name))}
			states[string(name)] = s
		}
		if s.jobs++; s.wanted {
			if room := ids.Cap() - ids.Len(); room < len(id) {
				ids.Grow(max(ids.Cap(), 4<<10))
			}
			ids.Write(id)
			sizes = append(sizes, uint16(len(id)))
		}
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
