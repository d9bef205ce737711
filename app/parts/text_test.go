package parts

import (
	"image/color"
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

// shownText gives what of a text is drawn.
func shownText(text *Text) string {
	test.WidgetRenderer(text)
	return text.line.Text
}

func TestATextThatIsTooLongEndsInAnEllipsis(t *testing.T) {
	ours(t)
	text := NewText("Solicitudes de captura de Señora Echeverría", Bold)
	window(t, 160, 20, text)
	got := shownText(text)
	head, ok := strings.CutSuffix(got, "…")
	if !ok || !strings.HasPrefix(text.Text(), head) || head == "" {
		t.Fatalf("shown: %q", got)
	}
	if w := text.measure(got).Width; w > 160 || w < 140 {
		t.Errorf("%q is %v wide in 160", got, w)
	}
	text.Resize(fyne.NewSize(600, 20))
	if got := shownText(text); got != text.Text() {
		t.Errorf("in a wide place: %q", got)
	}
	text.Resize(fyne.NewSize(60, 20))
	text.SetText("short")
	if got := shownText(text); got != "short" {
		t.Errorf("a shorter text: %q", got)
	}
	text.SetText("")
	if got := shownText(text); got != "" {
		t.Errorf("no text: %q", got)
	}
}

func TestALongTextDoesNotWidenTheWindow(t *testing.T) {
	ours(t)
	long := strings.Repeat("Sycamore Lane ", 40)
	if w := NewText(long, Ink).MinSize().Width; w > shortest {
		t.Errorf("a text insists on %v", w)
	}
	if w := NewText(long, Ink).Whole().MinSize().Width; w < 1000 {
		t.Errorf("a whole text is content with %v", w)
	}
	if NewText("OK", Ink).MinSize().Width >= shortest {
		t.Error("a short text insists on more than it needs")
	}
}

func TestTextIsDrawnInItsRole(t *testing.T) {
	ours(t)
	text := NewText("Finished 2 min ago", Second)
	window(t, 200, 20, text)
	if text.line.TextSize != 13 || text.line.Color != of(look.Light, look.ColorDim) {
		t.Errorf("a second line: %v in %v", text.line.TextSize, text.line.Color)
	}
	text.Set("Failed: not enough photos", FailedText)
	if text.line.TextSize != 13 || text.line.Color != of(look.Light, look.ColorFailed) || text.line.Text != "Failed: not enough photos" {
		t.Errorf("a failure: %q, %v in %v", text.line.Text, text.line.TextSize, text.line.Color)
	}
	text.Set(text.Text(), Title)
	if text.line.TextSize != 20 || !text.line.TextStyle.Bold {
		t.Errorf("a title: %v", text.line.TextSize)
	}
}

func TestAParagraphIsBrokenWhereItsWidthEnds(t *testing.T) {
	ours(t)
	p := NewParagraph("Hover did not accept this pair. Copy the secret once more.\nIt is shown only once.", FailedText)
	window(t, 180, 100, p)
	var lines []string
	for _, l := range p.lines {
		lines = append(lines, l.Text)
		if l.MinSize().Width > 180 {
			t.Errorf("%q is wider than the paragraph", l.Text)
		}
	}
	if got, want := strings.Join(lines, " "), strings.ReplaceAll(p.Text(), "\n", " "); got != want {
		t.Errorf("lines: %q", lines)
	}
	if !strings.HasPrefix(lines[len(lines)-1], "It is shown") {
		t.Errorf("the written line break is lost: %q", lines)
	}
	if got, want := p.MinSize().Height, float32(len(lines))*p.height(); got != want {
		t.Errorf("%d lines ask for %v, want %v", len(lines), got, want)
	}
	p.Resize(fyne.NewSize(1000, 100))
	if len(p.lines) != 2 {
		t.Errorf("in a wide place there are %d lines", len(p.lines))
	}
}

func TestAWordThatIsWiderThanTheParagraphIsCut(t *testing.T) {
	ours(t)
	const address = "https://calm-otter.ngrok-free.app/oauth/callback?state=0123456789abcdef"
	p := NewParagraph("Open "+address, Fixed)
	window(t, 120, 100, p)
	joined := ""
	for _, l := range p.lines {
		joined += l.Text
		if w := l.MinSize().Width; w > 120 {
			t.Errorf("%q is %v wide in 120", l.Text, w)
		}
	}
	if joined != "Open"+address {
		t.Errorf("something is missing: %q", joined)
	}
	p.Resize(fyne.NewSize(1, 100)) // a letter a line, and an end
	if len(p.lines) != len("Open"+address) {
		t.Errorf("in no room there are %d lines", len(p.lines))
	}
}

func TestAParagraphKeepsHowItsLinesBegin(t *testing.T) {
	ours(t)
	p := NewParagraph("{\n  \"state\": \"complete\"\n}", Fixed)
	window(t, 400, 100, p)
	if len(p.lines) != 3 || p.lines[1].Text != `  "state": "complete"` {
		t.Errorf("%d lines, the second is %q", len(p.lines), p.lines[1].Text)
	}
}

// drawnIn counts the places of a picture's left edge that are no ground.
func drawnIn(w fyne.Window, ground fyne.ThemeColorName, from, to int) (n int) {
	picture := w.Canvas().Capture()
	for x := from; x < to; x++ {
		for y := range picture.Bounds().Dy() {
			if color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA) != of(look.Light, ground) {
				n++
			}
		}
	}
	return n
}

