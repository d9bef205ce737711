package control

import (
	"errors"
	"net"
	"path/filepath"
	"testing"

	"github.com/Microsoft/go-winio"

	"dormer/internal/say"
)

// TestWhoeverComesFirstThroughThePipeIsAnswered would hang where the pipe's first
// end, which nobody serves, lets somebody in.
func TestWhoeverComesFirstThroughThePipeIsAnswered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := listenPipe(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, err = c.Write([]byte("!"))
			err = errors.Join(err, c.Close())
		}
		served <- err
	}()
	c, err := connectPipe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b := make([]byte, 1)
	if n, err := c.Read(b); n != 1 {
		t.Errorf("read was %q: %v", b[:n], err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if _, err := listenPipe(path); err == nil {
		t.Error("two have a pipe of the same name")
	}
}

func TestAPipeThatSomebodyElseHasMadeIsTrustedWithNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	user, err := thisUser()
	if err != nil {
		t.Fatal(err)
	}
	l, err := winio.ListenPipe(pipeOf(path, user), &winio.PipeConfig{SecurityDescriptor: "O:BAD:P(A;;GA;;;WD)"})
	if err != nil {
		t.Skip("only an administrator can make a pipe that belongs to others: " + err.Error())
	}
	came := make(chan net.Conn, 1)
	go func() {
		c, _ := l.Accept() // nil when it is closed
		came <- c
	}()
	_, err = Dial(t.Context(), path)
	var told *say.Error
	if !errors.As(err, &told) || !told.What.Equal(say.T("runs.other_user")) {
		t.Errorf("it was said %v", err)
	}
	l.Close() // Wine lets the client in where go-winio serves nobody: nobody came, then
	if c := <-came; c != nil {
		c.Close()
	}
}
