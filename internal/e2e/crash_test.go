//go:build unix

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/simulator"
	"dormer/storage"
)

// soakRounds names, in the environment, how often Dormer is killed: `make soak`
// sets it.
const soakRounds = "DORMER_SOAK_ROUNDS"

// roundsEach is how often it is killed on one computer: so that many first
// starts are among the rounds, and no store becomes long to read.
const roundsEach = 10

// TestNoNewsIsLostHoweverOftenDormerIsKilled posts numbered events through the
// tunnel while Dormer is killed at moments that nobody chose, and looks into its
// store after every kill and at the end. A kill does not test the fsync: the
// kernel keeps what was written (see the power cuts in package storage).
func TestNoNewsIsLostHoweverOftenDormerIsKilled(t *testing.T) {
	t.Parallel()
	rounds := 20
	if s := os.Getenv(soakRounds); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil || rounds < 1 {
			t.Fatalf("%s=%s is not a number of rounds", soakRounds, s)
		}
	}
	began := time.Now()
	var all tally
	t.Run("computers", func(t *testing.T) {
		for n := 0; n*roundsEach < rounds; n++ {
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				all.add(killOften(t, min(roundsEach, rounds-n*roundsEach)))
			})
		}
	})
	t.Logf("%s, %.0f s", &all, time.Since(began).Seconds())
	if all.acknowledged == 0 || all.interrupted == 0 || all.happenings == 0 {
		t.Error("nothing was put to the test")
	}
}

// tally counts what was tried and what became of it.
type tally struct {
	mu                                           sync.Mutex // protects what follows
	rounds, acknowledged, lost, disorders        int
	interrupted, happenings, alerts, files, more int
}

func (a *tally) add(b *tally) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rounds += b.rounds
	a.acknowledged += b.acknowledged
	a.lost += b.lost
	a.disorders += b.disorders
	a.interrupted += b.interrupted
	a.happenings += b.happenings
	a.alerts += b.alerts
	a.files += b.files
	a.more += b.more
}

func (a *tally) String() string {
	return fmt.Sprintf("%d kills, %d events answered 200, %d lost, %d checks of the store failed, %d kills left work behind, %d happenings, %d alerts of them, %d PDFs, %d on disk beyond those",
		a.rounds, a.acknowledged, a.lost, a.disorders, a.interrupted, a.happenings, a.alerts, a.files, a.more)
}

// sender posts numbered events.
type sender struct {
	c       *computer
	dice    *rand.Rand                     // only under mu
	mu      sync.Mutex                     // protects what follows
	number  int                            // of the last event
	kept    map[int]string                 // the bodies that were answered 200
	open    []hover.JobID                  // that Hover works on
	ended   map[hover.JobID]hover.JobState // as Hover ended them
	refused map[string]int                 // how often what else was answered
	wake    chan struct{}                  // something was answered 200; has room for one
}

// next makes the next event; one in ten ends a job.
func (s *sender) next() (number int, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	if len(s.open) < 4 {
		s.open = append(s.open, s.c.hover.AddJob(simulator.JobSpec{State: hover.JobWorking}))
	}
	i := s.dice.IntN(len(s.open))
	id, state := s.open[i], hover.JobWorking
	if s.dice.IntN(10) == 0 {
		s.open = slices.Delete(s.open, i, i+1)
		s.c.hover.Quietly(func() {
			var err error
			switch state = hover.JobCompleted; s.dice.IntN(8) {
			case 0:
				state = hover.JobFailed
				err = s.c.hover.FailJob(id, "Too dark.")
			case 1:
				state = hover.JobCancelled
				err = s.c.hover.SetJobState(id, state)
			default:
				err = s.c.hover.CompleteJob(id)
			}
			if err != nil {
				s.c.t.Error(err)
			}
		})
		s.ended[id] = state
	}
	return s.number, fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":%q,"n":%d}`, id, state, s.number)
}

