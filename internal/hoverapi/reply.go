package hoverapi

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// maxTokenReply bounds a reply of the token endpoint, in bytes.
const maxTokenReply = 1 << 20

// plainReply makes a reply of the token endpoint what x/oauth2 reads: JSON under
// its own type, with a whole number of seconds in expires_in or none. A reply that
// it cannot read holds a refresh token that is spent all the same. whole says that
// it is a JSON object.
func plainReply(r *http.Response) (whole bool, err error) {
	b, err := readAll(r.Body, maxTokenReply)
	if err != nil {
		return false, err
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	var fields map[string]json.RawMessage
	if whole = json.Unmarshal(b, &fields) == nil && fields != nil; whole {
		r.Header.Set("Content-Type", "application/json")
		if seconds := wholeSeconds(fields["expires_in"]); seconds > 0 {
			fields["expires_in"] = strconv.AppendInt(nil, seconds, 10)
		} else {
			delete(fields, "expires_in") // not said: it is renewed when it is refused
		}
		if fixed, err := json.Marshal(fields); err == nil {
			b = fixed
		}
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	r.Header.Del("Content-Length")
	return whole, nil
}

// wholeSeconds reads a number of seconds, as a number or as text, whole or not; 0
// if it is none.
func wholeSeconds(raw json.RawMessage) int64 {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(f) || f < 1 {
		return 0
	}
	const year = 366 * 24 * 60 * 60
	return int64(min(f, year))
}
