package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"dormer/internal/hover"
)

// jobList is the list of jobs in memory, as a search reads it: the file's pages lie
// anywhere, and a processor waits for each of them longer than it searches in it.
type jobList struct {
	version uint64 // of the bucket's rows
	blocks  []listBlock
	states  []hover.JobState
}

// listBlock is a part of the list, its rows in the bucket's order: the jobs that were
// updated last are the last.
type listBlock struct {
	text []byte // of each row its job's id, and what the job is found by
	rows []listed
}

// listed is one row of a block.
type listed struct {
	end   uint32 // of the row within the block's text
	id    uint32 // bytes of it that are the id
	state uint32 // its place in the list's states

	updated int64 // microseconds since 1970
}

const (
	blockRows = 1024        // rows of a block
	listKept  = time.Minute // how long a list is kept, so that a word can be typed
)

// relisted notes that rows of the list of jobs are changed by this transaction.
func (tx *Tx) relisted() error {
	if d := tx.draft; d != nil {
		d.relisted = true
		return nil
	}
	if _, err := tx.bucket(bucketJobsList).NextSequence(); err != nil {
		return fmt.Errorf("storage: change the list of jobs: %w", err)
	}
	return nil
}

// lists keeps the list of jobs between two searches.
type lists struct {
	mu     sync.Mutex // protects all below, and list's contents
	list   *jobList   // as it was searched last; nil if that is long ago
	forget *time.Timer
}

// withJobList runs f on the list of jobs as this transaction sees it.
func (tx *Tx) withJobList(f func(*jobList)) error {
	if tx.b.Writable() { // it is nobody else's yet
		l := &jobList{}
		err := tx.readJobList(l)
		if err == nil {
			f(l)
		}
		return err
	}
	kept := &tx.s.lists
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if version := tx.bucket(bucketJobsList).Sequence(); kept.list == nil || kept.list.version != version {
		l := kept.list
		if kept.list = nil; l == nil {
			l = &jobList{}
		}
		if err := tx.readJobList(l); err != nil {
			return err
		}
		l.version, kept.list = version, l
	}
	if kept.forget == nil {
		kept.forget = time.AfterFunc(listKept, func() {
			kept.mu.Lock()
			defer kept.mu.Unlock()
			kept.list = nil
		})
	}
	kept.forget.Reset(listKept)
	f(kept.list)
	return nil
}

// readJobList reads the whole list into l, in the place of what is there. It goes
// forwards, since memory is read ahead that way.
func (tx *Tx) readJobList(l *jobList) error {
	blocks := l.blocks[:0]
	flush := func(text []byte, rows []listed) {
		var b listBlock
		if n := len(blocks); n < len(l.blocks) {
			b = l.blocks[n]
		}
		blocks = append(blocks, listBlock{text: append(b.text[:0], text...), rows: append(b.rows[:0], rows...)})
	}
	var text []byte
	block := make([]listed, 0, blockRows)
	l.states = l.states[:0]
	known, last := map[string]uint32{}, uint32(0)
	for k, v := range rows(tx.bucket(bucketJobsList), nil, nil, false) {
		if len(k) < jobTimeSize || len(v) < 2 || len(v) < 2+int(binary.BigEndian.Uint16(v)) {
			return damaged(fmt.Sprintf("list row %q", k), nil)
		}
		state := v[2 : 2+int(binary.BigEndian.Uint16(v))]
		if len(l.states) == 0 || string(state) != string(l.states[last]) { // jobs of one age are often in one state
			at, seen := known[string(state)]
			if !seen {
				at = uint32(len(l.states))
				known[string(state)] = at
				l.states = append(l.states, hover.JobState(state))
			}
			last = at
		}
		id := k[jobTimeSize:]
		text = append(append(text, id...), v[2+len(state):]...)
		block = append(block, listed{end: uint32(len(text)), id: uint32(len(id)), state: last, updated: microsOf(k)})
		if len(block) == blockRows {
			flush(text, block)
			text, block = text[:0], block[:0]
		}
	}
	flush(text, block)
	l.blocks = slices.Clip(blocks)
	return nil
}
