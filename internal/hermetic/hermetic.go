// Package hermetic takes the machine away from the tests of a process. It is
// imported for that alone:
//
//	import _ "dormer/internal/hermetic"
//
// Before any package but a few of the standard library's looks, the process
// forgets the environment that it was started in: whose session it is and what
// bus, keyring and display that has, which proxy, language, time zone and home.
// What tests need of these they make, and say so with t.Setenv. A test binary
// that stands in for a program, without a flag of `go test`, keeps what the
// test gave it.
package hermetic

import (
	"os"
	"strings"
)

// Nowhere is a directory that is not there and that nobody can make, not even
// root: the system's own list of processes has no room for it.
const Nowhere = "/proc/nowhere"

// mark is in the environment of a process that has forgotten its own, and so in
// what its tests hand on.
const mark = "DORMER_TEST_HERMETIC"

// kept are the variables that say how to build and where to put things, not
// where one is; those that begin with one that ends in _ or GO are kept alike.
var kept = []string{
	"PATH", "TMPDIR", "CI", "GO*",
	"CGO_*", "CC", "CXX", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "PKG_CONFIG*", "CCACHE_*",
	"DORMER_SOAK_*", "DORMER_PEERS_*", "SCREENS", // how long and where to, for our own tests
	"SystemRoot", "SYSTEMROOT", "windir", "COMSPEC", "PATHEXT", "TEMP", "TMP", // without these nothing runs on Windows
}

// longest is how long a TMPDIR may be: tests make sockets far below it, and the
// path of a socket has at most 107 bytes, 103 on macOS. It is /tmp otherwise.
const longest = 24

func init() {
	if os.Getenv(mark) != "" || !tests() {
		return
	}
	environ := append(toolchain(), os.Environ()...) // what is said counts, not the presumed
	os.Clearenv()
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if keeps(name) && (name != "TMPDIR" || len(value) <= longest) {
			set(name, value)
		}
	}
	for _, variable := range Environ() {
		name, value, _ := strings.Cut(variable, "=")
		set(name, value)
	}
	set(mark, "1")
}

// Environ is where the tests are: nobody's home, on no desktop, in a language
// and at an hour that are the same everywhere. It is also the start of an
// environment for programs that tests run.
//
// The buses are named, and lead nowhere: where none is named, programs look for
// one in the places where they usually are, and start one.
func Environ() []string {
	return []string{
		"HOME=" + Nowhere, "USERPROFILE=" + Nowhere, "LANG=C", "TZ=UTC",
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + Nowhere, "DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + Nowhere,
	}
}

// tests says whether this process runs tests.
func tests() bool {
	for _, arg := range os.Args[1:] {
		if strings.HasPrefix(arg, "-test.") || strings.HasPrefix(arg, "--test.") {
			return true
		}
	}
	return false
}

func keeps(name string) bool {
	for _, k := range kept {
		if start, more := strings.CutSuffix(k, "*"); name == k || more && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// toolchain says where Go keeps its things if nobody says otherwise, which is in
// the home: tests that build a program shall not build the world for it.
func toolchain() (found []string) {
	if dir, err := os.UserCacheDir(); err == nil {
		found = append(found, "GOCACHE="+dir+"/go-build")
	}
	if dir, err := os.UserConfigDir(); err == nil {
		found = append(found, "GOENV="+dir+"/go/env")
	}
	if dir, err := os.UserHomeDir(); err == nil {
		found = append(found, "GOPATH="+dir+"/go")
	}
	return found
}

func set(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		panic("hermetic: " + err.Error())
	}
}
