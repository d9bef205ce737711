package page

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// largePicture shows pictures over the whole window, one at a time. The arrow
// keys go through them, Escape or a tap beside the picture closes it.
type largePicture struct {
	widget.BaseWidget

	from  *view.Pictures
	list  []view.Picture
	at    int
	leave func() (was bool)

	picture        *picture
	says, state    *parts.Text
	previous, next *parts.Button
	bars           fyne.CanvasObject
}

var _ fyne.Tappable = (*largePicture)(nil)

// showLarge shows the i-th of some pictures over the window.
func showLarge(from *view.Pictures, nav Nav, list []view.Picture, i int) *largePicture {
	l := &largePicture{from: from, list: list, at: i}
	l.ExtendBaseWidget(l)
	l.picture = newPicture(from)
	l.picture.box, l.picture.onDark = largeBox, true
	l.picture.arrived = func() {
		l.state.SetText("")
		l.readAhead()
	}
	l.picture.failed = func(error) { l.state.SetText(words.T("job.photo_failed")) }
	l.says, l.state = parts.NewText("", parts.Ink).OnDark(), parts.NewText("", parts.Dim).OnDark().Align(fyne.TextAlignCenter)
	l.previous = parts.NewButton(words.T("job.photo_previous"), parts.Primary, func() { l.step(-1) }).OnDark()
	l.next = parts.NewButton(words.T("job.photo_next"), parts.Primary, func() { l.step(1) }).OnDark()
	shut := parts.NewButton(words.T("job.photo_close"), parts.Primary, l.close).OnDark()
	top := parts.Row(12, parts.Fill(l.says), shut)
	bottom := parts.Row(12, l.previous,
		parts.Fill(parts.NewText(words.T("job.photo_hint"), parts.Second).OnDark().Align(fyne.TextAlignCenter)), l.next)
	l.bars = container.NewBorder(top, bottom, nil, nil, parts.Fill(l.state))
	l.leave = parts.Cover(nav.Canvas(), l, l.typed)
	l.draw()
	return l
}

func (l *largePicture) draw() {
	p := l.list[l.at]
	key := words.T("job.drawing_of", "structure", p.Of, "n", words.Count(l.at+1), "all", words.Count(len(l.list)))
	if p.Ref.Photo() {
		key = words.T("job.photo_of", "structure", p.Of, "n", words.Count(l.at+1), "all", words.Count(len(l.list)))
	}
	l.says.SetText(key)
	l.state.SetText(words.T("job.photo_loading"))
	parts.Visible(l.previous, len(l.list) > 1)
	parts.Visible(l.next, len(l.list) > 1)
	l.picture.show(p.Ref, true)
}

// readAhead has the picture read that comes next.
func (l *largePicture) readAhead() {
	if i := l.at + 1; i < len(l.list) {
		l.from.ReadAhead(l.list[i].Ref, largeBox)
	}
}

// step goes on by so many pictures; after the last comes the first.
func (l *largePicture) step(by int) {
	l.at = (l.at + by + len(l.list)) % len(l.list)
	l.draw()
}

func (l *largePicture) typed(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		l.close()
	case fyne.KeyRight, fyne.KeyDown, fyne.KeyPageDown, fyne.KeySpace:
		l.step(1)
	case fyne.KeyLeft, fyne.KeyUp, fyne.KeyPageUp, fyne.KeyBackspace:
		l.step(-1)
	case fyne.KeyHome:
		l.step(-l.at)
	case fyne.KeyEnd:
		l.step(len(l.list) - 1 - l.at)
	}
}

func (l *largePicture) close() {
	if l.leave() {
		l.picture.drop()
	}
}

// Tapped implements fyne.Tappable: a tap beside the picture closes it.
func (l *largePicture) Tapped(*fyne.PointEvent) { l.close() }

// CreateRenderer implements fyne.Widget.
func (l *largePicture) CreateRenderer() fyne.WidgetRenderer {
	dark := canvas.NewRectangle(color.NRGBA{R: 0x10, G: 0x12, B: 0x14, A: 0xFF})
	m := look.PageMargin
	edge := m + look.ButtonHeight + 3*look.Grid
	return widget.NewSimpleRenderer(container.NewStack(dark,
		parts.Pad(edge, m, edge, m, l.picture), parts.Pad(m, m, m, m, l.bars)))
}
