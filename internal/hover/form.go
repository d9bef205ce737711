package hover

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// A webhook may be registered for bodies that are forms: whether Hover then sends
// them so is not known, so both usual ways are read (one field a value, and the
// JSON object as the field "payload").

const (
	maxFormFields = 200
	formPayload   = "payload"
)

// Object gives a webhook's body as a JSON object: as it came if it is one, made of
// its fields if it is a form. A form's values are texts, "job[id]" is the field id
// of an object job. false if the body is neither.
func Object(body []byte) (json.RawMessage, bool) {
	if b := bytes.TrimSpace(body); len(b) > 0 && b[0] == '{' {
		return body, json.Valid(body)
	}
	return formObject(body)
}

// formObject reads a form. What does not name an event is none of Hover's: any
// text at all could be read as a form.
func formObject(body []byte) (json.RawMessage, bool) {
	if bytes.ContainsAny(body, "\x00\n") || bytes.Count(body, []byte("&")) >= maxFormFields {
		return nil, false
	}
	values, err := url.ParseQuery(strings.TrimSpace(string(body)))
	if err != nil {
		return nil, false
	}
	if payload := []byte(values.Get(formPayload)); len(payload) > 0 {
		var object map[string]json.RawMessage
		return payload, json.Unmarshal(payload, &object) == nil && object != nil
	}
	if values.Get("event") == "" {
		return nil, false
	}
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(values)) { // "job" before "job[id]", which says more
		list := values[name]
		if outer, inner, nested := strings.Cut(strings.TrimSuffix(name, "]"), "["); nested && outer != "" && inner != "" {
			within, ok := object[outer].(map[string]any)
			if !ok {
				within = map[string]any{}
			}
			within[inner] = list[0]
			object[outer] = within
			continue
		}
		object[name] = list[0]
	}
	made, err := json.Marshal(object)
	return made, err == nil
}
