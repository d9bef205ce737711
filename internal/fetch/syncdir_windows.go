package fetch

// syncDir does nothing: Windows cannot sync a directory, and NTFS journals its
// names by itself.
func syncDir(string) error { return nil }
