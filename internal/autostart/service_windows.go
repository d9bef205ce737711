package autostart

import (
	"errors"
	"strings"

	"dormer/internal/say"

	"golang.org/x/sys/windows/registry"
)

// runKey is below the user's own part of the registry. What is switched off in
// the Task Manager is kept by Windows elsewhere, and stays off whatever is
// written here.
const runKey = `Software\Microsoft\Windows\CurrentVersion\Run`

// maxRun is the longest command that Windows takes there.
const maxRun = 260

func write(e Entry) error {
	line := commandLine(e)
	if strings.Contains(e.Program, `"`) {
		return say.Because("autostart.quotation")
	}
	if len(line) > maxRun {
		return say.Because("autostart.too_long")
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	return errors.Join(k.SetStringValue(e.ID, line), k.Close())
}

func remove(e Entry) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	err = k.DeleteValue(e.ID)
	if errors.Is(err, registry.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, k.Close())
}

func switchedOff(Entry) (bool, error) { return false, nil }
