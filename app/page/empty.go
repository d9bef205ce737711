package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/parts"
)

// emptyPage stands in place of what is not there: what will appear here, and
// what to do now.
type emptyPage struct {
	content *fyne.Container
	style   parts.Style
	said    [3]string // what is drawn
	do      func()    // what the button does
}

// newEmptyPage gives one that says nothing yet, with a margin at either side.
func newEmptyPage(margin float32, style parts.Style) *emptyPage {
	e := &emptyPage{content: parts.Pad(0, margin, 0, margin, container.NewStack()), style: style}
	e.content.Hide()
	return e
}

// show says something; no action is no button, no title nothing at all.
func (e *emptyPage) show(title, says, action string, do func()) {
	e.do = do
	parts.Visible(e.content, title != "")
	now := [3]string{title, says, action}
	if now == e.said || title == "" {
		return
	}
	e.said = now
	var button *parts.Button
	if action != "" {
		button = parts.NewButton(action, e.style, func() { e.do() })
	}
	e.content.Objects = []fyne.CanvasObject{parts.NewEmpty(title, says, button)}
	e.content.Refresh()
}

func (e *emptyPage) hide() { parts.Visible(e.content, false) }
