package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dormer/internal/hover"
)

func (s *Simulator) listJobs(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	search := strings.ToLower(strings.TrimSpace(q.Get("search")))
	if n := utf8.RuneCountInString(search); n > 0 && n < 3 {
		if s.Faults().SearchUnder3 {
			s.refuse(w, http.StatusUnprocessableEntity, "search", "is too short (minimum is 3 characters)")
			return
		}
		search = ""
	}
	search, strict := s.Faults().searched(search)
	var since time.Time
	if n, err := strconv.ParseInt(q.Get("updated_since"), 10, 64); err == nil {
		since = time.Unix(n, 0)
	}
	states := append(q["reconstruction_state"], q["reconstruction_states[]"]...)
	archived, example := q.Get("archived") == "true", q.Get("example") == "true"

	s.mu.Lock()
	var found []*jobRow
	for _, j := range s.jobs {
		if j.archived == archived && j.example == example && !j.updated.Before(since) && j.matches(search) &&
			(!strict || strings.EqualFold(j.name, search)) &&
			(len(states) == 0 || slices.ContainsFunc(states, func(x string) bool { return hover.ParseJobState(x) == j.state })) {
			found = append(found, j)
		}
	}
	by := func(j *jobRow) time.Time { return j.created }
	switch q.Get("sort_by") {
	case "updated_at":
		by = func(j *jobRow) time.Time { return j.updated }
	case "completed_at":
		by = func(j *jobRow) time.Time { return j.completed }
	}
	sign := -1
	if strings.EqualFold(q.Get("sort_order"), "ASC") {
		sign = 1
	}
	slices.SortFunc(found, func(a, b *jobRow) int {
		return sign * cmp.Or(by(a).Compare(by(b)), byNumber(string(a.id), string(b.id)))
	})
	rows, now := paged(found, q)
	page := make([]map[string]any, len(rows))
	for i, j := range rows {
		page[i] = s.jobJSON(j)
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"results": page, "pagination": s.Faults().jobPages(now)})
}

func (j *jobRow) matches(search string) bool {
	return search == "" || strings.Contains(strings.ToLower(strings.Join([]string{
		j.name, j.address.String(), j.customer.Name, j.customer.Email, j.capturedBy,
	}, "\n")), search)
}

func (s *Simulator) showJob(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var reply map[string]any
	if j := s.jobs[hover.JobID(r.PathValue("id"))]; j != nil {
		reply = s.jobJSON(j)
	}
	s.mu.Unlock()
	s.show(w, "job", reply)
}

// jobJSON gives a job in the shape of API v3; callers hold mu.
func (s *Simulator) jobJSON(j *jobRow) map[string]any {
	first, last, _ := strings.Cut(j.customer.Name, " ")
	captureState := "completed"
	if j.state == hover.JobDraft || j.state == hover.JobUploading {
		captureState = "uploading"
	}
	models := make([]map[string]any, len(j.models))
	for i, m := range j.models {
		models[i] = s.modelJSON(m)
	}
	var archivedAt time.Time
	if j.archived {
		archivedAt = j.archivedAt
	}
	a := j.address
	return s.shapedJob(j, map[string]any{
		"id": j.id.Wire(), "name": j.name, "external_identifier": orNull(j.externalID),
		"reconstruction_state": string(j.state), "org": map[string]any{"id": s.org.Wire()},
		"address": map[string]any{
			"location_line_1": orNull(a.Line1), "location_line_2": orNull(a.Line2), "city": orNull(a.City),
			"region":      orNull(a.Region),
			"postal_code": orNull(a.PostalCode), "country": cmp.Or(a.Country, "US"), "latitude": orNull(a.Latitude),
			"longitude": orNull(a.Longitude),
		},
		"customer": map[string]any{
			"first_name": orNull(first), "name": orNull(cmp.Or(last, first)), "email": orNull(j.customer.Email),
			"phone": orNull(j.customer.Phone),
		},
		"captures": []map[string]any{{
			"id": j.id.Wire(), "client_identifier": j.client, "name": j.name, "state": captureState, "capture_by": j.capturedBy,
			"type": "sparse_exterior", "deliverable": "complete", "created_at": stamp(j.created), "updated_at": stamp(j.updated),
		}},
		"models":                        models,
		"three_d_experience":            map[string]any{"url": s.apiURL + "/3d/" + string(j.id)},
		"estimated_hours_to_completion": s.hoursLeft(j),
		"archived_at":                   stamp(archivedAt), "example": j.example, "test_state": orNull(oldSpelling(j.test)),
		"capture_id": j.id.Wire(), "failure_reasons": j.reasons(),
		"created_at": stamp(j.created), "updated_at": stamp(j.updated), "completed_at": stamp(j.completed),
		"inspections": inspections(j),
	})
}

