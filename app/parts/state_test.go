package parts

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// Whoever sees no colours tells the marks by their shapes.
func TestNoTwoMarksAreDrawnAlike(t *testing.T) {
	ours(t)
	pictures := map[Mark][]bool{}
	for m := MarkNone; m <= MarkOff; m++ {
		picture := window(t, markSide, markSide, NewMark(m)).Canvas().Capture()
		panel := of(look.Light, look.ColorPanel)
		tint := marks[m].tint
		for y := range int(markSide) {
			for x := range int(markSide) {
				c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
				pictures[m] = append(pictures[m], c != panel, c != panel && c != of(look.Light, tint))
			}
		}
	}
	for a := range pictures {
		for b := range pictures {
			if a >= b {
				continue
			}
			differ := 0
			for n := range pictures[a] {
				if pictures[a][n] != pictures[b][n] {
					differ++
				}
			}
			if differ < 12 {
				t.Errorf("marks %d and %d differ in %d places", a, b, differ)
			}
		}
	}
}

func TestAMarkChanges(t *testing.T) {
	ours(t)
	m := NewMark(MarkWorking)
	w := window(t, markSide, markSide, m)
	m.SetMark(MarkDone)
	if got := at(w, 14, 2); got != of(look.Light, look.ColorDoneOn) {
		t.Errorf("done is drawn on %v", got)
	}
}

func TestABarIsFilledAsFarAsItIs(t *testing.T) {
	ours(t)
	b := NewBar()
	w := window(t, 200, barHeight, b)
	track, fill := of(look.Light, look.ColorTrack), of(look.Light, look.ColorWorking)
	if at(w, 3, 2) != track {
		t.Error("an empty bar is filled")
	}
	b.Set(0.5)
	if at(w, 90, 2) != fill || at(w, 110, 2) != track {
		t.Error("half is not half")
	}
	b.Set(7)
	b.SetRole(Link)
	if at(w, 195, 2) != of(look.Light, theme.ColorNamePrimary) {
		t.Error("more than all is not all, in slate")
	}
}

func TestATimelineLeavesOutLabelsThatDoNotFit(t *testing.T) {
	ours(t)
	line := NewTimeline()
	w := window(t, 400, timelineHeight, line)
	line.SetSegments(
		Segment{Label: "4 min", Share: 4, Role: Second},
		Segment{Label: "Building 3 h 41 min", Share: 221, Role: WorkingText},
		Segment{Label: "18 min", Share: 18, Role: Link},
		Segment{Label: "", Share: 0, Role: DoneText})
	line.segments[3].Mark = MarkDone
	line.Refresh()
	if !line.signs[3].Hidden || !line.signs[1].Hidden {
		t.Error("the sign is drawn where it does not fit, or where there is none")
	}
	if line.labels[1].Hidden || !line.labels[0].Hidden {
		t.Error("the wide segment should have its label, the narrow one not")
	}
	x := float32(0)
	for n, f := range line.fills {
		if f.Position().X != x || f.Size().Width < narrowest-1 {
			t.Errorf("segment %d is %v wide at %v, want it at %v", n, f.Size().Width, f.Position().X, x)
		}
		x += f.Size().Width
	}
	if x != 400 {
		t.Errorf("the segments end at %v of 400", x)
	}
	w.Resize(fyne.NewSize(80, timelineHeight))
	if !line.labels[1].Hidden {
		t.Error("a label stands where there is no room")
	}
	line.SetSegments()
	if len(line.fills) != 0 {
		t.Error("an empty timeline has segments")
	}
}

func TestABadgeIsThereOnlyWhenThereIsNews(t *testing.T) {
	ours(t)
	b := NewBadge(0)
	window(t, 60, 20, b)
	if !b.MinSize().IsZero() {
		t.Error("nothing takes room")
	}
	b.Set(2)
	narrow := b.MinSize()
	b.Set(772)
	if narrow != fyne.NewSize(20, 20) || b.MinSize().Width <= narrow.Width || b.MinSize().Width > 40 {
		t.Errorf("2 takes %v, 772 takes %v", narrow, b.MinSize())
	}
}

func TestTheChosenPageIsFilled(t *testing.T) {
	ours(t)
	n := NewNavItem("Solicitudes de captura de fotografías", func() {})
	n.SetBadge(12)
	w := window(t, 168, navHeight, n)
	n.SetChosen(true)
	if at(w, 84, 3) != of(look.Light, theme.ColorNamePrimary) || n.label.line.Color != of(look.Light, look.ColorOnPrimary) {
		t.Error("the chosen page is not filled")
	}
	if !strings.HasSuffix(n.label.line.Text, "…") || n.label.Position().X+n.label.Size().Width > n.badge.Position().X {
		t.Errorf("a long name runs into the count: %q", n.label.line.Text)
	}
	n.SetChosen(false)
	if n.label.line.Color != of(look.Light, theme.ColorNameForeground) {
		t.Error("another page is not written in ink")
	}
}

