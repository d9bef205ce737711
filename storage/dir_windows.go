package storage

import "os"

// replacesOpenFiles: Windows renames neither an open file nor over one.
const replacesOpenFiles = false

// syncDir does nothing: Windows keeps a directory's names in order by its
// journal, and cannot flush a directory.
func syncDir(string) error { return nil }

// letGo closes a database's file and lets go of its lock.
func letGo(f *os.File) error { return f.Close() }
