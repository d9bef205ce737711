package storage

import (
	"errors"

	bolt "go.etcd.io/bbolt"
)

// Open opens the database at path, or creates it; its directory must exist. The
// file can be read and written by its owner alone, whatever the umask. An older
// schema is upgraded, or, with Options.ReadOnly, read as it is. The error is, or
// wraps, [ErrLocked], [ErrNewerSchema], [ErrNotKept], [ErrDamaged] or the system's
// own; a file that was not there is created only
// without Options.ReadOnly, else the error is fs.ErrNotExist.
func Open(path string, o Options) (*Store, error) { return open(path, o, migrations) }

func open(path string, o Options, steps []func(*bolt.Tx) error) (*Store, error) {
	o = complete(o)
	db, err := openFile(path, o.Timeout, o.ReadOnly)
	if err != nil {
		return nil, err
	}
	if err := db.guard(func() error { return migrate(db, steps, o.Installation, o.KeepOld) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &Store{path: path, o: o, db: db, written: make(chan struct{})}
	if !o.ReadOnly {
		closed, err := closedAt(db)
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		s.dirty = closed.IsZero()
		s.queue = newQueue[*Tx]()
		s.tail.grown, s.tail.asked = make(chan struct{}, 1), make(chan struct{}, 1)
		err = s.View(func(tx *Tx) error {
			p, err := tx.progress()
			s.tail.come(p)
			return err
		})
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		go s.write()
	}
	return s, nil
}
