//go:build unix

package setup

import (
	"net"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestTheNetworkIsTheAddressThatPacketsLeaveWith(t *testing.T) {
	want := ""
	for _, to := range []string{"[2001:db8::1]:9", "192.0.2.1:9"} { // the last one counts first
		if conn, err := net.Dial("udp", to); err == nil {
			want = conn.LocalAddr().(*net.UDPAddr).IP.String()
			_ = conn.Close()
		}
	}
	if got := network(); got != want {
		t.Errorf("%q, by package net %q", got, want)
	}
	if got := leavesBy(-1, nil); got != nil {
		t.Errorf("by no protocol packets leave with %v", got)
	}
}
