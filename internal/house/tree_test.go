package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is what our own import paths begin with.
const module = "dormer"

// A tree is what the rules look at: all files, and the Go ones parsed, for
// whichever platform and build tags they are.
type tree struct {
	files   fs.FS
	paths   []string // of every file that belongs to the project, "/"-separated, from the root
	sources []source
}

// A source is one Go file.
type source struct {
	*ast.File
	path string // "storage/open.go"
	dir  string // "storage"; "." for the root
	test bool   // a _test.go file
	set  *token.FileSet
}

// at says where a node stands, as "file:line".
func (s source) at(n ast.Node) string { return s.line(n.Pos()) }

// line says where a position is, as "file:line".
func (s source) line(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.PositionFor(p, false).Line)
}

// imported is one import of a source: its path, and where it stands.
type imported struct{ path, at string }

func (s source) imported() []imported {
	var list []imported
	for _, spec := range s.Imports {
		p, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		list = append(list, imported{p, s.at(spec)})
	}
	return list
}

// isOurs reports whether an import path is of this module, and its directory.
func isOurs(importPath string) (dir string, ours bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// ownModule reports whether a directory below the root is a module of its own, which
// sees nothing of ours.
func (t tree) ownModule(dir string) bool {
	return dir != "." && slices.Contains(t.paths, dir+"/go.mod")
}

// readTree reads a tree, leaving out what is built or cached and never kept
// (the same as .gitignore says).
func readTree(t *testing.T, files fs.FS) tree {
	t.Helper()
	read := tree{files: files}
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", ".cache", "dist"}, p):
			return fs.SkipDir
		case d.IsDir(), p == ".git", p == "dormer", p == "dormer.exe", path.Ext(p) == ".test", path.Ext(p) == ".out", path.Ext(p) == ".syso":
			return nil
		}
		read.paths = append(read.paths, p)
		if path.Ext(p) != ".go" || strings.Contains(p, "testdata/") {
			return nil
		}
		text, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, p, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		read.sources = append(read.sources, source{file, p, path.Dir(p), strings.HasSuffix(p, "_test.go"), set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return read
}
