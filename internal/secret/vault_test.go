package secret

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// keys is a keyring in memory, which a test locks, stops and breaks.
type keys struct {
	mu      sync.Mutex
	entries map[string]string
	shut    bool          // locked
	still   chan struct{} // a service that was stopped; nil while it runs
	absent  bool
	broken  error // no write succeeds
	denied  error // nothing can be read
	writes  int   // until it breaks; below zero: any number
	refuses bool  // the person does not unlock it

	asked, puts, longest int
}

func newKeys() *keys { return &keys{entries: map[string]string{}, writes: -1} }

func (k *keys) be(change func(k *keys)) {
	k.mu.Lock()
	change(k)
	k.mu.Unlock()
}

// pass waits for a service that was stopped, and takes k.mu.
func (k *keys) pass(ctx context.Context) error {
	k.mu.Lock()
	still := k.still
	if still != nil {
		k.mu.Unlock()
		select {
		case <-still:
		case <-ctx.Done():
			return ErrSilent
		}
		k.mu.Lock()
	}
	if k.absent {
		k.mu.Unlock()
		return errAbsent
	}
	return nil
}

func (k *keys) locked(ctx context.Context) (bool, error) {
	if err := k.pass(ctx); err != nil {
		return false, err
	}
	defer k.mu.Unlock()
	return k.shut, nil
}

func (k *keys) unlock(ctx context.Context) error {
	if err := k.pass(ctx); err != nil {
		return err
	}
	k.asked++
	refuses := k.refuses
	k.mu.Unlock()
	if refuses {
		return errDismissed
	}
	<-ctx.Done() // nobody is there
	return ErrSilent
}

func (k *keys) any(ctx context.Context) bool {
	if k.pass(ctx) != nil {
		return false
	}
	defer k.mu.Unlock()
	return len(k.entries) > 0
}

func (k *keys) load(ctx context.Context, names []string) (map[string]string, error) {
	if err := k.pass(ctx); err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	switch {
	case k.shut:
		return nil, ErrLocked
	case k.denied != nil:
		k.asked++
		return nil, k.denied
	}
	found := map[string]string{}
	for _, name := range names {
		if v, ok := k.entries[name]; ok {
			found[name] = v
		}
	}
	return found, nil
}

func (k *keys) put(ctx context.Context, name, value string) error {
	if err := k.pass(ctx); err != nil {
		return err
	}
	defer k.mu.Unlock()
	switch {
	case k.shut:
		return ErrLocked
	case k.broken != nil || k.writes == 0:
		return errors.Join(k.broken, errors.New("the keyring went away"))
	}
	k.writes--
	k.puts++
	k.longest = max(k.longest, len(value))
	k.entries[name] = value
	return nil
}

func (k *keys) drop(ctx context.Context, name string) error {
	if err := k.pass(ctx); err != nil {
		return err
	}
	defer k.mu.Unlock()
	delete(k.entries, name)
	return nil
}

func (k *keys) close() {}

// story tells f in a bubble of fake time.
func story(t *testing.T, f func(t *testing.T, k *keys, o Options)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		f(t, newKeys(), Options{Want: Keyring, Installation: "4f1c", Dir: dir, Names: []string{"ngrok", "oauth", "odd"}})
	})
}

