//go:build windows || darwin

package notify

import "context"

// TrayHost says whether there is a tray that shows icons: on Windows and macOS
// there always is.
func TrayHost(context.Context) (there bool, err error) { return true, nil }

// StartNoBus has nothing to prevent here: a session bus is of other systems.
func StartNoBus() {}
