package hoverapi

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"dormer/internal/hover"
)

// body compares the JSON that was sent last.
func body(t *testing.T, w *world, want string) {
	t.Helper()
	var got, wanted any
	if err := json.Unmarshal([]byte(w.net.last().body), &got); err != nil {
		t.Fatalf("%q: %v", w.net.last().body, err)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	g, _ := json.Marshal(got)
	x, _ := json.Marshal(wanted)
	if string(g) != string(x) {
		t.Errorf("sent %s\nwant %s", g, x)
	}
	if kind := w.net.last().header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("as %q", kind)
	}
}

func TestRegisteringAWebhook(t *testing.T) {
	const object = `{"id":12343,"url":"https://me.ngrok.app/hover/1","hmac_secret":"k==","verified_at":null,"content_type":"json"}`
	for _, reply := range []string{object, `{"webhook":` + object + `}`} {
		story(t, answers(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(201)
			_, _ = io.WriteString(w, reply)
		})), func(t *testing.T, w *world) {
			got, err := w.RegisterWebhook(t.Context(), "https://me.ngrok.app/hover/1")
			if err != nil || got.ID != "12343" || got.Secret != "k==" {
				t.Errorf("%+v, %v", got, err)
			}
			wantLines(t, w.net.lines(), "POST https://hover.to/api/v2/webhooks")
			body(t, w, `{"webhook":{"url":"https://me.ngrok.app/hover/1","content_type":"json","content-type":"json"},"current_user_id":42}`)
		})
	}
	story(t, answers(`{"success":true}`), func(t *testing.T, w *world) {
		_, err := w.RegisterWebhook(t.Context(), "x")
		wantKind(t, err, BadReply)
	})
}

func TestListingAndDeletingWebhooks(t *testing.T) {
	for _, reply := range []string{
		`{"pagination":{"current_page":1,"total_pages":1,"total":2},"results":[{"id":1,"hmac_secret":"a"},{"webhook":{"id":2}},{"url":"no id"}]}`,
		`[{"id":1,"hmac_secret":"a"},{"id":2}]`,
		`{"webhooks":[{"id":1,"hmac_secret":"a"},{"id":2}]}`,
	} {
		story(t, answers(reply), func(t *testing.T, w *world) {
			got, err := w.Webhooks(t.Context())
			if err != nil || len(got) != 2 || got[0].Secret != "a" || got[1].ID != "2" {
				t.Errorf("%s: %+v, %v", reply, got, err)
			}
		})
	}
	for _, status := range []int{204, 200, 404} {
		story(t, answers(status), func(t *testing.T, w *world) {
			if err := w.DeleteWebhook(t.Context(), "7"); err != nil {
				t.Errorf("%d: %v", status, err)
			}
			wantLines(t, w.net.lines(), "DELETE https://hover.to/api/v2/webhooks/7?current_user_id=42")
		})
	}
}

func TestAskingForTheCodeAgain(t *testing.T) {
	for reply, code := range map[string]string{
		"": "", "{}": "", "OK": "", `{"code":"C-1"}`: "C-1",
		`{"event":"webhook-verification-code","webhook_id":7,"code":"C-1"}`: "C-1",
	} {
		story(t, answers(reply), func(t *testing.T, w *world) {
			got, err := w.RequestVerification(t.Context(), "7")
			if err != nil || got != code {
				t.Errorf("%s: %q, %v", reply, got, err)
			}
			wantLines(t, w.net.lines(), "POST https://hover.to/api/v2/webhooks/7/request_verification")
		})
	}
}

func TestVerifyingIsAPutAndOnceAPost(t *testing.T) {
	const put, post = "PUT https://hover.to/api/v2/webhooks/03947FE2-28C3/verify?current_user_id=42", "POST https://hover.to/api/v2/webhooks/03947FE2-28C3/verify"
	for _, test := range []struct {
		answers []any
		kind    Kind
		sent    []string
	}{
		{[]any{200}, "", []string{put}},
		{[]any{404, 200}, "", []string{put, post}},
		{[]any{405, 204}, "", []string{put, post}},
		{[]any{404, 404}, NotFound, []string{put, post}},
		{[]any{404, 500}, Server, []string{put, post}},
		{[]any{422}, Invalid, []string{put}},
	} {
		story(t, answers(test.answers...), func(t *testing.T, w *world) {
			wantKind(t, w.VerifyWebhook(t.Context(), "03947FE2-28C3"), test.kind)
			wantLines(t, w.net.lines(), test.sent...)
		})
	}
}

