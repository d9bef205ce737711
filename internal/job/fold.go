package job

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

// Bounds on what events and replies can make a job remember.
const (
	maxHistory     = 64
	maxStructures  = 200
	maxInspections = 100
	maxCapturedBy  = 20
	maxHoursLeft   = 366 * 24
)

// Heard folds one stored event, received at that time by our clock, into what is
// known of the job that it is about: provisionally, for a webhook is a hint and
// the API is the truth. If the job is not known, j is ignored. changed is false
// if there is nothing to store: the event is about no job or another one, says
// nothing that makes an unknown job worth knowing, or repeats what is known.
//
// The rules for the job's state:
//   - An event that was received before the reply was asked for that confirmed the
//     state last changes nothing: Hover knew of it when it answered.
//   - A finished state that the API confirmed stays, whatever events say.
//   - A finished state that only an event claimed gives way to another finished
//     one and to one that reopens the job, and to nothing else.
//   - An unfinished state gives way to every state that does not rank before it
//     (see stages); a lower rank is taken for an event that came late, unless it
//     reopens the job. States that are not known here have no rank and are taken
//     as they come.
func Heard(j Job, known bool, ev hover.Event, at time.Time) (next Job, changed bool) {
	id := ev.About().Job
	if id == "" || known && id != j.ID {
		return j, false
	}
	if known {
		next = j.clone()
	} else if introduces(ev) {
		next = Job{ID: id}
	} else {
		return j, false
	}
	if at = plain(at); at.Before(next.Confirmed) {
		return j, false
	}
	switch ev := ev.(type) {
	case hover.JobStateChanged:
		next.nameOnce(ev.ExternalID)
		next.claim(ev.State, ev.HoursLeft, at)
	case hover.ModelCreated:
		next.nameOnce(ev.ExternalID)
		next.claimStructure(ev.Model, "", at)
	case hover.ModelStateChanged:
		next.nameOnce(ev.ExternalID)
		next.claimStructure(ev.Model, ev.State, at)
	case hover.CaptureRequestStateChanged:
		next.nameOnce(ev.ExternalID)
	case hover.InspectionChanged:
		if id := ev.Inspection; id != "" && len(next.Inspections) < maxInspections && !slices.Contains(next.Inspections, id) {
			next.Inspections = append(next.Inspections, id)
		}
	}
	if at.After(next.HeardAt) {
		next.HeardAt = at
	}
	if next.Confirmed.IsZero() && at.After(next.UpdatedAt) {
		next.UpdatedAt = at
	}
	return next, !known || !reflect.DeepEqual(j, next)
}

// introduces says whether an event is enough to list a job that is not known.
func introduces(ev hover.Event) bool {
	switch ev.(type) {
	case hover.JobStateChanged, hover.ModelCreated, hover.ModelStateChanged, hover.CaptureRequestStateChanged,
		hover.DeliverableChanged:
		return true
	}
	return false
}

// Learned folds a reply of Hover's API, the truth, and gives what happened that
// nobody has been told of. at is when the reply was asked for, by our clock. If
// the job is not known, j is ignored. With quiet everything that the reply tells
// counts as told already: so history is imported.
//
// A reply that Hover dates before the one taken last changes nothing, for two
// replies may cross; one of the same date or of none is taken. Texts that a
// reply leaves out are kept, since lists may tell less than details; so are all
// structures if it names none, and whatever else it does not say. A structure that only an event named since the
// reply was asked for is kept; any other that the reply lacks is gone.
func Learned(j Job, known bool, reply hover.Job, at time.Time, quiet bool) (Job, []Happening) {
	var next Job
	if known {
		if reply.ID != j.ID || !reply.UpdatedAt.IsZero() && reply.UpdatedAt.Before(j.Version) {
			return j, nil
		}
		next = j.clone()
	}
	at = plain(at)
	// Where the news of the completed job was given before its structures were
	// known, those that are finished now were finished then.
	unseen := next.Claimed || !slices.ContainsFunc(next.Structures, func(s Structure) bool { return s.Listed || !s.Claimed })

	next.ID = reply.ID
	next.describe(reply)
	next.date(reply.UpdatedAt, at)
	next.confirmStructures(reply.Models, at)
	next.confirm(reply, at)
	if at.After(next.HeardAt) {
		next.HeardAt = at
	}
	if unseen && next.told(Completed) {
		next.tellStructures(false)
	}
	happenings := next.news(at, false)
	if quiet {
		return next, nil
	}
	return next, happenings
}

