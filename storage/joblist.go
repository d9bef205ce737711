package storage

import (
	"bytes"
	"cmp"
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
	version uint64      // of the bucket's rows
	blocks  []listBlock // at least one
	states  []hover.JobState
	places  map[string]uint32 // of the states
	size    int               // rows of a block
}

// listBlock is a part of the list, its rows in the bucket's order: the jobs that were
// updated last are the last.
type listBlock struct {
	from []byte // the key from which it holds all rows, up to the next one's; nil in the first
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
	blockRows   = 1024        // rows of a block
	listKept    = time.Minute // how long a list is kept, so that a word can be typed
	mostChanges = 1000        // rows; where more are changed, the list is read anew
)

// lists keeps the list of jobs between two searches.
type lists struct {
	mu     sync.Mutex // protects list, its contents and forget
	list   *jobList   // as it was searched last; nil if that is long ago
	forget *time.Timer
	size   int // rows of a block; blockRows if zero

	changes listChanges
}

// listChanges are the rows of the list that were changed of late.
type listChanges struct {
	mu    sync.Mutex // protects the fields below; held for no longer than it takes to note
	since uint64     // the version after which all are known
	keys  []changedRow
}

type changedRow struct {
	version uint64 // of the list that has the change
	key     []byte
}

// note notes what the commit changes that is about to make this version. Where it
// fails, too much is noted, which does no harm.
func (c *listChanges) note(version uint64, keys [][]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys)+len(keys) > mostChanges {
		c.since, c.keys = version, nil
		return
	}
	for _, k := range keys {
		c.keys = append(c.keys, changedRow{version, k})
	}
}

// between gives the rows that were changed after one version up to another; false if
// they are not known.
func (c *listChanges) between(after, upTo uint64) (keys [][]byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if after > upTo || after < c.since {
		return nil, false
	}
	for _, k := range c.keys {
		if k.version > after && k.version <= upTo {
			keys = append(keys, k.key)
		}
	}
	return keys, true
}

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
