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
