package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A macPackage is one package as a Mac would build it, its C included.
type macPackage struct {
	ImportPath, Dir   string
	GoFiles, CgoFiles []string
	ImportMap         map[string]string
	Standard          bool
}

// macPackages lists a package and all that is in it, what is imported first.
func macPackages(t *testing.T, arch, of string) []macPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Standard", of)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+arch, "CGO_ENABLED=1", "GOFLAGS=-mod=readonly", "GOPROXY=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []macPackage
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p macPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// typeCheck checks packages as a compiler would that believes every name of C, and
// gives what is wrong in ours. more are files to be taken as well, by package.
func typeCheck(list []macPackage, arch string, more map[string]string) (wrong []string) {
	set := token.NewFileSet()
	known := map[string]*types.Package{"unsafe": types.Unsafe}
	for _, p := range list {
		if p.ImportPath == "unsafe" {
			continue
		}
		_, ours := isOurs(p.ImportPath)
		var files []*ast.File
		for _, name := range append(p.GoFiles, p.CgoFiles...) {
			f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil && ours {
				wrong = append(wrong, err.Error())
			}
			files = append(files, f)
		}
		if text := more[p.ImportPath]; text != "" {
			f, err := parser.ParseFile(set, p.ImportPath+"/more.go", text, 0)
			if err != nil {
				wrong = append(wrong, err.Error())
			}
			files = append(files, f)
		}
		check := types.Config{
			FakeImportC: true, IgnoreFuncBodies: !ours, Sizes: types.SizesFor("gc", arch),
			Importer: importing(func(path string) (*types.Package, error) {
				if to := p.ImportMap[path]; to != "" {
					path = to
				}
				if known[path] == nil {
					return nil, fmt.Errorf("%s was not listed", path)
				}
				return known[path], nil
			}),
			Error: func(err error) {
				if ours {
					wrong = append(wrong, err.Error())
				}
			},
		}
		known[p.ImportPath], _ = check.Check(p.ImportPath, set, files, nil) // Error has heard it
	}
	return wrong
}

// importing finds packages by a function.
type importing func(path string) (*types.Package, error)

func (f importing) Import(path string) (*types.Package, error) { return f(path) }

// TestTheDesktopCanBeBuiltOnAMac checks all of it as far as that is possible without
// a Mac's C: types and names of every file that is built there.
func TestTheDesktopCanBeBuiltOnAMac(t *testing.T) {
	for _, arch := range []string{"arm64", "amd64"} {
		list := macPackages(t, arch, ".")
		if !strings.Contains(fmt.Sprint(list), "dormer/app/page") || len(list) < 300 {
			t.Fatalf("that is not the desktop: %d packages", len(list))
		}
		for _, w := range typeCheck(list, arch, nil) {
			t.Errorf("%s: %s", arch, w)
		}
	}
}

func TestAMistakeForTheMacIsFound(t *testing.T) {
	list := macPackages(t, "arm64", "./internal/autostart")
	wrong := typeCheck(list, "arm64", map[string]string{
		"dormer/internal/autostart": `package autostart; func mistaken() string { return place(1, 2) + missing }`,
	})
	if all := strings.Join(wrong, "\n"); !strings.Contains(all, "undefined: missing") || !strings.Contains(all, "place") {
		t.Errorf("found was %q", wrong)
	}
}
