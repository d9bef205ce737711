package doctor

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

// Destination is a server that has to be reached.
type Destination struct {
	Name string   // for people: "Hover", "ngrok"
	URL  *url.URL // scheme, host and port
}

// Network is the way to the outside; every field is needed.
type Network struct {
	Destinations []Destination
	Resolver     interface {
		LookupHost(ctx context.Context, host string) ([]string, error)
	}
	// Proxy gives the proxy that leads to an address; nil means none is set.
	Proxy func(*url.URL) (*url.URL, error)
	Dial  func(ctx context.Context, network, address string) (net.Conn, error)
}

// DNS looks the names up that this computer has to know itself: a proxy looks
// up names for those that it serves.
func (n Network) DNS() Probe {
	return Probe{Name: "dns", Look: func(ctx context.Context) []Finding {
		var found, lost []string
		var gone error
		for _, d := range n.Destinations {
			host := d.URL.Hostname()
			if via, err := n.Proxy(d.URL); err == nil && via != nil || isAddress(host) {
				continue
			}
			if _, err := n.Resolver.LookupHost(ctx, host); err != nil {
				lost, gone = append(lost, host), err
				continue
			}
			found = append(found, host)
		}
		switch {
		case len(lost) > 0:
			return just("dns", Red, say.T("doctor.dns.not_found", "names", outside(lost), "why", why(gone)),
				say.T("doctor.dns.not_found.do"))
		case len(found) == 0:
			return just("dns", Green, say.T("doctor.dns.nothing"), say.Text{})
		}
		return just("dns", Green, say.T("doctor.dns.good", "names", outside(found)), say.Text{})
	}}
}

// isAddress says that a host is found without asking anybody.
func isAddress(host string) bool { return host == "localhost" || net.ParseIP(host) != nil }

// Through tells which proxy leads to the destinations, and whether it answers.
// Its password is not told.
func (n Network) Through() Probe {
	return Probe{Name: "proxy", Look: func(ctx context.Context) []Finding {
		var served []string
		var proxies []*url.URL
		for _, d := range n.Destinations {
			via, err := n.Proxy(d.URL)
			if f := netfault.Look(err); f != nil {
				e := f.Say()
				return []Finding{{Name: "proxy", State: Red, Says: (&say.Error{What: e.What, Why: e.Why}).Text(), Do: e.Do}}
			}
			if err != nil { // the error may quote the password
				return just("proxy", Red, say.T("doctor.proxy.not_read"),
					say.T("doctor.proxy.not_read.do"))
			}
			if via == nil {
				continue
			}
			served = append(served, d.Name)
			if !slices.ContainsFunc(proxies, func(p *url.URL) bool { return p.Host == via.Host }) {
				proxies = append(proxies, via)
			}
		}
		if len(proxies) == 0 {
			return just("proxy", Green, say.T("doctor.proxy.none"), say.Text{})
		}
		var hosts []string
		for _, p := range proxies {
			c, err := n.Dial(ctx, "tcp", address(p))
			if err != nil {
				return just("proxy", Red, say.T("doctor.proxy.silent", "proxy", p.Host, "why", why(err)),
					say.T("doctor.proxy.silent.do"))
			}
			_ = c.Close() // it has answered
			hosts = append(hosts, p.Host)
		}
		return just("proxy", Green, say.N("doctor.proxy.good", len(served), "names", outside(served), "proxy", outside(hosts)), say.Text{})
	}}
}

// address gives the host and port of a proxy.
func address(p *url.URL) string {
	port := p.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[p.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(p.Hostname(), port)
}

// why gives the cause of a network error in few words.
func why(err error) say.Text {
	var dns *net.DNSError
	var op *net.OpError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return say.T("net.no_such_name")
	case errors.As(err, &timeout) && timeout.Timeout():
		return say.T("net.no_answer")
	case errors.As(err, &dns):
		return say.Words(dns.Err)
	case errors.As(err, &op) && op.Err != nil:
		return say.Of(op.Err)
	}
	return say.Of(err)
}
