//go:build !unix

package setup

import "net"

// network gives the address by which this computer would reach the internet;
// another one means another network. Nothing is sent: a datagram socket is only
// pointed at an address that is reserved for documentation.
func network() string {
	for _, to := range []string{"192.0.2.1:9", "[2001:db8::1]:9"} {
		conn, err := net.Dial("udp", to)
		if err != nil {
			continue
		}
		defer conn.Close()
		if a, ok := conn.LocalAddr().(*net.UDPAddr); ok {
			return a.IP.String()
		}
	}
	return ""
}