func TestCreatingACaptureRequest(t *testing.T) {
	story(t, answers(`{"id":5,"identifier":"XcUUtA","state":"new","pending_job_id":77}`), func(t *testing.T, w *world) {
		got, err := w.CreateCaptureRequest(t.Context(), hover.NewCaptureRequest{
			Name: "Ann Lee", Email: "ann@example.com", Phone: "555", JobName: "Lee", ExternalID: "E-1", Deliverable: "3", LinkOnly: true,
			Address: hover.Address{Line1: "1420 Sycamore", Line2: "B", City: "Carmel", Region: "IN", PostalCode: "46033", Country: "US"},
		})
		if err != nil || got.ID != "5" || got.PendingJob != "77" {
			t.Errorf("%+v, %v", got, err)
		}
		wantLines(t, w.net.lines(), "POST https://hover.to/api/v2/capture_requests")
		body(t, w, `{"capture_request":{"capturing_user_name":"Ann Lee","capturing_user_email":"ann@example.com","capturing_user_phone":"555",
			"signup_type":"homeowner","suppress_text_messages":true,"job_attributes":{"name":"Lee","location_line_1":"1420 Sycamore","location_line_2":"B",
			"location_city":"Carmel","location_region":"IN","location_postal_code":"46033","location_country":"US","external_identifier":"E-1",
			"deliverable_id":3,"suppress_email":true}},"current_user_id":42}`)
	})
	story(t, answers(`{"id":5}`), func(t *testing.T, w *world) {
		if _, err := w.CreateCaptureRequest(t.Context(), invitation); err != nil {
			t.Error(err)
		}
		body(t, w, `{"capture_request":{"capturing_user_name":"Ann Lee","capturing_user_email":"ann@example.com","signup_type":"homeowner",
			"job_attributes":{"location_line_1":"1420 Sycamore"}},"current_user_id":42}`)
		for _, n := range []hover.NewCaptureRequest{{}, {Name: "A", Email: "b"}, {Name: "A", Address: invitation.Address}, {Name: " ", Email: "b", Address: invitation.Address}} {
			_, err := w.CreateCaptureRequest(t.Context(), n)
			wantKind(t, err, Invalid)
		}
		if len(w.net.lines()) != 1 {
			t.Error("an incomplete one was sent")
		}
	})
}

func TestTheCaptureLinkIsReadAndNotFollowed(t *testing.T) {
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, body) }
	}
	for _, test := range []struct {
		answer http.HandlerFunc
		link   string
	}{
		{redirect(302, "https://hover.app.link/abc?x=1"), "https://hover.app.link/abc?x=1"},
		{page(302, `<html><body>You are being <a href="https://hover.app.link/abc?x=1&amp;y=2">redirected</a>.</body></html>`), "https://hover.app.link/abc?x=1&y=2"},
		{page(200, `<a class='b' HREF='/wr/x'>`), "https://hover.to/wr/x"},
		{page(200, `<html>Sign in</html>`), ""},
		{redirect(302, "javascript:alert(1)"), ""},
	} {
		story(t, test.answer, func(t *testing.T, w *world) {
			got, err := w.CaptureLink(t.Context(), "XcUUtA")
			if got != test.link || (err != nil) != (test.link == "") {
				t.Errorf("%q, %v; want %q", got, err, test.link)
			}
			wantLines(t, w.net.lines(), "GET https://hover.to/api/v2/capture_requests/XcUUtA?current_user_id=42")
		})
	}
	story(t, answers(404), func(t *testing.T, w *world) {
		_, err := w.CaptureLink(t.Context(), "XcUUtA")
		wantKind(t, err, NotFound)
	})
}

func TestTheOtherCalls(t *testing.T) {
	story(t, answers(`{"id":5,"branch_link":"https://hover.app.link/abc"}`), func(t *testing.T, w *world) {
		if r, err := w.CaptureRequest(t.Context(), "5"); err != nil || r.Link != "https://hover.app.link/abc" {
			t.Errorf("%+v, %v", r, err)
		}
		if err := w.DeleteCaptureRequest(t.Context(), "5"); err != nil {
			t.Error(err)
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v2/capture_requests/5/details?current_user_id=42",
			"DELETE https://hover.to/api/v2/capture_requests/5?current_user_id=42")
	})
	story(t, answers(`{"pagination":{"current_page":1,"total_pages":1},"results":[{"id":1153372,"email":"ann@example.com","acl_template":"admin"}]}`,
		`{"user":{"id":9,"first_name":"Bo"}}`), func(t *testing.T, w *world) {
		if u, err := w.Users(t.Context(), true); err != nil || len(u) != 1 || u[0].ID != "1153372" {
			t.Errorf("%+v, %v", u, err)
		}
		if u, err := w.Profile(t.Context(), "9"); err != nil || u.FirstName != "Bo" {
			t.Errorf("%+v, %v", u, err)
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v2/users?admin=true&current_user_id=42&page=1&per=100",
			"GET https://hover.to/api/v2/users/profile?current_user_id=9")
	})
	story(t, answers(`{"sections":[]}`), func(t *testing.T, w *world) {
		for _, ask := range []func() (json.RawMessage, error){
			func() (json.RawMessage, error) { return w.Inspection(t.Context(), "3") },
			func() (json.RawMessage, error) { return w.LatestChecklist(t.Context(), "4") },
			func() (json.RawMessage, error) { return w.MaterialList(t.Context(), "6") },
		} {
			if raw, err := ask(); err != nil || string(raw) != `{"sections":[]}` {
				t.Errorf("%s, %v", raw, err)
			}
		}
		wantLines(t, w.net.lines(), "GET https://hover.to/api/v2/inspections/3?current_user_id=42",
			"GET https://hover.to/api/inspection/checklists/latest?current_user_id=42&job_id=4&org_id=785",
			"GET https://hover.to/api/v1/estimates/6?current_user_id=42")
	})
}

func TestTestJobs(t *testing.T) {
	story(t, answers(""), func(t *testing.T, w *world) {
		if err := w.SetTestState(t.Context(), "7", hover.JobCompleted); err != nil {
			t.Error(err)
		}
		if err := w.SetTestState(t.Context(), "7", "failed"); err != nil {
			t.Error(err)
		}
		wantKind(t, w.SetTestState(t.Context(), "7", hover.JobWorking), Invalid)
		wantLines(t, w.net.lines(), "PATCH https://hover.to/api/v2/jobs/7/set_test_state.json?current_user_id=42&state=complete",
			"PATCH https://hover.to/api/v2/jobs/7/set_test_state.json?current_user_id=42&state=failed")
	})
}
