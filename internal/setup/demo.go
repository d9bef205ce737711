package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/simulator"
	"dormer/storage"
)

// demonstration is the built-in simulator with somebody who signs in.
type demonstration struct{ sim *simulator.Simulator }

// forgetDemo clears away what an earlier demo left: its account is gone with
// its process. A demo that still runs is not touched.
func forgetDemo(c Config) error {
	if _, err := os.Stat(c.Database()); err != nil {
		return nil
	}
	store, err := storage.Open(c.Database(), storage.Options{})
	if err == nil {
		err = store.Close()
	}
	if errors.Is(err, storage.ErrLocked) {
		return openError(c, err)
	}
	for _, name := range []string{"dormer.db", "installation.json", "secrets.json", "Documents", "backups"} {
		if err := os.RemoveAll(filepath.Join(c.DataDir, name)); err != nil {
			return &say.Error{What: say.T("demo.not_cleared"), Err: err, Do: say.T("demo.not_cleared.do", "dir", c.DataDir)}
		}
	}
	return nil
}

// makeDocuments makes the demo's own download folder, which is part of the data
// directory and its owner's alone as the rest of it; one elsewhere is its owner's
// affair.
func makeDocuments(c Config) error {
	if c.given[engine.KeyDownloadDir] != "" {
		return nil
	}
	return makePrivate(c.presets[engine.KeyDownloadDir])
}

// startDemo starts the simulator on loopback and points everything at it:
// nothing leaves the machine.
func startDemo(ctx context.Context, c *Config, log *slog.Logger) (*demonstration, error) {
	sim := simulator.New(simulator.Options{Account: simulator.Demo()})
	sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove = true })
	failed := func(err error) error {
		_ = sim.Close()
		return &say.Error{What: say.T("demo.not_started"), Err: err, Do: say.T("demo.not_started.do")}
	}
	if err := sim.Start(context.WithoutCancel(ctx), "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		return nil, failed(err)
	}
	base, err := url.Parse(sim.URL())
	if err != nil {
		return nil, failed(err)
	}
	listen, err := freeAddress()
	if err != nil {
		return nil, failed(err)
	}
	c.HoverURL = base
	given := map[string]string{
		engine.KeyTunnel: "own", engine.KeyListen: listen, engine.KeyPublicURL: "http://" + listen,
	}
	if dir := c.given[engine.KeyDownloadDir]; dir != "" {
		given[engine.KeyDownloadDir] = dir
	}
	c.given = given
	log.Info("the demo runs on a simulated Hover; nothing leaves this computer", "hover", sim.URL())
	return &demonstration{sim: sim}, nil
}

// freeAddress finds a free port on loopback.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// signInWithin bounds the demo's sign-in.
const signInWithin = time.Minute

// run signs in as a person would, with a browser of its own, and then lets the
// simulated account live.
func (d *demonstration) run(ctx context.Context, e *engine.Engine, log *slog.Logger) {
	if err := d.signIn(ctx, e); err != nil && ctx.Err() == nil {
		log.Error("the demo's sign-in failed", "error", err)
	}
	d.sim.Play(ctx, 1)
}

func (d *demonstration) signIn(ctx context.Context, e *engine.Engine) error {
	ctx, cancel := context.WithTimeout(ctx, signInWithin)
	defer cancel()
	login, err := e.BeginLogin(ctx)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, login.URL, nil)
	if err != nil {
		return err
	}
	// No proxy: the demo stays on this computer.
	browser := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := browser.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the browser ended with %s", res.Status)
	}
	return e.WaitLogin(ctx, login.ID)
}
