package storage

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The parts of bbolt's file format (version 2, in the machine's byte order) that
// decide whether reading it through a memory map stays within the file.
const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	headerSize  = 16 // of a page: id, flags, count, overflow
	elementSize = 16 // of an entry of a branch or a leaf
	metaSize    = 64
	sumAt       = 56

	pageBranch   = 0x01
	pageLeaf     = 0x02
	pageFreelist = 0x10

	leafIsBucket = 0x01

	noFreelist = ^uint64(0)
)

var order = binary.NativeEndian

// pages reads a bbolt file page by page, without trusting it.
type pages struct {
	file     io.ReaderAt
	pageSize int64
	end      uint64 // the first page id that is not in use
	full     bool   // every page, not just the tops of the trees
	seen     map[uint64]bool
}

// examineFile says whether the file at path can be read through a memory map:
// nil, ErrDamaged, or the system's error. With full it visits every page, else
// just enough to open it. Nobody may be writing to the file.
func examineFile(path string, full bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("storage: open: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("storage: open: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("storage: open %s: not a file", path)
	}
	return examine(f, info.Size(), full)
}

func examine(file io.ReaderAt, size int64, full bool) error {
	m, ok := newestMeta(file, size)
	if !ok {
		return damaged("no valid header", nil)
	}
	if m.end > uint64(size/m.pageSize) {
		return damaged(fmt.Sprintf("the file ends at page %d of %d", size/m.pageSize, m.end), nil)
	}
	p := &pages{file: file, pageSize: m.pageSize, end: m.end, full: full, seen: map[uint64]bool{}}
	if m.freelist != noFreelist {
		if err := p.freelist(m.freelist); err != nil {
			return err
		}
	}
	return p.tree(m.root, 0, true)
}

// meta is what one of the two header pages says.
type meta struct {
	pageSize                  int64
	root, freelist, end, txid uint64
}

// newestMeta finds the header that bbolt will go by: the valid one with the
// higher transaction id. The second lies one page, of a size that only a header
// tells, after the first.
func newestMeta(file io.ReaderAt, size int64) (meta, bool) {
	first, ok := readMeta(file, 0)
	if ok {
		if second, ok := readMeta(file, first.pageSize); ok && second.txid > first.txid {
			return second, true
		}
		return first, true
	}
	for at := int64(1 << 10); at <= 16<<20 && at < size; at <<= 1 {
		if second, ok := readMeta(file, at); ok && second.pageSize == at {
			return second, true
		}
	}
	return meta{}, false
}

func readMeta(file io.ReaderAt, at int64) (meta, bool) {
	b := make([]byte, headerSize+metaSize)
	if _, err := file.ReadAt(b, at); err != nil {
		return meta{}, false
	}
	b = b[headerSize:]
	m := meta{
		pageSize: int64(order.Uint32(b[8:])), root: order.Uint64(b[16:]), freelist: order.Uint64(b[32:]),
		end: order.Uint64(b[40:]), txid: order.Uint64(b[48:]),
	}
	ok := order.Uint32(b) == boltMagic && order.Uint32(b[4:]) == boltVersion && order.Uint64(b[sumAt:]) == headerSum(b) &&
		m.pageSize >= 1<<10 && m.pageSize <= 16<<20 && m.pageSize&(m.pageSize-1) == 0
	return m, ok
}

// headerSum is the checksum that a header carries behind what it sums up.
func headerSum(b []byte) uint64 {
	sum := fnv.New64a()
	sum.Write(b[:sumAt])
	return sum.Sum64()
}

