//go:build unix

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"dormer/internal/hover"
)

func TestASocketThatIsDeletedIsMadeAgainSoThatDormerIsFound(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse()).signedIn()
	if err := os.Remove(filepath.Join(c.data, "control.sock")); err != nil {
		t.Fatal(err)
	}
	c.told(0) // it answers again
	c.ask("status")
	c.refused(1, []string{"already running", strconv.Itoa(c.process.Process.Pid)}, c.runLine()...)
}

// TestWhereNoSocketCanBeDormerStillReceives: an exFAT disk holds none, nor does
// a share of Windows.
func TestWhereNoSocketCanBeDormerStillReceives(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse()).signedIn()
	pid := strconv.Itoa(c.process.Process.Pid)
	inTheWay := []string{c.path("run"), filepath.Join(c.dir, fmt.Sprintf("dormer-%d", os.Getuid()))}
	for _, path := range inTheWay {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(c.data, "control.sock")
	if err := os.Remove(socket); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(socket, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"status"}, {"jobs"}, c.runLine()} {
		c.refused(1, []string{"runs already", c.data, "process " + pid, "cannot be reached", "kill " + pid}, verb...)
	}
	if status := c.post("51", hover.JobWorking); status != http.StatusOK {
		t.Errorf("an event is answered %d", status)
	}

	if err := os.Remove(inTheWay[0]); err != nil { // the next place can be taken by now
		t.Fatal(err)
	}
	eventually(t, "the socket is in the runtime directory", func() bool { return c.dormer("status").code == 0 })
	// A shell that knows nothing of that directory finds it too.
	c.env["XDG_RUNTIME_DIR"] = ""
	c.ask("jobs")
}
