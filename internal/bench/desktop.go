package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notifications     = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
)

// busConfig names no directory with services: none is started in ours' place.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`

// desktop is a notification service on a session bus of this program's own. It
// shows nothing and tells when it was asked to.
type desktop struct {
	daemon *exec.Cmd
	conn   *dbus.Conn
	shown  chan shown
}

// shown is one notification as it came in.
type shown struct {
	at    time.Time
	title string
}

// newDesktop starts a bus and a notification service in dir. This process's
// own environment names it from then on.
func newDesktop(ctx context.Context, dir string) (*desktop, error) {
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return nil, errors.New("dbus-daemon is missing; install it: apt-get install dbus")
	}
	socket, config := filepath.Join(dir, "bus"), filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, socket), 0o600); err != nil {
		return nil, err
	}
	d := &desktop{shown: make(chan shown, 1<<16)}
	d.daemon = exec.CommandContext(ctx, daemon, "--config-file="+config, "--nofork", "--nopidfile", "--print-address")
	out, err := d.daemon.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := d.daemon.Start(); err != nil {
		return nil, err
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil { // it listens once it says where
		return nil, errors.Join(err, d.close())
	}
	if err := d.serve("unix:path=" + socket); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
}

func (d *desktop) serve(address string) (err error) {
	if d.conn, err = dbus.Connect(address); err != nil {
		return err
	}
	next := uint32(0)
	err = d.conn.ExportMethodTable(map[string]any{
		"Notify": func(_ string, replaces uint32, _, title, _ string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
			d.shown <- shown{time.Now(), title}
			if replaces != 0 {
				return replaces, nil
			}
			next++ // calls come one at a time: Dormer waits for each
			return next, nil
		},
		"GetCapabilities":      func() ([]string, *dbus.Error) { return []string{"actions", "body"}, nil },
		"GetServerInformation": func() (a, b, c, d string, _ *dbus.Error) { return "recorder", "bench", "1", "1.2", nil },
	}, notificationsPath, notifications)
	if err != nil {
		return err
	}
	reply, err := d.conn.RequestName(notifications, dbus.NameFlagDoNotQueue)
	if err == nil && reply != dbus.RequestNameReplyPrimaryOwner {
		err = errors.New("the name of the notification service is taken")
	}
	return err
}

func (d *desktop) close() error {
	var err error
	if d.conn != nil {
		err = d.conn.Close()
	}
	_ = d.daemon.Process.Kill() // it has no other end
	_ = d.daemon.Wait()         // killed
	return err
}

// next waits for a notification.
func (d *desktop) next(ctx context.Context) (shown, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case s := <-d.shown:
		return s, nil
	case <-ctx.Done():
		return shown{}, fmt.Errorf("no notification was shown: %w", ctx.Err())
	}
}
