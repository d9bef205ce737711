//go:build !nogui

package app

import (
	"errors"
	"math"
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"dormer/internal/engine"
)

func TestTextIsMadeLargerInTheSettingsAndByKeys(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		o.area = func() (int, int) { return 1366, 738 } // a panel takes the rest
	}, func(t *testing.T, o *office) {
		whole := func() fyne.Size {
			size, scale := o.d.window.Canvas().Size(), o.d.window.Canvas().Scale()
			return fyne.NewSize(size.Width*scale, size.Height*scale)
		}
		near := func(a, b fyne.Size) bool {
			return math.Abs(float64(a.Width-b.Width)) < 1 && math.Abs(float64(a.Height-b.Height)) < 1
		}
		was := whole()
		o.press(fyne.KeyPlus)
		if o.system.scale != 1.2 {
			t.Errorf("larger: %v", o.system.scale)
		}
		if now := whole(); !near(now, was) {
			t.Errorf("the window was %v on the screen, and is %v", was, now)
		}
		for range 9 {
			o.press(fyne.KeyEqual)
		}
		if o.system.scale != 2 {
			t.Errorf("largest: %v", o.system.scale)
		}
		o.Wants("Menu", "1420 Sycamore Lane") // as in every narrow window
		o.press(fyne.KeyMinus)
		if o.system.scale != 1.8 {
			t.Errorf("smaller: %v", o.system.scale)
		}
		if got := o.d.shell.Chosen(t.Context()).TextSize; got != "180" {
			t.Errorf("%q is kept", got)
		}
		o.press(fyne.Key0)
		if o.system.scale != 1 || !near(whole(), was) {
			t.Errorf("as it was: %v, %v", o.system.scale, whole())
		}
		o.press(fyne.KeyMinus)
		if o.system.scale != 1 {
			t.Errorf("less than it was: %v", o.system.scale)
		}
		o.desk.Saves(engine.KeyTextSize, "140") // by the command line
		o.news()
		if o.system.scale != 1.4 {
			t.Errorf("by the command line: %v", o.system.scale)
		}
	})
}

// At twice the size on a small screen that is magnified already, the window's edges
// would lie outside of it.
func TestTextIsAsLargeAsTheScreenHasRoomFor(t *testing.T) {
	inOffice(t, func(o *office, _ *Wiring) {
		o.area = func() (int, int) { return 1093, 590 } // as 1366 × 738 at a scale of 1.25
		o.desk.Saves(engine.KeyTextSize, "200")
	}, func(t *testing.T, o *office) {
		if o.system.scale != 1.7 {
			t.Errorf("it is %v times as large", o.system.scale)
		}
	})
	for name, c := range map[string]struct {
		width, height int
		scale         float32
		want          float32
	}{
		"a small screen":         {1366, 738, 1, 2.1},
		"a large one":            {2560, 1440, 1, 4.3},
		"a large one, magnified": {2560, 1440, 2.5, 1.6},
		"one that is too small":  {320, 200, 1, 1},
		"one that is high":       {816, 4000, 1, 2},
	} {
		if got := mostFactor(c.width, c.height, c.scale); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhatAPersonAskedOfFyneIsKept(t *testing.T) {
	for name, c := range map[string]struct{ before, twice string }{
		"nothing":             {"", "2.00"},
		"a scale":             {"1.5", "3.00"},
		"what Fyne finds":     {"auto", "2.00"},
		"what is not a scale": {"large", "2.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(scaleVariable, c.before)
			t.Setenv(scaleBefore, "")
			if err := os.Unsetenv(scaleBefore); err != nil {
				t.Fatal(err)
			}
			settings := test.NewTempApp(t).Settings()
			enlarge := enlarger(settings)
			enlarge(2)
			if got := os.Getenv(scaleVariable); got != c.twice {
				t.Errorf("twice as large: %q", got)
			}
			enlarger(settings)(2) // a Dormer that this one started
			if got := os.Getenv(scaleVariable); got != c.twice {
				t.Errorf("twice as large in one that this one started: %q", got)
			}
			enlarge(1)
			if got := os.Getenv(scaleVariable); got != c.before {
				t.Errorf("as it was: %q", got)
			}
		})
	}
}

// What the settings showed last may be old by then.
func TestASizeThatWasChosenElsewhereIsWhereTheKeysGoOn(t *testing.T) {
	inOffice(t, nil, func(t *testing.T, o *office) {
		o.tap("Settings")
		o.tap("Jobs")
		o.desk.Saves(engine.KeyTextSize, "160") // by the command line
		o.news()
		o.press(fyne.KeyPlus)
		if o.system.scale != 1.8 {
			t.Errorf("larger than 1.6 is %v", o.system.scale)
		}
		o.desk.Fails("Set", errors.New("the disk is full"))
		o.press(fyne.Key0)
		o.Wants("the disk is full")
		if o.system.scale != 1.8 {
			t.Errorf("it is %v, and nothing was kept", o.system.scale)
		}
	})
}
