package page

import (
	"reflect"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobNumbers are what a contractor orders by: the squares large with the drawing beside them, the waste, and the
// lengths. A tap on a figure copies it.
type jobNumbers struct {
	v   *view.Job
	nav Nav

	choice  *fyne.Container
	says    *parts.Paragraph
	squares *parts.CopyFigure
	roof    *figureList // its area and its pitches
	drawing *jobDrawing
	card    *parts.Card

	wasteTitle *parts.Text
	copyAll    *parts.Button
	waste      *figureList
	lengths    *figureList
	walls      *figureList
	table      *parts.Card
	ordering   *fyne.Container

	content *fyne.Container
	drawn   view.FiguresState
	copied  string
}

func newJobNumbers(v *view.Job, nav Nav, enlarge func(list []view.Picture, i int)) *jobNumbers {
	n := &jobNumbers{v: v, nav: nav, choice: parts.NewFlow(6), says: parts.NewParagraph("", parts.Second)}
	n.squares = parts.NewFigure(parts.FigureLarge, words.T("job.copied"), func() { n.copy(n.drawn.Squares) })
	n.roof = newFigureList(n, parts.FigureStat, parts.NewFlow(20))
	n.drawing = newJobDrawing(v, nav, enlarge)
	numbers := parts.Column(12, parts.Row(0, n.squares, parts.Fill(nil)), n.roof.content)
	n.card = parts.NewCard(sideBySide(16, 0.42, 380, numbers, n.drawing.content))

	n.wasteTitle = parts.NewText(words.T("job.waste"), parts.SecondBold)
	n.copyAll = parts.NewButton("", parts.Quiet, n.copyTable)
	n.waste = newFigureList(n, parts.FigureTile, parts.Grid(6, 0, 8))
	n.lengths = newFigureList(n, parts.FigureRow, tableColumns(28))
	n.walls = newFigureList(n, parts.FigureRow, tableColumns(28))
	n.table = parts.NewCard(parts.Column(10, n.lengths.content, n.walls.content))
	hint := parts.NewText(words.T("job.copy_hint"), parts.Second)
	n.ordering = parts.Column(8, parts.Row(8, parts.Fill(n.wasteTitle), n.copyAll), n.waste.content, n.table, hint)
	n.content = parts.Column(14, n.choice, n.says, n.card, n.ordering)
	n.content.Hide()
	return n
}

func (n *jobNumbers) draw(all view.JobState) {
	s := all.Figures
	n.drawing.draw(all.Drawing)
	if reflect.DeepEqual(s, n.drawn) && all.Copied == n.copied {
		return
	} else if !reflect.DeepEqual(s.Choices, n.drawn.Choices) || s.Of != n.drawn.Of {
		n.choose(s)
	}
	n.drawn, n.copied = s, all.Copied
	says, known := "", s.Squares.Key != ""
	switch {
	case s.Problem != nil:
		says = words.T("job.figures_problem", "why", words.Error(s.Problem))
	case s.None:
		says = words.T("job.figures_none")
	case s.Loading && !known:
		says = words.T("job.figures_loading")
	}
	n.says.Say(says)
	parts.Visible(n.choice, len(s.Choices) > 0)
	parts.Visible(n.card, known)
	parts.Visible(n.ordering, known)
	parts.Visible(n.content, s.Measured)
	if !known {
		return
	}
	n.tell(n.squares, s.Squares)
	n.roof.draw(append([]view.Figure{s.Roof}, s.Pitches...))
	parts.Visible(n.wasteTitle, len(s.Waste) > 0)
	n.copyAll.SetText(parts.Either(all.Copied == tableKey, words.T("job.copied"), words.T("job.copy_all")))
	n.waste.draw(s.Waste)
	n.lengths.draw(s.Lengths)
	n.walls.draw(s.Walls)
	n.card.Refresh()
	n.table.Refresh()
}

// choose lists the structures, and all of them together.
func (n *jobNumbers) choose(s view.FiguresState) {
	n.choice.Objects = nil
	for _, c := range s.Choices {
		n.choice.Add(parts.NewChip(shortened(c.Name), c.ID == s.Of, func() { n.v.ChooseFigures(c.ID) }))
	}
}

// tell shows one figure.
func (n *jobNumbers) tell(f *parts.CopyFigure, is view.Figure) {
	f.Set(parts.FigureText{
		Value: is.Value, Label: is.Label, Given: is.Given, Framed: is.Last, Noted: is.Key != "" && is.Key == n.copied,
	})
}

func (n *jobNumbers) copy(f view.Figure) {
	n.nav.Copy(f.Value)
	n.v.Copied(f.Key)
}

// tableKey names the whole table where it says what was copied.
const tableKey = "all"

func (n *jobNumbers) copyTable() {
	if table := n.v.Table(); table != "" {
		n.nav.Copy(table)
		n.v.Copied(tableKey)
	}
}

// figureList are figures of one kind. Those that are there are kept, with the focus that they may have.
type figureList struct {
	of      *jobNumbers
	style   parts.FigureStyle
	list    []view.Figure
	figures []*parts.CopyFigure
	content *fyne.Container
}

func newFigureList(of *jobNumbers, style parts.FigureStyle, content *fyne.Container) *figureList {
	return &figureList{of: of, style: style, content: content}
}

func (l *figureList) draw(list []view.Figure) {
	l.list = list
	for i := len(l.figures); i < len(list); i++ {
		l.figures = append(l.figures, parts.NewFigure(l.style, words.T("job.copied"), func() { l.of.copy(l.list[i]) }))
	}
	l.content.Objects = nil
	for i, is := range list {
		l.of.tell(l.figures[i], is)
		l.content.Objects = append(l.content.Objects, l.figures[i])
	}
	parts.Visible(l.content, len(list) > 0)
	l.content.Refresh()
}