// reasons gives why a failed job's structures could not be measured, each once.
func (j *jobRow) reasons() []string {
	reasons := []string{}
	for _, m := range j.models {
		if j.state == hover.JobFailed && m.reason != "" && !slices.Contains(reasons, m.reason) {
			reasons = append(reasons, m.reason)
		}
	}
	return reasons
}

// oldSpelling gives a job's state as test_state does.
func oldSpelling(s hover.JobState) string {
	if s == hover.JobCompleted {
		return "complete"
	}
	return string(s)
}

// modelJSON gives a structure with its links; callers hold mu.
func (s *Simulator) modelJSON(m *modelRow) map[string]any {
	images := make([]map[string]any, len(m.images))
	for i, id := range m.images {
		images[i] = map[string]any{
			"id": id.Wire(), "url": s.apiURL + "/api/v2/images/" + string(id) + "/image.jpg",
			"created_at": stamp(s.images[id].taken),
		}
	}
	reply := map[string]any{
		"id": m.id.Wire(), "name": orNull(m.name), "state": modelState(m.state), "deliverable": deliverableName(m.deliverable),
		"failure_reason": orNull(m.reason), "artifacts": map[string]any{}, "images": images,
	}
	if hover.PhotosOnly(m.deliverable) {
		return s.shapedModel(reply) // photos have no files
	}
	if m.state == hover.ModelCompleted || s.faults.LinksBeforeReady {
		reply["artifacts"] = s.linksJSON(m)
	}
	if m.state == hover.ModelCompleted {
		reply["three_d_experience"] = map[string]any{"url": s.apiURL + "/3d/" + string(m.job.id) + "?model=" + string(m.id)}
	}
	return s.shapedModel(reply)
}

// linksJSON gives a structure's artifact links; callers hold mu.
func (s *Simulator) linksJSON(m *modelRow) map[string]any {
	base := s.apiURL + "/api/v3/models/" + string(m.id) + "/artifacts/"
	wireframes := map[string]any{}
	for _, view := range viewsOf(m.deliverable) {
		at := base + "wireframe_" + view + ".png?version="
		if view != "roof" {
			wireframes[view] = at + "url"
			continue
		}
		wireframes[view] = map[string]any{
			"url": at + "url", "top": at + "top", "lengths": at + "lengths", "areas": at + "areas", "pitches": at + "pitches",
		}
	}
	measurements := map[string]any{"pdf": base + "measurements.pdf", "xlsx": base + "measurements.xlsx"}
	if all := hover.Versions(m.deliverable); len(all) > 0 {
		measurements["json"] = base + "measurements.json?version=" + all[len(all)-1]
	}
	return s.shapedLinks(map[string]any{
		"measurements":     measurements,
		"cad":              map[string]any{"xml": base + "cad_export.xml?version=v2", "esx": base + "cad_export.esx"},
		"wireframe_images": wireframes,
	})
}

// deliverableName gives the text of a model's deliverable in API v3; "complete"
// is the only one seen, the others are by analogy.
func deliverableName(id hover.DeliverableID) string {
	names := map[hover.DeliverableID]string{
		"2": "roof_only", "3": "complete", "5": "total_living_area_plus", "6": "total_living_area", "4": "photo_only",
		"7": "capture_only", "8": "interior",
	}
	return cmp.Or(names[id], "complete")
}

func (s *Simulator) setTestState(w http.ResponseWriter, r *http.Request) {
	_, known := s.actingByQuery(r)
	if s.needsActing(w, known) {
		return
	}
	wanted := hover.ParseJobState(r.URL.Query().Get("state"))
	s.mu.Lock()
	j := s.jobs[hover.JobID(r.PathValue("id"))]
	var refusal string
	switch {
	case j == nil:
	case wanted != hover.JobCompleted && wanted != hover.JobFailed:
		refusal = "is not included in the list"
	case j.state != hover.JobUploading && j.state != hover.JobProcessingUpload:
		refusal = "cannot be set: the job must be uploading or processing_upload"
	default:
		s.playTest(j, wanted)
	}
	s.mu.Unlock()
	switch {
	case j == nil:
		s.refuse(w, http.StatusNotFound, "job", "not found")
	case refusal != "":
		s.refuse(w, http.StatusUnprocessableEntity, "state", refusal)
	default:
		w.WriteHeader(http.StatusOK)
	}
}

