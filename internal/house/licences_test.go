package house

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// table is where every direct dependency stands with its licence and our
// reason to have it.
const table = "docs/dependencies.md"

// licences are those we can live with, and the words that each is known by.
// The GPL family is not among them: it would bind the whole program.
var licences = map[string][]string{
	"Apache-2.0":       {"Apache License", "Version 2.0, January 2004"},
	"BSD-2-Clause":     {"Redistribution and use in source and binary forms", "THIS SOFTWARE IS PROVIDED"},
	"BSD-3-Clause":     {"Redistribution and use in source and binary forms", "THIS SOFTWARE IS PROVIDED", "endorse or promote products"},
	"ISC":              {"Permission to use, copy, modify, and/or distribute this software for any purpose", "with or without fee is hereby granted", "THE SOFTWARE IS PROVIDED"},
	"MIT":              {"Permission is hereby granted, free of charge", "THE SOFTWARE IS PROVIDED"},
	"MPL-2.0":          {"Mozilla Public License Version 2.0"},
	"Unlicense OR MIT": {"SPDX-License-Identifier: Unlicense OR MIT"},
}

// gpl matches the title of a licence of the GPL family; the MPL names them too,
// but not as a title.
var gpl = regexp.MustCompile(`(?m)^\s*GNU (AFFERO |LESSER |LIBRARY )?GENERAL PUBLIC LICENSE|(?i)SPDX-License-Identifier: [^\n]*GPL`)

// A dependency is one line of go.mod's requirements or of the table.
type dependency struct {
	module, version string
	licence, why    string // in the table only
	direct          bool   // in go.mod only
}

var requirement = regexp.MustCompile(`^\s*(?:require )?([^\s/(]+\.[^\s(]+) (v\S+)( // indirect)?$`)

// required reads go.mod.
func required(house tree) ([]dependency, error) {
	text, err := fs.ReadFile(house.files, "go.mod")
	if err != nil {
		return nil, err
	}
	var list []dependency
	for line := range strings.Lines(string(text)) {
		if m := requirement.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			list = append(list, dependency{module: m[1], version: m[2], direct: m[3] == ""})
		}
	}
	return list, nil
}

// accounted reads the table.
func accounted(house tree) ([]dependency, error) {
	text, err := fs.ReadFile(house.files, table)
	if err != nil {
		return nil, err
	}
	var list []dependency
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !strings.Contains(cells[1], ".") { // a title, its rule, or no row at all
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `\n")
		}
		list = append(list, dependency{module: cells[1], version: cells[2], licence: cells[3], why: cells[4]})
	}
	return list, nil
}

// dependencyTable holds go.mod and the table against each other, both ways.
func dependencyTable(house tree) (broken []string) {
	wanted, err := required(house)
	if err != nil {
		return []string{err.Error()}
	}
	known, err := accounted(house)
	if err != nil {
		return []string{err.Error()}
	}
	for _, w := range wanted {
		if w.direct && !slices.ContainsFunc(known, func(k dependency) bool { return k.module == w.module && k.version == w.version }) {
			broken = append(broken, fmt.Sprintf("%s: %s %s is not in it", table, w.module, w.version))
		}
	}
	for _, k := range known {
		if !slices.ContainsFunc(wanted, func(w dependency) bool { return w.direct && k.module == w.module }) {
			broken = append(broken, fmt.Sprintf("%s: %s is no direct dependency", table, k.module))
		}
		if k.why == "" {
			broken = append(broken, fmt.Sprintf("%s: why %s?", table, k.module))
		}
	}
	return broken
}

// misread says what is wrong about a module that the table gives the licence
// claim ("" for a module that others bring along) and whose own licence file
// reads text; "" if nothing is.
func misread(claim, text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	words := func(name string) bool {
		return !slices.ContainsFunc(licences[name], func(w string) bool { return !strings.Contains(flat, w) })
	}
	switch {
	case gpl.MatchString(text):
		return "a licence of the GPL family would bind the whole program"
	case claim != "" && licences[claim] == nil:
		return fmt.Sprintf("%q is not a licence that this house takes", claim)
	case claim != "" && !words(claim):
		return fmt.Sprintf("its licence file does not read like %s", claim)
	}
	for name := range licences {
		if words(name) {
			return ""
		}
	}
	return "its licence file reads like none that this house takes"
}

// TestEveryLicenceIsWhatTheTableSays reads the licence files themselves, those
// of indirect dependencies too.
func TestEveryLicenceIsWhatTheTableSays(t *testing.T) {
	house := readTree(t, os.DirFS("../.."))
	known, err := accounted(house)
	if err != nil {
		t.Fatal(err)
	}
	for module, dir := range moduleDirs(t) {
		claim := ""
		if i := slices.IndexFunc(known, func(k dependency) bool { return k.module == module }); i >= 0 {
			claim = known[i].licence
		}
		text, err := licenceText(dir)
		if err != nil {
			t.Errorf("%s: %v", module, err)
		} else if wrong := misread(claim, text); wrong != "" {
			t.Errorf("%s: %s", module, wrong)
		}
	}
}

// moduleDirs gives the directory of every module that go.mod names, from the
// module cache alone.
func moduleDirs(t *testing.T) map[string]string {
	t.Helper()
	house := readTree(t, os.DirFS("../.."))
	wanted, err := required(house)
	if err != nil {
		t.Fatal(err)
	}
	if len(wanted) == 0 {
		t.Fatal("no requirements found in go.mod")
	}
	cmd := exec.Command("go", "mod", "download", "-json")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: modules are missing: run `go mod download` once\n%s", err, out)
	}
	dirs := map[string]string{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var m struct{ Path, Dir string }
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		dirs[m.Path] = m.Dir
	}
	for _, w := range wanted {
		if dirs[w.module] == "" {
			t.Errorf("%s is not in the module cache", w.module)
		}
	}
	return dirs
}

// licenceText gives a module's licence files, one after the other.
func licenceText(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "[LlCcUu][IiOoNn][CcPpLl]*")) // LICENSE, LICENCE, COPYING, UNLICENSE
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.IsDir() {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		text.Write(b)
		text.WriteByte('\n')
	}
	if text.Len() == 0 {
		return "", fmt.Errorf("no licence file in %s", filepath.Base(dir))
	}
	return text.String(), nil
}

func TestALicenceIsReadForWhatItIs(t *testing.T) {
	mit := `Permission is hereby granted, free of charge ... THE SOFTWARE IS PROVIDED "AS IS"`
	for _, c := range []struct{ claim, text, wrong string }{
		{"MIT", mit, ""},
		{"", mit, ""},
		{"BSD-3-Clause", mit, "does not read like"},
		{"GPL-3.0", mit, "not a licence"},
		{"", "All rights reserved.", "reads like none"},
		{"MIT", mit + "\n  GNU AFFERO GENERAL PUBLIC LICENSE\n", "GPL family"},
		{"", "GNU LESSER GENERAL PUBLIC LICENSE", "GPL family"},
		{"MIT", "SPDX-License-Identifier: GPL-2.0-only\n" + mit, "GPL family"},
		{"MPL-2.0", "Mozilla Public License Version 2.0\nmeans either the GNU General Public License, Version 2.0", ""},
	} {
		if got := misread(c.claim, c.text); (got == "") != (c.wrong == "") || !strings.Contains(got, c.wrong) {
			t.Errorf("%q under %.40q: got %q, want %q", c.claim, c.text, got, c.wrong)
		}
	}
}
