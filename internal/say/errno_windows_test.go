package say

import (
	"net"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

// TestWindowsOwnNumbersAreToldInWords, which are not those of syscall's names.
func TestWindowsOwnNumbersAreToldInWords(t *testing.T) {
	for number, id := range map[syscall.Errno]string{
		windows.WSAECONNREFUSED: "computer.refused", windows.WSAECONNRESET: "computer.reset", windows.WSAENETUNREACH: "computer.no_way",
		windows.ERROR_DISK_FULL: "computer.full", windows.ERROR_WRITE_PROTECT: "computer.read_only",
	} {
		err := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connectex", number)}
		if got := ofComputer(err); !got.Equal(T(id)) {
			t.Errorf("%d is told %q", number, got)
		}
	}
}
