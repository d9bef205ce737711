package gallery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
)

// shelf is a cache with room for three files of ten bytes.
type shelf struct {
	t     *testing.T
	cache *cache
	dir   string
	made  int
}

func newShelf(t *testing.T) *shelf {
	dir := filepath.Join(t.TempDir(), "a", "cache")
	c := newCache(dir)
	c.most = 30
	return &shelf{t: t, dir: dir, cache: c}
}

func (s *shelf) make(_ context.Context, base string) (string, error) {
	s.made++
	return base + ".txt", os.WriteFile(base+".txt", []byte("ten bytes."), 0o600)
}

func (s *shelf) file(name string) {
	s.t.Helper()
	path, err := s.cache.file(s.t.Context(), name, []string{".txt"}, s.make)
	if err != nil || path != filepath.Join(s.dir, name+".txt") {
		s.t.Fatalf("%s: %q, %v", name, path, err)
	}
	time.Sleep(time.Hour) // sleep: the bubble's clock
}

func (s *shelf) holds() (names []string) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestTheCacheLetsGoWhatWasUsedLongestAgo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		for _, name := range []string{"a", "b", "c", "a", "d", "e"} {
			s.file(name)
		}
		if got := s.holds(); !slices.Equal(got, []string{"a.txt", "d.txt", "e.txt"}) || s.made != 5 {
			t.Errorf("it holds %q after %d were made", got, s.made)
		}
		s.file("b")
		if got := s.holds(); !slices.Equal(got, []string{"b.txt", "d.txt", "e.txt"}) || s.made != 6 {
			t.Errorf("it holds %q after %d were made", got, s.made)
		}
	})
}

func TestACacheThatAPersonHasEmptiedHasRoomAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		for _, name := range []string{"a", "b", "c"} {
			s.file(name)
		}
		for _, name := range []string{"b", "c"} {
			if err := os.Remove(filepath.Join(s.dir, name+".txt")); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"d", "e"} {
			s.file(name)
		}
		if got := s.holds(); !slices.Equal(got, []string{"a.txt", "d.txt", "e.txt"}) {
			t.Errorf("it holds %q", got)
		}
	})
}

func TestWhatAKillLeftUnfinishedIsSweptAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		s.file("a")
		left := filepath.Join(s.dir, arriving, "b.json")
		for _, path := range []string{left, filepath.Join(s.dir, "c"+wholeSuffix)} {
			if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.cache.sweep(); err != nil {
			t.Fatal(err)
		}
		if got := s.holds(); !slices.Equal(got, []string{"a.txt"}) {
			t.Errorf("it holds %q", got)
		}
		if left, err := os.ReadDir(filepath.Dir(left)); len(left) > 0 {
			t.Errorf("arriving are %v, %v", left, err)
		}
	})
}

func TestWhoLosesInterestTakesTheFileFromNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		slow := func(ctx context.Context, base string) (string, error) {
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(time.Minute):
			}
			return s.make(ctx, base)
		}
		impatient, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		type answer struct {
			path string
			err  error
		}
		first, second, gone := make(chan answer, 1), make(chan answer, 1), make(chan answer, 1)
		ask := func(ctx context.Context, to chan answer) {
			path, err := s.cache.file(ctx, "a", []string{".txt"}, slow)
			to <- answer{path, err}
		}
		go ask(impatient, first)
		synctest.Wait()
		go ask(t.Context(), second)
		go ask(impatient, gone)
		if a := <-first; !errors.Is(a.err, context.DeadlineExceeded) {
			t.Errorf("who left got %v", a)
		}
		if a := <-gone; !errors.Is(a.err, context.DeadlineExceeded) {
			t.Errorf("who left while waiting got %v", a)
		}
		if a := <-second; a.err != nil || a.path == "" || s.made != 1 {
			t.Errorf("who stayed got %v, %d were made", a, s.made)
		}
	})
}

func TestAFailureIsToldToAllWhoWaitAndTriedAnewByWhoComesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		tries := 0
		refused := errors.New("refused")
		refuse := func(context.Context, string) (string, error) {
			tries++
			time.Sleep(time.Second) // sleep: the bubble's clock
			return "", refused
		}
		errs := make(chan error, 5)
		for range 5 {
			go func() {
				_, err := s.cache.file(t.Context(), "a", []string{".txt"}, refuse)
				errs <- err
			}()
		}
		for range 5 {
			if err := <-errs; !errors.Is(err, refused) {
				t.Error(err)
			}
		}
		if tries != 1 {
			t.Errorf("tried %d times", tries)
		}
		s.file("a")
	})
}

func TestAGalleryTakesFewConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		now, most := 0, 0
		turn := make(chan int, 1)
		turn <- 0
		count := func(by int) {
			<-turn
			now += by
			most = max(most, now)
			turn <- 0
		}
		done := make(chan error, 20)
		for i := range 20 {
			go func() {
				_, err := s.cache.file(t.Context(), fmt.Sprint(i), []string{".txt"}, func(ctx context.Context, base string) (string, error) {
					count(1)
					defer count(-1)
					time.Sleep(time.Second) // sleep: the bubble's clock
					return base, os.WriteFile(base, nil, 0o600)
				})
				done <- err
			}()
		}
		for range 20 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if most != 2 {
			t.Errorf("%d were fetched at once", most)
		}
	})
}

// What a power cut has left of a file that was not on disk yet is not believed: it is
// fetched again, once for all who ask.
func TestWhatIsNotWholeIsFetchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(t)
		fetched := 0
		ask := func() {
			b, mine, err := s.cache.contents(t.Context(), "a.json", func(b []byte) bool { return json.Valid(b) },
				func() ([]byte, error) {
					fetched++
					time.Sleep(time.Second) // sleep: the bubble's clock
					return []byte(`{"a":1}`), nil
				})
			if err != nil || string(b) != `{"a":1}` {
				t.Errorf("%q, %v", b, err)
			}
			if mine {
				if err := s.cache.keep("a.json", b); err != nil {
					t.Error(err)
				}
			}
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(ask)
		}
		all.Wait()
		ask()
		if fetched != 1 || !slices.Equal(s.holds(), []string{"a.json"}) {
			t.Errorf("fetched %d times; it holds %q", fetched, s.holds())
		}
		for _, left := range []string{"", "\x00\x00\x00\x00\x00\x00\x00", `{"a":`} {
			fetched = 0
			if err := os.WriteFile(filepath.Join(s.dir, "a.json"), []byte(left), 0o600); err != nil {
				t.Fatal(err)
			}
			ask()
			ask()
			if fetched != 1 {
				t.Errorf("of %q: fetched %d times", left, fetched)
			}
		}
	})
}
