package paperwork

import (
	"strings"

	"dormer/internal/hover"
	"dormer/storage"
)

// The kinds of papers.
const (
	Materials  storage.PaperKind = "materials"
	Checklists storage.PaperKind = "checklist"
	Estimates  storage.PaperKind = "estimate" // an estimate group
	Proposals  storage.PaperKind = "proposal"
	Signatures storage.PaperKind = "signature"
	Orders     storage.PaperKind = "order"
	Deliveries storage.PaperKind = "delivery" // an order at a distributor
)

// Fetched says whether Hover's API gives out papers of a kind. Of the others only
// events tell: the API has them, if at all, behind queries that no page describes.
func Fetched(kind storage.PaperKind) bool { return kind == Materials || kind == Checklists }

// about is what an event says of a paper.
type about struct {
	kind  storage.PaperKind
	id    string
	of    string // the paper that it belongs to; empty: none
	state string
	by    string
}

// aboutOf reads it from an event; false if the event speaks of no paper.
func aboutOf(event hover.Event) (a about, ok bool) {
	switch e := event.(type) {
	case hover.MaterialListChanged:
		a = about{kind: Materials, id: string(e.List), by: e.By, state: e.State}
		switch e.Event {
		case hover.EventMaterialListCreated:
			a.state = Created
		case hover.EventMaterialListUpdated:
			a.state = Updated
		case hover.EventMaterialListManualSync:
			a.state = Sent
		}
	case hover.InspectionChanged:
		a = about{kind: Checklists, id: string(e.Inspection), state: e.State}
		switch e.Event {
		case hover.EventChecklistCreated:
			a.state = Created
		case hover.EventChecklistUpdated:
			a.state = Updated
		}
	case hover.EstimateGroupChanged:
		a = about{kind: Estimates, id: string(e.Estimate), state: e.State}
		if e.Event == hover.EventEstimateGroupUpdated {
			a.state = Updated
		}
	case hover.DocumentChanged:
		a = about{id: string(e.Document), state: e.State}
		switch e.Event {
		case hover.EventProposalDocumentState:
			a.kind = Proposals
		case hover.EventSignatureRequestState:
			a.kind = Signatures
			if e.Proposal != "" {
				a.of = storage.PaperRef(Proposals, string(e.Proposal))
			}
		case hover.EventOrderDocumentState:
			a.kind = Orders
			if e.List != "" {
				a.of = storage.PaperRef(Materials, string(e.List))
			}
		case hover.EventDistributionOrderState:
			a.kind = Deliveries
		}
	}
	a.state = strings.ToLower(strings.TrimSpace(a.state))
	return a, a.kind != "" && a.id != ""
}

// What became of a paper where its event has no state of its own.
const (
	Created = "created"
	Updated = "updated"
	Sent    = "sent" // by hand: somebody pressed "Send to …" in Hover
)

// SplitRef takes apart what [storage.Paper.Ref] has put together.
func SplitRef(ref string) (kind storage.PaperKind, id string) {
	k, id, _ := strings.Cut(ref, "/")
	return storage.PaperKind(k), id
}
