package job

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"dormer/internal/hover"
)

// noon is when the stories below begin, by our clock and by Hover's.
var noon = time.Date(2025, 11, 18, 12, 0, 0, 0, time.UTC)

// after gives a time so many minutes into a story.
func after(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

var everyState = []hover.JobState{
	hover.JobDraft, hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobWaitlisted,
	hover.JobWaitingApproval, hover.JobRetrieving, hover.JobProcessing, hover.JobPaying, hover.JobCompleted, hover.JobFailed,
	hover.JobCancelled, hover.JobRequestingCorrections, hover.JobProcessingImprovements, hover.JobRequestingImprovements, "on_hold",
}

func state(s hover.JobState) hover.Event {
	return hover.JobStateChanged{V2: true, Job: "501", State: s}
}

func model(id hover.ModelID, s hover.ModelState) hover.Event {
	return hover.ModelStateChanged{Job: "501", Model: id, State: s}
}

func reply(s hover.JobState, updated time.Time, models ...hover.Model) hover.Job {
	return hover.Job{
		ID: "501", Name: "Whitfield", State: s, UpdatedAt: updated, Models: models,
		Address: hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN"},
	}
}

func house(s hover.ModelState) hover.Model  { return hover.Model{ID: "9001", State: s} }
func garage(s hover.ModelState) hover.Model { return hover.Model{ID: "9002", Name: "Garage", State: s} }

// story folds what a job goes through, one step after the other, and keeps what
// people were told.
type story struct {
	t       *testing.T
	job     Job
	known   bool
	minutes int
	told    []string
}

func (s *story) heard(evs ...hover.Event) *story {
	s.t.Helper()
	for _, ev := range evs {
		s.minutes++
		before, _ := json.Marshal(s.job)
		next, changed := Heard(s.job, s.known, ev, after(s.minutes))
		if b, _ := json.Marshal(s.job); string(b) != string(before) {
			s.t.Fatalf("Heard changed the job that it was given")
		}
		s.keep(next, s.known || changed)
	}
	return s
}

// learned takes a reply that is as fresh as can be.
func (s *story) learned(state hover.JobState, models ...hover.Model) *story {
	s.t.Helper()
	s.minutes++
	return s.learnedLate(reply(state, after(s.minutes), models...))
}

func (s *story) learnedLate(r hover.Job) *story {
	s.t.Helper()
	s.minutes++
	before, _ := json.Marshal(s.job)
	next, hs := Learned(s.job, s.known, r, after(s.minutes), false)
	if b, _ := json.Marshal(s.job); string(b) != string(before) {
		s.t.Fatalf("Learned changed the job that it was given")
	}
	s.keep(next, true, hs...)
	return s
}

func (s *story) claimed() *story {
	s.t.Helper()
	s.minutes++
	next, hs := Claim(s.job, after(s.minutes))
	s.keep(next, s.known, hs...)
	return s
}

// keep stores the job as the database would, through JSON.
func (s *story) keep(next Job, known bool, hs ...Happening) {
	s.t.Helper()
	for _, h := range hs {
		if slices.Contains(s.told, h.Key) {
			s.t.Fatalf("told twice: %s", h.Key)
		}
		if !h.At.Equal(after(s.minutes)) || h.Job != "501" || h.State == "" {
			s.t.Fatalf("an odd happening: %+v", h)
		}
		s.told = append(s.told, h.Key)
	}
	b, err := json.Marshal(next)
	if err != nil {
		s.t.Fatal(err)
	}
	s.job, s.known = Job{}, known
	if err := json.Unmarshal(b, &s.job); err != nil || !reflect.DeepEqual(s.job, next) {
		s.t.Fatalf("stored and read again the job differs (%v):\n%+v\n%+v", err, s.job, next)
	}
}

func (s *story) is(state hover.JobState, claimed bool) *story {
	s.t.Helper()
	if s.job.State != state || s.job.Claimed != claimed {
		s.t.Fatalf("the job is %q (claimed %v), want %q (claimed %v)", s.job.State, s.job.Claimed, state, claimed)
	}
	return s
}

func (s *story) hasTold(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.told, want) {
		s.t.Fatalf("told %q, want %q", s.told, want)
	}
}

const (
	completed0 = "job/501/completed/0"
	completed1 = "job/501/completed/1"
	failed0    = "job/501/failed/0"
	approval0  = "job/501/approval/0"
	garage0    = "job/501/structure/9002/0"
)

