package storage

import (
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
