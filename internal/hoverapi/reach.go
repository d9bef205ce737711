package hoverapi

import (
	"context"
	"net/http"
	"time"

	"dormer/internal/say"
)

// Reach asks Hover's front page, without the bearer, whether Hover can be
// reached. It gives how far Hover's clock is ahead of ours (behind if
// negative), as exact as a Date header; 0 if the reply has none. Any answer but
// a server's error counts as reached.
func (c *Client) Reach(ctx context.Context) (skew time.Duration, err error) {
	const op = "reach Hover"
	d := newDeadline(ctx)
	defer d.end()
	r, err := http.NewRequestWithContext(d.ctx, http.MethodGet, c.wire.base.JoinPath("/").String(), nil)
	if err != nil {
		return 0, &Error{Op: op, Kind: Invalid, Err: err}
	}
	response, pause, err := (&hops{wire: c.wire}).send(d, r)
	if err != nil {
		return 0, unreached(op, err)
	}
	defer drop(response)
	switch {
	case response.StatusCode == http.StatusTooManyRequests:
		return 0, &Error{
			Op: op, Kind: RateLimited, Status: response.StatusCode, RetryAfter: pause, Err: say.Because("hover.why.pause"),
		}
	case response.StatusCode >= http.StatusInternalServerError:
		return 0, &Error{Op: op, Kind: Server, Status: response.StatusCode}
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		skew = date.Sub(c.o.Now())
	}
	return skew, nil
}
