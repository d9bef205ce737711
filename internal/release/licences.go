package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licenceFile matches the names that licences are found under, beside fonts and
// pictures too.
var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e([._-].*)?$|^copying([._-].*)?$|^notice([._-].*)?$|^patents$`)

// itself is what no module names.
const itself = "the Go standard library and runtime"

// licences writes the texts of the licences of every module inside the programs,
// and of Go itself: first who is under which file, then every text once.
func licences(out io.Writer, programs []string) error {
	modules := map[string]string{} // its version
	for _, p := range programs {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			return err
		}
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			modules[m.Path] = m.Version
		}
	}
	return textsOf(out, modules)
}

// textsOf does so for modules and their versions.
func textsOf(out io.Writer, modules map[string]string) error {
	dirs, err := moduleDirs(modules)
	if err != nil {
		return err
	}
	if dirs[itself], err = goRoot(); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(dirs))
	var texts [][]byte
	var whose [][]string
	for _, name := range names {
		found, err := textsIn(dirs[name], name == itself)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fmt.Errorf("%s has no licence file in %s", name, dirs[name])
		}
		for _, t := range found {
			i := slices.IndexFunc(texts, func(known []byte) bool { return bytes.Equal(known, t.text) })
			if i < 0 {
				i = len(texts)
				texts, whose = append(texts, t.text), append(whose, nil)
			}
			whose[i] = append(whose[i], strings.TrimSpace(name+" "+modules[name])+": "+t.name)
		}
	}
	fmt.Fprintf(out, "Dormer contains the work of others, %d components. These are their licences.\n", len(names))
	for i, text := range texts {
		fmt.Fprintf(out, "\n%s\n", strings.Repeat("=", 78))
		for _, w := range whose[i] {
			fmt.Fprintf(out, "%s\n", w)
		}
		fmt.Fprintf(out, "%s\n\n%s\n", strings.Repeat("-", 78), bytes.TrimSpace(text))
	}
	return nil
}

// moduleDirs asks Go where the modules are.
func moduleDirs(modules map[string]string) (map[string]string, error) {
	args := []string{"mod", "download", "-json"}
	for path, version := range modules {
		args = append(args, path+"@"+version)
	}
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	listed, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(listed)); dec.More(); {
		var m struct{ Path, Dir string }
		if err := dec.Decode(&m); err != nil {
			return nil, err
		}
		dirs[m.Path] = m.Dir
	}
	for path := range modules {
		if dirs[path] == "" {
			return nil, fmt.Errorf("%s is not in the module cache", path)
		}
	}
	return dirs, nil
}

// goRoot asks Go where it is itself.
func goRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	return strings.TrimSpace(string(out)), err
}

type licenceText struct {
	name string // its path in the module
	text []byte
}

// textsIn gives the licence files in a directory and below it, or in it alone.
func textsIn(dir string, shallow bool) (list []licenceText, err error) {
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != dir && (shallow || slices.Contains([]string{"testdata", "node_modules", "vendor"}, d.Name())):
			return fs.SkipDir
		case d.IsDir() || !licenceFile.MatchString(d.Name()) || filepath.Ext(p) == ".go":
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		list = append(list, licenceText{filepath.ToSlash(rel), text})
		return err
	})
	return list, err
}
