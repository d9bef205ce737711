package view

import (
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// Phase is one stretch of a job's life, as its timeline draws it. States that
// mean the same to a person are one.
type Phase struct {
	Kind  PhaseKind
	Name  string        // "Building"
	Took  time.Duration // so far, if it is the last
	Share float64       // of the line, of which all phases together are 1
}

// PhaseKind is what goes on in a phase.
type PhaseKind int

// The kinds of phases. The last three end a job and take no time.
const (
	PhaseOther   PhaseKind = iota // a state that Hover added later
	PhasePhotos                   // they are taken, uploaded, checked
	PhaseWaiting                  // for approval, or for its turn
	PhaseBuilding
	PhaseFinishing
	PhaseMeasured
	PhaseFailed
	PhaseCancelled
)

func (k PhaseKind) ends() bool { return k >= PhaseMeasured }

// leastShare is what even the shortest phase gets of the line, so that it can be
// seen.
const leastShare = 0.07

// phases gives a job's life so far; nothing where only one moment is known.
func phases(d engine.JobDetail, now time.Time) (list []Phase) {
	for i, step := range d.Steps {
		until := now
		if i+1 < len(d.Steps) {
			until = d.Steps[i+1].At
		}
		kind, name := phaseOf(step.State)
		took := max(until.Sub(step.At), 0)
		if kind.ends() {
			took = 0 // it was at rest
		}
		if last := len(list) - 1; last >= 0 && list[last].Kind == kind && kind != PhaseOther {
			list[last].Took += took
			continue
		}
		list = append(list, Phase{Kind: kind, Name: name, Took: took})
	}
	if len(list) < 2 {
		return nil
	}
	share(list)
	return list
}

// share divides the line: the least share for each, the rest by duration.
func share(list []Phase) {
	var whole time.Duration
	for _, p := range list {
		whole += p.Took
	}
	least := min(leastShare, 1/float64(len(list)))
	rest := 1 - least*float64(len(list))
	for i := range list {
		list[i].Share = least
		if whole > 0 {
			list[i].Share += rest * float64(list[i].Took) / float64(whole)
		} else {
			list[i].Share += rest / float64(len(list))
		}
	}
}

// phaseOf gives the phase that a state belongs to, and what it is called.
func phaseOf(s hover.JobState) (PhaseKind, string) {
	switch s {
	case hover.JobDraft, hover.JobUploading, hover.JobProcessingUpload, hover.JobProcessingImprovements:
		return PhasePhotos, words.T("job.phase_photos")
	case hover.JobSubmitting, hover.JobWaitlisted, hover.JobWaitingApproval:
		return PhaseWaiting, words.T("job.phase_waiting")
	case hover.JobWorking, hover.JobRequestingCorrections, hover.JobRequestingImprovements:
		return PhaseBuilding, words.T("job.phase_building")
	case hover.JobRetrieving, hover.JobProcessing, hover.JobPaying:
		return PhaseFinishing, words.T("job.phase_finishing")
	case hover.JobCompleted:
		return PhaseMeasured, words.T("job.phase_measured")
	case hover.JobFailed:
		return PhaseFailed, words.T("job.phase_failed")
	case hover.JobCancelled:
		return PhaseCancelled, words.T("job.phase_cancelled")
	}
	return PhaseOther, words.JobState(s)
}

// story says from when to when: "Captured 08:02 → finished 12:31".
func story(d engine.JobDetail, now time.Time) string {
	if len(d.Steps) == 0 {
		return ""
	}
	first, last := d.Steps[0], d.Steps[len(d.Steps)-1]
	from := ""
	if began, _ := phaseOf(first.State); began == PhasePhotos {
		from = words.T("job.captured", "when", moment(first.At, time.Time{}, now))
	} else if !began.ends() {
		from = words.T("job.known_since", "when", moment(first.At, time.Time{}, now))
	}
	to := ended(last, moment(last.At, first.At, now))
	switch {
	case from == "":
		return ended(last, moment(last.At, time.Time{}, now))
	case to == "":
		return from
	}
	return words.T("job.from_to", "from", from, "to", to)
}

// ended says how and when a job ended, nothing if it has not.
func ended(s job.Step, when string) string {
	switch s.State {
	case hover.JobCompleted:
		return words.T("job.finished", "when", when)
	case hover.JobFailed:
		return words.T("job.failed", "when", when)
	case hover.JobCancelled:
		return words.T("job.cancelled", "when", when)
	}
	return ""
}

// moment gives a time to the minute; the day only where it is another than
// today, and another than that of the time that was just named.
func moment(t, named, now time.Time) string {
	t = t.In(now.Location())
	if sameDay(t, now) || !named.IsZero() && sameDay(t, named.In(now.Location())) {
		return words.Clock(t)
	}
	return words.T("job.day_clock", "day", words.Date(t), "clock", words.Clock(t))
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
