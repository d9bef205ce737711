package house

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// rules are all that hold in this house. Each takes the tree and gives what
// breaks it, as "file:line: what is wrong", or nothing.
var rules = map[string]func(tree) []string{
	"a room imports only lower floors":              imports,
	"only app knows Fyne":                           fyneUnderApp,
	"shipped code knows no test code":               noTestCode,
	"every package says what it is":                 packageComments,
	"packages are named after what they hold":       packageNames,
	"every exported name says what it is":           exportedComments,
	"no test sleeps":                                noSleep,
	"no test holds a bound by the clock":            noClock,
	"no test sees the machine":                      noSession,
	"a skipped test says why":                       skipReasons,
	"files are small":                               smallFiles,
	"no file knows the machine that it was made on": noMachine,
	"every dependency is accounted for":             dependencyTable,
	"there is one version":                          oneVersion,
	"what is shown is in letters of every font":     commonFonts,
}

func TestTheHouseKeepsItsRules(t *testing.T) {
	house := readTree(t, os.DirFS("../.."))
	if len(house.sources) == 0 {
		t.Fatal("no Go files found: is this still two directories below the root?")
	}
	for name, broken := range rules {
		t.Run(name, func(t *testing.T) {
			for _, finding := range broken(house) {
				t.Error(finding)
			}
		})
	}
}

