package say

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Contract gives v as JSON for scripts: each Text in it as its English words, so
// that a field of the operator's contract is a string. Fields keep their order.
func Contract(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("say: %w", err)
	}
	if !bytes.Contains(b, []byte(`{"say":`)) {
		return b, nil
	}
	var out bytes.Buffer
	for {
		before, found, rest := cutText(b)
		out.Write(before)
		if found == nil {
			return out.Bytes(), nil
		}
		var t Text
		if err := json.Unmarshal(found, &t); err != nil {
			return nil, err
		}
		words, err := json.Marshal(t.String())
		if err != nil {
			return nil, fmt.Errorf("say: %w", err)
		}
		out.Write(words)
		b = rest
	}
}

// cutText finds the first text in JSON, a whole object that begins with "say".
// The sign {"say": cannot stand within a string, where the quotation marks are
// escaped.
func cutText(b []byte) (before, text, rest []byte) {
	i := bytes.Index(b, []byte(`{"say":`))
	if i < 0 {
		return b, nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(b[i:]))
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return b, nil, nil
	}
	end := i + int(d.InputOffset())
	return b[:i], b[i:end], b[end:]
}
