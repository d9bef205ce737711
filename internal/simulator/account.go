package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"dormer/internal/hover"
)

// crew captures the houses where nobody else is named.
func (s *Simulator) crew() string {
	for _, u := range s.users {
		if u.Role != "admin" {
			return u.Email
		}
	}
	return "crew@example.com"
}

// AddJob adds a job as it stands, without events, and gives its id.
func (s *Simulator) AddJob(spec JobSpec) hover.JobID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addJob(spec).id
}

// AddJobs adds n finished jobs of one structure each, updated a minute apart,
// and gives their ids, newest first.
func (s *Simulator) AddJobs(n int) []hover.JobID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]hover.JobID, 0, n)
	for i := range n {
		ids = append(ids, s.addJob(JobSpec{Since: time.Duration(i+1) * time.Minute}).id)
	}
	return ids
}

func (s *Simulator) addJob(spec JobSpec) *jobRow {
	if spec.ID == "" {
		spec.ID = hover.JobID(s.id())
	}
	if spec.Address == (hover.Address{}) {
		spec.Address = someAddress(string(spec.ID))
	}
	if len(spec.Structures) == 0 {
		spec.Structures = []StructureSpec{{}}
	}
	if spec.Updated.IsZero() {
		spec.Updated = s.now().Add(-spec.Since)
	}
	if spec.Created.IsZero() {
		if spec.Age == 0 && spec.State != hover.JobDraft {
			spec.Age = spec.Since + 4*time.Hour
		}
		spec.Created = s.now().Add(-spec.Age)
	}
	j := &jobRow{
		id: spec.ID, name: cmp.Or(spec.Name, spec.Address.Line1), externalID: spec.ExternalID, address: spec.Address,
		customer: spec.Customer, capturedBy: cmp.Or(spec.CapturedBy, s.crew()), client: s.uuid(),
		state: cmp.Or(hover.ParseJobState(string(spec.State)), hover.JobCompleted), created: spec.Created.UTC(),
		updated:  spec.Updated.UTC(),
		archived: spec.Archived, example: spec.Example, script: spec.Script, papers: spec.Papers, approved: make(chan struct{}),
	}
	if j.state.Finished() {
		j.completed = j.updated
	}
	if j.archived {
		j.archivedAt = j.updated
	}
	if spec.Test {
		j.test = hover.JobCompleted
	}
	s.jobs[j.id] = j
	for _, st := range spec.Structures {
		s.addModel(j, st)
	}
	return j
}

func (s *Simulator) addModel(j *jobRow, spec StructureSpec) *modelRow {
	if spec.ID == "" {
		spec.ID = hover.ModelID(s.id())
	}
	m := &modelRow{
		id: spec.ID, job: j, name: spec.Name, deliverable: cmp.Or(spec.Deliverable, "3"), fails: spec.Fails,
		state: hover.ParseModelState(string(spec.State)),
	}
	m.sample = chooseSample(spec.Sample, m.deliverable, m.id)
	if m.state == "" {
		switch {
		case j.state == hover.JobFailed || j.state == hover.JobCompleted && m.fails != "":
			m.state = hover.ModelFailed
		case j.state == hover.JobCompleted:
			m.state = hover.ModelCompleted
		case j.state == hover.JobDraft || j.state == hover.JobUploading:
			m.state = hover.ModelUploading
		default:
			m.state = hover.ModelProcessing
		}
	}
	switch m.state {
	case hover.ModelFailed:
		m.reason = cmp.Or(m.fails, anyReason)
	case hover.ModelCompleted:
		m.ready = j.updated
	}
	for i := range cmp.Or(spec.Photos, 8) {
		id := hover.ImageID(s.id())
		s.images[id] = imageRow{model: m, n: i, taken: j.created.Add(time.Duration(i) * 20 * time.Second)}
		m.images = append(m.images, id)
	}
	s.models[m.id] = m
	j.models = append(j.models, m)
	return m
}

// anyReason is given where a structure fails and nobody said why.
const anyReason = "The photos do not show enough of the property to build a model."

// SetJobState moves a job to a state, in either spelling, and sends what Hover
// would: the job's event, but none for a draft. Structures keep their state;
// see [Simulator.CompleteJob] and [Simulator.FailJob]. It fails for a job that
// does not exist.
func (s *Simulator) SetJobState(id hover.JobID, state hover.JobState) error {
	return s.change(id, func(j *jobRow) { s.setState(j, hover.ParseJobState(string(state))) })
}

func (s *Simulator) setState(j *jobRow, state hover.JobState) {
	j.state, j.updated = state, s.later(j.updated)
	j.completed = time.Time{}
	if state.Finished() {
		j.completed, j.hours = j.updated, nil
	}
	for _, m := range j.models {
		if !m.state.Finished() && state != hover.JobUploading && state != hover.JobDraft {
			m.state = hover.ModelProcessing
		}
	}
	s.tellJob(j)
}

// SetHoursLeft sets the estimate that the job's next events carry, in hours;
// nothing is sent.
func (s *Simulator) SetHoursLeft(id hover.JobID, hours float64) error {
	return s.change(id, func(j *jobRow) { j.hours = &hours })
}