// start opens a store over a keyring, as a start of Dormer does.
func start(t *testing.T, k *keys, o Options) *Vault {
	t.Helper()
	f := &file{path: filepath.Join(o.Dir, FileName)}
	note, err := f.prepare(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	v, err := open(o, f, note, k)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > patience { // clock: the story's own
		t.Errorf("opening took %v", took)
	}
	t.Cleanup(func() { stop(t, v) })
	return v
}

// stop closes a store, which takes no time whatever the keyring does.
func stop(t *testing.T, v *Vault) {
	t.Helper()
	began := time.Now()
	if err := v.Close(context.Background()); err != nil {
		t.Errorf("closing: %v", err)
	}
	if took := time.Since(began); took > 0 { // clock: the story's own
		t.Errorf("closing took %v", took)
	}
}

func TestAKeyringKeepsReplacesAndDeletesOverStarts(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		holds := 0
		o.Holds = func() { holds++ }
		v := start(t, k, o)
		if s := v.State(); !reflect.DeepEqual(s, State{Kind: Keyring}) {
			t.Errorf("at the start it is %+v", s)
		}
		long := strings.Repeat("header.payload.signature\n", 300) // a fat token: 7,500 bytes
		want(t, v, "ngrok", "")
		set(t, v, "ngrok", "one")
		set(t, v, "oauth", long)
		set(t, v, "odd", partsMark+"2:x")
		stop(t, v)
		o.Held = holds > 0
		v = start(t, k, o)
		want(t, v, "ngrok", "one")
		want(t, v, "oauth", long)
		want(t, v, "odd", partsMark+"2:x")
		set(t, v, "oauth", strings.ToUpper(long))
		set(t, v, "odd", "")
		stop(t, v)
		v = start(t, k, o)
		want(t, v, "oauth", strings.ToUpper(long))
		want(t, v, "odd", "")
		set(t, v, "oauth", "short")
		want(t, v, "oauth", "short")
		if k.longest > 2000 {
			t.Errorf("an entry of %d bytes: Windows takes 2,560, macOS base64 of it", k.longest)
		}
		k.be(func(k *keys) {
			if len(k.entries) != 3 || k.entries[probe] == "" || k.entries["ngrok"] != "one" || k.entries["oauth"] != "short" {
				t.Errorf("the keyring holds %d entries: %q", len(k.entries), k.entries)
			}
		})
		if holds != 1 {
			t.Errorf("that the keyring holds something was told %d times", holds)
		}
	})
}

// A start writes nothing: a keyring with a recycle bin would fill it.
func TestAStartWritesNothingIntoAKeyringThatItKnows(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		stop(t, v)
		if k.puts != 1 {
			t.Errorf("the first start wrote %d times", k.puts)
		}
		v = start(t, k, o)
		set(t, v, "ngrok", "one")
		stop(t, v)
		for range 3 {
			v = start(t, k, o)
			v.Keep("ngrok", "one") // as a variable of the environment brings it
			synctest.Wait()
			stop(t, v)
		}
		if k.puts != 2 {
			t.Errorf("it was written %d times", k.puts)
		}
	})
}

func TestALockedKeyringIsWaitedForInTheBackgroundAndAsksOnce(t *testing.T) {
	for name, refuses := range map[string]bool{"nobody is there": false, "the person cancels": true} {
		t.Run(name, func(t *testing.T) {
			story(t, func(t *testing.T, k *keys, o Options) {
				v := start(t, k, o)
				set(t, v, "oauth", "tokens")
				stop(t, v)

				k.be(func(k *keys) { k.shut, k.refuses = true, refuses })
				v = start(t, k, o)
				time.Sleep(time.Hour) // sleep: the bubble's clock
				if s := v.State(); !errors.Is(s.Waiting, ErrLocked) || s.Kind != Keyring || !s.Note.IsZero() {
					t.Errorf("while it is locked: %+v", s)
				}
				if _, err := v.Get("oauth"); !errors.Is(err, ErrUnread) || !errors.Is(err, ErrLocked) {
					t.Errorf("reading says %v", err)
				}
				if err := v.Writable(t.Context()); !errors.Is(err, ErrLocked) {
					t.Errorf("it can be written: %v", err)
				}
				v.Keep("odd", "from the environment")
				want(t, v, "odd", "from the environment")
				time.Sleep(time.Hour) // sleep: the bubble's clock
				if k.asked != 1 {
					t.Errorf("the person was asked %d times", k.asked)
				}
				if err := v.Set(t.Context(), "ngrok", "new"); !errors.Is(err, ErrLocked) {
					t.Errorf("kept by a locked keyring: %v", err)
				}
				// Where nobody answered, the question is still on the screen.
				if refuses && k.asked != 2 || !refuses && k.asked != 1 {
					t.Errorf("once they wanted something they had been asked %d times", k.asked)
				}

				k.be(func(k *keys) { k.shut = false })
				time.Sleep(lookEvery) // sleep: the bubble's clock
				synctest.Wait()
				if s := v.State(); !reflect.DeepEqual(s, State{Kind: Keyring}) {
					t.Errorf("once it is unlocked: %+v", s)
				}
				want(t, v, "oauth", "tokens")
				want(t, v, "ngrok", "") // its owner was told that it is not kept
				k.be(func(k *keys) {
					if k.entries["odd"] != "from the environment" {
						t.Error("what was kept meanwhile is not in the keyring")
					}
				})
				if _, err := os.Stat(filepath.Join(o.Dir, FileName)); err == nil {
					t.Error("there is a file beside the keyring")
				}
			})
		})
	}
}