// A sign before a text is drawn: no font has to have it, and no letter says it.
func TestTheSignBeforeATextIsDrawn(t *testing.T) {
	ours(t)
	text := NewText("measured", DoneWord)
	plain := text.Natural().Width
	w := window(t, 160, 20, text)
	text.SetText("")
	if n := drawnIn(w, look.ColorPanel, 0, int(leadRoom)); n != 0 {
		t.Errorf("without a mark, %d places are drawn", n)
	}
	for _, m := range []Mark{MarkDone, MarkWorking, MarkUpload, MarkFailed, MarkWaiting, MarkOff} {
		text.SetMark(m)
		if n := drawnIn(w, look.ColorPanel, 0, int(leadRoom)); n < 6 {
			t.Errorf("of mark %d, %d places are drawn", m, n)
		}
	}
	text.SetText("measured")
	if shown := shownText(text); shown != "measured" || text.Natural().Width != plain+leadRoom || text.line.Position().X != leadRoom {
		t.Errorf("it says %q at %v, and is %v wide", shown, text.line.Position(), text.Natural())
	}
	text.Resize(fyne.NewSize(plain+leadRoom-4, 20))
	if shown := shownText(text); !strings.HasSuffix(shown, ellipsis) {
		t.Errorf("in too little room it says %q", shown)
	}
	text.SetMark(MarkNone)
	text.Resize(fyne.NewSize(plain+1, 20))
	if shown := shownText(text); shown != "measured" {
		t.Errorf("without the mark it says %q", shown)
	}
}

func TestAFoldPointsToWhatItShows(t *testing.T) {
	ours(t)
	fold := NewFold("Activity", func() {})
	if got, want := fold.MinSize().Width, NewButton("Activity", Plain, nil).MinSize().Width+leadRoom; got != want {
		t.Errorf("a fold is %v wide, want %v", got, want)
	}
	w := window(t, fold.MinSize().Width, fold.MinSize().Height, fold)
	shut := w.Canvas().Capture()
	fold.SetFold(true)
	if open := w.Canvas().Capture(); reflect.DeepEqual(shut, open) {
		t.Error("whether it is open cannot be seen")
	}
	fold.SetFold(false)
	if again := w.Canvas().Capture(); !reflect.DeepEqual(shut, again) {
		t.Error("shut again it looks another way")
	}
}
