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