func TestASecretThatIsSetWhileThePersonUnlocksIsKept(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		o.Held = true
		k.be(func(k *keys) { k.shut = true })
		v := start(t, k, o)
		go func() { time.Sleep(10 * time.Second); k.be(func(k *keys) { k.shut = false }) }() // sleep: the bubble's clock
		set(t, v, "ngrok", "new")
		want(t, v, "ngrok", "new")
	})
}

// A new installation on a server, whose keyring nobody ever unlocks.
func TestANewInstallationDoesNotWaitForALockedKeyring(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		k.be(func(k *keys) { k.shut = true })
		v := start(t, k, o)
		set(t, v, "ngrok", "in the file")
		if s := v.State(); s.Kind != File || s.Waiting != nil || !strings.Contains(s.Note.String(), "locked") || !strings.Contains(s.Note.String(), FileName) {
			t.Errorf("%+v", s)
		}
		want(t, v, "oauth", "")
		k.be(func(k *keys) { k.shut = false })
		time.Sleep(2 * lookEvery) // sleep: the bubble's clock
		synctest.Wait()
		if s := v.State(); !reflect.DeepEqual(s, State{Kind: Keyring}) {
			t.Errorf("once it is unlocked: %+v", s)
		}
		if b, _ := os.ReadFile(filepath.Join(o.Dir, FileName)); strings.Contains(string(b), "in the file") || k.entries["ngrok"] != "in the file" {
			t.Errorf("it was not moved: %s, %q", b, k.entries)
		}
	})
}

func TestWithoutAKeyringTheFileIsUsedAtOnce(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		k.be(func(k *keys) { k.absent = true })
		v := start(t, k, o)
		if s := v.State(); s.Kind != File || s.Waiting != nil || !strings.Contains(s.Note.String(), "cannot be used") {
			t.Errorf("%+v", s)
		}
		set(t, v, "oauth", "newer")
		set(t, v, "odd", "x")
		set(t, v, "odd", "")
		stop(t, v)

		// The next start has a keyring, with older values in it.
		k.be(func(k *keys) {
			k.absent = false
			maps.Copy(k.entries, map[string]string{"oauth": "older", "ngrok": "token"})
		})
		v = start(t, k, o)
		want(t, v, "oauth", "newer")
		want(t, v, "ngrok", "token")
		synctest.Wait()
		if b, _ := os.ReadFile(filepath.Join(o.Dir, FileName)); strings.Contains(string(b), "newer") || k.entries["oauth"] != "newer" {
			t.Errorf("not moved: %s", b)
		}
		if s := v.State(); !reflect.DeepEqual(s, State{Kind: Keyring}) {
			t.Errorf("%+v", s)
		}
	})
}

// KeePassXC is a program that may start after Dormer.
func TestAKeyringThatComesUpLaterIsUsedFromThen(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		set(t, v, "oauth", "tokens")
		stop(t, v)
		o.Held = true
		k.be(func(k *keys) { k.absent = true })
		v = start(t, k, o)
		if _, err := v.Get("oauth"); !errors.Is(err, ErrUnread) {
			t.Errorf("at first: %v", err)
		}
		time.Sleep(absentIn) // sleep: the bubble's clock
		synctest.Wait()
		if s := v.State(); s.Kind != File || s.Waiting != nil {
			t.Errorf("where none comes: %+v", s)
		}
		want(t, v, "oauth", "")
		k.be(func(k *keys) { k.absent = false })
		time.Sleep(absentMost) // sleep: the bubble's clock
		synctest.Wait()
		want(t, v, "oauth", "tokens")
	})
}

func TestAKeyringThatIsStoppedHoldsUpNobody(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		set(t, v, "oauth", "tokens")
		still := make(chan struct{})
		k.be(func(k *keys) { k.still = still })
		began := time.Now()
		want(t, v, "oauth", "tokens")
		v.Keep("odd", "a webhook's")
		want(t, v, "odd", "a webhook's")
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %v", took)
		}
		time.Sleep(slowAfter) // sleep: the bubble's clock
		synctest.Wait()
		if s := v.State(); !errors.Is(s.Stuck, ErrSilent) {
			t.Errorf("nobody is told: %+v", s)
		}
		if err := v.Writable(t.Context()); !errors.Is(err, ErrSilent) {
			t.Errorf("it can be written: %v", err)
		}
		if err := v.Set(t.Context(), "ngrok", "x"); !errors.Is(err, ErrSilent) || time.Since(began) > time.Minute {
			t.Errorf("setting says %v after %v", err, time.Since(began))
		}
		close(still) // it goes on
		k.be(func(k *keys) { k.still = nil })
		time.Sleep(lookEvery) // sleep: the bubble's clock
		synctest.Wait()
		if s := v.State(); !reflect.DeepEqual(s, State{Kind: Keyring}) {
			t.Errorf("once it goes on: %+v", s)
		}
		k.be(func(k *keys) {
			if k.entries["odd"] != "a webhook's" || k.entries["ngrok"] != "" {
				t.Errorf("the keyring holds %q", k.entries)
			}
			k.still = make(chan struct{})
		})
		stop(t, v) // takes no time either
		if v = start(t, k, o); v.State().Waiting == nil {
			t.Error("a start beside a stopped service waits for nothing")
		}
	})
}

