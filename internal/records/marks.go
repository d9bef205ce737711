package records

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/say"
	"dormer/storage"
)

// maxNote is how long a note may be, in characters.
const maxNote = 2000

// MarkJob keeps what a person notes of a job.
func (r *Records) MarkJob(ctx context.Context, id hover.JobID, m Marks) error {
	m.Note = strings.TrimSpace(m.Note)
	if utf8.RuneCountInString(m.Note) > maxNote {
		return Usage(say.T("usage.note_long", "most", maxNote))
	}
	return r.store.Update(ctx, func(tx *storage.Tx) error {
		switch _, known, err := tx.Job(id); {
		case err != nil:
			return err
		case !known:
			return Unknown(say.T("unknown.job", "id", id))
		case m == Marks{}:
			return tx.DeleteDoc(markDocs + id.String())
		}
		return tx.PutDoc(markDocs+id.String(), m)
	})
}

// mostUnread is how many unread alerts are looked through for their jobs: who leaves
// more unread does not look for them one by one.
const mostUnread = 1000

// unreadJobs gives the jobs that nobody has read the alerts of.
func unreadJobs(tx *storage.Tx) (map[hover.JobID]bool, error) {
	jobs := map[hover.JobID]bool{}
	for a, err := range tx.Alerts(storage.AlertQuery{Unread: true, Newest: true, Limit: mostUnread}) {
		if err != nil {
			return nil, err
		}
		if a.Job != "" {
			jobs[a.Job] = true
		}
	}
	return jobs, nil
}

// byMarks narrows a search to what is shown, and has notes searched too.
func byMarks(tx *storage.Tx, show Shown, unread map[hover.JobID]bool, q *storage.JobSearch) error {
	starred, hidden, notes := map[hover.JobID]bool{}, map[hover.JobID]bool{}, map[hover.JobID]string{}
	for key, b := range tx.Docs(markDocs) {
		var m Marks
		if json.Unmarshal(b, &m) != nil {
			continue // of a newer Dormer: nothing hangs on it
		}
		id := hover.JobID(strings.TrimPrefix(key, markDocs))
		if m.Star {
			starred[id] = true
		}
		if m.Hidden {
			hidden[id] = true
		}
		if m.Note != "" {
			notes[id] = job.SearchText(job.Job{Name: m.Note})
		}
	}
	q.Also, q.Except = notes, hidden
	switch show {
	case ShowAll:
	case ShowStarred:
		q.Only = starred
	case ShowUnread:
		q.Only = unread
	case ShowHidden:
		q.Only, q.Except = hidden, nil
	default:
		return Usage(say.T("usage.no_list", "list", string(show)))
	}
	return nil
}

// tellWhy completes rows by what only a search tells: what nobody has read, and where
// else than in name and address the words were found.
func (r *Records) tellWhy(typed string, unread map[hover.JobID]bool, rows []JobView) error {
	search := job.NewSearch(typed)
	return r.Read(func(tx *storage.Tx) error {
		for i := range rows {
			v := &rows[i]
			v.Unread = unread[v.ID]
			if typed == "" {
				continue
			}
			j, known, err := tx.Job(v.ID)
			if err != nil {
				return err
			}
			if known {
				v.Matched = search.Elsewhere(j, v.Note)
			}
		}
		return nil
	})
}
