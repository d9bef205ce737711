// Package apptest gives tests of the desktop a real engine: on the simulated
// Hover of the demo, signed in, with its jobs, and with news as they happen.
package apptest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/setup"
)

// readyWithin bounds how long the demo may take to begin; it is there to end a
// test that would wait for ever.
const readyWithin = time.Minute

// Desk gives an engine that runs until the test ends, in a directory of its own:
// ready, and caught up with the jobs of the demo's account.
func Desk(t testing.TB) engine.Desk {
	t.Helper()
	on := true
	none := func(string) string { return "" }
	c, err := setup.Load(setup.Flags{DataDir: filepath.Join(t.TempDir(), "data"), Demo: &on}, none)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	d, err := setup.New(ctx, c, setup.Options{Version: "test", Log: slog.New(slog.DiscardHandler), Getenv: none})
	if err != nil {
		stop()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the engine ended with %v", err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("the engine closed with %v", err)
		}
	})
	await, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for range d.Engine().Watch(await) {
		s, err := d.Engine().Status(await)
		if err != nil {
			t.Fatal(err)
		}
		if s.State == engine.StateReady && !s.CatchUp.LastRun.IsZero() {
			return d.Engine()
		}
	}
	t.Fatal("the demo was not ready within a minute")
	return nil
}
