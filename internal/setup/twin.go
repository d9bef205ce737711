package setup

import (
	"os"
	"path/filepath"
	"strings"
)

// Twin gives the program with windows that stands beside a console program on
// Windows, dormer.exe beside dormer.com: a program with windows has no console
// there, so the verbs are a program of their own. "" where there is none.
func Twin(self string) string {
	bare, ok := strings.CutSuffix(strings.ToLower(filepath.Base(self)), ".com")
	if !ok {
		return ""
	}
	path := filepath.Join(filepath.Dir(self), bare+".exe")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
