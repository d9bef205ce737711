package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"dormer/internal/control"
	"dormer/storage"
)

// aimPrivate is the most private memory of the idle program, in bytes.
const aimPrivate = 40 << 20

// settle is how long the program may tidy up after its start.
const settle = 15 * time.Second

// idle measures what the shipped program without a window takes while nothing
// happens.
func idle(ctx context.Context, o options, r *report) (err error) {
	if runtime.GOOS != "linux" {
		r.figure("idle program", "only measured on Linux")
		return nil
	}
	w, err := newWorld(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	data := w.environ()["DORMER_DATA_DIR"]
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	size, err := fill(ctx, filepath.Join(data, "dormer.db"), o.stored)
	if err != nil {
		return err
	}
	binary := o.binary
	if binary == "" {
		binary = filepath.Join(w.dir, "dormer")
		build := exec.CommandContext(ctx, "go", "build", "-tags", "nogui", "-trimpath", "-o", binary, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("the program cannot be built: %w\n%s", err, out)
		}
	}
	run := exec.CommandContext(ctx, binary, "run", "--headless")
	run.Env = []string{"HOME=" + w.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range w.environ() {
		run.Env = append(run.Env, name+"="+value)
	}
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 5 * time.Second
	began := time.Now()
	if err := run.Start(); err != nil {
		return err
	}
	defer func() {
		_ = run.Process.Signal(os.Interrupt) // it may have ended by itself
		err = errors.Join(err, run.Wait())
	}()
	c, err := dial(ctx, filepath.Join(data, "control.sock"))
	if err != nil {
		return err
	}
	defer c.Close()
	if err := w.signIn(ctx, c); err != nil {
		return err
	}
	r.figure("idle program: ready, with the sign-in, after", text(time.Since(began)))
	if err := wait(ctx, settle); err != nil {
		return err
	}
	before, err := processor(run.Process.Pid)
	if err != nil {
		return err
	}
	if err := wait(ctx, o.idle); err != nil {
		return err
	}
	after, err := processor(run.Process.Pid)
	if err != nil {
		return err
	}
	memory, err := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", run.Process.Pid))
	if err != nil {
		return err
	}
	private := max(memory["Anonymous"], memory["Private_Dirty"]) + memory["SwapPss"]
	what := fmt.Sprintf("idle program, %d events stored: ", o.stored)
	r.figure(what+"its database", megabytes(size))
	r.aim(what+"private memory", megabytes(private), "< "+megabytes(aimPrivate), private < aimPrivate)
	r.figure(what+"mapped pages of database and program", megabytes(memory["Rss"]-memory["Anonymous"]))
	r.figure(what+"processor", fmt.Sprintf("%.2f %% of one", 100*(after-before).Seconds()/o.idle.Seconds()))
	return nil
}

// fill makes a database of n events of n/100 jobs, which were finished long ago.
func fill(ctx context.Context, path string, n int) (size int64, err error) {
	if err := fillLog(ctx, path, n); err != nil {
		return 0, err
	}
	if _, err := readLog(ctx, path, storage.Options{}); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// dial waits until Dormer can be talked to.
func dial(ctx context.Context, socket string) (*control.Client, error) {
	for end := time.Now().Add(patience); ; {
		c, err := control.Dial(ctx, socket)
		if !errors.Is(err, control.ErrNotRunning) || time.Now().After(end) {
			return c, err
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// kilobytes reads the lines "Name:  123 kB" of a file in /proc, as bytes.
func kilobytes(path string) (map[string]int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all := map[string]int64{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64); err == nil {
			all[name] = n << 10
		}
	}
	return all, lines.Err()
}

// processor gives the time that a process's threads have had a processor for.
func processor(pid int) (sum time.Duration, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	for _, path := range threads {
		b, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(b), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }
