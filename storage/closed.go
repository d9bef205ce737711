package storage

import (
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// A file that was closed in order says so in itself: the row is written by
// Close and deleted by the first transaction after it, together with what that
// one writes. So it costs no fsync of its own while working, and neither a crash
// nor a power cut can leave it behind by mistake. Who opens the file may go by
// it: a large file need not be read to the end just to be trusted.

// ClosedInOrder says whether the file at path was last closed by [Store.Close],
// without damage known. If not, whoever wrote it was killed, or the power went,
// and [Verify] should have a look before it is opened. It reads no more than the
// first pages and changes nothing. The errors are those of [Open].
func ClosedInOrder(path string) (inOrder bool, err error) {
	db, err := openFile(path, complete(Options{ReadOnly: true}), true)
	if err != nil {
		return false, err
	}
	open, err := isOpen(db)
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	return err == nil && !open, err
}

// isOpen says whether the row is missing.
func isOpen(db *database) (open bool, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			db.broken.Store(true)
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	err = db.View(func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(bucketMeta))
		open = meta == nil || meta.Get(keyClosed) == nil
		return nil
	})
	return open, err
}

// markOpen deletes the row, if this is the first transaction since it was
// written.
func (tx *Tx) markOpen() error {
	if tx.s.dirty {
		return nil
	}
	return tx.drop(bucketMeta, keyClosed)
}

// markClosed writes the row, as the last thing of all. Where it cannot, as on a
// full disk, the next start only takes longer. The caller holds committing and mu.
func (s *Store) markClosed() {
	if !s.dirty || s.queue == nil || s.harm.get() != nil {
		return
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			s.db.broken.Store(true)
			s.o.Log.Error("the database is damaged", "error", p)
		}
	}()
	err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(keyClosed, []byte{1}) })
	if err != nil {
		s.o.Log.Warn("the database could not be closed in order", "error", err)
	}
}
