package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Of more events than indexFirst the rows of the index are written before the events are
// folded, indexAtOnce in one operation: so few that they go with whatever is stored
// meanwhile, and cost no commit of their own.
const (
	indexFirst  = 256
	indexAtOnce = 128
)

// Read reads on in the log, up to limit events: it puts them into the index and folds
// them. What is of many jobs is written in parts, see parts.go; each cursor moves with
// the last of what it is of. It gives what it has read; nothing once all is read. An
// event that the fold cannot take, for an error or a panic, is tried once more alone and
// then set aside: see Options.SetAside. After an error Read may be called again. about,
// which may be nil, is given what is about to be read, and must not wait; it keeps
// nothing of it.
func (s *Store) Read(ctx context.Context, limit int, about func([]Event)) ([]Event, error) {
	s.reader.Lock()
	defer s.reader.Unlock()
	if err := s.knowBodies(); err != nil {
		return nil, err
	}
	list, err := s.unread(limit)
	if err != nil || len(list) == 0 {
		s.drafted = nil
		return nil, err
	}
	if about != nil {
		about(list)
	}
	written := len(list) > indexFirst
	if written {
		if err := s.writeIndex(ctx, list); err != nil {
			return nil, err
		}
	}
	var begun parted
	for range maxDrafts {
		d, err := s.draft(list)
		if err != nil {
			return nil, err
		}
		if d == nil {
			begun = parted{}
			break
		}
		list := list[:len(d.labels)]
		switch stands, err := s.writeDraft(ctx, list, d, written); {
		case errors.Is(err, errRelabelled):
		case err != nil:
			return nil, err
		case stands:
			d.before, s.drafted = nil, d
			return list, nil
		}
		begun = d.parted
	}
	if begun != (parted{}) {
		if done, err := s.finishParts(ctx, list); err != nil || done {
			return list, err
		}
	}
	return s.readInside(ctx, list[:min(len(list), foldAtOnce)])
}

// writeDraft makes of events what was drafted, part by part, unless what a part was made
// of does not stand any more: it ends before that one. written says that the rows of the
// index are.
func (s *Store) writeDraft(ctx context.Context, list []Event, d *draft, written bool) (stands bool, err error) {
	for i, p := range d.parts {
		if i == 0 {
			err = s.readTx(ctx, list, func(tx *Tx, list []Event) (err error) {
				stands, err = tx.readFirst(list, d, written)
				return err
			})
		} else {
			err = s.submit(ctx, &op[*Tx]{patient: true, run: func(tx *Tx) (err error) {
				stands, err = tx.readPart(d, i)
				return err
			}})
		}
		if err != nil || !stands {
			return false, err
		}
		d.parted = d.after(p)
	}
	return true, nil
}

// finishParts drafts the rest of a batch that was begun to be written in parts, and writes
// it, in one transaction: there all stands. It does nothing if an event cannot be folded.
func (s *Store) finishParts(ctx context.Context, list []Event) (done bool, err error) {
	err = s.readTx(ctx, list, func(tx *Tx, list []Event) error {
		d, bad, err := tx.drafted(list)
		if err != nil || bad >= 0 || d.spoilt {
			return err
		}
		for _, p := range d.parts {
			if err := tx.apply(d, p); err != nil {
				return err
			}
		}
		done = true
		return nil
	})
	return done, err
}

