package hoverapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

func TestWhateverShapeAnErrorHasItsTextIsRead(t *testing.T) {
	for _, test := range []struct{ kind, body, says string }{
		{"application/json", `{"error":"url is taken"}`, "url is taken"},
		{"application/json", `{"error":{"job":"Invalid failed_models_count: 4. Allowed: 0, 1, 2"}}`, "job: Invalid failed_models_count: 4. Allowed: 0, 1, 2"},
		{"application/json", `{"errors":{"url":["is invalid","is taken"],"base":["no"]}}`, "base: no; url: is invalid; url: is taken"},
		{"application/json", `{"errors":["one","two"]}`, "one; two"},
		{"application/json", `{"message":"no access"}`, "no access"},
		{"application/json", `{"error":"invalid_grant","error_description":"It ended."}`, "invalid_grant; It ended."},
		{"application/json", `["one"]`, "one"},
		{"application/json", `{"error":null,"errors":[],"message":""}`, ""},
		{"application/json", `{"status":500}`, ""},
		{"application/json", `{"location_line_1":["can't be blank"],"location_region":["is not a state"]}`, "location_line_1: can't be blank; location_region: is not a state"},
		{"application/json", `{"base":["No wallet is left"]}`, "base: No wallet is left"},
		{"application/json", `"No wallet is left"`, "No wallet is left"},
		{"application/json", `{"success":false,"error":true,"detail":{"reason":"No wallet is left"}}`, "reason: No wallet is left"},
		{"application/json", `[{"title":"Refused","detail":"No wallet is left"}]`, "detail: No wallet is left; title: Refused"},
		{"application/json", `No wallet is left`, "No wallet is left"},
		{"", "No wallet is left", "No wallet is left"},
		{"application/json", `{"error":"No wall`, ""},
		{"text/html", "<html><h1>502 Bad Gateway</h1>", ""},
		{"text/plain; charset=utf-8", "Retry\r\n later\x00", "Retry later"},
		{"text/plain", " <html>", ""},
		{"", "", ""},
		{"application/json", `{"error":"` + strings.Repeat("ä", 1000) + `"}`, strings.Repeat("ä", 300) + "…"},
	} {
		story(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", test.kind)
			w.WriteHeader(422)
			_, _ = io.WriteString(w, test.body)
		}, func(t *testing.T, w *world) {
			_, err := w.RegisterWebhook(t.Context(), "x")
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Says != test.says || e.Kind != Invalid {
				t.Errorf("%.60s says %+v", test.body, err)
			}
		})
	}
}

func TestAnErrorReadsAsASentence(t *testing.T) {
	err := fmt.Errorf("catch-up: %w", &Error{Op: "list the jobs", Kind: Forbidden, Status: 403, Says: "plan", Err: io.EOF})
	if got := err.Error(); got != "catch-up: list the jobs: forbidden (HTTP 403): plan: EOF" {
		t.Error(got)
	}
	if KindOf(err) != Forbidden || KindOf(io.EOF) != "" || KindOf(nil) != "" || !errors.Is(err, io.EOF) {
		t.Error("the kind or the cause cannot be found")
	}
}

func FuzzSays(f *testing.F) {
	f.Add("application/json", []byte(`{"errors":{"a":["b",{"c":["d"]}]}}`))
	f.Add("text/plain", []byte("x\x1b[31m"))
	f.Add("application/json", []byte(`[[[[[["deep"]]]]]]`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		s := says(kind, body)
		if len([]rune(s)) > maxSays+1 || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("%q", s)
		}
	})
}
