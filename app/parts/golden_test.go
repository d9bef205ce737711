package parts

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"dormer/app/look"
)

// sampler is a handful of parts, small: what the eye would notice first.
func sampler() fyne.CanvasObject {
	bar := NewBar()
	bar.Set(0.6)
	chosen := NewNavItem("Jobs", func() {})
	chosen.SetChosen(true)
	inbox := NewNavItem("Inbox", func() {})
	inbox.SetBadge(2)
	never := NewButton("Continue", Primary, func() {})
	never.Disable()
	return Pad(8, 8, 8, 8, Column(8,
		Row(4, NewMark(MarkDone), NewMark(MarkWorking), NewMark(MarkUpload), NewMark(MarkFailed), NewMark(MarkWarn), NewMark(MarkWaiting)),
		Row(8, NewButton("Open PDF", Primary, func() {}), NewButton("3D view", Plain, func() {}), never),
		Row(6, NewChip("All 772", true, func() {}), NewChip("Failed 1", false, func() {}), NewTag("PDF", TagSaved, func() {})),
		bar, chosen, inbox,
		NewCheck("Only my jobs", true, nil),
	))
}

func TestThePartsLookAsTheyDid(t *testing.T) {
	for name, v := range map[string]look.Variant{"light": look.Light, "dark": look.Dark} {
		ours(t)
		test.ApplyTheme(t, look.New(v))
		w := test.NewTempWindow(t, sampler())
		w.SetPadded(false)
		w.Resize(fyne.NewSize(310, 260))
		test.AssertRendersToImage(t, "sampler-"+name+".png", w.Canvas())
	}
}

// A person who switches from light to dark sees it at once, in everything that is
// open: as if the window had been opened in the dark.
func TestLightAndDarkChangeWhileTheWindowIsOpen(t *testing.T) {
	ours(t)
	show := func() fyne.Window {
		field := NewField("Name")
		field.SetText("Dana Whitfield")
		search := NewSearch("Search")
		search.SetText("mill")
		line := NewTimeline()
		line.SetSegments(Segment{Label: "22 min", Share: 22, Role: WaitingText}, Segment{Label: "Building", Share: 80, Role: WorkingText})
		status := NewStatusCard()
		status.Set(MarkDone, "Connected to Hover", "last update 2 min ago")
		banner := NewBanner()
		banner.SetSays("No connection to Hover.", MarkWarn, NewButton("Try now", Plain, nil))
		all := Column(8, banner, sampler(), field, search, line, status, NewLine(),
			NewCard(NewParagraph("Photos too dark to measure.", Dim)), NewCard(NewText("2,847", Figure)),
			NewSelect([]string{"English"}, 0, nil), NewChoice([]string{"Mine"}, 0, nil))
		w := test.NewTempWindow(t, all)
		w.Resize(fyne.NewSize(400, 900))
		Modal(w.Canvas(), NewDialog("Which structures?", NewText("House", Bold)))
		return w
	}
	w := show()
	light := w.Canvas().Capture()
	test.ApplyTheme(t, look.New(look.Dark))
	switched, fresh := w.Canvas().Capture(), show().Canvas().Capture()
	if same(light, switched) || !same(switched, fresh) {
		t.Errorf("what was open in the light differs in the dark from what is opened there, first at %v", differs(switched, fresh))
	}
}

// differs gives the first place where two pictures differ.
func differs(a, b image.Image) image.Point {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				return image.Pt(x, y)
			}
		}
	}
	return image.Point{}
}

// In the window an edge is mixed with what is within it: within must be no black.
func TestAnOutlineIsHollowInItsOwnColour(t *testing.T) {
	r := &canvas.Rectangle{}
	outline(r, of(look.Light, theme.ColorNamePrimary), 2)
	want := of(look.Light, theme.ColorNamePrimary)
	if _, _, _, alpha := r.FillColor.RGBA(); alpha == 0 || alpha > 0x0202 {
		t.Errorf("filled with %v", r.FillColor)
	}
	want.A = 1
	if r.FillColor != want {
		t.Errorf("filled with %v, want %v", r.FillColor, want)
	}
}
