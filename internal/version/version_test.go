package version

import (
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestAReleaseSaysWhatTheLinkerWrote(t *testing.T) {
	defer func(n, c string) { number, commit = n, c }(number, commit)
	number, commit = "", ""
	if Number() != Next+"-dev" {
		t.Errorf("on the way to a release it is %q", Number())
	}
	number, commit = "1.2.3", "1a2b3c4d5e6f7a8b"
	if got, want := Whole(), "1.2.3 (1a2b3c4d5e6f, "+runtime.Version()+")"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestACommitIsReadFromTheBuild(t *testing.T) {
	for want, settings := range map[string][]debug.BuildSetting{
		"":                       {{Key: "vcs.modified", Value: "true"}},
		"1a2b3c4d5e6f":           {{Key: "vcs.revision", Value: "1a2b3c4d5e6f7a8b"}, {Key: "vcs.modified", Value: "false"}},
		"1a2b3c4d5e6f, modified": {{Key: "vcs.revision", Value: "1a2b3c4d5e6f7a8b"}, {Key: "vcs.modified", Value: "true"}},
		"abc":                    {{Key: "vcs.revision", Value: "abc"}},
	} {
		if got := ofBuild(settings); got != want {
			t.Errorf("%v: %q, want %q", settings, got, want)
		}
	}
	if c := Commit(); strings.HasPrefix(c, ",") {
		t.Errorf("this build is of %q", c)
	}
}

func TestAnOldGoTrustsStolenKeys(t *testing.T) {
	for v, want := range map[string]bool{
		"go1.25.12": true, "go1.26.0": true, "go1.26.8": true, "go1.26.9": true, "go1.26.10": false, "go1.26.11": false,
		"go1.27rc1": true, "go1.27.0": true, "go1.27.2": true, "go1.27.3": false, "go1.28.0": false,
		"go1.26.8 X:jsonv2": true, "devel go1.28-1a2b3c": false, "": false,
	} {
		if got := TrustsStolenKeys(v); got != want {
			t.Errorf("%q: %v", v, got)
		}
	}
}
