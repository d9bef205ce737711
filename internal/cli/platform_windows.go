package cli

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

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

// dialog gives what shows a text in a box of Windows' own, where nothing that is
// written is seen: a program with windows that was started by a click.
func dialog() func(string) {
	if h, err := windows.GetStdHandle(windows.STD_ERROR_HANDLE); err == nil && h != 0 && h != windows.InvalidHandle {
		return nil
	}
	return func(text string) {
		words, err := windows.UTF16PtrFromString(text)
		if err != nil {
			return
		}
		title, _ := windows.UTF16PtrFromString("Dormer") // holds no NUL
		const setForeground = 0x00010000
		_, _ = windows.MessageBox(0, words, title, windows.MB_OK|windows.MB_ICONWARNING|setForeground)
	}
}

// spoken gives a command line without what Windows adds to one of its own: it starts
// Dormer for a click on a notification that an earlier run has left.
func spoken(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(a string) bool {
		return strings.EqualFold(a, "-Embedding") || strings.EqualFold(a, "/Embedding")
	})
}

// howToEnd says how a process is ended.
func howToEnd(pid int) string { return fmt.Sprintf("taskkill /F /PID %d", pid) }
