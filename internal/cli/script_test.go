package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"dormer/internal/hermetic"
)

func TestMain(m *testing.M) {
	if socket := os.Getenv("WINDOW_OF"); socket != "" {
		os.Exit(beWindow(socket, os.Getenv("WINDOW_CANNOT")))
	}
	testscript.Main(leakless{m}, map[string]func(){
		"dormer": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(Main(ctx, os.Args[1:], Standard(), Desktop{}))
		},
		"printenv": func() { fmt.Println(strings.Join(os.Environ(), "\n")) },
	})
}

// leakless runs the tests and looks for goroutines that they left.
type leakless struct{ *testing.M }

func (l leakless) Run() int {
	code := l.M.Run()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/Microsoft/go-winio.ioCompletionProcessor")); err != nil { // of the pipes of Windows
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// TestScripts runs the whole program as testdata tells, with everything real
// but Hover, which is the simulator.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, hermetic.Environ()...)
			e.Setenv("HOME", e.Cd+"/home") // which anybody may make there, not only root
			e.Setenv("DORMER_DATA_DIR", e.Cd+"/data")
			e.Setenv("DORMER_SECRETS", "file")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":  exits,
			"fields": fields,
		},
	})
}

// exits CODE PROGRAM ARG… checks a program's exit code, and that what it says
// on failing is one line.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%v: exit %s, want %s", args[1:], got, args[0])
	}
	if said := ts.ReadFile("stderr"); err != nil && strings.Count(said, "\n") != 1 {
		ts.Fatalf("%v failed with other than one line: %q", args[1:], said)
	}
}

// fields NAME… checks that every line of stdout is a JSON object with these
// fields; a.b is the field b of the field a, or of its first element.
func fields(ts *testscript.TestScript, _ bool, names []string) {
	out := strings.TrimSuffix(ts.ReadFile("stdout"), "\n")
	if out == "" {
		ts.Fatalf("there is nothing on stdout")
	}
	for line := range strings.Lines(out) {
		var v any
		ts.Check(json.Unmarshal([]byte(line), &v))
		for _, name := range names {
			at := v
			for part := range strings.SplitSeq(name, ".") {
				if list, ok := at.([]any); ok && len(list) > 0 {
					at = list[0]
				}
				object, _ := at.(map[string]any)
				var ok bool
				if at, ok = object[part]; !ok {
					ts.Fatalf("no field %s in %s", name, line)
				}
			}
		}
	}
}
