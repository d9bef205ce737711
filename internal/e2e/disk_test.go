//go:build unix

package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/hover"
	"dormer/internal/simulator"
	"dormer/storage"

	bolt "go.etcd.io/bbolt"
)

func (c *computer) database() string { return filepath.Join(c.data, "dormer.db") }

// glob gives the files in the data directory that match.
func (c *computer) glob(pattern string) []string {
	c.t.Helper()
	found, err := filepath.Glob(filepath.Join(c.data, pattern))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// post has Hover post one event of a job, and gives what is answered; 0 if
// nothing is.
func (c *computer) post(id hover.JobID, state hover.JobState) int {
	status, err := c.hover.Emit(c.t.Context(), map[string]any{"event": "job-state-changed-v2", "job_id": id.Wire(), "state": string(state)}, simulator.Delivery{})
	if err != nil {
		return 0
	}
	return status
}

// damage are the ways in which a disk or a person ruins a file.
var damage = map[string]func(t *testing.T, path string){
	"cut off": func(t *testing.T, path string) {
		if err := os.Truncate(path, 2*4096); err != nil { // the headers stay: what is live may lie right behind them
			t.Fatal(err)
		}
	},
	"empty": func(t *testing.T, path string) {
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
	},
	"garbled": func(t *testing.T, path string) { // all but the headers
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteAt(bytes.Repeat([]byte{0xa5}, int(info.Size())-8192), 8192)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	},
}

func TestADamagedDatabaseIsSetAsideAndTheNewestGoodBackupTaken(t *testing.T) {
	t.Parallel()
	for name, ruin := range damage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "11", State: hover.JobWorking}}}).signedIn()
			c.await("today's backup is made", func(*control.Client) bool { return len(c.glob("backups/dormer-*.db")) == 1 })
			good := c.glob("backups/dormer-*.db")[0]
			c.stop()
			ruin(t, c.database())
			// A newer backup that is no good is passed over.
			if err := os.WriteFile(filepath.Join(c.data, "backups", "dormer-2099-01-01.db"), []byte("not a database"), 0o600); err != nil {
				t.Fatal(err)
			}
			c.hover.Quietly(func() {
				if err := c.hover.CompleteJob("11"); err != nil {
					t.Error(err)
				}
			})
			c.start()
			c.knows("11", hover.JobCompleted) // nobody posted it
			s := row[statusJSON](c, "status")
			if state, says := s.lamp("disk"); state != "amber" || !strings.Contains(says, filepath.Base(good)) {
				t.Errorf("the disk lamp is %s: %s", state, says)
			}
			if kept := c.glob("dormer.db.damaged-*"); len(kept) != 1 {
				t.Errorf("set aside is %v", kept)
			}
			if status := c.post("11", hover.JobCompleted); status != http.StatusOK {
				t.Errorf("an event is answered %d", status)
			}
			c.stop()
			if err := storage.Verify(c.database()); err != nil {
				t.Errorf("the database is %v", err)
			}
		})
	}
}

func TestWithoutABackupANewDatabaseIsStillSignedIn(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "11", State: hover.JobCompleted}}}).signedIn()
	hook := row[statusJSON](c, "status").Webhook
	c.stop()
	if err := os.RemoveAll(filepath.Join(c.data, "backups")); err != nil {
		t.Fatal(err)
	}
	damage["garbled"](t, c.database())
	c.start() // and nobody signs in
	c.knows("11", hover.JobCompleted)
	s := row[statusJSON](c, "status")
	if state, says := s.lamp("disk"); state != "amber" || !strings.Contains(says, "no good backup") {
		t.Errorf("the disk lamp is %s: %s", state, says)
	}
	if s.Webhook.URL != hook.URL {
		t.Errorf("the webhook's address was %s and is %s", hook.URL, s.Webhook.URL)
	}
	c.await("one webhook is left at Hover", func(*control.Client) bool { return len(c.hover.Webhooks()) == 1 })
	info, err := os.Stat(filepath.Join(c.data, "installation.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the installation's file is %v, %v", info, err)
	}
}

