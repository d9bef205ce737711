package control

import (
	"context"
	"encoding/json"
	"errors"
	"os"
)

// A Place is where the Dormer that runs on a data directory can be found.
type Place struct {
	// Sockets is where its socket may be, the best first: not every file system
	// holds sockets.
	Sockets []string
	// Note is the file in the data directory in which it says where its socket is,
	// and which process it is.
	Note string
}

// note is what a Dormer says of itself while it runs.
type note struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket"` // empty while it has none
}

// Dial finds the Dormer that serves there. The error is [ErrNotRunning] if nobody
// answers.
func (p Place) Dial(ctx context.Context) (*Client, error) {
	sockets := p.Sockets
	if n, ok := p.read(); ok && n.Socket != "" {
		sockets = append([]string{n.Socket}, sockets...)
	}
	err := ErrNotRunning
	for _, socket := range sockets {
		var c *Client
		if c, err = Dial(ctx, socket); err == nil || !errors.Is(err, ErrNotRunning) {
			return c, err
		}
	}
	return nil, err
}

// Process gives the process that has said last that it runs there; false if none
// has, or if it has ended in order. Whether it still runs is another question.
func (p Place) Process() (pid int, ok bool) {
	n, ok := p.read()
	return n.PID, ok
}

func (p Place) read() (n note, ok bool) {
	b, err := os.ReadFile(p.Note)
	return n, err == nil && json.Unmarshal(b, &n) == nil && n.PID > 0
}

// write says where this process's socket is.
func (p Place) write(socket string) error {
	b, err := json.Marshal(note{PID: os.Getpid(), Socket: socket})
	if err != nil || p.Note == "" {
		return err
	}
	unfinished := p.Note + ".tmp"
	if err := os.WriteFile(unfinished, b, 0o600); err != nil {
		return err
	}
	return os.Rename(unfinished, p.Note)
}

// erase takes that back.
func (p Place) erase() {
	if n, ok := p.read(); ok && n.PID == os.Getpid() {
		_ = os.Remove(p.Note) // what stays is overwritten by the next start
	}
}
