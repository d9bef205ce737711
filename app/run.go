//go:build !nogui

package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"dormer/app/look"
	"dormer/app/view"
	"dormer/assets"
	"dormer/internal/crash"
	"dormer/internal/say"
	"dormer/internal/window"
)

// Built says whether there is a desktop in this program.
const Built = true

// id is the app's name for the system: see FyneApp.toml.
const id = "app.dormer.Dormer"

// Check says why no window can be opened here, nil if one can. A display that
// cannot draw is found out by Run only.
func Check() error { return reachDisplay(os.Getenv) }

// Run opens the window and returns when the person has closed it, when the watcher
// wants it to, or when ctx has ended. It has to be called on the goroutine that runs
// main. That no window can be opened it also tells the watcher.
func Run(ctx context.Context, w Wiring) (err error) {
	if err := Check(); err != nil {
		return refuse(ctx, w, err)
	}
	crashes, err := crash.Watch(w.DataDir, "crash-window")
	if err != nil {
		fmt.Fprintf(os.Stderr, "dormer: a crash of this run would not be written down: %v\n", err)
	}
	defer func() {
		if e := crashes.Close(); e != nil && err == nil {
			err = &say.Error{What: say.T("crash_log.not_closed"), Err: e, Do: say.T("do.check_disk")}
		}
	}()
	if crashes.Last != "" {
		fmt.Fprintf(os.Stderr, "dormer: the last run ended by a crash; what happened is in %s\n", crashes.Last)
	}
	if dir, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(dir, 0o700) // Fyne makes its own directory in it, and complains where it cannot
	}
	icon := fyne.NewStaticResource("dormer.png", assets.IconPNG)
	app.SetMetadata(fyne.AppMetadata{ID: id, Name: "Dormer", Version: w.Version, Icon: icon})
	a := app.NewWithID(id)
	a.SetCloudProvider(unkept{})
	look.ForgetFonts(a.Settings())

	b := newBeside(ctx)
	defer b.end()
	d := newDesktop(a, w, view.Deps{Desk: w.Desk, Now: time.Now, Do: b.Do, Go: b.Go})
	d.enlarge = enlarger(a.Settings())
	if !quietly(func() bool { return drawn(func() bool { return d.begin(ctx) }) }) {
		return refuse(ctx, w, noGraphics())
	}
	if crashes.Last != "" {
		d.deps.Tell(crashed(crashes.Last))
	}
	a.Lifecycle().SetOnStarted(func() {
		debug.SetGCPercent(garbage)
		d.started()
	})
	left := make(chan struct{})
	stays := context.AfterFunc(ctx, func() {
		defer close(left)
		fyne.Do(d.leave)
	})
	returned := make(chan struct{})
	go endAnyway(d.ends, returned, func() {
		b.end()
		d.remember()
		_ = crashes.Close() // an empty one stays behind
		os.Exit(0)
	})
	a.Run()
	close(returned)
	if !stays() {
		<-left // it may run beside this goroutine
	}
	// Fyne's own event at the end is not always delivered, so everything ends here.
	b.end()
	d.remember()
	return nil
}

// garbage is how much of what is in use may lie unused beside it, in percent, once the
// window is drawn: half of Go's own, since a window that is drawn anew (another theme,
// another page) leaves much behind, and there is little to look through.
const garbage = 50

// returnsWithin is what Fyne may take to return from its loop.
const returnsWithin = 2 * time.Second

// endAnyway ends the process if Fyne does not return in time after it was told to:
// an event of its own that comes as its loop ends can get lost, and then it waits for
// that for ever. (Observed in v2.8.1.)
func endAnyway(told, returned <-chan struct{}, end func()) {
	select {
	case <-told:
	case <-returned:
		return
	}
	select {
	case <-returned:
	case <-time.After(returnsWithin):
		end()
	}
}

// refuse tells the watcher why there is no window, and gives it.
func refuse(ctx context.Context, w Wiring, why error) error {
	if w.Watcher != nil {
		_ = w.Watcher.CannotDraw(ctx, window.RefusalOf(why)) // it sees that the process ends
	}
	return why
}

// crashed tells a person that the last run ended by a crash.
func crashed(path string) error {
	return &say.Error{What: say.T("window.crashed"), Do: say.T("window.crashed.do", "path", path)}
}

// drawn runs f, which makes windows, and gives what it gives: false also where
// Fyne could not reach the display any more, which it logs, and goes on until its
// library panics.
func drawn(f func() bool) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			if !strings.Contains(fmt.Sprint(p), "GLFW library is not initialized") {
				panic(p)
			}
			ok = false
		}
	}()
	return f()
}

// quietly runs f with the log of Fyne and its tray held back, and says what they
// logged only if f says that it went well. It gives what f gives.
func quietly(f func() bool) bool {
	var held bytes.Buffer
	was := log.Writer()
	log.SetOutput(&held)
	ok := f()
	log.SetOutput(was)
	if ok {
		_, _ = io.Copy(was, &held) // a terminal that has gone
	}
	return ok
}
