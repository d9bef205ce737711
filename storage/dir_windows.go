package storage

// replacesOpenFiles: Windows renames neither an open file nor over one.
const replacesOpenFiles = false

// syncDir does nothing: Windows keeps a directory's names in order by its
// journal, and cannot flush a directory.
func syncDir(string) error { return nil }
