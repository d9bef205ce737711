package storage_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"

	"dormer/storage"
)

// Where bbolt's pages and headers hold what is garbled here.
const (
	pageSize                    = 4096
	flagsAt                     = 8 // in a page
	rootAt, sumAt               = 32, 72
	metaAt                      = 16 // what a header's checksum covers begins here
	branchPage, leafPage        = 1, 2
	noPage               uint16 = 0x40
)

// A header that leads into a deep tree whose leaves are none: a power cut on a
// disk that lies can leave that. Opening it examines only the top of each tree.
func TestAFileThatIsGarbledDeepDownIsRefusedAtTheOpening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dormer.db")
	s, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx *storage.Tx) error {
		for i := range 5000 { // with long keys, so that the tree is deep
			if err := tx.PutDoc(fmt.Sprintf("%0200d", i), i); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	bad, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var branches []int
	for at := 2 * pageSize; at < len(bad); at += pageSize {
		switch flags := bad[at+flagsAt:]; binary.LittleEndian.Uint16(flags) {
		case branchPage:
			branches = append(branches, at/pageSize)
		case leafPage:
			binary.LittleEndian.PutUint16(flags, noPage)
		}
	}
	if len(branches) < 10 {
		t.Fatalf("only %d branches: the tree is not deep", len(branches))
	}
	for _, root := range branches {
		for _, header := range [][]byte{bad[:pageSize], bad[pageSize : 2*pageSize]} {
			binary.LittleEndian.PutUint64(header[rootAt:], uint64(root))
			sum := fnv.New64a()
			sum.Write(header[metaAt:sumAt])
			binary.LittleEndian.PutUint64(header[sumAt:], sum.Sum64())
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := storage.Open(path, storage.Options{}); !errors.Is(err, storage.ErrDamaged) {
			t.Errorf("the root at page %d: %v", root, err)
		}
	}
}
