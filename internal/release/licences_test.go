package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
)

func TestTheLicencesOfEverythingInsideAreThereOnce(t *testing.T) {
	listed, err := exec.Command("go", "list", "-m", "go.etcd.io/bbolt", "golang.org/x/net", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]string{}
	for line := range strings.Lines(string(listed)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		modules[path] = version
	}
	var out bytes.Buffer
	if err := textsOf(&out, modules); err != nil {
		t.Fatal(err)
	}
	for path, version := range modules {
		if !strings.Contains(out.String(), "\n"+path+" "+version+": LICENSE\n") {
			t.Errorf("%s %s is not in it", path, version)
		}
	}
	if n := strings.Count(out.String(), itself+": LICENSE\n"); n != 1 {
		t.Errorf("Go's own licence is there %d times", n)
	}
	if n := strings.Count(out.String(), "Additional IP Rights Grant"); n != 1 {
		t.Errorf("a text that several share is there %d times", n)
	}
	if err := licences(&out, []string{filepath.Join(t.TempDir(), "dormer")}); err == nil {
		t.Error("a program that is not there has licences")
	}
}

func TestAModuleWithoutALicenceShowsNone(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"LICENSE-MIT", "font/LICENSE_Inter.txt", "testdata/LICENSE", "license.go", "COPYING", "README.md"} {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := textsIn(dir, false)
	var names []string
	for _, f := range found {
		names = append(names, f.name)
	}
	if got := strings.Join(names, " "); err != nil || got != "COPYING LICENSE-MIT font/LICENSE_Inter.txt" {
		t.Errorf("%q, %v", got, err)
	}
	if found, err := textsIn(dir, true); err != nil || len(found) != 2 {
		t.Errorf("without what is below: %v, %v", found, err)
	}
}
