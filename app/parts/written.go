package parts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// written is what a line and a paragraph share: what is written, and in which role.
type written struct {
	widget.BaseWidget
	of    fyne.Widget // that embeds it
	text  string
	role  Role
	align fyne.TextAlign
}

func (w *written) begin(of fyne.Widget, s string, r Role) {
	w.of, w.text, w.role = of, s, r
	w.ExtendBaseWidget(of)
}

// SetText changes the text.
func (w *written) SetText(s string) { set(w.of, &w.text, s) }

// Set changes both at once.
func (w *written) Set(s string, r Role) {
	if s != w.text || r != w.role {
		w.text, w.role = s, r
		w.of.Refresh()
	}
}

// Say changes the text, and hides what says nothing.
func (w *written) Say(s string) {
	w.SetText(s)
	Visible(w.of, s != "")
}

// Text gives the whole text, also where it is shown shortened.
func (w *written) Text() string { return w.text }

// measure gives the size of a text in this one's role.
func (w *written) measure(s string) fyne.Size {
	return fyne.MeasureText(s, inkOf(w.of).size(w.role.size()), w.role.style())
}
