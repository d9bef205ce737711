package tunnel

import "time"

// Tuning are the tunnel's times; the zero value means the defaults, which only
// tests have a reason to change.
type Tuning struct {
	// Heartbeat is how often the connection is tested, and Tolerance how much
	// later the answer may come: a dead network is noticed after the sum of
	// both at the latest. 10 s and 15 s, as in ngrok's own agent; the service
	// refuses values it finds too small.
	Heartbeat, Tolerance time.Duration
	// Connect is how long one attempt may take (20 s), Dial its TCP part (10 s).
	Connect, Dial time.Duration
	// Grace is how long the SDK may reconnect a lost connection by itself,
	// which keeps its claim on the address, before a new one is made (5 s).
	Grace time.Duration
	// BackoffMin doubles with every failed attempt up to BackoffMax (0.5 s, 30 s).
	BackoffMin, BackoffMax time.Duration
	// Stale is how long an address that is taken (334), and the like, may be a
	// remainder of our own last connection (90 s). Slow is the interval of
	// attempts after that (60 s).
	Stale, Slow time.Duration
}

func (t Tuning) withDefaults() Tuning {
	for _, d := range []struct {
		knob *time.Duration
		def  time.Duration
	}{
		{&t.Heartbeat, 10 * time.Second},
		{&t.Tolerance, 15 * time.Second},
		{&t.Connect, 20 * time.Second},
		{&t.Dial, 10 * time.Second},
		{&t.Grace, 5 * time.Second},
		{&t.BackoffMin, 500 * time.Millisecond},
		{&t.BackoffMax, 30 * time.Second},
		{&t.Stale, staleFor},
		{&t.Slow, time.Minute},
	} {
		if *d.knob <= 0 {
			*d.knob = d.def
		}
	}
	return t
}