func TestADatabaseThatIsRuinedUnderTheRunningDormerIsMendedByItself(t *testing.T) {
	t.Parallel()
	for name, ruin := range damage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "11", State: hover.JobWorking}}}).signedIn()
			c.await("today's backup is made", func(*control.Client) bool { return len(c.glob("backups/dormer-*.db")) == 1 })
			ruin(t, c.database())
			// What cannot be kept is not answered 200, until there is a database again.
			refused, late := 0, time.After(patience)
			for c.post("11", hover.JobProcessing) != http.StatusOK {
				refused++
				select {
				case <-time.After(50 * time.Millisecond): // for the new process, which nobody announces
				case <-late:
					t.Fatal("no event is kept any more")
				}
			}
			if refused == 0 {
				t.Error("no event was refused")
			}
			c.ask("status", "--wait", "ready", "--timeout", patience.String())
			c.settled()
			if kept := c.glob("dormer.db.damaged-*"); len(kept) != 1 {
				t.Errorf("set aside is %v", kept)
			}
			if events := rows[eventJSON](c, "events", "--job", "11"); len(events) == 0 {
				t.Error("the event that was answered 200 is not there")
			}
			c.stop() // it is the same process still
			if err := storage.Verify(c.database()); err != nil {
				t.Errorf("the database is %v", err)
			}
		})
	}
}

func TestADatabaseThatSomebodyElseHoldsIsToldInOneLine(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{})
	if err := os.Mkdir(c.data, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(c.database(), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c.refused(1, []string{"runs already", c.data}, c.runLine()...)
	c.refused(1, []string{"runs already", c.data}, "jobs")
}

func TestABadBackupIsRefusedAndNothingTouched(t *testing.T) {
	t.Parallel()
	c := newComputer(t, simulator.Account{Jobs: []simulator.JobSpec{{ID: "11", State: hover.JobCompleted}}}).signedIn()
	c.ask("backup", c.path("good.db"))
	c.stop()
	before, err := os.ReadFile(c.database())
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(c.data)
	if err != nil {
		t.Fatal(err)
	}
	for name, ruin := range damage {
		bad := c.path(name + ".db")
		b, err := os.ReadFile(c.path("good.db"))
		if err == nil {
			err = os.WriteFile(bad, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		ruin(t, bad)
		c.refused(1, []string{"no good backup", "was not touched"}, "restore", bad)
	}
	after, err := os.ReadFile(c.database())
	if err != nil || sha256.Sum256(after) != sha256.Sum256(before) {
		t.Errorf("the database was touched, %v", err)
	}
	if now, err := os.ReadDir(c.data); err != nil || len(now) != len(list) {
		t.Errorf("in the data directory there were %v and are %v, %v", list, now, err)
	}
	// Restoring the database onto itself, or where there is none, works too.
	c.ask("restore", c.database())
	for _, f := range append(c.glob("dormer.db.before-restore-*"), c.database()) {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	c.ask("restore", c.path("good.db"))
	if jobs := rows[jobJSON](c, "jobs"); len(jobs) != 1 {
		t.Errorf("restored were %v", jobs)
	}
}

// TestADatabaseThatCannotBeWrittenIsToldAtTheStart runs as a user without
// privileges: root writes to everything.
func TestADatabaseThatCannotBeWrittenIsToldAtTheStart(t *testing.T) {
	t.Parallel()
	const nobody = 65534
	c := newComputer(t, simulator.Account{})
	c.launch()
	c.ask("status", "--wait", "setup", "--timeout", patience.String())
	c.stop()
	program := c.path("bin", "dormer")
	// Linked, not written: a program that is being written cannot be started, and
	// some other test's child may hold on to it.
	if err := errors.Join(os.Link(binary, program), os.Chmod(c.database(), 0o400)); err != nil {
		t.Fatal(err)
	}
	var as *syscall.SysProcAttr
	if os.Getuid() == 0 {
		err := filepath.WalkDir(c.dir, func(path string, _ fs.DirEntry, err error) error {
			if path == program {
				return err
			}
			return errors.Join(err, os.Lchown(path, nobody, nobody))
		})
		if err != nil {
			t.Fatal(err)
		}
		as = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	for _, verb := range [][]string{c.runLine(), {"config", "set", "retention_days", "30"}} {
		cmd := exec.Command(program, verb...)
		cmd.Env, cmd.SysProcAttr, cmd.Dir = c.environ(), as, c.dir
		cmd.WaitDelay = time.Second
		said, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("%s: %v", verb, err)
		}
		lines := slices.DeleteFunc(strings.Split(string(said), "\n"), func(l string) bool { return !strings.HasPrefix(l, "dormer: ") })
		if len(lines) != 1 || !strings.Contains(lines[0], "permission denied") || !strings.Contains(lines[0], c.data) {
			t.Errorf("%s says:\n%s", verb, said)
		}
	}
	if aside := c.glob("dormer.db.*"); len(aside) != 0 {
		t.Errorf("a good database was set aside: %v", aside)
	}
}
