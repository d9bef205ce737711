package engine

import (
	"cmp"
	"context"

	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// facts gathers what the health is told from.
func (e *Engine) facts() health.Facts {
	f := health.Facts{
		Given: e.GivenBy(),
		Now:   e.now(), Started: e.began(), Hook: e.sub.State(), Signs: e.signs.get(), Disk: e.disk(),
		NoClient: e.Value(records.KeyClientID) == "" || e.Value(records.KeyClientSecret) == "",
		NoToken:  e.Value(records.KeyTunnel) == "ngrok" && e.Value(records.KeyNgrokToken) == "",
		Store:    cmp.Or(e.store.Damage(), e.storeErr.get()),
		Damaged:  e.o.Damaged, Secrets: e.secrets.State(), Admitted: e.Admitted(),
	}
	f.Lag, _ = e.store.Lag()
	if e.o.Demo {
		f.Secrets.Note = say.Text{} // the file is the demo's own
	}
	f.Tunnel = e.reach.Facts()
	f.Hover.SignedIn = e.o.Tokens.SignedIn()
	e.hover.mu.Lock()
	f.Hover.Answer = e.hover.answer
	e.hover.mu.Unlock()
	e.catch.mu.Lock()
	f.Hover.CatchUp, f.Hover.LastGood = e.catch.lastErr, e.catch.lastGood
	f.Hover.Asking = e.catch.begun != e.catch.ended || len(e.catch.wanted) > 0 || !e.catch.refused.IsZero()
	e.catch.mu.Unlock()
	return f
}

// Status tells how everything is.
func (e *Engine) Status(ctx context.Context) (health.Status, error) {
	e.Come(ctx)
	f := e.facts()
	s := health.Status{
		Version: e.o.Version, PID: e.o.PID, Demo: e.o.Demo, Update: e.Newer(e.o.Version), Updates: e.o.Updates != nil,
	}
	err := e.store.View(func(tx *storage.Tx) error {
		c, err := tx.Counts()
		if err != nil {
			return err
		}
		s.Inbox = health.InboxStatus{Events: c.Events, Duplicates: c.Duplicates, Rejected: c.Rejected}
		for ev, err := range tx.Events(storage.EventQuery{Newest: true, Limit: 1}) {
			if err != nil {
				return err
			}
			s.LastEventAt = records.At(ev.ReceivedAt)
		}
		s.Work.Pending, s.Work.Dead, err = tx.WorkCounts()
		f.Aside = tx.HasDead(workEvent)
		return err
	})
	if err != nil {
		f.Store = err
	}
	h := f.Health()
	s.State, s.Lamps = h.State, h.Lamps

	t := f.Tunnel
	s.Tunnel = health.TunnelStatus{
		Kind: t.Kind, State: string(t.State), URL: t.URL, LatencyMS: t.Latency.Milliseconds(), Attempt: t.Attempt,
		Code: t.Code, Since: records.At(t.Since), CheckedAt: records.At(t.Checked), Requests: e.reach.Requests(),
	}
	if err := f.TunnelErr(); err != nil {
		s.Tunnel.Error, _ = f.Says(err)
	}
	s.Webhook = f.WebhookStatus()
	s.Hover = health.HoverStatus{
		SignedIn: f.Hover.SignedIn, OrgID: e.o.Tokens.OrgID(), OrgName: e.Org(e.o.Tokens.OrgID()).Name,
		ActingUser: hover.UserID(e.Value(records.KeyActingUser)), Requests: e.o.Budget.Used(), Error: say.Of(f.HoverErr()),
	}
	s.Hover.ActingUserName = e.Person(s.Hover.ActingUser).Called()
	s.CatchUp = health.CatchUpStatus{LastRun: records.At(f.Hover.LastGood), Behind: f.Hover.Asking ||
		f.Hover.CatchUp != nil, Error: say.Of(f.Hover.CatchUp)}
	return s, nil
}
