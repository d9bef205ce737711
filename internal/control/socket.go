package control

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const knockTimeout = time.Second // to find out whether anybody answers on a socket

// listener is where a Dormer is found.
type listener struct {
	net.Listener
	stands func() bool // whoever looks for it finds it there still
	remove func()      // what it leaves behind once it is closed
}

// Close lets nobody in any more, and leaves nothing behind. Whoever is in stays.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.remove()
	return err
}

// listenUnix makes the socket at path, 0600 in a directory that is this user's
// alone.
func listenUnix(path string) (*listener, error) {
	if err := ownDirectory(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: path})
	if err != nil {
		return nil, fmt.Errorf("control: open the socket: %w", err)
	}
	// Between the two calls the directory protects it.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("control: protect the socket: %w", err), l.Close())
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("control: look at the socket: %w", err), l.Close())
	}
	l.SetUnlinkOnClose(false) // by then it may be somebody else's
	stands := func() bool {
		now, err := os.Lstat(path)
		return err == nil && os.SameFile(now, info)
	}
	remove := sync.OnceFunc(func() {
		if stands() {
			_ = os.Remove(path)
		}
	})
	return &listener{l, stands, remove}, nil
}

// ownDirectory makes dir, or makes sure that nobody else can put a socket of
// their own there.
func ownDirectory(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("control: make the socket's directory: %w", err)
	}
	i, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("control: look at the socket's directory: %w", err)
	case i.Mode()&fs.ModeSticky != 0:
		return fmt.Errorf("control: %s is shared with other users", dir)
	case i.Mode().Perm()&0o077 == 0:
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("control: protect the socket's directory: %w", err)
	}
	return nil
}

// removeStale removes a socket that nobody answers on: what a process that was
// killed leaves behind.
func removeStale(path string) error {
	i, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("control: look at the socket: %w", err)
	}
	if !isSocket(i) {
		return fmt.Errorf("control: %s is in the way: it is not a socket", path)
	}
	if c, err := net.DialTimeout("unix", path, knockTimeout); err == nil {
		_ = c.Close()
		return fmt.Errorf("control: somebody already answers on %s", path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("control: remove the old socket: %w", err)
	}
	return nil
}