// Claim gives the happenings that a job's unconfirmed state stands for, and
// marks them told: for when the API cannot be reached and the event was signed.
// Of a confirmed state it gives nothing that [Learned] has given.
func Claim(j Job, at time.Time) (Job, []Happening) {
	next := j.clone()
	happenings := next.news(plain(at), true)
	return next, happenings
}

// clone copies what a fold may change in place.
func (j Job) clone() Job {
	j.Structures = slices.Clone(j.Structures)
	j.History = slices.Clone(j.History)
	j.Inspections = slices.Clone(j.Inspections)
	j.Told = slices.Clone(j.Told)
	j.ToldModels = slices.Clone(j.ToldModels)
	return j
}

// claim moves the job's state by an event.
func (j *Job) claim(s hover.JobState, hoursLeft *float64, at time.Time) {
	confirmed := !j.Confirmed.IsZero() && !j.Claimed
	switch {
	case s == "", confirmed && j.State.Finished():
		return
	case s != j.State && j.State.Finished() && !s.Finished() && !s.Reopens(), late(s, j.State):
		return
	}
	if s != j.State {
		if s.Reopens() && j.toldEnd() {
			j.reopen()
		}
		j.enter(s, at)
		j.Claimed = true
	}
	j.expect(hoursLeft, at)
}

// confirm moves the job's state by a reply.
func (j *Job) confirm(reply hover.Job, at time.Time) {
	if reply.State == "" {
		return
	}
	// An end that the API confirmed has always been told, so Told knows them all.
	if !reply.State.Finished() && j.toldEnd() {
		j.reopen()
	}
	since := at
	if u := plain(reply.UpdatedAt); !u.IsZero() && u.Before(at) {
		since = u
	}
	if reply.FailureReason != "" || reply.State != j.State {
		j.Reason = reply.FailureReason
	}
	j.enter(reply.State, since)
	j.Claimed = false
	j.Confirmed = at
	j.expect(reply.HoursLeft, at)
}

// enter sets the state and adds it to the timeline, whose times never go back.
func (j *Job) enter(s hover.JobState, at time.Time) {
	j.State = s
	if n := len(j.History); n > 0 {
		if last := j.History[n-1]; last.State == s {
			return
		} else if at.Before(last.At) {
			at = last.At
		}
	}
	j.History = append(j.History, Step{State: s, At: at})
	if n := len(j.History); n > maxHistory {
		j.History = slices.Delete(j.History, 0, n-maxHistory)
	}
}

// expect sets the time of completion by Hover's estimate; an estimate that is
// absent or absurd changes nothing.
func (j *Job) expect(hoursLeft *float64, at time.Time) {
	if j.State.Finished() {
		j.ETA = time.Time{}
		return
	}
	if hoursLeft != nil && *hoursLeft >= 0 && *hoursLeft <= maxHoursLeft {
		j.ETA = at.Add(time.Duration(*hoursLeft * float64(time.Hour))).Truncate(time.Second)
	}
}

// nameOnce takes the contractor's reference from an event, which knows little
// else: until the API tells it, it is what people can find the job by.
func (j *Job) nameOnce(externalID string) {
	if j.ExternalID == "" {
		j.ExternalID = externalID
	}
}

// claimStructure moves a structure's state by an event, and adds the structure
// if it is new. The empty state says only that it exists.
func (j *Job) claimStructure(id hover.ModelID, s hover.ModelState, at time.Time) {
	if id == "" {
		return
	}
	i := slices.IndexFunc(j.Structures, func(known Structure) bool { return known.ID == id })
	if i < 0 {
		if len(j.Structures) < maxStructures {
			j.Structures = append(j.Structures, Structure{ID: id, State: s, Claimed: true, HeardAt: at})
		}
		return
	}
	known := &j.Structures[i]
	if s == "" || s == known.State || known.State.Finished() && (!known.Claimed || !s.Finished()) {
		return
	}
	known.Listed = known.Listed || !known.Claimed
	known.State, known.Claimed, known.HeardAt = s, true, at
}

// confirmStructures takes the structures as a reply tells them.
func (j *Job) confirmStructures(models []hover.Model, asked time.Time) {
	if len(models) == 0 {
		return
	}
	known := make(map[hover.ModelID]Structure, len(j.Structures))
	for _, s := range j.Structures {
		known[s.ID] = s
	}
	var next []Structure
	for _, m := range models[:min(len(models), maxStructures)] {
		was, ok := known[m.ID]
		if ok {
			delete(known, m.ID)
		} else if slices.ContainsFunc(next, func(s Structure) bool { return s.ID == m.ID }) {
			continue
		}
		next = append(next, confirmed(was, m))
	}
	for _, s := range j.Structures {
		if _, left := known[s.ID]; left && s.Claimed && s.HeardAt.After(asked) && len(next) < maxStructures {
			next = append(next, s)
		}
	}
	j.Structures = next
}

