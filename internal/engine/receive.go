package engine

import (
	"context"
	"net/http"
	"strings"

	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/internal/secret"
	"dormer/internal/signin"
	"dormer/internal/subscription"
	"dormer/storage"
	"dormer/tunnel"
)

// routes are what the public address answers; anything else is a 404 that
// costs nothing.
func (e *Engine) routes() []tunnel.Route {
	return []tunnel.Route{{Method: http.MethodPost, Path: e.path}, {Method: http.MethodGet, Path: signin.CallbackPath}}
}

// public is the handler behind the public address.
func (e *Engine) public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == signin.CallbackPath {
			e.signin.ServeHTTP(w, r)
			return
		}
		e.inbox.ServeHTTP(w, r)
	})
}

func (k keeper) Keep(ctx context.Context, d inbox.Delivery) error {
	about := d.Event.About()
	row := row(d)
	if d.Unread {
		row.Reading = readingUnread
	}
	row.Name, row.Job, row.Model, row.State, row.Webhook = d.Event.Name(), about.Job, about.Model, about.State, about.Webhook
	row.Read = d.Event
	code, isCode := d.Event.(hover.VerificationCode)
	row.Verification = isCode
	_, err := k.e.store.Append(ctx, row)
	k.e.stored(err)
	if err != nil {
		return err
	}
	k.e.signs.set(func(s *health.SignFacts) { s.Last, s.Hint = d.Verdict, d.Unread })
	k.e.contact.Saw(d)
	if d.Verdict == hover.VerdictSigned {
		k.e.reach.Delivered(ctx)
	}
	if isCode && code.Code != "" {
		if w := k.e.o.Witness; w != nil {
			w.Code(code.Code, d.At)
		}
		k.e.sub.Heard(code.Webhook, subscription.Code{Code: code.Code, Match: k.e.matcher(d.Header, d.Path, d.Body, d.Verdict)})
	}
	return nil
}

// matcher lets the delivery that brought a verification code pin the
// signature's reading once the webhook's secret is known.
func (e *Engine) matcher(h http.Header, path string, body []byte, v hover.Verdict) func(string) (hover.Reading, bool) {
	if v == hover.VerdictUnsigned {
		return nil
	}
	url := e.reach.HookURL()
	return func(secret string) (hover.Reading, bool) {
		return hover.Match(hover.Delivery{Header: h, RequestURI: path, URL: url, Body: body}, secret, hover.Reading{})
	}
}

func (k keeper) Quarantine(ctx context.Context, d inbox.Delivery, why string) {
	row := row(d)
	if d.Event != nil {
		about := d.Event.About()
		row.Name, row.Job, row.Model, row.State, row.Webhook = d.Event.Name(), about.Job, about.Model, about.State, about.Webhook
	}
	row.Reading = why
	err := k.e.store.Update(ctx, func(tx *storage.Tx) error {
		_, err := tx.Quarantine(row)
		return err
	})
	k.e.stored(err)
	if err != nil {
		k.e.log.Warn("a refused delivery could not be written down", "error", err)
	}
	k.e.signs.set(func(s *health.SignFacts) { s.RefusedAt, s.Nonsense = d.At, why == inbox.Nonsense })
	k.e.contact.Saw(d)
	k.e.catchUpSoon(causeRefused)
	k.e.watchers.changed()
}

func row(d inbox.Delivery) storage.Event {
	header := make(map[string]string, len(d.Header))
	for name, values := range d.Header {
		header[name] = strings.Join(values, ", ")
	}
	return storage.Event{
		ReceivedAt: d.At, Verdict: d.Verdict, Reading: readingText(d.Reading), Path: d.Path, Header: header, Body: d.Body,
	}
}

func readingText(r hover.Reading) string {
	if r == (hover.Reading{}) {
		return ""
	}
	return r.String()
}

// trust tells the inbox whose signatures count.
type trust struct {
	secrets secret.Store
	sub     *subscription.Subscription
}

func (e *Engine) trust() trust { return trust{e.secrets, e.sub} }

func (t trust) Unread() bool { return t.secrets.State().Waiting != nil }

func (t trust) Keys() []inbox.Key {
	var keys []inbox.Key
	for _, k := range t.sub.Keys() {
		keys = append(keys, inbox.Key{Webhook: k.ID, Secret: k.Secret, Pinned: k.Pinned})
	}
	return keys
}

func (t trust) Registering() bool { return t.sub.Registering() }

func (t trust) AwaitsCode() bool { return t.sub.AwaitsCode() }

func (t trust) Pin(_ context.Context, id hover.WebhookID, r hover.Reading) error {
	return t.sub.Pin(id, r)
}
