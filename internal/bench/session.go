package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// session is a person's: a screen in memory, a window manager, a panel that shows
// tray icons, and both programs, built the same way.
type session struct {
	*desktop
	dir          string
	dormer, bare string // the programs
	display      string
	maps         chan time.Time // when anything came onto the screen
	ends         []func()
}

// panelSettings give xfce4-panel a tray and nothing else.
const panelSettings = `<channel name="xfce4-panel" version="1.0">
<property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/><property name="panel-1" type="empty">
<property name="position" type="string" value="p=10;x=0;y=0"/><property name="length" type="uint" value="100"/>
<property name="plugin-ids" type="array"><value type="int" value="1"/></property></property></property>
<property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>`

// The tray's protocol.
const (
	trayName = "org.kde.StatusNotifierWatcher"
	itemPath = "/StatusNotifierItem"
)

// newSession builds the programs, but for a Dormer that is there already, and sets a
// session up in dir.
func newSession(ctx context.Context, dir, dormer string) (s *session, err error) {
	settings, err := filepath.Glob("/usr/lib/*/xfce4/xfconf/xfconfd")
	for _, program := range []string{"Xvfb", "xev", "xdotool", "openbox", "wmctrl", "xfce4-panel", "import"} {
		if _, missing := exec.LookPath(program); missing != nil || len(settings) == 0 {
			return nil, errors.Join(fmt.Errorf("%s is missing; scripts/setup installs it", program), err)
		}
	}
	s = &session{dir: dir, dormer: filepath.Join(dir, "dormer"), bare: filepath.Join(dir, "bare"), maps: make(chan time.Time, 1000)}
	builds := map[string]string{s.bare: "./internal/bench/bare"}
	if dormer != "" {
		s.dormer = dormer
	} else {
		builds[s.dormer] = "."
	}
	for out, from := range builds {
		said, err := exec.CommandContext(ctx, "go", "build", "-tags", "gles", "-trimpath", "-o", out, from).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s cannot be built: %w\n%s", from, err, said)
		}
	}
	if s.desktop, err = newDesktop(dir); err != nil {
		return nil, err
	}
	s.ends = append(s.ends, func() { _ = s.desktop.close() }) // nobody is on it any more
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	xfconf := filepath.Join(dir, "config/xfce4/xfconf/xfce-perchannel-xml")
	for _, d := range []string{xfconf, filepath.Join(dir, "run"), filepath.Join(dir, "cache")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(xfconf, "xfce4-panel.xml"), []byte(panelSettings), 0o600); err != nil {
		return nil, err
	}
	if err := s.xvfb(ctx); err != nil {
		return nil, err
	}
	if err := s.watchMaps(ctx); err != nil {
		return nil, err
	}
	if err := s.beside(s.command(ctx, "openbox")); err != nil {
		return nil, err
	}
	if err := s.beside(s.command(ctx, settings[0])); err != nil {
		return nil, err
	}
	if err := s.owned(ctx, "org.xfce.Xfconf"); err != nil {
		return nil, err
	}
	if err := s.beside(s.command(ctx, "xfce4-panel", "--disable-wm-check")); err != nil {
		return nil, err
	}
	return s, s.owned(ctx, trayName)
}

// close ends the session's programs, the last first.
func (s *session) close() {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
}

// beside starts a program that ends with the session.
func (s *session) beside(p *exec.Cmd) error {
	if err := p.Start(); err != nil {
		return err
	}
	s.ends = append(s.ends, func() { end(p) })
	return nil
}

// xvfb starts the screen.
func (s *session) xvfb(ctx context.Context) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	p := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset")
	p.ExtraFiles = []*os.File{write}
	err = s.beside(p)
	_ = write.Close() // it has its own
	if err != nil {
		return err
	}
	number := make([]byte, 16)
	_ = read.SetReadDeadline(time.Now().Add(patience)) // a pipe takes one
	n, err := io.ReadAtLeast(read, number, 2)
	s.display = ":" + strings.TrimSpace(string(number[:n]))
	return err
}

// watchMaps notes when anything comes onto the screen.
func (s *session) watchMaps(ctx context.Context) error {
	p := s.command(ctx, "xev", "-root", "-event", "substructure")
	out, err := p.StdoutPipe()
	if err != nil {
		return err
	}
	go func() { // ends with xev
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "MapNotify") {
				s.maps <- time.Now()
			}
		}
	}()
	return s.beside(p)
}

// owned waits until somebody has a name on the bus.
func (s *session) owned(ctx context.Context, name string) error {
	return eventually(ctx, name+" on the bus", func() bool {
		var has bool
		err := s.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
		return err == nil && has
	})
}

func (s *session) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program, args...)
	c.Env = []string{
		"HOME=" + s.dir, "PATH=" + os.Getenv("PATH"), "DISPLAY=" + s.display, "LANG=C.UTF-8", "FYNE_SCALE=1", "LIBGL_ALWAYS_SOFTWARE=1",
		"XDG_RUNTIME_DIR=" + filepath.Join(s.dir, "run"), "XDG_CONFIG_HOME=" + filepath.Join(s.dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(s.dir, "cache"), "XDG_SESSION_TYPE=x11", "XDG_CURRENT_DESKTOP=XFCE",
		"DBUS_SESSION_BUS_ADDRESS=" + os.Getenv("DBUS_SESSION_BUS_ADDRESS"),
	}
	return c
}

// x has a program of the screen do something.
func (s *session) x(ctx context.Context, program string, args ...string) error {
	if out, err := s.command(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, out)
	}
	return nil
}

// visible says whether a window is on the screen.
func (s *session) visible(ctx context.Context, title string) bool {
	return s.x(ctx, "xdotool", "search", "--onlyvisible", "--name", "^"+title+"$") == nil
}

// mapped does something that opens a window, and gives how long that took.
func (s *session) mapped(ctx context.Context, title string, open func() error) (time.Duration, error) {
	for len(s.maps) > 0 {
		<-s.maps
	}
	began := time.Now()
	if err := open(); err != nil {
		return 0, err
	}
	for late := time.After(patience); ; {
		select {
		case at := <-s.maps:
			if s.visible(ctx, title) {
				return at.Sub(began), nil
			}
		case <-late:
			return 0, fmt.Errorf("%s shows no window", title)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// click presses the tray icon of a process.
func (s *session) click(ctx context.Context, pid int) error {
	item := s.conn.Object(fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", pid), itemPath)
	return item.CallWithContext(ctx, "org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err
}

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

// eventually waits until something has come about.
func eventually(ctx context.Context, what string, ok func() bool) error {
	for late := time.Now().Add(patience); !ok(); {
		if time.Now().After(late) {
			return fmt.Errorf("%s does not come about", what)
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
