package e2e

import (
	"os/exec"
	"syscall"
)

// dieWithUs lets a program end with the test binary, whatever becomes of it.
func dieWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
