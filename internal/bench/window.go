package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"dormer/internal/engine"
)

// The aims of the desktop: of all its processes in the tray, and of the window.
const (
	aimTray     = 20 << 20 // bytes of private memory
	aimTrayUsed = 0.05     // % of a core
	aimTrayWoke = 10.0     // context switches a second
	aimMapped   = 1.25     // times a bare Fyne program's start, from the click in the tray
	aimThemes   = 20 << 20 // bytes of private memory that the window grows by
	aimKey      = 16 * time.Millisecond
)

const (
	trayAfterStart = 45 * time.Second // before it is measured
	trayAfterUse   = 15 * time.Second
	clicks         = 9
	themes         = 120 // switches
	draws          = time.Second
)

// window measures the desktop, with the demo, on a screen in memory.
func window(ctx context.Context, o options, r *report) (err error) {
	if runtime.GOOS != "linux" {
		r.figure("desktop", "only measured on Linux")
		return nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := newSession(ctx, dir, o.binary)
	if err != nil {
		return err
	}
	defer s.close()
	w := &watched{session: s, r: r, o: o}
	for _, step := range []func(context.Context) error{w.start, w.inTray, w.usedAndClosed, w.clicked, w.switched} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// watched is the watcher of a demo.
type watched struct {
	*session
	r    *report
	o    options
	pid  int
	desk engine.Desk
}

// start starts the watcher into the tray.
func (w *watched) start(ctx context.Context) error {
	p := w.command(ctx, w.dormer, "--demo", "--hidden", "--data-dir", filepath.Join(w.dir, "data"))
	if err := w.beside(p); err != nil {
		return err
	}
	w.pid = p.Process.Pid
	c, err := dial(ctx, filepath.Join(w.dir, "data", "demo", "control.sock"))
	if err != nil {
		return err
	}
	w.ends = append(w.ends, func() { _ = c.Close() }) // it has no more to say
	w.desk = c
	return w.owned(ctx, fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", w.pid))
}

// inTray measures the watcher after its start beside other programs in the tray.
func (w *watched) inTray(ctx context.Context) error {
	bare := w.command(ctx, w.bare, "-hidden")
	if err := bare.Start(); err != nil {
		return err
	}
	defer end(bare)
	names, programs := []string{"Dormer", "a bare Fyne tray app"}, []string{w.dormer, w.bare}
	if path, err := exec.LookPath("syncthingtray"); err == nil {
		other := w.command(ctx, path)
		// Without settings it would ask for them in a window.
		if err := os.WriteFile(filepath.Join(w.dir, "config", "syncthingtray.ini"), []byte("[General]\nv=1.3.2\n"), 0o600); err != nil {
			return err
		}
		if err := other.Start(); err != nil {
			return err
		}
		defer end(other)
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
		names, programs = append(names, "Syncthing Tray"), append(programs, path)
	}
	if err := wait(ctx, trayAfterStart); err != nil {
		return err
	}
	return w.measure(ctx, "in the tray", names, programs)
}

// usedAndClosed measures the same after the window was opened, was sent the keys
// of every page, and was closed.
func (w *watched) usedAndClosed(ctx context.Context) error {
	bare := w.command(ctx, w.bare)
	if _, err := w.mapped(ctx, "Bare", bare.Start); err != nil {
		return err
	}
	defer end(bare)
	if err := w.x(ctx, "wmctrl", "-F", "-c", "Bare"); err != nil {
		return err
	}
	if _, err := w.mapped(ctx, "Dormer", w.open(ctx)); err != nil {
		return err
	}
	if err := w.x(ctx, "xdotool", "search", "--onlyvisible", "--name", "^Dormer$", "windowactivate", "--sync"); err != nil {
		return err
	}
	for _, page := range "234561" {
		if err := errors.Join(w.x(ctx, "xdotool", "key", "ctrl+"+string(page)), wait(ctx, draws)); err != nil {
			return err
		}
	}
	if err := w.shut(ctx); err != nil {
		return err
	}
	if err := wait(ctx, trayAfterUse); err != nil {
		return err
	}
	return w.measure(ctx, "in the tray after use", []string{"Dormer", "a bare Fyne tray app"}, []string{w.dormer, w.bare})
}

// measure reports what programs cost, and holds the first of them to the aims.
func (w *watched) measure(ctx context.Context, where string, names, programs []string) error {
	all, err := costs(ctx, w.o.idle, programs...)
	if err != nil {
		return err
	}
	seconds := w.o.idle.Seconds()
	for i, c := range all {
		used, woke := 100*c.processor.Seconds()/seconds, float64(c.switches)/seconds
		if i > 0 {
			w.r.figure(where+", "+names[i], fmt.Sprintf("%s private, %.2f %% of a core, %.1f switches a second", megabytes(c.private), used, woke))
			continue
		}
		what := fmt.Sprintf("%s, %s (%d process): ", where, names[i], c.processes)
		w.r.aim(what+"private memory", megabytes(c.private), "<= "+megabytes(aimTray), c.private <= aimTray)
		w.r.aim(what+"processor", fmt.Sprintf("%.3f %% of a core", used), fmt.Sprintf("<= %.2f %%", aimTrayUsed), used <= aimTrayUsed)
		w.r.aim(what+"context switches", fmt.Sprintf("%.1f a second", woke), fmt.Sprintf("<= %.0f", aimTrayWoke), woke <= aimTrayWoke)
	}
	return nil
}

// clicked measures the way from the tray to the window in turns with the start of
// a bare program.
func (w *watched) clicked(ctx context.Context) error {
	ours, theirs := make([]time.Duration, 0, clicks), make([]time.Duration, 0, clicks)
	for n := range clicks + 1 {
		bare := w.command(ctx, w.bare)
		t, err := w.mapped(ctx, "Bare", bare.Start)
		if err != nil {
			return err
		}
		end(bare)
		if err := wait(ctx, draws); err != nil { // the panel forgets its icon
			return err
		}
		o, err := w.mapped(ctx, "Dormer", w.open(ctx))
		if err != nil {
			return err
		}
		if err := errors.Join(wait(ctx, draws), w.shut(ctx), wait(ctx, draws)); err != nil {
			return err
		}
		if n > 0 { // the first is for warmth
			ours, theirs = append(ours, o), append(theirs, t)
		}
	}
	ratio := float64(median(ours)) / float64(median(theirs))
	w.r.figure("from a click in the tray to the window; a bare Fyne program's start", text(median(ours))+"; "+text(median(theirs)))
	w.r.aim("the same, ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("<= %.2f", aimMapped), ratio <= aimMapped)
	return nil
}

// switched measures how much a window grows when its theme changes.
func (w *watched) switched(ctx context.Context) error {
	if _, err := w.mapped(ctx, "Dormer", w.open(ctx)); err != nil {
		return err
	}
	look := func(theme string) error {
		return errors.Join(w.desk.Set(ctx, engine.Values{engine.KeyTheme: theme}), wait(ctx, draws/4))
	}
	pictures := map[string][]byte{}
	for _, theme := range []string{"dark", "light"} { // all of both has been drawn once
		if err := errors.Join(look(theme), wait(ctx, 2*draws)); err != nil {
			return err
		}
		picture, err := w.command(ctx, "import", "-window", "root", "-depth", "8", "rgb:-").Output()
		if err != nil {
			return err
		}
		pictures[theme] = picture
	}
	if bytes.Equal(pictures["dark"], pictures["light"]) {
		return errors.New("the window does not change its theme")
	}
	pids, err := processesOf(w.dormer)
	if err != nil {
		return err
	}
	pid := 0
	for _, p := range pids {
		if p != w.pid {
			pid = p
		}
	}
	before, err := privateOf(pid)
	if err != nil {
		return err
	}
	for n := range themes {
		if err := look([]string{"dark", "light"}[n%2]); err != nil {
			return err
		}
	}
	if err := wait(ctx, 5*draws); err != nil {
		return err
	}
	after, err := privateOf(pid)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("the window's private memory over %d switches of the theme", themes)
	w.r.figure(what, megabytes(before)+" to "+megabytes(after))
	w.r.aim("the same, growth", megabytes(after-before), "<= "+megabytes(aimThemes), after-before <= aimThemes)
	return w.shut(ctx)
}

// open gives a click on the watcher's icon.
func (w *watched) open(ctx context.Context) func() error {
	return func() error { return w.click(ctx, w.pid) }
}

// shut closes the window as its button does, and waits for its process's end.
func (w *watched) shut(ctx context.Context) error {
	if err := w.x(ctx, "wmctrl", "-F", "-c", "Dormer"); err != nil {
		return err
	}
	return eventually(ctx, "the end of the window's process", func() bool {
		pids, err := processesOf(w.dormer)
		return err == nil && len(pids) == 1
	})
}

// search measures a key in the search box over 100,000 jobs, across the socket. The
// benchmark that it reads gives means; the best of three counts, for the machine
// does other things.
func search(ctx context.Context, _ options, r *report) error {
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "FindJobs/.*/socket", "-count", "3", "./internal/control").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	best := map[string]time.Duration{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var nanoseconds float64
		var times int
		name, rest, _ := strings.Cut(lines.Text(), " ")
		if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%d %f ns/op", &times, &nanoseconds); err != nil || !strings.HasPrefix(name, "Benchmark") {
			continue
		}
		if took := time.Duration(nanoseconds); best[name] == 0 || took < best[name] {
			best[name] = took
		}
	}
	if len(best) == 0 {
		return fmt.Errorf("nothing was measured:\n%s", out)
	}
	var slowest time.Duration
	for _, took := range best {
		slowest = max(slowest, took)
	}
	r.aim("a key in the search over 100,000 jobs until the rows are there, across the socket", text(slowest), "< "+text(aimKey), slowest < aimKey)
	return nil
}
