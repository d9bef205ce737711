package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// largeRoom is from how many lines on, tests apart, a package's files have to stand in an
// order: nobody reads so much at once, and who begins at the top must not be sent back.
const largeRoom = 2000

// A references says of each file of a package which others it uses something of, and
// what. A method belongs to its type, wherever it stands: its receiver is no use, nor is
// a field. A call of a method is.
type references map[string]map[string][]string

func (r references) add(from, to, what string) {
	if from == to {
		return
	}
	if r[from] == nil {
		r[from] = map[string][]string{}
	}
	if !slices.Contains(r[from][to], what) {
		r[from][to] = append(r[from][to], what)
	}
}

// readReferences reads them off a package whose types are known.
func readReferences(set *token.FileSet, files []*ast.File, info *types.Info) references {
	r := references{}
	file := func(p token.Pos) string { return path.Base(filepath.ToSlash(set.PositionFor(p, false).Filename)) }
	for _, f := range files {
		from := file(f.Pos())
		receivers := map[*ast.Ident]bool{}
		for _, decl := range f.Decls {
			if m, ok := decl.(*ast.FuncDecl); ok {
				receivers[receiverType(m)] = true
			}
		}
		for id, used := range info.Uses {
			if receivers[id] || id.Pos() < f.FileStart || id.Pos() > f.FileEnd || used.Pkg() == nil || !used.Pos().IsValid() {
				continue
			}
			if m, ok := used.(*types.Func); ok {
				used = m.Origin()
			}
			_, method := used.(*types.Func)
			if info.Defs[id] != nil || used.Parent() != used.Pkg().Scope() && !method {
				continue // a field, or something of the function's own
			}
			if slices.ContainsFunc(files, func(f *ast.File) bool { return f.FileStart <= used.Pos() && used.Pos() < f.FileEnd }) {
				r.add(from, file(used.Pos()), used.Name())
			}
		}
	}
	return r
}

// inCircles gives the uses of files in circles: none if the files can be read from top to
// bottom. It takes away the files that use none of those that are left, again and again,
// and then those that none of those uses.
func inCircles(r references) (uses []string) {
	left := map[string]bool{}
	for from, to := range r {
		left[from] = true
		for f := range to {
			left[f] = true
		}
	}
	used := func(f string) bool {
		for from := range left {
			if len(r[from][f]) > 0 {
				return true
			}
		}
		return false
	}
	usesSome := func(f string) bool {
		for to := range left {
			if len(r[f][to]) > 0 {
				return true
			}
		}
		return false
	}
	for fewer := true; fewer; {
		fewer = false
		for f := range left {
			if !usesSome(f) || !used(f) {
				delete(left, f)
				fewer = true
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(left)) {
		for _, to := range slices.Sorted(maps.Keys(left)) {
			if what := r[from][to]; len(what) > 0 {
				uses = append(uses, fmt.Sprintf("%s uses %s of %s", from, strings.Join(slices.Sorted(slices.Values(what)), ", "), to))
			}
		}
	}
	return uses
}

func TestTheFilesOfALargeRoomAreReadFromTopToBottom(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	read, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedExportFile |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo,
		Dir: root, Fset: set, BuildFlags: []string{"-tags=nogui"},
	}, ".", "./app/...", "./internal/...", "./storage", "./tunnel")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range read {
		dir, ours := isOurs(p.PkgPath)
		if !ours || len(p.Syntax) == 0 {
			continue // what needs a display is not built here
		}
		for _, err := range p.Errors {
			t.Error(err)
		}
		lines := 0
		for _, f := range p.Syntax {
			lines += set.Position(f.FileEnd).Line
		}
		if lines <= largeRoom {
			continue
		}
		seen++
		if uses := inCircles(readReferences(set, p.Syntax, p.TypesInfo)); len(uses) > 0 {
			t.Errorf("%s has %d lines, and its files cannot be read from top to bottom:\n\t%s",
				dir, lines, strings.Join(uses, "\n\t"))
		}
	}
	if seen < 5 {
		t.Errorf("only %d large rooms were found", seen)
	}
}

func TestACircleOfFilesIsFound(t *testing.T) {
	const top = "package room\n\ntype Door struct{ hinge hinge }\n\nfunc (d Door) Open() { d.hinge.turn(); oil() }\n"
	for _, x := range []struct{ below, refuse string }{
		{"package room\n\ntype hinge struct{ n int }\n\nfunc (h hinge) turn() { h.n++ }\n\nfunc oil() {}\n", ""},
		{"package room\n\ntype hinge struct{}\n\nfunc (h hinge) turn() {}\n\nfunc oil() {}\n\nfunc (d Door) Shut() { d.hinge.turn() }\n", ""}, // of its type
		{"package room\n\ntype hinge struct{}\n\nfunc (h hinge) turn() { Door{}.Open() }\n\nfunc oil() {}\n", "below.go uses Door, Open of top.go"},
		{"package room\n\ntype hinge struct{ of *Door }\n\nfunc (h hinge) turn() {}\n\nfunc oil() {}\n", "below.go uses Door of top.go"},
	} {
		set := token.NewFileSet()
		var files []*ast.File
		for _, f := range []struct{ name, text string }{{"top.go", top}, {"below.go", x.below}} {
			parsed, err := parser.ParseFile(set, f.name, f.text, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, parsed)
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
		if _, err := (&types.Config{}).Check("room", set, files, info); err != nil {
			t.Fatal(err)
		}
		uses := inCircles(readReferences(set, files, info))
		switch {
		case x.refuse == "" && len(uses) > 0:
			t.Errorf("%q was found in\n%s", uses, x.below)
		case x.refuse != "" && (len(uses) != 2 || uses[0] != x.refuse):
			t.Errorf("%q, not %q, was found in\n%s", uses, x.refuse, x.below)
		}
	}
}