// writeIndex writes the rows by which many events are found, in their order and so that
// each page is written once. They are not seen before the cursor has come to them, and
// are the same however often they are written.
func (s *Store) writeIndex(ctx context.Context, list []Event) error {
	var all []indexRow
	for i := range list {
		all = append(all, indexesOf(list[i])...)
	}
	slices.SortFunc(all, indexRow.compare)
	for some := range slices.Chunk(all, indexAtOnce) {
		err := s.submit(ctx, &op[*Tx]{patient: true, run: func(tx *Tx) error { return tx.putIndex(some) }})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxDrafts is how often a batch is folded beforehand, where what it was made of does
// not stand any more; foldAtOnce is how many events are then folded in one transaction.
const (
	maxDrafts  = 3
	foldAtOnce = 128
)

// errRelabelled is of a draft that took an event for one that came twice, or did not.
var errRelabelled = errors.New("storage: a label does not stand any more")

// readTx runs f in a transaction on a copy of list, and takes over what f has found out
// about the events.
func (s *Store) readTx(ctx context.Context, list []Event, f func(*Tx, []Event) error) error {
	var read []Event
	err := s.submit(ctx, &op[*Tx]{run: func(tx *Tx) error {
		read = slices.Clone(list) // an attempt that was undone has left its labels
		return f(tx, read)
	}})
	if err == nil {
		copy(list, read)
	}
	return err
}

// readInside reads events and folds them in the transaction that writes what comes of it.
func (s *Store) readInside(ctx context.Context, list []Event) ([]Event, error) {
	attempt := func(aside *unfolded) error {
		return s.readTx(ctx, list, func(tx *Tx, list []Event) error { return tx.read(list, aside) })
	}
	for alone := false; ; {
		err := attempt(nil)
		bad, ok := errors.AsType[*unfolded](err)
		switch {
		case err == nil:
			return list, nil
		case !ok:
			return nil, err
		case alone:
			s.o.Log.Error("what was received cannot be taken in and is set aside", "seq", bad.seq, "error", bad.err)
			if err := attempt(bad); err != nil {
				return nil, err
			}
			return list, nil
		case bad.seq == list[0].Seq:
			list, alone = list[:1], true
		default: // those before it go first
			for list[len(list)-1].Seq >= bad.seq {
				list = list[:len(list)-1]
			}
		}
	}
}

// knowBodies makes sure that the hashes are those of what the index holds, if there is
// something to read.
func (s *Store) knowBodies() error {
	var r *recall
	for more := true; more; {
		err := s.View(func(tx *Tx) error {
			if r == nil {
				p, err := tx.progress()
				if err != nil || p.index == s.bodies.upTo || p.read() == p.last {
					more = false
					return err
				}
				r = &recall{upTo: p.index, next: p.index, now: micros(s.o.Now())}
			}
			more = r.some(tx)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if r != nil {
		s.bodies = r.bodies()
	}
	return nil
}

// unread gives the next events that are to be read.
func (s *Store) unread(limit int) (list []Event, err error) {
	err = s.View(func(tx *Tx) error {
		p, err := tx.progress()
		if err != nil {
			return err
		}
		begun, bytes := tx.parted(), 0
		for k, v := range rows(tx.bucket(bucketEvents), seqKey(p.read()+1), nil, false) {
			seq := binary.BigEndian.Uint64(k)
			e, ok := s.recent.take(seq)
			if !ok {
				if e, err = decodeEvent(seq, v); err != nil {
					return fmt.Errorf("storage: event %d: %w", seq, err)
				}
				if err := tx.label(&e); err != nil {
					return fmt.Errorf("storage: event %d: %w", seq, err)
				}
			}
			list = append(list, e)
			if bytes += len(v); seq == begun.upTo || len(list) == limit || bytes > maxBytes {
				break
			}
		}
		return nil
	})
	return list, err
}

// readIndex puts those events into the index that are not in it, but for the rows by
// which they are found if those are written.
func (tx *Tx) readIndex(list []Event, written bool) error {
	at, err := tx.cursor(cursorIndex)
	if err != nil {
		return err
	}
	for len(list) > 0 && list[0].Seq <= at {
		list = list[1:]
	}
	if len(list) == 0 {
		return nil
	}
	if known := tx.s.bodies.upTo; known != at {
		return fmt.Errorf("storage: bodies are known up to event %d, the index holds %d", known, at)
	}
	return tx.index(list, written)
}

// readFirst puts events into the index, and writes the first part of what was drafted of
// them, unless that does not stand any more: then it does nothing. written says that the
// rows of the index are.
func (tx *Tx) readFirst(list []Event, d *draft, written bool) (stands bool, err error) {
	if stands, err = tx.stands(d, d.parts[0]); !stands || err != nil {
		return false, err
	}
	if err := tx.readIndex(list, written); err != nil {
		return false, err
	}
	for i := range list {
		if list[i].Duplicate != d.labels[i] {
			return false, errRelabelled
		}
	}
	return true, tx.apply(d, d.parts[0])
}

// readPart writes another part of what was drafted, unless it does not stand any more.
func (tx *Tx) readPart(d *draft, part int) (stands bool, err error) {
	if stands, err = tx.stands(d, d.parts[part]); !stands || err != nil {
		return false, err
	}
	return true, tx.apply(d, d.parts[part])
}

// read makes of events all that is to be made, but for the fold of the one that is
// set aside.
func (tx *Tx) read(list []Event, aside *unfolded) error {
	if err := tx.readIndex(list, false); err != nil {
		return err
	}
	folded, err := tx.cursor(cursorFold)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		if e.Seq <= folded {
			continue
		}
		if aside != nil && aside.seq == e.Seq {
			if tx.s.o.SetAside == nil {
				continue
			}
			if err := tx.s.o.SetAside(tx, *e, aside.err); err != nil {
				return fmt.Errorf("storage: set event %d aside: %w", e.Seq, err)
			}
		} else if err := tx.fold(*e); err != nil {
			return err
		}
	}
	tx.set(cursorFold, max(folded, list[len(list)-1].Seq))
	return tx.setParted(tx.parted())
}

// index puts events into the index, and says in them whether they came twice.
func (tx *Tx) index(list []Event, written bool) error {
	coming := tx.s.bodies.coming()
	var all []indexRow
	duplicates := 0
	for i := range list {
		e := &list[i]
		if !written {
			all = append(all, indexesOf(*e)...)
		}
		if coming.came(e) && !e.Duplicate {
			all = append(all, indexRow{bucketEventsTwice, seqKey(e.Seq)})
			e.Duplicate = true
		}
		if e.Duplicate {
			duplicates++
		}
	}
	upTo := list[len(list)-1].Seq
	tx.set(cursorIndex, upTo)
	tx.b.OnCommit(func() { tx.s.bodies.add(coming.list, upTo) })
	slices.SortFunc(all, indexRow.compare)
	if err := tx.putIndex(all); err != nil {
		return err
	}
	if err := tx.add(countEvents, int64(len(list))); err != nil {
		return err
	}
	return tx.add(countDuplicates, int64(duplicates))
}

// putIndex writes rows of the index, which are in order: what lies together is looked up
// once.
func (tx *Tx) putIndex(all []indexRow) error {
	for _, row := range all {
		if err := tx.put(row.bucket, row.key, nil); err != nil {
			return err
		}
	}
	return nil
}
