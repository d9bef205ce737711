package page

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"dormer/app/view"
	"dormer/internal/hover"
	"dormer/internal/roof"
)

// sycamoreRoof is the roof of the house, as its JSON has it.
func sycamoreRoof(t *testing.T) roof.Plan {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "internal", "simulator", "samples", "sycamore-house", "full.json"))
	if err != nil {
		t.Fatal(err)
	}
	p, ok := roof.Read(b)
	if !ok {
		t.Fatal("the sample has no roof")
	}
	return p
}

// written gives what is written on a roof.
func (r *roofDrawing) written() (all []string) {
	for _, l := range r.canvas.labels {
		all = append(all, l.Text)
	}
	return all
}

// within fails where a part of the drawing reaches beyond it.
func (r *roofDrawing) within(t *testing.T) {
	t.Helper()
	size := r.Size()
	for _, o := range r.canvas.objects {
		if l, ok := o.(*canvas.Line); ok {
			for _, p := range []fyne.Position{l.Position1, l.Position2} {
				if p.X < -1 || p.Y < -1 || p.X > size.Width+1 || p.Y > size.Height+1 {
					t.Fatalf("a line reaches to %v of %v", p, size)
				}
			}
		}
	}
}

func TestTheRoofIsDrawnToScaleWithWhatIsChosen(t *testing.T) {
	d := newJobDesk(t, 700, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	d.roofs = map[hover.ModelID]roof.Plan{"10": sycamoreRoof(t)}
	j, v := d.job(sycamore())
	d.until("the roof is drawn", func() bool { return v.State().Drawing.Plan != nil && d.reads("34.9") })
	ours := j.numbers.drawing.ours
	if !ours.Visible() || j.numbers.drawing.hovers.Visible() || !slices.Contains(ours.written(), "726") {
		t.Errorf("it reads %q", ours.written())
	}
	ours.within(t)
	for _, o := range test.WidgetRenderer(ours).Objects() {
		if scale, ok := o.(*canvas.Text); ok && strings.HasSuffix(scale.Text, " ft") {
			if foot := ours.place(roof.Point{X: ours.low.X, Y: ours.low.Y}).Y; foot > scale.Position().Y {
				t.Errorf("the roof ends at %v, below the scale's %v", foot, scale.Position().Y)
			}
		}
	}
	// To scale: what is twice as long is drawn twice as long.
	length := func(l roof.Line) float64 {
		flat := roof.Line{A: roof.Point{X: l.A.X, Y: l.A.Y}, B: roof.Point{X: l.B.X, Y: l.B.Y}}
		a, b := ours.place(l.A), ours.place(l.B)
		return float64(fyne.NewPos(a.X-b.X, a.Y-b.Y).X*(a.X-b.X)+(a.Y-b.Y)*(a.Y-b.Y)) / (flat.Length() * flat.Length())
	}
	for _, l := range ours.plan.Lines {
		if got, want := length(l), ours.scale()*ours.scale(); got < want*0.98 || got > want*1.02 {
			t.Errorf("a %s is drawn at another scale", l.Kind)
		}
	}
	d.tap("Lengths")
	if w := strings.Join(ours.written(), " "); !strings.Contains(w, `'`) || strings.Contains(w, "726") {
		t.Errorf("lengths: %q", w)
	}
	for _, kind := range []string{"Ridges", "Hips", "Valleys", "Eaves", "Step flashing"} {
		if !d.reads(kind) {
			t.Errorf("the legend has no %s", kind)
		}
	}
	d.fits()
	d.tap("Pitches")
	if !slices.Contains(ours.written(), "8/12") {
		t.Errorf("pitches: %q", ours.written())
	}
	d.tap("Pitches")
	if len(ours.written()) != 0 {
		t.Errorf("nothing was wanted, %q is written", ours.written())
	}
}

func TestARoofIsMadeLargerByButtonsKeysAndWheel(t *testing.T) {
	d := newJobDesk(t, 700, 760)
	d.figures["10"], d.figures["11"] = houseFigures(), garageFigures()
	d.roofs = map[hover.ModelID]roof.Plan{"10": sycamoreRoof(t)}
	j, v := d.job(sycamore())
	d.until("the roof is drawn", func() bool { return v.State().Drawing.Plan != nil && d.reads("34.9") })
	ours := j.numbers.drawing.ours
	few := len(ours.written())
	d.tap("+")
	d.window.Canvas().Focus(ours)
	ours.TypedRune('+')
	if ours.zoom < 1.9 || len(ours.written()) == few {
		t.Errorf("zoom %v, %q", ours.zoom, ours.written())
	}
	ours.within(t)
	at := ours.middle
	ours.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	ours.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -10)})
	if ours.middle.x <= at.x || ours.middle.y <= at.y {
		t.Errorf("it was moved from %v to %v", at, ours.middle)
	}
	under := fyne.NewPos(20, 30)
	stays := flat{ours.middle.x + float64(under.X-ours.center().X)/ours.scale(), ours.middle.y + float64(under.Y-ours.center().Y)/ours.scale()}
	ours.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: under}, Scrolled: fyne.NewDelta(0, 10)})
	if now := ours.place(roof.Point{X: stays.x, Y: -stays.y}); now.X < under.X-1 || now.X > under.X+1 || now.Y < under.Y-1 || now.Y > under.Y+1 {
		t.Errorf("what was under the pointer went to %v", now)
	}
	for range 40 {
		ours.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)})
	}
	ours.within(t)
	if ours.zoom != mostZoom {
		t.Errorf("zoom %v", ours.zoom)
	}
	ours.TypedRune('0')
	if ours.zoom != 1 {
		t.Errorf("whole again, zoom %v", ours.zoom)
	}

	ours.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	large := j.numbers.drawing.large
	if large == nil || d.window.Canvas().Overlays().Top() != large || d.window.Canvas().Focused() != large.drawing {
		t.Fatal("Enter does not show it large")
	}
	if test.Tap(large.chips[1]); large.drawing.layer != view.LayerLengths || len(large.drawing.written()) < 10 {
		t.Errorf("large it reads %q", large.drawing.written())
	}
	large.drawing.within(t)
	large.drawing.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if len(d.window.Canvas().Overlays().List()) != 0 {
		t.Error("Escape does not close it")
	}
	test.Tap(ours)
	j.Hidden()
	if len(d.window.Canvas().Overlays().List()) != 0 {
		t.Error("it stays over the window when its page goes")
	}
}

func TestKindsOfEdgesDifferInMoreThanTheirColour(t *testing.T) {
	seen := map[string]roof.Kind{}
	for _, k := range roof.Kinds()[:7] {
		s := strokeOf(k)
		how := fmt.Sprint(s.width > 2, s.dashes)
		if other, twice := seen[how]; twice {
			t.Errorf("%s and %s are drawn alike but for their colour", other, k)
		}
		seen[how] = k
	}
}
