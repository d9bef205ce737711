package setup

import (
	"crypto/x509"
	"log/slog"
	"os"

	"dormer/internal/engine"
	"dormer/internal/inbox"
	"dormer/internal/say"
	"dormer/tunnel"
)

// openTunnel makes the tunnel that the settings in force ask for.
func openTunnel(
	c Config, log *slog.Logger, version string, records *engine.Records, routes []tunnel.Route,
) (tunnel.Tunnel, error) {
	public := records.Value(engine.KeyPublicURL)
	if records.Value(engine.KeyTunnel) == "own" {
		if public == "" {
			return nil, &say.Error{
				What: say.T("setup.not_reachable"), Err: say.New("setup.no_address"),
				Do: say.T("setup.name_address"),
			}
		}
		return tunnel.NewOwn(tunnel.OwnOptions{PublicURL: public, Listen: records.Value(engine.KeyListen), Log: log}), nil
	}
	token := records.Value(engine.KeyNgrokToken)
	if token == "" {
		if err := records.SecretsUnread(); err != nil {
			return nil, err
		}
		return nil, &say.Error{
			What: say.T("setup.not_reachable"), Err: say.New("setup.no_token"),
			Do: say.T("setup.copy_token"),
		}
	}
	return ngrokTunnel(c, tunnel.NgrokOptions{
		Token: token, URL: public, Routes: routes, MaxBody: inbox.MaxBody, Log: log, Version: version,
	})
}

// tryTunnel makes tunnels for trials of a token, at the account's own address; none
// in a demo, which does not leave this computer.
func tryTunnel(c Config, log *slog.Logger, version string) func(token string) (tunnel.Tunnel, error) {
	if c.Demo {
		return nil
	}
	return func(token string) (tunnel.Tunnel, error) {
		return ngrokTunnel(c, tunnel.NgrokOptions{Token: token, Log: log.With("trial", true), Version: version})
	}
}

func ngrokTunnel(c Config, n tunnel.NgrokOptions) (tunnel.Tunnel, error) {
	n.Server = c.NgrokServer
	if c.NgrokCA != "" {
		pem, err := os.ReadFile(c.NgrokCA)
		if err != nil {
			return nil, &say.Error{What: say.T("setup.ngrok_ca"), Err: err, Do: say.T("setup.ngrok_ca.do")}
		}
		n.CAs = x509.NewCertPool()
		if !n.CAs.AppendCertsFromPEM(pem) {
			return nil, &say.Error{
				What: say.T("setup.ngrok_ca"), Err: say.New("setup.ngrok_ca.none"), Do: say.T("setup.ngrok_ca.do"),
			}
		}
	}
	return tunnel.NewNgrok(n), nil
}