// post sends events, one after the other, until ctx ends. One that was being
// sent then counts if it was answered.
func (s *sender) post(ctx context.Context) {
	for ctx.Err() == nil {
		n, body := s.next()
		status, err := s.c.hover.Emit(context.WithoutCancel(ctx), body, simulator.Delivery{})
		s.mu.Lock()
		if err == nil && status == 200 {
			s.kept[n] = string(body)
		} else {
			s.refused[fmt.Sprint(status)]++
		}
		s.mu.Unlock()
		if err == nil && status == 200 {
			select {
			case s.wake <- struct{}{}:
			default:
			}
			continue
		}
		select { // nobody is there
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

func (s *sender) answered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

// until waits until n more events were answered 200.
func (s *sender) until(n int) {
	s.c.t.Helper()
	end := time.After(patience)
	for have := s.answered(); s.answered() < have+n; {
		select {
		case <-s.wake:
		case <-end:
			s.c.t.Fatalf("no event is answered 200, but %v", s.refused)
		}
	}
}

// killOften lives through the rounds of one computer.
func killOften(t *testing.T, rounds int) *tally {
	seed := rand.Uint64()
	c := newComputer(t, simulator.Empty())
	c.hover.SetFaults(func(f *simulator.Faults) { f.RateLimit = 0 })
	c.signedIn()
	s := &sender{
		c: c, dice: rand.New(rand.NewPCG(seed, 0)), kept: map[int]string{}, ended: map[hover.JobID]hover.JobState{},
		refused: map[string]int{}, wake: make(chan struct{}, 1),
	}
	dice := rand.New(rand.NewPCG(seed, 1))
	sum := &tally{}
	for range rounds {
		ctx, cancel := context.WithCancel(t.Context())
		var posting sync.WaitGroup
		if c.process == nil {
			c.launch()
		}
		// Where it strikes: while it starts, while it receives, or while it works
		// on what it has received.
		switch where := dice.IntN(5); where {
		case 0:
			<-time.After(time.Duration(dice.IntN(300)) * time.Millisecond)
		default:
			for range 4 {
				posting.Go(func() { s.post(ctx) })
			}
			s.until(1 + dice.IntN(40))
			if where < 3 {
				<-time.After(time.Duration(dice.IntN(5000)) * time.Microsecond)
				break
			}
			cancel()
			posting.Wait()
			<-time.After(time.Duration(dice.IntN(1200)) * time.Millisecond)
		}
		c.kill()
		cancel()
		posting.Wait()
		sum.rounds++
		s.audit(sum)
	}

	c.start()
	s.mu.Lock()
	ended := maps.Clone(s.ended)
	s.mu.Unlock()
	c.within(4*patience, "all is told and nothing is left to do", func(d *control.Client) bool {
		st, err := d.Status(t.Context())
		return err == nil && st.Work == (health.WorkStatus{}) && !st.CatchUp.Behind
	})
	c.stop()
	s.audit(sum)
	s.auditNews(sum, ended)
	if t.Failed() {
		t.Logf("the dice began with %d", seed)
	}
	sum.acknowledged = len(s.kept)
	return sum
}

// inStore reads the store of a Dormer that does not run.
func (s *sender) inStore(read func(*storage.Tx) error) error {
	store, err := storage.Open(filepath.Join(s.c.data, "dormer.db"), storage.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(store.Check(), store.View(read), store.Close())
}

// audit looks for what was answered 200, and counts whether work was left.
func (s *sender) audit(sum *tally) {
	stored := map[string]bool{}
	alerts := map[string]int{}
	err := s.inStore(func(tx *storage.Tx) error {
		for e, err := range tx.Log(0) {
			if err != nil {
				return err
			}
			stored[string(e.Body)] = true
		}
		for a, err := range tx.Alerts(storage.AlertQuery{}) {
			if err != nil {
				return err
			}
			if a.Kind != job.Summary {
				alerts[fmt.Sprintf("job %s is %s", a.Job, a.Kind)]++
			}
		}
		pending, _, err := tx.WorkCounts()
		if pending > 0 {
			sum.interrupted++
		}
		return err
	})
	if err != nil {
		sum.disorders++
		s.c.t.Errorf("the store after a kill: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, body := range s.kept {
		if !stored[body] {
			sum.lost++
			s.c.t.Errorf("event %d was answered 200 and is lost", n)
		}
	}
	for what, n := range alerts {
		if n > 1 {
			s.c.t.Errorf("that %s is told %d times", what, n)
		}
	}
}

// auditNews compares what people were told, and the PDFs that they were given,
// with what happened at Hover.
func (s *sender) auditNews(sum *tally, ended map[hover.JobID]hover.JobState) {
	t := s.c.t
	sum.happenings = len(ended)
	told := map[hover.JobID][]string{}
	saved := map[string]string{} // path -> sum
	err := s.inStore(func(tx *storage.Tx) error {
		for a, err := range tx.Alerts(storage.AlertQuery{}) {
			if err != nil {
				return err
			}
			if a.Kind != job.Summary {
				told[a.Job] = append(told[a.Job], string(a.Kind))
				sum.alerts++
			}
		}
		for id, state := range s.c.hover.Jobs() {
			if j, known, err := tx.Job(id); err != nil || !known && state.Finished() || known && j.State != state {
				t.Errorf("job %s is %s at Hover and %q here: %v", id, state, j.State, err)
			}
			files, err := tx.Files(id)
			if err != nil {
				return err
			}
			pdfs := 0
			for _, f := range files {
				if f.State == storage.FileSaved {
					saved[f.Path] = f.SHA256
					pdfs++
				}
			}
			if want := ended[id] == hover.JobCompleted; want != (pdfs == 1) {
				t.Errorf("job %s is %s and has %d PDFs", id, state, pdfs)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for id, state := range ended {
		if want := []string{string(state)}; !slices.Equal(told[id], want) {
			t.Errorf("job %s: told %q, want %q", id, told[id], want)
		}
		delete(told, id)
	}
	for id, kinds := range told {
		t.Errorf("job %s has not ended: told %q", id, kinds)
	}
	sum.files = len(saved)
	for path, want := range saved {
		b, err := os.ReadFile(path)
		if got := sha256.Sum256(b); err != nil || hex.EncodeToString(got[:]) != want || !strings.HasPrefix(string(b), "%PDF-") {
			t.Errorf("%s is not what was saved: %v", path, err)
		}
	}
	err = filepath.WalkDir(s.c.downloads, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && saved[path] == "" {
			sum.more++
			t.Errorf("%s belongs to no alert", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
