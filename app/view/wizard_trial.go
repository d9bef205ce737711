package view

import (
	"context"
	"strconv"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Seen is what a person says of the test notification.
type Seen int

// The answers.
const (
	SeenUnsaid Seen = iota
	SeenYes
	SeenNo
)

// WizardTestState is the last step: does news arrive, and does the person see it?
type WizardTestState struct {
	// Asks says that this build can look for newer Dormers, Updates that it is to.
	Asks, Updates bool

	Notice Trial
	Seen   Seen
	// Jobs are those that Hover's free test can be run on: new ones, whose
	// photos are still on their way.
	Jobs []engine.JobView
	Job  hover.JobID // the chosen one
	Run  Trial
	// News is the job under test as it is known now; Came says that the end of
	// the test has been heard of.
	News engine.JobView
	Came bool
}

// TryNotice shows a notification now.
func (w *Wizard) TryNotice() {
	t := &w.s.Test
	t.Seen = SeenUnsaid
	t.Notice.run(w.d, &w.notice, w.changed, w.d.Desk.TryNotice, func(error) { w.Changed() })
}

// ChooseUpdates chooses whether newer Dormers are looked for.
func (w *Wizard) ChooseUpdates(on bool) {
	w.choose(engine.KeyUpdates, strconv.FormatBool(on), func() { w.s.Test.Updates = on })
}

// SaySeen takes the answer to "Did you see it?".
func (w *Wizard) SaySeen(seen bool) {
	w.s.Test.Seen = SeenNo
	if seen {
		w.s.Test.Seen = SeenYes
	}
	w.Changed()
}

// testable are the states of a job that Hover's free test begins with.
var testable = []hover.JobState{hover.JobUploading, hover.JobProcessingUpload}

// testableShown bounds the choice of jobs.
const testableShown = 20

// loadJobs looks for jobs to test with, or how the one under test is.
func (w *Wizard) loadJobs() {
	under := w.s.Test.Job
	if w.s.Test.Run.State != TrialGood {
		under = ""
	}
	w.jobs.ask(w.d, func(ctx context.Context) {
		if under != "" {
			w.lookAtTest(ctx, under)
			return
		}
		var found []engine.JobView
		for _, state := range testable {
			for j, err := range w.d.Desk.Jobs(ctx, engine.JobFilter{State: state, Limit: testableShown}) {
				if err != nil {
					w.d.tell(ctx, err)
					return
				}
				found = append(found, j)
			}
		}
		w.d.Do(func() {
			if t := &w.s.Test; t.Run.State != TrialRunning && t.Run.State != TrialGood {
				t.Jobs = found
				w.Changed()
			}
		})
	})
}

func (w *Wizard) lookAtTest(ctx context.Context, id hover.JobID) {
	job, err := w.d.Desk.Job(ctx, id)
	if err != nil {
		w.d.tell(ctx, err)
		return
	}
	w.d.Do(func() {
		if t := &w.s.Test; t.Job == id {
			t.News, t.Came = job, job.State.Finished()
			w.Changed()
		}
	})
}

// ChooseTestJob chooses the job to test with.
func (w *Wizard) ChooseTestJob(id hover.JobID) {
	t := &w.s.Test
	if t.Run.State == TrialRunning {
		return
	}
	t.Job, t.Run, t.News, t.Came = id, Trial{}, engine.JobView{}, false
	w.Changed()
}

// RunTestJob runs Hover's free test on the chosen job. Its measurements are
// made up by Hover.
func (w *Wizard) RunTestJob() {
	t := &w.s.Test
	id := t.Job
	if id == "" || t.Run.State == TrialRunning {
		return
	}
	t.Run.run(w.d, &w.testJob, w.changed, func(ctx context.Context) error {
		return w.d.Desk.TestJob(ctx, id, hover.JobCompleted)
	}, func(error) {
		w.Changed()
		w.loadJobs()
	})
}
