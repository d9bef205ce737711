//go:build !nogui && unix && !darwin

package app

import (
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dormer/internal/say"
)

const displayWithin = 5 * time.Second

// reachDisplay says why no display can be reached, nil if one can. GLFW would not
// say it, and Fyne would go on without.
func reachDisplay(getenv func(string) string) error {
	x, wayland := getenv("DISPLAY"), getenv("WAYLAND_DISPLAY")
	do := say.T("window.no_display.do")
	switch {
	case x == "" && wayland == "":
		return noWindow(say.T("window.no_display"), do)
	case wayland != "" && answersWayland(wayland, getenv("XDG_RUNTIME_DIR")), x != "" && answersX(x):
		return nil
	case x == "":
		return noWindow(say.T("window.silent_display", "display", wayland), do)
	}
	return noWindow(say.T("window.silent_display", "display", x), do)
}

func answersWayland(name, dir string) bool {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	return answers("unix", name)
}

// answersX says whether an X server answers at a DISPLAY such as ":0", ":0.1" or
// "host:10.0".
func answersX(display string) bool {
	host, number, ok := strings.Cut(display, ":")
	number, _, _ = strings.Cut(number, ".")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil {
		return filepath.IsAbs(display) && answers("unix", display)
	}
	if host != "" && host != "unix" {
		return answers("tcp", net.JoinHostPort(host, strconv.FormatUint(6000+n, 10)))
	}
	socket := filepath.Join("/tmp", ".X11-unix", "X"+number)
	return answers("unix", socket) || answers("unix", "@"+socket)
}

func answers(network, address string) bool {
	conn, err := net.DialTimeout(network, address, displayWithin)
	if err != nil {
		return false
	}
	_ = conn.Close() // it has answered
	return true
}