func TestStories(t *testing.T) {
	for name, tell := range map[string]func(s *story){
		"a house is measured": func(s *story) {
			s.heard(hover.ModelCreated{Job: "501", Model: "9001"}, state(hover.JobWorking)).is(hover.JobWorking, true)
			s.learned(hover.JobWorking, house(hover.ModelProcessing)).is(hover.JobWorking, false).hasTold()
			s.heard(model("9001", hover.ModelCompleted), state(hover.JobCompleted)).is(hover.JobCompleted, true).hasTold()
			s.learned(hover.JobCompleted, house(hover.ModelCompleted)).is(hover.JobCompleted, false).hasTold(completed0)
		},
		"everything is told many times over": func(s *story) {
			for range 3 {
				s.heard(hover.JobStateChanged{Job: "501", State: hover.JobCompleted}, state(hover.JobCompleted), model("9001", hover.ModelCompleted))
				s.learned(hover.JobCompleted, house(hover.ModelCompleted)).claimed()
			}
			s.hasTold(completed0)
		},
		"a late working undoes nothing that the API confirmed": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted))
			for _, late := range everyState {
				s.heard(state(late)).is(hover.JobCompleted, false)
			}
			s.heard(model("9001", hover.ModelProcessing), model("9001", hover.ModelFailed))
			if s.job.Structures[0].State != hover.ModelCompleted || s.job.Generation != 0 || len(s.job.History) != 1 {
				s.t.Errorf("%+v", s.job)
			}
			s.claimed().hasTold(completed0)
		},
		"a late working undoes no claim either": func(s *story) {
			s.heard(state(hover.JobWorking), state(hover.JobCompleted), state(hover.JobWorking), state("on_hold")).is(hover.JobCompleted, true)
		},
		"of unfinished states the later one stays": func(s *story) {
			s.heard(state(hover.JobProcessing), state(hover.JobWorking)).is(hover.JobProcessing, true)
			s.learned(hover.JobProcessing).heard(state(hover.JobUploading)).is(hover.JobProcessing, false)
			s.heard(state(hover.JobPaying)).is(hover.JobPaying, true)
		},
		"approval and work may follow each other either way": func(s *story) {
			s.heard(state(hover.JobWorking), state(hover.JobWaitingApproval)).is(hover.JobWaitingApproval, true)
			s.heard(state(hover.JobWorking)).is(hover.JobWorking, true)
		},
		"a state that Hover added is shown, and left again": func(s *story) {
			s.heard(state(hover.JobPaying), state("on_hold")).is("on_hold", true)
			s.heard(state(hover.JobWorking)).is(hover.JobWorking, true)
			s.learned("somewhere_else").is("somewhere_else", false).hasTold()
		},
		"the API's reply moves the state either way": func(s *story) {
			s.heard(state(hover.JobCompleted)).learned(hover.JobProcessing).is(hover.JobProcessing, false)
			s.learned(hover.JobWorking).is(hover.JobWorking, false).hasTold()
		},
		"no event came at all": func(s *story) {
			s.learned(hover.JobWorking).learned(hover.JobCompleted, house(hover.ModelCompleted)).hasTold(completed0)
		},
		"it failed": func(s *story) {
			s.heard(state(hover.JobFailed)).learned(hover.JobFailed, house(hover.ModelFailed)).hasTold(failed0)
		},
		"it was cancelled": func(s *story) {
			s.learned(hover.JobCancelled, house("cancelled")).hasTold("job/501/cancelled/0")
		},
		"failed, then completed, and nobody saw what was between": func(s *story) {
			s.learned(hover.JobFailed).learned(hover.JobCompleted).hasTold(failed0, completed0)
		},
		"it waits for approval once, and is measured": func(s *story) {
			s.heard(state(hover.JobWaitingApproval)).learned(hover.JobWaitingApproval).learned(hover.JobWorking)
			s.learned(hover.JobWaitingApproval).learned(hover.JobCompleted).hasTold(approval0, completed0)
		},
		"corrections after completion are told again": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted))
			s.heard(state(hover.JobRequestingCorrections)).is(hover.JobCompleted, false)
			s.learned(hover.JobRequestingCorrections, house(hover.ModelProcessing)).is(hover.JobRequestingCorrections, false)
			s.heard(state(hover.JobWorking), state(hover.JobCompleted)).learned(hover.JobCompleted, house(hover.ModelCompleted))
			s.hasTold(completed0, completed1)
		},
		"improvements after a failure, and approval anew": func(s *story) {
			s.learned(hover.JobWaitingApproval).learned(hover.JobFailed).learned(hover.JobProcessingImprovements)
			s.learned(hover.JobRequestingImprovements).learned(hover.JobWaitingApproval).learned(hover.JobCompleted)
			s.hasTold(approval0, failed0, "job/501/approval/1", completed1)
		},
		"the garage is ready after the job": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelProcessing)).hasTold(completed0)
			s.heard(model("9002", hover.ModelCompleted)).hasTold(completed0)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0, garage0)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0, garage0)
		},
		"the garage fails after the job": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelProcessing))
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelFailed)).hasTold(completed0, garage0)
		},
		"the garage is new after the job": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted))
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0, garage0)
		},
		"the garage was measured before the job": func(s *story) {
			s.learned(hover.JobWorking, house(hover.ModelProcessing), garage(hover.ModelCompleted))
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0)
		},
		"structures of a failed job are part of its news": func(s *story) {
			s.learned(hover.JobFailed, house(hover.ModelFailed), garage(hover.ModelFailed))
			s.learned(hover.JobFailed, house(hover.ModelFailed), garage(hover.ModelFailed)).hasTold(failed0)
		},
		"a list told of the job before its details did": func(s *story) {
			s.learned(hover.JobCompleted).learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0)
			if len(s.job.ToldModels) != 2 {
				s.t.Errorf("told models: %v", s.job.ToldModels)
			}
			s.learned(hover.JobCompleted)
			if len(s.job.Structures) != 2 {
				s.t.Errorf("a list without structures took them away: %+v", s.job.Structures)
			}
		},
		"an event named one structure, a list told of the job, its details of both": func(s *story) {
			s.heard(model("9001", hover.ModelCompleted)).learned(hover.JobCompleted)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0)
		},
		"the API cannot be reached: the event is told, and confirmed in silence": func(s *story) {
			s.heard(state(hover.JobCompleted)).claimed().hasTold(completed0)
			s.heard(model("9001", hover.ModelCompleted)).claimed().hasTold(completed0)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelFailed)).is(hover.JobCompleted, false).hasTold(completed0)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0)
		},
		"claimed and told while its structures were known unfinished": func(s *story) {
			s.learned(hover.JobWorking, house(hover.ModelProcessing), garage(hover.ModelProcessing))
			s.heard(state(hover.JobCompleted), model("9001", hover.ModelCompleted)).claimed()
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0)
		},
		"the API cannot be reached for the garage": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelProcessing))
			s.heard(model("9002", hover.ModelCompleted)).claimed().hasTold(completed0, garage0)
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelCompleted)).hasTold(completed0, garage0)
		},
		"a list does not confirm what an event said of a structure": func(s *story) {
			s.learned(hover.JobCompleted, house(hover.ModelCompleted), garage(hover.ModelProcessing))
			s.heard(model("9002", hover.ModelCompleted)).learned(hover.JobCompleted).hasTold(completed0)
		},
		"the API cannot be reached through a whole correction": func(s *story) {
			s.heard(state(hover.JobWaitingApproval)).claimed().heard(state(hover.JobCompleted)).claimed()
			s.heard(state(hover.JobRequestingCorrections)).is(hover.JobRequestingCorrections, true)
			s.heard(state(hover.JobWorking)).is(hover.JobWorking, true)
			s.heard(state(hover.JobCompleted)).claimed()
			s.learned(hover.JobCompleted, house(hover.ModelCompleted)).hasTold(approval0, completed0, completed1)
		},
		"what was claimed and told turns out unfinished": func(s *story) {
			s.heard(state(hover.JobCompleted)).claimed().learned(hover.JobProcessing)
			s.learned(hover.JobCompleted).hasTold(completed0, completed1)
		},
		"what was claimed but not told turns out unfinished": func(s *story) {
			s.heard(state(hover.JobCompleted), state(hover.JobRequestingCorrections)).learned(hover.JobProcessing)
			s.learned(hover.JobCompleted).hasTold(completed0)
		},
		"nothing is claimed of a job in the middle": func(s *story) {
			s.heard(state(hover.JobWorking), model("9001", hover.ModelCompleted)).claimed().hasTold()
		},
		"an event says completed and the API says failed": func(s *story) {
			s.heard(state(hover.JobCompleted)).claimed().learned(hover.JobFailed).is(hover.JobFailed, false).hasTold(completed0, failed0)
		},
		"a reply without a state confirms nothing": func(s *story) {
			s.heard(state(hover.JobCompleted)).learned("").is(hover.JobCompleted, true).hasTold()
			if !s.job.Confirmed.IsZero() || s.job.Name == "" {
				s.t.Errorf("%+v", s.job)
			}
			s.learned(hover.JobCompleted).learned("").is(hover.JobCompleted, false).hasTold(completed0)
		},
		"two replies cross": func(s *story) {
			s.learnedLate(reply(hover.JobCompleted, after(30), house(hover.ModelCompleted)))
			crossed := s.job
			s.learnedLate(reply(hover.JobWorking, after(29), house(hover.ModelProcessing)))
			if !reflect.DeepEqual(s.job, crossed) {
				s.t.Errorf("the older reply changed the job: %+v", s.job)
			}
			s.learnedLate(reply(hover.JobFailed, after(30))).is(hover.JobFailed, false)
			s.learnedLate(reply(hover.JobCancelled, time.Time{})).is(hover.JobCancelled, false)
			s.hasTold(completed0, failed0, "job/501/cancelled/0")
		},
		"our clock is ahead of Hover's": func(s *story) {
			s.minutes = 60
			s.heard(state(hover.JobWorking)).learnedLate(reply(hover.JobWorking, time.Time{}))
			s.learnedLate(reply(hover.JobCompleted, after(5))).is(hover.JobCompleted, false)
			if !s.job.UpdatedAt.Equal(after(5)) {
				s.t.Errorf("updated at %v", s.job.UpdatedAt)
			}
		},
		"a reply from the far future does not silence those after it": func(s *story) {
			s.learnedLate(reply(hover.JobWorking, after(60*24*365))).learned(hover.JobCompleted).is(hover.JobCompleted, false).hasTold(completed0)
		},
	} {
		t.Run(name, func(t *testing.T) { tell(&story{t: t}) })
	}
}

