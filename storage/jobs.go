package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// JobQuery selects jobs; its zero value selects all.
type JobQuery struct {
	Search string         // what somebody typed: see [job.NewSearch]
	State  hover.JobState // only in this state, if not empty
	Limit  int            // at most so many, if not 0
}

// Job gives what is known of one job; false if nothing is.
func (tx *Tx) Job(id hover.JobID) (job.Job, bool, error) {
	d := tx.draft
	if d == nil {
		return jobIn(id, tx.get(bucketJobs, []byte(id)))
	}
	if d.jobs[id] == nil {
		row, err := d.readJob(tx, id)
		if err != nil {
			return job.Job{}, false, err
		}
		d.jobs[id] = row
	}
	return d.jobs[id].Job, d.jobs[id].known, nil
}

// jobIn reads a job's row, if there is one.
func jobIn(id hover.JobID, b []byte) (job.Job, bool, error) {
	if b == nil {
		return job.Job{}, false, nil
	}
	j, err := decodeJob(id, b)
	return j, err == nil, err
}

// A job's row is the time under which it is listed, then JSON.
const jobTimeSize = 8

func decodeJob(id hover.JobID, b []byte) (j job.Job, err error) {
	if len(b) < jobTimeSize {
		return job.Job{}, damaged(fmt.Sprintf("job %s", id), nil)
	}
	if err := fromJSON(bucketJobs, []byte(id), b[jobTimeSize:], &j); err != nil {
		return job.Job{}, err
	}
	return j, nil
}

// PutJob stores j in place of what was known of it.
func (tx *Tx) PutJob(j job.Job) error {
	if err := checkID(j.ID); err != nil {
		return fmt.Errorf("storage: store a job: %w", err)
	}
	if tx.draft == nil {
		return tx.writeJob(j)
	}
	row := tx.draft.jobs[j.ID]
	if row == nil {
		row = &draftJob{}
		tx.draft.jobs[j.ID] = row
	}
	row.Job, row.known, row.changed = j, true, true
	return nil
}

func (tx *Tx) writeJob(j job.Job) error {
	id := []byte(j.ID)
	b, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("storage: encode job %s: %w", j.ID, err)
	}
	updated := timeKey(j.UpdatedAt)
	old := tx.get(bucketJobs, id)
	switch {
	case old == nil:
		if err := tx.add(countJobs, 1); err != nil {
			return err
		}
	case len(old) < jobTimeSize:
		return damaged(fmt.Sprintf("job %s", j.ID), nil)
	case !bytes.Equal(old[:jobTimeSize], updated):
		if err := tx.drop(bucketJobsList, join(old[:jobTimeSize], id)); err != nil {
			return err
		}
	}
	if err := tx.put(bucketJobs, id, join(updated, b)); err != nil {
		return err
	}
	place, row := join(updated, id), listRow(j)
	if bytes.Equal(tx.get(bucketJobsList, place), row) {
		return nil
	}
	return tx.put(bucketJobsList, place, row)
}

// checkID refuses an id that could not be read back: Hover's are short and
// without blanks.
func checkID[Of any](id hover.ID[Of]) error {
	b, err := json.Marshal(id.String())
	if err != nil {
		return err
	}
	var back hover.ID[Of]
	if err := back.UnmarshalJSON(b); err != nil {
		return err
	}
	if back == "" || back != id {
		return fmt.Errorf("not an id: %.40q", id.String())
	}
	return nil
}

// listRow is what the list of jobs needs to be filtered without decoding jobs:
// the state, then the text that is searched. Whoever changes it adds a step to
// the schema that makes the rows anew.
func listRow(j job.Job) []byte {
	return join(text(shortened(string(j.State))), []byte(job.SearchText(j)))
}

// shortened bounds a state that Hover may send and a row's key cannot hold.
func shortened(s string) string { return s[:min(len(s), maxName)] }

// Jobs lists the jobs that q selects, the last updated first.
func (tx *Tx) Jobs(q JobQuery) iter.Seq2[job.Job, error] {
	search := job.NewSearch(q.Search)
	state := text(shortened(string(q.State)))
	return func(yield func(job.Job, error) bool) {
		n := 0
		for k, v := range rows(tx.bucket(bucketJobsList), nil, nil, true) {
			if len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
				if !yield(job.Job{}, damaged(fmt.Sprintf("list row of job %s", k[jobTimeSize:]), nil)) {
					return
				}
				continue
			}
			searched := v[2+int(binary.BigEndian.Uint16(v)):]
			if q.State != "" && !bytes.Equal(v[:len(v)-len(searched)], state) || !search.In(searched) {
				continue
			}
			id := hover.JobID(k[jobTimeSize:])
			j, ok, err := tx.Job(id)
			if err == nil && !ok {
				err = damaged(fmt.Sprintf("job %s is in the list only", id), nil)
			}
			if !yield(j, err) {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

// Invitation gives what is known of one capture request; false if nothing is.
func (tx *Tx) Invitation(id hover.CaptureRequestID) (job.Invitation, bool, error) {
	var i job.Invitation
	ok, err := tx.getJSON(bucketInvitations, []byte(id), &i)
	if err != nil {
		return job.Invitation{}, false, err
	}
	return i, ok, nil
}

// PutInvitation stores i in place of what was known of it.
func (tx *Tx) PutInvitation(i job.Invitation) error {
	if err := checkID(i.ID); err != nil {
		return fmt.Errorf("storage: store a capture request: %w", err)
	}
	return tx.putJSON(bucketInvitations, []byte(i.ID), i)
}

// Invitations lists all capture requests, the last created first. There are few
// enough to be sorted when asked for.
func (tx *Tx) Invitations() iter.Seq2[job.Invitation, error] {
	return func(yield func(job.Invitation, error) bool) {
		var all []job.Invitation
		for k, v := range rows(tx.bucket(bucketInvitations), nil, nil, false) {
			var i job.Invitation
			if err := fromJSON(bucketInvitations, k, v, &i); err != nil {
				if !yield(job.Invitation{}, err) {
					return
				}
				continue
			}
			all = append(all, i)
		}
		slices.SortStableFunc(all, func(a, b job.Invitation) int { return b.CreatedAt.Compare(a.CreatedAt) })
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// readJob reads a job.
func (d *draft) readJob(tx *Tx, id hover.JobID) (*draftJob, error) {
	defer d.goesTo(string(id))()
	b := tx.get(bucketJobs, []byte(id))
	if d.before != nil && b != nil {
		if was := d.before.jobs[id]; was != nil && bytes.Equal(b, d.before.row(rowKey{bucketJobs, string(id)})) {
			return &draftJob{Job: was.Job, known: true}, nil
		}
	}
	j, known, err := jobIn(id, b)
	return &draftJob{Job: j, known: known}, err
}
