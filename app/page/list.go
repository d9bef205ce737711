package page

import (
	"image/color"
	"slices"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"dormer/app/look"
	"dormer/app/parts"
)

// rowList is a list whose rows touch each other and draw their own line and
// choice. It goes by keyboard like any list: up, down, page up and down, home,
// end; Enter or Space opens a row, up from the first leaves the list.
type rowList struct {
	widget.List

	tips *parts.Tips // of what is cut in its rows

	opened func(row int)                  // a row was tapped, or Enter pressed on it
	menu   func(row int) []*fyne.MenuItem // what can be done with a row; nil for no menu
	left   func()                         // it was left upwards, or with Escape
	at     int                            // where the keys are
	keys   bool                           // they are in the list
	headed []int                          // the rows that a heading stands above
}

func newRowList(length func() int, create func() rowContent, update func(row int, o fyne.CanvasObject)) *rowList {
	l := &rowList{opened: func(int) {}, left: func() {}}
	l.Length, l.HideSeparators = length, true
	l.CreateItem = func() fyne.CanvasObject { return newListRow(l, create()) }
	l.UpdateItem = func(row int, o fyne.CanvasObject) {
		r := o.(*listRow)
		if r.at != row {
			r.veil.Hide()
		}
		r.at = row
		update(row, r.content)
		l.tips.Changed()
		r.mark(l.keys && row == l.at)
	}
	l.OnSelected = func(row int) {
		l.UnselectAll() // what is chosen is for the page to say, which knows jobs and not rows
		l.tapped(row)
	}
	l.ExtendBaseWidget(l)
	l.tips = parts.NewTips(container.NewThemeOverride(l, touching{}))
	return l
}

// content gives the list as it is put into a window.
func (l *rowList) content() fyne.CanvasObject { return l.tips.Content() }

// FocusGained implements fyne.Focusable: the row where the keys are is marked. Fyne's list
// does not hear of it: it would mark the row where it takes them to be.
func (l *rowList) FocusGained() {
	l.keys = true
	l.RefreshItem(l.at)
}

// FocusLost implements fyne.Focusable.
func (l *rowList) FocusLost() {
	l.keys = false
	l.RefreshItem(l.at)
}

// tapped goes to a row and opens it.
func (l *rowList) tapped(row int) {
	l.take(row)
	l.opened(row)
}

// take puts the keys into a row.
func (l *rowList) take(row int) {
	if c := l.window(); c != nil {
		c.Focus(l)
	}
	was := l.at
	l.at = row
	l.RefreshItem(was)
	l.RefreshItem(row)
}

// ask shows what can be done with a row.
func (l *rowList) ask(row int, at fyne.Position) {
	if c := l.window(); l.menu != nil && c != nil {
		parts.Menu(c, at, l.menu(row)...)
	}
}

// setHeaded says which rows a heading stands above, in their order.
func (l *rowList) setHeaded(rows []int) {
	if slices.Equal(rows, l.headed) {
		return
	}
	was := l.headed
	l.headed = rows
	for _, row := range was {
		if !slices.Contains(rows, row) {
			l.SetItemHeight(row, look.RowHeight)
		}
	}
	for _, row := range rows {
		l.SetItemHeight(row, look.RowHeight+headingHeight)
	}
}

// offsetOf gives where a row begins; rowAt the row that is there.
func (l *rowList) offsetOf(row int) float32 {
	above, _ := slices.BinarySearch(l.headed, row)
	return float32(row)*look.RowHeight + float32(above)*headingHeight
}

func (l *rowList) rowAt(offset float32) int {
	return max(0, sort.Search(l.Length(), func(row int) bool { return l.offsetOf(row) > offset })-1)
}

// moved keeps what is in sight where it is, when a row has gone to another place.
func (l *rowList) moved(from, to int) {
	l.ScrollToOffset(l.GetScrollOffset() + l.offsetOf(to) - l.offsetOf(from))
}

// TypedKey implements fyne.Focusable.
func (l *rowList) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(l.Size().Height/look.RowHeight)-1)
	switch e.Name {
	case fyne.KeyUp:
		if l.at == 0 {
			l.left()
			return
		}
		l.goTo(l.at - 1)
	case fyne.KeyDown:
		l.goTo(l.at + 1)
	case fyne.KeyPageUp:
		l.goTo(l.at - page)
	case fyne.KeyPageDown:
		l.goTo(l.at + page)
	case fyne.KeyHome:
		l.goTo(0)
	case fyne.KeyEnd:
		l.goTo(l.Length() - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if l.at < l.Length() {
			l.opened(l.at)
		}
	case fyne.KeyRight, desktop.KeyMenu:
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(l)
		l.ask(l.at, at.AddXY(rowText, l.offsetOf(l.at)-l.GetScrollOffset()+look.RowHeight/2))
	case fyne.KeyEscape:
		l.left()
	default: // the window's
		parts.PassKey(l, e)
	}
}

