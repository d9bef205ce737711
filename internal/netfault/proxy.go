package netfault

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"dormer/internal/say"
)

// unread stands for a proxy whose variable cannot be read, so that NO_PROXY still
// says for whom it counts.
const unread = "unread.invalid"

// Proxy gives the proxy that leads to an address, by the variables of the
// environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, and the same in small letters).
// Go's own way takes a variable that it cannot read for none; here it is a fault
// of everything that would go through it.
func Proxy(getenv func(string) string) func(*url.URL) (*url.URL, error) {
	c := httpproxy.Config{NoProxy: first(getenv, "NO_PROXY").value}
	https, http := first(getenv, "HTTPS_PROXY"), first(getenv, "HTTP_PROXY")
	c.HTTPSProxy, c.HTTPProxy = https.stand("https"), http.stand("http")
	c.CGI = getenv("REQUEST_METHOD") != ""
	choose := c.ProxyFunc()
	return func(u *url.URL) (*url.URL, error) {
		via, err := choose(u)
		if err == nil && via != nil && strings.HasSuffix(via.Hostname(), unread) {
			return nil, map[bool]variable{true: https, false: http}[strings.HasPrefix(via.Host, "https.")].fault(u.Host)
		}
		return via, err
	}
}

// variable is one of the environment.
type variable struct{ name, value string }

// first gives the variable of that name, in capitals or small letters.
func first(getenv func(string) string, name string) variable {
	for _, n := range []string{name, strings.ToLower(name)} {
		if v := getenv(n); v != "" {
			return variable{n, v}
		}
	}
	return variable{name, ""}
}

// stand gives the variable's value or, if it cannot be read, what stands for it.
func (v variable) stand(scheme string) string {
	if v.value == "" || v.wrong().IsZero() {
		return v.value
	}
	return "http://" + scheme + "." + unread
}

// wrong tells what is wrong with the value, without quoting it: it may hold a
// password. It is zero if it can be read.
func (v variable) wrong() say.Text {
	value := v.value
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	if strings.ContainsFunc(value, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\u00a0' || c == '\ufeff' }) {
		return say.T("net.proxy_setting.blank")
	}
	u, err := url.Parse(value)
	switch {
	case err != nil && strings.Contains(value, "%"):
		return say.T("net.proxy_setting.percent")
	case err != nil:
		return say.T("net.proxy_setting.form")
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme):
		return say.T("net.proxy_setting.scheme")
	case u.Hostname() == "", strings.HasSuffix(u.Host, ":"), strings.Trim(u.Path, "/") != "", u.RawQuery != "",
		u.Fragment != "", !goodPort(u.Port()):
		return say.T("net.proxy_setting.form")
	}
	return say.Text{}
}

func goodPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1<<16
}

func (v variable) fault(host string) *Fault {
	return &Fault{
		Kind: ProxySetting, Host: strings.TrimSuffix(host, ":443"), Setting: v.name, Err: &say.Error{What: v.wrong()},
	}
}

// Connected is for http.Transport.OnProxyConnectResponse: it says what a proxy
// answered that does not connect.
func Connected(_ context.Context, via *url.URL, _ *http.Request, r *http.Response) error {
	return OfProxy(via, r.StatusCode)
}

// OfProxy tells what a proxy's answer to CONNECT comes to; nil if it connects.
func OfProxy(via *url.URL, status int) error {
	switch status {
	case http.StatusOK:
		return nil
	case http.StatusProxyAuthRequired:
		return &Fault{Kind: ProxySignIn, Proxy: via.Host, Setting: "HTTPS_PROXY", Status: status}
	}
	return &Fault{Kind: ProxyRefuses, Proxy: via.Host, Status: status}
}
