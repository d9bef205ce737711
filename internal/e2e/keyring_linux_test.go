package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/notify/bustest"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
)

const (
	secretService     = "org.freedesktop.secrets"
	secretServicePath = "/org/freedesktop/secrets"
	secretInterface   = "org.freedesktop.Secret.Service"
)

// keyring opens a keyring on the computer's desktop, and has Dormer use it. It
// gives how it is closed.
func (c *computer) keyring(d *desktop) (closed func()) {
	c.t.Helper()
	p := c.ring(d, keyringPassword)
	return func() {
		_ = p.Process.Kill() // it has no other end
		<-p.ended
	}
}

const keyringPassword = "the person's password"

// ring starts the keyring's service. Without a password the keyring stays locked.
func (c *computer) ring(d *desktop, password string) *process {
	c.t.Helper()
	daemon, err := exec.LookPath("gnome-keyring-daemon")
	if err != nil {
		c.t.Skip("there is no gnome-keyring-daemon here: `make test` installs it")
	}
	cmd := exec.Command(daemon, "--foreground", "--components=secrets", "--control-directory="+c.path("control"))
	cmd.Env = c.environ()
	if password != "" {
		cmd.Args, cmd.Stdin = append(cmd.Args, "--unlock"), strings.NewReader(password)
	}
	p := begin(c.t, cmd)
	eventually(c.t, "the keyring is open", func() bool {
		var has bool
		err := d.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretService).Store(&has)
		return err == nil && has
	})
	c.env["DORMER_SECRETS"] = "keyring"
	c.kept = func() (map[string]string, error) { return d.inKeyring() }
	return p
}

// inKeyring reads the whole keyring, by the names that Dormer gave.
func (d *desktop) inKeyring() (map[string]string, error) {
	type secret struct {
		Session     dbus.ObjectPath
		Parameters  []byte
		Value       []byte
		ContentType string
	}
	service := d.conn.Object(secretService, secretServicePath)
	var (
		none         dbus.Variant
		session      dbus.ObjectPath
		open, locked []dbus.ObjectPath
		values       map[dbus.ObjectPath]secret
	)
	err := errors.Join(
		service.Call(secretInterface+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session),
		service.Call(secretInterface+".SearchItems", 0, map[string]string{}).Store(&open, &locked),
		service.Call(secretInterface+".GetSecrets", 0, open, session).Store(&values),
	)
	all := map[string]string{}
	for path, s := range values {
		attributes, e := d.conn.Object(secretService, path).GetProperty("org.freedesktop.Secret.Item.Attributes")
		names, ok := attributes.Value().(map[string]string)
		if e != nil || !ok {
			return nil, fmt.Errorf("%s has no attributes: %w", path, e)
		}
		all[names["username"]] = string(s.Value)
	}
	if err == nil && len(all) == 0 {
		err = errors.New("the keyring is empty")
	}
	return all, err
}

