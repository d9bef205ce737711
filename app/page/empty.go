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
	said    string // what is drawn
	do      func() // what the button does
}

func newEmptyPage() *emptyPage {
	e := &emptyPage{content: container.NewStack()}
	e.content.Hide()
	return e
}

// show says something; no action is no button.
func (e *emptyPage) show(title, says, action string, do func()) {
	e.do = do
	parts.Visible(e.content, true)
	now := title + "\n" + says + "\n" + action
	if now == e.said {
		return
	}
	e.said = now
	var button *parts.Button
	if action != "" {
		button = parts.NewButton(action, parts.Primary, func() { e.do() })
	}
	e.content.Objects = []fyne.CanvasObject{parts.NewEmpty(title, says, button)}
	e.content.Refresh()
}

func (e *emptyPage) hide() { parts.Visible(e.content, false) }
