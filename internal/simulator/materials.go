package simulator

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

// someMaterials are those of a list that nobody described.
var someMaterials = []MaterialSpec{
	{Name: "Architectural shingles", Quantity: 32, Unit: "SQUARES", UnitCost: 118, Waste: 0.1, Color: "Weathered wood",
		SKU: "0601430"},
	{Name: "Hip & ridge cap", Quantity: 4, Unit: "BUNDLES", UnitCost: 61.5, Waste: 0.05},
	{Name: `Drip edge 2"x2"x10'`, Quantity: 26, Unit: "PIECES", UnitCost: 9.75, Waste: 0.1, Color: "White"},
	{Name: "Synthetic underlayment", Quantity: 4, Unit: "ROLLS", UnitCost: 84, Waste: 0.1},
	{Name: "Tear-off, one layer", Quantity: 28.5, Unit: "SQUARES", UnitCost: 55, Labor: true},
}

// AddMaterials makes a material list of a job and sends the event of it.
func (s *Simulator) AddMaterials(job hover.JobID, spec MaterialsSpec) (id hover.DocumentID, err error) {
	err = s.change(job, func(j *jobRow) {
		m := s.addMaterials(j, spec)
		id = m.id
		s.tellMaterials(m, hover.EventMaterialListCreated)
	})
	return id, err
}

func (s *Simulator) addMaterials(j *jobRow, spec MaterialsSpec) *materialsRow {
	m := &materialsRow{id: cmp.Or(spec.ID, hover.DocumentID(s.id())), opportunity: s.id(), job: j, spec: spec}
	s.materials[m.id] = m
	return m
}

// ChangeMaterials replaces what stands on a list and sends the event of it.
func (s *Simulator) ChangeMaterials(id hover.DocumentID, items []MaterialSpec) error {
	return s.tellList(id, hover.EventMaterialListUpdated, func(m *materialsRow) { m.spec.Items = items })
}

// SendMaterials is somebody who presses "Send to …" ("Sync material list") in Hover.
func (s *Simulator) SendMaterials(id hover.DocumentID) error {
	return s.tellList(id, hover.EventMaterialListManualSync, nil)
}

// ApproveMaterials has a list approved, or not: the name of the status's field is not
// documented.
func (s *Simulator) ApproveMaterials(id hover.DocumentID, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.materials[id]
	if m == nil {
		return fmt.Errorf("simulator: no material list %s", id)
	}
	s.tell(map[string]any{
		"event": hover.EventMaterialListApproval, "project_management_production_list_id": id.Wire(),
		"job_id": m.job.id.Wire(), "approval_status": status,
	})
	return nil
}

func (s *Simulator) tellList(id hover.DocumentID, event hover.EventName, change func(*materialsRow)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.materials[id]
	if m == nil {
		return fmt.Errorf("simulator: no material list %s", id)
	}
	if change != nil {
		change(m)
	}
	s.tellMaterials(m, event)
	return nil
}

// tellMaterials sends an event of a list in the shape of Hover's webhook page; callers
// hold mu.
func (s *Simulator) tellMaterials(m *materialsRow, event hover.EventName) {
	body := map[string]any{"event": event, "project_management_production_list_id": m.id.Wire(), "job_id": m.job.id.Wire()}
	if event != hover.EventMaterialListManualSync {
		body["sales_opportunity_id"] = hover.DocumentID(m.opportunity).Wire()
	}
	s.tell(body)
}

// materialList answers as Hover's page "Show Estimate Details" does.
func (s *Simulator) materialList(w http.ResponseWriter, r *http.Request) {
	if s.Faults().NoEstimates {
		s.refuse(w, http.StatusForbidden, "base", "Your plan does not include estimates")
		return
	}
	s.mu.Lock()
	var reply map[string]any
	if m := s.materials[hover.DocumentID(r.PathValue("id"))]; m != nil && !s.faults.PaperNotReady.take() {
		reply = s.shapedPaper("estimate", s.materialsJSON(m))
	}
	s.mu.Unlock()
	s.show(w, "estimate", reply)
}

