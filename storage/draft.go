package storage

import (
	"bytes"
	"cmp"
	"slices"

	"dormer/internal/hover"
	"dormer/internal/job"
)

// A fold takes longer to think than to write, and whoever thinks in a transaction that
// writes keeps all others waiting. So the reader folds a batch beforehand, within a
// view: what the fold reads is remembered, what it writes is kept aside. The
// transaction that writes it looks whether what was read still stands, which it nearly
// always does, and writes the rows. Where it does not, all is folded anew in there.

// Jobs and work are drafted as values, for a storm tells many things of one job: each is
// read and written once in a batch.

// draft is what the fold of a batch would read and write.
type draft struct {
	folded  uint64            // how far had been folded
	upTo    uint64            // the last event that it is of
	parted  parted            // how far it is written
	labels  []bool            // of the events that it is of: whether they came twice
	read    map[rowKey][]byte // nil: there was none
	written map[rowKey]draftRow
	jobs    map[hover.JobID]*draftJob
	work    map[string]*draftWork
	own     map[string]*share // of what is read and written, by the job or the key of the work
	rest    share             // what is nobody's own
	at      *share            // to which it goes now
	parts   []draftPart       // in which it is written; see finish
	// spoilt says that more was asked for than single rows: such a fold is made anew.
	spoilt bool
	// before is the draft of the batch before: where a row is still as that one has left
	// it, it is known what it says.
	before *draft
}

// row gives a row as the draft leaves it; nil if there is none or it has not seen it.
func (d *draft) row(key rowKey) []byte {
	if row, ok := d.written[key]; ok {
		return row.value
	}
	return d.read[key]
}

// draftJob is a job as the draft has it.
type draftJob struct {
	job.Job
	known, changed bool
}

// draftWork is a row of work as the draft has it.
type draftWork struct {
	was, is *Work // nil: there is none
	changed bool
}

// write keeps aside what is written.
func (d *draft) write(key rowKey, row draftRow) {
	d.written[key] = row
	d.at.written = append(d.at.written, key)
}

// add changes a count.
func (d *draft) add(c count, delta int64) { d.at.add(c, delta) }

type draftRow struct {
	value []byte
	gone  bool // it is deleted
}

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

// ofOne gives the share of one job, or of the work with that key.
func (d *draft) ofOne(key string) *share {
	one := d.own[key]
	if one == nil {
		one = &share{}
		d.own[key] = one
	}
	return one
}

// goesTo has what is read go to the share of one, until what it gives is called.
func (d *draft) goesTo(key string) (back func()) {
	was := d.at
	d.at = d.ofOne(key)
	return func() { d.at = was }
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

// readWork reads a row of work.
func (d *draft) readWork(tx *Tx, kind WorkKind, key string) (*draftWork, error) {
	defer d.goesTo(key)()
	id := Work{Kind: kind, Key: key}.id()
	b := tx.get(bucketWork, id)
	if d.before != nil && b != nil {
		if was := d.before.work[string(id)]; was != nil && was.is != nil &&
			bytes.Equal(b, d.before.row(rowKey{bucketWork, string(id)})) {
			return &draftWork{was: was.is, is: was.is}, nil
		}
	}
	w, err := workIn(id, b)
	return &draftWork{was: w, is: w}, err
}

// get reads one row.
func (tx *Tx) get(bucket string, k []byte) []byte {
	d := tx.draft
	if d == nil {
		return tx.bucket(bucket).Get(k)
	}
	key := rowKey{bucket, string(k)}
	switch row, ok := d.written[key]; {
	case ok && row.gone:
		return nil
	case ok:
		return slices.Concat([]byte{}, row.value) // an empty row is one, too
	}
	v := tx.plain(bucket).Get(k)
	if _, ok := d.read[key]; !ok {
		d.read[key] = bytes.Clone(v)
		d.at.read = append(d.at.read, key)
	}
	return v
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
