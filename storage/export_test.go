package storage

import (
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"dormer/internal/hover"
)

// Commits gives a number that grows by one with every commit.
func (s *Store) Commits() (n int) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		n = tx.ID()
		return nil
	})
	return n
}

// Waiting gives the number of operations that the writer has not taken up.
func (s *Store) Waiting() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.waiting)
}

// LimitDisk makes commits fail that would enlarge the file; 0 lifts it.
func (s *Store) LimitDisk(bytes int) {
	s.committing.Lock()
	defer s.committing.Unlock()
	s.db.MaxSize = bytes
}

// DropIndex drops the index, as a migration may that changes it: it is made anew by
// reading the log again.
func (tx *Tx) DropIndex() error {
	for _, name := range []string{bucketEventsJob, bucketEventsName, bucketEventsTwice} {
		if err := tx.b.DeleteBucket([]byte(name)); err != nil {
			return err
		}
		if _, err := tx.b.CreateBucket([]byte(name)); err != nil {
			return err
		}
		delete(tx.opened, name)
	}
	for _, c := range []count{countEvents, countDuplicates, cursorIndex} {
		tx.set(c, 0)
	}
	return nil
}

// Bolt runs fn on the rows themselves, past every rule.
func (s *Store) Bolt(fn func(*bolt.Tx) error) error {
	s.committing.Lock()
	defer s.committing.Unlock()
	return s.db.Update(fn)
}

// OpenAsOf opens a store for a product that has the given steps after the newest schema.
func OpenAsOf(path string, later ...func(*bolt.Tx) error) (*Store, error) {
	return open(path, Options{}, append(slices.Clone(migrations), later...))
}

// VerifyAsOf is Verify for a product that has the given steps after the newest schema.
func VerifyAsOf(path string, later ...func(*bolt.Tx) error) error {
	return verify(path, append(slices.Clone(migrations), later...))
}

// slowFile takes nothing before it is let.
type slowFile struct {
	copyFile
	write func()
}

func (f slowFile) Write(b []byte) (int, error) {
	f.write()
	return f.copyFile.Write(b)
}

// HangBackups has every write of a copy wait for a function; restore takes that back.
func HangBackups(write func()) (restore func()) {
	was := createCopy
	createCopy = func(dir, pattern string) (copyFile, error) {
		f, err := was(dir, pattern)
		return slowFile{f, write}, err
	}
	return func() { createCopy = was }
}

const (
	MaxQuarantine     = maxQuarantine
	MaxQuarantineBody = maxQuarantineBody
)

// Remembered gives the number of bodies that duplicates are known by.
func (s *Store) Remembered() int {
	s.reader.Lock()
	defer s.reader.Unlock()
	return len(s.bodies.last)
}

// SkipSync leaves it to the kernel when commits reach the disk.
func (s *Store) SkipSync() { s.db.NoSync = true }

// Syncs says whether a commit waits for the disk.
func (s *Store) Syncs() bool { return !s.db.NoSync }

// Schemas is the number of the newest schema.
var Schemas = len(migrations)

// ListInMemory says whether the list of jobs is kept in memory.
func (s *Store) ListInMemory() bool {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	return s.lists.list != nil
}

// ListInBlocks has the list of jobs in memory be in blocks of so many rows.
func (s *Store) ListInBlocks(rows int) { s.lists.size = rows }

// HalfWritten says that a batch is written as far as that.
func (s *Store) HalfWritten(upTo uint64, id hover.JobID) error {
	return s.Update(context.Background(), func(tx *Tx) error { return tx.setParted(parted{upTo, id}) })
}
