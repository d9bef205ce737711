package hoverapi

import (
	"net/http"
	"net/url"
	"time"

	"dormer/internal/say"
)

// hops sends a request and goes where it is redirected, a few times at most.
// The bearer goes along while the way stays on Hover's origin. net/http's own
// rule would not do: it compares host names only, and lets subdomains and other
// ports of a host have the bearer.
type hops struct {
	wire   *wire
	access string // the bearer; "" sends none
	follow bool
}

func (c *Client) hops(access string) *hops { return &hops{wire: c.wire, access: access, follow: true} }

// send gives the last response of the way. Only a GET may follow.
func (h *hops) send(d *deadline, r *http.Request) (*http.Response, time.Duration, error) {
	left := false
	for hop := 0; ; hop++ {
		if !sameOrigin(r.URL, h.wire.base) {
			left = true
		}
		r.Header.Del("Authorization")
		if !left && h.access != "" {
			r.Header.Set("Authorization", "Bearer "+h.access)
		}
		response, pause, err := h.wire.send(d, r)
		if err != nil || !h.follow || !redirects(response) {
			return response, pause, err
		}
		next, err := target(r.URL, response, h.wire.base)
		drop(response)
		if err == nil && hop == maxHops {
			err = say.Because("hover.why.redirects", "most", maxHops)
		}
		if err != nil {
			return nil, 0, &Error{Op: "follow a redirect", Kind: BadReply, Status: response.StatusCode, Err: err}
		}
		r = r.Clone(r.Context())
		r.URL, r.Host = next, ""
	}
}

func redirects(r *http.Response) bool {
	switch r.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
		return r.Header.Get("Location") != ""
	}
	return false
}

// target reads where a response redirects to. Its errors do not show the
// address: a link to storage is signed, and whoever has it has the file.
func target(from *url.URL, r *http.Response, hover *url.URL) (*url.URL, error) {
	to, err := from.Parse(r.Header.Get("Location"))
	if err != nil {
		return nil, say.Because("hover.why.redirect.no_address")
	}
	if err := checkWeb(to, hover); err != nil {
		return nil, say.Because("hover.why.redirect.refused", "why", err)
	}
	return to, nil
}
