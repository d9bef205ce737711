//go:build !nogui

package app

import (
	"reflect"
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"

	"dormer/app/view"
	"dormer/assets"
)

// tray draws what view.Tray says.
type tray struct {
	app   fynedesktop.App
	act   func(view.TrayAction)
	drawn *view.Tray // nil until the first drawing
}

func newTray(a fynedesktop.App, act func(view.TrayAction)) *tray { return &tray{app: a, act: act} }

// icons are the pictures of the states.
var icons = map[view.TrayState]fyne.Resource{
	view.TraySetup:     fyne.NewStaticResource("tray-setup.png", assets.TraySetup),
	view.TrayWell:      fyne.NewStaticResource("tray-well.png", assets.TrayWell),
	view.TrayWorking:   fyne.NewStaticResource("tray-working.png", assets.TrayWorking),
	view.TrayAttention: fyne.NewStaticResource("tray-attention.png", assets.TrayAttention),
	view.TrayOffline:   fyne.NewStaticResource("tray-offline.png", assets.TrayOffline),
}

// show draws the tray where it differs from what is drawn: every change of a menu
// closes it for who is looking at it.
func (t *tray) show(now view.Tray) {
	was := t.drawn
	t.drawn = &now
	if was == nil || !reflect.DeepEqual(was.Menu, now.Menu) {
		t.app.SetSystemTrayMenu(fyne.NewMenu("", t.items(now.Menu)...))
	}
	if was == nil || was.State != now.State {
		t.app.SetSystemTrayIcon(icons[now.State])
	}
}

func (t *tray) items(list []view.TrayItem) []*fyne.MenuItem {
	items := make([]*fyne.MenuItem, 0, len(list))
	for _, i := range list {
		if i.Label == "" {
			items = append(items, fyne.NewMenuItemSeparator())
			continue
		}
		item := &fyne.MenuItem{Label: plain(i.Label, runtime.GOOS), Disabled: i.Disabled(), IsQuit: i.Do.Kind == view.TrayQuit}
		switch {
		case len(i.Items) > 0:
			item.ChildMenu = fyne.NewMenu("", t.items(i.Items)...)
		case !i.Disabled(): // a grey entry can be clicked over D-Bus all the same
			item.Action = func() { t.act(i.Do) }
		}
		items = append(items, item)
	}
	return items
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

// made says whether the system has made the hidden window that Fyne keeps for the
// tray: without it there will be no other either.
func (t *tray) made(a fyne.App) bool {
	for _, w := range a.Driver().AllWindows() {
		if w.Title() == "SystrayMonitor" {
			return opened(w)
		}
	}
	return true
}
