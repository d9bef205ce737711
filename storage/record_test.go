package storage

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

func FuzzEventRecord(f *testing.F) {
	whole := Event{
		ReceivedAt: time.Date(2026, 3, 2, 8, 0, 0, 5, time.UTC), Name: "n", Job: "1", Model: "2", State: "s", Webhook: "3",
		Verdict: "signed", Reading: "r", Duplicate: true, Verification: true, Path: "/p",
		Header: map[string]string{"Date": "d", "": "", "X": "\x00"}, Body: []byte("{}\x00"),
	}
	f.Add(whole.encode())
	f.Add((&Event{}).encode())
	f.Add([]byte{recordVersion, 200, 1, 'x', tagBody, 'b'}) // a field of later
	f.Add([]byte{recordVersion, tagName, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{recordVersion})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		e, err := decodeEvent(7, b)
		if !bytes.Equal(b, before) {
			t.Fatal("decoding changed the record")
		}
		if err != nil {
			return
		}
		clear(b) // the event is its own
		again, err := decodeEvent(7, e.encode())
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
		if len(e.Body) == 0 {
			e.Body, again.Body = nil, nil
		}
		if !reflect.DeepEqual(again, e) {
			t.Fatalf("read as %+v, then as %+v", e, again)
		}
	})
}

func TestARecordIsReadAsItWasWritten(t *testing.T) {
	want := Event{
		Seq: 7, ReceivedAt: time.Date(2026, 3, 2, 8, 0, 0, 123456789, time.UTC), Name: "n", Job: "1", Model: "2", State: "s",
		Webhook: "3", Verdict: "signed", Reading: "r", Duplicate: true, Verification: true, Path: "/p",
		Header: map[string]string{"Date": "d", "X": ""}, Body: []byte("{ }\r\n\x00"),
	}
	if got, err := decodeEvent(7, want.encode()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	later := append([]byte{recordVersion, 200, 2, 'n', 'o'}, want.encode()[1:]...)
	if got, err := decodeEvent(7, later); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("with a field of later: %+v, %v", got, err)
	}
}

// FuzzExamine looks at a file as Open does before it trusts it.
func FuzzExamine(f *testing.F) {
	f.Add(make([]byte, 1<<14))
	f.Add([]byte("not a database"))
	page := func(id uint64, flags, count uint16, rest ...byte) []byte {
		b := make([]byte, 1<<10)
		order.PutUint64(b, id)
		order.PutUint16(b[8:], flags)
		order.PutUint16(b[10:], count)
		copy(b[headerSize:], rest)
		return b
	}
	header := func(id, root uint64) []byte {
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
	self := make([]byte, elementSize) // a branch that leads to itself
	order.PutUint64(self[8:], 3)
	f.Add(join(header(0, 3), header(1, 3), page(2, pageFreelist, 0), page(3, pageBranch, 1, self...), page(4, pageLeaf, 0)))
	f.Add(join(header(0, 3), header(1, 3), page(2, pageFreelist, 0xffff, 0xff, 0xff, 0xff), page(3, pageLeaf, 9), page(4, pageLeaf, 0)))
	whole := join(header(0, 3), header(1, 3), page(2, pageFreelist, 0), page(3, pageLeaf, 0), page(4, pageLeaf, 0))
	if err := examine(bytes.NewReader(whole), int64(len(whole)), true); err != nil {
		f.Fatalf("an empty database: %v", err)
	}
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, full := range []bool{true, false} {
			_ = examine(bytes.NewReader(b), int64(len(b)), full)
		}
	})
}
