package wizard

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/internal/engine"
	"dormer/internal/words"
)

// A note tells how something stands: a mark, a line, and one below that says
// more. At its right there may be what can be done about it.
type note struct {
	*fyne.Container
	mark *parts.MarkIcon
	line *parts.Paragraph
	more *parts.Paragraph
}

// newNote gives a note that is not shown yet.
func newNote(actions ...fyne.CanvasObject) *note {
	n := &note{
		mark: parts.NewMark(parts.MarkNone), line: parts.NewParagraph("", parts.Ink), more: parts.NewParagraph("", parts.Second),
	}
	n.Container = parts.Row(12,
		append([]fyne.CanvasObject{n.mark, parts.Fill(parts.Column(2, n.line, n.more))}, actions...)...)
	n.Hide()
	return n
}

// tell shows the note with what it says.
func (n *note) tell(m parts.Mark, line, more string) {
	n.mark.SetMark(m)
	n.line.Set(line, parts.Either(m == parts.MarkNone, parts.Dim, parts.Ink))
	n.more.Say(more)
	parts.Visible(n.Container, true)
}

// lamp shows the note with what a lamp says.
func (n *note) lamp(l engine.Lamp) {
	mark := parts.Either(l.State == engine.Red, parts.MarkFailed, parts.MarkWarn)
	n.tell(mark, words.Say(l.Says), words.Say(l.Do))
}
