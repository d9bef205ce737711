// Package inbox receives one webhook: it limits, verifies and persists a
// delivery, and only then answers 200.
//
// The order is the operator's contract: path (404), method (405), size (413),
// signature (401), JSON (400), stored (200, or 503 when the store cannot). What
// is refused for its signature or its JSON goes to the keeper's quarantine,
// which is bounded and drives nothing.
package inbox

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"dormer/internal/hover"
)

// MaxBody is the largest body that is read, in bytes. Hover's are under 1 kB.
const MaxBody = 1 << 20

// readTimeout bounds how long one body may take to arrive.
const readTimeout = 30 * time.Second

// Bodies of more than smallBody bytes, which Hover does not send, are read a few
// at a time: whoever knows the path could otherwise have us hold hundreds of
// large ones at once.
const (
	smallBody = 16 << 10
	maxLarge  = 8
)

// A Delivery is one webhook as it arrived, with what was made of it.
type Delivery struct {
	At      time.Time
	Event   hover.Event // nil if the body is not a JSON object
	Verdict hover.Verdict
	Reading hover.Reading // of the signature; zero unless signed
	// Unread says that the webhook's secret is not known yet: the delivery is to be
	// judged again, by [Judge], once it is.
	Unread bool
	Path   string
	Header http.Header // only the headers that matter: see Headers
	Body   []byte      // byte for byte
	// Sent is what was judged, with all its headers, and Webhook is ours by whose
	// secret; "" if by none.
	Sent    hover.Delivery
	Webhook hover.WebhookID
}

// Headers are the request headers that are kept, as net/http spells them: what the
// signature is made of, and what tells senders apart.
var Headers = []string{
	"Content-Type", "Content-Md5", hover.HeaderContentSHA256, "Date", "Hover-Signature", "Hover-Signature-256",
	hover.HeaderAuthorization, "User-Agent", "X-Forwarded-For",
}

// Nonsense is the name of the text that says why a delivery is refused whose body
// makes no sense, whoever signed it.
const Nonsense = "refused.nonsense"

// A Keeper keeps deliveries.
type Keeper interface {
	// Keep stores a delivery with all that it causes and returns once it is
	// durable.
	Keep(ctx context.Context, d Delivery) error
	// Quarantine remembers a refused delivery for diagnosis. It may forget.
	Quarantine(ctx context.Context, d Delivery, why string)
}

// A Key is what is known of one of our webhooks.
type Key struct {
	Webhook hover.WebhookID
	Secret  string
	Pinned  hover.Reading // zero until a delivery has pinned it
}

// Trust tells whose signatures count.
type Trust interface {
	// Keys gives our live webhooks, the present one first.
	Keys() []Key
	// Unread says that the secrets of our webhooks could not be read yet.
	Unread() bool
	// Registering says that a registration is under way whose id and secret are
	// not known yet: its verification code may arrive first.
	Registering() bool
	// AwaitsCode says that Hover was asked for a verification code and that its
	// POST may still come.
	AwaitsCode() bool
	// Pin remembers the reading that a delivery of the webhook matched.
	Pin(ctx context.Context, id hover.WebhookID, r hover.Reading) error
}

// Options are what an Inbox is made of; all are needed.
type Options struct {
	Path  string        // the secret path, "/hover/<32 hex digits>"
	URL   func() string // the public URL of Path as Hover knows it; may be empty
	Keep  Keeper
	Trust Trust
	Now   func() time.Time
	Log   *slog.Logger
}

// Inbox is the http.Handler behind the public address.
type Inbox struct {
	o     Options
	large chan struct{} // holds a value for every large body that is here

	mu      sync.Mutex // protects minute and written
	minute  time.Time
	written int
}

// New makes an Inbox.
func New(o Options) *Inbox { return &Inbox{o: o, large: make(chan struct{}, maxLarge)} }

// maxQuarantined bounds how many refused deliveries a minute are written down:
// whoever has found the path must not be able to wear out the disk.
const maxQuarantined = 30