// SetModelState moves one structure to a state, with the reason if it failed,
// and sends the event that Hover sends for complete and failed alone.
func (s *Simulator) SetModelState(job hover.JobID, model hover.ModelID, state hover.ModelState, reason string) error {
	var missing error
	err := s.change(job, func(j *jobRow) {
		i := slices.IndexFunc(j.models, func(m *modelRow) bool { return m.id == model })
		if i < 0 {
			missing = fmt.Errorf("simulator: job %s has no model %s", job, model)
			return
		}
		j.updated = s.later(j.updated)
		s.setModel(j.models[i], hover.ParseModelState(string(state)), reason)
	})
	return cmp.Or(err, missing)
}

func (s *Simulator) setModel(m *modelRow, state hover.ModelState, reason string) {
	m.state, m.reason = state, ""
	switch state {
	case hover.ModelCompleted:
		m.ready = s.now()
	case hover.ModelFailed:
		m.reason = cmp.Or(reason, m.fails, anyReason)
	}
	s.tellModel(m)
}

// CompleteJob ends a job as Hover does: every structure is measured or, if it
// was to fail, failed, each with its event; then the job is completed, or failed
// if no structure succeeded.
func (s *Simulator) CompleteJob(id hover.JobID) error {
	return s.change(id, s.complete)
}

func (s *Simulator) complete(j *jobRow) {
	end := hover.JobFailed
	for _, m := range j.models {
		if m.fails != "" {
			s.setModel(m, hover.ModelFailed, m.fails)
			continue
		}
		s.setModel(m, hover.ModelCompleted, "")
		end = hover.JobCompleted
	}
	s.setState(j, end)
}

// FailJob fails a job and all its structures for a reason.
func (s *Simulator) FailJob(id hover.JobID, reason string) error {
	return s.change(id, func(j *jobRow) {
		for _, m := range j.models {
			s.setModel(m, hover.ModelFailed, reason)
		}
		s.setState(j, hover.JobFailed)
	})
}

// ArchiveJob hides a job from the list or brings it back. No event tells it.
func (s *Simulator) ArchiveJob(id hover.JobID, archived bool) error {
	return s.change(id, func(j *jobRow) { j.archived, j.updated, j.archivedAt = archived, s.later(j.updated), s.now() })
}

// RenameJob gives a job another name. No event tells it.
func (s *Simulator) RenameJob(id hover.JobID, name string) error {
	return s.change(id, func(j *jobRow) { j.name, j.updated = name, s.later(j.updated) })
}

// Quietly runs f; whatever changes meanwhile sends no events. It is how news
// comes about that an absent listener missed.
func (s *Simulator) Quietly(f func()) {
	s.mu.Lock()
	s.quiet++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.quiet--
		s.mu.Unlock()
	}()
	f()
}

// Structures gives the ids of a job's models in their order.
func (s *Simulator) Structures(id hover.JobID) []hover.ModelID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []hover.ModelID
	if j := s.jobs[id]; j != nil {
		for _, m := range j.models {
			ids = append(ids, m.id)
		}
	}
	return ids
}

// Jobs gives the ids of all jobs with their states, archived ones too.
func (s *Simulator) Jobs() map[hover.JobID]hover.JobState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make(map[hover.JobID]hover.JobState, len(s.jobs))
	for id, j := range s.jobs {
		states[id] = j.state
	}
	return states
}

func (s *Simulator) change(id hover.JobID, f func(*jobRow)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.jobs[id]
	if j == nil {
		return fmt.Errorf("simulator: no job %s", id)
	}
	f(j)
	return nil
}

// later is now, but always after t: two changes within a millisecond are told
// apart by updated_at.
func (s *Simulator) later(t time.Time) time.Time {
	now := s.now().Truncate(time.Millisecond)
	if !now.After(t) {
		return t.Add(time.Millisecond)
	}
	return now
}

// byNumber orders ids as the numbers that they are as a rule.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// someAddress gives a made-up address that is the same for the same id.
func someAddress(id string) hover.Address {
	n, _ := strconv.Atoi(id)
	a := moreAddresses[n%len(moreAddresses)]
	a.Line1 = strconv.Itoa(100+n%9000) + " " + a.Line1
	return a
}

// moreAddresses are streets for jobs that nobody described; a house number
// goes before them.
var moreAddresses = []hover.Address{
	address("Maple Hollow Rd", "Burlington", "VT", "05401", "44.4759", "-73.2121"),
	address("Birch Run", "Traverse City", "MI", "49684", "44.7631", "-85.6206"),
	address("Canyon Crest Dr", "Boulder", "CO", "80302", "40.0150", "-105.2705"),
	address("Magnolia Blvd", "Baton Rouge", "LA", "70808", "30.4133", "-91.1800"),
	address("Granite St", "Quincy", "MA", "02169", "42.2529", "-71.0023"),
	address("Meadowlark Ln", "Sioux Falls", "SD", "57105", "43.5446", "-96.7311"),
	address("Orchard Bend", "Yakima", "WA", "98902", "46.6021", "-120.5059"),
	address("Sandstone Ct", "Santa Fe", "NM", "87501", "35.6870", "-105.9378"),
	address("Tidewater Dr", "Norfolk", "VA", "23505", "36.9077", "-76.2610"),
	address("Willow Bark Way", "Lexington", "KY", "40502", "38.0174", "-84.4855"),
	address("Copper Mill Rd", "Duluth", "MN", "55803", "46.8651", "-92.1001"),
	address("Bayberry Ct", "Newport", "RI", "02840", "41.4901", "-71.3128"),
}
