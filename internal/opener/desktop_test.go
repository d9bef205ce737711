//go:build !windows && !darwin

package opener_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/notify/bustest"
	"dormer/internal/opener"
)

// session gives this test a session bus of its own, and a connection to it for the
// desktop's programs.
func session(t *testing.T) *dbus.Conn {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("no session bus can be started here: ", err)
	}
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // nothing in it is needed
	address, stop, err := bustest.Start(dir, func(*exec.Cmd) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
	conn, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// portal puts a desktop's portal on this test's bus.
func portal(t *testing.T, p bustest.Portal) {
	t.Helper()
	stop, err := p.Serve(os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
}

// record puts programs on the PATH, and nothing else, that write down how they are
// called: said gives that, a line each.
func record(t *testing.T, programs map[string]string) (said func() string) {
	t.Helper()
	dir, log := t.TempDir(), filepath.Join(t.TempDir(), "said")
	for name, text := range programs {
		text = "#!/bin/sh\n{ echo " + name + "; for a in \"$@\"; do echo \"  $a\"; done; } >> '" + log + "'\n" + text
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	return func() string {
		b, err := os.ReadFile(log)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return string(b)
	}
}

// heard is what somebody was told, from any goroutine.
type heard[T any] struct {
	mu  sync.Mutex
	all []T
}

func (h *heard[T]) add(x T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, x)
}

func (h *heard[T]) only(t *testing.T) T {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) != 1 {
		t.Fatalf("heard %+v", h.all)
	}
	return h.all[0]
}

func TestAFileIsSelectedInItsFolder(t *testing.T) {
	conn, path := session(t), pdf(t)
	said := record(t, map[string]string{"xdg-open": ""})
	var shown heard[[]string]
	if err := bustest.ServeFileManager(conn, shown.add); err != nil {
		t.Fatal(err)
	}
	if err := (opener.Opener{}).Reveal(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if uris := shown.only(t); len(uris) != 1 || !strings.HasPrefix(uris[0], "file:///") || !strings.HasSuffix(uris[0], "c.pdf") || strings.Contains(uris[0], " ") {
		t.Errorf("the file manager was given %q", uris)
	}
	if s := said(); s != "" {
		t.Errorf("besides: %s", s)
	}
}

func TestWithoutAFileManagerItsFolderIsOpened(t *testing.T) {
	path := pdf(t)
	for name, bus := range map[string]func(*testing.T){
		"no bus": func(*testing.T) {}, "no file manager": func(t *testing.T) { session(t) },
	} {
		t.Run(name, func(t *testing.T) {
			bus(t)
			said := record(t, map[string]string{"xdg-open": ""})
			if err := (opener.Opener{}).Reveal(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			if want := "xdg-open\n  " + filepath.Dir(path) + "\n"; said() != want {
				t.Errorf("called were\n%s\nwant\n%s", said(), want)
			}
		})
	}
}

func TestInASandboxThePortalShowsTheFolder(t *testing.T) {
	session(t)
	path := pdf(t)
	said := record(t, map[string]string{"xdg-open": ""})
	t.Setenv("SNAP", "/snap/dormer/1")
	var shown heard[string]
	portal(t, bustest.Portal{Open: func(content string) uint32 { shown.add(content); return 0 }})
	if err := (opener.Opener{}).Reveal(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := shown.only(t); got != "%PDF-1.4" || said() != "" {
		t.Errorf("the portal was given %q; besides: %s", got, said())
	}
}

func TestAFileIsPrintedByTheDesktopsOwnDialog(t *testing.T) {
	session(t)
	path := pdf(t)
	said := record(t, map[string]string{"lp": "", "xdg-open": ""})
	var printed heard[string]
	var code atomic.Uint32
	portal(t, bustest.Portal{Print: func(title, content string) uint32 { printed.add(title + "|" + content); return code.Load() }})
	how, err := opener.Opener{}.Print(t.Context(), path)
	if err != nil || how != opener.ByDialog {
		t.Errorf("printed %v, %v", how, err)
	}
	if got, want := printed.only(t), filepath.Base(path)+"|%PDF-1.4"; got != want {
		t.Errorf("printed was %q, want %q", got, want)
	}
	code.Store(1) // the person changes their mind
	if how, err := (opener.Opener{}).Print(t.Context(), path); err != nil || how != opener.ByDialog || said() != "" {
		t.Errorf("printed %v, %v; besides: %s", how, err, said())
	}
}

func TestWithoutADialogTheUsualPrinterPrintsAndElseAViewerShowsIt(t *testing.T) {
	session(t)
	path := pdf(t)
	portal(t, bustest.Portal{Print: func(string, string) uint32 { return 2 }})
	said := record(t, map[string]string{"lp": "", "xdg-open": ""})
	if how, err := (opener.Opener{}).Print(t.Context(), path); err != nil || how != opener.ByPrinter {
		t.Errorf("printed %v, %v", how, err)
	}
	if want := "lp\n  -t\n  " + filepath.Base(path) + "\n  --\n  " + path + "\n"; said() != want {
		t.Errorf("called were\n%s\nwant\n%s", said(), want)
	}
	said = record(t, map[string]string{"lp": "echo no default destination >&2; exit 1", "xdg-open": ""})
	if how, err := (opener.Opener{}).Print(t.Context(), path); err != nil || how != opener.ByViewer || !strings.Contains(said(), "xdg-open\n  "+path) {
		t.Errorf("printed %v, %v; called were\n%s", how, err, said())
	}
	record(t, map[string]string{"lp": "echo no default destination >&2; exit 1"})
	how, err := opener.Opener{}.Print(t.Context(), path)
	if how != opener.NotPrinted || !errors.Is(err, opener.ErrNone) || !strings.Contains(err.Error(), "no default destination") {
		t.Errorf("with nothing at all: %v, %v", how, err)
	}
}

// A dialog that a person looks at holds nobody up.
func TestPrintingDoesNotWaitForThePersonInTheDialog(t *testing.T) {
	session(t)
	path := pdf(t)
	t.Cleanup(opener.HandOver(200 * time.Millisecond))
	said := record(t, map[string]string{"lp": "", "xdg-open": ""})
	leave := make(chan struct{})
	portal(t, bustest.Portal{Print: func(string, string) uint32 { <-leave; return 0 }})
	t.Cleanup(func() { close(leave) })
	if how, err := (opener.Opener{}).Print(t.Context(), path); err != nil || how != opener.ByDialog || said() != "" {
		t.Errorf("printed %v, %v; besides: %s", how, err, said())
	}
}

var letter = opener.Letter{
	To: "crew@example.com", Subject: "1420 Sycamore Lane:\n measurements", Body: "House: 28.5 squares, 8/12\nEaves 118' 9\" & rakes",
}

func TestALetterHasTheFileWhereTheDesktopCanAttachIt(t *testing.T) {
	session(t)
	path := pdf(t)
	said := record(t, map[string]string{"xdg-open": "", "xdg-email": "", "xdg-mime": "echo thunderbird.desktop"})
	var begun heard[bustest.Letter]
	var code atomic.Uint32
	portal(t, bustest.Portal{Mail: func(l bustest.Letter) uint32 { begun.add(l); return code.Load() }})
	l := letter
	l.Attach = []string{path}
	if attached, err := (opener.Opener{}).Mail(t.Context(), l); err != nil || !attached {
		t.Errorf("attached %v, %v", attached, err)
	}
	got := begun.only(t)
	if got.To != l.To || got.Subject != "1420 Sycamore Lane: measurements" || got.Body != l.Body || len(got.Attached) != 1 || got.Attached[0] != "%PDF-1.4" {
		t.Errorf("the portal was given %+v", got)
	}
	if said() != "" {
		t.Errorf("besides: %s", said())
	}
	code.Store(2) // no mail program that the portal knows: xdg-email knows one
	if attached, err := (opener.Opener{}).Mail(t.Context(), l); err != nil || !attached || !strings.Contains(said(), "  --attach\n  "+path+"\n  crew@example.com\n") {
		t.Errorf("attached %v, %v; called were\n%s", attached, err, said())
	}
}

func TestALetterWithoutTheFileShowsItsFolderBeside(t *testing.T) {
	conn, path := session(t), pdf(t)
	var shown heard[[]string]
	if err := bustest.ServeFileManager(conn, shown.add); err != nil {
		t.Fatal(err)
	}
	// A browser takes letters here, and would drop the file without a word.
	said := record(t, map[string]string{"xdg-open": "", "xdg-email": "", "xdg-mime": "echo firefox.desktop"})
	l := letter
	l.Attach = []string{path}
	if attached, err := (opener.Opener{}).Mail(t.Context(), l); err != nil || attached {
		t.Errorf("attached %v, %v", attached, err)
	}
	if s := said(); !strings.Contains(s, "xdg-open\n  mailto:crew@example.com?subject=1420%20Sycamore%20Lane%3A%20measurements&body=House%3A") || strings.Contains(s, "xdg-email") {
		t.Errorf("called were\n%s", s)
	}
	shown.only(t)
	record(t, map[string]string{})
	if _, err := (opener.Opener{}).Mail(t.Context(), l); !errors.Is(err, opener.ErrNone) {
		t.Errorf("without a mail program: %v", err)
	}
}

func TestNothingIsHandedOverThatIsNotThere(t *testing.T) {
	said := record(t, map[string]string{"xdg-open": "", "lp": "", "xdg-email": ""})
	gone := filepath.Join(t.TempDir(), "gone.pdf")
	o, l := opener.Opener{}, letter
	l.Attach = []string{gone}
	if err := o.Reveal(t.Context(), gone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("shown: %v", err)
	}
	if _, err := o.Print(t.Context(), gone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("printed: %v", err)
	}
	if _, err := o.Mail(t.Context(), l); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("mailed: %v", err)
	}
	if said() != "" {
		t.Errorf("called were\n%s", said())
	}
}

func TestAPersonChoosesInTheDesktopsOwnDialog(t *testing.T) {
	session(t)
	var asked heard[bustest.Choosing]
	var uri atomic.Value
	var code atomic.Uint32
	uri.Store("file:///home/dana/Caf%C3%A9%20+%20100%25")
	portal(t, bustest.Portal{Choose: func(c bustest.Choosing) (string, uint32) { asked.add(c); return uri.Load().(string), code.Load() }})
	folder := func() (string, error) {
		return opener.Opener{}.Choose(t.Context(), "Choose a folder", "/home/dana", "")
	}
	if path, err := folder(); err != nil || path != "/home/dana/Café + 100%" {
		t.Errorf("chosen is %q, %v", path, err)
	}
	if got := asked.only(t); got != (bustest.Choosing{Title: "Choose a folder", Folder: "/home/dana", Directory: true}) {
		t.Errorf("asked was for %+v", got)
	}
	uri.Store("file:///home/dana/house.csv")
	if path, err := (opener.Opener{}).Choose(t.Context(), "Save", "", "house.csv"); err != nil || path != "/home/dana/house.csv" {
		t.Errorf("chosen is %q, %v", path, err)
	}
	code.Store(1) // the person changes their mind
	if path, err := folder(); err != nil || path != "" {
		t.Errorf("chosen is %q, %v", path, err)
	}
	code.Store(2)
	if _, err := folder(); !errors.Is(err, opener.ErrNoDialog) {
		t.Error(err)
	}
	code.Store(0)
	for _, odd := range []string{"sftp://server/home", "file:relative", "%", ""} {
		uri.Store(odd)
		if path, err := folder(); path != "" {
			t.Errorf("%q gives %q, %v", odd, path, err)
		}
	}
}

func TestWithoutADialogOfTheDesktopsThatIsSaid(t *testing.T) {
	session(t)
	choose := func() error { _, err := opener.Opener{}.Choose(t.Context(), "Choose a folder", "", ""); return err }
	if err := choose(); !errors.Is(err, opener.ErrNoDialog) {
		t.Errorf("with nobody there: %v", err)
	}
	portal(t, bustest.Portal{}) // one that has no dialog
	if err := choose(); !errors.Is(err, opener.ErrNoDialog) {
		t.Errorf("with one that knows no files: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	if err := choose(); !errors.Is(err, opener.ErrNoDialog) {
		t.Errorf("without a bus: %v", err)
	}
}