// confirmed gives a structure as a reply tells it. What belongs to its state is
// kept where a reply of the same state leaves it out.
func confirmed(was Structure, m hover.Model) Structure {
	s := Structure{
		ID: m.ID, Name: or(m.Name, was.Name), State: m.State, Deliverable: or(m.Deliverable, was.Deliverable),
		FailureReason: m.FailureReason, ViewURL: or(m.ViewURL, was.ViewURL), Artifacts: m.Artifacts, Images: m.Images,
	}
	if m.State == "" {
		s.State, s.Claimed, s.HeardAt, s.Listed = was.State, was.Claimed, was.HeardAt, was.Claimed
	}
	if s.State == was.State {
		s.FailureReason = or(s.FailureReason, was.FailureReason)
		s.Artifacts = withArtifacts(s.Artifacts, was.Artifacts)
		if len(s.Images) == 0 {
			s.Images = was.Images
		}
	}
	return s
}

// withArtifacts keeps the files that a reply leaves out. One that it tells by
// another name was misread before.
func withArtifacts(now, was []hover.Artifact) []hover.Artifact {
	if len(now) == 0 {
		return was
	}
	told := make(map[string]bool, 2*len(now))
	for _, a := range now {
		told[a.Key()], told[a.URL] = true, true
	}
	for _, a := range was {
		if !told[a.Key()] && !told[a.URL] {
			now = append(slices.Clip(now), a)
		}
	}
	return now
}

// describe takes from a reply what the job is, not how far it is.
func (j *Job) describe(reply hover.Job) {
	j.Name = or(reply.Name, j.Name)
	j.ExternalID = or(reply.ExternalID, j.ExternalID)
	j.ViewURL = or(reply.ViewURL, j.ViewURL)
	j.Deliverable = or(reply.Deliverable, j.Deliverable)
	j.Address = address(j.Address, reply.Address)
	j.Customer = customer(j.Customer, reply.Customer)
	if reply.Archived != nil {
		j.Archived = *reply.Archived
	}
	if reply.Test != nil {
		j.Test = *reply.Test
	}
	var by []string
	for _, c := range reply.Captures {
		if c.By != "" && len(by) < maxCapturedBy &&
			!slices.ContainsFunc(by, func(s string) bool { return strings.EqualFold(s, c.By) }) {
			by = append(by, c.By)
		}
	}
	if len(by) > 0 {
		j.CapturedBy = by
	}
	if n := len(reply.Inspections); n > 0 {
		j.Inspections = slices.Clone(reply.Inspections[:min(n, maxInspections)])
	}
}

// address keeps of an address what a reply leaves out of it, unless the reply
// tells of another street.
func address(was, now hover.Address) hover.Address {
	if now.Line1 != "" && now.Line1 != was.Line1 {
		return now
	}
	return hover.Address{
		Line1: or(now.Line1, was.Line1), Line2: or(now.Line2, was.Line2), City: or(now.City, was.City),
		Region:     or(now.Region, was.Region),
		PostalCode: or(now.PostalCode, was.PostalCode), Country: or(now.Country, was.Country),
		Latitude: or(now.Latitude, was.Latitude), Longitude: or(now.Longitude, was.Longitude),
	}
}

// customer keeps of a person what a reply leaves out, unless the reply tells of
// another one.
func customer(was, now hover.Customer) hover.Customer {
	if now.Name != "" && now.Name != was.Name {
		return now
	}
	return hover.Customer{Name: or(now.Name, was.Name), Email: or(now.Email, was.Email), Phone: or(now.Phone, was.Phone)}
}

// date takes a reply's updated_at. One that lies far ahead would make all later
// replies stale, and is taken for none.
func (j *Job) date(updated, asked time.Time) {
	if updated = plain(updated); !updated.IsZero() && updated.Before(asked.Add(24*time.Hour)) {
		j.UpdatedAt, j.Version = updated, updated
	} else if j.UpdatedAt.IsZero() {
		j.UpdatedAt = asked
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// reopen starts a new generation: what is told of the job can be told again.
func (j *Job) reopen() {
	j.Generation++
	j.Told, j.ToldModels = nil, nil
}
