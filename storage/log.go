package storage

import (
	"context"
	"sync"
	"time"
)

// The log is the bucket of events: what was received, as it came, in the order in
// which it came. Its rows are never rewritten. All else is made of it by one reader
// (reader.go), which may be behind. tail is what is known of that without asking
// the file.

// progress is how far the log has come and how far it has been read.
type progress struct {
	last   uint64 // the newest event that is on disk
	index  uint64 // the last one that is in the index
	folded uint64 // the last one that was folded
}

// read is the last event that all was made of that is to be made.
func (p progress) read() uint64 { return min(p.index, p.folded) }

// tail follows the log's end.
type tail struct {
	mu sync.Mutex // protects all below
	progress
	grown   chan struct{} // has room for one: there may be something to read
	moved   chan struct{} // closed when the index has come further; nil if nobody waits
	asked   chan struct{} // has room for one: somebody waits for the reader
	reading bool          // somebody reads, and comes on
	marks   []mark        // when what has not been read yet was stored, one a second
}

// mark is when an event was stored.
type mark struct {
	seq uint64
	at  time.Time
}

const (
	markEvery = time.Second
	maxMarks  = 1000
)

// come notes what a commit has brought.
func (t *tail) come(p progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	grew := p.last > t.last
	if moved := p.index != t.index; moved && t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
	t.progress = p
	n := 0
	for n < len(t.marks) && t.marks[n].seq <= p.read() {
		n++
	}
	t.marks = t.marks[n:]
	if p.read() < p.last && len(t.marks) < maxMarks {
		now := time.Now()
		if len(t.marks) == 0 || now.Sub(t.marks[len(t.marks)-1].at) >= markEvery {
			t.marks = append(t.marks, mark{p.last, now})
		}
	}
	if grew {
		select {
		case t.grown <- struct{}{}:
		default:
		}
	}
}

// Grown gives hints that there is something to read for [Store.Read].
func (s *Store) Grown() <-chan struct{} { return s.tail.grown }

// Asked gives hints that somebody waits in [Store.Come]: a reader that rests is to go on.
func (s *Store) Asked() <-chan struct{} { return s.tail.asked }

// Lag says for how long what is stored has not been read, to the second, and how
// many events wait.
func (s *Store) Lag() (lag time.Duration, unread uint64) {
	t := &s.tail
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.marks) > 0 {
		lag = time.Since(t.marks[0].at)
	}
	return lag, t.last - t.read()
}

// Come waits until the index has come to what is stored now, so that it is found in
// lists and counts: most at most, and not at all where nobody reads or the reader
// cannot go on.
func (s *Store) Come(ctx context.Context, most time.Duration) {
	t := &s.tail
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.index >= t.last || !t.reading {
		return
	}
	want := t.last
	select {
	case t.asked <- struct{}{}:
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for t.index < want && t.reading && ctx.Err() == nil {
		if t.moved == nil {
			t.moved = make(chan struct{})
		}
		moved := t.moved
		t.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
		}
		t.mu.Lock()
	}
}

// Reading says whether somebody reads the log, and comes on: then those who ask for
// lists wait for them.
func (s *Store) Reading(on bool) {
	t := &s.tail
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reading = on
	if !on && t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

// recent keeps the newest events in memory for the reader, which comes soon and
// need not read and understand them again.
type recent struct {
	mu     sync.Mutex // protects all below
	events map[uint64]Event
	bytes  int
}

// What is kept at most. What is more is read from the file.
const (
	maxRecent      = 8192
	maxRecentBytes = 8 << 20
)

// put keeps an event of a transaction that is yet to be committed: the number may
// have been another's, whose transaction was undone.
func (r *recent) put(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old, ok := r.events[e.Seq]; ok {
		r.bytes -= len(old.Body)
		delete(r.events, e.Seq)
	}
	if e.Read == nil || len(r.events) >= maxRecent || r.bytes+len(e.Body) > maxRecentBytes {
		return
	}
	if r.events == nil {
		r.events = map[uint64]Event{}
	}
	r.events[e.Seq] = e
	r.bytes += len(e.Body)
}

// take gives what an event says, if it is kept, and forgets it.
func (r *recent) take(seq uint64) (e Event, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e, ok = r.events[seq]; ok {
		r.bytes -= len(e.Body)
		delete(r.events, seq)
	}
	if len(r.events) == 0 {
		r.events = nil // a storm's map is large
	}
	return e, ok
}
