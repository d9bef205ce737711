package opener

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/windows"
)

// printed has the program that the file's kind belongs to print it, as Explorer's own
// "Print" does. Some programs (Edge among them) have no such word: that is an error.
func printed(ctx context.Context, path string) (Printed, error) {
	return ByDialog, shell(ctx, "print", path)
}

// shell asks Windows' shell, beside the caller: it loads what other programs have put
// into it, and that may hang. One that is not done in time has begun.
func shell(ctx context.Context, verb, path string) error {
	v, err := windows.UTF16PtrFromString(verb)
	if err != nil {
		return fmt.Errorf("handing over %s: %w", path, err)
	}
	file, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return fmt.Errorf("handing over %s: %w", path, err)
	}
	done := make(chan error, 1)
	go func() { // ends with the shell's answer
		runtime.LockOSThread() // what is loaded may belong to the thread
		defer runtime.UnlockOSThread()
		const apartment = windows.COINIT_APARTMENTTHREADED | windows.COINIT_DISABLE_OLE1DDE
		if windows.CoInitializeEx(0, apartment) == nil {
			defer windows.CoUninitialize()
		}
		done <- windows.ShellExecute(0, v, file, nil, nil, windows.SW_SHOWNORMAL)
	}()
	timer := time.NewTimer(openWithin)
	defer timer.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("handing over %s: %w", path, err)
		}
		return nil
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("handing over %s: %w", path, ctx.Err())
	}
}
