package engine_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"dormer/tunnel"
)

// silence is a tunnel to a server that takes connections and says nothing.
type silence struct{ tunnel.Tunnel }

func (silence) Run(ctx context.Context, _ http.Handler, report func(tunnel.Status)) error {
	report(tunnel.Status{State: tunnel.Connecting, Attempt: 1})
	<-ctx.Done()
	report(tunnel.Status{State: tunnel.Closed})
	return nil
}

func TestATokenIsTriedForFifteenSecondsAtMost(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.trial = func(string) (tunnel.Tunnel, error) { return silence{}, nil }
		w.start()
		began := time.Now()
		if _, err := w.e.TryToken(t.Context(), "mine"); err == nil || !strings.Contains(err.Error(), "ngrok does not answer") || time.Since(began) != 15*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := w.e.TryToken(ctx, "mine"); err != context.DeadlineExceeded {
			t.Errorf("whoever leaves is told %v", err)
		}
	})
}
