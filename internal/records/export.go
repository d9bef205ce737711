package records

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dormer/internal/say"
	"dormer/internal/sheet"
	"dormer/storage"
)

// Export writes all stored events (csv, har) or everything that is known (json)
// to w, without secrets.
func (r *Records) Export(ctx context.Context, format string, w io.Writer) error {
	switch format {
	case "csv":
		return r.exportCSV(ctx, w)
	case "json":
		return r.exportJSON(ctx, w)
	case "har":
		return r.exportHAR(ctx, w)
	}
	return Usage(say.T("usage.no_export", "format", format))
}

// exportCSV writes one line an event, body included, as a spreadsheet opens it: with
// the mark by which Excel knows UTF-8, and cells apart as its locale has them. A cell that a spreadsheet
// would take for a formula is quoted, as spreadsheets do.
func (r *Records) exportCSV(ctx context.Context, w io.Writer) error {
	names := []string{
		"seq", "received_at", "event", "job_id", "model_id", "state", "webhook_id", "verdict", "duplicate", "body",
	}
	columns := make([]sheet.Column, len(names))
	for i, name := range names {
		columns[i].Name = name
	}
	t, err := sheet.CSV(w, r.comma, columns)
	if err != nil {
		return err
	}
	for e, err := range r.Events(ctx, EventFilter{}) {
		if err != nil {
			return err
		}
		err := t.Row(
			strconv.FormatUint(e.Seq, 10), e.ReceivedAt.UTC().Format("2006-01-02T15:04:05.000Z"), string(e.Event), string(e.JobID),
			string(e.ModelID), e.State, string(e.WebhookID), string(e.Verdict), strconv.FormatBool(e.Duplicate), string(e.Body),
		)
		if err != nil {
			return err
		}
	}
	return t.Close()
}

// exportJSON writes one object with everything: events, jobs, figures,
// capture requests, alerts, settings.
// It is written piece by piece, so that its size is no matter.
func (r *Records) exportJSON(ctx context.Context, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	list := func(name string, each func(yield func(any, error) bool)) (err error) {
		if _, err = fmt.Fprintf(w, "%q: [\n", name); err != nil {
			return err
		}
		first := true
		each(func(v any, e error) bool {
			if err = e; err == nil && !first {
				_, err = io.WriteString(w, ",")
			}
			if first = false; err == nil {
				err = enc.Encode(v)
			}
			return err == nil
		})
		if err == nil {
			_, err = io.WriteString(w, "]")
		}
		return err
	}
	settings, err := r.Settings(ctx)
	if err != nil {
		return err
	}
	parts := []func() error{
		func() error {
			return list("settings", func(yield func(any, error) bool) {
				for _, s := range settings {
					if !yield(s, nil) {
						return
					}
				}
			})
		},
		func() error {
			return list("jobs", func(yield func(any, error) bool) {
				for v, err := range r.Jobs(ctx, JobFilter{}) {
					if !yield(inWords(v, err)) {
						return
					}
				}
			})
		},
		func() error {
			return list("figures", func(yield func(any, error) bool) {
				for v, err := range r.AllFigures(ctx, false) {
					if !yield(v, err) {
						return
					}
				}
			})
		},
		func() error {
			return list("captures", func(yield func(any, error) bool) {
				all, err := r.Captures(ctx)
				if err != nil {
					yield(nil, err)
				}
				for _, v := range all {
					if !yield(v, nil) {
						return
					}
				}
			})
		},
		func() error {
			return list("alerts", func(yield func(any, error) bool) {
				for v, err := range r.Alerts(ctx) {
					if !yield(inWords(v, err)) {
						return
					}
				}
			})
		},
		func() error {
			return list("events", func(yield func(any, error) bool) {
				for v, err := range r.Events(ctx, EventFilter{}) {
					if !yield(v, err) {
						return
					}
				}
			})
		},
	}
	sep := "{"
	for _, part := range parts {
		if _, err := io.WriteString(w, sep); err != nil {
			return err
		}
		if err := part(); err != nil {
			return err
		}
		sep = ",\n"
	}
	_, err = io.WriteString(w, "}\n")
	return err
}

// inWords gives a row as scripts read it, with words where it holds texts.
func inWords(v any, err error) (any, error) {
	if err != nil {
		return v, err
	}
	b, err := say.Contract(v)
	return json.RawMessage(b), err
}

// harEntry is one request of an HTTP archive (HAR 1.2).
type harEntry struct {
	StartedDateTime string      `json:"startedDateTime"`
	Time            float64     `json:"time"`
	Request         harRequest  `json:"request"`
	Response        harResponse `json:"response"`
	Cache           struct{}    `json:"cache"`
	Timings         harTimings  `json:"timings"`
	Comment         string      `json:"comment"`
}

type harRequest struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []harPair `json:"cookies"`
	Headers     []harPair `json:"headers"`
	QueryString []harPair `json:"queryString"`
	PostData    harBody   `json:"postData"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int        `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harBody struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
}

type harContent struct {
	Size     int    `json:"size"`
	MimeType string `json:"mimeType"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// exportHAR writes the events as an HTTP archive, which developers' tools open.
// The host is left out and the secret path shortened: the archive may be shared.
func (r *Records) exportHAR(ctx context.Context, w io.Writer) error {
	head := fmt.Sprintf(`{"log":{"version":"1.2","creator":{"name":"Dormer","version":"1"},"entries":[%s`, "\n")
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	first := true
	var after uint64
	r.Come(ctx)
	for {
		var batch []storage.Event
		err := r.Read(func(tx *storage.Tx) error {
			for e, err := range tx.Events(storage.EventQuery{After: after, Limit: 200}) {
				if err != nil {
					return err
				}
				batch = append(batch, e)
			}
			return nil
		})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		for _, e := range batch {
			after = e.Seq
			if !first {
				if _, err := io.WriteString(w, ","); err != nil {
					return err
				}
			}
			first = false
			if err := enc.Encode(harOf(e)); err != nil {
				return err
			}
		}
	}
	_, err := io.WriteString(w, "]}}\n")
	return err
}

func harOf(e storage.Event) harEntry {
	none := []harPair{}
	headers := none
	for _, name := range slices.Sorted(maps.Keys(e.Header)) { // the same archive every time
		headers = append(headers, harPair{name, e.Header[name]})
	}
	body := string(e.Body)
	if !utf8.ValidString(body) {
		body = strings.ToValidUTF8(body, "\uFFFD")
	}
	return harEntry{
		StartedDateTime: e.ReceivedAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		Request: harRequest{
			Method: "POST", URL: "https://dormer.invalid" + shortPath(e.Path), HTTPVersion: "HTTP/1.1", Cookies: none,
			Headers:     headers,
			QueryString: none, PostData: harBody{MimeType: e.Header["Content-Type"], Text: body}, HeadersSize: -1,
			BodySize: len(e.Body),
		},
		Response: harResponse{
			Status: 200, StatusText: "OK", HTTPVersion: "HTTP/1.1", Cookies: none, Headers: none,
			Content: harContent{MimeType: "text/plain"}, HeadersSize: -1, BodySize: -1,
		},
		Comment: fmt.Sprintf("event %d, %s", e.Seq, e.Verdict),
	}
}

// shortPath shortens the secret path for people's eyes.
func shortPath(url string) string {
	i := strings.Index(url, "/hover/")
	if i < 0 || len(url) < i+12 {
		return url
	}
	return url[:i+11] + "…"
}
