// Package inter asks by way of interfaces.
package inter

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"dormer/storage"
)

// Disk is asked whether a file is there.
type Disk interface{ There(path string) bool }

type real struct{}

func (real) There(path string) bool {
	_, err := os.Lstat(path) // held up: os.Lstat
	return err == nil
}

// World is what Ask asks.
type World struct{ disk Disk }

// Real is the real one.
func Real() World { return World{real{}} }

// Ask asks it.
func Ask(s *storage.Store, w World) error {
	return s.View(func(*storage.Tx) error {
		if !w.disk.There("x") {
			return io.EOF
		}
		return nil
	})
}

// Walk goes through a file system that is the machine's.
func Walk(s *storage.Store, path string) error {
	files := os.DirFS(path)
	return s.View(func(*storage.Tx) error {
		_, err := fs.Stat(files, "x") // held up: io/fs.Stat
		return err
	})
}

// Write writes to a file that is handed on as a writer.
func Write(s *storage.Store) error {
	return s.View(func(*storage.Tx) error {
		_, err := fmt.Fprintln(os.Stderr, "x") // held up: *os.File
		return err
	})
}

// Written writes to one that came as a writer.
func Written(s *storage.Store, f *os.File) error {
	return s.View(func(*storage.Tx) error { return write(f) }) // held up: *os.File
}

func write(w io.Writer) error {
	_, err := w.Write(nil) // held up: (*os.File).Write
	return err
}

type spoken struct{}

func (spoken) String() string {
	name, _ := os.Hostname() // held up: os.Hostname
	return name
}

// Speak lets a library call it.
func Speak(s *storage.Store) error {
	return s.View(func(*storage.Tx) error { return fmt.Errorf("%v", spoken{}) })
}
