package job

import (
	"time"

	"dormer/internal/hover"
)

// stages says how far along a state is. The states follow each other in the
// order in which Hover's webhook page lists them; those that may come in either
// order share a figure. Failed and cancelled jobs get no bar, and neither does
// a state that Hover adds later.
var stages = map[hover.JobState]float64{
	hover.JobDraft:                  0,
	hover.JobUploading:              0.05,
	hover.JobProcessingUpload:       0.1,
	hover.JobProcessingImprovements: 0.1,
	hover.JobSubmitting:             0.15,
	hover.JobRequestingCorrections:  0.2,
	hover.JobRequestingImprovements: 0.2,
	hover.JobWorking:                0.25,
	hover.JobWaitlisted:             0.25,
	hover.JobWaitingApproval:        0.25,
	hover.JobRetrieving:             0.8,
	hover.JobProcessing:             0.85,
	hover.JobPaying:                 0.95,
	hover.JobPaymentPending:         0.95,
	hover.JobPaymentFailed:          0.95,
	hover.JobLimitedAccess:          0.95,
	hover.JobCompleted:              1,
}

// building is the one long stage; Hover's estimate says how much of it is over.
const building, built = 0.25, 0.8

// Progress says how much of the job is done, 0 to 1: by its state, and while it
// is being built by the share of the estimated time that is over. ok is false
// where no honest figure can be given.
func (j Job) Progress(now time.Time) (done float64, ok bool) {
	done, ok = stages[j.State]
	if j.State != hover.JobWorking || len(j.History) == 0 {
		return done, ok
	}
	since := j.History[len(j.History)-1].At
	total, over := j.ETA.Sub(since), now.Sub(since)
	if j.ETA.IsZero() || total <= 0 || over <= 0 {
		return done, ok
	}
	return building + (built-building)*min(1, float64(over)/float64(total)), ok
}

// late says that an unfinished state was heard after one that comes later in a
// job's life. What cannot be ranked is never late.
func late(heard, known hover.JobState) bool {
	h, ok := stages[heard]
	k, okKnown := stages[known]
	return ok && okKnown && h < k && !heard.Finished() && !heard.Reopens()
}
