package secret

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	_ "dormer/internal/hermetic"
)

// open opens a store that must come to be of the kind.
func open(t *testing.T, o Options, kind string) (Store, string) {
	t.Helper()
	if o.Installation == "" {
		o.Installation = "4f1c"
	}
	s, note, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	if s.Kind() != kind {
		t.Fatalf("secrets are in the %s (%s), want the %s", s.Kind(), note, kind)
	}
	return s, note
}

func want(t *testing.T, s Store, name, value string) {
	t.Helper()
	switch got, err := s.Get(name); {
	case value == "" && !errors.Is(err, ErrNotFound):
		t.Errorf("%s is %q, %v; want none", name, got, err)
	case value != "" && (err != nil || got != value):
		t.Errorf("%s is %.60q, %v; want %.60q", name, got, err, value)
	}
}

func set(t *testing.T, s Store, name, value string) {
	t.Helper()
	if err := s.Set(name, value); err != nil {
		t.Fatal(err)
	}
}

func TestBothStoresKeepReplaceAndDelete(t *testing.T) {
	for _, kind := range []string{Keyring, File} {
		t.Run(kind, func(t *testing.T) {
			keyring.MockInit()
			o := Options{Want: kind, Dir: t.TempDir()}
			s, note := open(t, o, kind)
			if note != "" {
				t.Errorf("a note where all is well: %s", note)
			}
			long := strings.Repeat("header.payload.signature\n", 300) // a fat token: 7,500 bytes
			want(t, s, "ngrok", "")
			set(t, s, "ngrok", "one")
			set(t, s, "oauth", long)
			set(t, s, "odd", partsMark+"2:x")
			s, _ = open(t, o, kind) // the next start
			want(t, s, "ngrok", "one")
			want(t, s, "oauth", long)
			want(t, s, "odd", partsMark+"2:x")
			set(t, s, "oauth", strings.ToUpper(long))
			want(t, s, "oauth", strings.ToUpper(long))
			set(t, s, "oauth", "short")
			want(t, s, "oauth", "short")
			set(t, s, "odd", "")
			want(t, s, "odd", "")
			for range 2 {
				if err := s.Delete("oauth"); err != nil {
					t.Errorf("deleting: %v", err)
				}
			}
			want(t, s, "oauth", "")
			want(t, s, "ngrok", "one")
		})
	}
}

// counting is a keyring that knows its entries and the longest of them, and
// breaks after a number of writes.
type counting struct {
	entries map[string]string
	longest int
	writes  int // left; below zero: any number
}

func (c *counting) swapIn(t *testing.T) {
	c.entries = map[string]string{}
	keyring.MockInit()
	old := put
	t.Cleanup(func() { put = old })
	put = func(service, name, value string) error {
		if c.writes == 0 {
			return errors.New("the keyring went away")
		}
		c.writes--
		c.longest = max(c.longest, len(value))
		c.entries[name] = value
		return old(service, name, value)
	}
}

func TestALongSecretFitsIntoSmallEntriesAndLeavesNoneBehind(t *testing.T) {
	c := &counting{writes: -1}
	c.swapIn(t)
	s, _ := open(t, Options{Want: Keyring, Dir: t.TempDir()}, Keyring)
	set(t, s, "oauth", strings.Repeat("x", 10_001))
	if c.longest > 2000 {
		t.Errorf("an entry of %d bytes: Windows takes 2,560, macOS base64 of it", c.longest)
	}
	set(t, s, "oauth", "short")
	for name := range c.entries {
		if _, err := keyring.Get("dormer-4f1c", name); err == nil && name != "oauth" {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestAKeyringThatBreaksInTheMiddleOfAWriteKeepsTheOldSecret(t *testing.T) {
	c := &counting{writes: -1}
	c.swapIn(t)
	s, _ := open(t, Options{Want: Keyring, Dir: t.TempDir()}, Keyring)
	old := strings.Repeat("old", 2000)
	set(t, s, "oauth", old)
	for writes := range 4 {
		c.writes = writes
		if err := s.Set("oauth", strings.Repeat("new", 2000)); err == nil {
			t.Fatalf("after %d of 4 writes: no error", writes)
		}
		want(t, s, "oauth", old)
	}
}

func TestWithoutAKeyringTheFileIsUsedAndTheNoteSaysWhy(t *testing.T) {
	keyring.MockInitWithError(errors.New("org.freedesktop.secrets was not provided"))
	o := Options{Want: Keyring, Dir: t.TempDir()}
	s, note := open(t, o, File)
	if !strings.Contains(note, "not provided") || !strings.Contains(note, FileName) {
		t.Errorf("the note explains nothing: %s", note)
	}
	set(t, s, "oauth", "newer")
	set(t, s, "ngrok", "token")

	// The next start has a keyring, with an older value in it.
	keyring.MockInit()
	if err := keyring.Set("dormer-4f1c", "oauth", "older"); err != nil {
		t.Fatal(err)
	}
	s, note = open(t, o, Keyring)
	if note != "" {
		t.Error(note)
	}
	want(t, s, "oauth", "newer")
	want(t, s, "ngrok", "token")
	if b, _ := os.ReadFile(filepath.Join(o.Dir, FileName)); strings.Contains(string(b), "newer") || strings.Contains(string(b), "token") {
		t.Errorf("moved, but still in the file: %s", b)
	}
}

func TestWhatCannotBeMovedIntoTheKeyringYetIsStillFound(t *testing.T) {
	o := Options{Want: File, Dir: t.TempDir()}
	s, _ := open(t, o, File)
	set(t, s, "oauth", "newer")
	c := &counting{writes: 1} // the probe's
	c.swapIn(t)
	if err := keyring.Set("dormer-4f1c", "oauth", "older"); err != nil {
		t.Fatal(err)
	}
	o.Want = Keyring
	s, note := open(t, o, Keyring)
	if !strings.Contains(note, "went away") {
		t.Errorf("the note explains nothing: %s", note)
	}
	want(t, s, "oauth", "newer")
	c.writes = -1
	set(t, s, "oauth", "newest")
	want(t, s, "oauth", "newest")
	if err := s.Delete("oauth"); err != nil {
		t.Fatal(err)
	}
	want(t, s, "oauth", "")
}

func TestALockedKeyringIsNotWaitedForLongerThanTwoSeconds(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		unlock := make(chan struct{})
		old := put
		defer func() { put = old }()
		put = func(service, name, value string) error { <-unlock; return old(service, name, value) }
		start := time.Now()
		s, note := open(t, Options{Want: Keyring, Dir: dir}, File)
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("waited %v", took)
		}
		if !strings.Contains(note, "locked") {
			t.Errorf("the note explains nothing: %s", note)
		}
		set(t, s, "ngrok", "token") // works meanwhile
		close(unlock)
		synctest.Wait()
	})
}

