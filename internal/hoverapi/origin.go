package hoverapi

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"dormer/internal/say"
)

// DefaultBaseURL is where Hover is. Its sandbox is https://sandbox.hover.to.
const DefaultBaseURL = "https://hover.to"

// ParseBaseURL reads the address that Hover's API is asked at. It is https, or
// http on this machine (a simulator).
func ParseBaseURL(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("hover address: not a web address")
	}
	if err := checkWeb(u, u); err != nil {
		return nil, err
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("hover address: it must not have a query or a fragment")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// checkWeb refuses every address that no request may go to: this machine's own
// are for a Hover on this machine alone (a simulator).
func checkWeb(u, hover *url.URL) error {
	switch {
	case u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return say.Because("hover.why.no_host")
	case u.User != nil:
		return say.Because("hover.why.user")
	case loopback(u.Hostname()) && !loopback(hover.Hostname()):
		return say.Because("hover.why.elsewhere")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return say.Because("hover.why.http")
	case u.Scheme != "https" && u.Scheme != "http":
		return say.Because("hover.why.not_https")
	}
	return nil
}

func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// sameOrigin compares scheme, host and port.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "http":
		return "80"
	default:
		return "443"
	}
}
