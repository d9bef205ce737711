package netfault

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// OfReply tells what answered a request to a host when it was not the one that was
// asked. A page for a browser, or a way to one elsewhere, is a filter's or that of
// a network that asks for a sign-in; anything else is somebody else's.
func OfReply(host string, r *http.Response) *Fault {
	f := &Fault{Kind: Else, Host: strings.TrimSuffix(host, ":443"), Status: r.StatusCode}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.StatusCode == http.StatusProxyAuthRequired:
		f.Kind, f.Setting = ProxySignIn, "HTTPS_PROXY"
	case r.StatusCode == http.StatusNetworkAuthenticationRequired, kind == "text/html", elsewhere(host, r):
		f.Kind = Page
	}
	return f
}

// elsewhere says that a reply leads to another host.
func elsewhere(host string, r *http.Response) bool {
	if r.StatusCode < 300 || r.StatusCode > 399 {
		return false
	}
	to, err := url.Parse(r.Header.Get("Location"))
	return err == nil && to.Host != "" &&
		!strings.EqualFold(strings.TrimSuffix(to.Host, ":443"), strings.TrimSuffix(host, ":443"))
}
