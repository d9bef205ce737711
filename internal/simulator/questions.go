package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dormer/internal/hover"
)

// Questions are what nobody has seen of Hover yet, and how the simulator answers
// each: the zero value as Hover's pages or the most public clients say. They are
// part of [Faults]; the product has to live with every combination.
type Questions struct {
	WithoutV2      bool   `json:"without_v2"`       // no job-state-changed-v2: with EmitV1 the older event alone
	CodeTwice      bool   `json:"code_twice"`       // the verification code is posted twice
	UnsignedCode   bool   `json:"unsigned_code"`    // the verification code is not signed, though events are
	SHA256Only     bool   `json:"sha256_only"`      // events with the new signature header alone
	WithoutMD5     bool   `json:"without_md5"`      // no Content-MD5 header
	Reading        string `json:"reading"`          // how events are signed: see hover.ParseReading
	OtherSignature bool   `json:"other_signature"`  // events are signed in a header and a way of which no page tells
	FormBodies     string `json:"form_bodies"`      // "fields" or "payload": events are forms
	DisableAfter   int    `json:"disable_after"`    // a webhook is switched off after so many deliveries that failed in a row; 0: never
	DisabledGone   bool   `json:"disabled_gone"`    // and then it is deleted; else it is no longer verified
	NotReadyAs     string `json:"not_ready_as"`     // what ArtifactNotReady answers: 404, 202, 409, 422, empty or page; "" is 404
	StorageAtHover bool   `json:"storage_at_hover"` // files lie on Hover's own origin, below /storage
	JobPages       string `json:"job_pages"`        // what a page of jobs tells: next, totals or neither; "" is next
	TextIDs        bool   `json:"text_ids"`         // ids are texts
	Search         string `json:"search"`           // "ignored": unfiltered; "strict": what is named to the letter; "" is what contains it
}

// searched gives what a search looks for, and whether only the very name will do.
func (q Questions) searched(text string) (string, bool) {
	if q.Search == "ignored" {
		return "", false
	}
	return text, q.Search == "strict" && text != ""
}

// bodyFor gives an event as it is posted, with its content type.
func (q Questions) bodyFor(body []byte) (posted []byte, contentType string) {
	const form = "application/x-www-form-urlencoded"
	switch q.FormBodies {
	case "payload":
		return []byte(url.Values{"payload": {string(body)}}.Encode()), form
	case "fields":
		var object map[string]any
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&object) != nil {
			break // it is sent as it is
		}
		values := url.Values{}
		for name, v := range object {
			if v != nil {
				values.Set(name, fmt.Sprint(v))
			}
		}
		return []byte(values.Encode()), form
	}
	return body, "application/json"
}

// delivery is how events are posted; callers hold mu.
func (f Faults) delivery() Delivery {
	return Delivery{
		Unsigned: f.Unsigned, SHA1Only: f.SHA1Only, SHA256Only: f.SHA256Only, NoMD5: f.WithoutMD5, Other: f.OtherSignature,
		Reading: f.Reading,
	}
}

// signOtherwise signs a delivery as many other services do, which is none of the
// readings of Hover's page: hex of the HMAC over a moment and the body.
func signOtherwise(h http.Header, body []byte, secret string) {
	h.Del(hover.HeaderSignature)
	h.Del(hover.HeaderSignature256)
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	moment := strconv.FormatInt(at.Unix(), 10)
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(moment + "." + string(body)))
	h.Set("X-Hover-Hmac", "t="+moment+",v1="+hex.EncodeToString(m.Sum(nil)))
}

// failed counts a delivery that failed and switches the webhook off if that is how
// Hover is; callers hold mu.
func (s *Simulator) failed(h *hookRow) {
	h.failures++
	if s.faults.DisableAfter == 0 || h.failures < s.faults.DisableAfter || h.verifiedAt.IsZero() {
		return
	}
	h.failures, h.updated = 0, s.now()
	if s.faults.DisabledGone {
		h.deleted = true
		return
	}
	h.verifiedAt, h.code = time.Time{}, s.uuid()
}

// texts makes every id in JSON a text.
func texts(body []byte) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return body
	}
	b, err := json.Marshal(textIDs(v))
	if err != nil {
		return body
	}
	return b
}

func textIDs(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = textIDs(v[i])
		}
	case map[string]any:
		for name, value := range v {
			if n, ok := value.(json.Number); ok && (name == "id" || strings.HasSuffix(name, "_id")) {
				v[name] = n.String()
				continue
			}
			v[name] = textIDs(value)
		}
	}
	return v
}

// textWriter holds a JSON reply back until its ids are texts.
type textWriter struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *textWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *textWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *textWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// end sends what was held back.
func (w *textWriter) end() {
	if w.status == 0 {
		return
	}
	body := w.body.Bytes()
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		body = texts(body)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(body)
}
