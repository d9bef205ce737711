package view

import (
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// topics are what events of a kind are about; none for all of them.
var topics = map[EventKind]hover.Topic{
	EventsJobs: hover.OfJobs, EventsCaptures: hover.OfCaptures, EventsPaperwork: hover.OfPapers,
	EventsInspections: hover.OfInspections, EventsLeads: hover.OfLeads,
}

// String gives the kind's name, for a person to choose it by.
func (k EventKind) String() string {
	switch k {
	case EventsJobs:
		return words.T("activity.kind.jobs")
	case EventsCaptures:
		return words.T("activity.kind.captures")
	case EventsPaperwork:
		return words.T("activity.kind.paperwork")
	case EventsInspections:
		return words.T("activity.kind.inspections")
	case EventsLeads:
		return words.T("activity.kind.leads")
	case EventsRefused:
		return words.T("activity.kind.refused")
	}
	return words.T("activity.kind.all")
}

// eventTitle says in plain words what an event tells.
func eventTitle(name hover.EventName, state string) string {
	e, known := name.Known()
	switch {
	case name == "":
		return words.T("activity.event.nothing")
	case !known:
		return words.T("activity.event.unknown")
	case !e.Stated:
		return words.Say(e.Says)
	}
	switch name {
	case hover.EventJobState, hover.EventJobStateV2:
		state = words.JobState(hover.ParseJobState(state))
	case hover.EventModelState:
		state = words.ModelState(hover.ParseModelState(state))
	case hover.EventCaptureRequestState:
		state = captureState(hover.ParseCaptureState(state))
	default:
		state = stateText(state)
	}
	return words.T("activity.event.state", "what", words.Say(e.Says), "state", state)
}

// outcome gives how what an event tells of stands; none where it tells no state.
func outcome(name hover.EventName, state string) Standing {
	switch name {
	case hover.EventJobState, hover.EventJobStateV2:
		return standingOf(engine.JobView{State: hover.ParseJobState(state)})
	case hover.EventModelState:
		return modelStanding(hover.ParseModelState(state))
	case hover.EventCaptureRequestState:
		if hover.ParseCaptureState(state) == hover.CaptureComplete {
			return StandingDone
		}
		return StandingNone
	case hover.EventVerificationCode:
		return StandingDone
	}
	switch strings.ToLower(state) {
	case "complete", "completed", "signed", "submitted":
		return StandingDone
	case "failed":
		return StandingFailed
	}
	return StandingNone
}

// stateText says how far a document is. Those that Hover's pages do not name are
// shown as they are.
func stateText(state string) string {
	switch s := strings.ToLower(state); s {
	case "":
		return words.T("activity.state.changed")
	case "complete", "completed":
		return words.T("activity.state.complete")
	case "failed":
		return words.T("activity.state.failed")
	case "signed":
		return words.T("activity.state.signed")
	case "submitted":
		return words.T("activity.state.submitted")
	case string(hover.ChangeFirstAttempt), string(hover.ChangeSecondAttempt):
		return words.T("activity.state.tried")
	case string(hover.ChangeWaiting):
		return words.T("activity.state.waiting")
	}
	return strings.ReplaceAll(state, "_", " ")
}

// Trust is how far an event can be trusted.
type Trust int

// The degrees of trust.
const (
	TrustSigned   Trust = iota // signed by Hover
	TrustUnpinned              // signed in a way that is not understood yet
	TrustUnsigned              // not signed at all
	TrustRefused               // turned away
)

// EventKind is what the list of events is filtered by.
type EventKind int

// The kinds of events. Those that Hover adds later are in EventsAll only.
const (
	EventsAll EventKind = iota
	EventsJobs
	EventsCaptures
	EventsPaperwork // estimates, material lists, proposals, orders
	EventsInspections
	EventsLeads
	EventsRefused // what was turned away
)

func (a *Activity) trust(e engine.EventView) Trust {
	switch {
	case a.kind == EventsRefused:
		return TrustRefused
	case e.Verdict == hover.VerdictSigned:
		return TrustSigned
	case e.Verdict == hover.VerdictUnsigned:
		return TrustUnsigned
	}
	return TrustUnpinned
}

// jobTitle gives what people call a job; empty for none.
func (a *Activity) jobTitle(id hover.JobID) string {
	if t := a.titles[id]; t != "" || id == "" {
		return t
	}
	return words.T("activity.unnamed_job", "id", id)
}