// TestWhereThereIsAKeyringSecretsAreNowhereElse signs in, is told of a house
// and starts anew with a real Secret Service; and then without it.
func TestWhereThereIsAKeyringSecretsAreNowhereElse(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "95", State: hover.JobWorking}, {ID: "96", State: hover.JobWorking}}})
	d, opened := c.desktop(), c.opener()
	closeKeyring := c.keyring(d)
	c.signedIn()
	if err := c.hover.CompleteJob("95"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	eventually(t, "a notification", func() bool { return len(d.all()) == 1 })
	d.press(d.all()[0], "open-pdf")
	eventually(t, "the PDF opens", func() bool { got, _ := opened(); return got[0] != "" })
	_, environment := opened()
	arguments, err := os.ReadFile("/proc/" + strconv.Itoa(c.process.Process.Pid) + "/cmdline")
	if err != nil || len(arguments) == 0 {
		t.Fatal(err)
	}
	c.stop()
	c.start() // and is signed in still
	if s := row[statusJSON](c, "status"); !s.Hover.SignedIn {
		t.Errorf("after a start the status is %+v", s.Hover)
	}
	c.remember()
	if len(c.secrets) < 7 { // client secret and ngrok's token twice by name, tokens, the webhook's secret and path
		t.Errorf("only %d secrets are looked for", len(c.secrets))
	}
	for what, secret := range c.secrets {
		if strings.Contains(environment, secret) {
			t.Errorf("a child's environment has %s", what)
		}
		if bytes.Contains(arguments, []byte(secret)) {
			t.Errorf("the command line has %s", what)
		}
	}
	c.stop()
	if _, err := os.Stat(filepath.Join(c.data, "secrets.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file with secrets beside the keyring: %v", err)
	}
	err = filepath.WalkDir(c.dir, func(path string, e fs.DirEntry, err error) error { // the keyring's own files too
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for what, secret := range c.secrets {
			if what != "the webhook's path" && bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", path, what)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}

	closeKeyring()
	c.kept = c.inFile
	c.launch()
	c.ask("status", "--wait", "setup", "--timeout", patience.String())
	if log := c.log(); !strings.Contains(log, "The keyring of this computer cannot be used") {
		t.Error("nobody is told that there is no keyring")
	}
	if i, err := os.Stat(filepath.Join(c.data, "secrets.json")); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("without a keyring the file is %v, %v", i, err)
	}
	c.signIn()
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	c.remember()
}

// quick asks for the status a few times. The fastest answer counts: on a busy
// machine the others may have waited for their turn.
func (c *computer) quick(when string) {
	c.t.Helper()
	c.await("an answer", func(d *control.Client) bool {
		// A watch cannot tell how busy the machine is while one answer comes: it can
		// while all of them do.
		fastest, all, began := time.Hour, stopwatch.Start(), time.Now()
		defer all.Stop()
		for range 20 {
			ctx, cancel := context.WithTimeout(c.t.Context(), patience)
			asked := time.Now()
			_, err := d.Status(ctx)
			cancel()
			if err != nil {
				return false
			}
			fastest = min(fastest, time.Since(asked))
		}
		share := float64(all.Stop()) / float64(time.Since(began))
		if took := time.Duration(float64(fastest) * min(1, share)); took > 100*time.Millisecond { // clock: the quickest, by the watch of all
			c.t.Errorf("%s the status takes %v, %v by the clock", when, took, fastest)
		}
		return true
	})
}

// A laptop logs its owner in by itself; the keyring is unlocked some time later.
func TestAKeyringThatIsLockedAtTheStartLosesNothing(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "51", State: hover.JobWorking}, {ID: "52", State: hover.JobWorking}}})
	d := c.desktop()
	closeRing := c.keyring(d)
	c.signedIn()
	c.stop()
	closeRing()

	kept := c.kept
	locked := c.ring(d, "")
	c.kept = func() (map[string]string, error) { return nil, nil } // they cannot be read now
	if err := c.hover.CompleteJob("51"); err != nil {              // while nothing runs
		t.Fatal(err)
	}
	c.launch()
	c.await("a lamp asks to unlock the keyring", func(*control.Client) bool {
		s := row[statusJSON](c, "status")
		if s.State == "setup" {
			t.Error("it says that it is not set up")
		}
		for _, l := range s.Lamps {
			if strings.Contains(l.Do, "Unlock the keyring") && strings.Contains(l.Says, "locked") {
				return true
			}
		}
		return false
	})
	c.quick("while the keyring is locked")
	if err := c.hover.CompleteJob("52"); err != nil {
		t.Fatal(err)
	}
	if err := bustest.UnlockKeyring(c.env["DBUS_SESSION_BUS_ADDRESS"], keyringPassword); err != nil {
		t.Fatal(err)
	}
	c.kept = kept
	c.ask("status", "--wait", "ready", "--timeout", patience.String())
	if s := row[statusJSON](c, "status"); !s.Hover.SignedIn {
		t.Errorf("%+v", s)
	}
	c.await("both houses are told", func(*control.Client) bool {
		told := map[string]bool{}
		for _, a := range rows[alertJSON](c, "alerts") {
			if a.Kind == "completed" {
				told[a.JobID] = true
			}
		}
		return told["51"] && told["52"]
	})
	c.quick("once it is unlocked")
	for _, l := range row[statusJSON](c, "status").Lamps {
		if strings.Contains(l.Do, "keyring") {
			t.Errorf("the lamp is still lit: %+v", l)
		}
	}
	if _, err := os.Stat(filepath.Join(c.data, "secrets.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a file beside the keyring: %v", err)
	}
	c.stopsInTime()
	_ = locked.Process.Kill() // it has no other end
}

func TestAKeyringThatIsStoppedHoldsUpNothing(t *testing.T) {
	t.Parallel()
	c := newComputer(t, aHouse())
	d := c.desktop()
	closeRing := c.keyring(d)
	c.signedIn()
	c.stop()
	closeRing()
	kept := c.kept
	p := c.ring(d, keyringPassword)
	c.kept = kept
	c.start()
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	c.kept = func() (map[string]string, error) { return nil, nil } // it does not answer
	c.deliveries(2_000)
	if err := c.hover.CompleteJob("51"); err != nil {
		t.Fatal(err)
	}
	c.told(1)
	c.quick("with the keyring stopped")
	c.stopsInTime()

	c.launch() // and begins beside it
	c.await("a lamp says that the keyring does not answer", func(*control.Client) bool {
		for _, l := range row[statusJSON](c, "status").Lamps {
			if strings.Contains(l.Do, "Unlock the keyring") {
				return true
			}
		}
		return false
	})
	c.quick("at a start beside a stopped keyring")
	c.stopsInTime()
}
