package storage

import (
	"bytes"
	"errors"
	"testing"
)

// page is a page of 1 KiB that starts with the given elements.
func page(id uint64, flags, count uint16, elements ...byte) []byte {
	b := make([]byte, 1<<10)
	order.PutUint64(b, id)
	order.PutUint16(b[8:], flags)
	order.PutUint16(b[10:], count)
	copy(b[headerSize:], elements)
	return b
}

// header is one of the two pages that start a file of five pages.
func header(id, root uint64) []byte {
	b := page(id, 4, 0)
	m := b[headerSize:]
	order.PutUint32(m, boltMagic)
	order.PutUint32(m[4:], boltVersion)
	order.PutUint32(m[8:], 1<<10)
	order.PutUint64(m[16:], root)
	order.PutUint64(m[32:], 2)
	order.PutUint64(m[40:], 5)
	order.PutUint64(m[48:], id)
	order.PutUint64(m[sumAt:], headerSum(m))
	return b
}

// emptyFile is a database without a bucket, whose last page is a free one.
func emptyFile() []byte {
	free := make([]byte, 8)
	order.PutUint64(free, 4)
	return join(header(0, 3), header(1, 3), page(2, pageFreelist, 1, free...), page(3, pageLeaf, 0), page(4, pageLeaf, 0))
}

// TestAFileThatEndsEarlyIsDamaged cuts where nothing would be missed until bbolt
// reads it through the map.
func TestAFileThatEndsEarlyIsDamaged(t *testing.T) {
	whole := emptyFile()
	for cut, want := range map[int]error{0: nil, 1: ErrDamaged, 1 << 10: ErrDamaged} {
		file := whole[:len(whole)-cut]
		if err := examine(bytes.NewReader(file), int64(len(file)), false); !errors.Is(err, want) {
			t.Errorf("without its last %d bytes: %v", cut, err)
		}
	}
}

// TestATreeThatLeadsBackToItselfIsDamaged builds what a header that was written
// before its pages can lead to: bbolt would follow the pages until the stack
// ends, and no program survives that.
func TestATreeThatLeadsBackToItselfIsDamaged(t *testing.T) {
	to := func(id uint64) []byte {
		element := make([]byte, elementSize)
		order.PutUint64(element[8:], id)
		return element
	}
	file := join(header(0, 3), header(1, 3), page(2, pageFreelist, 0), page(3, pageBranch, 1, to(4)...), page(4, pageBranch, 1, to(3)...))
	if err := examine(bytes.NewReader(file), int64(len(file)), false); !errors.Is(err, ErrDamaged) {
		t.Errorf("seen before it is opened: %v", err)
	}
}

// FuzzExamine looks at a file as Open does before it trusts it.
func FuzzExamine(f *testing.F) {
	f.Add(make([]byte, 1<<14))
	f.Add([]byte("not a database"))
	self := make([]byte, elementSize) // a branch that leads to itself
	order.PutUint64(self[8:], 3)
	f.Add(join(header(0, 3), header(1, 3), page(2, pageFreelist, 0), page(3, pageBranch, 1, self...), page(4, pageLeaf, 0)))
	f.Add(join(header(0, 3), header(1, 3), page(2, pageFreelist, 0xffff, 0xff, 0xff, 0xff), page(3, pageLeaf, 9), page(4, pageLeaf, 0)))
	f.Add(emptyFile())
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, full := range []bool{true, false} {
			_ = examine(bytes.NewReader(b), int64(len(b)), full)
		}
	})
}
