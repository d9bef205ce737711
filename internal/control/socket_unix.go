//go:build !windows

package control

import "io/fs"

func isSocket(i fs.FileInfo) bool { return i.Mode().Type() == fs.ModeSocket }
