package job

import (
	"testing"

	"dormer/internal/hover"
)

func TestNewsThatCannotBeAskedFor(t *testing.T) {
	document := func(name hover.EventName, state string) hover.Event {
		return hover.DocumentChanged{Event: name, Document: "d1", Proposal: "p1", List: "l1", State: state}
	}
	list := func(name hover.EventName, state string) hover.Event {
		return hover.MaterialListChanged{Event: name, Job: "501", List: "l1", State: state}
	}
	for _, c := range []struct {
		ev      hover.Event
		outcome Outcome
		key     string
	}{
		{hover.EstimateGroupChanged{Event: hover.EventEstimateGroupState, Estimate: "e1", State: "complete"}, Estimate, "estimate/e1/complete"},
		{hover.EstimateGroupChanged{Event: hover.EventEstimateGroupState, Estimate: "e1", State: "Completed"}, Estimate, "estimate/e1/complete"},
		{list(hover.EventMaterialListCreated, ""), Materials, "estimate/l1/list-created"},
		{list(hover.EventMaterialListManualSync, ""), Materials, "estimate/l1/list-sent"},
		{list(hover.EventMaterialListApproval, "approved"), Materials, "estimate/l1/list-approval-approved"},
		{document(hover.EventProposalDocumentState, "complete"), Proposal, "proposal/d1/complete"},
		{document(hover.EventSignatureRequestState, "signed"), Signature, "proposal/d1/signature-signed"},
		{document(hover.EventSignatureRequestState, "complete"), Signature, "proposal/d1/signature-complete"},
		{document(hover.EventOrderDocumentState, "complete"), Order, "order/d1/complete"},
		{document(hover.EventDistributionOrderState, "submitted"), Order, "order/d1/submitted"},

		{hover.InspectionChanged{Event: hover.EventChecklistCreated, Inspection: "573", State: "new"}, Checklist, "checklist/573/done"},
		{hover.InspectionChanged{Event: hover.EventInspectionState, Inspection: "573", State: "Submitted"}, Checklist, "checklist/573/done"},

		// Chatter, states that only happen to pass by, and what cannot be told apart.
		{hover.EstimateGroupChanged{Event: hover.EventEstimateGroupUpdated, Estimate: "e1", State: "complete"}, "", ""},
		{hover.EstimateGroupChanged{Event: hover.EventEstimateGroupState, Estimate: "e1", State: "draft"}, "", ""},
		{hover.EstimateGroupChanged{Event: hover.EventEstimateGroupState, State: "complete"}, "", ""},
		{list(hover.EventMaterialListUpdated, ""), "", ""},
		{hover.InspectionChanged{Event: hover.EventChecklistUpdated, Inspection: "573"}, "", ""},
		{hover.InspectionChanged{Event: hover.EventInspectionState, Inspection: "573", State: "capturing"}, "", ""},
		{document(hover.EventProposalDocumentState, "draft"), "", ""},
		{document(hover.EventSignatureRequestState, "sent"), "", ""},
		{document(hover.EventOrderDocumentState, "draft"), "", ""},
		{document(hover.EventDistributionOrderState, "complete"), "", ""},
		{state(hover.JobCompleted), "", ""},
		{captureEvent(hover.CaptureComplete), "", ""},
		{hover.InstantDesignNews{Event: hover.EventInstantDesignLead, Lead: "8"}, "", ""},
		{hover.Unknown{Event: "x"}, "", ""},
	} {
		h, ok := News(c.ev, noon)
		if ok != (c.key != "") || h.Key != c.key || h.Outcome != c.outcome {
			t.Errorf("%+v: %+v, %v", c.ev, h, ok)
		}
		if ok && (h.Document == "" || h.State == "" || !h.At.Equal(noon) || h.Job != c.ev.About().Job) {
			t.Errorf("%+v: %+v", c.ev, h)
		}
	}
}
