package hermetic

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// aDesk is the environment of somebody at work: a bus, a display, a proxy, a
// language, a time zone, and secrets of a Dormer of their own.
var aDesk = map[string]string{
	"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "XAUTHORITY": "/home/ana/.Xauthority",
	"HTTPS_PROXY": "http://proxy.example:3128", "http_proxy": "http://proxy.example:3128", "SSL_CERT_FILE": "/home/ana/office.pem",
	"LANG": "es_MX.UTF-8", "LC_ALL": "es_MX.UTF-8", "LANGUAGE": "es", "TZ": "America/Chicago", "HOME": "/home/ana", "USER": "ana",
	"XDG_RUNTIME_DIR": "/run/user/1000", "XDG_CONFIG_HOME": "/home/ana/.config", "XDG_DATA_HOME": "/home/ana/.local/share", "XDG_CURRENT_DESKTOP": "KDE",
	"NGROK_AUTHTOKEN": "hush", "DORMER_DATA_DIR": "/home/ana/dormer", "FYNE_SCALE": "3", "FYNE_THEME": "dark", "EDITOR": "vi",
	"TMPDIR": "/home/ana/Documents/work/2026/scratch",
}

// start runs this test binary in somebody's environment, and gives what the
// named test prints.
func start(t *testing.T, environ map[string]string, args ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, args...)
	child.Env = []string{"PATH=" + os.Getenv("PATH"), "GOFLAGS=-mod=mod"}
	for name, value := range environ {
		child.Env = append(child.Env, name+"="+value)
	}
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestATestAtSomebodysDeskSeesNothingOfIt(t *testing.T) {
	told := start(t, aDesk, "-test.run=^TestWhatIsSeen$", "-test.v")
	for name, value := range aDesk {
		if line := fmt.Sprintf("%s=%s\n", name, value); strings.Contains(told, line) {
			t.Errorf("it sees %s", line)
		}
	}
	for _, want := range []string{
		"GOFLAGS=-mod=mod\n", "PATH=", "GOCACHE=/home/ana/.cache/go-build\n", "GOPATH=/home/ana/go\n", "GOENV=/home/ana/.config/go/env\n",
		"HOME=" + Nowhere + "\n", "zone UTC\n", "proxy <nil>\n",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is missing in\n%s", want, told)
		}
	}
}

// TestWhatIsSeen prints what TestATestAtSomebodysDeskSeesNothingOfIt looks at.
func TestWhatIsSeen(t *testing.T) {
	for _, variable := range slices.Sorted(slices.Values(os.Environ())) {
		fmt.Println(variable)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://hover.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := http.ProxyFromEnvironment(request)
	if err != nil {
		t.Error(err)
	}
	fmt.Printf("proxy %v\nzone %v\n", proxy, time.Date(2026, 7, 1, 0, 0, 0, 0, time.Local).Format("MST"))
}

// TestWhatATestHandsOnStays has a test's own child see what the test gave it.
func TestWhatATestHandsOnStays(t *testing.T) {
	given := map[string]string{mark: "1"}
	maps.Copy(given, map[string]string{"HOME": t.TempDir(), "FYNE_THEME": "dark"})
	told := start(t, given, "-test.run=^TestWhatIsSeen$", "-test.v")
	for name, value := range given {
		if !strings.Contains(told, name+"="+value+"\n") {
			t.Errorf("%s was taken from it:\n%s", name, told)
		}
	}
}

func TestNowhereNothingCanBeMade(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil || home != Nowhere {
		t.Errorf("the home is %s, %v", home, err)
	}
	if err := os.MkdirAll(filepath.Join(Nowhere, "x"), 0o700); err == nil {
		t.Error("a directory was made there")
	}
}
