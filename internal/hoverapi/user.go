package hoverapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"dormer/internal/hover"
)

// Users lists the organisation's people, or only its administrators.
func (c *Client) Users(ctx context.Context, admin bool) ([]hover.User, error) {
	k := call{op: "list the users", path: "api/v2/users"}
	if admin {
		k.query = url.Values{"admin": {"true"}}
	}
	var all []hover.User
	for u, err := range pages[hover.User](ctx, c, k, "users") {
		if err != nil {
			return nil, err
		}
		if u.ID != "" {
			all = append(all, u)
		}
	}
	return all, nil
}

// orgsCall lists the organisations that a sign-in may act for. No page of Hover's shows
// the reply; integrators read "orgs", with an id and a name each.
var orgsCall = call{op: "list the organizations", method: http.MethodGet, path: "api/v1/orgs"}

// Orgs lists the organisations of the sign-in that is in use.
func (c *Client) Orgs(ctx context.Context) ([]hover.Org, error) {
	var orgs hover.Orgs
	err := c.ask(ctx, orgsCall, &orgs)
	return orgs.List, err
}

// OrgsOf lists those of a sign-in that is not in use. It asks but once.
func (c *Client) OrgsOf(ctx context.Context, s Saved) ([]hover.Org, error) {
	r, failure := c.try(ctx, orgsCall, s.Access)
	if failure != nil {
		return nil, failure
	}
	var orgs hover.Orgs
	err := orgsCall.decode(c.wire.base.Host, r, &orgs)
	return orgs.List, err
}

// Profile asks for one person.
func (c *Client) Profile(ctx context.Context, id hover.UserID) (hover.User, error) {
	k := call{op: "ask for the user", method: http.MethodGet, path: "api/v2/users/profile", as: id}
	var raw json.RawMessage
	if err := c.ask(ctx, k, &raw); err != nil {
		return hover.User{}, err
	}
	var wrapped struct {
		User json.RawMessage `json:"user"`
	}
	if json.Unmarshal(raw, &wrapped) == nil && len(wrapped.User) > 0 && wrapped.User[0] == '{' {
		raw = wrapped.User
	}
	var u hover.User
	return u, k.decode(c.wire.base.Host, reply{status: http.StatusOK, body: raw}, &u)
}
