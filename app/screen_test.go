//go:build !nogui

package app

import (
	"encoding/json"
	"testing"

	"fyne.io/fyne/v2"
)

func TestAWindowThatIsRememberedLargerThanTheScreenIsCut(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		o.area = func() (int, int) { return 1366, 738 } // a panel takes the rest
		if err := o.desk.Remember(t.Context(), "window", json.RawMessage(`{"Width":1800,"Height":1000}`)); err != nil {
			t.Fatal(err)
		}
	}, func(t *testing.T, o *office) {
		if size := o.d.window.Canvas().Size(); size != fyne.NewSize(1350, 698) {
			t.Errorf("it is %v", size)
		}
	})
}

func TestWhatAScreenHasRoomFor(t *testing.T) {
	first := fyne.NewSize(1180, 760)
	for name, c := range map[string]struct {
		width, height int
		scale         float32
		want          fyne.Size
	}{
		"a large screen":          {2560, 1440, 1, first},
		"a small one":             {1366, 768, 1, fyne.NewSize(1180, 728)},
		"a small one, magnified":  {1366, 768, 1.5, fyne.NewSize(1366/1.5-16, 768/1.5-40)},
		"a large one, magnified":  {3840, 2160, 2, first},
		"none that anybody knows": {0, 0, 1, first},
		"no scale yet":            {1366, 768, 0, first},
	} {
		if got := fit(first, c.width, c.height, c.scale, 1); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got, want := fit(first, 1366, 768, 3, 2), fyne.NewSize(1366.0/3-8, 768.0/3-20); got != want {
		t.Errorf("a small one, magnified, with text twice as large: %v, want %v", got, want)
	}
}
