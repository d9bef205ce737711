package edgetest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"golang.ngrok.com/muxado/v2"
)

// Whoever obeys an order to stop may be gone before the order counts as written.
func TestAnAgentThatHasGoneIsNotOneThatRefuses(t *testing.T) {
	near, far := net.Pipe()
	gone := muxado.NewTypedStreamSession(muxado.Server(near, nil))
	if err := far.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := gone.AcceptTypedStream(); !ended(fmt.Errorf("edgetest: no answer from the agent: %w", err)) {
		t.Errorf("the agent's end: %v", err)
	}
	if err := gone.Close(); !ended(err) {
		t.Errorf("our own end: %v", err)
	}
	for _, other := range []error{nil, io.EOF, errors.New("edgetest: the agent refuses: busy")} {
		if ended(other) {
			t.Errorf("%v is taken for an end", other)
		}
	}
}
