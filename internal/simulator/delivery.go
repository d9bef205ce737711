package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
)

const (
	deliveryTimeout = 10 * time.Second
	maxQueued       = 5000    // deliveries of one webhook
	maxLogged       = 100_000 // entries of each log
	maxReorder      = 200 * time.Millisecond
)

// DeliveryLog is one POST that was tried.
type DeliveryLog struct {
	At      time.Time       `json:"at"`
	Webhook hover.WebhookID `json:"webhook_id"`
	URL     string          `json:"url"`
	Body    []byte          `json:"-"`
	Status  int             `json:"status"` // 0 without an answer
	Err     string          `json:"error,omitempty"`
}

// MarshalJSON shows the body as the text it is.
func (l DeliveryLog) MarshalJSON() ([]byte, error) {
	type plain DeliveryLog
	return json.Marshal(struct {
		plain
		Body string `json:"body"`
	}{plain(l), string(l.Body)})
}

// queue hands an event to the webhook's own sender; callers hold mu.
func (s *Simulator) queue(h *hookRow, body []byte) {
	if s.closed {
		return
	}
	if h.queue == nil {
		h.queue = make(chan message, maxQueued)
		s.spawnLocked(func(ctx context.Context) { s.send(ctx, h) })
	}
	select {
	case h.queue <- message{body, time.Now().Add(s.faults.Delay)}:
		s.pending++
	default:
		s.logDelivery(DeliveryLog{At: s.now(), Webhook: h.id, URL: h.url, Body: body, Err: "too many deliveries are waiting"})
	}
}

// send delivers a webhook's events one after the other until the simulator is
// closed.
func (s *Simulator) send(ctx context.Context, h *hookRow) {
	for {
		var m message
		select {
		case m = <-h.queue:
		case <-ctx.Done():
			return
		}
		s.deliver(ctx, h, s.swapped(ctx, h, m))
		s.deliver(ctx, h, m)
	}
}

// swapped takes the message after m, if events are to change places and one
// comes soon; else it gives an empty one.
func (s *Simulator) swapped(ctx context.Context, h *hookRow, m message) message {
	if !s.Faults().Reorder {
		return message{}
	}
	t := time.NewTimer(maxReorder + time.Until(m.due))
	defer t.Stop()
	select {
	case next := <-h.queue:
		return next
	case <-t.C:
	case <-ctx.Done():
	}
	return message{}
}

func (s *Simulator) deliver(ctx context.Context, h *hookRow, m message) {
	if m.body == nil {
		return
	}
	defer s.settle()
	if !sleep(ctx, time.Until(m.due)) {
		return
	}
	for attempt := 0; ; attempt++ {
		s.mu.Lock()
		gone := h.deleted
		d := s.faults.delivery()
		again := attempt < s.faults.RetryOn5xx
		s.mu.Unlock()
		if gone {
			return
		}
		status, err := s.post(ctx, h, m.body, d)
		if !again || err == nil && status < 500 || !sleep(ctx, time.Second<<min(attempt, 6)) {
			return
		}
	}
}

func (s *Simulator) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending--; s.pending == 0 {
		for _, c := range s.settled {
			close(c)
		}
		s.settled = nil
	}
}

// Settle waits until every queued event was delivered or given up.
func (s *Simulator) Settle(ctx context.Context) error {
	s.mu.Lock()
	if s.pending == 0 {
		s.mu.Unlock()
		return nil
	}
	c := make(chan struct{})
	s.settled = append(s.settled, c)
	s.mu.Unlock()
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ctx.Done():
		return errors.New("simulator: closed")
	}
}

// Emit posts a body now, from the caller's goroutine, to the URL in d or to
// every verified webhook, and gives the last status answered. body is sent as
// it is if it is []byte, string or json.RawMessage; anything else is encoded,
// and an object gets its webhook_id.
func (s *Simulator) Emit(ctx context.Context, body any, d Delivery) (status int, err error) {
	hooks := s.targets(d)
	if len(hooks) == 0 {
		return 0, errors.New("simulator: no verified webhook to post to")
	}
	for _, h := range hooks {
		raw, err := rawBody(body, h.id, d.WithoutID)
		if err != nil {
			return 0, err
		}
		if status, err = s.post(ctx, h, raw, d); err != nil {
			return 0, err
		}
	}
	return status, nil
}

