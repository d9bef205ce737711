//go:build unix

package setup

import (
	"net/netip"
	"syscall"
)

// network gives the address by which this computer would reach the internet;
// another one means another network. Nothing is sent: a datagram socket is only
// pointed at an address that is reserved for documentation.
//
// It is asked for every five seconds, all day. The system is asked itself, since package
// net would have the thread that waits for all sockets wake for this one.
func network() string {
	v4 := &syscall.SockaddrInet4{Port: 9, Addr: netip.MustParseAddr("192.0.2.1").As4()}
	if a, ok := leavesBy(syscall.AF_INET, v4).(*syscall.SockaddrInet4); ok {
		return netip.AddrFrom4(a.Addr).String()
	}
	v6 := &syscall.SockaddrInet6{Port: 9, Addr: netip.MustParseAddr("2001:db8::1").As16()}
	if a, ok := leavesBy(syscall.AF_INET6, v6).(*syscall.SockaddrInet6); ok {
		return netip.AddrFrom16(a.Addr).String()
	}
	return ""
}

// leavesBy gives the address that a datagram to another would leave with; nil if there is
// no way there.
func leavesBy(family int, to syscall.Sockaddr) syscall.Sockaddr {
	syscall.ForkLock.RLock() // no child may inherit it
	fd, err := syscall.Socket(family, syscall.SOCK_DGRAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil
	}
	defer func() { _ = syscall.Close(fd) }() // nothing was sent by it
	if syscall.Connect(fd, to) != nil {
		return nil
	}
	from, _ := syscall.Getsockname(fd) // nil if it fails
	return from
}