func TestEveryStateIsTakenFromEveryEventAndReply(t *testing.T) {
	for _, s := range everyState {
		for _, ev := range []hover.Event{
			hover.JobStateChanged{Job: "501", State: s}, hover.JobStateChanged{V2: true, Job: "501", State: s},
		} {
			j, changed := Heard(Job{}, false, ev, noon)
			if !changed || j.State != s || !j.Claimed || j.ID != "501" || !j.HeardAt.Equal(noon) || !j.UpdatedAt.Equal(noon) {
				t.Errorf("%s of %q: %+v", ev.Name(), s, j)
			}
			if again, changed := Heard(j, true, ev, noon); changed || !reflect.DeepEqual(again, j) {
				t.Errorf("%q twice: %+v", s, again)
			}
		}
		j, _ := Learned(Job{}, false, reply(s, noon), after(1), true)
		if j.State != s || j.Claimed || !j.Confirmed.Equal(after(1)) || !j.HeardAt.Equal(after(1)) || !j.UpdatedAt.Equal(noon) {
			t.Errorf("a reply of %q: %+v", s, j)
		}
	}
}

func TestAnImportedHistoryIsNotNews(t *testing.T) {
	for _, s := range everyState {
		r := reply(s, noon, house(hover.ModelCompleted), garage(hover.ModelFailed))
		j, hs := Learned(Job{}, false, r, after(600), true)
		if len(hs) != 0 {
			t.Errorf("%q was told on import: %+v", s, hs)
		}
		if _, hs := Learned(j, true, r, after(601), false); len(hs) != 0 {
			t.Errorf("%q was told after the import: %+v", s, hs)
		}
		if len(j.History) != 1 || !j.History[0].At.Equal(noon) {
			t.Errorf("%q: the timeline begins with the import, not with the job: %+v", s, j.History)
		}
	}
}

