package house

import (
	"fmt"
	"slices"
)

// hermetic is what every package's tests import, so that none of them sees the
// session, the language or the home of who runs them. One that does not happen
// to look today may tomorrow, through a library that looks at its start.
const hermetic = module + "/internal/hermetic"

func noSession(house tree) (broken []string) {
	first, alone := map[string]source{}, map[string]bool{}
	var dirs []string
	for _, s := range house.sources {
		if !s.test || isSame(s.dir, hermetic) || house.ownModule(s.dir) {
			continue
		}
		if _, known := first[s.dir]; !known {
			first[s.dir] = s
			dirs = append(dirs, s.dir)
		}
		if slices.ContainsFunc(s.imported(), func(i imported) bool { return i.path == hermetic }) {
			alone[s.dir] = true
		}
	}
	for _, dir := range dirs {
		if s := first[dir]; !alone[dir] {
			broken = append(broken, fmt.Sprintf("%s: the tests of %s see this machine: let one of its test files import _ %q", s.at(s.Name), dir, hermetic))
		}
	}
	return broken
}

// isSame reports whether a directory is the one of an import path of ours.
func isSame(dir, importPath string) bool {
	of, ours := isOurs(importPath)
	return ours && of == dir
}
