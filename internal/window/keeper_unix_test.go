//go:build unix

package window

import (
	"errors"
	"iter"
	"syscall"
	"testing"
)

// A watcher that has started again in place is still the parent of its window, and
// nobody else collects it once it has ended.
func TestAWindowThatHasOutlivedItsWatcherIsCollected(t *testing.T) {
	ws := keep(t, usual)
	window, err := ws.start(Place{}) // by the watcher before
	if err != nil {
		t.Fatal(err)
	}
	next, stop := iter.Pull2(ws.Attend(t.Context(), window.Pid))
	defer stop()
	if _, _, ok := next(); !ok {
		t.Fatal("it is not attended")
	}
	ws.exits(1, "0")
	ws.all.Wait()
	if state, err := window.Wait(); !errors.Is(err, syscall.ECHILD) {
		t.Errorf("it is left, %v, %v", state, err)
	}
}
