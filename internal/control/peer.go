//go:build linux || darwin

package control

import (
	"fmt"
	"net"
)

// peerUID gives the user of the process at the other end; known is false for a
// connection that is not a local socket.
func peerUID(c net.Conn) (uid int, known bool, err error) {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return 0, false, nil
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, false, fmt.Errorf("control: ask who is there: %w", err)
	}
	if e := raw.Control(func(fd uintptr) { uid, err = socketPeer(int(fd)) }); e != nil {
		err = e
	}
	if err != nil {
		return 0, false, fmt.Errorf("control: ask who is there: %w", err)
	}
	return uid, true, nil
}