func TestEventsThatSayNothingOfTheJob(t *testing.T) {
	known, _ := Learned(Job{}, false, reply(hover.JobWorking, noon), noon, true)
	for _, ev := range []hover.Event{
		hover.VerificationCode{Webhook: "1"}, hover.JobStateChanged{State: hover.JobCompleted}, hover.JobStateChanged{Job: "502", State: hover.JobCompleted},
	} {
		if j, changed := Heard(known, true, ev, after(1)); changed || !reflect.DeepEqual(j, known) {
			t.Errorf("%+v changed the job to %+v", ev, j)
		}
	}
	for _, ev := range []hover.Event{
		hover.EstimateGroupChanged{Event: hover.EventEstimateGroupUpdated, Job: "501"}, hover.InspectionChanged{Event: hover.EventInspectionState, Job: "501"},
		hover.Unknown{Event: "x", Has: hover.About{Job: "501"}}, hover.VerificationCode{},
	} {
		if j, changed := Heard(Job{}, false, ev, noon); changed {
			t.Errorf("%+v made a job known: %+v", ev, j)
		}
		if ev.About().Job == "" {
			continue
		}
		j, changed := Heard(known, true, ev, after(1))
		if !changed || !j.HeardAt.Equal(after(1)) || j.State != known.State || !j.UpdatedAt.Equal(noon) {
			t.Errorf("%+v: the job is not known to be alive: %+v", ev, j)
		}
	}
	for _, ev := range []hover.Event{
		hover.ModelCreated{Job: "501", Model: "9001"}, hover.DeliverableChanged{Job: "501"}, model("9001", hover.ModelCompleted),
		hover.CaptureRequestStateChanged{Job: "501", Request: "7", ExternalID: "ORD-7"},
	} {
		if j, changed := Heard(Job{ID: "999", Name: "somebody else's"}, false, ev, noon); !changed || j.ID != "501" || j.Name != "" || j.State != "" {
			t.Errorf("%+v: %+v", ev, j)
		}
	}
}

