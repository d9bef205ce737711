package storage_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"dormer/internal/job"
	"dormer/storage"
	"dormer/storage/storagetest"
)

// crashPath names, in the environment of the child, the store that it is to
// write to until it is killed.
const crashPath = "DORMER_STORAGE_CRASH_TEST"

// TestNothingAcknowledgedIsLostByACrash kills a writing process at points that
// nobody chose. A kill does not test the fsync: the kernel keeps what was
// written.
func TestNothingAcknowledgedIsLostByACrash(t *testing.T) {
	if path := os.Getenv(crashPath); path != "" {
		writeUntilKilled(path)
	}
	path := filepath.Join(t.TempDir(), "dormer.db")
	acknowledged := map[uint64]string{}
	for round := range 4 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), crashPath+"="+path)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var seq uint64
			var body string
			if _, err := fmt.Sscan(lines.Text(), &seq, &body); err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			acknowledged[seq] = body
			if n == 100+37*round {
				_ = child.Process.Kill() // and read on: what it has said counts
			}
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the child was not killed")
		}
		s, err := storage.Open(path, storage.Options{Fold: foldOnce})
		if err != nil {
			t.Fatal(err)
		}
		storagetest.Read(t, s)
		err = s.View(func(tx *storage.Tx) error {
			for seq, body := range acknowledged {
				e, there, err := tx.Event(seq)
				if err != nil || !there || string(e.Body) != body {
					t.Errorf("round %d: event %d is lost: %v", round, seq, err)
				}
				if times, ok := tx.Setting(foldedTimes(seq)); !ok || times != "1" {
					t.Errorf("round %d: event %d was folded %q times", round, seq, times)
				}
			}
			return nil
		})
		if err := errors.Join(err, s.Check(), s.Close()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	storagetest.OpenAt(t, path, storage.Options{})
}

// foldOnce is a fold that notes how often an event was folded.
func foldOnce(tx *storage.Tx, e storage.Event) error {
	times, _ := tx.Setting(foldedTimes(e.Seq))
	return errors.Join(tx.PutSetting(foldedTimes(e.Seq), times+"1"), tx.PutJob(job.Job{ID: e.Job}),
		tx.Enqueue(storage.Work{Kind: "refresh", Key: e.Job.String()}))
}

func foldedTimes(seq uint64) string { return fmt.Sprint("folded ", seq) }

func writeUntilKilled(path string) {
	s, err := storage.Open(path, storage.Options{Fold: foldOnce})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go func() {
		for range s.Grown() {
			if _, err := s.Read(context.Background(), 20, nil); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}()
	var mu sync.Mutex // protects stdout's lines
	for writer := range 8 {
		go func() {
			for i := 0; ; i++ {
				body := strconv.Itoa(writer) + "-" + strconv.Itoa(i)
				e, err := s.Append(context.Background(), storage.Event{Job: "1", Body: []byte(body)})
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(e.Seq, body)
				mu.Unlock()
			}
		}()
	}
	select {}
}
