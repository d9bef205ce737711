package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"dormer/internal/say"
)

// maxVersions bounds the search for a free name.
const maxVersions = 1000

// placing keeps two Saves of this process from choosing the same name.
var placing sync.Mutex

// place gives the finished file at temp the wanted name in dir, or the next
// free version of it, and returns its path. Where a version with the same
// content is there already, that one is returned. The caller removes temp.
func place(temp, dir, name string, size int64, sum string) (string, error) {
	placing.Lock()
	defer placing.Unlock()
	return placeFree(temp, dir, name, size, sum)
}

// placeFree is place without waiting for anybody: who places into the same folder at the
// same time may get the version after the next.
func placeFree(temp, dir, name string, size int64, sum string) (string, error) {
	// Names are compared as the pickiest file system would, so that a folder
	// made here can be copied to any other.
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	there := make(map[string]string, len(entries))
	for _, e := range entries {
		there[foldKey(e.Name())] = e.Name()
	}
	for n := 1; n <= maxVersions; n++ {
		version := versionName(name, n)
		if have, taken := there[foldKey(version)]; taken {
			path := filepath.Join(dir, have)
			if sameFile(path, size, sum) {
				return path, nil
			}
			continue
		}
		path := filepath.Join(dir, version)
		err := renameNew(temp, path)
		if errors.Is(err, fs.ErrExist) { // another process was quicker
			continue
		}
		return path, err
	}
	return "", say.Because("file.versions", "n", maxVersions, "name", name)
}

// renameNew renames a file but never over another: rename(2) would replace it,
// a hard link does not. On file systems without hard links (FAT) it looks first.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// sameFile says that path is a plain file with that content. One that cannot be
// read counts as different.
func sameFile(path string, size int64, sum string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return false
	}
	return hex.EncodeToString(hash.Sum(nil)) == sum
}
