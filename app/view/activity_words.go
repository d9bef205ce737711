package view

import (
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// names gives the events of a kind; none for all of them.
func (k EventKind) names() []hover.EventName {
	switch k {
	case EventsJobs:
		return []hover.EventName{
			hover.EventJobState, hover.EventJobStateV2, hover.EventModelCreated, hover.EventModelState, hover.EventDeliverableChange,
		}
	case EventsCaptures:
		return []hover.EventName{hover.EventCaptureRequestState}
	case EventsPaperwork:
		return []hover.EventName{
			hover.EventEstimateGroupState, hover.EventEstimateGroupUpdated,
			hover.EventMaterialListCreated, hover.EventMaterialListUpdated, hover.EventMaterialListManualSync, hover.EventMaterialListApproval,
			hover.EventProposalDocumentState, hover.EventSignatureRequestState, hover.EventOrderDocumentState, hover.EventDistributionOrderState,
		}
	case EventsInspections:
		return []hover.EventName{hover.EventChecklistCreated, hover.EventChecklistUpdated, hover.EventInspectionState}
	case EventsLeads:
		return []hover.EventName{hover.EventInstantDesignImage, hover.EventInstantDesignLead}
	}
	return nil
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
	switch name {
	case hover.EventJobState, hover.EventJobStateV2:
		return words.T("activity.event.job", "state", words.JobState(hover.ParseJobState(state)))
	case hover.EventModelCreated:
		return words.T("activity.event.model_created")
	case hover.EventModelState:
		return words.T("activity.event.model", "state", words.ModelState(hover.ParseModelState(state)))
	case hover.EventCaptureRequestState:
		return words.T("activity.event.capture", "state", captureState(hover.ParseCaptureState(state)))
	case hover.EventDeliverableChange:
		return words.T("activity.event.deliverable", "state", stateText(state))
	case hover.EventChecklistCreated:
		return words.T("activity.event.checklist_created")
	case hover.EventChecklistUpdated:
		return words.T("activity.event.checklist_updated")
	case hover.EventInspectionState:
		return words.T("activity.event.inspection", "state", stateText(state))
	case hover.EventEstimateGroupState:
		return words.T("activity.event.estimate", "state", stateText(state))
	case hover.EventEstimateGroupUpdated:
		return words.T("activity.event.estimate_updated")
	case hover.EventMaterialListCreated:
		return words.T("activity.event.list_created")
	case hover.EventMaterialListUpdated:
		return words.T("activity.event.list_updated")
	case hover.EventMaterialListManualSync:
		return words.T("activity.event.list_sent")
	case hover.EventMaterialListApproval:
		return words.T("activity.event.list_approval", "state", stateText(state))
	case hover.EventProposalDocumentState:
		return words.T("activity.event.proposal", "state", stateText(state))
	case hover.EventSignatureRequestState:
		return words.T("activity.event.signature", "state", stateText(state))
	case hover.EventOrderDocumentState:
		return words.T("activity.event.order", "state", stateText(state))
	case hover.EventDistributionOrderState:
		return words.T("activity.event.distribution", "state", stateText(state))
	case hover.EventInstantDesignImage:
		return words.T("activity.event.design_image")
	case hover.EventInstantDesignLead:
		return words.T("activity.event.design_lead")
	case hover.EventVerificationCode:
		return words.T("activity.event.verification")
	case "":
		return words.T("activity.event.nothing")
	}
	return words.T("activity.event.unknown")
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
