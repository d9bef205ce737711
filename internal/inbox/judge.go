package inbox

import (
	"dormer/internal/hover"
)

// Judgement is what a delivery's signature is worth.
type Judgement struct {
	Verdict hover.Verdict
	Reading hover.Reading // zero unless signed
	Webhook hover.WebhookID
	Pin     bool   // the reading is another than the one that is pinned for the webhook
	Unread  bool   // the webhook's secret is not known yet: it is a hint, to be judged again
	Refused string // the name of the text that says why it is refused; "" if it is not
}

// Judge judges a delivery with the event that is in it, nil if there is none. A
// signature is looked for under the webhook that the delivery names, for whose
// reading it pins; only while a webhook's reading is not pinned yet, or its secret
// not known, is what it sends accepted without a match, as a hint.
func Judge(t Trust, d hover.Delivery, event hover.Event) Judgement {
	sigs := hover.Signatures(d.Header)
	j := Judgement{Verdict: hover.VerdictUnpinned}
	if len(sigs) == 0 {
		j.Verdict = hover.VerdictUnsigned
	}
	if t.Unread() {
		j.Unread = true
		return j
	}
	named := hover.WebhookID("")
	if len(sigs) > 0 {
		named = sigs[0].Webhook
	} else if event != nil {
		named = event.About().Webhook
	}
	keys := t.Keys()
	key, known := pick(keys, named)
	if !known {
		if anyPinned(keys) && !t.Registering() {
			j.Refused = "refused.other"
		}
		return j
	}
	j.Webhook = key.Webhook
	pinned := key.Pinned != (hover.Reading{})
	switch {
	case len(sigs) == 0:
		// Hover may sign its events and not its codes: one that was asked for does no
		// harm, and to refuse it could end the webhook.
		code := event != nil && event.Name() == hover.EventVerificationCode && t.AwaitsCode()
		if pinned && !code {
			j.Refused = "refused.unsigned"
		}
		return j
	case key.Secret == "":
		j.Unread = true
		return j
	}
	reading, ok := hover.Match(d, key.Secret, key.Pinned)
	switch {
	case ok:
		j.Verdict, j.Reading, j.Pin = hover.VerdictSigned, reading, reading != key.Pinned
	case pinned:
		j.Refused = "refused.signature"
	}
	return j
}