func TestARefusedQuestionIsNotAskedAgainEveryFewSeconds(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		o.Held = true
		k.be(func(k *keys) { k.denied = errDismissed })
		v := start(t, k, o)
		v.Keep("odd", "x")
		time.Sleep(5 * time.Minute) // sleep: the bubble's clock
		if k.asked != 1 || v.State().Waiting == nil {
			t.Errorf("the person was asked %d times, %+v", k.asked, v.State())
		}
	})
}

func TestAKeyringThatIsLockedMeanwhileTakesNothingAway(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		set(t, v, "oauth", "tokens")
		k.be(func(k *keys) { k.shut, k.refuses = true, true })
		if err := v.Writable(t.Context()); !errors.Is(err, ErrLocked) {
			t.Errorf("it can be written: %v", err)
		}
		time.Sleep(time.Hour) // sleep: the bubble's clock
		want(t, v, "oauth", "tokens")
		if s := v.State(); !errors.Is(s.Stuck, ErrLocked) || s.Waiting != nil || k.asked != 1 {
			t.Errorf("%+v, asked %d times", s, k.asked)
		}
		k.be(func(k *keys) { k.shut = false })
		time.Sleep(lookEvery) // sleep: the bubble's clock
		synctest.Wait()
		if err := v.Writable(t.Context()); err != nil || v.State().Stuck != nil {
			t.Errorf("%v, %+v", err, v.State())
		}
	})
}

func TestAKeyringThatBreaksInTheMiddleOfAWriteKeepsTheOldSecret(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		old := strings.Repeat("old", 2000)
		set(t, v, "oauth", old)
		for writes := range 4 {
			k.be(func(k *keys) { k.writes = writes })
			if err := v.Set(t.Context(), "oauth", strings.Repeat("new", 2000)); err == nil {
				t.Fatalf("after %d of 4 writes: no error", writes)
			}
			want(t, v, "oauth", old)
			again := start(t, k, o)
			want(t, again, "oauth", old)
			stop(t, again)
		}
	})
}

func TestWhatCannotBeMovedIntoTheKeyringYetIsStillFound(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		set(t, inFile(t, o.Dir), "oauth", "newer")
		k.be(func(k *keys) { k.entries["oauth"], k.writes = "older", 0 })
		v := start(t, k, o)
		time.Sleep(time.Minute) // sleep: the bubble's clock
		want(t, v, "oauth", "newer")
		if s := v.State(); s.Stuck == nil {
			t.Errorf("nobody is told: %+v", s)
		}
		stop(t, v)
		v = start(t, k, o)
		want(t, v, "oauth", "newer")
		k.be(func(k *keys) { k.writes = -1 })
		time.Sleep(time.Hour) // sleep: the bubble's clock
		synctest.Wait()
		if k.entries["oauth"] != "newer" || v.State().Stuck != nil {
			t.Errorf("%q, %+v", k.entries, v.State())
		}
	})
}

func TestAWriteThatWasGivenUpNeverOvertakesALaterOne(t *testing.T) {
	story(t, func(t *testing.T, k *keys, o Options) {
		v := start(t, k, o)
		still := make(chan struct{})
		k.be(func(k *keys) { k.still = still })
		if err := v.Set(t.Context(), "oauth", "first"); err == nil {
			t.Fatal("kept by a keyring that stands still")
		}
		go func() { time.Sleep(5 * time.Second); close(still) }() // sleep: the bubble's clock
		set(t, v, "oauth", "second")
		want(t, v, "oauth", "second")
		time.Sleep(time.Minute) // sleep: the bubble's clock
		if k.entries["oauth"] != "second" {
			t.Errorf("the keyring holds %q", k.entries["oauth"])
		}
	})
}
