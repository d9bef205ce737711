// Package app is Dormer's desktop: the tray, the window and its pages. It draws
// what the engine says and decides nothing.
package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

var (
	_ fyne.App
	_ = app.NewWithID
	_ desktop.App
	_ = lang.L
)
