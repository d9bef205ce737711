package engine_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/records"
	"dormer/internal/simulator"
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

// TestWhatIsTriedIsWhatIsSaved: a token and a client are tried as they are meant,
// with all that copying adds taken away, as they are saved.
func TestWhatIsTriedIsWhatIsSaved(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		var tried []string
		w.trial = func(token string) (tunnel.Tunnel, error) {
			tried = append(tried, token)
			return nil, errors.New("seen")
		}
		w.start()
		const token = "2abcDEF_3ghiJKL456"
		for _, given := range []string{
			token, " " + token + "\r\n", "\ufeff" + token, `"` + token + `"`, "“" + token + "”", "$ ngrok config add-authtoken " + token + "\r",
			"export NGROK_AUTHTOKEN='" + token + "'",
		} {
			if _, err := w.e.TryToken(t.Context(), given); err == nil || err.Error() != "seen" {
				t.Errorf("%q: %v", given, err)
			}
		}
		if tried = slices.Compact(tried); !slices.Equal(tried, []string{token}) {
			t.Errorf("tried were %q", tried)
		}
		for _, none := range []string{"two words", "a\rb", "señal"} {
			if _, err := w.e.TryToken(t.Context(), none); !errors.Is(err, records.ErrUsage) || strings.Contains(err.Error(), none) {
				t.Errorf("%q: %v", none, err)
			}
			if err := w.e.TryClient(t.Context(), simulator.ClientID, none); !errors.Is(err, records.ErrUsage) || strings.Contains(err.Error(), none) {
				t.Errorf("%q: %v", none, err)
			}
		}
		for _, around := range []string{"%s", "\ufeff%s", "\"%s\"\r\n", " ‘%s’\u00a0"} {
			id, secret := fmt.Sprintf(around, simulator.ClientID), fmt.Sprintf(around, simulator.ClientSecret)
			if err := w.e.TryClient(t.Context(), id, secret); err != nil {
				t.Errorf("%q and %q: %v", id, secret, err)
			}
		}
	})
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