func (s *Simulator) createTestJob(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Preset string      `json:"job_preset"`
		State  string      `json:"state"`
		Failed json.Number `json:"failed_models_count"`
		User   json.Number `json:"current_user_id"`
		Email  string      `json:"current_user_email"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Preset != "multi-structure-exterior" {
		writeJSON(w, http.StatusUnprocessableEntity,
			map[string]any{"error": map[string]any{"job": fmt.Sprintf("Invalid job_preset: %.40s. Allowed: multi-structure-exterior", body.Preset)}})
		return
	}
	_, known := s.acting(body.User.String(), body.Email)
	if _, byQuery := s.actingByQuery(r); s.needsActing(w, known || byQuery) {
		return
	}
	failed, err := strconv.Atoi(cmp.Or(body.Failed.String(), "0"))
	if err != nil || failed < 0 || failed > 2 {
		writeJSON(w, http.StatusUnprocessableEntity,
			map[string]any{"error": map[string]any{"job": fmt.Sprintf("Invalid failed_models_count: %.20s. Allowed: 0, 1, 2",
				body.Failed)}})
		return
	}
	wanted := hover.ParseJobState(body.State)
	if wanted != hover.JobCompleted && wanted != hover.JobFailed {
		writeJSON(w, http.StatusUnprocessableEntity,
			map[string]any{"error": map[string]any{"job": fmt.Sprintf("Invalid state: %.40s. Allowed: complete, failed",
				body.State)}})
		return
	}
	spec := JobSpec{Name: "Test job", State: hover.JobUploading, Age: time.Second, Structures: []StructureSpec{
		{Name: "Main structure", Sample: "harbor-house"}, {Name: "Garage", Sample: "sycamore-garage"},
		{Name: "Barn", Sample: "juniper-barn"},
	}}
	for i := range failed {
		spec.Structures[2-i].Fails = "This structure of the test job was meant to fail."
	}
	s.mu.Lock()
	j := s.addJob(spec)
	for _, m := range j.models {
		if !s.faults.TestJobsSilent {
			s.tellCreated(m)
		}
	}
	s.playTest(j, wanted)
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"success": true})
}

func (s *Simulator) userJSON(u hover.User) map[string]any {
	return map[string]any{
		"id": u.ID.Wire(), "email": u.Email, "first_name": u.FirstName, "last_name": u.LastName,
		"acl_template": u.Role, "aasm_state": cmp.Or(u.State, "activated"),
	}
}

func (s *Simulator) listUsers(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	search := strings.ToLower(q.Get("search"))
	found := []map[string]any{}
	for _, u := range s.users {
		if (q.Get("admin") != "true" || u.Role == "admin") && strings.Contains(strings.ToLower(u.Name()+" "+u.Email), search) {
			found = append(found, s.userJSON(u))
		}
	}
	page, now := paged(found, q)
	writeJSON(w, http.StatusOK, map[string]any{"pagination": now.v2(), "results": page})
}

func (s *Simulator) profile(w http.ResponseWriter, r *http.Request) {
	u, ok := s.actingByQuery(r)
	if !ok {
		s.refuse(w, http.StatusNotFound, "user", "not found")
		return
	}
	writeJSON(w, http.StatusOK, s.userJSON(u))
}

func (s *Simulator) listOrgs(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"orgs": []map[string]any{{
		"id": s.org.Wire(), "name": s.orgName, "features": []string{"integrations", "export_esx"},
	}}})
}

// inspections lists those of a job as its reply does (observed).
func inspections(j *jobRow) []any {
	all := []any{}
	for _, c := range j.inspections {
		all = append(all, map[string]any{"id": c.id.Wire(), "title": c.title()})
	}
	return all
}

// jobPages tells where a page of jobs stands.
func (q Questions) jobPages(p paging) map[string]any {
	switch q.JobPages {
	case "totals":
		return p.v2()
	case "neither":
		return map[string]any{}
	}
	return p.v3()
}
