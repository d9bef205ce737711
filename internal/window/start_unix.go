//go:build unix

package window

import (
	"os/exec"
	"syscall"
)

// Apart has a process begin a session of its own: what a terminal sends to the
// watcher is not for the window.
func Apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
