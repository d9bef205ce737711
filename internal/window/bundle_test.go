package window

import (
	"os"
	"path/filepath"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestTheWindowOfABundleIsAnApplicationOfItsOwn(t *testing.T) {
	app := filepath.Join(t.TempDir(), "Dormer.app")
	main, second := filepath.Join(app, programs, "dormer"), filepath.Join(app, helper, programs, "dormer")
	if w, v := Programs(main); w != main || v != main {
		t.Errorf("without a second program they are %s and %s", w, v)
	}
	if err := os.MkdirAll(filepath.Dir(second), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(second, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, self := range []string{main, second} {
		if w, v := Programs(self); w != main || v != second {
			t.Errorf("of %s they are %s and %s", self, w, v)
		}
	}
	for _, bare := range []string{"/usr/bin/dormer", `C:\Programs\Dormer\dormer.exe`, "dormer"} {
		if w, v := Programs(bare); w != bare || v != bare {
			t.Errorf("of %s they are %s and %s", bare, w, v)
		}
	}
}
