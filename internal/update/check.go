package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"aead.dev/minisign"
)

// Known is what is kept from one feed to the next.
type Known struct {
	Serial  uint64    `json:"serial"`
	Digest  string    `json:"digest"`
	Expires time.Time `json:"expires"`
}

// Takes says whether a feed may follow what is known, at a time.
func (k Known) takes(f Feed, text []byte, now time.Time) error {
	switch {
	case f.Serial < k.Serial:
		return refused(RolledBack, fmt.Errorf("number %d after %d", f.Serial, k.Serial))
	case f.Serial == k.Serial && digest(text) != k.Digest:
		return refused(RolledBack, fmt.Errorf("another number %d", f.Serial))
	case !now.Before(f.Expires):
		return refused(Stale, fmt.Errorf("it ran out at %s", f.Expires.UTC().Format(time.RFC3339)))
	}
	return nil
}

// Feeder asks for the feed.
type Feeder struct {
	URL       string // of the feed; its signature is at this and ".minisig"
	Keys      []minisign.PublicKey
	Transport http.RoundTripper
}

const (
	feedWithin = time.Minute // for feed and signature together
	maxHops    = 5           // of a redirect: a release's host keeps its files elsewhere
)

// Check asks for the feed, and gives it with what is to be known from now on. An
// error is a [Refused], and known stays as it was.
func (c *Feeder) Check(ctx context.Context, known Known) (Feed, Known, error) {
	ctx, cancel := context.WithTimeout(ctx, feedWithin)
	defer cancel()
	text, err := c.get(ctx, c.URL, maxFeed)
	if err != nil {
		return Feed{}, known, err
	}
	signature, err := c.get(ctx, c.URL+".minisig", maxSignature)
	if err != nil {
		return Feed{}, known, err
	}
	f, err := Read(c.Keys, text, signature)
	if err != nil {
		return Feed{}, known, err
	}
	if err := known.takes(f, text, time.Now()); err != nil {
		return Feed{}, known, err
	}
	return f, Known{Serial: f.Serial, Digest: digest(text), Expires: f.Expires}, nil
}

// client is for one question: nothing is kept between two.
func (c *Feeder) client() *http.Client {
	return &http.Client{Transport: c.Transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxHops {
			return errors.New("it leads nowhere")
		}
		return secure(r.URL.String())
	}}
}

// ask asks for an address; a good answer's body is to be closed.
func (c *Feeder) ask(ctx context.Context, address string) (*http.Response, error) {
	if err := secure(address); err != nil {
		return nil, refused(Unreached, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, refused(Unreached, err)
	}
	// Who asks is nobody's business; and packed, a small answer could be a huge one.
	r.Header.Set("User-Agent", "Dormer")
	r.Header.Set("Accept-Encoding", "identity")
	resp, err := c.client().Do(r)
	if err != nil {
		return nil, refused(Unreached, err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, refused(Absent, fmt.Errorf("the server answers %s", resp.Status))
	}
	return resp, nil
}

// get reads what is at an address, if it is not larger than it may be.
func (c *Feeder) get(ctx context.Context, address string, most int64) ([]byte, error) {
	resp, err := c.ask(ctx, address)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch {
	case err != nil:
		return nil, refused(Unreached, err)
	case int64(len(text)) > most:
		return nil, refused(Huge, fmt.Errorf("more than %d bytes", most))
	}
	return text, nil
}