func TestRepliesOfAnotherJobChangeNothing(t *testing.T) {
	j, _ := Learned(Job{}, false, reply(hover.JobWorking, noon), noon, true)
	other := reply(hover.JobCompleted, after(1))
	other.ID = "502"
	if next, hs := Learned(j, true, other, after(2), false); len(hs) != 0 || !reflect.DeepEqual(next, j) {
		t.Errorf("%+v, %+v", next, hs)
	}
}

func TestStructuresOfEvents(t *testing.T) {
	s := &story{t: t}
	s.heard(hover.ModelCreated{Job: "501", Model: "9001"}, hover.ModelCreated{Job: "501", Model: "9001"}, hover.ModelCreated{Job: "501"})
	want := []Structure{{ID: "9001", Claimed: true, HeardAt: after(1)}}
	if !reflect.DeepEqual(s.job.Structures, want) {
		t.Fatalf("created: %+v", s.job.Structures)
	}
	s.heard(model("9001", hover.ModelCompleted), model("9001", hover.ModelProcessing), hover.ModelCreated{Job: "501", Model: "9001"})
	if got := s.job.Structures; len(got) != 1 || got[0].State != hover.ModelCompleted {
		t.Fatalf("a late event undid the end: %+v", got)
	}
	s.heard(model("9001", hover.ModelFailed))
	if got := s.job.Structures[0]; got.State != hover.ModelFailed || !got.Claimed {
		t.Fatalf("the second end: %+v", got)
	}
	s.learned(hover.JobCompleted, house(hover.ModelCompleted))
	if got := s.job.Structures[0]; got.State != hover.ModelCompleted || got.Claimed || !got.HeardAt.IsZero() {
		t.Fatalf("confirmed: %+v", got)
	}
	s.learned(hover.JobWorking, house(hover.ModelProcessing)).heard(model("9001", hover.ModelCompleted))
	if got := s.job.Structures[0]; got.State != hover.ModelCompleted || !got.Claimed {
		t.Fatalf("an event after an unfinished reply: %+v", got)
	}
}

// The garage's event comes before the reply that tells of it, as ever: it is told
// all the same, also where it is the only structure that Hover has named.
func TestAStructureThatAnEventFinishesAfterTheJobIsTold(t *testing.T) {
	s := &story{t: t}
	s.learned(hover.JobCompleted, garage(hover.ModelProcessing)).hasTold("job/501/completed/0")
	s.heard(model("9002", hover.ModelCompleted)).learned(hover.JobCompleted, garage("")).hasTold("job/501/completed/0")
	s.learned(hover.JobCompleted, garage(hover.ModelCompleted)).hasTold("job/501/completed/0", "job/501/structure/9002/0")
}

