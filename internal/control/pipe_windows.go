package control

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// pipeOf names the pipe that stands for the socket at path. All users of a computer
// share one list of pipes, so that the user is part of the name.
func pipeOf(path, user string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	sum := sha256.Sum256([]byte(strings.ToLower(path) + "\x00" + user))
	return `\\.\pipe\dormer-` + hex.EncodeToString(sum[:12])
}

// thisUser gives the user of this process as Windows writes one ("S-1-5-21-…").
func thisUser() (string, error) {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return "", fmt.Errorf("control: ask who this is: %w", err)
	}
	return user.User.Sid.String(), nil
}

// listenPipe makes the pipe, which this user alone may open. It goes with its last
// handle: nothing is left behind.
func listenPipe(path string) (*listener, error) {
	user, err := thisUser()
	if err != nil {
		return nil, err
	}
	name := pipeOf(path, user)
	if stands(name) { // Wine would let a second one have it as well
		return nil, fmt.Errorf("control: somebody already answers on %s", name)
	}
	// The owner is said, because an administrator's things belong to all of them.
	l, err := winio.ListenPipe(name, &winio.PipeConfig{
		SecurityDescriptor: "O:" + user + "D:P(A;;GA;;;" + user + ")", InputBufferSize: pipeBuffer, OutputBufferSize: pipeBuffer,
	})
	if err != nil {
		return nil, fmt.Errorf("control: open the pipe: %w", err)
	}
	return &listener{welcoming{l}, func() bool { return true }, func() {}}, nil
}

const (
	pipeBuffer    = 64 << 10
	welcome       = '.'                    // the first byte that the server sends
	welcomeWithin = 250 * time.Millisecond // else the end of the pipe is one that nobody serves
)

// welcoming sends a byte to whoever is let in. A pipe's first end only keeps its name
// and is served by nobody: Windows lets nobody in there, but Wine does, and whoever
// came first would wait for an answer in vain.
type welcoming struct{ net.Listener }

// Accept implements [net.Listener].
func (w welcoming) Accept() (net.Conn, error) {
	for {
		c, err := w.Listener.Accept()
		if err != nil {
			return nil, err
		}
		_ = c.SetWriteDeadline(time.Now().Add(knockTimeout)) // else the write tells
		if _, err = c.Write([]byte{welcome}); err == nil {
			return c, c.SetWriteDeadline(time.Time{})
		}
		_ = c.Close() // it has gone again
	}
}

// stands says whether there is a pipe of a name, and goes in and out where it lets
// anybody in.
func stands(name string) bool {
	words, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return false
	}
	h, err := windows.CreateFile(words, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, 0, 0)
	if err == nil {
		_ = windows.CloseHandle(h)
	}
	return err == nil || errors.Is(err, windows.ERROR_PIPE_BUSY)
}

// connectPipe connects to the pipe, if it is this user's: any program can make one
// of that name.
func connectPipe(ctx context.Context, path string) (net.Conn, error) {
	user, err := thisUser()
	if err != nil {
		return nil, err
	}
	for {
		c, err := winio.DialPipeContext(ctx, pipeOf(path, user))
		if err != nil {
			return nil, err
		}
		if owner, err := ownerOf(c); err != nil || owner != user {
			_ = c.Close()
			return nil, fmt.Errorf("%w: the pipe belongs to %q (%v)", fs.ErrPermission, owner, err)
		}
		err = welcomed(c)
		if err == nil {
			return c, nil
		}
		_ = c.Close()
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, err
		}
	}
}

// welcomed waits for the byte that says that somebody serves this end.
func welcomed(c net.Conn) error {
	_ = c.SetReadDeadline(time.Now().Add(welcomeWithin)) // else the read tells
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		return err
	}
	return c.SetReadDeadline(time.Time{})
}

// ownerOf gives the user who has made a pipe.
func ownerOf(c net.Conn) (string, error) {
	handle, ok := c.(interface{ Fd() uintptr })
	if !ok {
		return "", fmt.Errorf("control: a pipe without a handle: %T", c)
	}
	about, err := windows.GetSecurityInfo(windows.Handle(handle.Fd()), windows.SE_KERNEL_OBJECT,
		windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return "", fmt.Errorf("control: ask whose the pipe is: %w", err)
	}
	owner, _, err := about.Owner()
	if err != nil {
		return "", fmt.Errorf("control: ask whose the pipe is: %w", err)
	}
	return owner.String(), nil
}
