package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/notify/bustest"
)

// These tests are of the keyring that a Linux desktop has: gnome-keyring, on a
// session bus and in a home of its own. Each use of it is a process of its own,
// as Dormer's starts are, because the bus's library knows one bus a process.

// useEnv makes the test binary use a store, in the named directory, instead of
// testing. Its arguments are "set NAME=VALUE", "want NAME=VALUE", "none NAME".
const useEnv = "DORMER_TEST_SECRETS_IN"

func init() {
	if dir := os.Getenv(useEnv); dir != "" {
		if err := use(dir, os.Args[1:]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// use opens the store, prints its kind and the note, and does what is asked: also
// "locked", that it waits for the keyring, and "unlocked", to wait until it does
// not.
func use(dir string, does []string) error {
	s, err := Open(Options{
		Want: Keyring, Installation: os.Getenv("INSTALLATION"), Dir: dir, Names: []string{"ngrok", "oauth", "gone"}, Patience: 10 * time.Second,
	})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close(context.Background()) }()
	fmt.Printf("%s|%s", s.Kind(), s.State().Note)
	for _, do := range does {
		verb, rest, _ := strings.Cut(do, " ")
		name, value, _ := strings.Cut(rest, "=")
		got, err := s.Get(name)
		switch {
		case verb == "set":
			if err := s.Set(context.Background(), name, value); err != nil {
				return err
			}
		case verb == "locked" && s.State().Waiting == nil:
			return fmt.Errorf("it does not wait for the keyring: %+v", s.State())
		case verb == "locked":
			fmt.Println("\nwaiting")
		case verb == "unlocked":
			for s.State().Waiting != nil {
				select {
				case <-s.Changes():
				case <-time.After(time.Minute):
					return fmt.Errorf("it waits still: %+v", s.State())
				}
			}
		case verb == "want" && (err != nil || got != value):
			return fmt.Errorf("%s is %.40q, %v; want %.40q", name, got, err, value)
		case verb == "none" && !errors.Is(err, ErrNotFound):
			return fmt.Errorf("%s is %.40q, %v; want none", name, got, err)
		}
	}
	return nil
}

// session is a person's session: a bus, and a home with a keyring.
type session struct {
	t    *testing.T
	home string
	bus  string
	ring *exec.Cmd // nil while no keyring runs
}

func newSession(t *testing.T) *session {
	t.Helper()
	for _, program := range []string{"dbus-daemon", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing: `make test` installs it", program)
		}
	}
	home, err := os.MkdirTemp("", "ring") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, home: home}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	bus, stop, err := bustest.Start(home, func(daemon *exec.Cmd) {
		daemon.Env = s.environment()
		daemon.SysProcAttr = dieWithUs
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bus = bus
	t.Cleanup(stop)
	t.Cleanup(s.closeRing)
	return s
}

func (s *session) environment() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "XDG_RUNTIME_DIR=" + s.home, "XDG_DATA_HOME=" + filepath.Join(s.home, "share"),
		"DBUS_SESSION_BUS_ADDRESS=" + s.bus, "LANG=C.UTF-8",
	}
}

func (s *session) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = s.environment()
	return cmd
}

// dieWithUs ends a program with the test, whatever becomes of it.
var dieWithUs = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}

// begin starts a program that ends with the test at the latest.
func (s *session) begin(cmd *exec.Cmd) {
	s.t.Helper()
	cmd.SysProcAttr = dieWithUs
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { end(cmd) })
}

func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()         // killed
}

// openRing starts the keyring; the password of the first time is the one of
// every other. Without one it stays locked.
func (s *session) openRing(password string) {
	s.t.Helper()
	cmd := s.command("gnome-keyring-daemon", "--foreground", "--components=secrets", "--control-directory="+filepath.Join(s.home, "control"))
	if password != "" {
		cmd.Args = append(cmd.Args, "--unlock")
		cmd.Stdin = strings.NewReader(password)
	}
	cmd.WaitDelay = time.Second
	s.begin(cmd)
	s.ring = cmd
	probe := func() bool {
		out, _ := s.command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets").Output()
		return bytes.Contains(out, []byte("boolean true"))
	}
	for end := time.Now().Add(15 * time.Second); !probe(); { // each question is a process: it does not spin
		if time.Now().After(end) {
			s.t.Fatal("the keyring did not start")
		}
	}
}

