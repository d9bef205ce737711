package storage

import "time"

// WorkKind says what is to be done; the kinds are the engine's.
type WorkKind string

// Work is one thing that is still to be done. There is at most one row of a
// Kind and Key; a second wish for it joins the first.
type Work struct {
	Kind WorkKind `json:"kind"`
	Key  string   `json:"key"`
	// Rev grows with every wish. Who does the work hands the row back as it was
	// given out: if it has been wished for again meanwhile, it stays.
	Rev       uint64    `json:"rev"`
	Payload   []byte    `json:"payload,omitempty"`
	Due       time.Time `json:"due"`   // when to begin
	Since     time.Time `json:"since"` // when it was first wished for
	Attempts  int       `json:"attempts,omitempty"`
	LastError string    `json:"last_error,omitempty"`
	Dead      bool      `json:"dead,omitempty"`   // given up; see [Tx.Revive]
	Behind    bool      `json:"behind,omitempty"` // what was learnt last was older than what is known
}

func (w Work) id() []byte { return join(text(string(w.Kind)), []byte(w.Key)) }

func (w Work) dueKey() []byte { return join(timeKey(w.Due), w.id()) }

// place says in which index a row is, under which key, and where it counts.
func (w Work) place() (bucket string, key []byte, n count) {
	if w.Dead {
		return bucketWorkDead, w.id(), countDead
	}
	return bucketWorkDue, w.dueKey(), countPending
}
