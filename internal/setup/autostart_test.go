package setup_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/setup"
)

// startsWith gives a reader of what starts with the computer: a .desktop file, ""
// while there is none.
func startsWith(t *testing.T) (read func() string, path string) {
	t.Helper()
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("this platform keeps it elsewhere")
	}
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	path = filepath.Join(dir, "autostart", "app.dormer.Dormer.desktop")
	return func() string {
		b, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return string(b)
	}, path
}

func TestDormerStartsWithTheComputerWhileThatIsSet(t *testing.T) {
	read, path := startsWith(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f := folder(t)
	d := open(t, f, nil)
	if read() != "" {
		t.Error("it starts with the computer before anybody wants it")
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyAutostart: "true"}); err != nil {
		t.Fatal(err)
	}
	want := `"` + self + `" "--hidden" "--data-dir" "` + f.DataDir + `"`
	if !strings.Contains(read(), want) {
		t.Errorf("it says\n%s\nand not %s", read(), want)
	}
	_ = d.Close()

	// The program has moved; a start writes down where it is.
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(read(), self, "/old/dormer")), 0o600); err != nil {
		t.Fatal(err)
	}
	d = open(t, f, nil)
	if !strings.Contains(read(), want) {
		t.Errorf("after the move it says\n%s", read())
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyAutostart: ""}); err != nil || read() != "" {
		t.Errorf("taken back: %v\n%s", err, read())
	}
	_ = d.Close()

	// While nothing runs, dormer config sets it as well.
	r := reads(t, f, nil)
	if err := r.Set(t.Context(), engine.Values{engine.KeyAutostart: "true"}); err != nil || !strings.Contains(read(), want) {
		t.Errorf("%v\n%s", err, read())
	}
	if err := r.Set(t.Context(), engine.Values{engine.KeyAutostart: "false"}); err != nil || read() != "" {
		t.Errorf("%v\n%s", err, read())
	}
}

func TestWhatCannotStartWithTheComputerIsSaidAndNotSaved(t *testing.T) {
	_, path := startsWith(t)
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, folder(t), nil)
	err := d.Engine().Set(t.Context(), engine.Values{engine.KeyAutostart: "true"})
	said, ok := errors.AsType[*say.Error](err)
	if !ok || said.Do.IsZero() || !strings.Contains(said.What.String(), "start with the computer") {
		t.Errorf("%v", err)
	}
	if v := d.Engine().Value(engine.KeyAutostart); v != "false" {
		t.Errorf("the setting is %q", v)
	}
}

func TestADemoIsNothingToStartWith(t *testing.T) {
	read, _ := startsWith(t)
	on := true
	d := open(t, setup.Flags{DataDir: t.TempDir(), Demo: &on}, nil)
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyAutostart: "true"}); err == nil || !strings.Contains(err.Error(), "demo") || read() != "" {
		t.Errorf("%v\n%s", err, read())
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyAutostart: "false"}); err != nil {
		t.Error(err)
	}
}
