// Package direct asks the machine within transactions.
package direct

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"dormer/storage"
)

// Look reads.
func Look(s *storage.Store, path string) error {
	return s.View(func(*storage.Tx) error {
		_, err := os.Stat(path) // held up: os.Stat
		return err
	})
}

// Keep writes.
func Keep(ctx context.Context, s *storage.Store, path string) error {
	return s.Update(ctx, func(*storage.Tx) error {
		return deeper(path)
	})
}

func deeper(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil { // held up: os.MkdirAll
		return err
	}
	if err := syscall.Mkdir(path, 0o700); err != nil { // held up: syscall.Mkdir
		return err
	}
	return exec.Command("true").Run() // held up: os/exec
}

// Ask asks others.
func Ask(s *storage.Store) (err error) {
	if err := s.View(func(*storage.Tx) error { _, err = http.Get("http://localhost"); return err }); err != nil { // held up: net/http.Get
		return err
	}
	asks := askKeyring
	if err := s.View(asks); err != nil {
		return err
	}
	return s.View(askBus)
}

func askKeyring(*storage.Tx) error {
	_, err := keyring.Get("dormer", "oauth") // held up: go-keyring.Get
	return err
}

func askBus(*storage.Tx) error {
	if _, err := net.Dial("tcp", "localhost:1"); err != nil { // held up: net.Dial
		return err
	}
	_, err := dbus.SessionBus() // held up: dbus/v5.SessionBus
	return err
}
