package records

import (
	"context"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// groupOf gives the group that a job in a state is in. One that was cancelled
// is in none but that of all. A state that Hover adds later is taken for one on
// the way.
func groupOf(s hover.JobState) Group {
	switch s {
	case hover.JobCompleted:
		return GroupFinished
	case hover.JobFailed:
		return GroupFailed
	case hover.JobWaitingApproval:
		return GroupApproval
	case hover.JobCancelled:
		return GroupAll
	}
	return GroupInProgress
}

// FindJobs finds jobs, counts the groups and gives one page.
func (r *Records) FindJobs(ctx context.Context, q JobSearch) (Found, error) {
	found := Found{Counts: map[Group]int{}}
	for _, g := range Groups() {
		found.Counts[g] = 0
	}
	if _, known := found.Counts[q.Group]; !known {
		return Found{}, Usage(say.T("usage.no_group", "group", q.Group))
	}
	if err := ctx.Err(); err != nil {
		return Found{}, err
	}
	var page storage.FoundJobs
	var unread map[hover.JobID]bool
	err := r.Read(func(tx *storage.Tx) (err error) {
		search := storage.JobSearch{
			Search: q.Text, From: q.From, Limit: rowsOf(q.Limit), Around: q.Around, CapturedBy: q.CapturedBy,
			ByName: q.ByName, Since: q.Since,
			Wanted: func(s hover.JobState) bool { return q.Group == GroupAll || groupOf(s) == q.Group },
		}
		if unread, err = unreadJobs(tx); err != nil {
			return err
		}
		if err := byMarks(tx, q.Show, unread, &search); err != nil {
			return err
		}
		page, err = tx.FindJobs(search)
		return err
	})
	if err != nil {
		return Found{}, err
	}
	found.From, found.Len = page.From, page.Len
	for state, n := range page.States {
		found.Counts[GroupAll] += n
		if g := groupOf(state); g != GroupAll {
			found.Counts[g] += n
		}
	}
	found.Since = page.Since
	if found.Rows, err = r.JobRows(ctx, page.IDs); err != nil {
		return found, err
	}
	return found, r.tellWhy(q.Text, unread, found.Rows)
}

// mostAt is how many jobs at one address are told.
const mostAt = 5

// MeasuredAt gives the jobs that are known at an address, measured ones first.
func (r *Records) MeasuredAt(ctx context.Context, a hover.Address) ([]JobView, error) {
	hint := job.PlaceHint(a)
	if hint == "" {
		return nil, nil
	}
	var views []JobView
	err := r.Read(func(tx *storage.Tx) error {
		var measured, others []job.Job
		for j, err := range tx.Jobs(storage.JobQuery{Search: hint}) {
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case err != nil:
				return err
			case !job.SamePlace(a, j.Address):
				continue
			case j.State == hover.JobCompleted:
				measured = append(measured, j)
			case len(others) < mostAt:
				others = append(others, j)
			}
			if len(measured) == mostAt {
				break
			}
		}
		all := slices.Concat(measured, others)
		for _, j := range all[:min(len(all), mostAt)] {
			v, err := r.view(tx, j)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	r.unlessGone(ctx, views)
	return views, err
}
