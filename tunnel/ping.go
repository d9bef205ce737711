package tunnel

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"dormer/internal/netfault"
	"dormer/internal/say"
)

const (
	// pingHeader carries a nonce to the public address, and pongHeader what
	// only the handler behind it can answer.
	pingHeader = "Dormer-Ping"
	pongHeader = "Dormer-Pong"
	// maxPings bounds how many are on their way at a time.
	maxPings = 8
	// pingTime bounds one.
	pingTime = 15 * time.Second
)

// Pinger proves that a public address leads to a handler: a request is sent to
// the address, and the handler's wrapper answers it. Neither somebody else at
// that address nor an echo of the request can.
type Pinger struct {
	mu   sync.Mutex
	sent map[string]string // nonce → what to answer
}

// NewPinger makes a pinger. Wrap the tunnel's handler with it.
func NewPinger() *Pinger { return &Pinger{sent: map[string]string{}} }

// Wrap answers the pings of this pinger, each one once, and passes all that is no
// ping on to h untouched. A ping that nobody waits for any more, because it is
// late, was sent twice on its way or comes from an earlier run or another computer,
// is answered 404 and is nobody's business.
func (p *Pinger) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonces, isPing := r.Header[pingHeader]
		if !isPing {
			h.ServeHTTP(w, r)
			return
		}
		pong := ""
		if len(nonces) == 1 && r.Method == http.MethodPost {
			pong = p.spend(nonces[0])
		}
		if pong == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set(pongHeader, pong)
		w.WriteHeader(http.StatusNoContent)
	})
}

// Ping posts to url, the public address with a path that the tunnel lets
// through, and gives the time until the answer. The error is an *[Error] that
// says what answered instead: its Code is ngrok's where there is one, as
// "ERR_NGROK_3200" for an address that is offline. It takes 15 s at most, and
// follows no redirect.
func (p *Pinger) Ping(ctx context.Context, client *http.Client, url string) (latency time.Duration, err error) {
	nonce, pong, err := p.issue()
	if err != nil {
		return 0, err
	}
	defer p.spend(nonce)
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	// With http.NoBody a transport would copy nothing, by a buffer of 32 KiB.
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return 0, pingError(say.T("tunnel.public_address"), say.T("tunnel.public_address.do"), nil)
	}
	// The next one is minutes away and finds its own way here; a connection that is kept
	// wakes us once more to be closed.
	req.Close = true
	req.Header.Set(pingHeader, nonce)
	req.Header.Set("User-Agent", "Dormer")
	req.Header.Set("Ngrok-Skip-Browser-Warning", "1")

	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	start := time.Now()
	resp, err := direct.Do(req)
	latency = time.Since(start)
	if err != nil {
		return 0, pingFault(netfault.Of(req.URL.Host, err)) // without the path, which may be a secret
	}
	defer func() { _ = resp.Body.Close() }() // the answer is in the header
	if subtle.ConstantTimeCompare([]byte(resp.Header.Get(pongHeader)), []byte(pong)) == 1 {
		return latency, nil
	}
	fault := netfault.OfReply(req.URL.Host, resp)
	if code := codePattern.FindString(resp.Header.Get("Ngrok-Error-Code")); code != "" {
		fault.Kind = netfault.Else // its page is no filter's
		a := adviceFor(code)
		e := pingError(a.says, a.do, fault)
		e.Code = code
		return 0, e
	}
	return 0, pingFault(fault)
}

func pingFault(f *netfault.Fault) *Error {
	words := f.Say()
	return pingError(words.What, words.Do, f)
}

func pingError(says, do say.Text, err error) *Error {
	return &Error{Op: "ping", Says: says, Do: do, Err: err}
}

var errTooManyPings = pingError(say.T("tunnel.pings"), say.T("tunnel.pings.do"), nil)

// issue makes a nonce and the answer to it.
func (p *Pinger) issue() (nonce, pong string, err error) {
	nonce, pong = rand.Text(), rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) >= maxPings {
		return "", "", errTooManyPings
	}
	p.sent[nonce] = pong
	return nonce, pong, nil
}

// spend takes a nonce back and gives the answer to it; "" if it was never
// issued, or spent before. It compares with all, in constant time.
func (p *Pinger) spend(nonce string) (pong string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := ""
	for sent := range p.sent {
		if subtle.ConstantTimeCompare([]byte(sent), []byte(nonce)) == 1 {
			found = sent
		}
	}
	pong = p.sent[found]
	delete(p.sent, found)
	return pong
}
