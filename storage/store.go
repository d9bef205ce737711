package storage

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
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
	queue *queue[*Tx] // nil if read-only

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

// Tx is a transaction: a consistent view of the store, and within
// [Store.Update] the means to change it. It is valid until the function that
// got it returns, and for that function's goroutine alone. What it returns are
// copies. Its writing methods fail within [Store.View].
type Tx struct {
	b *bolt.Tx
	s *Store

	opened map[string]*bolt.Bucket // bbolt looks each of them up anew
	counts map[count]uint64        // those that were changed; see flush
	draft  *draft                  // what is read and written is only drafted; nil: it is done

	relisted [][]byte // the rows of the list of jobs that were changed
}

// complete fills in what was left to us.
func complete(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