func TestAStructureThatTheReplyLacks(t *testing.T) {
	s := (&story{t: t}).heard(hover.ModelCreated{Job: "501", Model: "1"})
	asked := after(s.minutes + 1)
	s.minutes += 2
	s.heard(hover.ModelCreated{Job: "501", Model: "2"}) // while the reply was under way
	j, _ := Learned(s.job, true, reply(hover.JobWorking, asked, house(hover.ModelProcessing)), asked, false)
	var ids []hover.ModelID
	for _, s := range j.Structures {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, []hover.ModelID{"9001", "2"}) {
		t.Errorf("the structures are %v", ids)
	}
}

func TestWhatAReplyLeavesOutIsKept(t *testing.T) {
	full := reply(hover.JobCompleted, noon, hover.Model{
		ID: "9001", Name: "House", State: hover.ModelCompleted, Deliverable: "complete", ViewURL: "https://hover.test/3d/1",
		Artifacts: []hover.Artifact{{Format: hover.FormatPDF, URL: "https://hover.test/m.pdf"}}, Images: []hover.Image{{ID: "1", URL: "https://hover.test/1.jpg"}},
	}, hover.Model{ID: "9002", State: hover.ModelFailed, FailureReason: "Too dark"})
	full.ExternalID, full.ViewURL, full.Customer = "ORD-7", "https://hover.test/3d", hover.Customer{Name: "Dana"}
	full.Captures = []hover.Capture{{By: "rep@example.test"}, {By: "REP@example.test"}, {}}
	full.Inspections = []hover.InspectionID{"6"}
	known, _ := Learned(Job{}, false, full, noon, true)
	if !slices.Equal(known.CapturedBy, []string{"rep@example.test"}) {
		t.Errorf("captured by %q", known.CapturedBy)
	}

	bare := hover.Job{ID: "501", State: hover.JobCompleted, UpdatedAt: noon, Models: []hover.Model{house(hover.ModelCompleted), {ID: "9002", State: hover.ModelFailed}}}
	next, _ := Learned(known, true, bare, noon, false)
	if !reflect.DeepEqual(next, known) {
		t.Errorf("a bare reply changed\n%+v\nto\n%+v", known, next)
	}

	moved := reply(hover.JobCompleted, noon)
	yes := true
	moved.Name, moved.Address, moved.Archived = "Ruiz", hover.Address{Line1: "12 Mill Street"}, &yes
	next, _ = Learned(known, true, moved, noon, false)
	if next.Name != "Ruiz" || next.Address != moved.Address || !next.Archived {
		t.Errorf("a corrected job: %+v", next)
	}

	again := reply(hover.JobWorking, after(1), house(hover.ModelProcessing), garage(hover.ModelProcessing))
	next, _ = Learned(known, true, again, after(1), false)
	if s := next.Structures; len(s[0].Artifacts) != 0 || s[1].FailureReason != "" {
		t.Errorf("files and reasons of the generation before are kept: %+v", s)
	}
}

func TestExternalReferencesOfEventsLastUntilTheAPITells(t *testing.T) {
	s := (&story{t: t}).heard(hover.JobStateChanged{Job: "501", State: hover.JobWorking, ExternalID: "ORD-7"})
	if s.job.ExternalID != "ORD-7" {
		t.Errorf("reference %q", s.job.ExternalID)
	}
	r := reply(hover.JobWorking, after(2))
	r.ExternalID = "ORD-8"
	s.learnedLate(r).heard(hover.JobStateChanged{Job: "501", State: hover.JobWorking, ExternalID: "ORD-7"})
	if s.job.ExternalID != "ORD-8" {
		t.Errorf("reference %q", s.job.ExternalID)
	}
}

func TestInspectionsAreCollected(t *testing.T) {
	s := (&story{t: t}).learned(hover.JobWorking)
	for i := range 3 * maxInspections {
		s.heard(hover.InspectionChanged{Event: hover.EventInspectionState, Job: "501", Inspection: hover.InspectionID(fmt.Sprint(i % (2 * maxInspections)))})
	}
	if n := len(s.job.Inspections); n != maxInspections || s.job.Inspections[0] != "0" {
		t.Errorf("%d inspections", n)
	}
}

