package tunnel

import "time"

// board keeps the status of one Run and reports its changes.
type board struct {
	now    Status
	report func(Status)
}

func (b *board) change(f func(*Status)) {
	before := b.now
	f(&b.now)
	if b.now.State != before.State {
		b.now.Since = time.Now()
	}
	if b.now != before {
		b.report(b.now)
	}
}

// lose says that the tunnel is not online, and why.
func (b *board) lose(why *Error) {
	b.change(func(s *Status) { s.State, s.Latency, s.Code, s.Err = Reconnecting, 0, why.Code, why })
}

// close says that it was closed from outside.
func (b *board) close() {
	b.change(func(s *Status) { s.State, s.Latency, s.Code, s.Err = Closed, 0, "", nil })
}

// fail says that it cannot go on.
func (b *board) fail(why *Error) {
	b.change(func(s *Status) { s.State, s.Latency, s.Code, s.Err = Failed, 0, why.Code, why })
}
