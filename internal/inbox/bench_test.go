package inbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
	"dormer/internal/inbox"
)

// forgetful keeps nothing: what is measured is the inbox.
type forgetful struct{ *house }

func (forgetful) Keep(context.Context, inbox.Delivery) error { return nil }

// BenchmarkADelivery is what one costs before it is stored.
func BenchmarkADelivery(b *testing.B) {
	h := newHouse(key(pinned))
	in := inbox.New(inbox.Options{
		Path: path, URL: func() string { return public }, Keep: forgetful{h}, Trust: h, Now: func() time.Time { return h.now },
	})
	header := http.Header{"Content-Type": {"application/json"}, "Date": {"Mon, 11 Sep 2023 16:39:02 GMT"}, "User-Agent": {"Hover"}}
	hover.Sign(hover.Delivery{Header: header, RequestURI: path, Body: []byte(news)}, secret, "7", pinned)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(news))
		r.Header = header
		w := httptest.NewRecorder()
		if in.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
