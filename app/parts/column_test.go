package parts

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

// box is an area of a fixed size.
func box(width, height float32) *Ground {
	return newGround(look.ColorLine, fyne.NewSize(width, height))
}

// places gives where objects are.
func places(objects ...fyne.CanvasObject) (p []fyne.Position) {
	for _, o := range objects {
		p = append(p, o.Position())
	}
	return p
}

func TestAColumnKeepsItsGapsAndForgetsWhatIsHidden(t *testing.T) {
	ours(t)
	a, b, c := box(10, 20), box(30, 5), box(10, 10)
	column := Column(8, a, b, c)
	if got := column.MinSize(); got != fyne.NewSize(30, 20+8+5+8+10) {
		t.Errorf("asks for %v", got)
	}
	column.Resize(fyne.NewSize(100, 100))
	if p := places(a, b, c); p[1].Y != 28 || p[2].Y != 41 || b.Size().Width != 100 {
		t.Errorf("stand at %v", p)
	}
	b.Hide()
	column.Refresh()
	if got := column.MinSize().Height; got != 20+8+10 || c.Position().Y != 28 {
		t.Errorf("with one hidden: asks for %v, the last at %v", got, c.Position().Y)
	}
}

func TestASectionHasNoLineForARowThatIsHidden(t *testing.T) {
	ours(t)
	a, b, c := box(10, 20), box(10, 40), box(10, 20)
	section := NewSection("About", a, b, c)
	all := section.MinSize().Height
	b.Hide()
	section.Refresh()
	if got := all - section.MinSize().Height; got != 40+2*rowPad+1 {
		t.Errorf("a hidden row of 40 leaves %v less", got)
	}
	section.Resize(section.MinSize())
	if p := places(a, c); p[1].Y != p[0].Y+20+2*rowPad+1 {
		t.Errorf("the rows around it stand at %v", p)
	}
}

func TestAColumnGivesAParagraphTheHeightItNeeds(t *testing.T) {
	ours(t)
	p, below := NewParagraph(strings.Repeat("photos ", 40), Dim), box(10, 10)
	column := Column(4, p, below)
	column.Resize(fyne.NewSize(200, 500))
	if len(p.lines) < 5 || below.Position().Y < p.height()*float32(len(p.lines)) {
		t.Errorf("%d lines end at %v, what is below stands at %v", len(p.lines), p.Size().Height, below.Position().Y)
	}
	if got := column.MinSize().Height; got != below.Position().Y+10 {
		t.Errorf("asks for %v", got)
	}
}

func TestARowGivesTheRestToWhatFills(t *testing.T) {
	ours(t)
	a, f, b := box(20, 10), Fill(box(5, 10)), box(30, 20)
	row := Row(10, a, f, b)
	if got := row.MinSize(); got != fyne.NewSize(20+10+5+10+30, 20) {
		t.Errorf("asks for %v", got)
	}
	row.Resize(fyne.NewSize(200, 40))
	if f.Size().Width != 200-20-30-20 || b.Position().X != 170 || a.Position().Y != 15 || b.Position().Y != 10 {
		t.Errorf("stand at %v, %v wide", places(a, f, b), f.Size().Width)
	}
}

func TestARowShortensItsLongestTexts(t *testing.T) {
	ours(t)
	name := NewText("Ramirez – 5 Cedar Court, Austin, Texas 78701", Bold)
	state := NewText("ready", DoneWord)
	state.SetMark(MarkDone)
	row := Row(6, name, state)
	row.Resize(fyne.NewSize(180, 20))
	if !strings.HasSuffix(name.line.Text, "…") || state.line.Text != "ready" {
		t.Errorf("in too little room: %q, %q", name.line.Text, state.line.Text)
	}
	if end := state.Position().X + state.Size().Width; end > 180 {
		t.Errorf("the row ends at %v of 180", end)
	}
	row.Resize(fyne.NewSize(600, 20))
	if name.line.Text != name.Text() || state.Position().X > name.Natural().Width+7 {
		t.Errorf("in enough room: %q, then at %v", name.line.Text, state.Position().X)
	}
}

