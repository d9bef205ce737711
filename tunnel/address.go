package tunnel

import (
	"net"
	"net/url"
	"strings"

	"dormer/internal/say"
)

// publicURL checks an address that a person or the service named, and gives
// it as scheme://host[:port]. A bare host name gets https. http is for
// loopback hosts alone: webhooks carry what nobody else should read.
func publicURL(address string) (string, error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "", say.New("address.none") // url's error would repeat it, password and all
	case u.Hostname() == "":
		return "", say.New("address.no_host")
	case u.User != nil:
		return "", say.New("address.user")
	case u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return "", say.New("address.more")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u.Scheme + "://" + strings.ToLower(u.Host), nil
	default:
		return "", say.New("address.not_https")
	}
}

// isLoopback says whether a host name means this computer, without asking DNS.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
