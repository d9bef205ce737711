package setup

import (
	"bytes"
	"io"
	"sync"
	"time"
)

const (
	backlogSize   = 1 << 20                // bytes that may wait for a writer
	backlogFinish = 500 * time.Millisecond // for what waits when the log is closed
)

// backlog hands lines to a writer beside the program. A terminal that was
// stopped, a pipe that nobody reads and a disk that does not answer may hold a
// write for ever: whoever writes here waits for none of them. What there is no
// room for is left out, and counted.
type backlog struct {
	to      io.Writer
	leftOut func(n int) []byte // the line that says how many were left out

	mu     sync.Mutex // protects what follows
	lines  bytes.Buffer
	left   int // lines that were left out since
	closed bool

	wake  chan struct{} // has room for one: look again
	ended chan struct{} // closed when nothing is written any more
}

func newBacklog(to io.Writer, leftOut func(n int) []byte) *backlog {
	b := &backlog{to: to, leftOut: leftOut, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go b.run() // ends with Close, or is left behind in a write that does not end
	return b
}

// Write takes one whole line. It never waits and never fails.
func (b *backlog) Write(line []byte) (int, error) {
	b.mu.Lock()
	if b.left > 0 || b.closed || b.lines.Len()+len(line) > backlogSize {
		b.left++ // what came first is told first
	} else {
		b.lines.Write(line)
	}
	b.mu.Unlock()
	b.signal()
	return len(line), nil
}

func (b *backlog) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take gives what waits, and says whether more may come.
func (b *backlog) take() (lines []byte, left int, more bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines, left = bytes.Clone(b.lines.Bytes()), b.left
	b.lines.Reset()
	b.left = 0
	return lines, left, !b.closed
}

func (b *backlog) run() {
	defer close(b.ended)
	for more := true; more; {
		<-b.wake
		var lines []byte
		var left int
		lines, left, more = b.take()
		if left > 0 {
			lines = append(lines, b.leftOut(left)...)
		}
		if len(lines) > 0 {
			_, _ = b.to.Write(lines) // there is nobody to tell
		}
	}
	if c, ok := b.to.(io.Closer); ok {
		_ = c.Close()
	}
}

// Close has what waits written, and the writer closed if it can be; both are
// given up where that takes long.
func (b *backlog) Close() error {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.signal()
	t := time.NewTimer(backlogFinish)
	defer t.Stop()
	select {
	case <-b.ended:
	case <-t.C:
	}
	return nil
}
