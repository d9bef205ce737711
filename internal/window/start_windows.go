package window

import (
	"os/exec"
	"syscall"
)

// detached has a process inherit no console.
const detached = 0x00000008

// Apart has a process stand by itself: what a console sends to the watcher is not
// for the window.
func Apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detached}
}
