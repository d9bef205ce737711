//go:build !windows && !darwin

package autostart

import (
	"errors"
	"os"
	"path/filepath"
)

// place gives the path of an entry's file.
func place(e Entry) (string, error) {
	dir, err := os.UserConfigDir() // XDG_CONFIG_HOME, or ~/.config
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "autostart", e.ID+".desktop"), nil
}

func write(e Entry) error {
	path, err := place(e)
	if err != nil {
		return err
	}
	return replace(path, desktopFile(e))
}

func remove(e Entry) error {
	path, err := place(e)
	if err != nil {
		return err
	}
	return drop(path)
}

func switchedOff(e Entry) (bool, error) {
	path, err := place(e)
	if err != nil {
		return false, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return desktopFileOff(string(b)), err
}
