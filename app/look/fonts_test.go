package look

import (
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	_ "dormer/internal/hermetic"
)

// Fyne loads its fonts anew with every change of the theme: some megabytes that
// nothing let go of.
func TestAChangeOfTheThemeKeepsNoFonts(t *testing.T) {
	settings := test.NewTempApp(t).Settings()
	ForgetFonts(settings)
	held := func() (megabytes int) {
		runtime.GC()
		runtime.GC() // what has a finalizer goes with the second
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc >> 20)
	}
	before := 0
	for n := range 12 {
		settings.SetTheme(New(Variant(n % 2)))
		fyne.MeasureText("Sycamore Lane", 14, fyne.TextStyle{})
		fyne.MeasureText("Sycamore Lane", 14, fyne.TextStyle{Bold: true})
		if n == 1 {
			before = held()
		}
	}
	if now := held(); now > before+10 {
		t.Errorf("after ten more changes %d MB are held, before them %d", now, before)
	}
}