func TestTheEstimatedTimeOfCompletion(t *testing.T) {
	at := func(s hover.JobState, h float64) hover.Event {
		return hover.JobStateChanged{Job: "501", State: s, HoursLeft: &h}
	}
	s := (&story{t: t}).heard(at(hover.JobWorking, 1.5))
	if want := after(1 + 90); !s.job.ETA.Equal(want) {
		t.Errorf("ETA %v, want %v", s.job.ETA, want)
	}
	s.heard(state(hover.JobWorking), at(hover.JobWorking, -1), at(hover.JobWorking, 1e9), at(hover.JobUploading, 7))
	if want := after(1 + 90); !s.job.ETA.Equal(want) {
		t.Errorf("an absent, absurd or late estimate moved it to %v", s.job.ETA)
	}
	s.heard(at(hover.JobPaying, 0))
	if want := after(s.minutes); !s.job.ETA.Equal(want) {
		t.Errorf("ETA %v, want now", s.job.ETA)
	}
	r, h := reply(hover.JobPaying, after(s.minutes)), 2.0
	r.HoursLeft = &h
	s.learnedLate(r)
	if want := after(s.minutes + 120); !s.job.ETA.Equal(want) {
		t.Errorf("ETA %v after the reply, want %v", s.job.ETA, want)
	}
	if done := (&story{t: t, job: s.job, known: true, minutes: s.minutes}).heard(at(hover.JobCompleted, 3)); !done.job.ETA.IsZero() {
		t.Errorf("a finished job is expected at %v", done.job.ETA)
	}
	if s.learned(hover.JobFailed); !s.job.ETA.IsZero() {
		t.Errorf("a failed job is expected at %v", s.job.ETA)
	}
}

func TestTheTimelineIsShortAndNeverGoesBack(t *testing.T) {
	s := (&story{t: t}).heard(state(hover.JobWorking), state(hover.JobWorking), state(hover.JobProcessing))
	s.learnedLate(reply(hover.JobCompleted, noon)) // by Hover's clock, before the event that we heard
	want := []Step{{hover.JobWorking, after(1)}, {hover.JobProcessing, after(3)}, {hover.JobCompleted, after(3)}}
	if !reflect.DeepEqual(s.job.History, want) {
		t.Errorf("timeline %+v", s.job.History)
	}
	for range maxHistory {
		s.learned(hover.JobWorking).learned(hover.JobCompleted)
	}
	h := s.job.History
	if len(h) != maxHistory || h[maxHistory-1].State != hover.JobCompleted || !slices.IsSortedFunc(h, func(a, b Step) int { return a.At.Compare(b.At) }) {
		t.Errorf("%d steps, the last %+v", len(h), h[len(h)-1])
	}
}

func TestWhatAHostileReplyCanMakeUsRemember(t *testing.T) {
	r := reply(hover.JobWorking, noon)
	for i := range 5 * maxStructures {
		r.Models = append(r.Models, hover.Model{ID: hover.ModelID(fmt.Sprint(i))})
		r.Captures = append(r.Captures, hover.Capture{By: fmt.Sprintf("%d@example.test", i)})
		r.Inspections = append(r.Inspections, hover.InspectionID(fmt.Sprint(i)))
	}
	j, _ := Learned(Job{}, false, r, noon, false)
	if len(j.Structures) != maxStructures || len(j.CapturedBy) != maxCapturedBy || len(j.Inspections) != maxInspections {
		t.Errorf("%d structures, %d people, %d inspections", len(j.Structures), len(j.CapturedBy), len(j.Inspections))
	}
	if j, _ = Heard(j, true, model("one more", hover.ModelCompleted), noon); len(j.Structures) != maxStructures {
		t.Errorf("%d structures after an event", len(j.Structures))
	}
	twice, _ := Learned(Job{}, false, reply(hover.JobWorking, noon, house(hover.ModelProcessing), house(hover.ModelFailed)), noon, false)
	if len(twice.Structures) != 1 || twice.Structures[0].State != hover.ModelProcessing {
		t.Errorf("one structure twice: %+v", twice.Structures)
	}
}

func TestUpdatedAtIsHoversOnceItHasSpoken(t *testing.T) {
	s := (&story{t: t}).heard(state(hover.JobUploading))
	if !s.job.UpdatedAt.Equal(after(1)) {
		t.Errorf("updated at %v", s.job.UpdatedAt)
	}
	s.learnedLate(reply(hover.JobWorking, noon)).heard(state(hover.JobProcessing))
	if !s.job.UpdatedAt.Equal(noon) || !s.job.HeardAt.Equal(after(3)) {
		t.Errorf("updated at %v, heard at %v", s.job.UpdatedAt, s.job.HeardAt)
	}
	if j, _ := Heard(s.job, true, state(hover.JobPaying), noon); !j.HeardAt.Equal(after(3)) {
		t.Errorf("a replayed event took it back to %v", j.HeardAt)
	}
}
