package paperwork

import (
	"time"

	"dormer/internal/hover"
	"dormer/storage"
)

// Listed is a material list of a job as Hover lists it: what stands on it is another
// question.
type Listed struct {
	ID        string
	Name      string
	CreatedAt time.Time
}

// maxListed bounds how many lists of one job are read.
const maxListed = 100

// ReadListed reads a reply that lists the material lists of a job (Hover's page "List
// Estimates").
func ReadListed(reply []byte) ([]Listed, error) {
	if len(reply) > maxReply {
		return nil, ErrUnread
	}
	f := unwrapped(reply, "productionlists", "estimates", "results")
	var items []byte
	for _, name := range []string{"productionlists", "estimates", "results"} {
		if items = f[name]; items != nil {
			break
		}
	}
	if items == nil {
		return nil, ErrUnread
	}
	var all []Listed
	for _, e := range elements(items) {
		f := fieldsOf(e)
		l := Listed{ID: string(id[hover.DocumentID](f, "productionlistid", "id")), Name: f.text("name", "title")}
		l.CreatedAt, _ = time.Parse(time.RFC3339, f.text("createdat"))
		if l.ID != "" && len(all) < maxListed {
			all = append(all, l)
		}
	}
	return all, nil
}

// Found keeps what Hover lists of a job's material lists, of which no event may have
// told. Those that were not read yet are to be asked for. Nobody is told: a person is
// looking.
func Found(tx *storage.Tx, of hover.JobID, listed []Listed, at time.Time) (n News, err error) {
	n.Job = of
	for _, l := range listed {
		p, known, err := tx.Paper(Materials, l.ID)
		if err != nil {
			return n, err
		}
		if known && p.Job != "" {
			continue
		}
		p.Kind, p.ID = Materials, l.ID
		if p.Title == "" {
			p.Title = l.Name
		}
		if p.HeardAt.IsZero() {
			if p.HeardAt = l.CreatedAt; p.HeardAt.IsZero() || p.HeardAt.After(at) {
				p.HeardAt = at
			}
		}
		one := News{Paper: p}
		if err := one.settle(tx, "", of); err != nil {
			return n, err
		}
		n.Moved = append(n.Moved, one.Moved...)
		n.Ask = append(n.Ask, one.Ask...)
		if one.Paper.Sum == "" {
			n.Ask = append(n.Ask, one.Paper)
		}
	}
	return n, nil
}
