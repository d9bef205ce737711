package page

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobFigures are the key measurements as tiles, with a choice of the structure
// where there are several.
type jobFigures struct {
	v       *view.Job
	choice  *fyne.Container
	tiles   *fyne.Container
	grid    *tileGrid
	says    *parts.Paragraph
	content *fyne.Container
	drawn   view.FiguresState
}

func newJobFigures(v *view.Job) *jobFigures {
	f := &jobFigures{v: v, choice: parts.NewFlow(6), grid: &tileGrid{gap: 8, most: 4}, says: parts.NewParagraph("", parts.Second)}
	f.tiles = container.New(f.grid)
	f.content = parts.Column(10, f.choice, f.tiles, f.says)
	return f
}

func (f *jobFigures) draw(s view.FiguresState) {
	if !reflect.DeepEqual(s.Choices, f.drawn.Choices) || s.Of != f.drawn.Of {
		f.choice.Objects = nil
		for _, c := range s.Choices {
			f.choice.Add(parts.NewChip(shortened(c.Name), c.ID == s.Of, func() { f.v.ChooseFigures(c.ID) }))
		}
	}
	if !reflect.DeepEqual(s.Tiles, f.drawn.Tiles) {
		f.tiles.Objects = nil
		f.grid.least = 0
		for _, t := range s.Tiles {
			f.tiles.Objects = append(f.tiles.Objects, parts.NewTile(t.Value, t.Label))
			f.grid.least = max(f.grid.least, tileWidth(t.Label))
		}
	}
	f.drawn = s
	says := ""
	switch {
	case s.Problem != nil:
		says = words.T("job.figures_problem", "why", words.Error(s.Problem))
	case s.None:
		says = words.T("job.figures_none")
	case s.Loading && len(s.Tiles) == 0:
		says = words.T("job.figures_loading")
	}
	f.says.SetText(says)
	parts.Visible(f.choice, len(s.Choices) > 0)
	parts.Visible(f.tiles, len(s.Tiles) > 0)
	parts.Visible(f.says, says != "")
	parts.Visible(f.content, s.Of != "")
}

// tileWidth is how wide a tile has to be for all of its label.
func tileWidth(label string) float32 {
	const pads = 20
	return fyne.MeasureText(label, theme.SizeForWidget(look.SizeSecond, nil), fyne.TextStyle{}).Width + pads
}

// tileGrid puts objects of one size into rows: as many beside each other as have
// the least width, within bounds.
type tileGrid struct {
	gap, least float32
	most       int
	width      float32 // that it was last laid out in
}

// Layout implements fyne.Layout.
func (g *tileGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width
	columns, height := g.columns(), tallest(objects)
	width := (size.Width - g.gap*float32(columns-1)) / float32(columns)
	for i, o := range objects {
		move(o, float32(i%columns)*(width+g.gap), float32(i/columns)*(height+g.gap), width, height)
	}
}

// MinSize implements fyne.Layout.
func (g *tileGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.Size{}
	}
	rows := (len(objects) + g.columns() - 1) / g.columns()
	return fyne.NewSize(g.least, float32(rows)*(tallest(objects)+g.gap)-g.gap)
}

func (g *tileGrid) columns() int {
	return max(1, min(int((g.width+g.gap)/(g.least+g.gap)), g.most))
}

func tallest(objects []fyne.CanvasObject) (height float32) {
	for _, o := range objects {
		height = max(height, o.MinSize().Height)
	}
	return height
}
