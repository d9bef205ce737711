package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	_ "dormer/internal/hermetic"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// childDoes tells this test binary, in the place of the program, what the child
// is to do: see TestMain.
const childDoes = "dormer-child-"

// TestMain makes this binary the child that verifies a database, if it is
// started by a name that says so.
func TestMain(m *testing.M) {
	does, isChild := strings.CutPrefix(filepath.Base(os.Args[0]), childDoes)
	if !isChild {
		os.Exit(m.Run())
	}
	switch does {
	case "verifies":
		if len(os.Args) != 3 || os.Args[1] != VerifyVerb || len(os.Environ()) > 1 {
			fmt.Println(saysFailed, os.Args, os.Environ())
			return
		}
		if err := Verify(os.Args[2], os.Stdout); err != nil {
			os.Exit(1)
		}
	case "panics":
		panic("a garbled page")
	case "hangs":
		never := make(chan os.Signal, 1)
		signal.Notify(never, os.Interrupt) // without, Go may see that nothing can ever wake it, and end it
		<-never
	case "is-killed":
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Kill()
		}
		fmt.Println(err)
		select {}
	}
}

// child gives the verifier by a child that does so.
func child(t *testing.T, does string) Verifier {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), childDoes+does)
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	return VerifyBy(name)
}

// aDatabase gives the path of a closed database with one event in it.
func aDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dormer.db")
	storagetest.Fill(t, path, 1)
	return path
}

func ruin(t *testing.T, path string) {
	t.Helper()
	if err := os.Truncate(path, 5*4096); err != nil {
		t.Fatal(err)
	}
}

func TestAChildTellsWhatItFound(t *testing.T) {
	verify := child(t, "verifies")
	good := aDatabase(t)
	if err := verify(t.Context(), good); err != nil {
		t.Errorf("a good one: %v", err)
	}
	held, err := storage.Open(good, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t.Context(), good); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("one that is in use: %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	ruin(t, good)
	err = verify(t.Context(), good)
	if !errors.Is(err, storage.ErrDamaged) || strings.Count(err.Error(), "damaged") != 1 {
		t.Errorf("a ruined one: %v", err)
	}
	if err := verify(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
}

func TestWhatBecomesOfTheChildTellsToo(t *testing.T) {
	good := aDatabase(t)
	if err := child(t, "panics")(t.Context(), good); !errors.Is(err, storage.ErrDamaged) || !strings.Contains(err.Error(), "a garbled page") {
		t.Errorf("a child that dies of the file: %v", err)
	}
	for _, does := range []string{"is-killed", "is not there"} {
		verify := VerifyBy(filepath.Join(t.TempDir(), "none"))
		if does != "is not there" {
			verify = child(t, does)
		}
		if err := verify(t.Context(), good); err != nil {
			t.Errorf("a good file, but a child that %s: %v", does, err)
		}
	}
	bad := aDatabase(t)
	ruin(t, bad)
	if err := child(t, "is-killed")(t.Context(), bad); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("a ruined file, and a child that is killed: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := child(t, "hangs")(ctx, good); !errors.Is(err, context.Canceled) {
		t.Errorf("a child that nobody waits for: %v", err)
	}
}

func TestAChildThatComesToNoEndMeansDamage(t *testing.T) {
	before := atLeast
	atLeast = 0
	defer func() { atLeast = before }()
	if err := child(t, "hangs")(t.Context(), aDatabase(t)); !errors.Is(err, storage.ErrDamaged) || !strings.Contains(err.Error(), "no end") {
		t.Errorf("%v", err)
	}
}

// aConfig gives the configuration of a data directory of its own.
func aConfig(t *testing.T) Config {
	t.Helper()
	c, err := Load(Flags{DataDir: t.TempDir(), Secrets: "file"}, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestADatabaseThatWasClosedInOrderIsNotReadToItsEnd(t *testing.T) {
	c := aConfig(t)
	asked := 0
	c.Verify = func(context.Context, string) error {
		asked++
		return nil
	}
	log := slog.New(slog.DiscardHandler)
	for round, want := range []int{0, 0, 1} {
		store, damaged, err := openStore(t.Context(), c, log)
		if err != nil || !damaged.IsZero() {
			t.Fatal(damaged, err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if asked != want {
			t.Errorf("round %d: asked %d times, want %d", round, asked, want)
		}
		if round == 1 { // somebody writes to it
			f, err := os.OpenFile(c.Database(), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 1)
			_, err = f.ReadAt(b, 0)
			if err == nil {
				_, err = f.WriteAt(b, 0)
			}
			if err := errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestABackupTakesTheDatabasesPlaceWithoutAGap breaks off where a power cut
// could: after each file operation there has to be a database.
func TestABackupTakesTheDatabasesPlaceWithoutAGap(t *testing.T) {
	dir := t.TempDir()
	database, good, kept := filepath.Join(dir, "dormer.db"), aDatabase(t), filepath.Join(dir, "kept")
	if err := os.WriteFile(database, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The name cannot be given: the last step fails, and the database is there still.
	if err := replace(database, filepath.Join(dir, "none"), kept); err == nil {
		t.Error("a backup that is not there was taken")
	}
	if b, err := os.ReadFile(database); err != nil || string(b) != "damaged" {
		t.Errorf("%q, %v", b, err)
	}
	linked := func() bool { // what a power cut between the two steps leaves
		a, errA := os.Stat(database)
		b, errB := os.Stat(kept)
		return errA == nil && errB == nil && os.SameFile(a, b)
	}
	if err := keepAs(database, kept); err != nil || !linked() {
		t.Errorf("between the steps the database is not there: %v", err)
	}
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	if err := replace(database, good, kept); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(kept); err != nil || string(b) != "damaged" {
		t.Errorf("kept is %q, %v", b, err)
	}
	if err := storage.Verify(database); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

func TestTheInstallationIsWrittenDownOnceAndGarbageIsNotTaken(t *testing.T) {
	c := aConfig(t)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	i := installation{ID: strings.Repeat("ab", 16), HookPath: "/hover/" + strings.Repeat("cd", 16)}
	keepInstallation(c, i, log)
	if got := readInstallation(c); got != i {
		t.Errorf("it came back as %+v", got)
	}
	for garbage, want := range map[string]installation{
		"": {}, "{": {}, `{"id":"../..","hook_path":"/hover/short"}`: {}, `{"id":"` + i.ID + `","hook_path":"x"}`: {ID: i.ID},
	} {
		if err := os.WriteFile(c.installationFile(), []byte(garbage), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := readInstallation(c); got != want {
			t.Errorf("%q gives %+v", garbage, got)
		}
	}
}
