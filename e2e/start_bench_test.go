//go:build unix

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/storage/storagetest"
)

// BenchmarkStart measures how long it takes from starting the program to its
// first answer about its health, with databases of several sizes, closed in
// order; and, stated beside, after a kill, when all of it is read first.
//
//	go test -run '^$' -bench Start ./e2e
func BenchmarkStart(b *testing.B) {
	for _, events := range []int{0, 1_000_000} {
		dir, err := os.MkdirTemp("", "start") // b.TempDir is too long for a socket
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = os.RemoveAll(dir) })
		storagetest.Fill(b, filepath.Join(dir, "dormer.db"), events)
		p := startIn(b, dir) // the first makes secrets, ids and the webhook's path
		p.end(b, syscall.SIGTERM)
		for _, c := range []struct {
			name string
			end  syscall.Signal
		}{{"closed", syscall.SIGTERM}, {"killed", syscall.SIGKILL}} {
			b.Run(fmt.Sprintf("%s/%d", c.name, events), func(b *testing.B) {
				var took time.Duration
				startIn(b, dir).end(b, c.end)
				for b.Loop() {
					began := time.Now()
					p := startIn(b, dir)
					took += time.Since(began)
					p.end(b, c.end)
				}
				b.ReportMetric(float64(took.Microseconds())/float64(b.N)/1000, "ms/start")
				b.ReportMetric(0, "ns/op") // ending it is not what is measured
			})
		}
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
