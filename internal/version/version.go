// Package version says which Dormer this is: its number, the commit and the Go
// that it was built from. Everything that names a version asks here.
package version

import (
	goversion "go/version"
	"runtime"
	"runtime/debug"
	"strings"
)

// Next is the version that this tree is on the way to. The tag that releases it
// is "v" and this; FyneApp.toml and the packages say the same.
const Next = "0.1.0"

// What the linker writes into a release:
// -X dormer/internal/version.number=1.2.3 -X dormer/internal/version.commit=HASH
var number, commit string

// Number gives the version: "1.2.3" of a release, "1.2.3-dev" of what was built
// on the way to it.
func Number() string {
	if number != "" {
		return number
	}
	return Next + "-dev"
}

// Commit gives the first twelve digits of the commit, with ", modified" after
// them where the tree was not as that commit has it; "" where the build does not
// know.
func Commit() string {
	if commit != "" {
		return commit[:min(12, len(commit))]
	}
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return ofBuild(b.Settings)
}

func ofBuild(settings []debug.BuildSetting) string {
	var revision, modified string
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = ", modified"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + modified
}

// Go gives the version of Go: "go1.26.10".
func Go() string { return runtime.Version() }

// Whole is all of it in one line: "1.2.3 (1a2b3c4d5e6f, go1.26.10)".
func Whole() string {
	var of []string
	if c := Commit(); c != "" {
		of = append(of, c)
	}
	return Number() + " (" + strings.Join(append(of, Go()), ", ") + ")"
}

// TrustsStolenKeys says whether a Go lets certificates of eMudhra pass whose keys
// were stolen (CVE-2026-111943): those before 1.26.10, and 1.27 before 1.27.3.
// What cannot be read, as a Go of somebody's own making, is taken for new.
func TrustsStolenKeys(v string) bool {
	v, _, _ = strings.Cut(v, " ") // experiments stand behind it
	if !goversion.IsValid(v) {
		return false
	}
	return goversion.Compare(v, "go1.26.10") < 0 ||
		goversion.Lang(v) == "go1.27" && goversion.Compare(v, "go1.27.3") < 0
}
