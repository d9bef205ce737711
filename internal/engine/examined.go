package engine

import (
	"cmp"
	"context"
	"slices"

	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// Doctor looks at every link of the chain, from the network to the desktop.
func (e *Engine) Doctor(ctx context.Context) ([]health.Finding, error) {
	s, err := e.Status(ctx)
	if err != nil {
		return nil, err
	}
	e.contact.Write()
	return e.Examine(ctx, health.Looks{
		Account: func(ctx context.Context) []health.Finding { return e.lookAccount(ctx, s) },
		Tunnel:  func(ctx context.Context) []health.Finding { return e.LookTunnel(e.reach.Diagnose(ctx)) },
		Address: e.lookAddress,
		Signature: func(context.Context) []health.Finding {
			return health.SignatureFound(s.Lamp("signatures"), s.Webhook.Reading)
		},
		Database: func(context.Context) []health.Finding { return e.lookStore() },
		Redirect: func(context.Context) []health.Finding { return e.LookRedirect(s.Hover.SignedIn) },
	})
}

// lookAccount asks Hover for our webhook: the answer proves the sign-in too.
func (e *Engine) lookAccount(ctx context.Context, s health.Status) []health.Finding {
	hook := e.sub.State()
	if !s.Hover.SignedIn {
		return append(health.As("sign-in", s.Lamp("hover")), health.As("webhook", s.Lamp("webhook"))...)
	}
	list, err := e.o.API.Webhooks(hoverapi.WithPerson(ctx))
	if err != nil {
		f := e.facts()
		f.Hover.CatchUp, f.Hover.LastGood = err, f.Now
		return append(health.As("sign-in", f.HoverLamp()), health.As("webhook", s.Lamp("webhook"))...)
	}
	signIn := health.Found("sign-in", health.Green, say.T("doctor.hover.signed_in"), say.Text{})
	i := slices.IndexFunc(list, func(w hover.Webhook) bool { return w.ID == hook.ID })
	if hook.ID == "" || i < 0 && !hook.Verified {
		return append(signIn, health.As("webhook", s.Lamp("webhook"))...)
	}
	if i < 0 {
		e.sub.Check()
		return append(signIn, health.Found("webhook", health.Red, say.T("doctor.webhook.gone", "id", hook.ID),
			say.T("doctor.webhook.gone.do"))...)
	}
	w := list[i]
	switch l := s.Lamp("webhook"); {
	case l.State != health.Green:
		return append(signIn, health.As("webhook", l)...)
	case w.VerifiedAt.IsZero():
		return append(signIn, health.Found("webhook", health.Amber, say.T("lamp.webhook.pending"),
			say.T("lamp.webhook.pending.do"))...)
	case w.LastError != "" && w.LastError != hook.LastError:
		e.sub.Check()
		return append(signIn, health.Found("webhook", health.Amber,
			say.T("doctor.webhook.last_error", "id", w.ID, "at", w.VerifiedAt, "why", w.LastError),
			say.T("lamp.webhook.last_error.do"))...)
	case w.LastError != "":
		says := say.T("doctor.webhook.asked_since", "id", w.ID, "at", w.VerifiedAt, "why", w.LastError)
		return append(signIn, health.Found("webhook", health.Green, says, say.Text{})...)
	}
	return append(signIn, health.Found("webhook", health.Green,
		say.T("doctor.webhook.good", "id", w.ID, "at", w.VerifiedAt), say.Text{})...)
}

// lookAddress sends a self-check, where one may be sent, and tells what is known
// after it.
func (e *Engine) lookAddress(ctx context.Context) []health.Finding {
	_, _ = e.TestChain(ctx) // the lamp tells how it ended
	s, err := e.Status(ctx)
	if err != nil {
		return []health.Finding{{Name: "address", State: health.Red, Says: say.Of(err)}}
	}
	return health.As("address", s.Lamp("tunnel"))
}

func (e *Engine) lookStore() []health.Finding {
	if l := health.StoreLamp(cmp.Or(e.store.Damage(), e.storeErr.get()), e.o.Damaged); l.State != health.Green {
		return health.As("database", l)
	}
	if all := e.TooLarge(); all != nil {
		return all
	}
	return health.DatabaseFound(e.store.Check())
}

// Diagnostics is that of a running Dormer, with its status.
func (e *Engine) Diagnostics(ctx context.Context, findings []health.Finding) ([]health.Document, error) {
	s, err := e.Status(ctx)
	if err != nil {
		return nil, err
	}
	e.contact.Write()
	return e.DiagnosticsOf(ctx, &s, findings)
}

// Delivery writes what was met before it gives it.
func (e *Engine) Delivery(ctx context.Context) ([]byte, error) {
	e.contact.Write()
	return e.Records.Delivery(ctx)
}
