package simulator

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"dormer/internal/hover"
)

var someAnswers = []AnswerSpec{
	{Section: "Roof", Group: "Covering", Question: "How many layers of shingles?", Kind: "number", Answer: 1.0},
	{Section: "Roof", Group: "Covering", Question: "Is there hail damage?", Kind: "boolean", Answer: true, Photos: 2},
	{Section: "Roof", Group: "Flashing", Question: "What about the chimney?", Kind: "string",
		Answer: "Counter flashing is loose"},
	{Section: "From ground", Group: "Front", Question: "Front of house", Kind: "photo_capture", Photos: 1},
}

func (s *Simulator) newChecklist(j *jobRow, spec ChecklistSpec) *checklistRow {
	if spec.Answers == nil {
		spec.Answers = someAnswers
	}
	c := &checklistRow{
		id: cmp.Or(spec.ID, hover.InspectionID(s.id())), client: strings.ToLower(s.uuid()), job: j, spec: spec, created: s.now(),
	}
	for _, a := range spec.Answers {
		var ids []hover.ImageID
		for n := range a.Photos {
			id := hover.ImageID(s.id())
			if len(j.models) > 0 {
				s.images[id] = imageRow{model: j.models[0], n: n, taken: c.created}
				ids = append(ids, id)
			}
		}
		c.photos = append(c.photos, ids)
	}
	return c
}

// AddChecklist has a checklist of the older kind filled in and sends its event, which
// names it by another id than the API does (Hover's pages).
func (s *Simulator) AddChecklist(job hover.JobID, spec ChecklistSpec) (id hover.InspectionID, err error) {
	err = s.change(job, func(j *jobRow) {
		c := s.newChecklist(j, spec)
		id, j.checklist = c.id, c
		s.tell(map[string]any{
			"event": hover.EventChecklistCreated, "inspection_checklist_id": c.id.Wire(), "job_id": j.id.Wire(),
		})
	})
	return id, err
}

// ChangeChecklist replaces a job's answers and sends the event of it.
func (s *Simulator) ChangeChecklist(job hover.JobID, answers []AnswerSpec) error {
	var missing error
	err := s.change(job, func(j *jobRow) {
		if j.checklist == nil {
			missing = fmt.Errorf("simulator: job %s has no checklist", job)
			return
		}
		j.checklist = s.newChecklist(j, ChecklistSpec{ID: j.checklist.id, Answers: answers})
		s.tell(map[string]any{
			"event": hover.EventChecklistUpdated, "inspection_checklist_id": j.checklist.id.Wire(), "job_id": j.id.Wire(),
		})
	})
	return cmp.Or(err, missing)
}

// AddInspection has an inspection reach its state and sends the event of it: how its
// fields are called is not documented.
func (s *Simulator) AddInspection(job hover.JobID, spec ChecklistSpec) (id hover.InspectionID, err error) {
	spec.State = cmp.Or(spec.State, "submitted")
	err = s.change(job, func(j *jobRow) {
		c := s.newChecklist(j, spec)
		id = c.id
		s.inspections[id] = c
		j.inspections = append(j.inspections, c)
		s.tell(map[string]any{
			"event": hover.EventInspectionState, "inspection_id": id.Wire(), "job_id": j.id.Wire(), "state": spec.State,
		})
	})
	return id, err
}

// inspector is who did it.
func (s *Simulator) inspector(c *checklistRow) map[string]any {
	for _, u := range s.users {
		if c.spec.By == u.ID || c.spec.By == "" && u.Email == c.job.capturedBy {
			return map[string]any{"id": u.ID.Wire(), "name": u.Name()}
		}
	}
	return nil
}

// inspection answers as Hover's page "Get Inspection Details" does.
func (s *Simulator) inspection(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var reply map[string]any
	if c := s.inspections[hover.InspectionID(r.PathValue("id"))]; c != nil && !s.faults.PaperNotReady.take() {
		reply = s.shapedPaper("inspection", s.inspectionJSON(c))
	}
	s.mu.Unlock()
	s.show(w, "inspection", reply)
}

func (s *Simulator) inspectionJSON(c *checklistRow) map[string]any {
	var sections []any
	at := map[string]map[string]any{}
	for i, a := range c.spec.Answers {
		section, group := at[a.Section], at[a.Section+"\x00"+a.Group]
		if section == nil {
			section = map[string]any{"name": a.Section, "sort_order": len(sections) + 1, "task_groups": []any{}}
			at[a.Section], sections = section, append(sections, section)
		}
		if group == nil {
			groups := section["task_groups"].([]any)
			group = map[string]any{"name": a.Group, "sort_order": len(groups) + 1, "kind": nil, "tasks": []any{}}
			at[a.Section+"\x00"+a.Group], section["task_groups"] = group, append(groups, group)
		}
		photos := []any{}
		for n, id := range c.photos[i] {
			link := s.imageLink(id)
			photos = append(photos, map[string]any{
				"pretty_filename": strings.ToLower(strings.ReplaceAll(a.Section+"_"+a.Group+"_"+a.Question, " ", "-")) + "_" +
					strconv.Itoa(n+1),
				"sort_order": n + 1,
				"urls":       map[string]any{"original": link, "w1440": link, "w1152": link, "w834": link, "w480": link},
			})
		}
		task := map[string]any{
			"name": a.Question, "sort_order": i + 1, "kind": cmp.Or(a.Kind, "photo_capture"), "description": "",
			"captured_photos": photos,
		}
		if a.Answer != nil {
			task["answer"] = a.Answer
		}
		group["tasks"] = append(group["tasks"].([]any), task)
	}
	a := c.job.address
	return map[string]any{
		"id": c.id.Wire(), "title": c.title(), "state": c.spec.State, "submitted_at": stamp(c.created), "type": "damage",
		"inspector": s.inspector(c), "sections": sections,
		"job": map[string]any{
			"id": c.job.id.Wire(), "claim_id": nil, "name": c.job.name, "location_line1": a.Line1, "location_line2": nil,
			"postal_code": a.PostalCode, "city": a.City,
		},
	}
}

// imageLink is a photo's link as replies name it.
func (s *Simulator) imageLink(id hover.ImageID) string {
	return s.apiURL + "/api/v2/images/" + string(id) + "/image.jpg"
}

// checklist answers as Hover's page "Get a Job's Latest Checklist" does.
func (s *Simulator) checklist(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("org_id") == "" {
		s.refuse(w, http.StatusUnprocessableEntity, "org_id", "can't be blank")
		return
	}
	s.mu.Lock()
	var reply map[string]any
	if j := s.jobs[hover.JobID(q.Get("job_id"))]; j != nil && j.checklist != nil && !s.faults.PaperNotReady.take() {
		reply = s.shapedPaper("checklist", s.checklistJSON(j.checklist))
	}
	s.mu.Unlock()
	s.show(w, "checklist", reply)
}

func (s *Simulator) checklistJSON(c *checklistRow) map[string]any {
	questions := make([]any, len(c.spec.Answers))
	for i, a := range c.spec.Answers {
		images := []any{}
		for _, id := range c.photos[i] {
			images = append(images, map[string]any{"redirect_url": s.imageLink(id)})
		}
		questions[len(questions)-1-i] = map[string]any{ // in no order but sort_order's
			"id": strings.ToLower(c.client[:24]) + fmt.Sprintf("%012d", i), "sort_order": i,
			"question_type": cmp.Or(a.Kind, "string"),
			"question_text": a.Question, "answer_value": a.Answer, "images": images,
		}
	}
	return map[string]any{"id": c.client, "job_id": c.job.id.Wire(), "questions": questions, "pdf_url": nil}
}
