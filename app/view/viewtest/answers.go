package viewtest

import (
	"slices"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Find answers FindJobs: which of jobs have search in their name or address and
// are of a group, and how many of each group match search.
func Find(jobs []engine.JobView, search string, group engine.Group) engine.Found {
	f := engine.Found{Counts: map[engine.Group]int{}}
	for _, v := range jobs {
		if !strings.Contains(strings.ToLower(v.Name+v.Address), strings.ToLower(search)) {
			continue
		}
		g := groupOf(v.State)
		f.Counts[engine.GroupAll]++
		f.Counts[g]++
		if group == engine.GroupAll || group == g {
			f.IDs = append(f.IDs, v.ID)
		}
	}
	return f
}

func groupOf(s hover.JobState) engine.Group {
	switch s {
	case hover.JobCompleted:
		return engine.GroupFinished
	case hover.JobFailed:
		return engine.GroupFailed
	case hover.JobWaitingApproval:
		return engine.GroupApproval
	}
	return engine.GroupInProgress
}

// Rows answers JobRows: those of jobs that have one of ids, each with a list of
// structures of its own.
func Rows(jobs []engine.JobView, ids []hover.JobID) (rows []engine.JobView) {
	wanted := map[hover.JobID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	for _, v := range jobs {
		if wanted[v.ID] {
			v.Models = slices.Clone(v.Models)
			rows = append(rows, v)
		}
	}
	return rows
}

// Events answers EventPage of events that are numbered from 1, the oldest first.
func Events(events []engine.EventView, f engine.EventFilter, before uint64, limit int) (page []engine.EventView) {
	if before > 0 {
		events = events[:before-1]
	}
	for _, e := range slices.Backward(events) {
		if e.Seq <= f.After {
			break
		}
		if (f.Job == "" || e.JobID == f.Job) && (f.Event == "" || e.Event == f.Event) {
			if page = append(page, e); len(page) == limit {
				break
			}
		}
	}
	return page
}

// Unread answers Unread.
func Unread(alerts []engine.AlertView) (n int) {
	for _, a := range alerts {
		if a.ReadAt.IsZero() {
			n++
		}
	}
	return n
}
