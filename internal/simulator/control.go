package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"dormer/internal/hover"
)

// controlHandler is the control surface; the package's page lists what it
// understands. Paths are those below /simulator.
func (s *Simulator) controlHandler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", s.controlSummary)
	m.HandleFunc("GET /jobs", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.controlJobs()) })
	m.HandleFunc("POST /jobs", s.controlAddJobs)
	m.HandleFunc("POST /jobs/{id}", s.controlJob)
	m.HandleFunc("POST /jobs/{id}/models/{model}", s.controlModel)
	m.HandleFunc("POST /jobs/{id}/papers", s.controlPapers)
	m.HandleFunc("POST /materials/{id}", s.controlMaterials)
	m.HandleFunc("GET /captures", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Captures()) })
	m.HandleFunc("POST /captures", s.controlAddCapture)
	m.HandleFunc("POST /captures/{id}", s.controlCapture)
	m.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Faults()) })
	m.HandleFunc("PATCH /faults", s.controlFaults)
	m.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.SetFaults(func(f *Faults) { *f = defaultFaults() })
		writeJSON(w, http.StatusOK, s.Faults())
	})
	m.HandleFunc("GET /webhooks", s.controlWebhooks)
	m.HandleFunc("POST /webhooks", s.controlForeign)
	m.HandleFunc("POST /webhooks/{id}", s.controlWebhook)
	m.HandleFunc("DELETE /webhooks/{id}", func(w http.ResponseWriter, r *http.Request) {
		found(w, s.DeleteWebhook(hover.WebhookID(r.PathValue("id"))))
	})
	m.HandleFunc("POST /emit", s.controlEmit)
	m.HandleFunc("POST /settle", s.controlSettle)
	m.HandleFunc("POST /tokens", s.controlTokens)
	m.HandleFunc("GET /deliveries",
		func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Deliveries()) })
	m.HandleFunc("GET /requests", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"max_in_60s": s.MaxInWindow(time.Minute), "requests": s.Requests()})
	})
	return m
}

func (s *Simulator) controlSummary(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{
		"client_id": ClientID, "client_secret": ClientSecret, "url": s.apiURL, "storage_url": s.storeURL,
		"jobs": len(s.jobs), "captures": len(s.captures), "webhooks": len(s.live()), "verified": s.isVerified,
		"pending_deliveries": s.pending, "speed": s.speed,
	})
}

type controlJob struct {
	ID         hover.JobID    `json:"id"`
	Name       string         `json:"name"`
	State      hover.JobState `json:"state"`
	Archived   bool           `json:"archived"`
	UpdatedAt  time.Time      `json:"updated_at"`
	Structures []controlModel `json:"models"`
}

type controlModel struct {
	ID     hover.ModelID    `json:"id"`
	Name   string           `json:"name"`
	State  hover.ModelState `json:"state"`
	Reason string           `json:"failure_reason,omitempty"`
}

func (s *Simulator) controlJobs() []controlJob {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]controlJob, 0, len(s.jobs))
	for _, j := range s.jobs {
		row := controlJob{ID: j.id, Name: j.name, State: j.state, Archived: j.archived, UpdatedAt: j.updated}
		for _, m := range j.models {
			row.Structures = append(row.Structures, controlModel{m.id, m.name, m.state, m.reason})
		}
		all = append(all, row)
	}
	return all
}

func (s *Simulator) controlAddJobs(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Count int `json:"count"`
		JobSpec
	}
	if !read(w, r, &body) {
		return
	}
	if body.Count > 10_000 {
		http.Error(w, "count: at most 10000", http.StatusBadRequest)
		return
	}
	if body.Count > 0 {
		writeJSON(w, http.StatusCreated, map[string]any{"ids": s.AddJobs(body.Count)})
		return
	}
	id := s.AddJob(body.JobSpec)
	writeJSON(w, http.StatusCreated, map[string]any{"id": id, "models": s.Structures(id)})
}

func (s *Simulator) controlJob(w http.ResponseWriter, r *http.Request) {
	var body struct {
		State    hover.JobState `json:"state"`
		Complete bool           `json:"complete"`
		Fail     string         `json:"fail"`
		Approve  bool           `json:"approve"`
		Archived *bool          `json:"archived"`
		Name     string         `json:"name"`
		Hours    *float64       `json:"hours_left"`
		Quiet    bool           `json:"quiet"`
	}
	if !read(w, r, &body) {
		return
	}
	id := hover.JobID(r.PathValue("id"))
	err := s.change(id, func(*jobRow) {})
	do := func(asked bool, f func() error) {
		if asked && err == nil {
			err = f()
		}
	}
	all := func() {
		do(body.Hours != nil, func() error { return s.SetHoursLeft(id, *body.Hours) })
		do(body.Name != "", func() error { return s.RenameJob(id, body.Name) })
		do(body.Archived != nil, func() error { return s.ArchiveJob(id, *body.Archived) })
		do(body.State != "", func() error { return s.SetJobState(id, body.State) })
		do(body.Approve, func() error { return s.ApproveJob(id) })
		do(body.Complete, func() error { return s.CompleteJob(id) })
		do(body.Fail != "", func() error { return s.FailJob(id, body.Fail) })
	}
	if body.Quiet {
		s.Quietly(all)
	} else {
		all()
	}
	done(w, err)
}

