package simulator

import (
	"encoding/json"
	"strings"

	"dormer/internal/hover"
)

// tellJob sends a job's events; callers hold mu.
func (s *Simulator) tellJob(j *jobRow) {
	if j.state == hover.JobDraft {
		return // Hover sends none (Hover's webhook page)
	}
	body := map[string]any{
		"event": hover.EventJobStateV2, "job_id": j.id.Wire(), "job_external_identifier": orNull(j.externalID),
		"state": string(j.state), "content-available": 1, "job_estimated_hours_to_completion": s.hoursLeft(j),
	}
	if s.faults.EmitV1 {
		old := copyOf(body)
		old["event"] = hover.EventJobState
		if j.state == hover.JobCompleted {
			old["state"] = "complete" // the spelling of the older event
		}
		s.tell(old)
	}
	if !s.faults.WithoutV2 {
		s.tell(body)
	}
}

func (s *Simulator) hoursLeft(j *jobRow) *float64 {
	if s.faults.WithoutHoursLeft {
		return nil
	}
	return j.hours
}

// tellCreated sends the event of a new structure; callers hold mu.
func (s *Simulator) tellCreated(m *modelRow) {
	s.tell(map[string]any{
		"event": hover.EventModelCreated, "model_id": m.id.Wire(), "job_id": m.job.id.Wire(),
		"job_external_identifier": orNull(m.job.externalID),
	})
}

// tellModel sends a structure's event, if its state has one; callers hold mu.
func (s *Simulator) tellModel(m *modelRow) {
	if m.state != hover.ModelCompleted && m.state != hover.ModelFailed {
		return
	}
	s.tell(map[string]any{
		"event": hover.EventModelState, "model_id": m.id.Wire(), "job_id": m.job.id.Wire(),
		"job_external_identifier": orNull(m.job.externalID), "state": modelState(m.state),
	})
}

// tellCapture sends a capture request's event; callers hold mu.
func (s *Simulator) tellCapture(c *captureRow) {
	body := map[string]any{
		"event": hover.EventCaptureRequestState, "capture_request_id": c.id.Wire(), "state": string(c.state),
		"job_id": nil, "job_external_identifier": orNull(c.spec.ExternalID), "job_client_identifier": c.client,
		"job_estimated_hours_to_completion": nil,
	}
	if j := c.job; j != nil {
		body["job_id"], body["job_estimated_hours_to_completion"] = j.id.Wire(), s.hoursLeft(j)
	}
	s.tell(body)
}

// tell queues one event for every verified webhook, each with its own
// webhook_id; callers hold mu.
func (s *Simulator) tell(body map[string]any) {
	if s.quiet > 0 {
		return
	}
	for _, h := range s.hooks {
		if h.verifiedAt.IsZero() || h.deleted {
			continue
		}
		body = s.shapedEvent(copyOf(body))
		body["webhook_id"] = h.id.Wire()
		raw, err := json.Marshal(body)
		if err != nil {
			panic("simulator: an event that is no JSON: " + err.Error()) // all its values are plain
		}
		if s.faults.TextIDs {
			raw = texts(raw)
		}
		s.queue(h, raw)
		if s.faults.Duplicate {
			s.queue(h, raw)
		}
	}
}

// modelState gives a model's state in the API's spelling.
func modelState(state hover.ModelState) string {
	if state == hover.ModelCompleted {
		return "complete"
	}
	return string(state)
}

func copyOf(m map[string]any) map[string]any {
	c := make(map[string]any, len(m)+1)
	for k, v := range m {
		c[k] = v
	}
	return c
}

func orNull(s string) any {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return s
}
