package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dormer/internal/hover"
)

func (s *Simulator) hookJSON(h *hookRow) map[string]any {
	return map[string]any{
		"id": h.id.Wire(), "owner_type": "Org", "owner_id": s.org.Wire(), "url": h.url, "hmac_secret": h.secret,
		"created_at": stamp(h.created), "updated_at": stamp(h.updated), "verified_at": stamp(h.verifiedAt),
		"last_error": orNull(h.lastError), "content_type": "json",
	}
}

func (s *Simulator) registerWebhook(w http.ResponseWriter, r *http.Request) {
	target, ok := webhookURL(r)
	if !ok {
		s.refuse(w, http.StatusUnprocessableEntity, "webhook", "is missing or has no url")
		return
	}
	if u, err := url.Parse(target); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		s.refuse(w, http.StatusUnprocessableEntity, "url", "is not a valid URL")
		return
	}
	s.mu.Lock()
	same := 0
	for _, h := range s.live() {
		if h.url == target {
			same++
		}
	}
	if same >= 2 && s.faults.WebhookThirdURL422 {
		s.mu.Unlock()
		s.refuse(w, http.StatusUnprocessableEntity, "url", "has already been taken")
		return
	}
	h := s.addHook(target)
	hold, delay, lost := s.faults.VerificationBefore201, s.faults.VerificationDelay, s.faults.VerificationLost.take()
	reply := s.hookJSON(h)
	if !lost {
		s.spawnLocked(func(ctx context.Context) {
			if sleep(ctx, delay) {
				s.postCode(ctx, h)
			}
		})
	}
	s.mu.Unlock()
	if hold > 0 && !sleep(r.Context(), hold) {
		return
	}
	writeJSON(w, http.StatusCreated, reply)
}

// addHook makes a webhook that is not verified yet; callers hold mu.
func (s *Simulator) addHook(target string) *hookRow {
	h := &hookRow{
		id: hover.WebhookID(s.id()), url: target, secret: s.hmacSecret(), code: s.uuid(),
		created: s.now(), updated: s.now(),
	}
	s.hooks = append(s.hooks, h)
	return h
}

// postCode sends the verification code, signed like every event.
func (s *Simulator) postCode(ctx context.Context, h *hookRow) {
	s.mu.Lock()
	d := s.faults.delivery()
	d.Unsigned = d.Unsigned || s.faults.UnsignedCode
	times := 1
	if s.faults.CodeTwice {
		times = 2
	}
	body := codeBody(h)
	s.mu.Unlock()
	for range times {
		if _, err := s.post(ctx, h, body, d); err != nil {
			s.o.Log.Debug("the verification code did not arrive", "webhook", h.id, "error", err)
		}
	}
}

func codeBody(h *hookRow) []byte {
	return fmt.Appendf(nil, `{"event":%q,"webhook_id":%s,"code":%q}`, hover.EventVerificationCode, h.id, h.code)
}

