package simulator

import (
	"cmp"
	"fmt"

	"dormer/internal/hover"
)

// AddCapture adds a capture request with its draft job, without events, and
// gives its id. Its state may be new or connected; see
// [Simulator.SetCaptureState] for the others.
func (s *Simulator) AddCapture(spec CaptureSpec) hover.CaptureRequestID {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, _ := s.acting(string(spec.User), "")
	return s.addCapture(spec, user).id
}

func (s *Simulator) addCapture(spec CaptureSpec, user hover.User) *captureRow {
	if user.ID == "" && len(s.users) > 0 {
		user = s.users[0]
	}
	if spec.ID == "" {
		spec.ID = hover.CaptureRequestID(s.id())
	}
	j := s.addJob(JobSpec{
		Name: cmp.Or(spec.JobName, spec.Address.Line1), ExternalID: spec.ExternalID, Address: spec.Address, State: hover.JobDraft,
		Customer: hover.Customer{Name: spec.Name, Email: spec.Email, Phone: spec.Phone}, CapturedBy: spec.Email,
		Structures: []StructureSpec{{Deliverable: spec.Deliverable}}, Since: spec.Age, Age: spec.Age,
	})
	c := &captureRow{
		id: spec.ID, identifier: s.token(6), spec: spec, client: j.client, state: cmp.Or(spec.State, hover.CaptureNew),
		user: user, pending: j, created: s.now().Add(-spec.Age), updated: s.now().Add(-spec.Age),
	}
	s.captures[c.id] = c
	return c
}

// SetCaptureState moves a capture request to a state and sends its event.
// "complete" gives it its job, which then is being worked on.
func (s *Simulator) SetCaptureState(id hover.CaptureRequestID, state hover.CaptureState) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.captures[id]
	if c == nil {
		return fmt.Errorf("simulator: no capture request %s", id)
	}
	s.setCapture(c, hover.ParseCaptureState(string(state)))
	return nil
}

func (s *Simulator) setCapture(c *captureRow, state hover.CaptureState) {
	c.state, c.updated = state, s.later(c.updated)
	if state == hover.CaptureComplete {
		c.job = c.pending
	}
	s.tellCapture(c)
	switch {
	case state == hover.CaptureComplete && c.job.state == hover.JobDraft:
		s.setState(c.job, hover.JobWorking)
	case state == hover.CaptureDeleted && c.pending.state == hover.JobDraft:
		c.pending.archived, c.pending.archivedAt = true, s.now()
	}
}

// Captures gives the capture requests' ids with their states.
func (s *Simulator) Captures() map[hover.CaptureRequestID]hover.CaptureState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make(map[hover.CaptureRequestID]hover.CaptureState, len(s.captures))
	for id, c := range s.captures {
		states[id] = c.state
	}
	return states
}

// captureBy finds a capture request by its identifier; callers hold mu.
func (s *Simulator) captureBy(identifier string) *captureRow {
	for _, c := range s.captures {
		if c.identifier == identifier {
			return c
		}
	}
	return nil
}
