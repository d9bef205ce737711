package control

import (
	"context"
	"errors"
	"io/fs"
	"net"
)

// listen makes the socket at path, or the pipe that stands for it where this
// Windows or this disk has no sockets.
func listen(path string) (*listener, error) {
	l, err := listenUnix(path)
	if err == nil {
		return l, nil
	}
	p, failed := listenPipe(path)
	if failed != nil {
		return nil, errors.Join(err, failed)
	}
	return p, nil
}

// connect connects to either. What is said of the pipe counts: where there are no
// sockets nothing is to be said of them.
func connect(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	if c, err := d.DialContext(ctx, "unix", path); err == nil {
		return c, nil
	}
	return connectPipe(ctx, path)
}

// isSocket: Windows shows a socket as a reparse point, which Go calls
// irregular or a socket depending on its version.
func isSocket(i fs.FileInfo) bool { return !i.Mode().IsRegular() && !i.IsDir() }
