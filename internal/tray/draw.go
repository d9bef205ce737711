//go:build !nogui

package tray

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"fyne.io/systray"

	"dormer/assets"
)

// Run shows the icon until ctx ends. It has to be called on the goroutine that runs
// main, which on some systems is the only one that may draw, and only once.
func (t *Tray) Run(ctx context.Context) {
	t.speak(ctx)
	if !t.Possible() {
		<-ctx.Done()
		return
	}
	// What systray complains of, a panel that is not there yet, is no news.
	log.SetFlags(0)
	log.SetOutput(slog.NewLogLogger(t.o.Log.Handler(), slog.LevelDebug).Writer())
	p := &picture{do: func(a Action) { t.do(ctx, a) }}
	var beside sync.WaitGroup
	begun := make(chan struct{})
	show := func() { t.do(ctx, Action{Kind: ShowWindow}) }
	ready := func() {
		defer close(begun)
		systray.SetTitle("Dormer") // some panels show nothing without
		systray.SetTooltip("Dormer")
		onReopen(show)
		first := make(chan struct{})
		beside.Go(func() {
			var once sync.Once
			t.hear(ctx, func(s Shown) {
				if err := p.try(s); err != nil && ctx.Err() == nil {
					t.o.Log.Warn("the tray's icon cannot be drawn", "error", err)
				}
				once.Do(func() { close(first) })
			})
			once.Do(func() { close(first) })
		})
		<-first // who asks for the menu waits for it
		beside.Go(func() { t.host.keep(ctx) })
	}
	systray.SetOnTapped(show)
	stop := context.AfterFunc(ctx, systray.Quit)
	systray.Run(ready, func() {
		if ctx.Err() == nil { // the session ends, or an installer asked its window to close
			t.o.Quit()
		}
	})
	stop()
	<-ctx.Done()
	<-begun
	beside.Wait()
}

// picture is what is drawn.
type picture struct {
	do    func(Action)
	drawn *Shown // nil until the first drawing
}

// icons are the pictures of the states.
var icons = map[State][]byte{
	NotSetUp: assets.TraySetup, Well: assets.TrayWell, Working: assets.TrayWorking, Attention: assets.TrayAttention,
	Offline: assets.TrayOffline,
}

// try draws, and says so where the library could not: systray panics when the desktop's
// bus has gone, which must end nothing but the icon.
func (p *picture) try(now Shown) (err error) {
	defer func() {
		if r := recover(); r != nil {
			p.drawn = nil // nobody knows what is shown now
			err = fmt.Errorf("systray: %v", r)
		}
	}()
	p.draw(now)
	return nil
}

// draw draws the tray where it differs from what is drawn: every change of a menu
// closes it for who is looking at it.
func (p *picture) draw(now Shown) {
	was := p.drawn
	p.drawn = &now
	if was == nil || !reflect.DeepEqual(was.Menu, now.Menu) {
		systray.ResetMenu()
		p.items(now.Menu, nil)
	}
	if was == nil || was.State != now.State {
		systray.SetIcon(icon(icons[now.State]))
	}
}

func (p *picture) items(list []Item, below *systray.MenuItem) {
	add, line := systray.AddMenuItem, systray.AddSeparator
	if below != nil {
		add, line = below.AddSubMenuItem, below.AddSeparator
	}
	for _, i := range list {
		if i.Label == "" {
			line()
			continue
		}
		item := add(plain(i.Label, runtime.GOOS), "")
		switch {
		case len(i.Items) > 0:
			p.items(i.Items, item)
		case i.Disabled(): // a grey entry can be clicked over D-Bus all the same
			item.Disable()
		default:
			go func() { // ends when the entry is taken out of the menu, or with the program
				for range item.ClickedCh {
					go p.do(i.Do)
				}
			}()
		}
	}
}

// plain keeps a system from reading a sign in a label as the mark of a key.
func plain(label, system string) string {
	switch system {
	case "darwin":
		return label
	case "windows":
		return strings.ReplaceAll(label, "&", "&&")
	}
	return strings.ReplaceAll(label, "_", "__")
}
