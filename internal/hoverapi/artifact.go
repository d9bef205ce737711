package hoverapi

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// idleTimeout is how long a download may bring nothing.
const idleTimeout = time.Minute

// Get asks for a file by the link that a job's reply gives, and follows where
// it leads: Hover's links want the bearer and redirect to storage, which must
// not see it. A link on Hover's origin is asked with bearer and acting user; any
// other link bare.
//
// The last response comes back whatever its status, for the caller to judge and
// close; only what kept one from coming is an error. A 401 of Hover's own is
// answered once with a renewed token: a second one means that the acting user
// has no access to the file. The body ends with an error of kind Timeout if
// nothing comes for a minute; there is no limit on the whole.
func (c *Client) Get(ctx context.Context, link string) (*http.Response, error) {
	const op = "get a file"
	u, err := url.Parse(link)
	if err == nil {
		err = checkWeb(u, c.wire.base)
	} else {
		err = say.Because("hover.why.link")
	}
	if err != nil {
		return nil, &Error{Op: op, Kind: Invalid, Err: err}
	}
	u.Fragment = ""
	if !sameOrigin(u, c.wire.base) {
		return c.get(ctx, u, "")
	}
	c.addUser(u)
	for renewed := false; ; renewed = true {
		access, err := c.o.Tokens.Token(ctx)
		if err != nil {
			return nil, renamed(op, err)
		}
		response, err := c.get(ctx, u, access)
		if err != nil || renewed || response.StatusCode != http.StatusUnauthorized ||
			!sameOrigin(response.Request.URL, c.wire.base) {
			return response, err
		}
		drop(response)
		c.o.Tokens.Invalidate(access)
	}
}

// Own says whether a response came from Hover's origin.
func (c *Client) Own(r *http.Response) bool { return sameOrigin(r.Request.URL, c.wire.base) }

// OwnLink says whether a link leads to Hover's origin: any other is storage's, and
// good for some days.
func (c *Client) OwnLink(link string) bool {
	u, err := url.Parse(link)
	return err == nil && sameOrigin(u, c.wire.base)
}

func (c *Client) get(ctx context.Context, u *url.URL, access string) (*http.Response, error) {
	const op = "get a file"
	d := newDeadline(ctx)
	r, err := http.NewRequestWithContext(d.ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		d.end()
		return nil, &Error{Op: op, Kind: Invalid, Err: say.Because("hover.why.link")}
	}
	// As it is, so that its length is known and can be checked.
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("Accept", "*/*")
	response, _, err := c.hops(access).send(d, r)
	if err != nil {
		d.end()
		return nil, unreached(op, err)
	}
	d.pause()
	response.Body = &watchedBody{body: response.Body, d: d}
	return response, nil
}

// addUser appends the acting user to a link, unless it names one, and leaves
// the rest of its query as it is.
func (c *Client) addUser(u *url.URL) {
	user := c.o.ActingUser()
	if q := u.Query(); user == "" || q.Has("current_user_id") || q.Has("current_user_email") {
		return
	}
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "current_user_id=" + url.QueryEscape(user.String())
}

// watchedBody is a body that must keep coming. The time between reads is the
// reader's own and does not count.
type watchedBody struct {
	body io.ReadCloser
	d    *deadline
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.d.start(idleTimeout)
	n, err := b.body.Read(p)
	b.d.pause()
	if err != nil && err != io.EOF {
		err = unreached("read a file", b.d.explain(err))
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.d.end()
	return b.body.Close()
}

// ArtifactURL builds the link to a structure's file, for a reply that gives
// none. The paths beyond PDF, JSON, XLSX and FML are guesses by analogy; the
// reply's own link is always better. "" for a format without a path of its own.
func (c *Client) ArtifactURL(model hover.ModelID, format hover.Format) string {
	var file, version string
	switch format {
	case hover.FormatPDF, hover.FormatXLSX:
		file = "measurements." + string(format)
	case hover.FormatJSON:
		// What comes without a version is not documented.
		file, version = "measurements.json", "full_json"
	case hover.FormatXML:
		file, version = "cad_export.xml", "v2"
	case hover.FormatSKP, hover.FormatESX, hover.FormatFML:
		file = "cad_export." + string(format)
	default:
		return ""
	}
	if model == "" || model == "." || model == ".." {
		return ""
	}
	u := c.wire.base.JoinPath("api/v3/models", url.PathEscape(model.String()), "artifacts", file)
	if version != "" {
		u.RawQuery = url.Values{"version": {version}}.Encode()
	}
	return u.String()
}
