package parts

import (
	"bytes"
	"fmt"
	"image/color"
	"log"
	"os"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"dormer/app/look"
	_ "dormer/internal/hermetic"
)

// complaints collects what Fyne logs. It returns no errors: it only says them.
type complaints struct {
	mu  sync.Mutex
	log bytes.Buffer
}

// Write implements io.Writer.
func (c *complaints) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.Write(b)
}

func TestMain(m *testing.M) {
	fyneSays := &complaints{}
	log.SetOutput(fyneSays)
	code := m.Run()
	if fyneSays.log.Len() > 0 {
		fmt.Fprintf(os.Stderr, "Fyne complains:\n%s", fyneSays.log.String())
		code = 1
	}
	os.Exit(code)
}

// ours begins an app in our look.
func ours(t *testing.T) {
	t.Helper()
	test.NewTempApp(t)
	test.ApplyTheme(t, look.New(look.Light))
}

// window shows an object alone in a window so wide and high.
func window(t *testing.T, width, height float32, o fyne.CanvasObject) fyne.Window {
	t.Helper()
	w := test.NewTempWindow(t, container.NewStack(NewGround(look.ColorPanel), o))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w
}

// key types a key into whatever has the focus.
func key(w fyne.Window, name fyne.KeyName) {
	e := &fyne.KeyEvent{Name: name}
	if f := w.Canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else if typed := w.Canvas().OnTypedKey(); typed != nil {
		typed(e)
	}
}

// letters types letters into what has the focus.
func letters(w fyne.Window, s string) { test.Type(w.Canvas().Focused(), s) }

// at gives the colour of a pixel of a window.
func at(w fyne.Window, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(w.Canvas().Capture().At(x, y)).(color.NRGBA)
}

// of gives a colour of a theme.
func of(v look.Variant, name fyne.ThemeColorName) color.NRGBA {
	return color.NRGBAModel.Convert(look.New(v).Color(name, 0)).(color.NRGBA)
}