// TypedRune implements fyne.Focusable: letters are the window's.
func (l *rowList) TypedRune(r rune) {
	if r != ' ' {
		parts.PassRune(l, r)
	}
}

// window is where the list stands while it has the keys.
func (l *rowList) window() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(l) }

func (l *rowList) goTo(row int) {
	if n := l.Length(); n > 0 {
		was := l.at
		l.at = min(max(row, 0), n-1)
		l.Highlight(l.at)
		l.RefreshItem(was)
		l.RefreshItem(l.at)
	}
}

// listRow is a row of a list. It keeps the window's theme: Fyne loads all fonts
// for every other theme that text stands in, some 10 MB a list.
type listRow struct {
	widget.BaseWidget
	list    *rowList
	at      int
	content rowContent
	veil    *canvas.Rectangle // under the row that the pointer is on
	ring    *canvas.Rectangle // around the row where the keys are
}

func newListRow(l *rowList, content rowContent) *listRow {
	r := &listRow{
		list: l, content: content, veil: &canvas.Rectangle{}, ring: &canvas.Rectangle{StrokeWidth: 2, CornerRadius: look.Grid},
	}
	r.veil.Hide()
	r.ring.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *listRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(ringed{r}, r.veil, r.content, r.ring))
}

// ringed is the layout of a row, its ring and its veil, which leave out the heading above.
type ringed struct{ row *listRow }

// Layout implements fyne.Layout.
func (l ringed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	above := float32(0)
	if size.Height > look.RowHeight && slices.Contains(l.row.list.headed, l.row.at) {
		above = headingHeight
	}
	for _, o := range objects {
		parts.Put(o, 0, above, size.Width, size.Height-above)
	}
	parts.Put(l.row.content, 0, 0, size.Width, size.Height)
}

// MinSize implements fyne.Layout.
func (l ringed) MinSize([]fyne.CanvasObject) fyne.Size { return l.row.content.MinSize() }

// Tapped implements fyne.Tappable.
func (r *listRow) Tapped(*fyne.PointEvent) { r.list.tapped(r.at) }

// TappedSecondary implements fyne.SecondaryTappable.
func (r *listRow) TappedSecondary(e *fyne.PointEvent) {
	r.list.take(r.at)
	r.list.ask(r.at, e.AbsolutePosition)
}

// MouseIn implements desktop.Hoverable. Fyne's own row below hears of the pointer no more.
func (r *listRow) MouseIn(e *desktop.MouseEvent) {
	r.veil.FillColor = theme.Color(theme.ColorNameHover)
	r.veil.Show()
	canvas.Refresh(r) // what was hidden so far is in no window yet, and paints nothing
	r.MouseMoved(e)
}

// MouseMoved implements desktop.Hoverable: what is cut under the pointer is told whole.
func (r *listRow) MouseMoved(e *desktop.MouseEvent) {
	r.list.tips.Over(e.AbsolutePosition, r.content.texts()...)
}

// MouseOut implements desktop.Hoverable.
func (r *listRow) MouseOut() {
	r.veil.Hide()
	r.list.tips.Gone()
}

// mark shows that the keys are in this row, or not.
func (r *listRow) mark(on bool) {
	if !on {
		r.ring.Hide()
		return
	}
	edge := theme.Color(theme.ColorNamePrimary)
	within := color.NRGBAModel.Convert(edge).(color.NRGBA)
	within.A = 1 // the window's driver mixes an edge with it, and clear is black
	r.ring.StrokeColor, r.ring.FillColor = edge, within
	r.ring.Show()
	r.ring.Refresh()
}

// SetDeviceIsMobile does nothing: Fyne leaves the theme of what has it alone.
func (r *listRow) SetDeviceIsMobile(bool) {}

// touching is the theme in force, but for what a list puts between and behind
// its rows.
type touching struct{}

func (touching) base() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

// Color implements fyne.Theme.
func (t touching) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNameSelection, theme.ColorNameShadow: // lines are enough to end a list
		return color.Transparent
	}
	return t.base().Color(n, v)
}

// Font implements fyne.Theme.
func (t touching) Font(s fyne.TextStyle) fyne.Resource { return t.base().Font(s) }

// Icon implements fyne.Theme.
func (t touching) Icon(n fyne.ThemeIconName) fyne.Resource { return t.base().Icon(n) }

// Size implements fyne.Theme.
func (t touching) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNamePadding, theme.SizeNameSelectionRadius:
		return 0
	}
	return t.base().Size(n)
}
