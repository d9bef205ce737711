package parts

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// tallPage gives a page higher than its window, with all that can have the focus.
func tallPage() (*Scroll, []fyne.CanvasObject) {
	column := Column(30)
	for n := range 4 {
		label := fmt.Sprint(n)
		column.Add(NewButton(label, Plain, func() {}))
		column.Add(NewField(label))
		column.Add(NewCheck(label, false, nil))
		column.Add(NewSelect([]string{label}, 0, nil))
		column.Add(NewChoice([]string{"one", "two"}, 0, nil))
	}
	return NewScroll(column), column.Objects
}

// inSight says whether all of an object is within a scroll.
func inSight(s *Scroll, o fyne.CanvasObject) bool {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	top := at(o).Y - at(s).Y
	return top >= 0 && top+o.Size().Height <= s.Size().Height
}

// TestWhoWorksByKeyboardSeesWhatHasTheFocus goes through a page with Tab, down
// and up again.
func TestWhoWorksByKeyboardSeesWhatHasTheFocus(t *testing.T) {
	ours(t)
	s, rows := tallPage()
	told := 0
	s.OnScrolled(func() { told++ })
	w := window(t, 300, 200, s)
	all := len(rows) + 4 // a choice has two stops
	for _, way := range []struct {
		name  string
		tab   func()
		times int
	}{{"down", w.Canvas().FocusNext, all}, {"up", w.Canvas().FocusPrevious, all - 1}} {
		stops, moves, before := 0, 0, told
		was, _ := s.Seen()
		for range way.times {
			way.tab()
			o := w.Canvas().Focused().(fyne.CanvasObject)
			stops++
			if !inSight(s, o) {
				top, bottom := s.Seen()
				t.Errorf("%s: at stop %d what has the focus is out of sight, at %v in %v to %v", way.name, stops, s.heightOf(o), top, bottom)
			}
			now, _ := s.Seen()
			if by := now - was; by != 0 {
				moves++
				if stops > 1 && (by > 0) != (way.name == "down") {
					t.Errorf("%s: at stop %d the page went the other way", way.name, stops)
				}
			}
			was = now
		}
		if moves == 0 || moves == stops {
			t.Errorf("%s: the page moved at %d of %d stops", way.name, moves, stops)
		}
		if told-before != moves {
			t.Errorf("%s: it was told %d times of %d moves", way.name, told-before, moves)
		}
	}
}

func TestAFieldComesIntoSightWithItsLabel(t *testing.T) {
	ours(t)
	field := NewField("Name")
	s := NewScroll(Column(10, box(100, 500), field, box(100, 500)))
	w := window(t, 300, 200, s)
	field.Focus()
	if !inSight(s, field.entry) {
		t.Error("from above the field is out of sight")
	}
	test.Scroll(w.Canvas(), fyne.NewPos(150, 100), 0, -1e6)
	NewButton("", Plain, nil).FocusGained() // something beside the page
	field.entry.FocusGained()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if y := at(field.label).Y - at(s).Y; y < 0 || y > 20 {
		t.Errorf("from below its label is at %v", y)
	}
}

func TestOfWhatIsTooHighTheBeginningIsShown(t *testing.T) {
	ours(t)
	high := NewButton("", Plain, nil)
	s := NewScroll(Column(10, box(100, 500), high, box(100, 500)))
	window(t, 300, 40, s)
	high.FocusGained()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if y := at(high).Y - at(s).Y; y < 0 || y > 30 {
		t.Errorf("it begins at %v", y)
	}
}

// TestAPageThatAPersonScrolledStaysWhenTheWindowIsTheirsAgain: Fyne gives the
// focus back then, to something that may be out of sight by now.
func TestAPageThatAPersonScrolledStaysWhenTheWindowIsTheirsAgain(t *testing.T) {
	ours(t)
	s, _ := tallPage()
	w := window(t, 300, 200, s)
	w.Canvas().FocusNext()
	test.Scroll(w.Canvas(), fyne.NewPos(150, 100), 0, -300)
	before, _ := s.Seen()
	w.Canvas().Focused().FocusLost()
	w.Canvas().Focused().FocusGained()
	if now, _ := s.Seen(); now != before {
		t.Errorf("it went from %v to %v", before, now)
	}
}

// TestAPageStaysWhenTheFocusIsBesideIt: above it, below it, in a dialog over it, or
// on another page in its place.
func TestAPageStaysWhenTheFocusIsBesideIt(t *testing.T) {
	ours(t)
	page, _ := tallPage()
	above, below := NewButton("Back", Plain, nil), NewButton("Next", Plain, nil)
	w := window(t, 700, 400, container.NewBorder(above, below, nil, nil, page))
	test.Scroll(w.Canvas(), fyne.NewPos(150, 100), 0, -100)
	before, _ := page.Seen()
	stays := func(when string) {
		t.Helper()
		if now, _ := page.Seen(); now != before {
			t.Errorf("%s: the page went from %v to %v", when, before, now)
		}
	}
	w.Canvas().Focus(above)
	stays("above")
	w.Canvas().Focus(below)
	stays("below")

	body, rows := tallPage()
	dialog := Modal(w.Canvas(), AtLeast(0, 250, body))
	for range len(rows) {
		w.Canvas().FocusNext()
		if o := w.Canvas().Focused().(fyne.CanvasObject); !inSight(body, o) {
			t.Errorf("in the dialog something is out of sight, at %v", body.heightOf(o))
		}
	}
	if top, _ := body.Seen(); top < 100 {
		t.Errorf("the dialog went to %v only", top)
	}
	stays("in a dialog")
	dialog.Close()

	other, rows := tallPage()
	w.SetContent(other)
	for range len(rows) {
		w.Canvas().FocusNext()
	}
	stays("on another page")
}

// TestAScrollThatIsGoneIsForgotten, or each page ever shown would be kept.
func TestAScrollThatIsGoneIsForgotten(t *testing.T) {
	ours(t)
	before := len(following)
	s := NewScroll(box(100, 100))
	r := s.CreateRenderer()
	if len(following) != before+1 {
		t.Fatalf("%d more are known", len(following)-before)
	}
	r.Destroy()
	if len(following) != before {
		t.Errorf("%d more are known", len(following)-before)
	}
}