func TestAWriteThatWasGivenUpNeverOvertakesALaterOne(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, _ := open(t, Options{Want: Keyring, Dir: dir}, Keyring)
		unlock := make(chan struct{})
		old := put
		defer func() { put = old }()
		put = func(service, name, value string) error {
			if value == "first" {
				<-unlock
			}
			return old(service, name, value)
		}
		if err := s.Set("oauth", "first"); err == nil {
			t.Fatal("kept by a locked keyring")
		}
		go func() { time.Sleep(5 * time.Second); close(unlock) }()
		set(t, s, "oauth", "second")
		want(t, s, "oauth", "second")
	})
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are not Windows'")
	}
	o := Options{Want: File, Dir: t.TempDir()}
	s, _ := open(t, o, File)
	set(t, s, "ngrok", "token")
	path := filepath.Join(o.Dir, FileName)
	mode := func() os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if mode() != 0o600 {
		t.Errorf("written with %v", mode())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, note := open(t, o, File)
	if mode() != 0o600 || note == "" {
		t.Errorf("a readable file was left at %v, note %q", mode(), note)
	}
}

func TestADamagedFileIsSetAsideAndNeverOverwritten(t *testing.T) {
	for name, garbage := range map[string]string{
		"cut off": `{"secrets":{"oauth":"half a tok`, "empty": "", "other": `{"x":1}`, "null": "null", "numbers": `{"secrets":{"a":1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			o := Options{Want: File, Dir: t.TempDir()}
			s, _ := open(t, o, File)
			path := filepath.Join(o.Dir, FileName)
			if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
				t.Fatal(err)
			}
			// While it runs: an error, and the file stays as it is.
			if _, err := s.Get("oauth"); err == nil || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), path) {
				t.Errorf("reading says %v", err)
			} else if len(garbage) > 10 && strings.Contains(err.Error(), "tok") {
				t.Errorf("the error quotes the file: %v", err)
			}
			if err := s.Set("ngrok", "x"); err == nil {
				t.Error("a damaged file was overwritten")
			}
			// The next start: set aside, twice within one second even.
			for range 2 {
				s, note := open(t, o, File)
				if !strings.Contains(note, ".damaged-") {
					t.Errorf("the note does not say where it is: %q", note)
				}
				set(t, s, "ngrok", "x")
				if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			aside, _ := filepath.Glob(path + ".damaged-*")
			if len(aside) != 2 {
				t.Fatalf("set aside: %v", aside)
			}
			for _, a := range aside {
				if b, _ := os.ReadFile(a); string(b) != garbage {
					t.Errorf("%s holds %q", a, b)
				}
			}
		})
	}
}

func TestWhatACrashLeftIsRemoved(t *testing.T) {
	o := Options{Want: File, Dir: filepath.Join(t.TempDir(), "odd [dir]")}
	if err := os.Mkdir(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(o.Dir, ".secrets-123.tmp")
	if err := os.WriteFile(left, []byte("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := open(t, o, File)
	if _, err := os.Stat(left); err == nil && runtime.GOOS != "windows" {
		t.Error("it is still there")
	}
	set(t, s, "a", "b")
	if entries, _ := os.ReadDir(o.Dir); len(entries) != 1 {
		t.Errorf("beside the file there is more: %v", entries)
	}
}

func TestWrongOptionsAreRefused(t *testing.T) {
	for _, o := range []Options{{Want: "vault"}, {Want: ""}, {Want: Keyring, Installation: ""}} {
		o.Dir = t.TempDir()
		if _, _, err := Open(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(Options{Want: File, Dir: dir}); err == nil {
		t.Error("a directory is taken for the file")
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(`{"secrets":{"a":"b"}}`))
	f.Add([]byte(`{"secrets":null}`))
	f.Add([]byte("\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, note, err := Open(Options{Want: File, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		set(t, s, "ngrok", "token")
		want(t, s, "ngrok", "token")
		var c content
		if note == "" && json.Unmarshal(b, &c) == nil {
			for name, value := range c.Secrets {
				if name != "ngrok" {
					want(t, s, name, value)
				}
			}
		}
	})
}
