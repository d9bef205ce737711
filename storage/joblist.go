package storage

import (
	"sync"
	"time"

	"dormer/internal/hover"
)

// jobList is the list of jobs in memory, as a search reads it: the file's pages lie
// anywhere, and a processor waits for each of them longer than it searches in it.
type jobList struct {
	version uint64      // of the bucket's rows
	blocks  []listBlock // at least one
	states  []hover.JobState
	places  map[string]uint32 // of the states
	size    int               // rows of a block
}

// listBlock is a part of the list, its rows in the bucket's order: the jobs that were
// updated last are the last.
type listBlock struct {
	from []byte // the key from which it holds all rows, up to the next one's; nil in the first
	text []byte // of each row its job's id, and what the job is found by
	rows []listed
}

// listed is one row of a block.
type listed struct {
	end   uint32 // of the row within the block's text
	id    uint32 // bytes of it that are the id
	state uint32 // its place in the list's states

	updated int64 // microseconds since 1970
}

const (
	blockRows   = 1024        // rows of a block
	listKept    = time.Minute // how long a list is kept, so that a word can be typed
	mostChanges = 1000        // rows; where more are changed, the list is read anew
)

// lists keeps the list of jobs between two searches.
type lists struct {
	mu     sync.Mutex // protects list, its contents and forget
	list   *jobList   // as it was searched last; nil if that is long ago
	forget *time.Timer
	size   int // rows of a block; blockRows if zero

	changes listChanges
}

// listChanges are the rows of the list that were changed of late.
type listChanges struct {
	mu    sync.Mutex // protects the fields below; held for no longer than it takes to note
	since uint64     // the version after which all are known
	keys  []changedRow
}

type changedRow struct {
	version uint64 // of the list that has the change
	key     []byte
}

// note notes what the commit changes that is about to make this version. Where it
// fails, too much is noted, which does no harm.
func (c *listChanges) note(version uint64, keys [][]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys)+len(keys) > mostChanges {
		c.since, c.keys = version, nil
		return
	}
	for _, k := range keys {
		c.keys = append(c.keys, changedRow{version, k})
	}
}

// between gives the rows that were changed after one version up to another; false if
// they are not known.
func (c *listChanges) between(after, upTo uint64) (keys [][]byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if after > upTo || after < c.since {
		return nil, false
	}
	for _, k := range c.keys {
		if k.version > after && k.version <= upTo {
			keys = append(keys, k.key)
		}
	}
	return keys, true
}
