package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// Two cursors say how far the log has been read, and each moves in the transaction
// that writes what was made of what it has passed: a crash repeats nothing and skips
// nothing. That of the index (events by job and name, duplicates, counts) may be set
// back: the index is then made anew. That of what was folded only goes forward. The
// fold asks whether an event came twice, so the index is ahead of it or with it.

// cursor names a stored cursor; it is kept as the counts are.
const (
	cursorIndex count = "cursor.index"
	cursorFold  count = "cursor.fold"
)

// cursor gives how far the log was read. A file of before schema 3, opened for
// reading, has none: it was all read when it was written.
func (tx *Tx) cursor(c count) (uint64, error) {
	if _, changed := tx.counts[c]; !changed && tx.bucket(bucketMeta).Get([]byte(c)) == nil {
		return tx.LastSeq(), nil
	}
	return tx.count(c)
}

func (tx *Tx) progress() (p progress, err error) {
	p.last = tx.LastSeq()
	if p.index, err = tx.cursor(cursorIndex); err != nil {
		return p, err
	}
	p.folded, err = tx.cursor(cursorFold)
	return p, err
}

// unfolded is an event that the fold could not take.
type unfolded struct {
	seq uint64
	err error
}

func (u *unfolded) Error() string { return fmt.Sprintf("storage: fold event %d: %v", u.seq, u.err) }
func (u *unfolded) Unwrap() error { return u.err }

// Read reads on in the log, up to limit events: it puts them into the index and folds
// them, in one transaction with the cursors. It gives what it has read; nothing once
// all is read. An event that the fold cannot take, for an error or a panic, is tried
// once more alone and then set aside: see Options.SetAside. An error has changed
// nothing, and Read may be called again.
func (s *Store) Read(ctx context.Context, limit int) ([]Event, error) {
	s.reader.Lock()
	defer s.reader.Unlock()
	list, err := s.unread(limit)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var read []Event
	d := s.draft(list)
	attempt := func(aside *unfolded) error {
		return s.submit(ctx, 0, func(tx *Tx) error {
			read = slices.Clone(list) // an attempt that was undone has left its labels
			return tx.read(read, aside, d)
		})
	}
	for alone := false; ; {
		err := attempt(nil)
		bad, ok := errors.AsType[*unfolded](err)
		switch {
		case err == nil:
			return read, nil
		case !ok:
			return nil, err
		case alone:
			s.o.Log.Error("what was received cannot be taken in and is set aside", "seq", bad.seq, "error", bad.err)
			if err := attempt(bad); err != nil {
				return nil, err
			}
			return read, nil
		case bad.seq == list[0].Seq:
			list, alone, d = list[:1], true, nil
		default: // those before it go first
			d = nil
			for list[len(list)-1].Seq >= bad.seq {
				list = list[:len(list)-1]
			}
		}
	}
}

// unread gives the next events that are to be read.
func (s *Store) unread(limit int) (list []Event, err error) {
	err = s.View(func(tx *Tx) error {
		p, err := tx.progress()
		if err != nil {
			return err
		}
		bytes := 0
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
			if bytes += len(v); len(list) == limit || bytes > maxBytes {
				break
			}
		}
		return nil
	})
	return list, err
}

// read makes of events all that is to be made, but for the fold of the one that is
// set aside. d is what their fold would write; nil if that is not known.
func (tx *Tx) read(list []Event, aside *unfolded, d *draft) error {
	p, err := tx.progress()
	if err != nil {
		return err
	}
	drafted := d != nil && p.index == p.folded && tx.holds(d)
	for i := range list {
		e := &list[i]
		if e.Seq > p.index {
			if err := tx.index(e); err != nil {
				return err
			}
			p.index = e.Seq
		}
		drafted = drafted && e.Duplicate == d.labels[i]
	}
	if drafted {
		p.folded = p.index
		if err := tx.apply(d); err != nil {
			return err
		}
	}
	for i := range list {
		e := &list[i]
		if e.Seq <= p.folded {
			continue
		}
		p.folded = e.Seq
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
	tx.set(cursorIndex, p.index)
	tx.set(cursorFold, p.folded)
	return nil
}

// fold folds one event. What fails because of the file is no fault of the event's.
func (tx *Tx) fold(e Event) (err error) {
	if tx.s.o.Fold == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			if isDamage(p) {
				err = fmt.Errorf("%w: %v", ErrDamaged, p)
				return
			}
			if tx.draft == nil {
				tx.s.o.Log.Error("a fold panicked", "seq", e.Seq, "panic", p, "stack", string(debug.Stack()))
			}
			err = &unfolded{e.Seq, fmt.Errorf("it panicked: %v", p)}
		}
	}()
	if err := tx.s.o.Fold(tx, e); err != nil {
		if errors.Is(err, ErrDamaged) {
			return err
		}
		return &unfolded{e.Seq, err}
	}
	return nil
}

// index puts e into the index, and says in it whether it came twice.
func (tx *Tx) index(e *Event) error {
	seen, err := tx.remember(e.Body, e.ReceivedAt)
	if err != nil {
		return err
	}
	for _, i := range indexesOf(*e) {
		if err := tx.put(i.bucket, i.key, nil); err != nil {
			return err
		}
	}
	if err := tx.add(countEvents, 1); err != nil {
		return err
	}
	if seen && !e.Duplicate {
		if err := tx.put(bucketEventsTwice, seqKey(e.Seq), nil); err != nil {
			return err
		}
	}
	if e.Duplicate = e.Duplicate || seen; !e.Duplicate {
		return nil
	}
	return tx.add(countDuplicates, 1)
}
