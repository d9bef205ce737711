//go:build !nogui

package app

import "fyne.io/fyne/v2"

// unkept keeps Fyne from writing its preferences: Dormer's settings are in its
// own store. Fyne truncates their file in place when it ends, reads it half
// written by its own watcher, and complains. (Observed in v2.8.1. A provider of
// preferences is its only means to bring others than those of the file.)
type unkept struct{}

// inMemory are Fyne's preferences under another type, which it does not write.
type inMemory struct{ fyne.Preferences }

func (unkept) ProviderDescription() string          { return "" }
func (unkept) ProviderIcon() fyne.Resource          { return nil }
func (unkept) ProviderName() string                 { return "memory" }
func (unkept) Setup(fyne.App) error                 { return nil }
func (unkept) Cleanup(fyne.App)                     {}
func (unkept) CloudStorage(a fyne.App) fyne.Storage { return a.Storage() }

func (unkept) CloudPreferences(a fyne.App) fyne.Preferences { return inMemory{a.Preferences()} }
