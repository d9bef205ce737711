package viewtest

import (
	"cmp"
	"slices"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Find answers FindJobs: the page of jobs that have the text in their name or
// address and are of the group, and how many of each group have it.
func Find(jobs []engine.JobView, q engine.JobSearch) engine.Found {
	return FindOf(len(jobs), func(i int) *engine.JobView { return &jobs[i] }, q)
}

// FindOf is Find of n jobs, wherever they are kept.
func FindOf(n int, job func(i int) *engine.JobView, q engine.JobSearch) engine.Found {
	f := engine.Found{Counts: map[engine.Group]int{}, From: q.From}
	limit := cmp.Or(q.Limit, 100)
	var all []*engine.JobView
	for i := range n {
		v := job(i)
		if q.Text != "" && !strings.Contains(strings.ToLower(v.Name+v.Address), strings.ToLower(q.Text)) {
			continue
		}
		if shown := map[engine.Shown]bool{engine.ShowAll: !v.Hidden, engine.ShowStarred: v.Star && !v.Hidden,
			engine.ShowUnread: v.Unread && !v.Hidden, engine.ShowHidden: v.Hidden}; !shown[q.Show] ||
			q.CapturedBy != "" && !slices.Contains(v.CapturedBy, q.CapturedBy) {
			continue
		}
		g := groupOf(v.State)
		f.Counts[engine.GroupAll]++
		f.Counts[g]++
		if q.Group == engine.GroupAll || q.Group == g {
			all = append(all, v)
		}
	}
	f.Len = len(all)
	if q.ByName {
		slices.SortStableFunc(all,
			func(a, b *engine.JobView) int { return strings.Compare(a.Title().String(), b.Title().String()) })
	}
	for _, since := range q.Since {
		n := 0
		for _, v := range all {
			if !v.UpdatedAt.Before(since) {
				n++
			}
		}
		f.Since = append(f.Since, n)
	}
	if q.Around != "" {
		at := slices.IndexFunc(all, func(v *engine.JobView) bool { return v.ID == q.Around })
		if at >= 0 && (at < q.From || at >= q.From+limit) {
			f.From = max(at-limit/2, 0)
		}
	}
	for _, v := range all[min(f.From, len(all)):min(f.From+limit, len(all))] {
		row := *v
		row.Models = slices.Clone(v.Models)
		f.Rows = append(f.Rows, row)
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
