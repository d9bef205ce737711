package notify

import (
	"runtime"
	"testing"
)

// TestWhatWasShownLetsGo: whether this Windows has toasts, a tray or neither, showing
// and closing come to their ends.
func TestWhatWasShownLetsGo(t *testing.T) {
	const app = "Dormer, a test"
	defer func() {
		if err := Forget(app); err != nil {
			t.Error(err)
		}
	}()
	for range 2 {
		d := New(Options{AppName: app, Start: `"C:\nowhere\dormer.exe" --hidden`})
		server, can, err := d.Available(t.Context())
		t.Logf("available: %q, %q, %v", server, can, err)
		err = d.Show(t.Context(), Notice{Key: "house", Title: "Measured", Body: "Open it", Actions: []Action{{"pdf", "Open PDF"}}})
		t.Logf("shown: %v", err)
		if err := d.Close(); err != nil {
			stacks := make([]byte, 64<<10)
			t.Fatalf("%v\n%s", err, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestAClickOnABalloonIsHeard sends what the taskbar sends.
func TestAClickOnABalloonIsHeard(t *testing.T) {
	heard := make(chan string, 1)
	b := newBalloon("Dormer, a test", func(key, action string) { heard <- key + " " + action })
	b.mu.Lock()
	b.begin()
	b.shown = Notice{Key: "house", Actions: []Action{{"pdf", "Open PDF"}, {DefaultAction, "Show job"}}}
	b.mu.Unlock()
	defer b.close()
	if b.failed != nil {
		t.Fatal(b.failed)
	}
	if ok, _, err := postMessage.Call(b.window, wmIcon, 1, balloonClicked); ok == 0 {
		t.Fatal(err)
	}
	if got := <-heard; got != "house pdf" {
		t.Errorf("heard was %q", got)
	}
}
