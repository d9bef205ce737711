package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/engine"
	"dormer/internal/simulator"
)

// windows gives the desktop program, built once per run: through OpenGL ES,
// whose bindings compile in seconds.
var windows = sync.OnceValues(func() (string, error) {
	program := filepath.Join(filepath.Dir(binary), "dormer-desktop")
	build := exec.Command("go", "build", "-buildvcs=false", "-tags", "gles", "-trimpath", "-o", program, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the desktop cannot be built: %w\n%s", err, out)
	}
	return program, nil
})

// screen is a computer's session with a screen in memory, a window manager,
// dunst for the notifications, and a host for the tray.
type screen struct {
	*computer
	display string
	bus     *dbus.Conn // of the tests' own
	tray    *trayHost
	heard   *notified
	backups int // that were made to look into
}

// needs skips the test where a program is not installed. `make test` installs
// all of them.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("there is no %s here: the window cannot be shown", p)
		}
	}
}

// dunstrc lets a press on a notification mean one of its buttons. One stays until
// it is pressed, however long the machine takes to get there.
const dunstrc = `[global]
width = 400
font = Sans 10
[button]
appname = "Dormer"
action_name = "%s"
[urgency_normal]
timeout = 0
`

// newScreen sets a computer with a session up, where a press on a notification opens the
// PDF. No Dormer runs yet.
func newScreen(t *testing.T, account simulator.Account) *screen {
	t.Helper()
	return newScreenPressing(t, account, engine.ActOpenPDF)
}

