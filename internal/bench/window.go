package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/engine"
)

// The aims of the desktop: of all its processes in the tray, and of the window.
const (
	aimTray     = size(20 << 20) // of private memory
	aimTrayUsed = percent(0.05)
	aimTrayWoke = often(10)
	aimMapped   = 1.25           // times a bare Fyne program's start, from the click in the tray
	aimThemes   = size(20 << 20) // of private memory that the window grows by
	aimKey      = 16 * time.Millisecond
)

const (
	trayAfterStart = 45 * time.Second // before it is measured
	trayAfterUse   = 15 * time.Second
	clicks         = 9
	themes         = 120 // switches
	draws          = time.Second
)

// session is a person's: a screen in memory, a window manager, a panel that shows tray
// icons, and both programs, built the same way, of which one is a demo's watcher.
type session struct {
	*bench
	dir          string
	dormer, bare string // the programs
	display      string
	bus          *dbus.Conn
	maps         chan time.Time // when anything came onto the screen
	pid          int            // the watcher's
	desk         engine.Desk
}

// panelSettings give xfce4-panel a tray and nothing else.
const panelSettings = `<channel name="xfce4-panel" version="1.0">
<property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/><property name="panel-1" type="empty">
<property name="position" type="string" value="p=10;x=0;y=0"/><property name="length" type="uint" value="100"/>
<property name="plugin-ids" type="array"><value type="int" value="1"/></property></property></property>
<property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>`

// window measures the desktop, with the demo, on a screen in memory.
func window(b *bench) {
	if !b.onLinux("desktop") {
		return
	}
	s := b.newSession()
	s.startHidden()
	s.inTray()
	s.usedAndClosed()
	s.clicked()
	s.switched()
}

// newSession builds the programs, but for a Dormer that is there already, and sets a
// session up.
func (b *bench) newSession() *session {
	settings := must(filepath.Glob("/usr/lib/*/xfce4/xfconf/xfconfd"))
	for _, program := range []string{"Xvfb", "xev", "xdotool", "openbox", "wmctrl", "xfce4-panel", "import"} {
		if _, err := exec.LookPath(program); err != nil || len(settings) == 0 {
			check(fmt.Errorf("%s or xfconf is missing; scripts/setup installs it", program))
		}
	}
	dir := b.dir()
	s := &session{bench: b, dir: dir, dormer: b.binary, maps: make(chan time.Time, 1000)}
	s.bare = filepath.Join(dir, "bare")
	b.build(s.bare, "./internal/bench/bare", "gles")
	if s.dormer == "" {
		s.dormer = filepath.Join(dir, "dormer")
		b.build(s.dormer, ".", "gles")
	}
	s.bus, _ = b.newDesktop(dir)
	xfconf := filepath.Join(dir, "config/xfce4/xfconf/xfce-perchannel-xml")
	for _, d := range []string{xfconf, filepath.Join(dir, "run"), filepath.Join(dir, "cache")} {
		check(os.MkdirAll(d, 0o700))
	}
	check(os.WriteFile(filepath.Join(xfconf, "xfce4-panel.xml"), []byte(panelSettings), 0o600))
	s.xvfb()
	s.watchMaps()
	b.beside(s.command("openbox"))
	b.beside(s.command(settings[0]))
	s.owned("org.xfce.Xfconf")
	b.beside(s.command("xfce4-panel", "--disable-wm-check"))
	s.owned("org.kde.StatusNotifierWatcher")
	return s
}

// xvfb starts the screen.
func (s *session) xvfb() {
	read, write, err := os.Pipe()
	check(err)
	defer read.Close()
	p := exec.CommandContext(s.ctx,
		"Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset")
	p.ExtraFiles = []*os.File{write}
	s.beside(p)
	_ = write.Close() // it has its own
	number := make([]byte, 16)
	_ = read.SetReadDeadline(time.Now().Add(patience)) // a pipe takes one
	n := must(io.ReadAtLeast(read, number, 2))
	s.display = ":" + strings.TrimSpace(string(number[:n]))
}

// watchMaps notes when anything comes onto the screen.
func (s *session) watchMaps() {
	p := s.command("xev", "-root", "-event", "substructure")
	out := must(p.StdoutPipe())
	go func() { // ends with xev
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "MapNotify") {
				s.maps <- time.Now()
			}
		}
	}()
	s.beside(p)
}

