package hoverapi

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// CaptureRequests lists the capture requests that the organisation made.
func (c *Client) CaptureRequests(ctx context.Context) ([]hover.CaptureRequest, error) {
	var all []hover.CaptureRequest
	k := call{op: "list the capture requests", path: "api/v2/capture_requests"}
	for r, err := range pages[hover.CaptureRequest](ctx, c, k, "requested_captures", "capture_requests") {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// CaptureRequest asks for one capture request with its details, the link among
// them.
func (c *Client) CaptureRequest(ctx context.Context, id hover.CaptureRequestID) (hover.CaptureRequest, error) {
	var r hover.CaptureRequest
	err := c.ask(ctx, call{
		op: "ask for the capture request", method: http.MethodGet, path: "api/v2/capture_requests/" + segment(id) + "/details",
	}, &r)
	return r, err
}

// CreateCaptureRequest invites somebody to capture a property; with it Hover
// makes a draft job. It is sent once only: whether a lost reply left a request
// behind is for the caller to find out from the list.
func (c *Client) CreateCaptureRequest(ctx context.Context, n hover.NewCaptureRequest) (hover.CaptureRequest, error) {
	const op = "create the capture request"
	job := map[string]any{}
	request := map[string]any{"signup_type": "homeowner", "job_attributes": job}
	for _, required := range []struct {
		in      map[string]any
		key, is string
		as      say.Text
	}{
		{request, "capturing_user_name", n.Name, say.T("hover.why.needed.name")},
		{request, "capturing_user_email", n.Email, say.T("hover.why.needed.mail")},
		{job, "location_line_1", n.Address.Line1, say.T("hover.why.needed.address")},
	} {
		if strings.TrimSpace(required.is) == "" {
			return hover.CaptureRequest{}, &Error{Op: op, Kind: Invalid, Err: say.Because("hover.why.needed", "what", required.as)}
		}
		required.in[required.key] = required.is
	}
	for _, optional := range []struct {
		in      map[string]any
		key, is string
	}{
		{request, "capturing_user_phone", n.Phone},
		{job, "name", n.JobName},
		{job, "location_line_2", n.Address.Line2},
		{job, "location_city", n.Address.City},
		{job, "location_region", n.Address.Region},
		{job, "location_postal_code", n.Address.PostalCode},
		{job, "location_country", n.Address.Country},
		{job, "external_identifier", n.ExternalID},
	} {
		if optional.is != "" {
			optional.in[optional.key] = optional.is
		}
	}
	if n.Deliverable != "" {
		job["deliverable_id"] = n.Deliverable.Wire()
	}
	if n.LinkOnly {
		// Hover's guide says that this can be had, not by which keys; these are
		// the fields that its replies show.
		job["suppress_email"], request["suppress_text_messages"] = true, true
	}
	var r hover.CaptureRequest
	err := c.ask(ctx, call{
		op: op, method: http.MethodPost, path: "api/v2/capture_requests", once: true,
		body: map[string]any{"capture_request": request},
	}, &r)
	return r, err
}

// CaptureLink gives the link that a capture request is shared by, for its
// identifier ("XcUUtA"). Hover answers with a redirect to it, which is read and
// not followed.
func (c *Client) CaptureLink(ctx context.Context, identifier string) (string, error) {
	k := call{
		op: "ask for the capture link", method: http.MethodGet,
		path: "api/v2/capture_requests/" + url.PathEscape(identifier), link: true,
	}
	r, err := c.do(ctx, k)
	if err != nil {
		return "", err
	}
	link := r.header.Get("Location")
	if link == "" {
		if m := href.FindSubmatch(r.body); m != nil {
			link = html.UnescapeString(string(m[1]))
		}
	}
	u, err := c.wire.base.Parse(link)
	if link == "" || err != nil || checkWeb(u, c.wire.base) != nil {
		return "", &Error{Op: k.op, Kind: BadReply, Status: r.status, Err: say.Because("hover.why.no_link")}
	}
	return u.String(), nil
}

var href = regexp.MustCompile(`(?i)<a\s[^>]*href\s*=\s*["']([^"'<>]+)["']`)

// DeleteCaptureRequest takes an invitation back.
func (c *Client) DeleteCaptureRequest(ctx context.Context, id hover.CaptureRequestID) error {
	_, err := c.do(ctx, call{
		op: "delete the capture request", method: http.MethodDelete, path: "api/v2/capture_requests/" + segment(id),
	})
	return err
}
