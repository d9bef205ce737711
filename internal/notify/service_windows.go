package notify

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"git.sr.ht/~jackmordaunt/go-toast/wintoast"
	"golang.org/x/sys/windows/registry"
)

// activator is the COM class that Windows calls for a click. It is Dormer's own
// and must stay the same: Windows keeps it in the user's registry.
const activator = "{7A1E6B0C-5C0B-4E0E-9B4D-3B1C6C9B6F52}"

// toasts shows notices as Windows toasts, and where there are none as a balloon at
// an icon of its own in the tray. Only the library's COM way is used: its other
// way, a PowerShell script, would have outside text in it.
type toasts struct {
	o       Options
	balloon *balloon
	work    chan func()
	done    chan struct{}
	idle    chan struct{} // closed when the worker has ended
}

func newService(o Options, clicked func(key, action string), _ func()) service {
	wintoast.SetActivationCallback(func(_, arguments string, _ []wintoast.UserData) {
		if key, action, ok := parseToastArguments(arguments); ok {
			clicked(key, action)
		}
	})
	t := &toasts{
		o: o, balloon: newBalloon(o.AppName, clicked), work: make(chan func()), done: make(chan struct{}),
		idle: make(chan struct{}),
	}
	go t.run()
	return t
}

// run does everything with toasts on one thread: what the thread joins on its first
// call lasts as long as the thread. Beside it clicks are listened for from the
// beginning: on what an earlier run has left, too.
func (t *toasts) run() {
	defer close(t.idle)
	runtime.LockOSThread()
	stop := listen()
	defer stop()
	if t.o.Start != "" {
		// Without it such a click starts nothing; whatever else is wrong is told by show.
		_ = t.register()
	}
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
	work := func() { result <- guarded(f) }
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

// guarded calls into system DLLs that a server edition may lack, which panics.
func guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrNoDesktop, r)
		}
	}()
	return f()
}

// show shows a toast, or a balloon where this Windows has no toasts. What a person
// has switched off stays off.
func (t *toasts) show(ctx context.Context, n Notice) error {
	doc, err := toastXML(n, t.o.Icon)
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	err = t.do(ctx, func() error {
		if err := t.ready(); err != nil {
			return err
		}
		if err := wintoast.Push(doc); err != nil {
			return fmt.Errorf("notify: Windows refused the notification: %w", err)
		}
		return nil
	})
	if err == nil || ctx.Err() != nil || isOff(err) {
		return err
	}
	if failed := t.balloon.show(ctx, n); failed != nil {
		return errors.Join(err, failed)
	}
	return nil
}

func (t *toasts) available(ctx context.Context) (server string, capabilities []string, err error) {
	err = t.do(ctx, t.ready)
	switch {
	case err == nil:
		return "Windows", []string{"actions", "body"}, nil
	case ctx.Err() != nil || isOff(err):
		return "", nil, err
	}
	if failed := t.balloon.possible(); failed != nil {
		return "", nil, errors.Join(err, failed)
	}
	return "Windows", []string{"balloons"}, nil
}

// ready tells Windows who we are and asks whether it would show a toast of ours.
func (t *toasts) ready() error {
	if err := t.register(); err != nil {
		return err
	}
	setting, err := toastSetting(t.o.AppName)
	if err != nil {
		return fmt.Errorf("notify: Windows has no notifications: %w", err)
	}
	return switchedOff(setting)
}

// register tells Windows who we are, in the user's own registry, and how we are
// started for a click. The library does nothing after the first time.
func (t *toasts) register() error {
	err := wintoast.SetAppData(wintoast.AppData{AppID: t.o.AppName, GUID: activator, IconPath: t.o.Icon})
	if err == nil && t.o.Start != "" {
		err = startBy(t.o.Start)
	}
	if err != nil {
		return fmt.Errorf("notify: Windows does not know %s: %w", t.o.AppName, err)
	}
	return nil
}

// startBy has Windows start a command line for a click while nobody listens.
func startBy(command string) error {
	k, _, err := registry.CreateKey(registry.CURRENT_USER, `Software\Classes\CLSID\`+activator+`\LocalServer32`,
		registry.SET_VALUE)
	if err != nil {
		return err
	}
	return errors.Join(k.SetStringValue("", command), k.Close())
}

func (t *toasts) close() {
	close(t.done)
	<-t.idle
	t.balloon.close()
}

// Forget takes back what Windows was told of an application, by which its toasts come
// and are clicked on.
func Forget(app string) error {
	var errs []error
	for _, key := range []string{
		`Software\Classes\CLSID\` + activator + `\LocalServer32`, `Software\Classes\CLSID\` + activator,
		`Software\Classes\AppUserModelId\` + app,
	} {
		if err := registry.DeleteKey(registry.CURRENT_USER, key); !errors.Is(err, registry.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
