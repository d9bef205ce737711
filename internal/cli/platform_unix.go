//go:build !windows

package cli

import (
	"fmt"
	"os"
	"syscall"
)

// brokenPipes are the errors of a write to a pipe that nobody reads.
var brokenPipes = []error{syscall.EPIPE}

// again puts a new process of the program in the place of this one.
func again(self string, args []string) error { return syscall.Exec(self, args, os.Environ()) }

// spoken gives a command line as it was meant.
func spoken(args []string) []string { return args }

// howToEnd says how a process is ended.
func howToEnd(pid int) string { return fmt.Sprintf("kill %d", pid) }

// dialog is for systems on which what is written to stderr is not seen.
func dialog() func(string) { return nil }
