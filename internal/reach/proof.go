package reach

import (
	"time"

	"dormer/internal/netfault"
)

// How often the public address is checked. After a connect or a wake checks come
// at the first steps, then every few seconds, then every minute until one has come
// back; from then on now and then. ngrok counts them, an address of one's own does
// not.
var checkSteps = []time.Duration{0, 2 * time.Second, 5 * time.Second, 10 * time.Second}

const (
	checkOften    = 10 * time.Second // after the steps, until checkHurried
	checkHurried  = 2 * time.Minute
	checkSeldom   = time.Minute // after that, until one has come back
	checkEvery    = 10 * time.Minute
	checkEveryOwn = 30 * time.Second
	// doubtAfter is how long a new connection may lead to somebody else before it
	// is thrown away: an address takes some seconds to become known. renewLeast is
	// the least time between two such renewals; it doubles up to renewMost.
	doubtAfter = 10 * time.Second
	renewLeast = time.Minute
	renewMost  = 15 * time.Minute
)

// proof is what is known of whether the present connection leads here. Its times
// are of the monotonic clock; it has none of its own.
type proof struct {
	since     time.Time // when the connection was made, or when it was last in doubt
	sent      time.Time // the last self-check
	cameBack  time.Time // the last one that came back
	failing   time.Time // the first of those that have failed since
	delivered time.Time // the last delivery with Hover's signature
	why       error     // why the last self-check failed; nil if it did not
}

// stands says that a webhook posted now would get here: the last self-check came
// back, or Hover's own signature got here while self-checks did not, as where this
// network cannot reach the address and Hover can.
func (p proof) stands() bool {
	if p.failing.IsZero() {
		return !p.cameBack.IsZero() || !p.delivered.IsZero()
	}
	return p.delivered.After(p.failing)
}

// answered takes in how a self-check ended that was sent at a time.
func (p *proof) answered(sent, now time.Time, err error) {
	p.why = err
	switch {
	case err == nil:
		p.cameBack, p.failing = now, time.Time{}
	case p.failing.IsZero():
		p.failing = sent
	}
}

// ledElsewhere says that somebody else is at the end of the connection. Only that is
// a reason for another one: a way that is blocked stays so.
func (p proof) ledElsewhere(now time.Time) bool {
	fault := netfault.Look(p.why)
	return !p.stands() && fault != nil && fault.OtherAnswered() && now.Sub(p.since) >= doubtAfter
}

// renewAfter says how long a connection that leads elsewhere is left alone after so
// many renewals that did not help: an address may take longer to become known than
// we are patient.
func renewAfter(renewals int) time.Duration {
	if renewals == 0 {
		return renewLeast
	}
	return min(renewLeast<<min(renewals-1, 10), renewMost)
}

// early says that the connection is so new that a failure means little.
func (p proof) early(now time.Time) bool { return now.Sub(p.since) < doubtAfter }

// due says when the next self-check is to be sent, of those that come back so far
// apart.
func (p proof) due(steady time.Duration) time.Time {
	if p.sent.Before(p.since) {
		return p.since
	}
	if p.failing.IsZero() && !p.cameBack.IsZero() {
		return p.sent.Add(steady)
	}
	for _, step := range checkSteps {
		if at := p.since.Add(step); at.After(p.sent) {
			return at
		}
	}
	if p.sent.Sub(p.since) < checkHurried {
		return p.sent.Add(checkOften)
	}
	return p.sent.Add(min(checkSeldom, steady))
}

// limit is how long one self-check may take: so long that the next one is not late.
func (p proof) limit(now time.Time) time.Duration {
	if now.Sub(p.since) < checkHurried {
		return 8 * time.Second
	}
	return 15 * time.Second
}

// allowance keeps self-checks from using up ngrok's month where a connection comes
// and goes for hours: a number at once, and one a minute.
type allowance struct {
	spent time.Duration // of checkAtOnce minutes
	at    time.Time
}

const checkAtOnce = 2 * time.Hour

// wait says how long until one may be sent.
func (a allowance) wait(now time.Time) time.Duration {
	return max(0, a.left(now)-checkAtOnce+time.Minute)
}

func (a allowance) left(now time.Time) time.Duration { return max(0, a.spent-now.Sub(a.at)) }

// spend takes in that one was sent.
func (a *allowance) spend(now time.Time) { a.spent, a.at = a.left(now)+time.Minute, now }
