package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/control"
)

// The aims of the desktop, beside a bare Fyne app that is built the same way.
const (
	aimMapped = 1.25 // times its time from the start to a window on the screen
	aimHidden = 1.3  // times its resident memory in the tray, before and after it was used
	aimIdle   = 0.2  // % of a core above its idle time
)

// starts is how often each window is opened.
const starts = 9

// window measures the desktop on a screen in memory.
func window(ctx context.Context, o options, r *report) (err error) {
	if runtime.GOOS != "linux" {
		r.figure("desktop", "only measured on Linux")
		return nil
	}
	w, err := newWorld(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	d, err := newDesktop(w.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.hostTray(); err != nil {
		return err
	}
	s, err := newScreen(ctx, w)
	if err != nil {
		return err
	}
	defer s.close()
	dormer, bare, err := s.build(ctx)
	if err != nil {
		return err
	}
	if err := s.account(ctx, dormer); err != nil {
		return err
	}

	took := map[string][]time.Duration{}
	for n := range starts + 1 {
		for title, program := range map[string]string{"Dormer": dormer, "Bare": bare} {
			t, err := s.mapped(ctx, title, program)
			if err != nil {
				return err
			}
			if n > 0 { // the first is for warmth
				took[title] = append(took[title], t)
			}
		}
	}
	ratio := float64(median(took["Dormer"])) / float64(median(took["Bare"]))
	r.figure("desktop: start to window, Dormer and a bare Fyne app", text(median(took["Dormer"]))+", "+text(median(took["Bare"])))
	r.aim("desktop: the same, ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("<= %.2f", aimMapped), ratio <= aimMapped)
	if err := s.hidden(ctx, o, r, dormer, bare); err != nil {
		return err
	}
	return s.used(ctx, r, dormer, bare)
}

// used measures both in the tray after their windows were shown and closed,
// Dormer's with all of its pages.
func (s *screen) used(ctx context.Context, r *report, dormer, bare string) error {
	manager := s.command(ctx, "openbox")
	if err := manager.Start(); err != nil {
		return err
	}
	defer end(manager)
	var rss [2]int64
	for i, title := range []string{"Dormer", "Bare"} {
		var err error
		if rss[i], err = s.closed(ctx, title, []string{dormer, bare}[i]); err != nil {
			return err
		}
	}
	ratio := float64(rss[0]) / float64(rss[1])
	r.figure("desktop: resident in the tray after use, Dormer and bare", megabytes(rss[0])+", "+megabytes(rss[1]))
	r.aim("desktop: the same, ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("<= %.1f", aimHidden), ratio <= aimHidden)
	return nil
}

// closed gives the resident memory of a program whose window was shown, was
// sent the keys of every page, and was closed.
func (s *screen) closed(ctx context.Context, title, program string) (int64, error) {
	if err := s.gone(ctx); err != nil {
		return 0, err
	}
	p := s.command(ctx, program)
	if err := p.Start(); err != nil {
		return 0, err
	}
	defer end(p)
	if err := s.seen(ctx, title); err != nil {
		return 0, err
	}
	steps := [][]string{{"xdotool", "search", "--onlyvisible", "--name", "^" + title + "$", "windowactivate", "--sync"}}
	for _, page := range "234561" {
		steps = append(steps, []string{"xdotool", "key", "ctrl+" + string(page)})
	}
	steps = append(steps, []string{"wmctrl", "-F", "-c", title})
	for _, step := range steps {
		if out, err := s.command(ctx, step[0], step[1:]...).CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s: %w: %s", strings.Join(step, " "), err, out)
		}
		if err := wait(ctx, 2*time.Second); err != nil { // it draws
			return 0, err
		}
	}
	if err := wait(ctx, settle); err != nil {
		return 0, err
	}
	if s.visible(ctx, title) {
		return 0, fmt.Errorf("%s has not closed its window into the tray", title)
	}
	memory, err := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", p.Process.Pid))
	return memory["Rss"], err
}

// hidden measures both in the tray, at the same time.
func (s *screen) hidden(ctx context.Context, o options, r *report, dormer, bare string) error {
	programs := []*exec.Cmd{s.command(ctx, dormer, "--hidden"), s.command(ctx, bare, "-hidden")}
	for _, p := range programs {
		if err := p.Start(); err != nil {
			return err
		}
		defer end(p)
	}
	c, err := dial(ctx, s.socket())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := wait(ctx, settle); err != nil {
		return err
	}
	var rss [2]int64
	var used [2]time.Duration
	for i, p := range programs {
		if used[i], err = processor(p.Process.Pid); err != nil {
			return err
		}
	}
	if err := wait(ctx, o.idle); err != nil {
		return err
	}
	for i, p := range programs {
		now, err := processor(p.Process.Pid)
		if err != nil {
			return err
		}
		used[i] = now - used[i]
		memory, err := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", p.Process.Pid))
		if err != nil {
			return err
		}
		rss[i] = memory["Rss"]
	}
	ratio := float64(rss[0]) / float64(rss[1])
	r.figure("desktop: resident in the tray, Dormer and bare", megabytes(rss[0])+", "+megabytes(rss[1]))
	r.aim("desktop: the same, ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("<= %.1f", aimHidden), ratio <= aimHidden)
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / o.idle.Seconds() }
	more := share(used[0] - used[1])
	r.figure("desktop: idle in the tray, Dormer and bare", fmt.Sprintf("%.2f %%, %.2f %% of a core", share(used[0]), share(used[1])))
	r.aim("desktop: the same, Dormer above bare", fmt.Sprintf("%.2f %%", more), fmt.Sprintf("<= %.1f %%", aimIdle), more <= aimIdle)
	return nil
}

// screen is a screen in memory with what is shown on it.
type screen struct {
	w       *world
	xvfb    *exec.Cmd
	display string
}

func newScreen(ctx context.Context, w *world) (*screen, error) {
	for _, program := range []string{"Xvfb", "xdotool", "openbox", "wmctrl"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%s is missing; scripts/packages says what to install", program)
		}
	}
	for _, dir := range []string{"run", "config", "cache"} {
		if err := os.MkdirAll(filepath.Join(w.dir, dir), 0o700); err != nil {
			return nil, err
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	s := &screen{w: w, xvfb: exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset")}
	s.xvfb.ExtraFiles = []*os.File{write}
	err = s.xvfb.Start()
	_ = write.Close() // it has its own
	if err != nil {
		return nil, err
	}
	number := make([]byte, 16)
	_ = read.SetReadDeadline(time.Now().Add(patience)) // a pipe takes one
	n, err := io.ReadAtLeast(read, number, 2)
	if err != nil {
		s.close()
		return nil, fmt.Errorf("the display of Xvfb does not come: %w", err)
	}
	s.display = ":" + strings.TrimSpace(string(number[:n]))
	return s, nil
}

func (s *screen) close() { end(s.xvfb) }

// end ends a program and waits for it.
func end(p *exec.Cmd) {
	_ = p.Process.Signal(os.Interrupt) // it may have ended by itself
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = p.Wait() // interrupted
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = p.Process.Kill() // the last means
		<-done
	}
}

// build makes both programs, the same way.
func (s *screen) build(ctx context.Context) (dormer, bare string, err error) {
	dormer, bare = filepath.Join(s.w.dir, "dormer"), filepath.Join(s.w.dir, "bare")
	for out, from := range map[string]string{dormer: ".", bare: "./internal/bench/bare"} {
		build := exec.CommandContext(ctx, "go", "build", "-tags", "gles", "-trimpath", "-o", out, from)
		if said, err := build.CombinedOutput(); err != nil {
			return "", "", fmt.Errorf("%s cannot be built: %w\n%s", from, err, said)
		}
	}
	return dormer, bare, nil
}

func (s *screen) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program, args...)
	c.Env = []string{
		"HOME=" + s.w.dir, "PATH=" + os.Getenv("PATH"), "DISPLAY=" + s.display, "LANG=C.UTF-8", "FYNE_SCALE=1", "FYNE_THEME=light", "LIBGL_ALWAYS_SOFTWARE=1",
		"XDG_RUNTIME_DIR=" + filepath.Join(s.w.dir, "run"), "XDG_CONFIG_HOME=" + filepath.Join(s.w.dir, "config"), "XDG_CACHE_HOME=" + filepath.Join(s.w.dir, "cache"),
		"DBUS_SESSION_BUS_ADDRESS=" + os.Getenv("DBUS_SESSION_BUS_ADDRESS"),
	}
	for name, value := range s.w.environ() {
		c.Env = append(c.Env, name+"="+value)
	}
	return c
}

func (s *screen) socket() string {
	return filepath.Join(s.w.environ()["DORMER_DATA_DIR"], "control.sock")
}

// account signs in, so that every later start is that of any morning.
func (s *screen) account(ctx context.Context, dormer string) error {
	p := s.command(ctx, dormer, "--hidden")
	if err := p.Start(); err != nil {
		return err
	}
	defer end(p)
	c, err := dial(ctx, s.socket())
	if err != nil {
		return err
	}
	defer c.Close()
	return s.w.signIn(ctx, c)
}

// mapped opens a window and gives how long it took until it could be seen.
func (s *screen) mapped(ctx context.Context, title, program string) (time.Duration, error) {
	if err := s.gone(ctx); err != nil {
		return 0, err
	}
	p := s.command(ctx, program)
	began := time.Now()
	if err := p.Start(); err != nil {
		return 0, err
	}
	defer end(p)
	if err := s.seen(ctx, title); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

// gone waits until the Dormer before has ended.
func (s *screen) gone(ctx context.Context) error {
	for {
		_, err := control.Dial(ctx, s.socket())
		if errors.Is(err, control.ErrNotRunning) {
			return nil
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// seen waits until a window is on the screen.
func (s *screen) seen(ctx context.Context, title string) error {
	for began := time.Now(); time.Since(began) < patience; {
		if s.visible(ctx, title) {
			return nil
		}
	}
	return fmt.Errorf("%s shows no window", title)
}

// visible says whether a window is on the screen.
func (s *screen) visible(ctx context.Context, title string) bool {
	out, err := s.command(ctx, "xdotool", "search", "--onlyvisible", "--name", "^"+title+"$").Output()
	return err == nil && len(strings.Fields(string(out))) > 0
}

// hostTray takes tray icons and shows none.
func (d *desktop) hostTray() error {
	const name, path = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
	nothing := func(string) *dbus.Error { return nil }
	err := errors.Join(
		d.conn.ExportMethodTable(map[string]any{"RegisterStatusNotifierItem": nothing, "RegisterStatusNotifierHost": nothing}, path, name),
		d.conn.ExportMethodTable(map[string]any{
			"Get": func(_, property string) (dbus.Variant, *dbus.Error) {
				return dbus.MakeVariant(property == "IsStatusNotifierHostRegistered"), nil
			},
		}, path, "org.freedesktop.DBus.Properties"),
	)
	if err != nil {
		return err
	}
	_, err = d.conn.RequestName(name, dbus.NameFlagDoNotQueue)
	return err
}
