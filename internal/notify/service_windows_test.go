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
