package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

// MaterialsSpec describes a material list, which Hover's API calls an estimate and
// its events a production list.
type MaterialsSpec struct {
	ID    hover.DocumentID `json:"id"`    // empty: the next number
	Name  string           `json:"name"`  // empty: "Roofing"
	By    hover.UserID     `json:"by"`    // whose it is; empty: the first admin's
	Items []MaterialSpec   `json:"items"` // empty: a small roof's
}

// MaterialSpec is one line of a material list.
type MaterialSpec struct {
	Name     string  `json:"name"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"` // "SQUARES", "BUNDLES", "PIECES"
	UnitCost float64 `json:"unit_cost"`
	Waste    float64 `json:"waste"` // 0.1 is ten percent
	Color    string  `json:"color"`
	SKU      string  `json:"sku"`
	Notes    string  `json:"notes"`
	Labor    bool    `json:"labor"`
}

// someMaterials are those of a list that nobody described.
var someMaterials = []MaterialSpec{
	{Name: "Architectural shingles", Quantity: 32, Unit: "SQUARES", UnitCost: 118, Waste: 0.1, Color: "Weathered wood",
		SKU: "0601430"},
	{Name: "Hip & ridge cap", Quantity: 4, Unit: "BUNDLES", UnitCost: 61.5, Waste: 0.05},
	{Name: `Drip edge 2"x2"x10'`, Quantity: 26, Unit: "PIECES", UnitCost: 9.75, Waste: 0.1, Color: "White"},
	{Name: "Synthetic underlayment", Quantity: 4, Unit: "ROLLS", UnitCost: 84, Waste: 0.1},
	{Name: "Tear-off, one layer", Quantity: 28.5, Unit: "SQUARES", UnitCost: 55, Labor: true},
}

type materialsRow struct {
	id          hover.DocumentID
	opportunity string // sales_opportunity_id
	job         *jobRow
	spec        MaterialsSpec
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

// shapedPaper gives a reply about a paper in the shapes that are switched on; callers
// hold mu.
func (s *Simulator) shapedPaper(what string, reply map[string]any) map[string]any {
	if s.shape(ShapeThinPapers) {
		reply = thinPaper(reply)
	}
	if s.shape(ShapeTextNumbers) {
		reply = textNumbers(reply, "").(map[string]any)
	}
	if s.shape(ShapeSnakeCase) {
		reply = snakeCase(reply).(map[string]any)
	}
	if s.shape(ShapeWrapped) {
		reply = map[string]any{what: reply}
	}
	return reply
}

// thinPaper leaves out what a paper can do without: who, totals, the job.
func thinPaper(reply map[string]any) map[string]any {
	less := map[string]any{}
	for name, value := range reply {
		switch name {
		case "listItems", "productionLists", "sections", "questions", "id", "name", "title":
			less[name] = value
		case "user", "inspector", "job", "job_id", "salesOpportunity":
			less[name] = nil
		}
	}
	return less
}

// textNumbers writes money and quantities below v as people do: "$1,497.20".
func textNumbers(v any, name string) any {
	switch v := v.(type) {
	case float64:
		text := thousands(fmt.Sprintf("%.2f", v))
		if strings.Contains(strings.ToLower(name), "cost") || strings.Contains(strings.ToLower(name), "price") {
			text = "$" + text
		}
		return text
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			out[k] = textNumbers(inner, k)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = textNumbers(inner, name)
		}
		return out
	}
	return v
}

func thousands(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + rest
}

// snakeCase names all fields below v as the older replies do.
func snakeCase(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			var name strings.Builder
			for _, r := range k {
				if r >= 'A' && r <= 'Z' {
					name.WriteByte('_')
				}
				name.WriteString(strings.ToLower(string(r)))
			}
			out[name.String()] = snakeCase(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = snakeCase(inner)
		}
		return out
	}
	return v
}

// controlPapers adds a paper to a job: what {"materials": …}, {"checklist": …} or
// {"inspection": …} describes.
func (s *Simulator) controlPapers(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Materials  *MaterialsSpec `json:"materials"`
		Checklist  *ChecklistSpec `json:"checklist"`
		Inspection *ChecklistSpec `json:"inspection"`
	}
	if !read(w, r, &body) {
		return
	}
	job := hover.JobID(r.PathValue("id"))
	var id any
	var err error
	switch {
	case body.Materials != nil:
		id, err = s.AddMaterials(job, *body.Materials)
	case body.Checklist != nil:
		id, err = s.AddChecklist(job, *body.Checklist)
	case body.Inspection != nil:
		id, err = s.AddInspection(job, *body.Inspection)
	default:
		http.Error(w, "name materials, checklist or inspection", http.StatusBadRequest)
		return
	}
	if err != nil {
		done(w, err)
		return
	}
	writeJSON(w, http.StatusCreated, map[string]any{"id": id})
}

// controlMaterials changes a list, sends it, or has it approved.
func (s *Simulator) controlMaterials(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Items    json.RawMessage `json:"items"`
		Send     bool            `json:"send"`
		Approval string          `json:"approval"`
	}
	if !read(w, r, &body) {
		return
	}
	id := hover.DocumentID(r.PathValue("id"))
	var err error
	if body.Items != nil {
		var items []MaterialSpec
		if err := json.Unmarshal(body.Items, &items); err != nil {
			http.Error(w, "items: "+err.Error(), http.StatusBadRequest)
			return
		}
		err = s.ChangeMaterials(id, items)
	}
	if body.Approval != "" && err == nil {
		err = s.ApproveMaterials(id, body.Approval)
	}
	if body.Send && err == nil {
		err = s.SendMaterials(id)
	}
	done(w, err)
}

// papersLater is when, in the demo, somebody presses "Send to …" after all else began.
const papersLater = 30 * time.Second

// playPapers has somebody send the lists that were there at the start; callers hold mu.
func (s *Simulator) playPapers() {
	for _, j := range s.jobs {
		for _, spec := range j.papers {
			wait := s.speed.scaled(papersLater)
			m := s.addMaterials(j, spec)
			s.perform(sendLater(s, m, wait))
		}
		j.papers = nil
	}
}
