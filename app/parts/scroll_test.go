package parts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

// TestWhatIsInSightIsKnownWhileAPersonScrolls is what pictures are loaded by.
func TestWhatIsInSightIsKnownWhileAPersonScrolls(t *testing.T) {
	ours(t)
	const each, gap, high = 100, 10, 330
	column := Column(gap)
	for range 20 {
		column.Add(box(100, each))
	}
	s := NewScroll(column)
	w := window(t, 300, high, s)
	inSight := func() (first, last int) {
		top, bottom := s.Seen()
		first = -1
		for n, o := range column.Objects {
			if y := o.Position().Y; y+each > top && y < bottom {
				if last = n; first < 0 {
					first = n
				}
			}
		}
		return first, last
	}
	if first, last := inSight(); first != 0 || last != 3 {
		t.Errorf("at the top %d to %d are in sight", first, last)
	}
	told := 0
	s.OnScrolled(func() { told++ })
	test.Scroll(w.Canvas(), fyne.NewPos(150, 100), 0, -(each+gap)*5)
	if first, last := inSight(); told != 1 || first != 5 || last != 8 {
		t.Errorf("five rows further down %d to %d are in sight; it was told %d times", first, last, told)
	}
	d := fyne.CurrentApp().Driver()
	tenth := column.Objects[10]
	s.To(tenth)
	if y := d.AbsolutePositionForObject(tenth).Y; y != 0 {
		t.Errorf("the one that was asked for stands at %v", y)
	}
	if top, bottom := s.Seen(); top != tenth.Position().Y-look.Grid || bottom < top+high {
		t.Errorf("in sight are %v to %v; the one asked for is at %v", top, bottom, tenth.Position().Y)
	}
	s.ToTop()
	if first, _ := inSight(); first != 0 {
		t.Errorf("at the top again %d is the first in sight", first)
	}
	test.Scroll(w.Canvas(), fyne.NewPos(150, 100), 0, -1e6)
	if _, last := inSight(); last != 19 {
		t.Errorf("at the end %d is the last in sight", last)
	}
}

func TestTheWheelScrollsOverAFieldToo(t *testing.T) {
	ours(t)
	tapped := 0
	field, button := NewField("Name"), NewButton("Save", Plain, func() { tapped++ })
	page := NewScroll(Column(0, field, button, box(100, 600)))
	w := window(t, 300, 200, page)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	test.Scroll(w.Canvas(), at(field.entry).AddXY(20, 10), 0, -150)
	if top, _ := page.Seen(); top < 100 {
		t.Errorf("in sight is what begins at %v", top)
	}
	page.ToTop()
	test.TapCanvas(w.Canvas(), at(button).AddXY(20, 10))
	if tapped != 1 {
		t.Error("what lies below cannot be tapped")
	}
}

func TestAListHasTheWheelWhereTheRestIsInSight(t *testing.T) {
	ours(t)
	list := NewScroll(box(100, 600))
	page := NewScroll(AtLeast(0, 150, list))
	w := window(t, 300, 200, page)
	test.Scroll(w.Canvas(), fyne.NewPos(50, 100), 0, -150)
	if top, _ := list.Seen(); top < 100 {
		t.Errorf("of the list is in sight what begins at %v", top)
	}
}