// materialLists answers as Hover's page "List Estimates" does; its path is a guess.
func (s *Simulator) materialLists(w http.ResponseWriter, r *http.Request) {
	if s.Faults().NoEstimates {
		s.refuse(w, http.StatusForbidden, "base", "Your plan does not include estimates")
		return
	}
	s.mu.Lock()
	var reply map[string]any
	if j := s.jobs[hover.JobID(r.PathValue("id"))]; j != nil {
		lists := []any{}
		for _, id := range slices.Sorted(maps.Keys(s.materials)) {
			if m := s.materials[id]; m.job == j {
				lists = append(lists, map[string]any{
					"productionListId": m.id.Wire(), "name": cmp.Or(m.spec.Name, "Roofing"),
					"createdAt": j.created.UTC().Format(time.RFC3339),
				})
			}
		}
		reply = s.shapedPaper("data",
			map[string]any{"jobId": j.id.Wire(), "jobExternalIdentifier": j.externalID, "productionLists": lists})
	}
	s.mu.Unlock()
	s.show(w, "job", reply)
}

func (s *Simulator) materialsJSON(m *materialsRow) map[string]any {
	material, labor := 0.0, 0.0
	items := m.spec.Items
	if items == nil {
		items = someMaterials
	}
	lines := make([]any, len(items))
	for i, item := range items {
		cost := math.Round(item.Quantity*item.UnitCost*100) / 100
		kind := "MATERIAL"
		if item.Labor {
			kind, labor = "LABOR", labor+cost
		} else {
			material += cost
		}
		lines[i] = map[string]any{
			"calculatedQuantity": item.Quantity, "color": orNull(item.Color), "coverage": 1, "isManualMeasurement": false,
			"markup":      0,
			"measurement": item.Quantity, "measurementUnits": strings.ToLower(item.Unit), "name": item.Name, "notes": item.Notes,
			"pretaxCost": cost, "quantity": item.Quantity, "quantityUnits": item.Unit, "sku": orNull(item.SKU), "taxPercent": 0,
			"totalCost": cost, "totalPrice": cost, "tradeType": "ROOFING", "type": kind, "unitCost": item.UnitCost,
			"wasteFactor": item.Waste, "editedStatus": "UNEDITED", "id": 19_560_000 + i,
		}
	}
	var by hover.User
	for _, u := range s.users {
		if by.ID == "" || u.ID == m.spec.By {
			by = u
		}
		if u.ID == m.spec.By {
			break
		}
	}
	structure := ""
	var model hover.ModelID
	if len(m.job.models) > 0 {
		model, structure = m.job.models[0].id, m.job.models[0].name
	}
	name := cmp.Or(m.spec.Name, "Roofing")
	total := math.Round((material+labor)*100) / 100
	a := m.job.address
	return map[string]any{
		"laborTotalCost": labor, "materialPretaxCost": material, "materialSalesTax": 0, "materialTotalCost": material,
		"otherTotalCost": 0,
		"markupAmount":   0, "markupPercentage": 0, "profitMarginAmount": 0, "salesTaxAmount": 0, "totalCost": total,
		"totalPretaxCost": total, "totalDiscount": 0, "totalPrice": total, "name": name,
		"estimateGroup": map[string]any{
			"modelTitle": orNull(structure), "modelId": model.String(), // a text (Hover's page)
			"estimates": []any{map[string]any{"template": map[string]any{"id": 1266316, "name": name, "tradeType": "ROOFING"}}},
		},
		"user": map[string]any{"id": by.ID.Wire(), "firstName": by.FirstName, "lastName": by.LastName, "email": by.Email},
		"salesOpportunity": map[string]any{"id": hover.DocumentID(m.opportunity).Wire(), "job": map[string]any{
			"id": m.job.id.Wire(), "locationLine1": a.Line1, "locationLine2": a.Line2, "locationCity": a.City,
			"locationRegion": a.Region, "locationPostalCode": a.PostalCode, "externalIdentifier": m.job.externalID,
		}},
		"listItems": lines,
	}
}
