//go:build linux && !nogui

// Command bare is the least that a Fyne desktop can be: a window, or with
// -hidden only a tray icon with a menu. Dormer's start, memory and idle time
// are measured beside it, built the same way.
package main

import (
	"flag"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"dormer/assets"
)

func main() {
	hidden := flag.Bool("hidden", false, "only the tray icon")
	flag.Parse()
	icon := fyne.NewStaticResource("icon.png", assets.IconPNG)
	app.SetMetadata(fyne.AppMetadata{ID: "bench.bare", Name: "Bare", Version: "1.0.0", Icon: icon})
	a := app.NewWithID("bench.bare")
	w := a.NewWindow("Bare")
	w.SetContent(widget.NewLabel("Bare"))
	w.Resize(fyne.NewSize(1180, 760))
	if d, ok := a.(desktop.App); ok {
		d.SetSystemTrayMenu(fyne.NewMenu("Bare", fyne.NewMenuItem("Open", w.Show)))
		d.SetSystemTrayIcon(icon)
	}
	if !*hidden {
		w.Show()
	}
	a.Run()
}
