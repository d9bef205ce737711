package setup

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hoverapi"
	"dormer/internal/netfault"
	"dormer/internal/notify"
	"dormer/internal/version"
	"dormer/tunnel"
)

// ngrokServer is where the tunnel connects to unless another server is named.
const ngrokServer = "connect.ngrok-agent.com:443"

// around is what the doctor finds around a data directory, running or closed.
func (c Config) around(number string, getenv func(string) string, records *engine.Records) health.Surroundings {
	home, _ := os.UserHomeDir() // without one there is no name to keep to ourselves
	return health.Surroundings{
		Version: number, Go: version.Go(), LogFile: c.LogFile(), Home: home, HoverHost: c.HoverURL.Hostname(), Getenv: getenv,
		Tray: notify.TrayHost,
		Network: doctor.Network{
			Resolver: net.DefaultResolver, Dial: (&net.Dialer{}).DialContext,
			Proxy: netfault.Proxy(getenv),
		},
		Destinations: func() []doctor.Destination {
			all := []doctor.Destination{{Name: "Hover", URL: c.HoverURL}}
			if records.Value(engine.KeyTunnel) == "ngrok" {
				server := ngrokServer
				if c.NgrokServer != "" {
					server = c.NgrokServer
				}
				all = append(all, doctor.Destination{Name: "ngrok", URL: &url.URL{Scheme: "https", Host: server}})
			}
			return all
		},
	}
}

// reachPatiently asks Hover's front page for a person who waits.
func reachPatiently(api *hoverapi.Client) func(context.Context) (time.Duration, error) {
	return func(ctx context.Context) (time.Duration, error) { return api.Reach(hoverapi.WithPerson(ctx)) }
}

// surround prepares a closed data directory for the doctor. The demo's Hover
// ends with its process: nothing outside is looked at.
func (d *Closed) surround() {
	s := d.c.around(d.version, os.Getenv, d.Records)
	if d.c.Demo {
		s.Destinations = nil
	} else {
		s.Reach = reachPatiently(hoverapi.New(hoverapi.Options{
			BaseURL: d.c.HoverURL, Version: d.version,
			Budget: newBudget(),
		}))
		s.Diagnose = d.diagnose
	}
	if u, err := newUpdates(d.c); err == nil {
		s.Updates = u != nil
	}
	s.Notifications = available
	s.Verify = func(ctx context.Context) error { return d.c.verify(ctx, d.c.Database()) }
	s.Broken = d.broken
	d.Surround(s)
}

// diagnose tries the way to the server of the tunnel that would be opened.
func (d *Closed) diagnose(ctx context.Context) error {
	var t tunnel.Tunnel
	t, err := openTunnel(d.c, slog.New(slog.DiscardHandler), d.version, d.Records, nil)
	if err != nil {
		return err
	}
	return t.Diagnose(ctx)
}

// available tells which service shows notifications.
func available(ctx context.Context) (server string, can []string, err error) {
	n := notify.New(notify.Options{AppName: appName})
	defer func() { err = errors.Join(err, n.Close()) }()
	return n.Available(ctx)
}
