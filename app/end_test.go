//go:build !nogui

package app

import (
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/engine"

	"fyne.io/fyne/v2"
)

// over is an app whose loop has ended, as it does when Fyne has heard of a signal
// first: no window can be closed any more.
type over struct {
	fyne.App
	driver overDriver
	closed int // times that it was to close its windows
}

func (o *over) Driver() fyne.Driver { return &o.driver }
func (o *over) Quit()               { o.closed++ }

type overDriver struct {
	fyne.Driver
	quit int
}

func (o *overDriver) Quit() { o.quit++ }

// TestTheEndOfTheSessionClosesNoWindowThatIsGone: doing so crashed, at the end of
// all things.
func TestTheEndOfTheSessionClosesNoWindowThatIsGone(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Inbox")
		app := &over{App: o.d.app, driver: overDriver{Driver: o.d.app.Driver()}}
		o.d.app = app
		o.d.leave()
		if app.closed != 0 || app.driver.quit != 1 {
			t.Errorf("its windows were closed %d times, and Fyne ended %d times", app.closed, app.driver.quit)
		}
		o.d.remember()
		if got := o.d.shell.Recall(t.Context()); got.Page != engine.PageInbox {
			t.Errorf("remembered is %+v", got)
		}
	})
}

// TestAWindowEndsAlsoWhereFyneDoesNotReturn: now and then it waits for ever for an
// event of its own.
func TestAWindowEndsAlsoWhereFyneDoesNotReturn(t *testing.T) {
	for returns, want := range map[bool]int{true: 0, false: 1} {
		synctest.Test(t, func(t *testing.T) {
			told, returned, ended := make(chan struct{}), make(chan struct{}), 0
			go endAnyway(told, returned, func() { ended++ })
			time.Sleep(time.Hour) // sleep: the bubble's own
			if ended != 0 {
				t.Error("it was ended without being told to")
			}
			close(told)
			if returns {
				close(returned)
			}
			time.Sleep(returnsWithin) // sleep: the bubble's own
			synctest.Wait()
			if ended != want {
				t.Errorf("Fyne returns: %v; it was ended %d times", returns, ended)
			}
		})
	}
}
