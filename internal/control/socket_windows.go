package control

import "io/fs"

// isSocket: Windows shows a socket as a reparse point, which Go calls
// irregular or a socket depending on its version.
func isSocket(i fs.FileInfo) bool { return !i.Mode().IsRegular() && !i.IsDir() }
