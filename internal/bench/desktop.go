package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/notify/bustest"
)

// desktop is a notification service on a session bus of this program's own. It
// shows nothing and tells when it was asked to.
type desktop struct {
	endBus func()
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
func newDesktop(dir string) (*desktop, error) {
	address, endBus, err := bustest.Start(dir, func(*exec.Cmd) {})
	if err != nil {
		return nil, err
	}
	d := &desktop{endBus: endBus, shown: make(chan shown, 1<<16)}
	if err := d.serve(address); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, os.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
}

func (d *desktop) serve(address string) (err error) {
	if d.conn, err = dbus.Connect(address); err != nil {
		return err
	}
	next := uint32(0)
	show := func(n bustest.Notice) (id uint32) {
		d.shown <- shown{time.Now(), n.Summary}
		if n.Replaces != 0 {
			return n.Replaces
		}
		next++ // calls come one at a time: Dormer waits for each
		return next
	}
	return bustest.Serve(d.conn, bustest.Service{Capabilities: []string{"actions", "body"}, Show: show, Close: func(uint32) {}})
}

func (d *desktop) close() error {
	var err error
	if d.conn != nil {
		err = d.conn.Close()
	}
	d.endBus()
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
