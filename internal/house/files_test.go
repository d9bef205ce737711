package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"

	_ "dormer/internal/hermetic"
)

// maxSize bounds a file of the tree: everybody who clones it carries it.
const maxSize = 1 << 20

// large are the files that may be larger, and why.
var large = map[string]string{}

func smallFiles(house tree) (broken []string) {
	for _, p := range house.paths {
		info, err := fs.Stat(house.files, p)
		if err != nil {
			broken = append(broken, err.Error())
		} else if info.Size() > maxSize && large[p] == "" {
			broken = append(broken, fmt.Sprintf("%s: larger than 1 MiB; if it must be, list it in internal/house/files_test.go", p))
		}
	}
	return broken
}

// machine matches absolute paths that only one machine has, and the servers
// that modules came from: go.mod says which modules, whoever serves them.
var machine = regexp.MustCompile(`(^|[^\w.~/-])/(work|tmp|root)/|(proxy|sum)\.golang\.org|goproxy\.(io|cn)`)

func noMachine(house tree) (broken []string) {
	for _, p := range house.paths {
		text, err := fs.ReadFile(house.files, p)
		if err != nil {
			broken = append(broken, err.Error())
			continue
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if found := machine.Find(line); found != nil {
				broken = append(broken, fmt.Sprintf("%s:%d: %q belongs to one machine", p, i+1, found))
			}
		}
	}
	return broken
}
