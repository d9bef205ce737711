package job

import (
	"math"
	"testing"

	"dormer/internal/hover"
)

func TestNoBarIsInvented(t *testing.T) {
	for _, s := range everyState {
		done, ok := (Job{State: s}).Progress(noon)
		none := s == hover.JobFailed || s == hover.JobCancelled || s == "on_hold"
		if ok == none || done < 0 || done > 1 || none && done != 0 {
			t.Errorf("%q: %v, %v", s, done, ok)
		}
		if _, said := words[s]; !said && s != "on_hold" {
			t.Errorf("%q has no words", s)
		}
	}
	for s, want := range map[hover.JobState]float64{hover.JobUploading: 0.05, hover.JobCompleted: 1} {
		if done, _ := (Job{State: s}).Progress(noon); done != want {
			t.Errorf("%q: %v", s, done)
		}
	}
}

func TestTheBarGrowsInTheOrderOfAJobsLife(t *testing.T) {
	var last float64
	for _, s := range []hover.JobState{
		hover.JobDraft, hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobWaitlisted,
		hover.JobWaitingApproval, hover.JobRetrieving, hover.JobProcessing, hover.JobPaying, hover.JobCompleted,
	} {
		done, ok := (Job{State: s}).Progress(noon)
		if !ok || done < last {
			t.Errorf("%q: %v after %v", s, done, last)
		}
		last = done
	}
}

func TestTheEstimateMovesTheBarWhileTheHouseIsBuilt(t *testing.T) {
	j := Job{State: hover.JobWorking, History: []Step{{hover.JobUploading, after(-60)}, {hover.JobWorking, noon}}, ETA: after(100)}
	for minutes, want := range map[int]float64{-10: 0.25, 0: 0.25, 50: 0.525, 100: 0.8, 500: 0.8} {
		if got, ok := j.Progress(after(minutes)); !ok || math.Abs(got-want) > 1e-9 {
			t.Errorf("after %d min: %v, want %v", minutes, got, want)
		}
	}
	for _, odd := range []Job{
		{State: hover.JobWorking, ETA: after(100)}, {State: hover.JobWorking, History: j.History}, {State: hover.JobWorking, History: j.History, ETA: after(-1)},
	} {
		if got, _ := odd.Progress(after(50)); got != 0.25 {
			t.Errorf("%+v: %v", odd, got)
		}
	}
	j.State = hover.JobPaying
	if got, _ := j.Progress(after(50)); got != 0.95 {
		t.Errorf("paying: %v", got)
	}
}