func (s *session) closeRing() {
	if s.ring != nil {
		end(s.ring)
		s.ring = nil
	}
}

// dormer is one start of Dormer that uses its store. It gives where secrets are
// kept, and the note.
func (s *session) dormer(installation string, does ...string) (kind, note string) {
	s.t.Helper()
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := s.command(self, does...)
	cmd.Env = append(cmd.Env, useEnv+"="+s.data(), "INSTALLATION="+installation)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%q: %v: %s", does, err, out)
	}
	kind, note, _ = strings.Cut(string(out), "|")
	return kind, note
}

func (s *session) data() string {
	dir := filepath.Join(s.home, "data")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		s.t.Fatal(err)
	}
	return dir
}

func TestASecretServiceKeepsSecretsOverRestartsAndForItsInstallationAlone(t *testing.T) {
	s := newSession(t)
	s.openRing("the person's password")
	long := strings.Repeat("header.payload.signature\n", 300)
	kind, note := s.dormer("4f1c", "none ngrok", "set ngrok=one", "want ngrok=one", "set oauth="+long, "want oauth="+long, "set ngrok=planted in the ring", "set gone=x", "set gone=", "none gone")
	if kind != Keyring || note != "" {
		t.Fatalf("secrets are in the %s: %s", kind, note)
	}
	s.dormer("4f1c", "want ngrok=planted in the ring", "want oauth="+long)
	s.dormer("another", "none ngrok", "none oauth")
	s.closeRing() // the person signs out, and in again
	s.openRing("the person's password")
	s.dormer("4f1c", "want ngrok=planted in the ring", "want oauth="+long)
	if _, err := os.Stat(filepath.Join(s.data(), FileName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file beside the keyring: %v", err)
	}
	found := 0
	err := filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if found++; bytes.Contains(b, []byte("planted in the ring")) || bytes.Contains(b, []byte("header.payload")) {
			t.Errorf("%s holds a secret that can be read", path)
		}
		return err
	})
	if err != nil || found < 2 {
		t.Errorf("%d files, %v", found, err)
	}
}

func TestWithoutASecretServiceTheFileIsUsedUntilThereIsOne(t *testing.T) {
	s := newSession(t)
	kind, note := s.dormer("4f1c", "set ngrok=in the file", "want ngrok=in the file")
	if kind != File || !strings.Contains(note, "The keyring of this computer cannot be used") || !strings.Contains(note, FileName) || strings.Contains(note, "in the file") {
		t.Errorf("secrets are in the %s, and it says %q", kind, note)
	}
	file := filepath.Join(s.data(), FileName)
	if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", i, err)
	}
	s.openRing("the person's password")
	if kind, note := s.dormer("4f1c", "want ngrok=in the file", "set gone=after all that was to be moved"); kind != Keyring || note != "" {
		t.Errorf("with a keyring, secrets are in the %s: %s", kind, note)
	}
	if b, _ := os.ReadFile(file); bytes.Contains(b, []byte("in the file")) {
		t.Error("what was moved into the keyring is still in the file")
	}
}

func TestALockedSecretServiceIsReadAsSoonAsItIsUnlocked(t *testing.T) {
	s := newSession(t)
	s.openRing("the person's password")
	s.dormer("4f1c", "set ngrok=in the ring")
	s.closeRing()
	s.openRing("") // locked, and nobody is there to ask
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.command(self, "locked", "unlocked", "want ngrok=in the ring")
	cmd.Env = append(cmd.Env, useEnv+"="+s.data(), "INSTALLATION=4f1c")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.begin(cmd)
	var said strings.Builder
	for b := make([]byte, 256); !strings.Contains(said.String(), "waiting"); {
		n, err := out.Read(b)
		said.Write(b[:n])
		if err != nil {
			t.Fatalf("it said %q: %v", said.String(), err)
		}
	}
	if err := bustest.UnlockKeyring(s.bus, "the person's password"); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("it said %q and %q: %v", said.String(), rest, err)
	}
	if kind, note := s.dormer("4f1c", "want ngrok=in the ring"); kind != Keyring || note != "" {
		t.Errorf("secrets are in the %s: %q", kind, note)
	}
}
