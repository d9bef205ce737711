package cli

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// brokenPipes are the errors of a write to a pipe that nobody reads.
var brokenPipes = []error{windows.ERROR_BROKEN_PIPE, windows.ERROR_NO_DATA}

// display says whether there is something to show windows on.
func display(func(string) string) bool { return true }

// howToEnd says how a process is ended.
func howToEnd(pid int) string { return fmt.Sprintf("taskkill /F /PID %d", pid) }
