package autostart

import (
	"os"
	"path/filepath"
)

// place gives the path of an entry's file. What is switched off in the System
// Settings is kept by macOS elsewhere, and stays off whatever is written here.
func place(e Entry) (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "Library", "LaunchAgents", e.ID+".plist"), nil
}

func write(e Entry) error {
	path, err := place(e)
	if err != nil {
		return err
	}
	return replace(path, agentFile(e))
}

func remove(e Entry) error {
	path, err := place(e)
	if err != nil {
		return err
	}
	return drop(path)
}

func switchedOff(Entry) (bool, error) { return false, nil }
