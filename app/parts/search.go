package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
)

// A Search is a search box. While something is in it there is a button that
// empties it, as Escape does.
type Search struct {
	widget.BaseWidget
	// OnChanged is called when the text has changed, OnSubmitted on Enter, OnDown
	// when the down key leads out of the box, into what was found.
	OnChanged   func(string)
	OnSubmitted func(string)
	OnDown      func()

	entry *entry
	hint  *Text
	clear *clearButton
	box   *entryBox
}

// NewSearch gives an empty search box.
func NewSearch(placeholder string) *Search {
	s := &Search{entry: newEntry(), hint: NewText("", Second).Whole()}
	s.OnChanged, s.OnSubmitted, s.OnDown = func(string) {}, func(string) {}, func() {}
	s.clear = newClear(s.Clear)
	s.clear.Hide()
	s.entry.PlaceHolder = placeholder
	s.entry.OnChanged = func(text string) {
		s.showEnd()
		s.OnChanged(text)
	}
	s.entry.OnSubmitted = func(text string) { s.OnSubmitted(text) }
	s.entry.down = func() { s.OnDown() }
	s.entry.escaped = func() bool {
		had := s.entry.Text != ""
		s.Clear()
		return had
	}
	s.box = newEntryBox(s.entry, Pad(0, 8, 0, 4, Row(0, s.hint, s.clear)))
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *Search) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.box) }

// SetShortcut writes the key that leads here into the empty box.
func (s *Search) SetShortcut(key string) {
	s.hint.SetText(key)
	s.box.Refresh()
}

// Text gives what is searched for.
func (s *Search) Text() string { return s.entry.Text }

// SetText changes what is searched for and calls OnChanged.
func (s *Search) SetText(text string) { s.entry.SetText(text) }

// Clear empties the box.
func (s *Search) Clear() {
	if s.entry.Text != "" {
		s.entry.SetText("")
	}
}

// Focus puts the cursor into the box.
func (s *Search) Focus() { s.entry.take() }

// showEnd shows the shortcut in an empty box, the button in another.
func (s *Search) showEnd() {
	Visible(s.clear, s.entry.Text != "")
	Visible(s.hint, s.entry.Text == "")
	s.box.Refresh()
}

// clearButton is the cross in a search box.
type clearButton struct{ press }

// newClear gives the cross.
func newClear(tapped func()) *clearButton {
	c := &clearButton{}
	c.begin(c, tapped)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *clearButton) CreateRenderer() fyne.WidgetRenderer {
	on, signed := newPlate(6), newGlyph(cross)
	return drawn(&sheet{
		of:      c,
		objects: on.objects(signed.Image),
		min:     func() fyne.Size { return fyne.NewSquareSize(24) },
		lay: func(size fyne.Size) {
			on.put(size, &c.press, false)
			signed.put((size.Width-10)/2, (size.Height-10)/2, 10)
		},
		paint: func(i ink) {
			on.paint(i, &c.tap, &c.press, false)
			signed.paint(i.of(look.ColorDim), 2)
		},
	})
}
