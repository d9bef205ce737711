package storage

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A file that was closed in order says so in itself: the row is written by
// Close and deleted by the first transaction after it, together with what that
// one writes. So it costs no fsync of its own while working, and neither a crash
// nor a power cut can leave it behind by mistake. The row holds a time that Close
// then gives the file as that of its last change: whoever else writes to the
// file, a copying program or a failing disk's repair, gives it another. Who opens
// the file may go by the two: a large file need not be read to the end just to be
// trusted.

// ClosedInOrder says whether the file at path was last closed by [Store.Close],
// without damage known, and not touched since. If not, whoever wrote it was
// killed, or the power went, or it was copied here, and [Verify] should have a
// look before it is opened. It reads no more than the first pages and changes
// nothing. The errors are those of [Open].
func ClosedInOrder(path string) (inOrder bool, err error) {
	db, err := openFile(path, complete(Options{}).Timeout, true)
	if err != nil {
		return false, err
	}
	defer func() {
		if cerr := db.Close(); err == nil {
			err = cerr
		}
	}()
	closed, err := closedAt(db)
	if err != nil || closed.IsZero() {
		return false, err
	}
	info, err := db.file.Stat()
	if err != nil {
		return false, fmt.Errorf("storage: open: %w", err)
	}
	return info.ModTime().Equal(closed), nil
}

// closedAt reads the row; zero if it is missing.
func closedAt(db *database) (at time.Time, err error) {
	err = db.guard(func() error {
		return db.View(func(tx *bolt.Tx) error {
			if meta := tx.Bucket([]byte(bucketMeta)); meta != nil {
				if v := meta.Get(keyClosed); len(v) == 8 {
					at = time.Unix(int64(binary.BigEndian.Uint64(v)), 0)
				}
			}
			return nil
		})
	})
	return at, err
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

// closeFile writes the row, as the last thing of all, and closes the file. Where
// the row cannot be written, as on a full disk, the next start only takes longer.
// The caller holds committing and mu.
func (s *Store) closeFile() error {
	mark := s.dirty && s.queue != nil && s.damage.get() == nil
	at := s.o.Now().Truncate(2 * time.Second) // the coarsest that a file system keeps
	if mark {
		if err := s.markClosed(at); err != nil {
			mark = false
			s.o.Log.Warn("the database could not be closed in order", "error", err)
		}
	}
	err := s.db.Close()
	if mark && err == nil {
		if err := os.Chtimes(s.path, at, at); err != nil {
			s.o.Log.Warn("the database could not be closed in order", "error", err)
		}
	}
	return err
}

func (s *Store) markClosed(at time.Time) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			s.db.broken.Store(true)
			err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}()
	return s.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketMeta)).Put(keyClosed, seqKey(uint64(at.Unix())))
	})
}