// TestEveryRuleBites shows each rule a tree that it must refuse, and the
// nearest one that it must not.
func TestEveryRuleBites(t *testing.T) {
	const aDoc = "// Package a is an example.\npackage a\n"
	examples := []struct {
		rule   string
		path   string
		file   string
		refuse string // part of the finding; "" if the rule must be content
	}{
		{"what is shown is in letters of every font", "app/page/a.go", "package page\nconst a = \"‹ Año… 3 − 2\" // ✓", ""},
		{"what is shown is in letters of every font", "app/page/a.go", "package page\n\nconst a = \"✓ saved\"", "app/page/a.go:3: '✓' is no letter"},
		{"what is shown is in letters of every font", "internal/cli/a.go", "package cli\nconst a = \"✓ saved\"", ""},
		{"what is shown is in letters of every font", "assets/translations/jobs.en.json", "{\n\"a\": \"★\"}", "assets/translations/jobs.en.json:2: '★' is no letter"},
		{"a room imports only lower floors", "storage/a.go", `package storage; import "dormer/internal/job"`, ""},
		{"a room imports only lower floors", "storage/a.go", `package storage; import "dormer/internal/engine"`, "storage/a.go:1: storage (floor 1) imports internal/engine (floor 2)"},
		{"a room imports only lower floors", "storage/a_windows.go", `package storage; import "dormer/internal/inbox"`, "storage (floor 1) imports internal/inbox (floor 1)"},
		{"a room imports only lower floors", "storage/a_test.go", `package storage; import "dormer/internal/simulator"`, ""},
		{"a room imports only lower floors", "storage/a_test.go", `package storage; import "dormer/internal/engine"`, "floor 2"},
		{"a room imports only lower floors", "storage/disk/a.go", `package disk; import "dormer/internal/cli"`, "storage (floor 1) imports internal/cli (floor 4)"},
		{"a room imports only lower floors", "storage/a.go", `package storage; import "dormer/storage/disk"`, ""},
		{"a room imports only lower floors", "internal/job/a.go", `package job; import "dormer/internal/hover"`, ""},
		{"a room imports only lower floors", "internal/hover/a.go", `package hover; import "dormer/internal/job"`, "floor 0"},
		{"a room imports only lower floors", "internal/control/a.go", `package control; import "dormer/internal/setup"`, ""},
		{"a room imports only lower floors", "internal/setup/a.go", `package setup; import "dormer/internal/control"`, "floor 3"},
		{"a room imports only lower floors", "tunnel/a.go", `package tunnel; import "dormer/tunnel/edgetest"`, "tunnel (floor 0) imports tunnel/edgetest, which is for tests"},
		{"a room imports only lower floors", "internal/setup/a.go", `package setup; import "dormer/tunnel/edgetest"`, "which is for tests"},
		{"a room imports only lower floors", "storage/storagetest/a.go", `package storagetest; import "dormer/storage"`, ""},
		{"a room imports only lower floors", "tunnel/a_test.go", `package tunnel_test; import "dormer/tunnel/edgetest"`, ""},
		{"a room imports only lower floors", "internal/e2e/edge/a.go", `package main; import "dormer/tunnel/edgetest"`, ""},
		{"a room imports only lower floors", "app/a.go", `package app; import "dormer/internal/engine"; import "dormer/internal/hover"; import "dormer/assets"`, ""},
		{"a room imports only lower floors", "app/list/a.go", `package list; import "dormer/storage"`, "app may not import storage"},
		{"a room imports only lower floors", "internal/cellar/a.go", `package cellar`, "internal/cellar is on no floor"},
		{"a room imports only lower floors", "internal/job/a.go", `package job; import "dormer/internal/cellar"`, "internal/cellar, which is on no floor"},
		{"a room imports only lower floors", "internal/simulator/samplegen/a.go", `package main; import "dormer/internal/engine"`, ""},
		{"a room imports only lower floors", "main.go", `package main; import "dormer/app"; import "dormer/internal/cli"`, ""},

		{"only app knows Fyne", "app/list/a.go", `package list; import "fyne.io/fyne/v2"`, ""},
		{"only app knows Fyne", "main.go", `package main; import "fyne.io/fyne/v2"`, "main.go:1: imports fyne.io/fyne/v2"},
		{"only app knows Fyne", "internal/notify/a_test.go", `package notify; import "fyne.io/systray"`, "fyne.io/systray"},

		{"shipped code knows no test code", "tunnel/a.go", `package tunnel; import "testing"`, "imports testing"},
		{"shipped code knows no test code", "tunnel/a.go", `package tunnel; import "net/http/httptest"`, "imports net/http/httptest"},
		{"shipped code knows no test code", "tunnel/a.go", `package tunnel; import "go.uber.org/goleak"`, "imports go.uber.org/goleak"},
		{"shipped code knows no test code", "tunnel/edgetest/a.go", `package edgetest; import "golang.ngrok.com/muxado/v2"`, ""},
		{"shipped code knows no test code", "tunnel/a_test.go", `package tunnel; import "testing/synctest"`, ""},

		{"every package says what it is", "a/a.go", aDoc, ""},
		{"every package says what it is", "a/a.go", "//go:build linux\npackage a", "a/a.go:2: package a has no comment"},
		{"every package says what it is", "a/a_test.go", "package a", "package a has no comment"},

		{"packages are named after what they hold", "a/a.go", "package helpers", "named helpers"},
		{"packages are named after what they hold", "internal/util/a.go", "package strings", "named util"},
		{"packages are named after what they hold", "a/a.go", aDoc, ""},

		{"every exported name says what it is", "a/a.go", aDoc + "func F() {}", "a/a.go:3: F has no comment"},
		{"every exported name says what it is", "a/a.go", aDoc + "// F does.\nfunc F() {}\nfunc g() {}\ntype h int\nfunc (h) F() {}", ""},
		{"every exported name says what it is", "a/a.go", aDoc + "// T is.\ntype T[X any] int\nfunc (*T[X]) M() {}", "a/a.go:5: T.M has no comment"},
		{"every exported name says what it is", "a/a.go", aDoc + "type T int", "T has no comment"},
		{"every exported name says what it is", "a/a.go", aDoc + "//go:embed x\nvar V string", "V has no comment"},
		{"every exported name says what it is", "a/a.go", aDoc + "var V int // what V is", ""},
		{"every exported name says what it is", "a/a.go", aDoc + "// Letters.\nconst (\nA = iota\nB\n)", ""},
		{"every exported name says what it is", "a/a_test.go", aDoc + "func F() {}", ""},

		{"no test sleeps", "a/a_test.go", `package a; import "time"; func f() { time.Sleep(1) }`, "a/a_test.go:1: time.Sleep"},
		{"no test sleeps", "a/a_test.go", "package a; import \"time\"; func f() {\ntime.Sleep(1) // sleep:\n}", "a/a_test.go:2: time.Sleep"},
		{"no test sleeps", "a/a_test.go", "package a; import \"time\"; func f() {\ntime.Sleep(1) // sleep: another process has no clock of ours\n}", ""},
		{"no test sleeps", "a/a_test.go", `package a; import "time"; func f() { synctest.Test(t, func() { time.Sleep(1) }) }`, ""},
		{"no test sleeps", "a/a_test.go", `package a; func bubble(f func()) { synctest.Test(t, f) }; func f() { bubble(func() { time.Sleep(1) }) }`, ""},
		{"no test sleeps", "a/a_test.go", `package a; func bubble(f func()) { f() }; func f() { bubble(func() { time.Sleep(1) }) }`, "time.Sleep"},
		{"no test sleeps", "a/a.go", `package a; import "time"; func f() { time.Sleep(1) }`, ""},

		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { if took := time.Since(began); err == nil && took > time.Second { t.Error(took) } }`, "a/a_test.go:1: a bound by the clock"},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { if 2*time.Second <= time.Since(began) { t.Fail() } }`, "a bound by the clock"},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { worst = max(worst, time.Since(began)); if worst > 5 { t.Fail() } }`, "a bound by the clock"},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { if took := time.Since(began); took < time.Second { t.Error("too early") } }`, ""},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { if took := watch.Stop(); took > time.Second { t.Error(took) } }`, ""},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { if time.Since(began) > time.Minute { t.Fail() } } // clock: it would hang`, ""},
		{"no test holds a bound by the clock", "a/a_test.go", `package a; func f() { synctest.Test(t, func() { if time.Since(began) > 1 { t.Fail() } }) }`, ""},

		{"no test sees the machine", "a/a_test.go", `package a`, "a/a_test.go:1: the tests of a see this machine"},
		{"no test sees the machine", "a/a_test.go", `package a_test; import _ "dormer/internal/hermetic"`, ""},
		{"no test sees the machine", "a/a.go", `package a`, ""},
		{"no test sees the machine", "internal/hermetic/hermetic_test.go", `package hermetic`, ""},

		{"a skipped test says why", "a/a_test.go", `package a; func f() { t.Skip("no bus") }`, ""},
		{"a skipped test says why", "a/a_test.go", `package a; func f() { t.Skip() }`, "a/a_test.go:1: t.Skip without a reason"},
		{"a skipped test says why", "a/a_test.go", `package a; func f() { tb.Skipf(" ") }`, "without a reason"},
		{"a skipped test says why", "a/a_test.go", `package a; func f() { b.SkipNow() }`, "without a reason"},

		{"files are small", "a/big.bin", strings.Repeat("x", 1<<20), ""},
		{"files are small", "a/big.bin", strings.Repeat("x", 1<<20+1), "a/big.bin: larger than 1 MiB"},

		// Put together here so that this file does not break the rule itself.
		{"no file knows the machine that it was made on", "a/README.md", "one\nsee /wo" + "rk/main", "a/README.md:2: "},
		{"no file knows the machine that it was made on", "a/a.sh", "cd /t" + "mp/x", "a/a.sh:1: "},
		{"no file knows the machine that it was made on", "a/a.txt", `"https://proxy.` + `golang.org"`, "a/a.txt:1: "},
		{"no file knows the machine that it was made on", "a/a.txt", "https://example.com/work/1 and ../tmp/x and /work", ""},

		{"every dependency is accounted for", "go.mod", "module dormer\n\nrequire example.com/x v1.2.3 // indirect\n", ""},
		{"every dependency is accounted for", "go.mod", "module dormer\n\nrequire example.com/x v1.2.3\n", "example.com/x v1.2.3 is not in"},
		{"every dependency is accounted for", "docs/dependencies.md", "| example.com/x | v1.2.3 | MIT | why |\n", "example.com/x is no direct dependency"},

		{"there is one version", "FyneApp.toml", "[Details]\nVersion = \"0.1.0\"\n", "FyneApp.toml: its version is not"},
		{"there is one version", "scripts/release", "go build -ldflags '-X dormer/internal/cli.version=1'", "there is no internal/cli.version"},
		{"there is one version", "scripts/release", "go build", ""},
	}
	bitten := map[string]bool{}
	for _, example := range examples {
		broken, ok := rules[example.rule]
		if !ok {
			t.Fatalf("no rule %q", example.rule)
		}
		found := strings.Join(broken(readTree(t, exampleTree(example.path, example.file))), "\n")
		if example.refuse == "" && found != "" {
			t.Errorf("%s: %q in %s was refused: %s", example.rule, example.file, example.path, found)
		}
		if example.refuse != "" {
			bitten[example.rule] = true
			if !strings.Contains(found, example.refuse) {
				t.Errorf("%s: %.200q in %s should be refused with %q, found: %q", example.rule, example.file, example.path, example.refuse, found)
			}
		}
	}
	for rule := range rules {
		if !bitten[rule] {
			t.Errorf("no example shows what %q refuses", rule)
		}
	}
}

