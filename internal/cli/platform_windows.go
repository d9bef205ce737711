package cli

import (
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"
)

// brokenPipes are the errors of a write to a pipe that nobody reads.
var brokenPipes = []error{windows.ERROR_BROKEN_PIPE, windows.ERROR_NO_DATA}

// again starts a new process of the program; this one is to end.
func again(self string, args []string) error {
	c := exec.Command(self, args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	return c.Start()
}

// howToEnd says how a process is ended.
func howToEnd(pid int) string { return fmt.Sprintf("taskkill /F /PID %d", pid) }
