package doctor

import (
	"bytes"
	"encoding/json"
	"net/url"

	"dormer/internal/hover"
)

// The kinds of bodies.
const (
	bodyJSON    = "JSON"
	bodyForm    = "a form"
	bodyPayload = "JSON within a form"
	bodyOther   = "neither JSON nor a form"
)

// kindOf says what a body is, and gives the object in it.
func kindOf(body []byte) (kind string, object json.RawMessage) {
	object, ok := hover.Object(body)
	body = bytes.TrimSpace(body)
	switch {
	case !ok:
		return bodyOther, nil
	case body[0] == '{':
		return bodyJSON, object
	}
	if values, err := url.ParseQuery(string(body)); err == nil && values.Has("payload") {
		return bodyPayload, object
	}
	return bodyForm, object
}