// TestRulesThatCompareFilesBite has the examples that take more than one file.
func TestRulesThatCompareFilesBite(t *testing.T) {
	read := func(files ...string) tree {
		all := fstest.MapFS{}
		for i := 0; i < len(files); i += 2 {
			all[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
		}
		return readTree(t, all)
	}
	versionFile, nextIs := "internal/version/version.go", "package version; const Next = \"1.2.3\"; var number, commit string"
	commented, bare := "// Package a is an example.\npackage a", "package a"
	for _, c := range []struct {
		files  tree
		broken func(tree) []string
		refuse bool
	}{
		{read("a/a.go", bare, "a/doc.go", commented), packageComments, false},
		{read("a/a.go", bare, "a/a_test.go", commented), packageComments, true}, // nobody reads it there
		{read("a/a.go", bare, "b/a.go", commented), packageComments, true},
		{read("a/a_test.go", "package a", "a/b_test.go", "package a; import _ \"dormer/internal/hermetic\""), noSession, false},
		{read("b/a_test.go", "package b", "a/b_test.go", "package a; import _ \"dormer/internal/hermetic\""), noSession, true},
		{read("a/a_test.go", "package main", "a/go.mod", "module dormer/a"), noSession, false},
		{read("go.mod", "require a.b/x v1.0.0\n", table, "| a.b/x | v1.0.0 | MIT | why |\n"), dependencyTable, false},
		{read("go.mod", "require (\n\ta.b/x v1.0.0\n)\n", table, "| `a.b/x` | v1.0.0 | MIT | why |\n"), dependencyTable, false},
		{read("go.mod", "require a.b/x v1.0.1\n", table, "| a.b/x | v1.0.0 | MIT | why |\n"), dependencyTable, true},
		{read("go.mod", "require a.b/x v1.0.0\n", table, "| a.b/x | v1.0.0 | MIT | |\n"), dependencyTable, true},
		{read(versionFile, nextIs, "FyneApp.toml", "Version = \"1.2.3\"\n"), oneVersion, false},
		{read(versionFile, nextIs, "FyneApp.toml", "Version = \"1.2.4\"\n"), oneVersion, true},
		{read(versionFile, nextIs, "scripts/release", "-X dormer/internal/version.number=1"), oneVersion, false},
		{read(versionFile, nextIs, "scripts/release", "-X dormer/internal/version.Next=1"), oneVersion, true}, // a constant
		{read(versionFile, nextIs, "Makefile", "-X dormer/internal/version.numbre=1"), oneVersion, true},
	} {
		if found := c.broken(c.files); (len(found) > 0) != c.refuse {
			t.Errorf("%v: found %q, refuse is %v", c.files.paths, found, c.refuse)
		}
	}
}

// exampleTree is a tree of one file, with the two that every tree has.
func exampleTree(path, file string) fs.FS {
	files := fstest.MapFS{
		"go.mod":               {Data: []byte("module dormer\n")},
		"docs/dependencies.md": {},
	}
	files[path] = &fstest.MapFile{Data: []byte(file)}
	return files
}
