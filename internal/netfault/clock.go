package netfault

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"time"
)

// askTime bounds a look at somebody's clock.
const askTime = 5 * time.Second

// Ahead asks whoever answers at an address what time it is, and gives how far this
// computer's clock is ahead of theirs. It is for a certificate that is not good at
// the present time, so none is checked: nothing is sent but the question, and the
// answer makes words, no decision.
func Ahead(ctx context.Context, address *url.URL, proxy func(*url.URL) (*url.URL, error)) (ahead time.Duration, told bool) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}
	if proxy != nil {
		transport.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
	}
	root := &url.URL{Scheme: address.Scheme, Host: address.Host, Path: "/"}
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, root.String(), nil)
	if err != nil {
		return 0, false
	}
	r.Header.Set("User-Agent", "Dormer")
	reply, err := transport.RoundTrip(r)
	if err != nil {
		return 0, false
	}
	_ = reply.Body.Close() // a HEAD has none
	date, err := http.ParseTime(reply.Header.Get("Date"))
	if err != nil {
		return 0, false
	}
	return time.Since(date), true
}