// read gives the whole of page id, checked to lie within the file and to be
// used once.
func (p *pages) read(id uint64) (flags uint16, page []byte, err error) {
	if id < 2 || id >= p.end || p.seen[id] {
		return 0, nil, damaged(fmt.Sprintf("a reference to page %d", id), nil)
	}
	p.seen[id] = true
	head := make([]byte, headerSize)
	if _, err := p.file.ReadAt(head, int64(id)*p.pageSize); err != nil {
		return 0, nil, damaged(fmt.Sprintf("page %d", id), err)
	}
	overflow := uint64(order.Uint32(head[12:]))
	if order.Uint64(head) != id || overflow >= p.end-id {
		return 0, nil, damaged(fmt.Sprintf("page %d", id), nil)
	}
	page = make([]byte, int64(overflow+1)*p.pageSize)
	if _, err := p.file.ReadAt(page, int64(id)*p.pageSize); err != nil {
		return 0, nil, damaged(fmt.Sprintf("page %d", id), err)
	}
	return order.Uint16(head[8:]), page, nil
}

func (p *pages) freelist(id uint64) error {
	flags, page, err := p.read(id)
	if err != nil {
		return err
	}
	if flags != pageFreelist {
		return damaged(fmt.Sprintf("page %d is no list of free pages", id), nil)
	}
	ids := page[headerSize:]
	count := uint64(order.Uint16(page[10:]))
	if count == 0xFFFF { // then the first entry is the count
		count, ids = order.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return damaged("the list of free pages", nil)
	}
	for i := range count {
		if free := order.Uint64(ids[8*i:]); free < 2 || free >= p.end {
			return damaged(fmt.Sprintf("free page %d", free), nil)
		}
	}
	return nil
}

// tree checks the page id and what is below it: everything with below, else the
// page alone. The tree of the buckets' names is always read whole, and with full
// every bucket's: who opens the file looks them up at once, and bbolt has no
// bound on the depth to which it follows a page that leads back to itself.
func (p *pages) tree(id uint64, depth int, below bool) error {
	flags, page, err := p.read(id)
	if err != nil {
		return err
	}
	return p.node(fmt.Sprintf("page %d", id), flags, page, depth, below, false)
}

func (p *pages) node(name string, flags uint16, page []byte, depth int, below, inline bool) error {
	const deepest = 64 // no tree of bbolt's comes near
	count := int(order.Uint16(page[10:]))
	if flags != pageBranch && flags != pageLeaf || depth > deepest || headerSize+count*elementSize > len(page) ||
		flags == pageBranch && count == 0 {
		return damaged(name, nil)
	}
	for i := range count {
		at := headerSize + i*elementSize
		element := page[at:]
		if flags == pageBranch {
			if _, ok := part(page, at, order.Uint32(element), order.Uint32(element[4:]), 0); !ok {
				return damaged(name, nil)
			}
			if below {
				if err := p.tree(order.Uint64(element[8:]), depth+1, below); err != nil {
					return err
				}
			}
			continue
		}
		value, ok := part(page, at, order.Uint32(element[4:]), order.Uint32(element[8:]), order.Uint32(element[12:]))
		if !ok {
			return damaged(name, nil)
		}
		if order.Uint32(element)&leafIsBucket != 0 {
			if inline { // bbolt never nests them, and a chain of them could have no end
				return damaged(name, nil)
			}
			if err := p.bucket(name, value, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket checks a bucket's value: the id of its first page, or, where that is
// 0, a small page right behind it.
func (p *pages) bucket(name string, value []byte, depth int) error {
	const bucketSize = 16 // root, sequence
	if len(value) < bucketSize {
		return damaged(name, nil)
	}
	if root := order.Uint64(value); root != 0 {
		return p.tree(root, depth, p.full)
	}
	inline := value[bucketSize:]
	if len(inline) < headerSize || order.Uint16(inline[8:]) != pageLeaf {
		return damaged(name, nil)
	}
	return p.node(name, pageLeaf, inline, depth, false, true)
}

// part gives the value of the element at the offset at, if its key and value lie
// within the page.
func part(page []byte, at int, pos, keySize, valueSize uint32) ([]byte, bool) {
	from := uint64(at) + uint64(pos) + uint64(keySize)
	to := from + uint64(valueSize)
	if to > uint64(len(page)) {
		return nil, false
	}
	return page[from:to], true
}
