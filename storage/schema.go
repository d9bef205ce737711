package storage

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"dormer/internal/hover"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// migrations lead from one schema to the next: the first makes schema 1 out of
// an empty file. One that has been released is never changed again.
var migrations = []func(*bolt.Tx) error{
	schema1, schema2, schema3, schema4, schema5,
}

// readable is the oldest schema that can be read as it is, without being upgraded.
const readable = 1

func schema1(tx *bolt.Tx) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	id := make([]byte, installationSize)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	return tx.Bucket([]byte(bucketMeta)).Put(keyInstallation, id)
}

// schema2 makes the texts anew that jobs are found by: in schema 1 they were not
// without accents, nor had both forms of an address's words. A job that cannot be
// read stays as it is.
func schema2(tx *bolt.Tx) error {
	list := tx.Bucket([]byte(bucketJobsList))
	return tx.Bucket([]byte(bucketJobs)).ForEach(func(k, v []byte) error {
		j, err := decodeJob(hover.JobID(k), v)
		if err != nil {
			return nil
		}
		return list.Put(join(v[:jobTimeSize], k), listRow(j))
	})
}

// since3 are the buckets that came with schema 3.
var since3 = []string{bucketEventsTwice, bucketEventsVerdict}

// schema3 parts the log from what is made of it. So far each event was folded when it
// was stored, so all has been read, and nothing is told again.
func schema3(tx *bolt.Tx) error {
	for _, name := range since3 {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	meta, last := tx.Bucket([]byte(bucketMeta)), seqKey(tx.Bucket([]byte(bucketEvents)).Sequence())
	return cmp.Or(meta.Put([]byte(cursorIndex), last), meta.Put([]byte(cursorFold), last))
}

// since4 are the buckets that came with schema 4.
var since4 = []string{bucketPapers}

// schema4 makes room for the papers of jobs. What events told of them before is read by
// the engine.
func schema4(tx *bolt.Tx) error {
	for _, name := range since4 {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// schema5 drops the hashes of bodies: the log has the bodies.
func schema5(tx *bolt.Tx) error {
	for _, name := range []string{"bodies", "bodies.age"} {
		if err := tx.DeleteBucket([]byte(name)); err != nil && !errors.Is(err, berrors.ErrBucketNotFound) {
			return err
		}
	}
	return tx.Bucket([]byte(bucketMeta)).Delete([]byte("count.bodies"))
}

// schemaOf reads the file's schema; 0 is a file that holds nothing yet.
func schemaOf(tx *bolt.Tx) (int, error) {
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		if k, _ := tx.Cursor().First(); k != nil {
			return 0, damaged("not a database of this product", nil)
		}
		return 0, nil
	}
	v := meta.Get(keySchema)
	if len(v) != 8 || binary.BigEndian.Uint64(v) > 1<<20 {
		return 0, damaged("schema", nil)
	}
	return int(binary.BigEndian.Uint64(v)), nil
}

// migrate brings the file to the newest schema, all steps in one transaction.
// A file that is there already is not written to. One that is begun gets the
// installation id, if that is not empty.
//
// One that is upgraded is first kept at the path that keep gives, if it gives one.
func migrate(db *database, steps []func(*bolt.Tx) error, installation string, keep func(schema int) string) error {
	var have int
	err := db.View(func(tx *bolt.Tx) (err error) {
		have, err = schemaOf(tx)
		if err == nil && have == len(steps) {
			err = checkBuckets(tx, have)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case have > len(steps):
		return newerSchema(have, len(steps))
	case have == len(steps):
		return nil
	case db.IsReadOnly() && have >= readable:
		return db.View(func(tx *bolt.Tx) error { return checkBuckets(tx, have) })
	case db.IsReadOnly():
		return fmt.Errorf("storage: the database has schema %d and must be brought to %d: open it once for writing", have,
			len(steps))
	}
	if have > 0 && keep != nil {
		if path := keep(len(steps)); path != "" {
			if err := keepOld(db, path); err != nil {
				return fmt.Errorf("%w: %w", ErrNotKept, err)
			}
		}
	}
	return db.Update(func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists([]byte(bucketMeta))
		if err != nil {
			return err
		}
		for n, step := range steps[have:] {
			if err := step(tx); err != nil {
				return fmt.Errorf("storage: upgrade to schema %d: %w", have+n+1, err)
			}
		}
		if have == 0 && installation != "" {
			id, err := hex.DecodeString(installation)
			if err != nil || len(id) != installationSize {
				return fmt.Errorf("storage: not an installation id: %.40q", installation)
			}
			if err := meta.Put(keyInstallation, id); err != nil {
				return err
			}
		}
		return meta.Put(keySchema, binary.BigEndian.AppendUint64(nil, uint64(len(steps))))
	})
}

// keepOld copies the file, as it is, to path.
func keepOld(db *database, path string) error {
	return writeCopy(path, func(w io.Writer) error {
		return db.View(func(tx *bolt.Tx) error {
			_, err := tx.WriteTo(w)
			return err
		})
	})
}

// checkBuckets says which bucket of a schema is missing, if one is.
func checkBuckets(tx *bolt.Tx, schema int) error {
	for _, name := range buckets {
		if schema < 3 && slices.Contains(since3, name) || schema < 4 && slices.Contains(since4, name) {
			continue
		}
		if tx.Bucket([]byte(name)) == nil {
			return damaged(name+" is missing", nil)
		}
	}
	return nil
}

func newerSchema(have, known int) error {
	return fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewerSchema, have, known)
}
