package whole

// SyncDir does nothing: Windows cannot sync a directory, and NTFS journals its
// names by itself.
func SyncDir(string) error { return nil }
