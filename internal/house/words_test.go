package house

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
)

// packageComments: a package without a word about it is a room without a door.
// A package that is only tests says it in one of them.
func packageComments(house tree) (broken []string) {
	type state struct {
		first   source // of the shipped ones, if there are any
		shipped bool
		said    map[bool]bool // in a test, in what is shipped
	}
	packages := map[string]*state{}
	for _, s := range house.sources {
		p := packages[s.dir]
		if p == nil {
			p = &state{first: s, said: map[bool]bool{}}
			packages[s.dir] = p
		}
		if !s.test && !p.shipped {
			p.first, p.shipped = s, true
		}
		if s.Doc.Text() != "" {
			p.said[s.test] = true
		}
	}
	for _, p := range packages {
		if testsOnly := !p.shipped; !p.said[testsOnly] {
			broken = append(broken, fmt.Sprintf("%s: package %s has no comment", p.first.at(p.first.Name), p.first.Name))
		}
	}
	return broken
}

// saysNothing are package names that would fit any code.
var saysNothing = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}

func packageNames(house tree) (broken []string) {
	for _, s := range house.sources {
		for _, name := range []string{s.Name.Name, path.Base(s.dir)} {
			if slices.Contains(saysNothing, name) {
				broken = append(broken, fmt.Sprintf("%s: named %s, which says nothing", s.at(s.Name), name))
			}
		}
	}
	return broken
}

// exportedComments asks for a comment on every exported function, method,
// type, constant and variable; a group may have one for all.
func exportedComments(house tree) (broken []string) {
	for _, s := range house.sources {
		if s.test {
			continue
		}
		want := func(name *ast.Ident, shown string, comments ...*ast.CommentGroup) {
			said := slices.ContainsFunc(comments, func(c *ast.CommentGroup) bool { return c.Text() != "" })
			if name.IsExported() && !said {
				broken = append(broken, fmt.Sprintf("%s: %s has no comment", s.at(name), shown))
			}
		}
		for _, decl := range s.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				receiver := receiverType(d)
				if receiver == nil {
					want(d.Name, d.Name.Name, d.Doc)
				} else if receiver.IsExported() {
					want(d.Name, receiver.Name+"."+d.Name.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						want(spec.Name, spec.Name.Name, d.Doc, spec.Doc, spec.Comment)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							want(name, name.Name, d.Doc, spec.Doc, spec.Comment)
						}
					}
				}
			}
		}
	}
	return broken
}

// receiverType gives the name of a method's type, or nil for a function.
func receiverType(f *ast.FuncDecl) *ast.Ident {
	if f.Recv == nil {
		return nil
	}
	for e := f.Recv.List[0].Type; ; {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr: // T[X]
			e = t.X
		case *ast.IndexListExpr: // T[X, Y]
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		default:
			name, _ := e.(*ast.Ident)
			return name
		}
	}
}
