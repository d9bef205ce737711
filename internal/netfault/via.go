package netfault

import (
	"net/url"

	"dormer/internal/say"
)

// OddProxy says that a proxy is of a kind that nobody knows how to use.
func OddProxy() *Fault {
	return &Fault{Kind: ProxySetting, Setting: "HTTPS_PROXY", Err: &say.Error{What: say.T("net.proxy_setting.scheme")}}
}

// Via tells why there is no connection through a proxy.
func Via(via *url.URL, err error) *Fault {
	if known := Look(err); known != nil {
		return known
	}
	f := &Fault{Host: via.Host, Err: bare(err)}
	if f.certificate(err) {
		return f
	}
	f.Host, f.Proxy, f.Setting = "", via.Host, "HTTPS_PROXY"
	if f.Kind = ProxyGone; way(err) == Unknown { // it answered, and not as was hoped
		f.Kind = ProxyRefuses
	}
	return f
}
