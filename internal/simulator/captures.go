package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dormer/internal/hover"
)

func (s *Simulator) createCapture(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Request struct {
			Name          string `json:"capturing_user_name"`
			Email         string `json:"capturing_user_email"`
			Phone         string `json:"capturing_user_phone"`
			SuppressMail  bool   `json:"suppress_email"`
			SuppressTexts bool   `json:"suppress_text_messages"`
			Job           struct {
				Name         string              `json:"name"`
				Line1        string              `json:"location_line_1"`
				Line2        string              `json:"location_line_2"`
				City         string              `json:"location_city"`
				Region       string              `json:"location_region"`
				PostalCode   string              `json:"location_postal_code"`
				Country      string              `json:"location_country"`
				ExternalID   string              `json:"external_identifier"`
				Deliverable  hover.DeliverableID `json:"deliverable_id"`
				SuppressMail bool                `json:"suppress_email"`
			} `json:"job_attributes"`
		} `json:"capture_request"`
		User  hover.UserID `json:"current_user_id"`
		Email string       `json:"current_user_email"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.refuse(w, http.StatusBadRequest, "capture_request", "is missing or the value is empty")
		return
	}
	q := body.Request
	for _, required := range []struct{ field, value string }{
		{"capturing_user_name", q.Name}, {"capturing_user_email", q.Email}, {"location_line_1", q.Job.Line1},
	} {
		if strings.TrimSpace(required.value) == "" {
			s.refuse(w, http.StatusUnprocessableEntity, required.field, "can't be blank")
			return
		}
	}
	user, ok := s.acting(string(body.User), body.Email)
	if !ok {
		user, ok = s.actingByQuery(r)
	}
	if !ok {
		s.refuse(w, http.StatusUnprocessableEntity, "current_user_id", "can't be blank")
		return
	}
	s.mu.Lock()
	c := s.addCapture(CaptureSpec{
		Name: q.Name, Email: q.Email, Phone: q.Phone, JobName: q.Job.Name, ExternalID: q.Job.ExternalID,
		Deliverable: q.Job.Deliverable,
		Address: hover.Address{
			Line1: q.Job.Line1, Line2: q.Job.Line2, City: q.Job.City, Region: q.Job.Region, PostalCode: q.Job.PostalCode,
			Country: q.Job.Country,
		},
		Quiet: q.SuppressMail || q.SuppressTexts || q.Job.SuppressMail,
	}, user)
	reply := s.captureJSON(c)
	s.tellCreated(c.pending.models[0])
	s.tellCapture(c)
	if s.speed > 0 {
		s.playCapture(c)
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusCreated, reply)
}

// captureJSON gives a capture request as create and list do: without its link;
// callers hold mu.
func (s *Simulator) captureJSON(c *captureRow) map[string]any {
	a := c.spec.Address
	m := map[string]any{
		"id": c.id.Wire(), "identifier": c.identifier, "state": string(c.state), "signup_type": "homeowner",
		"capturing_user_name": c.spec.Name, "capturing_user_email": c.spec.Email, "capturing_user_phone": orNull(c.spec.Phone),
		"capturing_user_id": nil, "captured_user_id": nil, "requesting_user_id": c.user.ID.Wire(), "claim_number": nil,
		"inspection_workflow_id": nil, "requires_reconstruction_capture": true, "suppress_text_messages": c.spec.Quiet,
		"job_attributes": map[string]any{
			"name": orNull(c.spec.JobName), "external_identifier": orNull(c.spec.ExternalID), "client_identifier": c.client,
			"deliverable_id": cmp.Or(c.spec.Deliverable, "3").Wire(), "suppress_email": c.spec.Quiet,
			"location_line_1": orNull(a.Line1), "location_line_2": orNull(a.Line2), "location_city": orNull(a.City),
			"location_region": orNull(a.Region), "location_postal_code": orNull(a.PostalCode), "location_country": orNull(a.Country),
		},
		"pending_job_id": c.pending.id.Wire(), "job_id": nil, "org_id": s.org.Wire(),
		"requesting_user": map[string]any{
			"name": c.user.Name(), "email": c.user.Email, "org": map[string]any{"id": s.org.Wire(), "name": s.orgName},
		},
		"created_at": stamp(c.created), "updated_at": stamp(c.updated),
	}
	if c.job != nil {
		m["job_id"], m["pending_job_id"] = c.job.id.Wire(), nil
	}
	return m
}

func (s *Simulator) captureURL(c *captureRow) string { return s.apiURL + "/capture/" + c.identifier }

func (s *Simulator) listCaptures(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var rows []*captureRow
	for _, c := range s.captures {
		if c.state != hover.CaptureDeleted {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(a, b *captureRow) int {
		return cmp.Or(b.created.Compare(a.created), byNumber(string(b.id), string(a.id)))
	})
	rows, now := paged(rows, r.URL.Query())
	page := make([]map[string]any, len(rows))
	for i, c := range rows {
		page[i] = s.captureJSON(c)
	}
	s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{
		"requested_captures": map[string]any{"pagination": now.v2(), "results": page},
		"received_captures":  map[string]any{"pagination": paging{current: 1, pages: 1}.v2(), "results": []any{}},
	})
}

func (s *Simulator) showCapture(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var reply map[string]any
	if c := s.captures[hover.CaptureRequestID(r.PathValue("id"))]; c != nil {
		reply = s.captureJSON(c)
		reply["branch_link"] = s.captureURL(c)
	}
	s.mu.Unlock()
	s.show(w, "capture_request", reply)
}

// captureLink answers the address that is shared: with a redirect to the link,
// bearer or not.
func (s *Simulator) captureLink(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.captureBy(r.PathValue("id"))
	link := ""
	if c != nil {
		link = s.captureURL(c)
	}
	s.mu.Unlock()
	if c == nil {
		s.refuse(w, http.StatusNotFound, "capture_request", "not found")
		return
	}
	w.Header().Set("Location", link)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusFound)
	_, _ = fmt.Fprintf(w, `<html><body>You are being <a href="%s">redirected</a>.</body></html>`, html.EscapeString(link))
}

func (s *Simulator) deleteCapture(w http.ResponseWriter, r *http.Request) {
	_, known := s.actingByQuery(r)
	if s.needsActing(w, known) {
		return
	}
	s.mu.Lock()
	c := s.captures[hover.CaptureRequestID(r.PathValue("id"))]
	if c != nil && c.state != hover.CaptureDeleted {
		s.setCapture(c, hover.CaptureDeleted)
	}
	s.mu.Unlock()
	if c == nil {
		s.refuse(w, http.StatusNotFound, "capture_request", "not found")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// CaptureLink gives the link that a capture request is shared by; empty if
// there is no such request.
func (s *Simulator) CaptureLink(id hover.CaptureRequestID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.captures[id]; c != nil {
		return s.apiURL + "/api/v2/capture_requests/" + url.PathEscape(c.identifier)
	}
	return ""
}