// owned waits until somebody has a name on the bus.
func (s *session) owned(name string) {
	s.eventually(name+" on the bus", func() (has bool) {
		err := s.bus.BusObject().CallWithContext(s.ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
		return err == nil && has
	})
}

func (s *session) command(program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(s.ctx, program, args...)
	c.Env = []string{
		"HOME=" + s.dir, "PATH=" + os.Getenv("PATH"), "DISPLAY=" + s.display, "LANG=C.UTF-8",
		"FYNE_SCALE=1", "LIBGL_ALWAYS_SOFTWARE=1",
		"XDG_RUNTIME_DIR=" + filepath.Join(s.dir, "run"), "XDG_CONFIG_HOME=" + filepath.Join(s.dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(s.dir, "cache"), "XDG_SESSION_TYPE=x11", "XDG_CURRENT_DESKTOP=XFCE",
		"DBUS_SESSION_BUS_ADDRESS=" + os.Getenv("DBUS_SESSION_BUS_ADDRESS"),
	}
	return c
}

// x has a program of the screen do something.
func (s *session) x(program string, args ...string) error {
	if out, err := s.command(program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, out)
	}
	return nil
}

// mapped does something that opens a window, and gives how long that took.
func (s *session) mapped(title string, open func()) time.Duration {
	for len(s.maps) > 0 {
		<-s.maps
	}
	began := time.Now()
	open()
	for late := time.After(patience); ; {
		select {
		case at := <-s.maps:
			if s.x("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$") == nil {
				return at.Sub(began)
			}
		case <-late:
			check(fmt.Errorf("%s shows no window", title))
		case <-s.ctx.Done():
			check(s.ctx.Err())
		}
	}
}

// item is the name of the watcher's icon on the bus.
func (s *session) item() string { return fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", s.pid) }

// open clicks on the watcher's icon, and gives how long the window took.
func (s *session) open() time.Duration {
	return s.mapped("Dormer", func() {
		icon := s.bus.Object(s.item(), "/StatusNotifierItem")
		check(icon.CallWithContext(s.ctx, "org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err)
	})
}

// shut closes the window as its button does, and waits for its process's end.
func (s *session) shut() {
	check(s.x("wmctrl", "-F", "-c", "Dormer"))
	s.eventually("the end of the window's process", func() bool { return len(processesOf(s.dormer)) == 1 })
}

// startHidden starts the watcher into the tray.
func (s *session) startHidden() {
	data := filepath.Join(s.dir, "data")
	p := s.command(s.dormer, "--demo", "--hidden", "--data-dir", data)
	s.beside(p)
	s.pid = p.Process.Pid
	s.desk = s.dial(filepath.Join(data, "demo"))
	s.owned(s.item())
}

// inTray measures the watcher after its start beside other programs in the tray.
func (s *session) inTray() {
	others := map[string]string{"a bare Fyne tray app": s.bare}
	bare := s.command(s.bare, "-hidden")
	check(bare.Start())
	defer end(bare)
	if path, err := exec.LookPath("syncthingtray"); err == nil {
		// Without settings it would ask for them in a window.
		check(os.WriteFile(filepath.Join(s.dir, "config", "syncthingtray.ini"), []byte("[General]\nv=1.3.2\n"), 0o600))
		other := s.command(path)
		check(other.Start())
		defer end(other)
		others["Syncthing Tray"] = must(filepath.EvalSymlinks(path))
	}
	s.wait(trayAfterStart)
	s.measure("in the tray", others)
}

// usedAndClosed measures the same after the window was opened, was sent the keys
// of every page, and was closed.
func (s *session) usedAndClosed() {
	bare := s.command(s.bare)
	s.mapped("Bare", func() { check(bare.Start()) })
	defer end(bare)
	check(s.x("wmctrl", "-F", "-c", "Bare"))
	s.open()
	check(s.x("xdotool", "search", "--onlyvisible", "--name", "^Dormer$", "windowactivate", "--sync"))
	for _, page := range "234561" {
		check(s.x("xdotool", "key", "ctrl+"+string(page)))
		s.wait(draws)
	}
	s.shut()
	s.wait(trayAfterUse)
	s.measure("in the tray after use", map[string]string{"a bare Fyne tray app": s.bare})
}

// measure reports what Dormer and other programs cost, and holds the first to the aims.
func (s *session) measure(where string, others map[string]string) {
	names, programs := []string{"Dormer"}, []string{s.dormer}
	for name, program := range others {
		names, programs = append(names, name), append(programs, program)
	}
	all := s.costs(programs...)
	for i, c := range all[1:] {
		said := text(c.private) + " private, " + text(c.processor) + ", " + text(c.switches)
		s.figure(where+", "+names[i+1], said)
	}
	what := fmt.Sprintf("%s, Dormer (%d process): ", where, all[0].processes)
	atMost(s.report, what+"private memory", all[0].private, aimTray)
	atMost(s.report, what+"processor", all[0].processor, aimTrayUsed)
	atMost(s.report, what+"context switches", all[0].switches, aimTrayWoke)
}

// clicked measures the way from the tray to the window in turns with the start of
// a bare program.
func (s *session) clicked() {
	took := s.inTurns(clicks+1, draws, func(int) time.Duration {
		bare := s.command(s.bare)
		defer end(bare)
		return s.mapped("Bare", func() { check(bare.Start()) }) // and in the pause the panel forgets its icon
	}, func(int) time.Duration {
		took := s.open()
		s.wait(draws)
		s.shut()
		return took
	})
	theirs, ours := median(took[0][1:]), median(took[1][1:]) // the first are for warmth
	s.figure("from a click in the tray to the window; a bare Fyne program's start", text(ours)+"; "+text(theirs))
	atMost(s.report, "the same, ratio", ratio(ours, theirs), aimMapped)
}

// switched measures how much a window grows when its theme changes.
func (s *session) switched() {
	s.open()
	look := func(theme string) {
		check(s.desk.Set(s.ctx, engine.Values{engine.KeyTheme: theme}))
		s.wait(draws / 4)
	}
	pictures := map[string][]byte{}
	for _, theme := range []string{"dark", "light"} { // all of both has been drawn once
		look(theme)
		s.wait(2 * draws)
		pictures[theme] = must(s.command("import", "-window", "root", "-depth", "8", "rgb:-").Output())
	}
	if bytes.Equal(pictures["dark"], pictures["light"]) {
		check(errors.New("the window does not change its theme"))
	}
	private := func() (sum size) {
		for _, pid := range processesOf(s.dormer) {
			if pid != s.pid {
				p, _ := memoryOf(pid)
				sum += p
			}
		}
		return sum
	}
	before := private()
	for n := range themes {
		look([]string{"dark", "light"}[n%2])
	}
	s.wait(5 * draws)
	after := private()
	what := fmt.Sprintf("the window's private memory over %d switches of the theme", themes)
	s.figure(what, text(before)+" to "+text(after))
	atMost(s.report, "the same, growth", after-before, aimThemes)
	s.shut()
}

// search measures a key in the search box over 100,000 jobs, across the socket. The
// benchmark that it reads gives means; the best of three counts, for the machine
// does other things.
func search(b *bench) {
	args := []string{"test", "-run", "^$", "-bench", "FindJobs/.*/socket", "-count", "3", "./internal/control"}
	out, err := exec.CommandContext(b.ctx, "go", args...).CombinedOutput()
	if err != nil {
		check(fmt.Errorf("%w\n%s", err, out))
	}
	best := map[string]time.Duration{}
	for line := range strings.Lines(string(out)) {
		var nanoseconds float64
		var times int
		name, rest, _ := strings.Cut(line, " ")
		_, err := fmt.Sscanf(strings.TrimSpace(rest), "%d %f ns/op", &times, &nanoseconds)
		if err != nil || !strings.HasPrefix(name, "Benchmark") {
			continue
		}
		if took := time.Duration(nanoseconds); best[name] == 0 || took < best[name] {
			best[name] = took
		}
	}
	if len(best) == 0 {
		check(fmt.Errorf("nothing was measured:\n%s", out))
	}
	var slowest time.Duration
	for _, took := range best {
		slowest = max(slowest, took)
	}
	what := "a key in the search over 100,000 jobs until the rows are there, across the socket"
	atMost(b.report, what, slowest, aimKey)
}