func TestWordsInAColumnInARowKeepTheirWidth(t *testing.T) {
	ours(t)
	long := NewText("A name that is quite long", Bold)
	row := Row(8, Pad(0, 0, 0, 4, Column(2, long, Row(4, NewText("and more", Second)))), box(10, 10))
	row.Resize(fyne.NewSize(500, 40))
	test.WidgetRenderer(long)
	if long.line.Text != long.Text() {
		t.Errorf("shown: %q", long.line.Text)
	}
}

func TestAFlowBreaksLikeWords(t *testing.T) {
	ours(t)
	a, b, c := box(60, 28), box(60, 28), box(60, 28)
	below := box(10, 10)
	flow := NewFlow(6, a, b, c)
	column := Column(10, flow, below)
	column.Resize(fyne.NewSize(140, 300))
	if p := places(a, b, c); p[1] != fyne.NewPos(66, 0) || p[2] != fyne.NewPos(0, 34) {
		t.Errorf("stand at %v", p)
	}
	if below.Position().Y != 28+6+28+10 {
		t.Errorf("what is below stands at %v", below.Position().Y)
	}
	column.Resize(fyne.NewSize(400, 300))
	if c.Position() != fyne.NewPos(132, 0) || below.Position().Y != 38 {
		t.Errorf("in a wide place: %v, below at %v", c.Position(), below.Position().Y)
	}
}

func TestWhatIsLowerStandsInTheMiddleOfItsLine(t *testing.T) {
	ours(t)
	tag, button, next := box(60, 28), box(60, 34), box(60, 28)
	flow := NewFlow(6, tag, button, next)
	flow.Resize(fyne.NewSize(140, 300))
	if p := places(tag, button, next); p[0].Y != 3 || p[1].Y != 0 || p[2] != fyne.NewPos(0, 40) || flow.MinSize().Height != 68 {
		t.Errorf("stand at %v, in %v", p, flow.MinSize())
	}
}

func TestAGridHasAsManyColumnsAsFit(t *testing.T) {
	ours(t)
	tiles := []fyne.CanvasObject{box(1, 40), box(1, 40), box(1, 60), box(1, 40)}
	grid := Grid(8, 100, 0, tiles...)
	grid.Resize(fyne.NewSize(432, 500))
	if p := places(tiles...); p[3] != fyne.NewPos(330, 0) || tiles[0].Size() != fyne.NewSize(102, 60) {
		t.Errorf("four: %v, %v", p, tiles[0].Size())
	}
	grid.Resize(fyne.NewSize(220, 500))
	if p := places(tiles...); p[2] != fyne.NewPos(0, 48) || p[3] != fyne.NewPos(114, 48) || grid.MinSize().Height != 108 {
		t.Errorf("two: %v, asks for %v", p, grid.MinSize())
	}
	grid.Resize(fyne.NewSize(50, 500))
	if p := places(tiles...); p[1].X != 0 {
		t.Errorf("one: %v", p)
	}
	if got := Grid(8, 100, 0).MinSize().Height; got != 0 {
		t.Errorf("none: %v", got)
	}
}

func TestAScrollKnowsTheHeightOfWhatWraps(t *testing.T) {
	ours(t)
	words := NewParagraph(strings.Repeat("photos ", 200), Dim)
	last := NewButton("Open", Plain, nil)
	s := NewScroll(Column(8, words, last))
	window(t, 300, 200, s)
	if got := words.Size(); got.Width != 300 || got.Height < words.height()*10 {
		t.Errorf("the words got %v", got)
	}
	s.To(last)
	if s.area.Offset.Y < 100 {
		t.Errorf("scrolled to %v", s.area.Offset)
	}
	s.ToTop()
	if s.area.Offset.Y != 0 {
		t.Errorf("the top is at %v", s.area.Offset)
	}
}

func TestALineIsAPixelThin(t *testing.T) {
	ours(t)
	if got := NewLine().MinSize(); got != fyne.NewSize(1, 1) {
		t.Errorf("a line is %v", got)
	}
	if VSpace(8).MinSize() != fyne.NewSize(0, 8) {
		t.Error("a space has a wrong size")
	}
	if got := container.NewStack(NewGround(look.ColorSide)).MinSize(); !got.IsZero() {
		t.Errorf("a ground asks for %v", got)
	}
}