func (s *Simulator) controlModel(w http.ResponseWriter, r *http.Request) {
	var body struct {
		State  hover.ModelState `json:"state"`
		Reason string           `json:"reason"`
	}
	if read(w, r, &body) {
		done(w, s.SetModelState(hover.JobID(r.PathValue("id")), hover.ModelID(r.PathValue("model")), body.State, body.Reason))
	}
}

func (s *Simulator) controlAddCapture(w http.ResponseWriter, r *http.Request) {
	var spec CaptureSpec
	if read(w, r, &spec) {
		writeJSON(w, http.StatusCreated, map[string]any{"id": s.AddCapture(spec)})
	}
}

func (s *Simulator) controlCapture(w http.ResponseWriter, r *http.Request) {
	var body struct {
		State hover.CaptureState `json:"state"`
	}
	if read(w, r, &body) {
		done(w, s.SetCaptureState(hover.CaptureRequestID(r.PathValue("id")), body.State))
	}
}

func (s *Simulator) controlFaults(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err == nil {
		s.mu.Lock()
		f := s.faults
		f.Answers = nil // a list is replaced, not merged
		if err = json.Unmarshal(b, &f); err == nil {
			if f.Answers == nil {
				f.Answers = s.faults.Answers
			}
			s.faults = f
		}
		s.mu.Unlock()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, http.StatusOK, s.Faults())
}

func (s *Simulator) controlWebhooks(w http.ResponseWriter, _ *http.Request) {
	all := []map[string]any{}
	for _, h := range s.Webhooks() {
		all = append(all, map[string]any{
			"id": h.ID, "url": h.URL, "secret": h.Secret, "code": h.Code, "verified_at": stamp(h.VerifiedAt),
			"last_error": h.LastError,
		})
	}
	writeJSON(w, http.StatusOK, all)
}

func (s *Simulator) controlForeign(w http.ResponseWriter, r *http.Request) {
	var body struct {
		URL string `json:"url"`
	}
	if read(w, r, &body) {
		writeJSON(w, http.StatusCreated, map[string]any{"id": s.RegisterForeign(body.URL)})
	}
}

func (s *Simulator) controlWebhook(w http.ResponseWriter, r *http.Request) {
	var body struct {
		RotateSecret bool    `json:"rotate_secret"`
		LastError    *string `json:"last_error"`
	}
	if !read(w, r, &body) {
		return
	}
	id, ok := hover.WebhookID(r.PathValue("id")), true
	if body.RotateSecret {
		ok = s.RotateSecret(id)
	}
	if body.LastError != nil {
		ok = ok && s.SetLastError(id, *body.LastError)
	}
	found(w, ok)
}

func (s *Simulator) controlEmit(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Body     json.RawMessage `json:"body"` // an object gets its webhook_id; a string is sent as its text
		Delivery Delivery        `json:"delivery"`
	}
	if !read(w, r, &body) {
		return
	}
	var event any
	if err := json.Unmarshal(body.Body, &event); err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
		return
	}
	status, err := s.Emit(r.Context(), event, body.Delivery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"status": status})
}

func (s *Simulator) controlSettle(w http.ResponseWriter, r *http.Request) {
	done(w, s.Settle(r.Context()))
}

func (s *Simulator) controlTokens(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Expire  bool `json:"expire"`
		SignOut bool `json:"sign_out"`
		SignIn  bool `json:"sign_in"`
	}
	if !read(w, r, &body) {
		return
	}
	if body.Expire {
		s.ExpireAccess()
	}
	if body.SignOut {
		s.SignOut()
	}
	reply := map[string]any{}
	if body.SignIn {
		t := s.SignIn()
		reply["access_token"], reply["refresh_token"] = t.Access, t.Refresh
	}
	writeJSON(w, http.StatusOK, reply)
}

// read decodes a control request and answers one that it cannot read. An empty
// body is an empty object.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil && err != io.EOF {
		http.Error(w, strings.TrimSpace(err.Error()), http.StatusBadRequest)
		return false
	}
	return true
}

func done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{})
}

func found(w http.ResponseWriter, ok bool) {
	if !ok {
		http.Error(w, "no such webhook", http.StatusNotFound)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{})
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
