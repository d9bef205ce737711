package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// ink is the theme as a part meets it while it is painted.
type ink struct {
	theme   fyne.Theme
	variant fyne.ThemeVariant
}

// inkOf gives the theme that holds where a part stands.
func inkOf(w fyne.CanvasObject) ink {
	return ink{theme.CurrentForWidget(w), fyne.CurrentApp().Settings().ThemeVariant()}
}

// onDark gives the ink for a ground that is dark in every theme.
func (i ink) onDark() ink { return ink{look.New(look.Dark), i.variant} }

// of gives a colour by name.
func (i ink) of(name fyne.ThemeColorName) color.Color { return i.theme.Color(name, i.variant) }

// size gives a size by name.
func (i ink) size(name fyne.ThemeSizeName) float32 { return i.theme.Size(name) }

// A sheet is how a part is drawn: the renderer of all of them.
type sheet struct {
	of      fyne.Widget
	objects []fyne.CanvasObject // from the back to the front
	min     func() fyne.Size
	lay     func(fyne.Size) // puts the objects into a size
	paint   func(ink)       // takes from the theme and the part's state; sizes nothing
	gone    func()          // lets go of what is held; may be nil
}

// Layout implements fyne.WidgetRenderer.
func (s *sheet) Layout(size fyne.Size) { s.lay(size) }

// MinSize implements fyne.WidgetRenderer.
func (s *sheet) MinSize() fyne.Size { return s.min() }

// Refresh implements fyne.WidgetRenderer: it paints anew.
func (s *sheet) Refresh() {
	s.paint(inkOf(s.of))
	s.lay(s.of.Size())
	canvas.Refresh(s.of)
}

// Objects implements fyne.WidgetRenderer.
func (s *sheet) Objects() []fyne.CanvasObject { return s.objects }

// Destroy implements fyne.WidgetRenderer.
func (s *sheet) Destroy() {
	if s.gone != nil {
		s.gone()
	}
}

// drawn gives the sheet after its first painting.
func drawn(s *sheet) fyne.WidgetRenderer {
	s.paint(inkOf(s.of))
	return s
}

// Painted gives the renderer of a widget whose objects are made anew in the colours of the theme that holds.
func Painted(
	of fyne.Widget, paint func(ink func(fyne.ThemeColorName) color.Color) []fyne.CanvasObject,
) fyne.WidgetRenderer {
	s := &sheet{of: of, min: of.MinSize, lay: func(fyne.Size) {}}
	s.paint = func(i ink) { s.objects = paint(i.of) }
	return drawn(s)
}

// set changes what a part shows, and draws the part anew if that is another.
func set[T comparable](of fyne.Widget, what *T, to T) {
	if *what != to {
		*what = to
		of.Refresh()
	}
}

// Put moves and resizes an object. What has no room left is nothing wide or high.
func Put(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(0, width), max(0, height)))
}

// middle puts an object of a size into the middle of an area.
func middle(o fyne.CanvasObject, size, area fyne.Size) {
	Put(o, (area.Width-size.Width)/2, (area.Height-size.Height)/2, size.Width, size.Height)
}

// fillIn gives an area a colour and no edge.
func fillIn(r *canvas.Rectangle, c color.Color) {
	r.FillColor, r.StrokeColor, r.StrokeWidth = c, nil, 0
}

// outline gives an area an edge alone. What is within is all but clear, yet of the
// same colour: the window's driver mixes an edge with it, and clear is black.
func outline(r *canvas.Rectangle, c color.Color, width float32) {
	within := color.NRGBAModel.Convert(c).(color.NRGBA)
	within.A = 1
	r.FillColor, r.StrokeColor, r.StrokeWidth = within, c, width
}
