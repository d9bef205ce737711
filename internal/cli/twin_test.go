package cli

import (
	"errors"
	"strings"
	"testing"
)

func TestTheTwinForTheVerbsStartsTheOneWithTheWindow(t *testing.T) {
	d := newDesk(t)
	started := 0
	d.io = func(w *IO) { w.Instead = func() error { started++; return nil } }
	d.want(exitDone, "", "")
	d.want(exitNotRunning, "", "Dormer is not running…", "status") // a verb is its own work
	if started != 1 {
		t.Errorf("the other one was started %d times", started)
	}
	d.io = func(w *IO) { w.Instead = func() error { return errors.New("no such file") } }
	d.want(exitFailed, "", "dormer: no such file\n")
}

func TestAStartThatFailsUnseenIsShown(t *testing.T) {
	d := newDesk(t)
	var shown []string
	d.io = func(w *IO) { w.Dialog = func(text string) { shown = append(shown, text) } }
	d.want(exitFailed, "", "…no window…")
	d.want(exitUsage, "", "…", "--fly")
	if len(shown) != 2 || !strings.Contains(shown[0], "no window") || !strings.Contains(shown[1], "--fly") {
		t.Errorf("shown was %q", shown)
	}
	d.want(exitDone, "…", "", "version")
	if len(shown) != 2 {
		t.Errorf("where nothing failed there is %q", shown[2:])
	}
}
