package hoverapi

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/hover"
)

// Hover gives up after a minute by 408 (its own), and a gateway may answer 425.
// Neither says anything of what was asked.
func TestATimeOutOfHoversOwnIsTriedAgain(t *testing.T) {
	for _, status := range []int{http.StatusRequestTimeout, http.StatusTooEarly} {
		story(t, answers(status, status, `{"id":7315}`), func(t *testing.T, w *world) {
			if j, err := w.Job(t.Context(), "7315"); err != nil || j.ID != "7315" {
				t.Errorf("%d: %+v, %v", status, j, err)
			}
		})
		story(t, answers(status), func(t *testing.T, w *world) {
			_, err := w.Job(t.Context(), "7315")
			wantKind(t, err, Timeout)
			if n := len(w.net.lines()); n != maxTries {
				t.Errorf("%d: asked %d times", status, n)
			}
		})
		story(t, answers(status), func(t *testing.T, w *world) {
			_, err := w.CreateCaptureRequest(t.Context(), hover.NewCaptureRequest{Name: "Ann", Email: "ann@example.test", Address: hover.Address{Line1: "9 Elm Road"}})
			wantKind(t, err, Timeout)
			if n := len(w.net.lines()); n != 1 {
				t.Errorf("%d: what may have been done was asked for %d times", status, n)
			}
		})
		pause := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(status)
		})
		story(t, answers(pause, `{"id":7315}`), func(t *testing.T, w *world) {
			began := time.Now()
			if _, err := w.Job(t.Context(), "7315"); err != nil || time.Since(began) < 20*time.Second {
				t.Errorf("%d: tried again after %v, %v", status, time.Since(began), err)
			}
		})
	}
}

func TestLinksOfARepliesOwnHoverMayBeRelative(t *testing.T) {
	const job = `{"id":7315,"three_d_experience":{"url":"http://localhost:631/"},"models":[{"id":88,"three_d_experience":{"url":"/3d/7315"},
		"artifacts":{"pdf":"/api/v3/models/88/artifacts/measurements.pdf","xlsx":"http://127.0.0.1/x.xlsx","esx":"https://bucket.s3.example/e.esx"},
		"images":[{"id":5,"url":"/api/v2/images/5/image.jpg"},{"id":6,"url":"https://localhost/6.jpg"}]}]}`
	check := func(t *testing.T, j hover.Job, err error) {
		t.Helper()
		if err != nil || len(j.Models) != 1 {
			t.Fatalf("%+v, %v", j, err)
		}
		m := j.Models[0]
		want := []hover.Artifact{
			{Format: hover.FormatESX, URL: "https://bucket.s3.example/e.esx"},
			{Format: hover.FormatPDF, URL: "https://hover.to/api/v3/models/88/artifacts/measurements.pdf"},
		}
		if !slices.Equal(m.Artifacts, want) || !slices.Equal(m.Images, []hover.Image{{ID: "5", URL: "https://hover.to/api/v2/images/5/image.jpg"}}) {
			t.Errorf("%+v", m)
		}
		if j.ViewURL != "" || m.ViewURL != "https://hover.to/3d/7315" {
			t.Errorf("the views: %q and %q", j.ViewURL, m.ViewURL)
		}
	}
	story(t, answers(job), func(t *testing.T, w *world) {
		j, err := w.Job(t.Context(), "7315")
		check(t, j, err)
	})
	story(t, answers(`{"results":[`+job+`],"pagination":{"next_page":null}}`), func(t *testing.T, w *world) {
		n := 0
		for j, err := range w.Jobs(t.Context(), JobQuery{}) {
			check(t, j, err)
			n++
		}
		if n != 1 {
			t.Errorf("%d jobs", n)
		}
	})
}

// What runs on this machine is nobody's business but a simulator's.
func TestOnlyAHoverOnThisMachineMayLeadToThisMachine(t *testing.T) {
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "%PDF-1.7") }))
	defer files.Close()
	base, err := ParseBaseURL(files.URL)
	if err != nil {
		t.Fatal(err)
	}
	signedIn := NewTokens(TokenOptions{
		BaseURL: base, Client: func() (string, string) { return "id", "s3cret" }, RedirectURL: func() string { return "" },
		Load: func() (Saved, error) { return Saved{Access: "a0", Refresh: "r0"}, nil }, Save: func(context.Context, Saved) error { return nil },
	})
	api := New(Options{BaseURL: base, Tokens: signedIn, Budget: NewBudget(DefaultLimit, DefaultReserved, DefaultWindow, nil)})
	r, err := api.Get(t.Context(), strings.Replace(files.URL, "127.0.0.1", "localhost", 1)+"/file")
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	story(t, nil, func(t *testing.T, w *world) {
		if _, err := w.Get(t.Context(), files.URL+"/file"); KindOf(err) != Invalid || !strings.Contains(err.Error(), "this machine") {
			t.Errorf("the real Hover led to this machine: %v", err)
		}
	})
}

// Who acts must be named wherever Hover checks the access of a person: the job,
// the lists, and the links that the job gives.
func TestEveryQuestionNamesTheActingUser(t *testing.T) {
	story(t, answers(`{"id":7315,"results":[],"users":[]}`), func(t *testing.T, w *world) {
		ctx := t.Context()
		_, _ = w.Job(ctx, "7315")
		for range w.Jobs(ctx, JobQuery{}) {
		}
		_, _ = w.CaptureRequests(ctx)
		_, _ = w.CaptureRequest(ctx, "9")
		_, _ = w.Inspection(ctx, "4")
		_, _ = w.LatestChecklist(ctx, "7315")
		_, _ = w.MaterialList(ctx, "6")
		_ = w.SetTestState(ctx, "7315", hover.JobCompleted)
		for _, link := range []string{"https://hover.to/api/v3/models/88/artifacts/measurements.pdf", w.ArtifactURL("88", hover.FormatJSON), "https://hover.to/api/v2/images/5/image.jpg"} {
			if r, err := w.Get(ctx, link); err == nil {
				_ = r.Body.Close()
			}
		}
		lines := w.net.lines()
		if len(lines) < 11 {
			t.Fatalf("only %d questions were asked: %q", len(lines), lines)
		}
		for _, line := range lines {
			if !strings.Contains(line, "current_user_id=42") {
				t.Errorf("nobody acts in %s", line)
			}
		}
	})
}