func TestTheStatusCardSaysAllOfItOnTwoLines(t *testing.T) {
	ours(t)
	s := NewStatusCard()
	window(t, 184, 80, s)
	s.Set(MarkDone, "Conectado con Hover", "última vez hace 2 min")
	one := s.MinSize().Height
	s.Set(MarkDone, "Conectado con Hover", "última actualización ahora mismo")
	if len(s.second.lines) != 2 || s.MinSize().Height <= one {
		t.Errorf("%d lines in %v, one needs %v", len(s.second.lines), s.MinSize().Height, one)
	}
}

func TestTheStatusCardTellsStateByShapeWordAndColour(t *testing.T) {
	ours(t)
	s := NewStatusCard()
	w := window(t, 184, 54, s)
	for _, c := range []struct {
		mark  Mark
		title string
		at    int                 // a place on the diagonal of the dot
		is    fyne.ThemeColorName // its colour
	}{
		{MarkDone, "Connected to Hover", 5, look.ColorDone},   // a disc is full
		{MarkDone, "Connected to Hover", 0, look.ColorDoneOn}, // and has no corner
		{MarkWarn, "Reconnecting", 5, look.ColorWorkingOn},    // a ring is empty
		{MarkFailed, "Needs you", 1, look.ColorFailed},        // a square has a corner
		{MarkNone, "Not set up", 5, look.ColorSide},
	} {
		s.Set(c.mark, c.title, "last update 2 min ago")
		x, y := int(s.dot.Position().X)+c.at, int(s.dot.Position().Y)+c.at
		if got := at(w, x, y); s.title.line.Text != c.title || !near(got, of(look.Light, c.is)) {
			t.Errorf("%q: %q, at %d it is %v", c.title, s.title.line.Text, c.at, got)
		}
	}
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != nil {
		t.Error("a card that leads nowhere takes the focus")
	}
}

func TestABannerComesAndGoes(t *testing.T) {
	ours(t)
	b := NewBanner()
	tried := 0
	column := Column(0, b, box(10, 10))
	w := window(t, 600, 200, column)
	if b.Visible() {
		t.Error("a banner without words is there")
	}
	b.SetSays("No connection to Hover. Nothing is lost.", MarkWarn, NewButton("Try now", Plain, func() { tried++ }))
	column.Refresh()
	test.TapCanvas(w.Canvas(), fyne.NewPos(600-look.PageMargin-10, bannerHeight/2))
	if !b.Visible() || tried != 1 || b.words.line.Text != "No connection to Hover. Nothing is lost." {
		t.Errorf("tried %d times; it says %q", tried, b.words.line.Text)
	}
	b.SetSays("", MarkNone, nil)
	if b.Visible() {
		t.Error("the banner stays")
	}
}

// near reports whether two colours are the same but for the soft edge of a shape.
func near(a, b color.NRGBA) bool {
	off := func(a, b uint8) bool { return max(a, b)-min(a, b) > 40 }
	return !off(a.R, b.R) && !off(a.G, b.G) && !off(a.B, b.B)
}

// On a screen with more pixels a sign is the same, and not thinner: the share of its
// square that is inked stays.
func TestASignIsAsBoldOnEveryScreen(t *testing.T) {
	ours(t)
	for _, s := range []sign{tick, turn, bang, asks, letter, chevron, star} {
		g := newGlyph(s)
		g.paint(color.Black, 1.8)
		g.put(0, 0, signBox)
		inked := func(side float32) float64 {
			picture := canvas.NewImageFromResource(g.Resource)
			c, n := window(t, side, side, picture).Canvas().Capture(), 0.0
			for x := range int(side) {
				for y := range int(side) {
					n += 1 - float64(color.GrayModel.Convert(c.At(x, y)).(color.Gray).Y)/255
				}
			}
			return n / float64(side*side)
		}
		if once, more := inked(signBox), inked(4*signBox); once < 0.02 || math.Abs(more-once) > once/5 {
			t.Errorf("of the square of %q %.3f is inked, and of a square of four times its side %.3f", s.path, once, more)
		}
	}
}

func TestAnArcGoesTheLongWayRound(t *testing.T) {
	around := flattened(turn.path)[0] // most of a circle of 5.2 around the middle
	low, high := around[0], around[0]
	for _, p := range around {
		low, high = point{min(low.x, p.x), min(low.y, p.y)}, point{max(high.x, p.x), max(high.y, p.y)}
	}
	if w, h := high.x-low.x, high.y-low.y; math.Abs(w-10.4) > 0.3 || math.Abs(h-10.4) > 0.3 || around[len(around)-1] != (point{12.2, 8}) && math.Hypot(around[len(around)-1].x-12.2, around[len(around)-1].y-8) > 1e-6 {
		t.Errorf("it is %.2f wide and %.2f high, and ends at %+v", w, h, around[len(around)-1])
	}
	// The short way, clockwise: a quarter of a circle from the right to below.
	quarter := flattened("M2 1 A1 1 0 0 1 1 2")[0]
	if m := quarter[len(quarter)/2]; math.Hypot(m.x-(1+math.Sqrt2/2), m.y-(1+math.Sqrt2/2)) > 0.01 {
		t.Errorf("halfway it is at %+v", m)
	}
}
