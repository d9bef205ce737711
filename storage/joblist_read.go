package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"dormer/internal/hover"
)

// withJobList runs f on the list of jobs as this transaction sees it.
func (tx *Tx) withJobList(f func(*jobList)) error {
	if tx.b.Writable() { // it is nobody else's yet
		l := &jobList{size: blockRows}
		err := l.read(tx)
		if err == nil {
			f(l)
		}
		return err
	}
	kept := &tx.s.lists
	kept.mu.Lock()
	defer kept.mu.Unlock()
	l := kept.list
	kept.list = nil // as long as it is half read
	if l == nil {
		l = &jobList{size: cmp.Or(kept.size, blockRows)}
	}
	if err := l.follow(tx, &kept.changes); err != nil {
		return err
	}
	kept.list = l
	if kept.forget == nil {
		kept.forget = time.AfterFunc(listKept, func() {
			kept.mu.Lock()
			defer kept.mu.Unlock()
			kept.list = nil
		})
	}
	kept.forget.Reset(listKept)
	f(l)
	return nil
}

// follow brings the list to what the transaction sees: only the blocks are read anew
// of which rows were changed, where that is known.
func (l *jobList) follow(tx *Tx, changes *listChanges) error {
	version := tx.bucket(bucketJobsList).Sequence()
	if len(l.blocks) > 0 && l.version == version {
		return nil
	}
	keys, known := changes.between(l.version, version)
	if len(l.blocks) == 0 || !known {
		l.version = version
		return l.read(tx)
	}
	l.version = version
	slices.SortFunc(keys, bytes.Compare)
	for at := len(l.blocks); len(keys) > 0; { // from the end on, since a block may become two
		at, _ = slices.BinarySearchFunc(l.blocks[:at], keys[len(keys)-1], func(b listBlock, k []byte) int {
			return cmp.Or(bytes.Compare(b.from, k), -1) // the first that begins behind the key
		})
		at-- // the one that holds it
		var next []byte
		if at+1 < len(l.blocks) {
			next = l.blocks[at+1].from
		}
		anew, err := l.readBlocks(tx, l.blocks[at].from, next, l.blocks[at:at+1])
		if err != nil {
			return err
		}
		for len(keys) > 0 && bytes.Compare(keys[len(keys)-1], l.blocks[at].from) >= 0 {
			keys = keys[:len(keys)-1]
		}
		l.blocks = slices.Replace(l.blocks, at, at+1, anew...)
	}
	return nil
}

// read reads the whole list, in the place of what is there.
func (l *jobList) read(tx *Tx) (err error) {
	l.states, l.places = l.states[:0], map[string]uint32{}
	l.blocks, err = l.readBlocks(tx, nil, nil, l.blocks)
	return err
}

// readBlocks reads the rows from lo up to but without hi (nil: all), into the memory of
// the blocks that they are in the place of. It goes forwards, since memory is read
// ahead that way.
func (l *jobList) readBlocks(tx *Tx, lo, hi []byte, old []listBlock) (blocks []listBlock, err error) {
	flush := func(from, text []byte, rows []listed) {
		var b listBlock
		if n := len(blocks); n < len(old) {
			b = old[n]
		}
		blocks = append(blocks, listBlock{from: from, text: append(b.text[:0], text...), rows: append(b.rows[:0], rows...)})
	}
	var text []byte
	from, block, last := lo, make([]listed, 0, l.size), uint32(0)
	for k, v := range rows(tx.bucket(bucketJobsList), lo, hi, false) {
		if len(k) < jobTimeSize || len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
			return nil, damaged(fmt.Sprintf("list row %q", k), nil)
		}
		if len(block) == l.size {
			flush(from, text, block)
			from, text, block = bytes.Clone(k), text[:0], block[:0]
		}
		state := v[2 : 2+int(binary.BigEndian.Uint16(v))]
		if len(l.states) == 0 || string(state) != string(l.states[last]) { // jobs of one age are often in one state
			at, seen := l.places[string(state)]
			if !seen {
				at = uint32(len(l.states))
				l.places[string(state)] = at
				l.states = append(l.states, hover.JobState(state))
			}
			last = at
		}
		id := k[jobTimeSize:]
		text = append(append(text, id...), v[2+len(state):]...)
		block = append(block, listed{end: uint32(len(text)), id: uint32(len(id)), state: last, updated: microsOf(k)})
	}
	flush(from, text, block)
	return blocks, nil
}
