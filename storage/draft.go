package storage

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

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
	labels  []bool            // of the events that it is of: whether they came twice
	read    map[rowKey][]byte // nil: there was none
	written map[rowKey]draftRow
	order   []rowKey // of what is written; see finish
	jobs    map[hover.JobID]*draftJob
	work    map[string]*draftWork
	counts  map[count]int64
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

type rowKey struct{ bucket, key string }

type draftRow struct {
	value []byte
	gone  bool // it is deleted
}

func (k rowKey) compare(other rowKey) int {
	return cmp.Or(strings.Compare(k.bucket, other.bucket), strings.Compare(k.key, other.key))
}

// draft folds list as it would be folded now: those before the first that cannot be
// folded. It is nil if that cannot be said, or there are none.
func (s *Store) draft(list []Event) (d *draft, err error) {
	d = &draft{
		read: map[rowKey][]byte{}, written: map[rowKey]draftRow{}, counts: map[count]int64{},
		jobs: map[hover.JobID]*draftJob{}, work: map[string]*draftWork{}, before: s.drafted,
	}
	bad := -1
	err = s.View(func(tx *Tx) error {
		p, err := tx.progress()
		if err != nil {
			return err
		}
		d.folded = p.folded
		coming := s.bodies.coming()
		tx.draft = d
		for i, e := range list {
			if e.Seq > p.index {
				e.Duplicate = coming.came(&e) || e.Duplicate
			}
			d.labels = append(d.labels, e.Duplicate)
			if e.Seq > p.folded && tx.fold(e) != nil {
				bad = i // it is looked into where it is written
			}
			if bad >= 0 || d.spoilt {
				return nil
			}
		}
		return tx.finish()
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

// finish drafts the rows of the jobs and the work, and the order of all rows.
func (tx *Tx) finish() error {
	d := tx.draft
	for _, j := range d.jobs {
		if j.changed {
			if err := tx.writeJob(j.Job); err != nil {
				return err
			}
		}
	}
	for _, w := range d.work {
		if w.changed && (w.was != nil || w.is != nil) {
			if err := tx.writeWork(w.was, w.is); err != nil {
				return err
			}
		}
	}
	d.order = slices.SortedFunc(maps.Keys(d.written), rowKey.compare)
	return nil
}

// readJob reads a job.
func (d *draft) readJob(tx *Tx, id hover.JobID) (*draftJob, error) {
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
func (d *draft) readWork(tx *Tx, id []byte) (*draftWork, error) {
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
	}
	return v
}

// holds says that what the draft was made of still stands.
func (tx *Tx) holds(d *draft) bool {
	for key, was := range d.read {
		is := tx.bucket(key.bucket).Get([]byte(key.key))
		if (is == nil) != (was == nil) || !bytes.Equal(is, was) {
			return false
		}
	}
	return true
}

// apply writes what was drafted.
func (tx *Tx) apply(d *draft) error {
	for _, key := range d.order {
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
	for c, delta := range d.counts {
		if err := tx.add(c, delta); err != nil {
			return err
		}
	}
	return nil
}
