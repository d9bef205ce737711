//go:build linux || darwin

package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control/controltest"
)

// strangerEnv makes the test binary knock at a socket instead of testing.
const strangerEnv = "DORMER_TEST_KNOCK_AT"

func init() {
	if path := os.Getenv(strangerEnv); path != "" {
		os.Exit(intrude(path))
	}
}

// intrude asks the Dormer at the socket for its settings, without a [Client]'s
// manners, and prints how it is answered.
func intrude(path string) int {
	c, err := net.DialTimeout("unix", path, 10*time.Second)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			fmt.Println("the door is shut")
			return 0
		}
		fmt.Println(err)
		return 1
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, "POST "+pathOf("Settings")+" HTTP/1.1\r\nHost: dormer\r\nContent-Length: 2\r\n\r\n[]"); err != nil {
		fmt.Println(err)
		return 1
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	fmt.Printf("%d %s\n", resp.StatusCode, strings.TrimSpace(string(b)))
	return 0
}

// stranger runs intrude as a process of another user, where we may, and gives
// what it printed.
func stranger(t *testing.T, path string) (said string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = []string{strangerEnv + "=" + path}
	if os.Getuid() == 0 {
		// The other user cannot reach where tests are built.
		cmd.Path = filepath.Join(everybodys(t), "stranger")
		copyOf(t, self, cmd.Path)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		cmd.Dir = "/"
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

const nobody = 65534

// everybodys is a directory that every user can enter.
func everybodys(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dormer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func copyOf(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o755)
	}
	if err == nil {
		err = os.Chmod(to, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAProcessOfAnotherUserIsRefused runs a process of another user where we
// are root. Elsewhere nobody can; there it is the server that belongs to
// another user, which is the same question to the same check.
func TestAProcessOfAnotherUserIsRefused(t *testing.T) {
	owner := os.Getuid()
	if owner != 0 {
		owner++
	}
	path := filepath.Join(everybodys(t), "s", "control.sock")
	l, err := listen(path)
	if err != nil {
		t.Fatal(err)
	}
	m := controltest.New()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l, m, nil, Info{}, owner) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	if os.Getuid() == 0 {
		if said := stranger(t, path); said != "the door is shut" {
			t.Errorf("the directory and the socket keep nobody out: %s", said)
		}
		// Were both open, the system still tells who is there.
		for p, mode := range map[string]fs.FileMode{filepath.Dir(path): 0o755, path: 0o666} {
			if err := os.Chmod(p, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	if said := stranger(t, path); said != "403 "+errOtherUser.Error() {
		t.Errorf("another user is answered %q", said)
	}
	if did := m.Did(); len(did) != 0 {
		t.Errorf("it did %q for another user", did)
	}
}
