package hoverapi

import (
	"net/http"
	"testing"
	"time"
)

func TestHoverIsReachedWithoutGivingItTheBearer(t *testing.T) {
	for status, want := range map[int]Kind{200: "", 302: "", 401: "", 404: "", 429: RateLimited, 502: Server} {
		story(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(90*time.Second).UTC().Format(http.TimeFormat))
			w.Header().Set("Location", "https://elsewhere.example/")
			w.WriteHeader(status)
		}, func(t *testing.T, w *world) {
			skew, err := w.Reach(t.Context())
			if KindOf(err) != want || (err == nil) != (want == "") {
				t.Errorf("%d is %v, want kind %q", status, err, want)
			}
			if err == nil && skew != 90*time.Second {
				t.Errorf("Hover's clock is %s ahead", skew)
			}
			if got := w.net.last(); got.line != "GET https://hover.to/" || got.header.Get("Authorization") != "" {
				t.Errorf("%d: sent %s with %q", status, got.line, got.header)
			}
		})
	}
}

func TestAHoverThatIsNotThereIsNotReached(t *testing.T) {
	story(t, nil, func(t *testing.T, w *world) {
		if _, err := w.Reach(t.Context()); KindOf(err) != Network {
			t.Errorf("it is %v", err)
		}
	})
}
