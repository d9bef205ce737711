package storage

import (
	"fmt"
	"slices"
	"time"

	"dormer/internal/hover"
)

// PaperKind says what a paper is; the kinds are those of the room that keeps papers.
type PaperKind string

// Paper is what is known of one document that belongs to a job: what events have told
// of it, and what Hover's API gave.
type Paper struct {
	Kind PaperKind `json:"kind"`
	ID   string    `json:"id"`
	// Job is the job that it belongs to, empty while nobody has said so.
	Job hover.JobID `json:"job,omitempty"`
	// Hint is the job that an event names which nobody has vouched for.
	Hint hover.JobID `json:"hint,omitempty"`
	// Of is the paper that it belongs to, and Parts are those that belong to it, as
	// [Paper.Ref] gives them: they are of the same job.
	Of    string   `json:"of,omitempty"`
	Parts []string `json:"parts,omitempty"`
	// Steps is what became of it, oldest first.
	Steps []PaperStep `json:"steps,omitempty"`
	// Told are the keys of the alerts that speak of it, oldest first.
	Told []string `json:"told,omitempty"`

	HeardAt time.Time `json:"heard_at,omitzero"` // the last event of it, by our clock
	SentAt  time.Time `json:"sent_at,omitzero"`  // when it was last sent by hand
	Wanted  bool      `json:"wanted,omitempty"`  // it is to be saved among the job's files

	// The rest is what Hover's API says of it.
	Title   string    `json:"title,omitempty"`
	By      string    `json:"by,omitempty"`    // whose it is
	Lines   int       `json:"lines,omitempty"` // of a list; answers of a checklist
	Photos  int       `json:"photos,omitempty"`
	Total   *float64  `json:"total,omitempty"`   // in dollars; nil: not said
	AskedAt time.Time `json:"asked_at,omitzero"` // when the reply was asked for
	Sum     string    `json:"sum,omitempty"`     // SHA-256 of the reply, in hex; empty: there is none
}

// PaperStep is one thing that became of a paper.
type PaperStep struct {
	Seq   uint64          `json:"seq"`
	At    time.Time       `json:"at"`
	Event hover.EventName `json:"event"`
	State string          `json:"state,omitempty"`
	By    string          `json:"by,omitempty"` // who did it, where the event says so
}

// PaperRef names a paper among all of them.
func PaperRef(kind PaperKind, id string) string { return string(kind) + "/" + id }

// Ref names the paper among all of them.
func (p Paper) Ref() string { return PaperRef(p.Kind, p.ID) }

// A paper's row, what Hover's API gave of it, and the index of those of a job share a
// bucket: each has a letter of its own.
const (
	paperRow   = "p" // kind, id -> JSON
	paperReply = "r" // kind, id -> the reply
	paperJob   = "j" // job, kind, id ->
)

func paperKey(what string, kind PaperKind, id string) []byte {
	return join([]byte(what), text(string(kind)), []byte(id))
}

func paperOfJob(job hover.JobID, kind PaperKind, id string) []byte {
	return join([]byte(paperJob), text(string(job)), text(string(kind)), []byte(id))
}

// Paper gives what is known of one paper; false if nothing is.
func (tx *Tx) Paper(kind PaperKind, id string) (Paper, bool, error) {
	var p Paper
	if tx.beforePapers() {
		return p, false, nil
	}
	ok, err := tx.getJSON(bucketPapers, paperKey(paperRow, kind, id), &p)
	if err != nil {
		return Paper{}, false, err
	}
	return p, ok, nil
}

// beforePapers says that the file is of before schema 4, opened for reading.
func (tx *Tx) beforePapers() bool { return tx.plain(bucketPapers) == nil }

// PutPaper stores p in place of what was known of it.
func (tx *Tx) PutPaper(p Paper) error {
	if p.Kind == "" || p.ID == "" {
		return fmt.Errorf("storage: a paper without a kind or an id")
	}
	for _, s := range []string{string(p.Kind), p.ID} {
		if err := checkName("name of a paper", s); err != nil {
			return err
		}
	}
	if p.Job != "" {
		if err := checkID(p.Job); err != nil {
			return fmt.Errorf("storage: store a paper: %w", err)
		}
	}
	was, known, err := tx.Paper(p.Kind, p.ID)
	if err != nil {
		return err
	}
	if known && was.Job != "" && was.Job != p.Job {
		if err := tx.drop(bucketPapers, paperOfJob(was.Job, p.Kind, p.ID)); err != nil {
			return err
		}
	}
	if p.Job != "" && (!known || was.Job != p.Job) {
		if err := tx.put(bucketPapers, paperOfJob(p.Job, p.Kind, p.ID), []byte{}); err != nil {
			return err
		}
	}
	return tx.putJSON(bucketPapers, paperKey(paperRow, p.Kind, p.ID), p)
}

// PaperReply gives what Hover's API gave of a paper; nil if there is nothing.
func (tx *Tx) PaperReply(kind PaperKind, id string) []byte {
	if tx.beforePapers() {
		return nil
	}
	return slices.Clone(tx.get(bucketPapers, paperKey(paperReply, kind, id)))
}

// PutPaperReply keeps what Hover's API gave of a paper.
func (tx *Tx) PutPaperReply(kind PaperKind, id string, reply []byte) error {
	return tx.put(bucketPapers, paperKey(paperReply, kind, id), reply)
}

// Papers lists the papers of a job, by kind and id.
func (tx *Tx) Papers(job hover.JobID) (all []Paper, err error) {
	if tx.beforePapers() {
		return nil, nil
	}
	prefix := join([]byte(paperJob), text(string(job)))
	for k := range rows(tx.bucket(bucketPapers), prefix, pastKey(prefix), false) {
		var p Paper
		key := join([]byte(paperRow), k[len(prefix):])
		ok, err := tx.getJSON(bucketPapers, key, &p)
		if err == nil && !ok {
			err = damaged(fmt.Sprintf("paper %q is in an index only", k), nil)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}
