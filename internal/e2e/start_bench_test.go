//go:build unix

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/storage/storagetest"
)

// BenchmarkStart measures how long it takes from starting the program to its
// first answer about its health, with no events and with a million, closed in
// order; and, stated beside, after a kill, when all of it is read first. The two
// are started in turn, and the medians compared: whatever else the machine does
// troubles both.
//
//	go test -run '^$' -bench Start ./e2e
func BenchmarkStart(b *testing.B) {
	sizes := []int{0, 1_000_000}
	var dirs []string
	for _, events := range sizes {
		dir, err := os.MkdirTemp("", "start") // b.TempDir is too long for a socket
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = os.RemoveAll(dir) })
		storagetest.Fill(b, filepath.Join(dir, "dormer.db"), events)
		startIn(b, dir).end(b, syscall.SIGTERM) // the first makes secrets, ids and the webhook's path
		dirs = append(dirs, dir)
	}
	for name, how := range map[string]syscall.Signal{"closed": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		b.Run(name, func(b *testing.B) {
			took := make([][]time.Duration, len(dirs))
			for _, dir := range dirs {
				startIn(b, dir).end(b, how)
			}
			for b.Loop() {
				for i, dir := range dirs {
					began := time.Now()
					p := startIn(b, dir)
					took[i] = append(took[i], time.Since(began))
					p.end(b, how)
				}
			}
			var medians []float64
			for i, all := range took {
				slices.Sort(all)
				medians = append(medians, float64(all[len(all)/2].Microseconds())/1000)
				b.ReportMetric(medians[i], fmt.Sprintf("ms/%d", sizes[i]))
			}
			b.ReportMetric(medians[1]/medians[0], "ratio")
			b.ReportMetric(0, "ns/op") // ending it is not what is measured
		})
	}
}

// startIn starts the program on a data directory and waits for its first answer.
func startIn(b *testing.B, dir string) *starter {
	b.Helper()
	cmd := exec.Command(binary, "run", "--headless", "--data-dir", dir, "--hover-url", "http://127.0.0.1:9", "--log-level", "error")
	cmd.Env = []string{"HOME=" + dir, "DORMER_SECRETS=file"}
	cmd.Stderr = os.Stderr
	dieWithUs(cmd)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		c, err := control.Dial(ctx, filepath.Join(dir, "control.sock"))
		if errors.Is(err, control.ErrNotRunning) {
			select {
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
			}
			continue
		}
		if err == nil {
			_, err = c.Status(ctx)
			_ = c.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
		return &starter{cmd}
	}
	b.Fatal("it does not answer")
	panic("unreachable")
}

type starter struct{ *exec.Cmd }

func (s *starter) end(b *testing.B, how syscall.Signal) {
	b.Helper()
	if err := s.Process.Signal(how); err != nil {
		b.Fatal(err)
	}
	_ = s.Wait() // a kill is an error
}
