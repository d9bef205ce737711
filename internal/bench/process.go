package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"dormer/storage"
)

// aimPrivate is the most private memory of the idle program.
const aimPrivate = size(40 << 20)

// settle is how long the program may tidy up after its start.
const settle = 15 * time.Second

// onLinux says whether what is measured of processes can be.
func (b *bench) onLinux(what string) bool {
	if runtime.GOOS != "linux" {
		b.figure(what, "only measured on Linux")
	}
	return runtime.GOOS == "linux"
}

// build builds a program of this module.
func (b *bench) build(to, from, tags string, env ...string) {
	build := exec.CommandContext(b.ctx, "go", "build", "-tags", tags, "-trimpath", "-o", to, from)
	build.Env = append(os.Environ(), env...)
	if out, err := build.CombinedOutput(); err != nil {
		check(fmt.Errorf("%s cannot be built: %w\n%s", from, err, out))
	}
}

// idle measures what the shipped program without a window takes while nothing
// happens.
func idle(b *bench) {
	if !b.onLinux("idle program") {
		return
	}
	w := b.newWorld("")
	data := w.env["DORMER_DATA_DIR"]
	database := filepath.Join(data, "dormer.db")
	b.fillLog(database)
	b.readLog(database, storage.Options{})
	what := fmt.Sprintf("idle program, %d events stored: ", b.stored)
	b.figure(what+"its database", size(must(os.Stat(database)).Size()))
	program := b.binary
	if program == "" {
		program = filepath.Join(w.dir, "dormer")
		b.build(program, ".", "nogui", "CGO_ENABLED=0")
	}
	run := exec.CommandContext(b.ctx, program, "run", "--headless")
	run.Env = []string{"HOME=" + w.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range w.env {
		run.Env = append(run.Env, name+"="+value)
	}
	began := time.Now()
	b.beside(run)
	w.signIn(b.dial(data))
	b.figure("idle program: ready, with the sign-in, after", time.Since(began))
	b.wait(settle)
	c := b.costs(program)[0]
	atMost(b.report, what+"private memory", c.private, aimPrivate)
	b.figure(what+"mapped pages of database and program", c.mapped)
	b.figure(what+"processor", c.processor)
}

// cost is what all processes of a program take over a span.
type cost struct {
	processes       int
	private, mapped size // memory at its end: of nobody else, and of files
	processor       percent
	switches        often // of context: anything of it was woken or interrupted
}

// spent is what they have taken since they began.
type spent struct {
	processes int
	processor time.Duration
	switches  int64
}

// costs gives what programs cost while nothing happens.
func (b *bench) costs(programs ...string) (all []cost) {
	var before []spent
	for _, p := range programs {
		before = append(before, spentBy(p))
	}
	b.wait(b.idle)
	seconds := b.idle.Seconds()
	for i, p := range programs {
		now := spentBy(p)
		if now.processes == 0 || now.processes != before[i].processes {
			check(fmt.Errorf("%s had %d processes and has %d", p, before[i].processes, now.processes))
		}
		c := cost{
			processes: now.processes,
			processor: percent(100 * (now.processor - before[i].processor).Seconds() / seconds),
			switches:  often(float64(now.switches-before[i].switches) / seconds),
		}
		for _, pid := range processesOf(p) {
			private, mapped := memoryOf(pid)
			c.private, c.mapped = c.private+private, c.mapped+mapped
		}
		all = append(all, c)
	}
	return all
}

func spentBy(program string) (s spent) {
	for _, pid := range processesOf(program) {
		s.processes++
		for _, thread := range must(filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))) {
			running, _, _ := strings.Cut(must(read(thread+"/schedstat")), " ")
			n, _ := strconv.ParseInt(running, 10, 64) // none where the thread has ended
			s.processor += time.Duration(n)
			status := fields(must(read(thread + "/status")))
			s.switches += status["voluntary_ctxt_switches"] + status["nonvoluntary_ctxt_switches"]
		}
	}
	return s
}

// processesOf gives the processes that run a program.
func processesOf(program string) (pids []int) {
	for _, link := range must(filepath.Glob("/proc/[0-9]*/exe")) {
		if to, err := os.Readlink(link); err == nil && to == program { // else it is another user's, or has ended
			pids = append(pids, must(strconv.Atoi(filepath.Base(filepath.Dir(link)))))
		}
	}
	return pids
}

func memoryOf(pid int) (private, mapped size) {
	m := fields(must(read(fmt.Sprintf("/proc/%d/smaps_rollup", pid))))
	return size(max(m["Anonymous"], m["Private_Dirty"]) + m["SwapPss"]), size(m["Rss"] - m["Anonymous"])
}

// read reads a file of /proc, nothing of what has ended.
func read(path string) (string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return string(b), err
}

// fields reads lines like "Name:  123 kB", as bytes, and "Name:  123".
func fields(text string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		number, kilobytes := strings.CutSuffix(strings.TrimSpace(value), " kB")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			continue
		}
		if kilobytes {
			n <<= 10
		}
		all[name] = n
	}
	return all
}

// beside starts a program that ends with the part.
func (b *bench) beside(p *exec.Cmd) {
	check(p.Start())
	b.after(func() error { end(p); return nil })
}

// end ends a program and waits for it.
func end(p *exec.Cmd) {
	late := time.AfterFunc(5*time.Second, func() { _ = p.Process.Kill() }) // the last means
	defer late.Stop()
	_ = p.Process.Signal(os.Interrupt) // it may have ended by itself
	_ = p.Wait()                       // interrupted
}
