package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// An event came twice if its body was received within the last duplicateWithin. It is
// known by a hash; the newest maxBodies of them count. They are kept in memory alone,
// since the log has the bodies, and after a start those of a day are hashed anew, up to
// bodiesRead bytes: written to the file, each would touch a page of its own.
const (
	duplicateWithin = 24 * time.Hour
	maxBodies       = 1 << 17
	bodiesRead      = 64 << 20
)

type bodyHash [16]byte

func hashOf(body []byte) bodyHash {
	sum := sha256.Sum256(body)
	return bodyHash(sum[:])
}

// bodies are the hashes of what the index holds. Only the reader asks for them, and
// only the writer adds to them, while the reader waits for it.
type bodies struct {
	upTo  uint64             // the event up to which they are known
	last  map[bodyHash]int64 // when each came last, in microseconds
	order []heard            // as they came; some have come again since
}

// heard is a body, and when it came, in microseconds.
type heard struct {
	hash bodyHash
	at   int64
}

// coming is what of a batch has not been added yet.
type coming struct {
	before *bodies
	last   map[bodyHash]int64
	list   []heard
}

func (b *bodies) coming() *coming { return &coming{before: b, last: map[bodyHash]int64{}} }

// came takes in an event and says whether its body had come before.
func (c *coming) came(e *Event) bool {
	h := heard{hashOf(e.Body), micros(e.ReceivedAt)}
	was, there := c.last[h.hash]
	if !there {
		was, there = c.before.last[h.hash]
	}
	c.last[h.hash] = h.at
	c.list = append(c.list, h)
	return there && was >= micros(e.ReceivedAt.Add(-duplicateWithin))
}

// add adds what has come up to an event, and forgets what is too old to matter.
func (b *bodies) add(list []heard, upTo uint64) {
	if b.last == nil {
		b.last = map[bodyHash]int64{}
	}
	for _, h := range list {
		b.last[h.hash] = h.at
	}
	b.order, b.upTo = append(b.order, list...), upTo
	if len(b.order) == 0 {
		return
	}
	old := b.order[len(b.order)-1].at - duplicateWithin.Microseconds()
	gone := 0
	for _, h := range b.order {
		if h.at >= old && len(b.order)-gone <= maxBodies {
			break
		}
		if gone++; b.last[h.hash] == h.at {
			delete(b.last, h.hash)
		}
	}
	b.order = b.order[gone:]
}

// know makes sure that the hashes are those of what the index holds up to an event: of a
// day before it.
func (b *bodies) know(tx *Tx, upTo uint64) {
	if upTo == b.upTo {
		return
	}
	var list []heard
	size := 0
	for k, v := range rows(tx.bucket(bucketEvents), nil, seqKey(upTo+1), true) {
		e, err := decodeEvent(binary.BigEndian.Uint64(k), v)
		if err != nil {
			continue // who reads it says so
		}
		list = append(list, heard{hashOf(e.Body), micros(e.ReceivedAt)})
		size += len(v)
		if list[0].at-list[len(list)-1].at > duplicateWithin.Microseconds() || len(list) == maxBodies || size > bodiesRead {
			break
		}
	}
	slices.Reverse(list)
	*b = bodies{}
	b.add(list, upTo)
}
