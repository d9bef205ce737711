package parts

import "fyne.io/fyne/v2"

// Visible shows or hides an object, and leaves one that is so already alone: to
// show it again would draw it again.
func Visible(o fyne.CanvasObject, yes bool) {
	switch {
	case yes == o.Visible():
	case yes:
		o.Show()
	default:
		o.Hide()
	}
}

// Either gives what holds: is where it is so, else not.
func Either[T any](so bool, is, not T) T {
	if so {
		return is
	}
	return not
}
