package house

import (
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"regexp"
	"strconv"
)

var (
	fyneVersion = regexp.MustCompile(`(?m)^\s*Version = "([^"]*)"$`)
	linkerSets  = regexp.MustCompile(`-X[ =]dormer/([\w/]+)\.(\w+)=`)
)

// oneVersion holds together what says which version this is: the program,
// FyneApp.toml, and the scripts by which the linker writes a release's. (The
// linker itself passes over a variable that there is not.)
func oneVersion(house tree) (broken []string) {
	vars := map[string]bool{} // "internal/version.number", of strings of a package
	next := ""
	for _, s := range house.sources {
		for _, d := range s.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || s.test {
				continue
			}
			for _, spec := range g.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				for i, n := range v.Names {
					vars[s.dir+"."+n.Name] = g.Tok.String() == "var" && (len(v.Values) == 0 || isText(v.Values[i]))
					if s.dir == "internal/version" && n.Name == "Next" && isText(v.Values[i]) {
						next, _ = strconv.Unquote(v.Values[i].(*ast.BasicLit).Value)
					}
				}
			}
		}
	}
	if toml, err := fs.ReadFile(house.files, "FyneApp.toml"); err == nil {
		if m := fyneVersion.FindSubmatch(toml); m == nil || string(m[1]) != next {
			broken = append(broken, fmt.Sprintf("FyneApp.toml: its version is not %q, as internal/version says", next))
		}
	}
	for _, p := range house.paths {
		if path.Dir(p) != "scripts" && p != "Makefile" {
			continue
		}
		text, err := fs.ReadFile(house.files, p)
		if err != nil {
			return append(broken, err.Error())
		}
		for _, m := range linkerSets.FindAllSubmatch(text, -1) {
			if name := string(m[1]) + "." + string(m[2]); !vars[name] {
				broken = append(broken, fmt.Sprintf("%s: there is no %s for the linker to write", p, name))
			}
		}
	}
	return broken
}

func isText(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Kind.String() == "STRING"
}
