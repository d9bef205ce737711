package house

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// A program is our own packages with who calls whom in them, through interfaces,
// method values and stored functions too. Of other modules only the declarations
// are known: what they do is told by their names.
type program struct {
	*ssa.Program
	functions map[*ssa.Function]bool
	calls     *callgraph.Graph
	root      string // the tree's directory, for positions
}

// readProgram reads the packages that the patterns name, without tests, as they
// are built for Linux without a window.
func readProgram(t *testing.T, patterns ...string) program {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	read, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedExportFile |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo,
		Dir:        root,
		BuildFlags: []string{"-tags=nogui"},
	}, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(read) > 0 {
		t.Fatal("the program cannot be read")
	}
	p, _ := ssautil.Packages(read, ssa.InstantiateGenerics)
	p.Build()
	all := ssautil.AllFunctions(p)
	return program{p, all, vta.CallGraph(all, cha.CallGraph(p)), root}
}

// at says where something stands, as "file:line".
func (p program) at(pos token.Pos) string {
	at := p.Fset.Position(pos)
	name, err := filepath.Rel(p.root, at.Filename)
	if err != nil {
		name = at.Filename
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(name), at.Line)
}

// home gives the path of the package that a function is written in, "" for what
// is nobody's.
func home(f *ssa.Function) string {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if f.Origin() != nil {
		f = f.Origin()
	}
	switch {
	case f.Pkg != nil:
		return f.Pkg.Pkg.Path()
	case f.Object() != nil && f.Object().Pkg() != nil:
		return f.Object().Pkg().Path()
	}
	return ""
}

// known reports whether we have a function's code.
func known(f *ssa.Function) bool { return len(f.Blocks) > 0 }

// called gives the functions that an instruction of from calls, or hands to
// somebody whose code we do not have, who may call them: a closure, or the
// methods of a value of ours that goes there as an interface.
func (p program) called(from *ssa.Function, at ssa.CallInstruction) (list []*ssa.Function) {
	strange := true // somebody whom we do not know is called, or may be
	if node := p.calls.Nodes[from]; node != nil {
		for _, edge := range node.Out {
			if edge.Site == at {
				list = append(list, edge.Callee.Func)
				strange = strange && !known(edge.Callee.Func)
			}
		}
	}
	if f := at.Common().StaticCallee(); f != nil && !slices.Contains(list, f) {
		list = append(list, f)
		strange = strange && !known(f)
	}
	if !strange {
		return list
	}
	for _, argument := range at.Common().Args {
		list = append(list, p.behind(argument, 0)...)
	}
	return list
}

// behind gives the functions that a value may lead to.
func (p program) behind(v ssa.Value, depth int) (list []*ssa.Function) {
	if depth > 8 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Function:
		return []*ssa.Function{v}
	case *ssa.MakeClosure:
		return p.behind(v.Fn, depth)
	case *ssa.ChangeType:
		return p.behind(v.X, depth+1)
	case *ssa.Phi:
		for _, edge := range v.Edges {
			list = append(list, p.behind(edge, depth+1)...)
		}
	case *ssa.Parameter:
		if _, ok := v.Type().Underlying().(*types.Signature); !ok || p.calls.Nodes[v.Parent()] == nil {
			return nil
		}
		n := slices.Index(v.Parent().Params, v)
		for _, edge := range p.calls.Nodes[v.Parent()].In {
			// Of a method that is called through an interface the receiver is no argument.
			given := edge.Site.Common().Args
			if i := n - (len(v.Parent().Params) - len(given)); i >= 0 && i < len(given) {
				list = append(list, p.behind(given[i], depth+1)...)
			}
		}
	case *ssa.Slice: // the arguments of a variadic function
		if array, ok := v.X.(*ssa.Alloc); ok {
			for _, use := range *array.Referrers() {
				if place, ok := use.(*ssa.IndexAddr); ok {
					for _, stored := range *place.Referrers() {
						if s, ok := stored.(*ssa.Store); ok {
							list = append(list, p.behind(s.Val, depth+1)...)
						}
					}
				}
			}
		}
	case *ssa.MakeInterface:
		methods := p.MethodSets.MethodSet(v.X.Type())
		for method := range methods.Methods() {
			if f := p.MethodValue(method); f != nil && mayBeAsked(v.Type(), method.Obj().Name()) {
				list = append(list, f)
			}
		}
	}
	return list
}

// mayBeAsked reports whether somebody who is given an interface may call a method
// of what is in it. Whoever takes anything asks for what the standard library
// looks for when it prints or writes something down.
func mayBeAsked(is types.Type, name string) bool {
	i, ok := is.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for method := range i.Methods() {
		if method.Name() == name {
			return true
		}
	}
	printed := []string{"Error", "String", "Format", "GoString", "LogValue", "MarshalJSON", "MarshalText", "UnmarshalJSON", "UnmarshalText"}
	return i.NumMethods() == 0 && slices.Contains(printed, name)
}

// A call is one step of the way from a root to what is refused.
type call struct {
	of   *ssa.Function
	from *call
	at   token.Pos
}

// way tells how a call is come to, the innermost last.
func (p program) way(c *call) string {
	var steps []string
	for ; c.from != nil; c = c.from {
		steps = append(steps, fmt.Sprintf("%s, called at %s", c.of.RelString(nil), p.at(c.at)))
	}
	steps = append(steps, c.of.RelString(nil))
	slices.Reverse(steps)
	return strings.Join(steps, "\n\t")
}

// walk goes through all that the roots call, each function once, with its
// instructions given to look; what looks at a call and says false is not entered.
// What begins on a goroutine of its own is not entered either.
func (p program) walk(roots []*ssa.Function, look func(*call, ssa.Instruction) bool, enter func(c *call) bool) {
	seen := map[*ssa.Function]bool{}
	var next []*call
	add := func(c *call) {
		if !seen[c.of] && enter(c) {
			seen[c.of] = true
			next = append(next, c)
		}
	}
	for _, root := range roots {
		add(&call{of: root})
	}
	for len(next) > 0 {
		c := next[0]
		next = next[1:]
		for _, block := range c.of.Blocks {
			for _, instruction := range block.Instrs {
				if !look(c, instruction) {
					continue
				}
				at, ok := instruction.(ssa.CallInstruction)
				if _, beside := instruction.(*ssa.Go); !ok || beside {
					continue
				}
				for _, f := range p.called(c.of, at) {
					add(&call{f, c, at.Pos()})
				}
			}
		}
	}
}
