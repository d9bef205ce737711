package parts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
)

func TestAPageKeepsItsMarginsInEveryWidth(t *testing.T) {
	ours(t)
	body := box(10, 10)
	read := NewButton("Marcar todo como leído", Plain, func() {})
	subtitle := NewText("Un webhook enviado ahora le llegaría. Comprobado de extremo a extremo hace 4 min.", Second)
	page := NewPage("Salud de la conexión y de las notificaciones", subtitle, body, read)
	w := window(t, 900, 500, page)
	d := fyne.CurrentApp().Driver()
	for _, width := range []float32{900, 420} {
		w.Resize(fyne.NewSize(width, 500))
		at, m := d.AbsolutePositionForObject(body), look.PageMargin
		if at.X != m || body.Size().Width != width-2*m || at.Y+body.Size().Height != 500-m {
			t.Errorf("%v wide: the body is %v at %v", width, body.Size(), at)
		}
		if x := d.AbsolutePositionForObject(read).X + read.Size().Width; x != width-m {
			t.Errorf("%v wide: the action ends at %v", width, x)
		}
		if y := d.AbsolutePositionForObject(subtitle).Y; y <= d.AbsolutePositionForObject(read).Y+read.Size().Height || y >= at.Y {
			t.Errorf("%v wide: the second line is at %v", width, y)
		}
	}
}

func TestAnEmptyPageSaysWhatToDo(t *testing.T) {
	ours(t)
	opened := 0
	action := NewButton("Open the jobs", Plain, func() { opened++ })
	w := window(t, 700, 400, NewEmpty("Nothing here yet", "Alerts of finished and failed jobs will stand here, also those that came while you were away.", action))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(action)
	if middle := at.X + action.Size().Width/2; middle < 349 || middle > 351 || at.Y < 180 || at.Y > 260 {
		t.Errorf("the action stands at %v", at)
	}
	test.TapCanvas(w.Canvas(), at.AddXY(5, 5))
	if opened != 1 {
		t.Error("the action does nothing")
	}
	NewEmpty("Nothing", "", nil).Resize(fyne.NewSize(300, 300))
}

func TestASettingHasItsControlAtTheRight(t *testing.T) {
	ours(t)
	sound := NewCheck("", true, nil)
	folder := NewButton("Choose…", Plain, nil)
	section := NewSection("Alerts",
		NewSetting("Sound", "Play a sound when a job has finished. A failure always does.", sound),
		NewSetting("Folder", "", folder),
		NewSetting("Version", "1.0", nil))
	window(t, 600, 400, Column(0, section))
	d := fyne.CurrentApp().Driver()
	if x := d.AbsolutePositionForObject(folder).X + folder.Size().Width; x != 600-16-1 && x != 600-16 {
		t.Errorf("the button ends at %v", x)
	}
	if d.AbsolutePositionForObject(folder).Y <= d.AbsolutePositionForObject(sound).Y+sound.Size().Height {
		t.Error("rows overlap")
	}
}

func TestAButtonIsHighEnoughForAThumbAndWideEnoughForSpanish(t *testing.T) {
	ours(t)
	for _, s := range []Style{Primary, Plain, Quiet, Danger} {
		b := NewButton("Volver a descargar todos los archivos", s, nil)
		text := NewText(b.Text(), Bold).Natural().Width
		if m := b.MinSize(); m.Height < look.ButtonHeight || m.Width < text {
			t.Errorf("style %d: %v for %v of text", s, m, text)
		}
	}
	b := NewButton("OK", Plain, nil)
	narrow := b.MinSize()
	b.SetText("Volver a descargar")
	b.SetStyle(Danger)
	if b.MinSize().Width <= narrow.Width {
		t.Error("a longer text needs no more room")
	}
}

func TestACardShowsWhatIsNewByALineAtItsLeft(t *testing.T) {
	ours(t)
	c := NewCard(NewText("1420 Sycamore Lane is measured", Bold))
	w := window(t, 300, 80, c)
	if near(at(w, 1, 40), of(look.Light, "primary")) {
		t.Error("an old card has a line")
	}
	c.SetAccent(true)
	if got := at(w, 1, 40); got != of(look.Light, "primary") {
		t.Errorf("at the left there is %v", got)
	}
	if got := c.MinSize().Height - c.content.MinSize().Height; got != 2*cardPad {
		t.Errorf("%v around the content", got)
	}
	if got := c.SetPad(4).MinSize().Height - c.content.MinSize().Height; got != 8 {
		t.Errorf("%v around the content", got)
	}
}
