package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Of the log so much is kept in one file, and so many files of before.
const (
	logFileSize = 10 << 20
	logFiles    = 5
)

// logFile is the log in the data directory, for its owner alone. A full one is
// kept as dormer.log.1, that one's forerunner as dormer.log.2, and so on. One that
// is deleted or moved away while Dormer runs is made again: nobody can see what
// goes on being written into it. It belongs to one goroutine.
type logFile struct {
	path string
	f    *os.File    // nil if it could not be opened
	info os.FileInfo // which one f is
	size int64
}

func openLogFile(path string) (*logFile, error) {
	l := &logFile{path: path}
	return l, l.open()
}

func (l *logFile) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_ = f.Chmod(0o600) // of one that was there already
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	l.f, l.info, l.size = f, info, info.Size()
	return nil
}

// Close lets go of the file.
func (l *logFile) Close() error {
	if l.f == nil {
		return nil
	}
	f := l.f
	l.f = nil
	return f.Close()
}

// Write writes whole lines to the file of that name.
func (l *logFile) Write(lines []byte) (int, error) {
	if now, err := os.Stat(l.path); l.f != nil && (err != nil || !os.SameFile(now, l.info)) {
		_ = l.Close() // whoever took it has what it holds
	}
	if l.f != nil && l.size > 0 && l.size+int64(len(lines)) > logFileSize {
		_ = l.Close()
		if err := l.shift(); err != nil {
			return 0, err
		}
	}
	if l.f == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	n, err := l.f.Write(lines)
	l.size += int64(n)
	return n, err
}

// shift makes room for a new file.
func (l *logFile) shift() error {
	older := func(n int) string { return fmt.Sprintf("%s.%d", l.path, n) }
	for n := logFiles; n > 1; n-- {
		if err := os.Rename(older(n-1), older(n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Rename(l.path, older(1))
}
