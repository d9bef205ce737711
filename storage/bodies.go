package storage

import (
	"crypto/sha256"
	"time"
)

// An event came twice if its body was received within the last duplicateWithin. It is
// known by a hash; the newest maxBodies of them count. They are kept in memory alone,
// since the log has the bodies: written to the file, each would touch a page of its own.
const (
	duplicateWithin = 24 * time.Hour
	maxBodies       = 1 << 17
)

// After a start the bodies of a day are hashed anew from the log's end, at most bodiesRead
// bytes, and as many at a time as keep nobody who writes waiting for long. Rows of a clock
// that was behind may stand among them: strays older ones in a row are the end of the day.
const (
	bodiesRead   = 256 << 20
	bodiesAtOnce = 4 << 20
	strays       = 1000
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

// add adds what has come up to an event, and forgets what is too old to matter: a few with
// each, so that a clock that is ahead for a moment does not end the day.
func (b *bodies) add(list []heard, upTo uint64) {
	if b.last == nil {
		b.last = map[bodyHash]int64{}
	}
	for _, h := range list {
		b.last[h.hash] = h.at
	}
	b.order, b.upTo = append(b.order, list...), upTo
	const few = 4
	old := list[len(list)-1].at - duplicateWithin.Microseconds()
	gone := 0
	for _, h := range b.order {
		tooMany := len(b.order)-gone > maxBodies
		if !tooMany && (h.at >= old || gone == few*len(list)) {
			break
		}
		if gone++; b.last[h.hash] == h.at {
			delete(b.last, h.hash)
		}
	}
	b.order = b.order[gone:]
}
