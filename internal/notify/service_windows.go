package notify

import (
	"context"
	"fmt"
	"runtime"

	"git.sr.ht/~jackmordaunt/go-toast/wintoast"
)

// activator is the COM class that Windows calls for a click. It is Dormer's own
// and must stay the same: Windows keeps it in the user's registry.
const activator = "{7A1E6B0C-5C0B-4E0E-9B4D-3B1C6C9B6F52}"

// toasts shows notices as Windows toasts. Only the library's COM way is used:
// its other way, a PowerShell script, would have outside text in it.
type toasts struct {
	o    Options
	work chan func()
	done chan struct{}
	idle chan struct{} // closed when the worker has ended
}

func newService(o Options, clicked func(key, action string), _ func()) service {
	wintoast.SetActivationCallback(func(_, arguments string, _ []wintoast.UserData) {
		if key, action, ok := parseToastArguments(arguments); ok {
			clicked(key, action)
		}
	})
	t := &toasts{o: o, work: make(chan func()), done: make(chan struct{}), idle: make(chan struct{})}
	go t.run()
	return t
}

// run does everything with COM on one thread: what the thread joins on its first
// call lasts as long as the thread.
func (t *toasts) run() {
	defer close(t.idle)
	runtime.LockOSThread()
	for {
		select {
		case <-t.done:
			return // the thread ends with its goroutine
		case f := <-t.work:
			f()
		}
	}
}

// do runs f on the thread. It stops waiting when ctx ends; f itself cannot be
// stopped, and the next one waits for it.
func (t *toasts) do(ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	work := func() {
		// The library calls into system DLLs that a server edition may lack,
		// which panics.
		defer func() {
			if r := recover(); r != nil {
				result <- fmt.Errorf("%w: %v", ErrNoDesktop, r)
			}
		}()
		result <- f()
	}
	select {
	case t.work <- work:
	case <-ctx.Done():
		return fmt.Errorf("notify: %w", ctx.Err())
	}
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return fmt.Errorf("notify: Windows did not answer: %w", ctx.Err())
	}
}

func (t *toasts) show(ctx context.Context, n Notice) error {
	doc, err := toastXML(n, t.o.Icon)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return t.do(ctx, func() error {
		if err := t.register(); err != nil {
			return err
		}
		if err := wintoast.Push(doc); err != nil {
			return fmt.Errorf("notify: Windows refused the notification: %w", err)
		}
		return nil
	})
}

func (t *toasts) available(ctx context.Context) (server string, capabilities []string, err error) {
	if err := t.do(ctx, t.register); err != nil {
		return "", nil, err
	}
	return "Windows", []string{"actions", "body"}, nil
}

// register tells Windows who we are, in the user's own registry. The library
// does nothing after the first time.
func (t *toasts) register() error {
	err := wintoast.SetAppData(wintoast.AppData{AppID: t.o.AppName, GUID: activator, IconPath: t.o.Icon})
	if err != nil {
		return fmt.Errorf("notify: Windows does not know %s: %w", t.o.AppName, err)
	}
	return nil
}

func (t *toasts) close() {
	close(t.done)
	<-t.idle
}