// ServeHTTP receives one delivery.
func (in *Inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.URL.Path), []byte(in.o.Path)) != 1 {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	body, large, status := in.read(w, r)
	if large {
		defer func() { <-in.large }()
	}
	if status != 0 {
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "60")
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	d := Delivery{At: in.o.Now(), Path: r.URL.Path, Header: kept(r.Header), Body: body}
	var undecoded error
	d.Event, undecoded = hover.Decode(body)

	refused := in.verify(r, &d)
	if refused != "" {
		in.refuse(r.Context(), d, refused)
		http.Error(w, "the signature does not match", http.StatusUnauthorized)
		return
	}
	if undecoded != nil {
		in.refuse(r.Context(), d, Nonsense)
		http.Error(w, "the body is not a JSON object", http.StatusBadRequest)
		return
	}
	// The sender may hang up while we commit; what arrived is kept all the same.
	if err := in.o.Keep.Keep(context.WithoutCancel(r.Context()), d); err != nil {
		in.o.Log.Error("a webhook could not be stored and was answered 503", "event", d.Event.Name(), "error", err)
		w.Header().Set("Retry-After", "60")
		http.Error(w, "cannot store it now, please send it again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK) // and nothing more: nobody reads it, and everybody on the way carries it
}

// read takes the body, or gives the status that refuses it. Where it took one of
// the turns for large bodies it says so, and the caller gives it back.
func (in *Inbox) read(w http.ResponseWriter, r *http.Request) (body []byte, large bool, status int) {
	if r.ContentLength > MaxBody {
		return nil, false, http.StatusRequestEntityTooLarge
	}
	// Not every connection has deadlines; the limit on the size holds anyway.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(readTimeout))
	limit := time.NewTimer(readTimeout)
	defer limit.Stop()

	bounded := http.MaxBytesReader(w, r.Body, MaxBody)
	body, err := io.ReadAll(io.LimitReader(bounded, smallBody))
	if err == nil && len(body) == smallBody {
		select {
		case in.large <- struct{}{}:
			large = true
		case <-limit.C:
			return nil, false, http.StatusServiceUnavailable
		}
		var rest []byte
		rest, err = io.ReadAll(bounded)
		body = append(body, rest...)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, large, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, large, http.StatusBadRequest // it hung up or stalled: nobody reads this
	}
	return body, large, 0
}

// verify sets the delivery's verdict, or says why it is refused.
func (in *Inbox) verify(r *http.Request, d *Delivery) (refused string) {
	signed := hover.Delivery{Header: r.Header, RequestURI: requestURI(r), Body: d.Body}
	if in.o.URL != nil {
		signed.URL = in.o.URL()
	}
	j := Judge(in.o.Trust, signed, d.Event)
	if j.Refused == "" && j.Pin {
		if err := in.o.Trust.Pin(r.Context(), j.Webhook, j.Reading); err != nil {
			in.o.Log.Error("the signature's reading could not be remembered", "error", err)
			j.Verdict, j.Reading = hover.VerdictUnpinned, hover.Reading{} // a hint, as before
		} else {
			in.o.Log.Info("Hover's signature is understood from now on", "reading", j.Reading.String(), "webhook", j.Webhook)
		}
	}
	d.Verdict, d.Reading, d.Unread = j.Verdict, j.Reading, j.Unread
	d.Sent, d.Webhook = signed, j.Webhook
	return j.Refused
}

// pick finds the key of the named webhook; a delivery that names none is the
// present webhook's.
func pick(keys []Key, named hover.WebhookID) (Key, bool) {
	for _, k := range keys {
		if k.Webhook == named || named == "" {
			return k, true
		}
	}
	return Key{}, false
}

func anyPinned(keys []Key) bool {
	for _, k := range keys {
		if k.Pinned != (hover.Reading{}) {
			return true
		}
	}
	return false
}

// requestURI is the path and query as the sender wrote them.
func requestURI(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// refuse quarantines a delivery, a bounded number a minute.
func (in *Inbox) refuse(ctx context.Context, d Delivery, why string) {
	in.mu.Lock()
	if m := d.At.Truncate(time.Minute); !m.Equal(in.minute) {
		in.minute, in.written = m, 0
	}
	in.written++
	drop := in.written > maxQuarantined
	in.mu.Unlock()
	if drop {
		return
	}
	in.o.Log.Warn("a delivery was refused", "why", why, "bytes", len(d.Body))
	in.o.Keep.Quarantine(context.WithoutCancel(ctx), d, why)
}

func kept(h http.Header) http.Header {
	out := make(http.Header, len(Headers))
	for _, name := range Headers {
		for _, v := range h[name] {
			if name == hover.HeaderAuthorization && !strings.HasPrefix(v, "APIAuth") {
				continue // somebody's password, perhaps
			}
			if len(v) <= 1024 && len(out[name]) < 4 {
				out[name] = append(out[name], v)
			}
		}
	}
	return out
}
