package hoverapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// RegisterWebhook registers a webhook for all events of the organisation, to be
// posted to the address as JSON. It is not live before VerifyWebhook. Hover
// sends the verification code at once, perhaps before this returns. A third
// registration of one address is refused (Invalid).
func (c *Client) RegisterWebhook(ctx context.Context, address string) (hover.Webhook, error) {
	k := call{op: "register the webhook", method: http.MethodPost, path: "api/v2/webhooks", once: true, body: map[string]any{
		// Hover's docs have shown the key with a hyphen and with an underscore.
		"webhook": map[string]string{"url": address, "content-type": "json", "content_type": "json"},
	}}
	var w hover.Webhook
	if err := c.ask(ctx, k, &w); err != nil {
		return hover.Webhook{}, err
	}
	if w.ID == "" {
		return hover.Webhook{}, &Error{Op: k.op, Kind: BadReply, Err: say.Because("hover.why.no_webhook")}
	}
	return w, nil
}

// Webhooks lists the organisation's webhooks, also those of others.
func (c *Client) Webhooks(ctx context.Context) ([]hover.Webhook, error) {
	var all []hover.Webhook
	for w, err := range pages[hover.Webhook](ctx, c, call{op: "list the webhooks", path: "api/v2/webhooks"}, "webhooks") {
		if err != nil {
			return nil, err
		}
		if w.ID != "" {
			all = append(all, w)
		}
	}
	return all, nil
}

// DeleteWebhook deletes a webhook. One that is gone already is no error.
func (c *Client) DeleteWebhook(ctx context.Context, id hover.WebhookID) error {
	_, err := c.do(ctx, call{op: "delete the webhook", method: http.MethodDelete, path: "api/v2/webhooks/" + segment(id)})
	if KindOf(err) == NotFound {
		return nil
	}
	return err
}

// RequestVerification asks Hover to send a webhook's verification code again.
// Older pages of Hover's say that the reply holds the code, too: then it is
// given, else "".
func (c *Client) RequestVerification(ctx context.Context, id hover.WebhookID) (code string, err error) {
	r, err := c.do(ctx, call{
		op: "ask for the verification code", method: http.MethodPost, once: true,
		path: "api/v2/webhooks/" + segment(id) + "/request_verification",
	})
	if err != nil {
		return "", err
	}
	e, err := hover.Decode(r.body)
	if err != nil {
		return "", nil // an empty reply is as good
	}
	if v, ok := e.(hover.VerificationCode); ok {
		return v.Code, nil
	}
	var bare struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(r.body, &bare)
	return bare.Code, nil
}

// VerifyWebhook gives a verification code back to Hover: then the webhook is
// live. The current pages say PUT, an old one says POST: that is tried once
// where PUT is not known. A code that was used already may be NotFound; the
// list tells.
func (c *Client) VerifyWebhook(ctx context.Context, code string) error {
	k := call{op: "verify the webhook", method: http.MethodPut, path: "api/v2/webhooks/" + url.PathEscape(code) + "/verify"}
	_, err := c.do(ctx, k)
	if e, ok := errors.AsType[*Error](err); ok &&
		(e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed) {
		k.method, k.once = http.MethodPost, true
		_, again := c.do(ctx, k)
		if KindOf(again) == Invalid || KindOf(again) == NotFound {
			return err // what PUT was told says more
		}
		return again
	}
	return err
}

// segment makes an id a part of a path.
func segment[Of any](id hover.ID[Of]) string { return url.PathEscape(id.String()) }
