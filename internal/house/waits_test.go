package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var sleepReason = regexp.MustCompile(`// sleep: \S`)

// noSleep refuses tests that wait for time to pass: they are slow on a quick
// machine and wrong on a slow one. Within synctest.Test no time passes. Where
// nothing else will do, the line says why: "// sleep: ...".
func noSleep(house tree) (broken []string) {
	bubbles := bubbles(house)
	for _, s := range house.sources {
		if !s.test {
			continue
		}
		reasons := s.commented(sleepReason)
		ast.Inspect(s.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if isCall(call, "time", "Sleep") && !reasons[s.at(call)] {
				broken = append(broken, s.at(call)+": time.Sleep: wait for what happens instead, or say why not: // sleep: ...")
			}
			name, _ := call.Fun.(*ast.Ident)
			return !isCall(call, "synctest", "Test") && (name == nil || !bubbles[s.dir+"."+name.Name])
		})
	}
	return broken
}

var clockReason = regexp.MustCompile(`// clock: \S`)

// noClock refuses tests that fail when something has taken too long by the clock:
// on a busy machine everything does. A watch of internal/stopwatch leaves out what
// the machine gave to others. Within synctest.Test the clock is the test's own.
func noClock(house tree) (broken []string) {
	bubbles := bubbles(house)
	for _, s := range house.sources {
		if !s.test {
			continue
		}
		reasons := s.commented(clockReason)
		since := map[string]bool{} // what the clock's seconds are called in this function
		hasSince := func(e ast.Expr) (found bool) {
			ast.Inspect(e, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					found = found || isCall(n, "time", "Since")
				case *ast.Ident:
					found = found || since[n.Name]
				}
				return true
			})
			return found
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				since = map[string]bool{}
			case *ast.CallExpr:
				name, _ := n.Fun.(*ast.Ident)
				return !isCall(n, "synctest", "Test") && (name == nil || !bubbles[s.dir+"."+name.Name])
			case *ast.AssignStmt:
				for i, right := range n.Rhs {
					if name, ok := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident); ok {
						since[name.Name] = hasSince(right)
					}
				}
			case *ast.BinaryExpr:
				most := n.X
				if n.Op == token.LSS || n.Op == token.LEQ {
					most = n.Y
				} else if n.Op != token.GTR && n.Op != token.GEQ {
					return true
				}
				if hasSince(most) && !reasons[s.at(n)] {
					broken = append(broken, s.at(n)+": a bound by the clock: hold it by a watch of internal/stopwatch, or say why not: // clock: ...")
				}
			}
			return true
		})
	}
	return broken
}

// commented gives the lines of a source that have a comment of a kind.
func (s source) commented(kind *regexp.Regexp) map[string]bool {
	lines := map[string]bool{}
	for _, group := range s.Comments {
		for _, c := range group.List {
			if kind.MatchString(c.Text) {
				lines[s.at(c)] = true
			}
		}
	}
	return lines
}

// bubbles gives the tests' own functions, as "dir.name", that open a bubble of
// synctest and tell in it what they are given.
func bubbles(house tree) map[string]bool {
	found := map[string]bool{}
	for _, s := range house.sources {
		if !s.test {
			continue
		}
		for _, decl := range s.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && isCall(call, "synctest", "Test") {
					found[s.dir+"."+f.Name.Name] = true
				}
				return true
			})
		}
	}
	return found
}

// skipReasons: who reads that a test was skipped wants to know what it takes
// to run it.
func skipReasons(house tree) (broken []string) {
	for _, s := range house.sources {
		if !s.test {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := f.X.(*ast.Ident)
			if !ok || !slices.Contains([]string{"t", "tb", "b", "f"}, x.Name) { // what tests are called by
				return true
			}
			switch f.Sel.Name {
			case "Skip", "Skipf":
				if len(call.Args) > 0 && !isBlank(call.Args[0]) {
					return true
				}
			case "SkipNow":
			default:
				return true
			}
			broken = append(broken, fmt.Sprintf("%s: %s.%s without a reason", s.at(call), x.Name, f.Sel.Name))
			return true
		})
	}
	return broken
}

// isCall reports whether a call is of the function name in the package pkg.
func isCall(call *ast.CallExpr, pkg, name string) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != name {
		return false
	}
	x, ok := f.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// isBlank reports whether an argument is a string of nothing but blanks.
func isBlank(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return false
	}
	text, err := strconv.Unquote(lit.Value)
	return err == nil && strings.TrimSpace(text) == ""
}
