package hoverapi

import "time"

// clocks is what Hover's clock and ours said at one moment.
type clocks struct {
	hover, ours time.Time
	at          time.Time // by the clock that nobody sets
}

// ServerTime is the present time by Hover's clock, as exact as the Date header
// of its last reply (a second); our own time before the first one.
func (c *Client) ServerTime() time.Time {
	now := c.o.Now()
	if t := c.told.Load(); t != nil {
		now = now.Add(t.hover.Sub(t.ours))
	}
	return now
}

// HeardAhead says how far this computer's clock is ahead of Hover's (behind, if
// negative), also where it was set since Hover's last reply; known is false before
// the first one. A sleep may be taken for a clock that was set, until Hover has
// answered again.
func (c *Client) HeardAhead() (ahead time.Duration, known bool) {
	t := c.told.Load()
	if t == nil {
		return 0, false
	}
	return c.o.Now().Round(0).Sub(t.hover.Add(time.Since(t.at))), true
}