// newScreenPressing is newScreen where a press on a notification means another button.
func newScreenPressing(t *testing.T, account simulator.Account, action string) *screen {
	t.Helper()
	needs(t, "Xvfb", "dbus-daemon", "openbox", "dunst", "xdotool", "wmctrl")
	s := &screen{computer: newComputer(t, account)}
	s.sessionBus()
	s.display = s.xvfb()
	for _, dir := range []string{"run", "home", "home/config", "home/cache", "home/share"} {
		if err := os.MkdirAll(s.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range map[string]string{
		"DISPLAY": s.display, "FYNE_SCALE": "1", "FYNE_THEME": "light", "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_SESSION_TYPE": "x11",
	} {
		s.env[k] = v
	}
	if err := os.WriteFile(s.path("dunstrc"), fmt.Appendf(nil, dunstrc, action), 0o600); err != nil {
		t.Fatal(err)
	}
	s.heard = s.eavesdrop()
	s.beside(windowManager())
	s.beside("dunst", "-config", s.path("dunstrc"))
	eventually(t, "a notification daemon", func() bool { return s.owned(notifications) })
	t.Cleanup(func() { // before the screen goes
		if t.Failed() {
			s.picture("failed")
			s.tell()
		}
		if s.process != nil {
			s.stop()
		}
	})
	return s
}

// windowManager is openbox, unless `make peers` names another.
func windowManager() string {
	if other := os.Getenv("DORMER_PEERS_WM"); other != "" {
		return other
	}
	return "openbox"
}

// sessionBus starts a bus for this computer alone, on which nothing is started
// by itself.
func (s *screen) sessionBus() {
	s.t.Helper()
	socket, config := s.path("bus"), s.path("bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, socket), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + socket
	s.beside("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile")
	eventually(s.t, "a session bus", func() bool {
		conn, err := dbus.Connect("unix:path=" + socket)
		s.bus = conn
		return err == nil
	})
	s.t.Cleanup(func() { _ = s.bus.Close() }) // of no consequence any more
}

// owned says whether somebody has a name on the bus.
func (s *screen) owned(name string) bool {
	var has bool
	err := s.bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has)
	return err == nil && has
}

// xvfb starts a screen in memory, with more arguments after the usual ones, and
// gives its display's name.
func (s *screen) xvfb(more ...string) string {
	s.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"}, more...)...)
	cmd.ExtraFiles = []*os.File{w}
	s.run(cmd)
	_ = w.Close() // it has its own
	number := make([]byte, 16)
	if err := r.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	n, err := io.ReadAtLeast(r, number, 2)
	if err != nil {
		s.t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(string(number[:n]))
}

// beside starts a program of the session; it ends with the test.
func (s *screen) beside(name string, args ...string) *process {
	s.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(s.environ(), "PATH="+os.Getenv("PATH"))
	return s.run(cmd)
}

func (s *screen) run(cmd *exec.Cmd) *process {
	s.t.Helper()
	said, err := os.OpenFile(s.path("session.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer said.Close() // the process has its own
	cmd.Stdout, cmd.Stderr = said, said
	p := begin(s.t, cmd)
	s.t.Cleanup(func() {
		_ = p.Process.Kill() // it has no other end
		<-p.ended
	})
	return p
}

// open starts Dormer with its window, as a click on its icon does, and does
// not wait. More arguments come after the usual ones.
func (s *screen) open(more ...string) {
	s.t.Helper()
	if s.process != nil {
		s.t.Fatal("Dormer runs already")
	}
	s.process = s.second(more...)
}

// second starts a program of the same line once more.
func (s *screen) second(more ...string) *process {
	s.t.Helper()
	program, err := windows()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{
		"--hover-url", s.hover.URL(), "--ngrok-server", s.ngrok.ConnectAddr(), "--ngrok-ca", s.path("ngrok.pem"), "--log-level", "debug",
	}, more...)...)
	cmd.Env = s.environ()
	log, err := os.OpenFile(s.path("stderr"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close() // the process has its own
	cmd.Stdout, cmd.Stderr = log, log
	return begin(s.t, cmd)
}

// x runs a program of the screen's (xdotool, wmctrl, import) and gives what it
// says.
func (s *screen) x(name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(path, args...)
	cmd.Env = s.environ()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said.String())
	}
	return strings.TrimSpace(string(out)), err
}

// window gives the X window with exactly this title, if it can be seen.
func (s *screen) window(title string) (id string, seen bool) {
	out, err := s.x("xdotool", "search", "--onlyvisible", "--name", "^"+title+"$")
	ids := strings.Fields(out)
	return slices.Concat(ids, []string{""})[0], err == nil && len(ids) > 0
}

// press types keys ("ctrl+f", "Return"), text types a text, into whatever has
// the keyboard.
func (s *screen) press(keys ...string) {
	s.t.Helper()
	if _, err := s.x("xdotool", append([]string{"key", "--delay", "40"}, keys...)...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *screen) text(text string) {
	s.t.Helper()
	if _, err := s.x("xdotool", "type", "--delay", "15", text); err != nil {
		s.t.Fatal(err)
	}
}

// closeWindow closes a window as its button does.
func (s *screen) closeWindow(title string) {
	s.t.Helper()
	if _, err := s.x("wmctrl", "-F", "-c", title); err != nil {
		s.t.Fatal(err)
	}
}

// picture keeps a picture of the screen where a failing test shows it.
func (s *screen) picture(name string) {
	dir := os.Getenv("SCREENS")
	if dir == "" {
		return
	}
	if _, err := s.x("import", "-window", "root", filepath.Join(dir, name+".png")); err != nil {
		s.t.Log(err)
	}
}

// tell says what is on the screen of a test that failed, and what the programs of
// the session had to say.
func (s *screen) tell() {
	windows, err := s.x("wmctrl", "-l", "-p", "-G")
	focus, _ := s.x("xdotool", "getwindowfocus", "getwindowname") // it fails if nothing has it
	said, _ := os.ReadFile(s.path("session.log"))
	s.t.Logf("windows, %v:\n%s\nthe keyboard is on: %s\nnotifications: %+v\nthe tray's menu:\n%s\nthe session said:\n%s",
		err, windows, focus, s.heard.list(), labels(s.menu()), said)
}

func (s *screen) menu() []entry {
	if s.tray == nil {
		return nil
	}
	return s.tray.menu()
}

// notified is every notification that was asked for on the bus, whoever shows
// it.
type notified struct {
	mu  sync.Mutex // protects all
	all []notice
}

func (n *notified) list() []notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.all)
}

// eavesdrop listens to what is asked of the notification daemon.
func (s *screen) eavesdrop() *notified {
	s.t.Helper()
	conn, err := dbus.Connect(s.env["DBUS_SESSION_BUS_ADDRESS"])
	if err != nil {
		s.t.Fatal(err)
	}
	n := &notified{}
	call := conn.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0,
		[]string{"type='method_call',interface='" + notifications + "',member='Notify'"}, uint32(0))
	if call.Err != nil {
		s.t.Fatal(call.Err)
	}
	messages := make(chan *dbus.Message, 100)
	conn.Eavesdrop(messages) // from now on nothing else comes by this connection
	done := make(chan struct{})
	go func() { // ends with the connection
		defer close(done)
		for m := range messages {
			if len(m.Body) < 7 {
				continue
			}
			got := notice{}
			got.App, _ = m.Body[0].(string)
			got.Replaces, _ = m.Body[1].(uint32)
			got.Summary, _ = m.Body[3].(string)
			got.Body, _ = m.Body[4].(string)
			got.Actions, _ = m.Body[5].([]string)
			got.Hints, _ = m.Body[6].(map[string]dbus.Variant)
			n.mu.Lock()
			n.all = append(n.all, got)
			n.mu.Unlock()
		}
	}()
	s.t.Cleanup(func() {
		_ = conn.Close() // of no consequence any more
		<-done
	})
	return n
}

// pressNotification presses the button of the newest notification on the
// screen that dunst's configuration names.
func (s *screen) pressNotification() {
	s.t.Helper()
	o := s.bus.Object(notifications, notificationsPath)
	if err := o.Call("org.dunstproject.cmd0.NotificationAction", 0, uint32(0)).Err; err != nil {
		s.t.Log(err) // it is not on the screen yet
	}
}

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	menuPath    = "/StatusNotifierItem/menu"
)

// trayHost is a panel that shows no icons but can do with them what a person
// does.
type trayHost struct {
	s    *screen
	conn *dbus.Conn

	mu    sync.Mutex // protects items
	items []string   // bus names, in the order of their coming
}

