package setup_test

import (
	"errors"
	"path/filepath"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/secret"
	"dormer/internal/setup"
)

// env is an environment.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func load(t *testing.T, f setup.Flags, e env) setup.Config {
	t.Helper()
	c, err := setup.Load(f, e.get)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// folder is a data directory of the test's own, with secrets in a file.
func folder(t *testing.T) setup.Flags {
	t.Helper()
	return setup.Flags{DataDir: filepath.Join(t.TempDir(), "data"), Secrets: secret.File, HoverURL: "http://127.0.0.1:9"}
}

func isUsage(err error) bool {
	_, ok := errors.AsType[*engine.UsageError](err)
	return ok
}
