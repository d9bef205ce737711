package simulator_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/simulator"
)

// TestTheProductsOwnClientUnderstandsIt walks the product's client through
// everything that it knows to ask.
func TestTheProductsOwnClientUnderstandsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &listener{}
		s := simulator.New(simulator.Options{Account: simulator.Demo(), Transport: far})
		defer func() { _ = s.Close() }()
		s.SetFaults(func(f *simulator.Faults) { f.AutoApprove, f.NeedActingUser = true, true })
		base, err := url.Parse(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		budget := hoverapi.NewBudget(100, 20, time.Minute, time.Now)
		tokens := hoverapi.NewTokens(hoverapi.TokenOptions{
			BaseURL: base, Transport: s.Transport(), Budget: budget, Now: time.Now,
			Client:      func() (string, string) { return simulator.ClientID, simulator.ClientSecret },
			RedirectURL: func() string { return "http://127.0.0.1:8465/oauth/callback" },
			Load:        func() (hoverapi.Saved, error) { return hoverapi.Saved{}, nil },
			Save:        func(context.Context, hoverapi.Saved) error { return nil },
		})
		defer func() { _ = tokens.Close(t.Context()) }()
		client := hoverapi.New(hoverapi.Options{
			BaseURL: base, Transport: s.Transport(), Budget: budget, Tokens: tokens, Now: time.Now,
			ActingUser: func() hover.UserID { return s.Users()[0].ID },
		})
		ctx := t.Context()
		must := func(what string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}

		login, err := tokens.Begin()
		must("begin", err)
		page, err := (&http.Client{
			Transport:     s.Transport(),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}).Get(login.URL)
		must("authorize", err)
		_ = page.Body.Close()
		code, state, err := hoverapi.ParsePasted(page.Header.Get("Location"))
		must("the redirect", err)
		if !login.Matches(state) {
			t.Fatalf("state %q came back", state)
		}
		must("exchange", tokens.Exchange(ctx, login, code, nil))
		if tokens.OrgID() != s.Org() {
			t.Errorf("org %s", tokens.OrgID())
		}

		admins, err := client.Users(ctx, true)
		must("users", err)
		if len(admins) != 2 {
			t.Errorf("admins: %v", admins)
		}
		hook, err := client.RegisterWebhook(ctx, "https://us.example/hover")
		must("register", err)
		again, err := client.RequestVerification(ctx, hook.ID)
		must("ask for the code", err)
		must("verify", client.VerifyWebhook(ctx, again))
		hooks, err := client.Webhooks(ctx)
		must("webhooks", err)
		if len(hooks) != 1 || hooks[0].VerifiedAt.IsZero() || hooks[0].Secret != hook.Secret {
			t.Errorf("webhooks: %+v", hooks)
		}

		n := 0
		for j, err := range client.Jobs(ctx, hoverapi.JobQuery{}) {
			must("jobs", err)
			if j.Address.Line1 == "" || j.UpdatedAt.IsZero() || j.ViewURL == "" {
				t.Errorf("job %+v", j)
			}
			n++
		}
		if n != 13 { // twelve addresses and the capture request's draft
			t.Errorf("%d jobs", n)
		}
		ramirez, err := client.Job(ctx, "19402377")
		must("job", err)
		if ramirez.Name != "Ramirez" || ramirez.State != hover.JobCompleted || ramirez.Customer.Name != "Elena Ramirez" {
			t.Errorf("job %+v", ramirez)
		}
		for _, a := range ramirez.Models[0].Artifacts {
			r, err := client.Get(ctx, a.URL)
			must(a.Key(), err)
			b, err := io.ReadAll(r.Body)
			must(a.Key(), err)
			_ = r.Body.Close()
			if r.StatusCode != http.StatusOK || len(b) == 0 {
				t.Errorf("%s: %d, %d bytes", a.Key(), r.StatusCode, len(b))
			}
		}
		request, err := client.CreateCaptureRequest(ctx, hover.NewCaptureRequest{
			Name: "Ann", Email: "ann@example.com", Address: hover.Address{Line1: "1 Main St"}, Deliverable: "2", LinkOnly: true,
		})
		must("capture", err)
		link, err := client.CaptureLink(ctx, request.Identifier)
		must("link", err)
		details, err := client.CaptureRequest(ctx, request.ID)
		must("details", err)
		if link == "" || details.Link != link {
			t.Errorf("links %q and %q", link, details.Link)
		}
		requests, err := client.CaptureRequests(ctx)
		must("captures", err)
		if len(requests) != 2 || requests[0].ID != request.ID {
			t.Errorf("capture requests: %v", requests)
		}
		must("delete the capture request", client.DeleteCaptureRequest(ctx, request.ID))
		must("test state", client.SetTestState(ctx, "19402533", hover.JobFailed))
		inspection, err := s.AddInspection("19402377", simulator.ChecklistSpec{})
		must("add an inspection", err)
		_, err = client.Inspection(ctx, inspection)
		must("inspection", err)
		_, err = s.AddChecklist("19402377", simulator.ChecklistSpec{})
		must("add a checklist", err)
		_, err = client.LatestChecklist(ctx, "19402377")
		must("checklist", err)
		list, err := s.AddMaterials("19402377", simulator.MaterialsSpec{})
		must("add a material list", err)
		_, err = client.MaterialList(ctx, list)
		must("material list", err)
		if _, err = client.MaterialList(ctx, "5"); hoverapi.KindOf(err) != hoverapi.NotFound {
			t.Errorf("a list that is not there: %v", err)
		}
		s.SignOut()
		tokens.Invalidate(must2(tokens.Token(ctx)))
		if _, err := client.Webhooks(ctx); hoverapi.KindOf(err) != hoverapi.SignInAgain {
			t.Errorf("after the integration was removed: %v", err)
		}
	})
}

func must2(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestCodesAndLinksGrowOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := visit(t, simulator.Options{})
		v.sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove, f.LinkLife = true, time.Hour })
		for wait, want := range map[time.Duration]int{599 * time.Second: http.StatusOK, 601 * time.Second: http.StatusBadRequest} {
			_, _, header := v.ask("GET", "/oauth/authorize?response_type=code&client_id="+simulator.ClientID+"&redirect_uri=https%3A%2F%2Fhover.to", "")
			back, err := url.Parse(header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(wait)
			if status, reply := v.exchange(url.Values{
				"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {"https://hover.to"},
			}); status != want {
				t.Errorf("a code %v old: %d %v", wait, status, reply)
			}
		}
		v.bearer = v.sim.SignIn().Access
		job := v.sim.AddJob(simulator.JobSpec{})
		_, _, header := v.ask("GET", "/api/v3/models/"+v.sim.Structures(job)[0].String()+"/artifacts/measurements.xlsx", "")
		v.bearer = ""
		v.want(http.StatusOK, "GET", header.Get("Location"), "")
		time.Sleep(time.Hour + 2*time.Second)
		v.want(http.StatusForbidden, "GET", header.Get("Location"), "")
	})
}

func TestAnAccessTokenLivesTwoHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, _ := visit(t, simulator.Options{})
		time.Sleep(2*time.Hour - time.Second)
		v.want(http.StatusOK, "GET", "/api/v1/orgs", "")
		time.Sleep(time.Second)
		v.want(http.StatusUnauthorized, "GET", "/api/v1/orgs", "")
	})
}
