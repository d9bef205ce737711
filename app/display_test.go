//go:build !nogui && unix && !darwin

package app

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADisplayThatDoesNotAnswerIsToldInPlainWords(t *testing.T) {
	dir, err := os.MkdirTemp("", "display") // t.TempDir is too long for a socket on some systems
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	wayland, err := net.Listen("unix", filepath.Join(dir, "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	defer wayland.Close()
	x, err := net.Listen("unix", filepath.Join(dir, "x"))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, c := range []struct{ x, wayland, says string }{
		{"", "", "there is no display"},
		{":7777", "", "the display :7777 does not answer"},
		{"localhost:60000.0", "", "the display localhost:60000.0 does not answer"},
		{"nonsense", "", "the display nonsense does not answer"},
		{"", "wayland-8", "the display wayland-8 does not answer"},
		{"", "wayland-7", ""},
		{":7777", "wayland-7", ""},
		{"", filepath.Join(dir, "wayland-7"), ""},
		{filepath.Join(dir, "x"), "wayland-8", ""},
	} {
		err := reachDisplay(func(name string) string {
			return map[string]string{"DISPLAY": c.x, "WAYLAND_DISPLAY": c.wayland, "XDG_RUNTIME_DIR": dir}[name]
		})
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%q and %q: %v", c.x, c.wayland, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "dormer run --headless")):
			t.Errorf("%q and %q: %v, want %q", c.x, c.wayland, err, c.says)
		}
	}
}

// Between the look at the display and the first window it can go away: Fyne then
// goes on without its library.
func TestADisplayThatGoesAwayWhileTheWindowIsMadeIsNoCrash(t *testing.T) {
	fails := func(with any) func() bool { return func() bool { panic(with) } }
	if drawn(fails(errors.New("NotInitialized: The GLFW library is not initialized"))) {
		t.Error("a window was made")
	}
	if !drawn(func() bool { return true }) {
		t.Error("no window was made")
	}
	defer func() {
		if recover() == nil {
			t.Error("a mistake of ours was taken for a display that is gone")
		}
	}()
	drawn(fails("a mistake"))
}
