package job

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

// end gives the outcome that a job's state stands for.
func end(s hover.JobState) (o Outcome, ok bool) {
	switch s {
	case hover.JobCompleted:
		return Completed, true
	case hover.JobFailed:
		return Failed, true
	case hover.JobCancelled:
		return Cancelled, true
	}
	return "", false
}

// PayingLasts is how long Hover says that a job is being paid for until a person
// is told that it wants money: a charge takes minutes, and one that was refused is
// told by no event. Who has that answer at both ends of the time has it for sure.
const PayingLasts = time.Hour

// Claimable says whether a state is told of even where only a signed event speaks
// of it: the job has ended, or waits for a person.
func Claimable(s hover.JobState) bool {
	return s.Finished() || s == hover.JobWaitingApproval || s.WantsPayment()
}

// PaymentDue says when a job that is being paid for has been so for too long; zero
// where it is not, or where a person was told.
func (j Job) PaymentDue() (at time.Time) {
	if !j.State.Paying() || j.Claimed || j.told(Payment) || len(j.History) == 0 {
		return time.Time{}
	}
	return j.payingSince().Add(PayingLasts)
}

// Unpaid says that a job is measured and waits for a person to pay for it.
func (j Job) Unpaid() bool { return j.State.WantsPayment() || j.State.Paying() && j.told(Payment) }

// payingSince is when the job began to be paid for.
func (j Job) payingSince() (since time.Time) {
	for _, step := range slices.Backward(j.History) {
		if !step.State.Paying() {
			break
		}
		since = step.At
	}
	return since
}

func (j Job) told(o Outcome) bool { return slices.Contains(j.Told, o) }

// toldEnd says that news was given of the job's end in this generation.
func (j Job) toldEnd() bool { return j.told(Completed) || j.told(Failed) || j.told(Cancelled) }

// tellStructures marks the finished structures as told of: those that the API
// confirmed, or with claims all of them.
func (j *Job) tellStructures(claims bool) {
	for _, s := range j.Structures {
		if s.State.Finished() && (claims || !s.Claimed) && !slices.Contains(j.ToldModels, s.ID) {
			j.ToldModels = append(j.ToldModels, s.ID)
		}
	}
}

// news gives what the job's present state stands for and has not been told, and
// marks it told; what only events claim counts only with claims. The news of a job's end covers the structures that are
// finished by then. A structure that finishes after it is news of its own, once
// the API has confirmed the end: until then nobody knows whether its event
// merely came late.
func (j *Job) news(at time.Time, claims bool) []Happening {
	if j.Claimed && !claims {
		return nil
	}
	o, over := end(j.State)
	switch due := j.PaymentDue(); {
	case j.State == hover.JobWaitingApproval:
		o = Approval
	case j.State.WantsPayment(), !due.IsZero() && !at.Before(due):
		o = Payment
	}
	if o != "" && !j.told(o) {
		j.Told = append(j.Told, o)
		if over {
			j.tellStructures(claims)
		}
		return []Happening{{
			Key: fmt.Sprintf("job/%s/%s/%d", j.ID, o, j.Generation), Outcome: o, Job: j.ID, State: string(j.State), At: at,
		}}
	}
	if o != Completed {
		return nil
	}
	if j.Claimed {
		j.tellStructures(claims)
		return nil
	}
	var all []Happening
	for _, s := range j.Structures {
		ended := s.State == hover.ModelCompleted || s.State == hover.ModelFailed
		if !ended || s.Claimed && !claims || slices.Contains(j.ToldModels, s.ID) {
			continue
		}
		j.ToldModels = append(j.ToldModels, s.ID)
		all = append(all, Happening{
			Key: fmt.Sprintf("job/%s/structure/%s/%d", j.ID, s.ID, j.Generation), Outcome: StructureDone,
			Job: j.ID, Model: s.ID, State: string(s.State), At: at,
		})
	}
	return all
}

// News gives the happening of an event about a paper of a job: an estimate, a material
// list, a checklist, a proposal or its signature, an order. ok is false for all other
// events, for mere updates, for states that Hover's webhook page does not name, and
// without an id to tell the happening by.
func News(ev hover.Event, at time.Time) (h Happening, ok bool) {
	var what string
	var family Outcome // that the key begins with, where that is not the Outcome itself
	h = Happening{Job: ev.About().Job, At: plain(at)}
	switch ev := ev.(type) {
	case hover.EstimateGroupChanged:
		h.Outcome, h.Document, h.State = Estimate, ev.Estimate, spell(ev.State)
		what, ok = h.State, ev.Event == hover.EventEstimateGroupState && h.State == "complete"
	case hover.MaterialListChanged:
		h.Outcome, h.Document, h.State = Materials, ev.List, spell(ev.State)
		family = Estimate // as it was called before lists had an outcome of their own
		switch ev.Event {
		case hover.EventMaterialListCreated:
			h.State, ok = listCreated, true
		case hover.EventMaterialListManualSync:
			h.State, ok = listSent, true
		case hover.EventMaterialListApproval:
			h.State, ok = listApproval+h.State, true
		}
		what = h.State
	case hover.InspectionChanged:
		// Both kinds of events may speak of one checklist: it is news once.
		h.Outcome, h.Document, h.State = Checklist, hover.DocumentID(ev.Inspection), spell(ev.State)
		switch ev.Event {
		case hover.EventChecklistCreated:
			h.State, ok = "created", true
		case hover.EventInspectionState:
			ok = h.State == "submitted" || h.State == "complete"
		}
		what = "done"
	case hover.DocumentChanged:
		h.Document, h.State = ev.Document, spell(ev.State)
		switch ev.Event {
		case hover.EventProposalDocumentState:
			h.Outcome, ok = Proposal, h.State == "complete"
			what = h.State
		case hover.EventSignatureRequestState:
			h.Outcome, ok = Signature, h.State == "signed" || h.State == "complete"
			what, family = signature+h.State, Proposal
		case hover.EventOrderDocumentState:
			h.Outcome, ok = Order, h.State == "complete"
			what = h.State
		case hover.EventDistributionOrderState:
			h.Outcome, ok = Order, h.State == "submitted"
			what = h.State
		}
	}
	if !ok || h.Document == "" {
		return Happening{}, false
	}
	h.Key = fmt.Sprintf("%s/%s/%s", cmp.Or(family, h.Outcome), h.Document, what)
	return h, true
}

// What became of a material list, as a Happening's State, and what the keys of a
// signature's happenings begin with behind its id.
const (
	listCreated  = "list-created"
	listSent     = "list-sent"
	listApproval = "list-approval-" // + the status, which may be empty
	signature    = "signature-"     // + signed or complete
)

// spell gives a document's state in the spelling of Hover's samples.
func spell(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "completed" {
		return "complete"
	}
	return s
}

// plain makes a time equal to itself after a trip through JSON.
func plain(t time.Time) time.Time { return t.UTC().Round(0) }
