package paperwork

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/storage"
)

// Learn keeps a reply of Hover's API about a paper, asked for at that time. It is
// [ErrUnread] if the reply is none about such a paper; nothing is kept then.
func Learn(tx *storage.Tx, kind storage.PaperKind, id string, reply []byte, at time.Time) (n News, err error) {
	p, _, err := tx.Paper(kind, id)
	if err != nil {
		return n, err
	}
	p.Kind, p.ID = kind, id
	var of hover.JobID
	var model hover.ModelID
	switch kind {
	case Materials:
		l, err := ReadList(reply)
		if err != nil {
			return n, err
		}
		p.Title, p.By, p.Lines, p.Total, of, model = l.Name, l.By, len(l.Lines), l.Total, l.Job, l.Model
	case Checklists:
		c, err := ReadChecklist(reply)
		if err != nil {
			return n, err
		}
		p.Title, p.By, p.Lines, p.Photos, of = c.Title, c.By, len(c.Answers), c.Photos(), c.Job
	default:
		return n, ErrUnread
	}
	if of == "" && p.Job == "" && p.Hint != "" && model != "" {
		// The event that named its job was a hint, and the reply names a structure.
		j, known, err := tx.Job(p.Hint)
		if err != nil {
			return n, err
		}
		if known && slices.ContainsFunc(j.Structures, func(s job.Structure) bool { return s.ID == model }) {
			of = p.Hint
		}
	}
	sum := sha256.Sum256(reply)
	p.Sum, p.AskedAt = hex.EncodeToString(sum[:]), at
	if p.HeardAt.IsZero() {
		p.HeardAt = at
	}
	if err := tx.PutPaperReply(kind, id, reply); err != nil {
		return n, err
	}
	n.Paper = p
	return n, n.settle(tx, "", of)
}

// IDOf gives the id that a reply about a checklist names it by.
func IDOf(reply []byte) (checklist string, ok bool) {
	c := id[hover.InspectionID](unwrapped(reply, "questions", "sections"), "id")
	return string(c), c != ""
}
