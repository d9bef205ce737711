package storage

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"dormer/internal/hover"
)

// Event is one webhook as it was received.
type Event struct {
	// Seq counts events in the order of their arrival, from 1, without reuse.
	Seq uint64
	// ReceivedAt is when it arrived, by our clock, in UTC.
	ReceivedAt time.Time
	Name       hover.EventName // the body's "event"; may be empty
	// Job, Model, State and Webhook are what the body says of itself; any may
	// be empty.
	Job     hover.JobID
	Model   hover.ModelID
	State   string
	Webhook hover.WebhookID
	// Verdict says how far to trust it, Reading by which reading of the
	// signature it was verified.
	Verdict hover.Verdict
	Reading string
	// Duplicate: the same body was stored within the 24 hours before. A label
	// only; the store sets it.
	Duplicate bool
	// Verification: it carries the code that makes a webhook live.
	Verification bool
	// Path and Header are of the request: the header fields that matter.
	Path   string
	Header map[string]string
	// Body is the request's body, byte for byte.
	Body []byte
	// Read is what Body says, where whoever appends the event has read it
	// already. It is for the fold and not stored.
	Read hover.Event
}

// A record is a version, fields, and the body. A field is a tag, the length of
// its value (a uvarint) and the value; tag 0 ends them, the rest is the body. A
// reader skips tags that it does not know, so fields can be added.
const recordVersion = 1

const (
	tagBody byte = iota
	tagReceived
	tagName
	tagJob
	tagModel
	tagState
	tagWebhook
	tagVerdict
	tagReading
	tagDuplicate
	tagVerification
	tagPath
	tagHeader // the name's length (a uvarint), the name, the value
)

func (e *Event) encode() []byte {
	size := 512 + len(e.Body) // the fields are short, but for the header
	for name, value := range e.Header {
		size += len(name) + len(value)
	}
	b := make([]byte, 0, size)
	b = append(b, recordVersion)
	field := func(tag byte, value string) {
		if value != "" {
			b = append(b, tag)
			b = binary.AppendUvarint(b, uint64(len(value)))
			b = append(b, value...)
		}
	}
	flag := func(tag byte, set bool) {
		if set {
			b = append(b, tag, 0)
		}
	}
	if !e.ReceivedAt.IsZero() {
		at := seqKey(uint64(e.ReceivedAt.Unix()))
		field(tagReceived, string(binary.BigEndian.AppendUint32(at, uint32(e.ReceivedAt.Nanosecond()))))
	}
	field(tagName, string(e.Name))
	field(tagJob, string(e.Job))
	field(tagModel, string(e.Model))
	field(tagState, e.State)
	field(tagWebhook, string(e.Webhook))
	field(tagVerdict, string(e.Verdict))
	field(tagReading, e.Reading)
	flag(tagDuplicate, e.Duplicate)
	flag(tagVerification, e.Verification)
	field(tagPath, e.Path)
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		value := binary.AppendUvarint(nil, uint64(len(name)))
		field(tagHeader, string(value)+name+e.Header[name])
	}
	b = append(b, tagBody)
	return append(b, e.Body...)
}

// decodeEvent reads a record. The event shares nothing with b.
func decodeEvent(seq uint64, b []byte) (Event, error) {
	bad := func() (Event, error) { return Event{}, damaged("event record", nil) }
	e := Event{Seq: seq}
	if len(b) == 0 || b[0] != recordVersion {
		return bad()
	}
	for b = b[1:]; len(b) > 0; {
		tag := b[0]
		b = b[1:]
		if tag == tagBody {
			e.Body = slices.Clone(b)
			return e, nil
		}
		value, rest, ok := sized(b)
		if !ok {
			return bad()
		}
		b = rest
		switch tag {
		case tagReceived:
			if len(value) != 12 {
				return bad()
			}
			seconds, nanos := int64(binary.BigEndian.Uint64(value)), binary.BigEndian.Uint32(value[8:])
			e.ReceivedAt = time.Unix(seconds, int64(nanos)).UTC()
		case tagName:
			e.Name = hover.EventName(value)
		case tagJob:
			e.Job = hover.JobID(value)
		case tagModel:
			e.Model = hover.ModelID(value)
		case tagState:
			e.State = string(value)
		case tagWebhook:
			e.Webhook = hover.WebhookID(value)
		case tagVerdict:
			e.Verdict = hover.Verdict(value)
		case tagReading:
			e.Reading = string(value)
		case tagDuplicate:
			e.Duplicate = true
		case tagVerification:
			e.Verification = true
		case tagPath:
			e.Path = string(value)
		case tagHeader:
			name, value, ok := sized(value)
			if !ok {
				return bad()
			}
			if e.Header == nil {
				e.Header = map[string]string{}
			}
			e.Header[string(name)] = string(value)
		}
	}
	return bad() // the body's tag is missing
}

// sized cuts off a value that follows its length.
func sized(b []byte) (value, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, false
	}
	b = b[n:]
	return b[:size], b[size:], true
}