// targets gives the webhooks that Emit posts to: copies, for d may change them.
func (s *Simulator) targets(d Delivery) []*hookRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []*hookRow
	for _, h := range s.hooks {
		if h.deleted || d.URL == "" && h.verifiedAt.IsZero() && d.Webhook == "" || d.URL != "" && h.url != d.URL ||
			d.Webhook != "" && h.id != d.Webhook {
			continue
		}
		found = append(found, h)
	}
	if len(found) > 1 && d.URL != "" {
		found = found[len(found)-1:] // one POST to one URL
	}
	if len(found) == 0 && d.URL != "" {
		found = []*hookRow{{id: d.Webhook, url: d.URL, secret: d.Secret}}
	}
	return found
}

func rawBody(body any, id hover.WebhookID, withoutID bool) ([]byte, error) {
	switch b := body.(type) {
	case []byte:
		return b, nil
	case json.RawMessage:
		return b, nil
	case string:
		return []byte(b), nil
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("simulator: encode the event: %w", err)
	}
	var object map[string]any
	if withoutID || id == "" || json.Unmarshal(raw, &object) != nil || object == nil || object["webhook_id"] != nil {
		return raw, nil
	}
	object["webhook_id"] = id.Wire()
	return json.Marshal(object)
}

// post sends one signed request and records what became of it.
func (s *Simulator) post(ctx context.Context, h *hookRow, body []byte, d Delivery) (int, error) {
	r, err := s.request(ctx, h, body, d)
	if err != nil {
		return 0, err
	}
	status, answer := 0, ""
	response, err := s.poster.Do(r)
	if err == nil {
		status = response.StatusCode
		said, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		_ = response.Body.Close()
		answer = strings.TrimSpace(string(said))
	}
	entry := DeliveryLog{At: s.now(), Webhook: h.id, URL: h.url, Body: body, Status: status}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err() // nobody is there to blame
	case err != nil:
		entry.Err = err.Error()
		h.lastError = entry.Err
		s.failed(h)
	case status < 200 || status > 299:
		s.failed(h)
		h.lastError = strings.TrimSpace(fmt.Sprintf("%d %s %s", status, http.StatusText(status), answer))
	default:
		h.failures = 0
	}
	s.logDelivery(entry)
	return status, err
}

func (s *Simulator) request(ctx context.Context, h *hookRow, body []byte, d Delivery) (*http.Request, error) {
	u, err := url.Parse(h.url)
	if err != nil {
		return nil, fmt.Errorf("simulator: webhook's URL: %w", err)
	}
	s.mu.Lock()
	secret, skew := h.secret, s.faults.ClockSkew
	body, contentType := s.faults.bodyFor(body)
	s.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("simulator: webhook's URL: %w", err)
	}
	if d.Secret != "" {
		secret = d.Secret
	}
	if d.BadSignature {
		secret = s.hmacSecret()
	}
	if d.Stale {
		d.StaleDate = time.Hour
	}
	reading, err := hover.ParseReading(d.Reading)
	if err != nil {
		return nil, err
	}
	if reading == (hover.Reading{}) {
		reading = hover.Reading{
			Algorithm: hover.SHA256, URI: hover.URIPathQuery, Key: hover.KeyText, ContentType: hover.ContentTypeSent,
		}
	}
	r.Header.Set("User-Agent", "Hover-Webhooks (simulated)")
	r.Header.Set("Content-Type", contentType)
	if d.ContentType != "" {
		r.Header.Set("Content-Type", d.ContentType)
	}
	r.Header.Set("Date", s.now().Add(skew-d.StaleDate).Format(http.TimeFormat))
	if !d.NoMD5 {
		r.Header.Set("Content-MD5", hover.ContentMD5(body))
	}
	if !d.Unsigned {
		id := h.id
		if d.Webhook != "" {
			id = d.Webhook
		}
		hover.Sign(hover.Delivery{Header: r.Header, RequestURI: u.RequestURI(), URL: h.url, Body: body}, secret, id, reading)
	}
	if d.Other && !d.Unsigned {
		signOtherwise(r.Header, body, secret)
	}
	if d.SHA1Only {
		r.Header.Del(hover.HeaderSignature256)
	}
	if d.SHA256Only {
		r.Header.Del(hover.HeaderSignature)
	}
	for k, v := range d.Header {
		r.Header.Set(k, v)
	}
	return r, nil
}

func (s *Simulator) logDelivery(l DeliveryLog) {
	s.o.Log.Debug("delivered", "webhook", l.Webhook, "status", l.Status, "error", l.Err)
	s.deliveries = append(s.deliveries, l)
	if len(s.deliveries) > maxLogged {
		s.deliveries = slices.Delete(s.deliveries, 0, maxLogged/2)
	}
}

// Deliveries gives every POST that was tried, oldest first.
func (s *Simulator) Deliveries() []DeliveryLog {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}
