package storage

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"dormer/internal/say"

	bolt "go.etcd.io/bbolt"
)

// Errors that a caller branches on.
var (
	// ErrLocked: another process has the file open.
	ErrLocked = say.Because("storage.locked")
	// ErrDamaged: the file, or a row in it, cannot be read.
	ErrDamaged = say.Because("storage.damaged")
	// ErrNewerSchema: a newer version of the product has written the file.
	ErrNewerSchema = say.Because("storage.newer")
	// ErrNotKept: the file has an older schema and was not upgraded, because no
	// copy of it could be kept.
	ErrNotKept = say.Because("storage.not_kept")
	// ErrClosed: the store was closed.
	ErrClosed = say.Because("storage.closed")
	// ErrReadOnly: the store was opened for reading.
	ErrReadOnly = say.Because("storage.read_only")
)

// Options say how a store is opened. The zero value is usable.
type Options struct {
	// Fold is called by [Store.Read] for every event, once and in the order in which
	// they came, within the transaction that says that it was: it keeps what is made
	// of them, jobs, work, alerts. It must have no effect outside tx, since it may run
	// again.
	Fold func(tx *Tx, e Event) error
	// SetAside is called in the place of Fold for an event that Fold cannot take,
	// alone either: it writes down that it is to be looked at. Such an event is passed
	// over if it is nil.
	SetAside func(tx *Tx, e Event, why error) error
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Timeout is how long Open waits for another process to let go of the
	// file; a second if zero.
	Timeout time.Duration
	// ReadOnly opens an existing file for reading, beside other readers.
	ReadOnly bool
	// Installation is the id, 32 hex digits, that a file that is begun anew
	// gets; a random one if empty. A file that is there keeps its own.
	Installation string
	// KeepOld gives the path at which a copy of an older file is kept before it is
	// upgraded to that schema; none is if it is nil or gives nothing.
	KeepOld func(schema int) string
	// Log gets what is worth knowing but fails nothing; discarded if nil.
	Log *slog.Logger
}

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	path  string
	o     Options
	queue *queue // nil if read-only

	written chan struct{} // closed when the writer has ended

	damage damage // what was found to be wrong with the file

	lists lists

	tail   tail       // how far the log is read
	recent recent     // its newest events
	reader sync.Mutex // held by whoever reads the log; protects the next two

	drafted *draft // what was read last, while there is more to read
	bodies  bodies // by which an event that comes again is known

	committing sync.Mutex   // held by whoever writes, or needs that nobody does
	dirty      bool         // the file does not say that it was closed in order; under committing
	mu         sync.RWMutex // protects db: read to use it, written to replace or close it
	db         *database    // nil once closed

	closing  sync.Once
	closeErr error
}

// Path gives the file's path as it was opened.
func (s *Store) Path() string { return s.path }

// View runs fn with a consistent view of the store. What fn gets from tx is its
// own to keep; tx and its iterators end with fn. fn must not call the store's
// methods: it would wait for itself. A fn that runs long keeps old pages in the
// file and holds up Compact and Close.
func (s *Store) View(fn func(*Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.view(fn)
}

// view is View for a caller that holds mu.
func (s *Store) view(fn func(*Tx) error) (err error) {
	switch {
	case s.db == nil:
		return ErrClosed
	case s.db.broken.Load():
		return damaged("an earlier transaction failed", nil)
	}
	begun := false
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if !isDamage(p) {
				panic(p)
			}
			if !begun {
				s.db.broken.Store(true)
			}
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
		s.damage.note(err)
	}()
	return s.db.View(func(b *bolt.Tx) error {
		tx := &Tx{b: b, s: s}
		defer tx.end()
		begun = true
		return fn(tx)
	})
}

// isDamage tells the panics of a garbled file from a caller's own: a fault
// while reading the mapped file, or a panic that began in bbolt. It is to be
// called by the deferred function that has recovered p.
func isDamage(p any) bool {
	if _, ok := p.(interface{ Addr() uintptr }); ok {
		return true
	}
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for panicked := false; ; {
		f, more := frames.Next()
		panicked = panicked || f.Function == "runtime.gopanic"
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}

// Append stores one event at the end of the log and returns it, with Seq and
// ReceivedAt (if it was zero) set, after it has reached the disk. What is made of it
// is made by [Store.Read]. After an error from ctx the event was not stored. See
// [Store.Update] for the rest.
func (s *Store) Append(ctx context.Context, e Event) (Event, error) {
	row, err := s.logRow(&e)
	if err != nil {
		return Event{}, err
	}
	stored := e
	err = s.submit(ctx, &op{size: len(row), patient: true, run: func(tx *Tx) (err error) {
		stored.Seq, err = tx.append(e, row)
		return err
	}})
	if err != nil {
		return Event{}, err
	}
	stored.Read = nil
	return stored, nil
}

// Update runs fn in a transaction and returns after the transaction has reached
// the disk. Calls at the same time share a commit: fn sees what its neighbours
// have written, and runs again if one of them fails, so it must have no effect
// outside tx that a second run does not replace. An error or a panic of fn undoes
// fn alone and is returned.
//
// fn runs on the writer's goroutine, one at a time, and must not call the
// store's methods: it would wait for itself. If ctx ends while fn is still
// queued, fn never runs and ctx's error is returned; once fn has been taken up,
// Update waits for the commit. A failed commit (disk full) is returned to
// everybody in it; the store stays usable. A damaged store is not: see
// [Store.Damaged].
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	return s.submit(ctx, &op{run: fn})
}

// Close waits for what is queued and for running views, then closes the file.
// Every later call gets ErrClosed; Close itself may be called again.
func (s *Store) Close() error {
	s.closing.Do(func() {
		if s.queue != nil {
			s.queue.close()
			<-s.written
		}
		s.committing.Lock()
		defer s.committing.Unlock()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.db != nil { // a failed Compact may have lost it
			s.closeErr = s.closeFile()
			s.db = nil
		}
	})
	return s.closeErr
}

// InstallationID gives 32 random hex digits, made when the file was created.
func (s *Store) InstallationID() (string, error) {
	var id string
	err := s.View(func(tx *Tx) error {
		raw := tx.bucket(bucketMeta).Get(keyInstallation)
		if len(raw) != installationSize {
			return damaged("installation id", nil)
		}
		id = hex.EncodeToString(raw)
		return nil
	})
	return id, err
}

// damaged is the error of a row that cannot be read.
func damaged(what string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	return fmt.Errorf("%w: %s: %w", ErrDamaged, what, cause)
}
