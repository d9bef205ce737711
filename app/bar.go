//go:build !nogui

package app

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/internal/words"
)

// barStays is how long a bar is to be read: nothing in it is lost, what is wrong
// for longer stands in Health.
const barStays = 15 * time.Second

// bar says at the bottom of the window what went wrong, for a while.
type bar struct {
	d       *desktop
	changed func() // its height has
	mark    *parts.MarkIcon
	text    *parts.Paragraph
	buttons *fyne.Container
	close   *parts.Button
	content *fyne.Container
	turn    int // counts what was said, so that a clock closes only what it was started for
}

func newBar(d *desktop, changed func()) *bar {
	b := &bar{
		d: d, changed: changed, mark: parts.NewMark(parts.MarkFailed), text: parts.NewParagraph("", parts.Ink),
		buttons: parts.Row(8),
	}
	b.close = parts.NewButton(words.T("shell.close"), parts.Quiet, b.hide)
	m := look.PageMargin
	says := parts.Pad(10, m, 10, m, parts.Row(12, b.mark, parts.Fill(b.text), b.buttons))
	b.content = container.NewStack(parts.NewGround(look.ColorPanel), parts.Stand(0, parts.NewLine(), nil, nil),
		parts.AtLeast(0, 52, says))
	b.content.Hide()
	return b
}

// show says something, with a button for what can be done, or nil.
func (b *bar) show(m parts.Mark, text string, do *parts.Button) {
	b.mark.SetMark(m)
	b.text.SetText(text)
	b.buttons.Objects = []fyne.CanvasObject{b.close}
	if do != nil {
		b.buttons.Objects = []fyne.CanvasObject{do, b.close}
	}
	b.content.Show()
	b.content.Refresh()
	b.changed()
	b.turn++
	turn := b.turn
	b.d.after(barStays, func() {
		if b.turn == turn {
			b.hide()
		}
	})
}

func (b *bar) hide() {
	if b.content.Visible() {
		b.content.Hide()
		b.changed()
	}
}
