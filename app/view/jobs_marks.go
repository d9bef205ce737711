package view

import (
	"context"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// List shows the jobs that are noted as that: all, starred, unread or hidden ones.
func (j *Jobs) List(show engine.Shown) { j.narrow(func(s *JobsState) { s.Show = show }) }

// Sort puts the jobs in the order of their names, or of their last change.
func (j *Jobs) Sort(byName bool) { j.narrow(func(s *JobsState) { s.ByName = byName }) }

// Captured shows what somebody has captured, named by their e-mail address; "" is
// everybody.
func (j *Jobs) Captured(by string) { j.narrow(func(s *JobsState) { s.CapturedBy = by }) }

func (j *Jobs) narrow(change func(*JobsState)) {
	was := j.state
	change(&j.state)
	if j.state.Show != was.Show || j.state.ByName != was.ByName || j.state.CapturedBy != was.CapturedBy {
		j.near = 0
		j.find("")
	}
}

// AskPeople asks Hover who can have captured a job, once.
func (j *Jobs) AskPeople() {
	if j.state.People != nil {
		return
	}
	j.people.ask(j.d, func(ctx context.Context) {
		users, err := j.d.Desk.Users(ctx)
		if err != nil {
			return // the account's lamp tells of it; everybody's jobs are listed
		}
		j.d.Do(func() { j.state.People = ableUsers(users) })
	})
}

// Marks gives what is noted of a job that is here.
func (j *Jobs) Marks(id hover.JobID) engine.Marks {
	if known := j.rows.get(id); known != nil {
		return known.view.Marks
	}
	return engine.Marks{}
}

// Mark notes something of a job.
func (j *Jobs) Mark(id hover.JobID, change func(m *engine.Marks)) {
	m := j.Marks(id)
	change(&m)
	if known := j.rows.get(id); known != nil {
		known.view.Marks = m
		j.Changed()
	}
	j.marking.add(j.d, func(ctx context.Context) func() {
		j.d.tell(ctx, j.d.Desk.MarkJob(ctx, id, m))
		return j.Reload
	})
}

// Opened marks a job's alerts as read: somebody looks at it.
func (j *Jobs) Opened(id hover.JobID) {
	known := j.rows.get(id)
	if known == nil || !known.view.Unread {
		return
	}
	known.view.Unread = false
	j.d.errand(func(ctx context.Context) error { return j.d.Desk.ReadJob(ctx, id) })
}

// ShowFolder shows the folder that a job's files are saved in.
func (j *Jobs) ShowFolder(id hover.JobID) {
	j.d.errand(func(ctx context.Context) error { return j.d.Desk.Act(ctx, engine.ActShowFolder, id, "") })
}

// Measurements hands over a job's figures as lines that paste into a sheet or a mail.
func (j *Jobs) Measurements(id hover.JobID, then func(text string)) {
	fetched(j.d, func(ctx context.Context) ([]figures.Figures, error) { return j.d.Desk.Figures(ctx, id) },
		func(all []figures.Figures) { then(figures.Paste(words.Reader(), all...)) })
}
