//go:build !windows

package control

import (
	"context"
	"io/fs"
	"net"
)

// listen makes the socket at path.
func listen(path string) (*listener, error) { return listenUnix(path) }

// connect connects to it.
func connect(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

func isSocket(i fs.FileInfo) bool { return i.Mode().Type() == fs.ModeSocket }