// webhookURL reads a registration, JSON or form, nested under "webhook"; a flat
// body is refused (observed at Hover by a public client).
func webhookURL(r *http.Request) (string, bool) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/x-www-form-urlencoded" {
		u := r.PostFormValue("webhook[url]")
		return u, u != ""
	}
	var body struct {
		Webhook struct {
			URL string `json:"url"`
		} `json:"webhook"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	return body.Webhook.URL, err == nil && body.Webhook.URL != ""
}

func (s *Simulator) listWebhooks(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	all := []map[string]any{}
	for _, h := range s.live() {
		all = append(all, s.hookJSON(h))
	}
	s.mu.Unlock()
	page, now := paged(all, r.URL.Query())
	writeJSON(w, http.StatusOK, map[string]any{"pagination": now.v2(), "results": page})
}

// live gives the webhooks that are not deleted; callers hold mu.
func (s *Simulator) live() []*hookRow {
	return slices.DeleteFunc(slices.Clone(s.hooks), func(h *hookRow) bool { return h.deleted })
}

func (s *Simulator) hook(id hover.WebhookID) *hookRow {
	for _, h := range s.hooks {
		if h.id == id && !h.deleted {
			return h
		}
	}
	return nil
}

func (s *Simulator) showWebhook(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	var reply map[string]any
	if h := s.hook(hover.WebhookID(r.PathValue("id"))); h != nil {
		reply = s.hookJSON(h)
	}
	s.mu.Unlock()
	s.show(w, "webhook", reply)
}

// verifyWebhook takes a code, with or without a bearer: Hover's pages differ.
func (s *Simulator) verifyWebhook(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("id")
	s.mu.Lock()
	i := slices.IndexFunc(s.hooks, func(h *hookRow) bool { return !h.deleted && strings.EqualFold(h.code, code) })
	if i >= 0 {
		s.verify(s.hooks[i])
	}
	s.mu.Unlock()
	if i < 0 {
		s.refuse(w, http.StatusNotFound, "code", "not found")
		return
	}
	w.WriteHeader(http.StatusOK)
}

// verify makes a webhook live; callers hold mu.
func (s *Simulator) verify(h *hookRow) {
	if h.verifiedAt.IsZero() {
		h.verifiedAt, h.updated = s.now(), s.now()
	}
	if !s.isVerified {
		s.isVerified = true
		close(s.verified)
	}
}

func (s *Simulator) resendCode(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	h := s.hook(hover.WebhookID(r.PathValue("id")))
	var body []byte
	if h != nil {
		if s.faults.CodeInResend {
			body = codeBody(h)
		}
		if delay := s.faults.VerificationDelay; !s.faults.VerificationLost.take() {
			s.spawnLocked(func(ctx context.Context) {
				if sleep(ctx, delay) {
					s.postCode(ctx, h)
				}
			})
		}
	}
	s.mu.Unlock()
	if h == nil {
		s.refuse(w, http.StatusNotFound, "webhook", "not found")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}

func (s *Simulator) removeWebhook(w http.ResponseWriter, r *http.Request) {
	if !s.DeleteWebhook(hover.WebhookID(r.PathValue("id"))) {
		s.refuse(w, http.StatusNotFound, "webhook", "not found")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Webhook is a registered webhook with the code that would verify it.
type Webhook struct {
	hover.Webhook
	Code string
}

// Webhooks gives the registered webhooks, oldest first.
func (s *Simulator) Webhooks() []Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Webhook
	for _, h := range s.live() {
		all = append(all, Webhook{
			Webhook: hover.Webhook{
				ID: h.id, OwnerID: s.org, URL: h.url, Secret: h.secret, ContentType: "json", LastError: h.lastError,
				VerifiedAt: h.verifiedAt, CreatedAt: h.created,
			},
			Code: h.code,
		})
	}
	return all
}

// DeleteWebhook removes a webhook, as somebody else with access could; false
// if there is none.
func (s *Simulator) DeleteWebhook(id hover.WebhookID) bool {
	return s.changeHook(id, func(h *hookRow) { h.deleted = true })
}

// RotateSecret gives a webhook another hmac_secret; false if there is none.
func (s *Simulator) RotateSecret(id hover.WebhookID) bool {
	return s.changeHook(id, func(h *hookRow) { h.secret, h.updated = s.hmacSecret(), s.now() })
}

// SetLastError sets what a webhook last answered badly; false if there is none.
func (s *Simulator) SetLastError(id hover.WebhookID, text string) bool {
	return s.changeHook(id, func(h *hookRow) { h.lastError = text })
}

func (s *Simulator) changeHook(id hover.WebhookID, f func(*hookRow)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hook(id)
	if h != nil {
		f(h)
	}
	return h != nil
}

// RegisterForeign adds a webhook of somebody else's, already verified. Events
// are posted to it too; an empty URL gives one that leads nowhere.
func (s *Simulator) RegisterForeign(target string) hover.WebhookID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if target == "" {
		target = "https://crm.invalid/hooks/hover"
	}
	h := s.addHook(target)
	h.verifiedAt = h.created
	return h.id
}

// Verified is closed once any webhook was verified through the API.
func (s *Simulator) Verified() <-chan struct{} { return s.verified }
