package storage

import (
	"bytes"
	"cmp"

	"dormer/internal/hover"
)

// draft folds list as it would be folded now: those before the first that cannot be
// folded. It is nil if that cannot be said, or there are none.
func (s *Store) draft(list []Event) (d *draft, err error) {
	bad := -1
	err = s.View(func(tx *Tx) error {
		d, bad, err = tx.drafted(list)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case bad > 0 && !d.spoilt:
		return s.draft(list[:bad])
	case bad == 0 || d.spoilt:
		return nil, nil
	}
	return d, nil
}

// drafted folds list on paper; bad is the place of the first event that cannot be
// folded, or -1.
func (tx *Tx) drafted(list []Event) (d *draft, bad int, err error) {
	p, err := tx.progress()
	if err != nil {
		return nil, -1, err
	}
	d = &draft{
		folded: p.folded, upTo: list[len(list)-1].Seq, parted: tx.parted(), read: map[rowKey][]byte{}, written: map[rowKey]draftRow{},
		jobs: map[hover.JobID]*draftJob{}, work: map[string]*draftWork{}, own: map[string]*share{}, before: tx.s.drafted,
	}
	d.at = &d.rest
	coming := tx.s.bodies.coming()
	tx.draft = d
	defer func() { tx.draft = nil }()
	for i, e := range list {
		if e.Seq > p.index {
			e.Duplicate = coming.came(&e) || e.Duplicate
		}
		d.labels = append(d.labels, e.Duplicate)
		if e.Seq > p.folded && tx.fold(e) != nil {
			return d, i, nil // it is looked into where it is written
		}
		if d.spoilt {
			return d, -1, nil
		}
	}
	return d, -1, tx.finish()
}

// finish drafts the rows of the jobs and the work, and the parts in which all is written.
func (tx *Tx) finish() error {
	d := tx.draft
	for id, j := range d.jobs {
		if j.changed {
			d.at = d.ofOne(string(id))
			if err := tx.writeJob(j.Job); err != nil {
				return err
			}
		}
	}
	for _, w := range d.work {
		if w.changed && (w.was != nil || w.is != nil) {
			d.at = d.ofOne(cmp.Or(w.is, w.was).Key)
			if err := tx.writeWork(w.was, w.is); err != nil {
				return err
			}
		}
	}
	d.at = &d.rest
	jobs := map[hover.JobID]*share{}
	for key, own := range d.own {
		if id := hover.JobID(key); d.jobs[id] != nil {
			jobs[id] = own
		} else {
			d.rest.join(own)
		}
	}
	most := partJobs
	if d.upTo < d.parted.upTo { // of a batch that was begun it is not all: how far that has come must stand
		most = max(len(jobs), 1)
	}
	d.parts = inParts(jobs, &d.rest, d.parted.job, most)
	return nil
}

// after says how far a batch is written once p is.
func (d *draft) after(p draftPart) parted {
	switch {
	case p.upTo != "":
		return parted{d.upTo, p.upTo}
	case d.upTo < d.parted.upTo:
		return d.parted
	}
	return parted{}
}

// stands says that what a part was made of still stands.
func (tx *Tx) stands(d *draft, p draftPart) (bool, error) {
	folded, err := tx.cursor(cursorFold)
	if err != nil || folded != d.folded {
		return false, err
	}
	for _, key := range p.read {
		was, is := d.read[key], tx.bucket(key.bucket).Get([]byte(key.key))
		if (is == nil) != (was == nil) || !bytes.Equal(is, was) {
			return false, nil
		}
	}
	return true, nil
}

// apply writes a part of what was drafted, and how far that has come.
func (tx *Tx) apply(d *draft, p draftPart) error {
	for _, key := range p.written {
		var err error
		if row := d.written[key]; row.gone {
			err = tx.drop(key.bucket, []byte(key.key))
		} else {
			err = tx.put(key.bucket, []byte(key.key), row.value)
		}
		if err != nil {
			return err
		}
	}
	for c, delta := range p.counts {
		if err := tx.add(c, delta); err != nil {
			return err
		}
	}
	if p.upTo == "" {
		tx.set(cursorFold, max(d.folded, d.upTo))
	}
	return tx.setParted(d.after(p))
}
