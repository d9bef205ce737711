package hoverapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
)

// jobsOf plays the v3 list of n jobs: pages of per, 25 if that is not said.
func jobsOf(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		per, err := strconv.Atoi(r.URL.Query().Get("per"))
		if err != nil {
			per = 25
		}
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		results := []any{}
		for id := (page-1)*per + 1; id <= min(page*per, n); id++ {
			results = append(results, map[string]any{"id": id})
		}
		var next any
		if page*per < n {
			next = page + 1
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": results, "pagination": map[string]any{"current_page": page, "next_page": next}})
	}
}

func list(t *testing.T, w *world, q JobQuery) (ids []string, err error) {
	t.Helper()
	for j, e := range w.Jobs(t.Context(), q) {
		if e != nil {
			err = e
			break
		}
		ids = append(ids, j.ID.String())
	}
	return ids, err
}

func TestAllPagesOf772Jobs(t *testing.T) {
	story(t, jobsOf(772), func(t *testing.T, w *world) {
		ids, err := list(t, w, JobQuery{})
		if err != nil || len(ids) != 772 || ids[771] != "772" {
			t.Errorf("%d jobs, %v", len(ids), err)
		}
		if n := len(w.net.lines()); n != 8 {
			t.Errorf("in %d requests", n)
		}
	})
	story(t, jobsOf(772), func(t *testing.T, w *world) {
		for range w.Jobs(t.Context(), JobQuery{}) {
			break
		}
		if n := len(w.net.lines()); n != 1 {
			t.Errorf("one job was wanted, %d pages were asked for", n)
		}
	})
}

func TestTheQueryOfAList(t *testing.T) {
	story(t, jobsOf(0), func(t *testing.T, w *world) {
		since := time.Date(2025, 10, 14, 17, 0, 0, 900e6, time.UTC)
		if _, err := list(t, w, JobQuery{Search: " syca ", UpdatedSince: since, Archived: true, Example: true}); err != nil {
			t.Error(err)
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v3/jobs?archived=true&current_user_id=42&example=true&page=1&per=100&search=syca&sort_by=updated_at&sort_order=DESC&updated_since=1760461200")
		_, err := list(t, w, JobQuery{Search: "ab"})
		wantKind(t, err, Invalid)
	})
}

func TestWhereAListEnds(t *testing.T) {
	for _, test := range []struct {
		name  string
		pages []any
		jobs  int
		asked int
		kind  Kind
	}{
		{"next_page is null", []any{`{"results":[{"id":1}],"pagination":{"next_page":null}}`}, 1, 1, ""},
		{"the last of total_pages", []any{`{"results":[{"id":1}],"pagination":{"current_page":1,"total_pages":2}}`, `{"results":[{"id":2}],"pagination":{"total_pages":"2"}}`}, 2, 2, ""},
		{"an empty page", []any{`{"results":[{"id":1}]}`, `{"results":[],"pagination":{"next_page":3}}`}, 1, 2, ""},
		{"not at a short page", []any{`{"results":[{"id":1}],"pagination":{"next_page":2}}`, `{"results":[{"id":2}],"pagination":{"next_page":null}}`}, 2, 2, ""},
		{"v1's meta", []any{`{"jobs":[{"id":1}],"meta":{"pagination":{"next_page":2}}}`, `{"jobs":[{"id":2}],"meta":{"pagination":{"next_page":null}}}`}, 2, 2, ""},
		{"a bare list that knows no pages", []any{`[{"id":1},{"id":2}]`}, 2, 2, ""},
		{"a bare list with pages", []any{`[{"id":1}]`, `[{"id":2}]`, `[]`}, 2, 3, ""},
		{"the same page for ever", []any{`{"results":[{"id":1}],"pagination":{"total_pages":99}}`}, 1, 2, BadReply},
		{"backwards", []any{`{"results":[{"id":1}],"pagination":{"next_page":1}}`}, 1, 1, BadReply},
		{"one odd element costs only itself", []any{`{"results":[{"id":1},{"id":{}},7,null,{"name":"x"},{"id":2}],"pagination":{"next_page":null}}`}, 2, 1, ""},
		{"an error in the middle", []any{`{"results":[{"id":1}],"pagination":{"next_page":2}}`, 403}, 1, 2, Forbidden},
		{"a web page", []any{"<html>"}, 0, 1, BadReply},
		{"no list", []any{`{"success":true}`}, 0, 1, BadReply},
		{"null", []any{`null`}, 0, 1, BadReply},
		{"a list that is none", []any{`{"results":"none"}`}, 0, 1, BadReply},
	} {
		t.Run(test.name, func(t *testing.T) {
			story(t, answers(test.pages...), func(t *testing.T, w *world) {
				ids, err := list(t, w, JobQuery{})
				wantKind(t, err, test.kind)
				if len(ids) != test.jobs || len(w.net.lines()) != test.asked {
					t.Errorf("%d jobs in %d requests, want %d in %d", len(ids), len(w.net.lines()), test.jobs, test.asked)
				}
			})
		})
	}
}

func TestAListWithoutEndHasOne(t *testing.T) {
	n := 0
	story(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		_, _ = fmt.Fprintf(w, `{"results":[{"id":%d}],"pagination":{"next_page":%d}}`, n, n+1)
	}, func(t *testing.T, w *world) {
		_, err := list(t, w, JobQuery{})
		wantKind(t, err, BadReply)
		if n != 1000 {
			t.Errorf("%d pages", n)
		}
	})
}

func TestCaptureRequestsAreListedInADialectOfTheirOwn(t *testing.T) {
	story(t, answers(
		`{"requested_captures":{"pagination":{"current_page":1,"total_pages":2},"results":[{"id":1,"state":"new"}]},"received_captures":{"results":[{"id":9}]}}`,
		`{"requested_captures":{"pagination":{"current_page":2,"total_pages":2},"results":[{"id":2,"state":"complete"}]}}`,
	), func(t *testing.T, w *world) {
		got, err := w.CaptureRequests(t.Context())
		if err != nil || len(got) != 2 || got[1].ID != "2" || got[1].State != hover.CaptureComplete {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(`{"results":[{"id":1}],"pagination":{"next_page":2}}`))
	f.Add([]byte(`{"requested_captures":{"pagination":{},"results":[]}}`))
	f.Add([]byte(`{"jobs":[1],"meta":{"pagination":{"total_pages":"x"}}}`))
	f.Add([]byte(`[null]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := readPage(b, []string{"jobs", "requested_captures"})
		if err != nil {
			return
		}
		if next, more := p.next(1); more && len(p.elements) == 0 {
			t.Errorf("page %d after an empty one", next)
		}
		if strings.TrimSpace(string(b)) == "" {
			t.Error("nothing is a page")
		}
	})
}
