package bustest

import (
	"errors"

	"github.com/godbus/dbus/v5"
)

// FileManager is the name of a desktop's file manager on the bus.
const FileManager = "org.freedesktop.FileManager1"

// ServeFileManager puts a file manager on the bus that conn leads to: show is told
// which files it is asked to select.
func ServeFileManager(conn *dbus.Conn, show func(uris []string)) error {
	err := conn.ExportMethodTable(map[string]any{
		"ShowItems": func(uris []string, _ string) *dbus.Error {
			show(uris)
			return nil
		},
	}, "/org/freedesktop/FileManager1", FileManager)
	if err != nil {
		return err
	}
	return own(conn, FileManager)
}

func own(conn *dbus.Conn, name string) error {
	reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("the name " + name + " is taken")
	}
	return err
}
