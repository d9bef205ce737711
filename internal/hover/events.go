package hover

import (
	"slices"

	"dormer/internal/say"
)

// EventName is the "event" attribute of a webhook's body.
type EventName string

// The events that Hover's pages name.
const (
	EventVerificationCode       EventName = "webhook-verification-code"
	EventJobState               EventName = "job-state-changed" // finished value "complete"
	EventJobStateV2             EventName = "job-state-changed-v2"
	EventModelCreated           EventName = "model-created"
	EventModelState             EventName = "model-state-changed"
	EventCaptureRequestState    EventName = "capture-request-state-changed"
	EventDeliverableChange      EventName = "deliverable-change-request-state-changed"
	EventChecklistCreated       EventName = "inspection-checklist-created"
	EventChecklistUpdated       EventName = "inspection-checklist-updated"
	EventInspectionState        EventName = "inspection-state-changed"
	EventEstimateGroupState     EventName = "estimation-estimate-group-state-changed"
	EventEstimateGroupUpdated   EventName = "estimation-estimate-group-updated"
	EventMaterialListCreated    EventName = "project-management-production-list-created"
	EventMaterialListUpdated    EventName = "project-management-production-list-updated"
	EventMaterialListManualSync EventName = "project-management-production-list-manual-sync"
	EventMaterialListApproval   EventName = "project-management-production-list-approval-changed"
	EventProposalDocumentState  EventName = "project-management-proposal-document-state-changed"
	EventSignatureRequestState  EventName = "project-management-signature-request-state-changed"
	EventOrderDocumentState     EventName = "project-management-order-document-state-changed"
	EventDistributionOrderState EventName = "distribution-order-state-changed"
	EventInstantDesignImage     EventName = "instant-design-image-created"
	EventInstantDesignLead      EventName = "instant-design-lead-form-submitted"
)

// Topic is what events are sorted by.
type Topic string

// The topics.
const (
	OfWebhooks    Topic = "webhooks"
	OfJobs        Topic = "jobs"
	OfCaptures    Topic = "captures"
	OfInspections Topic = "inspections"
	OfPapers      Topic = "papers" // estimates, material lists, proposals, orders
	OfLeads       Topic = "leads"
)

// Known is an event that Hover's pages name.
type Known struct {
	Name   EventName
	Topic  Topic
	Says   say.Text // what it tells in plain words
	Stated bool     // they are to be followed by the state that it tells
}

var events = []Known{
	{EventVerificationCode, OfWebhooks, say.T("event.verification"), false},
	{EventJobState, OfJobs, say.T("event.job"), true},
	{EventJobStateV2, OfJobs, say.T("event.job"), true},
	{EventModelCreated, OfJobs, say.T("event.model_created"), false},
	{EventModelState, OfJobs, say.T("event.model"), true},
	{EventCaptureRequestState, OfCaptures, say.T("event.capture"), true},
	{EventDeliverableChange, OfJobs, say.T("event.deliverable"), true},
	{EventChecklistCreated, OfInspections, say.T("event.checklist_created"), false},
	{EventChecklistUpdated, OfInspections, say.T("event.checklist_updated"), false},
	{EventInspectionState, OfInspections, say.T("event.inspection"), true},
	{EventEstimateGroupState, OfPapers, say.T("event.estimate"), true},
	{EventEstimateGroupUpdated, OfPapers, say.T("event.estimate_updated"), false},
	{EventMaterialListCreated, OfPapers, say.T("event.list_created"), false},
	{EventMaterialListUpdated, OfPapers, say.T("event.list_updated"), false},
	{EventMaterialListManualSync, OfPapers, say.T("event.list_sent"), false},
	{EventMaterialListApproval, OfPapers, say.T("event.list_approval"), true},
	{EventProposalDocumentState, OfPapers, say.T("event.proposal"), true},
	{EventSignatureRequestState, OfPapers, say.T("event.signature"), true},
	{EventOrderDocumentState, OfPapers, say.T("event.order"), true},
	{EventDistributionOrderState, OfPapers, say.T("event.distribution"), true},
	{EventInstantDesignImage, OfLeads, say.T("event.design_image"), false},
	{EventInstantDesignLead, OfLeads, say.T("event.design_lead"), false},
}

// Events lists the events of some topics.
func Events(of ...Topic) (list []Known) {
	for _, k := range events {
		if slices.Contains(of, k.Topic) {
			list = append(list, k)
		}
	}
	return list
}

// Known says what is known of an event of this name, if Hover's pages name it.
func (n EventName) Known() (k Known, ok bool) {
	for _, k := range events {
		if k.Name == n {
			return k, true
		}
	}
	return k, false
}