// panel starts a tray host, as a session does or a panel that is restarted.
func (s *screen) panel() *trayHost {
	s.t.Helper()
	conn, err := dbus.Connect(s.env["DBUS_SESSION_BUS_ADDRESS"])
	if err != nil {
		s.t.Fatal(err)
	}
	h := &trayHost{s: s, conn: conn}
	s.t.Cleanup(h.end)
	must := func(err error) {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	must(conn.ExportMethodTable(map[string]any{
		"RegisterStatusNotifierItem": h.register,
		"RegisterStatusNotifierHost": func(string) *dbus.Error { return nil },
	}, watcherPath, watcherName))
	must(conn.ExportMethodTable(map[string]any{
		"Get": func(_, property string) (dbus.Variant, *dbus.Error) {
			return dbus.MakeVariant(property == "IsStatusNotifierHostRegistered"), nil
		},
	}, watcherPath, "org.freedesktop.DBus.Properties"))
	reply, err := conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	must(err)
	if reply != dbus.RequestNameReplyPrimaryOwner {
		s.t.Fatalf("the tray's name was not given: %v", reply)
	}
	s.tray = h
	return h
}

func (h *trayHost) end() { _ = h.conn.Close() } // once or twice: of no consequence

func (h *trayHost) register(sender dbus.Sender, service string) *dbus.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if strings.HasPrefix(service, "/") {
		service = string(sender)
	}
	h.items = append(h.items, service)
	return nil
}

// item gives the icon that came last; ok is false as long as there is none.
func (h *trayHost) item() (name string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.items) == 0 {
		return "", false
	}
	return h.items[len(h.items)-1], true
}

// entry is one entry of the tray's menu.
type entry struct {
	id       int32
	label    string
	enabled  bool
	children []entry
}

// menu reads the icon's menu. It is asked twice, for Fyne's tray cuts its very
// first answer at the first level.
func (h *trayHost) menu() []entry {
	h.s.t.Helper()
	name, ok := h.item()
	if !ok {
		return nil
	}
	var e entry
	for range 2 {
		var revision uint32
		var layout []any
		call := h.conn.Object(name, menuPath).Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{})
		if call.Err != nil || len(call.Body) != 2 {
			return nil // it is about to change
		}
		revision, _ = call.Body[0].(uint32)
		_ = revision
		layout, _ = call.Body[1].([]any)
		e = readEntry(layout)
	}
	return e.children
}

func readEntry(layout []any) entry {
	e := entry{enabled: true}
	if len(layout) != 3 {
		return e
	}
	e.id, _ = layout[0].(int32)
	properties, _ := layout[1].(map[string]dbus.Variant)
	e.label, _ = properties["label"].Value().(string)
	if on, ok := properties["enabled"].Value().(bool); ok {
		e.enabled = on
	}
	children, _ := layout[2].([]dbus.Variant)
	for _, c := range children {
		if l, ok := c.Value().([]any); ok {
			e.children = append(e.children, readEntry(l))
		}
	}
	return e
}

// labels gives the labels of a menu with all that is below them, a level a tab.
func labels(menu []entry) string {
	var b strings.Builder
	var write func([]entry, int)
	write = func(list []entry, depth int) {
		for _, e := range list {
			fmt.Fprintf(&b, "%s%s (%s)\n", strings.Repeat("\t", depth), e.label, map[bool]string{true: "on", false: "off"}[e.enabled])
			write(e.children, depth+1)
		}
	}
	write(menu, 0)
	return b.String()
}

// find gives the first entry whose label holds the text, at any depth.
func find(menu []entry, text string) (entry, bool) {
	for _, e := range menu {
		if strings.Contains(e.label, text) {
			return e, true
		}
		if found, ok := find(e.children, text); ok {
			return found, true
		}
	}
	return entry{}, false
}

// click clicks the first entry whose label holds the text, until that has had
// its effect: a menu that is renewed in the same moment takes no clicks for the
// old one.
func (h *trayHost) click(text, effect string, ok func() bool) {
	h.s.t.Helper()
	again(h.s.t, effect, func() {
		if e, there := find(h.menu(), text); there {
			name, _ := h.item()
			// An icon that is just going answers with an error.
			_ = h.conn.Object(name, menuPath).Call("com.canonical.dbusmenu.Event", 0, e.id, "clicked", dbus.MakeVariant(""), uint32(0)).Err
		}
	}, ok)
}

// activate is a left click on the icon.
func (h *trayHost) activate() {
	h.s.t.Helper()
	name, _ := h.item()
	// An icon that is just going answers with an error.
	_ = h.conn.Object(name, "/StatusNotifierItem").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)).Err
}

// fyneComplains gives what Fyne has said of errors.
func (s *screen) fyneComplains() (lines []string) {
	window, _ := os.ReadFile(filepath.Join(s.data, "window.log")) // there is none before there was a window
	for line := range strings.Lines(s.log() + string(window)) {
		for _, bad := range []string{"Fyne error", "Error in Fyne call thread", "systray error"} {
			if strings.Contains(line, bad) {
				lines = append(lines, strconv.Quote(line))
			}
		}
	}
	return lines
}
