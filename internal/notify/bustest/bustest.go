// Package bustest gives tests a desktop of D-Bus: a session bus of their own, and
// a notification service on it that shows nothing.
package bustest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/godbus/dbus/v5"
)

// Config configures a session bus; %s stands for its socket's path. It names no
// directory with services: none may be started in the place of a test's.
const Config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`

// Start starts a session bus whose files lie in dir, which has to be near the
// root: a socket's path is at most 107 bytes. prepare is given the daemon before
// it starts. Start gives the address once the bus listens there, and what ends
// it; the error is an [exec.ErrNotFound] where there is no dbus-daemon.
func Start(dir string, prepare func(daemon *exec.Cmd)) (address string, stop func(), err error) {
	socket, config := filepath.Join(dir, "bus"), filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, Config, socket), 0o600); err != nil {
		return "", nil, err
	}
	daemon := exec.Command("dbus-daemon", "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	prepare(daemon)
	out, err := daemon.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := daemon.Start(); err != nil {
		return "", nil, fmt.Errorf("dbus-daemon (apt-get install dbus): %w", err)
	}
	stop = func() {
		_ = daemon.Process.Kill() // it has no other end
		_ = daemon.Wait()         // killed
		_ = os.Remove(socket)     // it may have been started anew there
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // it listens once it says where
		stop()
		return "", nil, fmt.Errorf("dbus-daemon did not start: %w", err)
	}
	return "unix:path=" + socket, stop, nil
}

// The name and the path of a notification service.
const (
	Notifications     = "org.freedesktop.Notifications"
	NotificationsPath = "/org/freedesktop/Notifications"
)

// A Notice is what a notification service is asked to show.
type Notice struct {
	Replaces                 uint32
	App, Icon, Summary, Body string
	Actions                  []string // key, label, key, label, …
	Hints                    map[string]dbus.Variant
	Expire                   int32
}

// A Service is a notification service. Its functions may be called from any
// goroutine.
type Service struct {
	Capabilities []string
	Show         func(n Notice) (id uint32) // asked to show, gives its id
	Close        func(id uint32)            // asked to take back
}

// Serve puts a notification service on the bus that conn leads to.
func Serve(conn *dbus.Conn, s Service) error {
	err := conn.ExportMethodTable(map[string]any{
		"Notify": func(app string, replaces uint32, icon, summary, body string, actions []string,
			hints map[string]dbus.Variant, expire int32) (uint32, *dbus.Error) {
			return s.Show(Notice{replaces, app, icon, summary, body, actions, hints, expire}), nil
		},
		"CloseNotification": func(id uint32) *dbus.Error {
			s.Close(id)
			return nil
		},
		"GetCapabilities": func() ([]string, *dbus.Error) { return s.Capabilities, nil },
		"GetServerInformation": func() (name, vendor, version, spec string, _ *dbus.Error) {
			return "recorder", "dormer", "1.0", "1.2", nil
		},
	}, NotificationsPath, Notifications)
	if err != nil {
		return err
	}
	reply, err := conn.RequestName(Notifications, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("the name of the notification service is taken")
	}
	return err
}
