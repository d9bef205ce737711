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

// backUp gives the uses that run back up where the files stand in the best order that is
// easily found: none if they can be read from top to bottom.
func backUp(r references) (broken []string) {
	place := places(settle(r, order(r)))
	for _, from := range slices.Sorted(maps.Keys(r)) {
		for _, to := range slices.Sorted(maps.Keys(r[from])) {
			if place[from] > place[to] {
				what := slices.Sorted(slices.Values(r[from][to]))
				broken = append(broken, fmt.Sprintf("%s uses %s of %s, which stands above it", from, strings.Join(what, ", "), to))
			}
		}
	}
	return broken
}

// order puts the files that nobody uses first and those that use nobody last, again and
// again; within a circle that one comes first that uses the most and is used the least.
func order(r references) []string {
	left := map[string]bool{}
	for from, uses := range r {
		left[from] = true
		for to := range uses {
			left[to] = true
		}
	}
	out := func(f string) (n int) {
		for to := range left {
			n += len(r[f][to])
		}
		return n
	}
	in := func(f string) (n int) {
		for from := range left {
			n += len(r[from][f])
		}
		return n
	}
	var top, bottom []string
	for len(left) > 0 {
		files := slices.Sorted(maps.Keys(left))
		next, best := "", 0
		for _, f := range files {
			switch {
			case out(f) == 0:
				bottom = append(bottom, f)
				delete(left, f)
			case in(f) == 0:
				top = append(top, f)
				delete(left, f)
			case next == "" || out(f)-in(f) > best:
				next, best = f, out(f)-in(f)
			}
		}
		if next != "" && len(files) == len(left) {
			top = append(top, next)
			delete(left, next)
		}
	}
	slices.Reverse(bottom)
	return append(top, bottom...)
}

// settle moves one file after the other to where the fewest uses run back up, until that
// helps no more.
func settle(r references, files []string) []string {
	cost := func(files []string) (n int) {
		place := places(files)
		for from, uses := range r {
			for to := range uses {
				if place[from] > place[to] {
					n++
				}
			}
		}
		return n
	}
	best := cost(files)
	for better := best > 0; better; {
		better = false
		for _, f := range slices.Clone(files) {
			rest := slices.DeleteFunc(slices.Clone(files), func(g string) bool { return g == f })
			for i := range files {
				if moved := slices.Insert(slices.Clone(rest), i, f); cost(moved) < best {
					files, best, better = moved, cost(moved), true
				}
			}
		}
	}
	return files
}

// places gives where each file stands.
func places(files []string) map[string]int {
	place := map[string]int{}
	for i, f := range files {
		place[f] = i
	}
	return place
}

// circles are the large rooms whose files cannot be read from top to bottom yet, with how
// many of their uses run back up at most. The figures only fall: who mends one lowers it here.
var circles = map[string]int{
	"app/page":           11,
	"app/parts":          1,
	"internal/engine":    13,
	"internal/simulator": 37,
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
		broken := backUp(readReferences(set, p.Syntax, p.TypesInfo))
		switch known := circles[dir]; {
		case len(broken) > known:
			t.Errorf("%s has %d lines, and %d uses of its files run back up, %d more than are known:\n\t%s",
				dir, lines, len(broken), len(broken)-known, strings.Join(broken, "\n\t"))
		case len(broken) < known:
			t.Logf("%s: only %d uses run back up: lower its figure in internal/house/arrows_test.go", dir, len(broken))
		}
	}
	if seen < 5 {
		t.Errorf("only %d large rooms were found", seen)
	}
}

func TestAUseThatRunsBackUpIsFound(t *testing.T) {
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
		broken := backUp(readReferences(set, files, info))
		switch {
		case x.refuse == "" && len(broken) > 0:
			t.Errorf("%q was found in\n%s", broken, x.below)
		case x.refuse != "" && (len(broken) != 1 || !strings.HasPrefix(broken[0], x.refuse)):
			t.Errorf("%q, not %q, was found in\n%s", broken, x.refuse, x.below)
		}
	}
}
