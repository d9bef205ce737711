package tunnel_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.ngrok.com/ngrok/v2"

	"dormer/internal/netfault"
	"dormer/internal/stopwatch"
	"dormer/tunnel"
	"dormer/tunnel/edgetest"
)

func TestAWebhookPostedToTheAddressArrives(t *testing.T) {
	e := start(t, edgetest.Options{Tokens: map[string]edgetest.Account{
		"token": {Name: "Acme Roofing", Plan: "Free", DevDomain: "acme.ngrok-free.app"},
	}})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	s := l.online()
	if s.URL != "https://acme.ngrok-free.app" || s.Account != "Acme Roofing, Free" || s.Attempt != 0 || s.Err != nil || s.Since.IsZero() {
		t.Errorf("status %+v", s)
	}
	if status, body := post(t, e, s.URL+"/hover/1", "{}"); status != 200 || body != "{}" {
		t.Errorf("answer: %d %s", status, body)
	}
	if ua := e.UserAgents()[0]; !strings.HasPrefix(ua, "dormer/1.2.3") {
		t.Errorf("it called itself %q", ua)
	}
	if l.history[0].State != tunnel.Connecting || l.history[0].Attempt != 1 {
		t.Errorf("it began with %+v", l.history[0])
	}
	l.stop()
	if last := l.history[len(l.history)-1]; last.State != tunnel.Closed || l.err != nil {
		t.Errorf("it ended with %+v, %v", last, l.err)
	}
	settle(t, e, func(s edgetest.Stats) bool { return s.Sessions == 0 && s.Endpoints == 0 })
}

func TestAReservedDomainIsAskedFor(t *testing.T) {
	e := start(t, edgetest.Options{Domains: []string{"roofs.example.com"}})
	o := options(e)
	o.URL = "Roofs.example.com/"
	if s := live(t, tunnel.NewNgrok(o), echo).online(); s.URL != "https://roofs.example.com" {
		t.Errorf("got %s", s.URL)
	}
}

func TestABadTokenFailsWithinASecondAndIsNotRepeated(t *testing.T) {
	e := start(t, edgetest.Options{Tokens: map[string]edgetest.Account{"good": {}}})
	var log logbook
	o := options(e)
	o.Token = "2abcSecretTokenThatNobodyMaySee"
	o.Log = log.logger()
	watch := stopwatch.Start()
	l := live(t, tunnel.NewNgrok(o), echo)
	failure := l.failed("ERR_NGROK_105")
	if took := watch.Stop(); took > time.Second {
		t.Errorf("it took %v", watch)
	}
	if text := log.String() + failure.Error() + l.String() + failure.Says.String() + failure.Do.String(); strings.Contains(text, "SecretToken") {
		t.Errorf("the token is in:\n%s", text)
	}
}

func TestAMissingTokenIsSaidWithoutConnecting(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Token = " "
	live(t, tunnel.NewNgrok(o), echo).failed("ERR_NGROK_4018")
	if n := e.Stats().Connections; n != 0 {
		t.Errorf("%d connections", n)
	}
}

func TestWhatAPersonMustSettleEndsTheTunnel(t *testing.T) {
	for _, code := range []string{"ERR_NGROK_102", "ERR_NGROK_107", "ERR_NGROK_123", "ERR_NGROK_120", "ERR_NGROK_9040"} {
		t.Run("signing in "+code, func(t *testing.T) {
			e := start(t, edgetest.Options{})
			e.RefuseAuth(code, "no", -1)
			live(t, tunnel.NewNgrok(options(e)), echo).failed(code)
		})
	}
	for _, code := range []string{"ERR_NGROK_313", "ERR_NGROK_320", "ERR_NGROK_9037"} {
		t.Run("the address "+code, func(t *testing.T) {
			e := start(t, edgetest.Options{})
			e.RefuseBind(code, "no", -1)
			live(t, tunnel.NewNgrok(options(e)), echo).failed(code)
			settle(t, e, func(s edgetest.Stats) bool { return s.Sessions == 0 })
		})
	}
}

func TestATokenThatIsRevokedWhileRunningEndsTheTunnel(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Tuning.Grace = time.Hour // it need not be waited for
	l := live(t, tunnel.NewNgrok(o), echo)
	l.online()
	e.RefuseAuth("ERR_NGROK_107", "revoked", -1)
	e.DropSessions(false)
	l.failed("ERR_NGROK_107")
}

func TestACodeThatNobodyKnowsYetIsTriedAgain(t *testing.T) {
	e := start(t, edgetest.Options{})
	e.RefuseAuth("ERR_NGROK_9999", "something new", 2)
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	if s := l.saying("does not know"); s.Code != "ERR_NGROK_9999" || s.State != tunnel.Reconnecting {
		t.Errorf("status %+v", s)
	}
	l.online()
}

func TestAPulledCableIsNoticedAtOnceAndMended(t *testing.T) {
	for name, hard := range map[string]bool{"orderly end": false, "reset": true} {
		t.Run(name, func(t *testing.T) {
			e := start(t, edgetest.Options{StaleFor: time.Hour})
			l := live(t, tunnel.NewNgrok(options(e)), echo)
			first := l.online()
			watch := stopwatch.Start()
			e.DropSessions(hard)
			if s := l.reconnecting(); s.Err == nil {
				t.Errorf("no word about what happened: %+v", s)
			}
			if took := watch.Stop(); took > 2*time.Second {
				t.Errorf("noticed after %v", watch)
			}
			if again := l.online(); again.URL != first.URL || again.Err != nil || again.Attempt != 0 {
				t.Errorf("back as %+v", again)
			}
			if s := e.Stats(); s.Resumed != 1 {
				t.Errorf("a new session without a claim on the address: %+v", s)
			}
			if status, body := post(t, e, first.URL, "still here"); status != 200 || body != "still here" {
				t.Errorf("answer: %d %s", status, body)
			}
		})
	}
}

func TestALongOutageEndsWhenTheServiceIsBack(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Tuning.Grace = time.Millisecond
	l := live(t, tunnel.NewNgrok(o), echo)
	l.online()
	e.Down()
	before := e.Stats().Connections
	settle(t, e, func(s edgetest.Stats) bool { return s.Connections > before+4 })
	l.await("a third attempt", func(s tunnel.Status) bool { return s.State == tunnel.Reconnecting && s.Attempt >= 3 })
	e.Up()
	if s := l.online(); s.Attempt != 0 {
		t.Errorf("status %+v", s)
	}
}

func TestAfterAWakeNobodyWaitsForTheBackoff(t *testing.T) {
	e := start(t, edgetest.Options{})
	e.Down()
	o := options(e)
	o.Tuning.BackoffMin, o.Tuning.BackoffMax = time.Hour, time.Hour
	n := tunnel.NewNgrok(o)
	l := live(t, n, echo)
	l.await("a failure", func(s tunnel.Status) bool { return s.State == tunnel.Reconnecting && s.Err != nil })
	e.Up()
	n.Renew("the computer woke up")
	l.online()
}

func TestRenewThrowsAHealthyConnectionAway(t *testing.T) {
	e := start(t, edgetest.Options{})
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, echo)
	first := l.online()
	n.Renew("the network changed")
	l.reconnecting()
	if again := l.online(); again.URL != first.URL {
		t.Errorf("now %s", again.URL)
	}
	if s := e.Stats(); s.Resumed != 0 || s.Auths < 2 { // or more, where the edge is late to see that the first has ended
		t.Errorf("not a new session: %+v", s)
	}
	settle(t, e, func(s edgetest.Stats) bool { return s.Sessions == 1 })
}

func TestManyWishesAtOnceDoNoHarm(t *testing.T) {
	e := start(t, edgetest.Options{})
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, echo)
	l.online()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { n.Renew("again") })
	}
	wg.Wait()
	l.reconnecting()
	s := l.online()
	settle(t, e, func(s edgetest.Stats) bool { return s.Sessions == 1 && s.Endpoints == 1 })
	if status, _ := post(t, e, s.URL, "x"); status != 200 {
		t.Errorf("answer: %d", status)
	}
}

func TestALaptopThatChangedNetworksGetsItsAddressBack(t *testing.T) {
	e := start(t, edgetest.Options{StaleFor: time.Hour})
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, echo)
	first := l.online()
	e.Strand()
	n.Renew("the network changed")
	s := l.saying("still held by the connection before")
	if s.Code != "ERR_NGROK_334" || s.State != tunnel.Reconnecting {
		t.Errorf("status %+v", s)
	}
	e.Notice()
	if again := l.online(); again.URL != first.URL {
		t.Errorf("now %s", again.URL)
	}
}

// other is an agent of somebody else with the same account, until the test
// ends or it disconnects.
func other(t *testing.T, e *edgetest.Edge, token string) ngrok.Agent {
	t.Helper()
	a, err := ngrok.NewAgent(ngrok.WithAuthtoken(token), ngrok.WithAgentConnectURL(e.ConnectAddr()),
		ngrok.WithAgentConnectCAs(e.CAs()), ngrok.WithHeartbeatInterval(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Listen(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Disconnect() })
	return a
}

func TestAnAddressThatAnotherComputerUsesIsSaidAndAwaited(t *testing.T) {
	e := start(t, edgetest.Options{})
	theirs := other(t, e, "token")
	o := options(e)
	o.Tuning.Stale = 50 * time.Millisecond
	l := live(t, tunnel.NewNgrok(o), echo)
	l.saying("still held by the connection before")
	s := l.saying("Another computer is using this address")
	if s.State != tunnel.Reconnecting || s.Code != "ERR_NGROK_334" {
		t.Errorf("status %+v", s)
	}
	if err := theirs.Disconnect(); err != nil {
		t.Fatal(err)
	}
	l.online()
}

func TestAFullAccountIsSaidAndAwaited(t *testing.T) {
	e := start(t, edgetest.Options{MaxSessions: 1, Domains: []string{"roofs.example.com"}})
	theirs := other(t, e, "token")
	o := options(e)
	o.URL = "roofs.example.com"
	l := live(t, tunnel.NewNgrok(o), echo)
	if s := l.saying("as many programs connected as its plan allows"); s.Code != "ERR_NGROK_108" {
		t.Errorf("status %+v", s)
	}
	if err := theirs.Disconnect(); err != nil {
		t.Fatal(err)
	}
	l.online()
}

func TestAnAddressThatChangedBehindItsBackIsFoundByAPing(t *testing.T) {
	e := start(t, edgetest.Options{})
	pinger := tunnel.NewPinger()
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, pinger.Wrap(echo))
	first := l.online()
	client := e.Client()
	defer client.CloseIdleConnections()
	if _, err := pinger.Ping(t.Context(), client, first.URL+"/hover/1"); err != nil {
		t.Fatal(err)
	}

	e.Rename(e.DevDomain("token"), "moved.ngrok-free.app")
	e.DropSessions(false)
	l.reconnecting()
	if again := l.online(); again.URL != first.URL {
		t.Fatalf("the SDK noticed by itself: %s", again.URL) // then this test, and more, is obsolete
	}
	var failure *tunnel.Error
	if _, err := pinger.Ping(t.Context(), client, first.URL+"/hover/1"); !errors.As(err, &failure) || failure.Code != "ERR_NGROK_3200" {
		t.Fatalf("ping: %v", err)
	}
	n.Renew("the self-check failed")
	l.reconnecting()
	moved := l.online()
	if moved.URL != "https://moved.ngrok-free.app" {
		t.Errorf("now %s", moved.URL)
	}
	if _, err := pinger.Ping(t.Context(), client, moved.URL+"/hover/1"); err != nil {
		t.Error(err)
	}
}

func TestARefusedTrafficPolicyIsDroppedAndSaid(t *testing.T) {
	e := start(t, edgetest.Options{})
	e.RefusePolicies("ERR_NGROK_2201")
	o := options(e)
	o.Routes = []tunnel.Route{{Method: "POST", Path: "/hover/1"}}
	o.MaxBody = 1 << 20
	l := live(t, tunnel.NewNgrok(o), echo)
	if s := l.online(); !s.PolicyDropped || s.Err != nil {
		t.Errorf("status %+v", s)
	}
	if asked := e.Policies(); len(asked) != 2 || asked[0] != tunnel.Policy(o.Routes, o.MaxBody) || asked[1] != "" {
		t.Errorf("asked for %q", asked)
	}
}

func TestAPolicyThatIsRefusedLaterIsDroppedToo(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.MaxBody = 1 << 20
	l := live(t, tunnel.NewNgrok(o), echo)
	if s := l.online(); s.PolicyDropped {
		t.Errorf("status %+v", s)
	}
	e.RefusePolicies("ERR_NGROK_2250")
	e.DropSessions(false)
	l.await("online without a policy", func(s tunnel.Status) bool { return s.State == tunnel.Online && s.PolicyDropped })
}

func TestAnAddressThatTheServiceClosedIsOpenedAgainWithoutHaste(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	var log logbook
	o.Log = log.logger()
	o.Tuning.Slow = time.Hour
	n := tunnel.NewNgrok(o)
	l := live(t, n, echo)
	url := l.online().URL
	if err := e.StopEndpoint(url, "", "closed"); err != nil {
		t.Fatal(err)
	}
	l.saying("closed the address")
	if !strings.Contains(log.String(), "next_in=1h0m0s") {
		t.Errorf("the log:\n%s", log.String())
	}
	n.Renew("somebody pressed connect")
	l.online()
}

func TestAnAddressThatTheServiceClosedForGoodEndsTheTunnel(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	if err := e.StopEndpoint(l.online().URL, "ERR_NGROK_102", "suspended"); err != nil {
		t.Fatal(err)
	}
	l.failed("ERR_NGROK_102")
}

func TestStopInTheDashboardIsHonoured(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	l.online()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.StopAgents(ctx); err != nil {
		t.Error(err)
	}
	if failure := l.failed(""); !strings.Contains(failure.Says.String(), "dashboard") {
		t.Errorf("it says %q", failure.Says)
	}
}

func TestRestartInTheDashboardIsHonoured(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	l.online()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.RestartAgents(ctx); err != nil {
		t.Error(err)
	}
	l.reconnecting()
	l.online()
}

func TestClosingAnswersTheRequestsThatAreBeingHandled(t *testing.T) {
	e := start(t, edgetest.Options{})
	handling, goOn := make(chan struct{}), make(chan struct{})
	l := live(t, tunnel.NewNgrok(options(e)), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			close(handling)
			<-goOn
			_, _ = io.WriteString(w, "on disk")
		}
	}))
	url := l.online().URL
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if status, body := post(t, e, url+"/first", "x"); status != 200 || body != "on disk" {
			t.Errorf("answer: %d %s", status, body)
		}
	}()
	<-handling
	l.cancel()
	for status := 200; status == 200; { // until it takes no more
		status, _ = post(t, e, url, "x")
	}
	close(goOn)
	<-answered
	l.stop()
}

func TestClosingIsBoundedWhateverTheNetworkAndTheHandlersDo(t *testing.T) {
	e := start(t, edgetest.Options{})
	handling, never := make(chan struct{}), make(chan struct{})
	defer close(never)
	l := live(t, tunnel.NewNgrok(options(e)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(handling)
		<-never
	}))
	url := l.online().URL
	client := e.Client()
	defer client.CloseIdleConnections()
	go func() {
		if resp, err := client.Post(url, "", nil); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-handling
	e.Freeze(true)
	defer e.Freeze(false)
	took := l.stop()
	if took > 2500*time.Millisecond { // two seconds, and what the handler is waited for
		t.Errorf("it took %v", took)
	}
}

func TestClosingWhileConnectingIsPrompt(t *testing.T) {
	e := start(t, edgetest.Options{})
	e.SetAuthDelay(time.Hour)
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	// Not before: what is still being written then, the SDK reports as a race.
	settle(t, e, func(s edgetest.Stats) bool { return s.AuthsAsked == 1 })
	if took := l.stop(); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestARequestThatIsCutInTheMiddleHarmsNoOther(t *testing.T) {
	e := start(t, edgetest.Options{})
	seen := make(chan error, 1)
	l := live(t, tunnel.NewNgrok(options(e)), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		seen <- err
	}))
	url := l.online().URL
	e.CutNextRequest(8 << 10)
	if status, _ := post(t, e, url, strings.Repeat("x", 300<<10)); status != http.StatusBadGateway {
		t.Errorf("the poster got %d", status)
	}
	if err := <-seen; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the handler saw %v", err)
	}
	e.CutNextResponse(10)
	if status, _ := post(t, e, url, "{}"); status != http.StatusBadGateway {
		t.Errorf("the poster got %d", status)
	}
	if err := <-seen; err != nil {
		t.Errorf("the handler saw %v", err)
	}
	if status, _ := post(t, e, url, "{}"); status != http.StatusOK || <-seen != nil {
		t.Errorf("afterwards the poster got %d", status)
	}
}

func TestAHandlerThatPanicsCostsOneRequest(t *testing.T) {
	e := start(t, edgetest.Options{})
	var log logbook
	o := options(e)
	o.Log = log.logger()
	l := live(t, tunnel.NewNgrok(o), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/bug" {
			panic("a bug")
		}
	}))
	url := l.online().URL
	if status, _ := post(t, e, url+"/bug", "x"); status != http.StatusInternalServerError {
		t.Errorf("answer: %d", status)
	}
	if status, _ := post(t, e, url, "x"); status != http.StatusOK {
		t.Errorf("the next answer: %d", status)
	}
	if !strings.Contains(log.String(), "a bug") {
		t.Error("nothing about it in the log")
	}
}

func TestAHugeHeaderIsTurnedAway(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, l.online().URL, nil)
	req.Header.Set("Large", strings.Repeat("x", 200<<10))
	client := e.Client()
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode < 400 {
		t.Errorf("answer: %s", resp.Status)
	}
}

func TestABurstOfWebhooksArrivesWhole(t *testing.T) {
	e := start(t, edgetest.Options{})
	l := live(t, tunnel.NewNgrok(options(e)), echo)
	url := l.online().URL
	client := e.Client()
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			body := bytes.Repeat([]byte("0123456789"), 500)
			resp, err := client.Post(url, "application/json", bytes.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = resp.Body.Close() }()
			if got, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(got, body) {
				t.Errorf("%s, %d bytes, %v", resp.Status, len(got), err)
			}
		})
	}
	wg.Wait()
}

func TestANetworkThatReadsAlongIsNamed(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.CAs = nil // ngrok's own root: the edge's certificate is a stranger's
	n := tunnel.NewNgrok(o)
	l := live(t, n, echo)
	l.saying("does not trust the certificate of " + e.ConnectAddr() + ", which was signed by edgetest root")
	var failure *tunnel.Error
	if err := n.Diagnose(t.Context()); !errors.As(err, &failure) || !strings.Contains(failure.Says.String(), "certificate") {
		t.Errorf("diagnosis: %v", err)
	}
}

// TestAWrongClockIsNotTakenForSomebodyWhoReadsAlong: to a computer whose clock is
// ten years behind, ngrok's certificate is one of the future.
func TestAWrongClockIsNotTakenForSomebodyWhoReadsAlong(t *testing.T) {
	for _, years := range []int{10, -10} {
		e := start(t, edgetest.Options{CertFrom: time.Now().AddDate(years, 0, 0)})
		n := tunnel.NewNgrok(options(e))
		l := live(t, n, echo)
		l.saying("clock seems wrong")
		l.stop()
		if strings.Contains(l.String(), "reads") {
			t.Errorf("an eavesdropper:\n%s", l)
		}
		if f := netfault.Look(n.Diagnose(t.Context())); f == nil || f.Kind != netfault.Clock {
			t.Errorf("diagnosis: %v", f)
		}
	}
}

func TestAServerThatSaysNothingIsNamed(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Server = silent.Addr().String()
	o.Tuning.Connect = 50 * time.Millisecond
	n := tunnel.NewNgrok(o)
	live(t, n, echo).saying("does not answer")
}

func TestAServerThatIsNotThereIsNamed(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Server = gone.Addr().String()
	n := tunnel.NewNgrok(o)
	live(t, n, echo).saying("Nobody answers at " + o.Server)
	var failure *tunnel.Error
	if err := n.Diagnose(t.Context()); !errors.As(err, &failure) || !strings.Contains(failure.Says.String(), "Nobody answers") {
		t.Errorf("diagnosis: %v", err)
	}
}

func TestADiagnosisOfAGoodWayFindsNothingAndDisturbsNothing(t *testing.T) {
	e := start(t, edgetest.Options{})
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, echo)
	l.online()
	if err := n.Diagnose(t.Context()); err != nil {
		t.Error(err)
	}
	if s := e.Stats(); s.Sessions != 1 || s.Auths != 1 {
		t.Errorf("%+v", s)
	}
}

func TestADiagnosisKnowsNgrokFromASignInPage(t *testing.T) {
	e := start(t, edgetest.Options{})
	page, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// The edge's public side is a web server with a certificate that is trusted.
	client := e.Client()
	dial := client.Transport.(*http.Transport).DialContext
	defer func() { _ = page.Close() }()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer func() { _ = page.Close() }()
	wg.Go(func() {
		for {
			c, err := page.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = c.Close() }()
				up, err := dial(context.Background(), "tcp", "")
				if err != nil {
					return
				}
				defer func() { _ = up.Close() }()
				wg.Go(func() { _, _ = io.Copy(up, c) })
				_, _ = io.Copy(c, up)
			})
		}
	})
	o := options(e)
	o.Server = page.Addr().String()
	o.Tuning.Connect = 2 * time.Second
	var failure *tunnel.Error
	if err := tunnel.NewNgrok(o).Diagnose(t.Context()); !errors.As(err, &failure) || !strings.Contains(failure.Says.String(), "it is not ngrok") {
		t.Errorf("diagnosis: %v", err)
	}
}

func TestAnUnsafeAddressIsRefusedBeforeAnyConnection(t *testing.T) {
	for _, url := range []string{"http://roofs.example.com", "ftp://127.0.0.1", "https://user:pw@x.example", "https://x.example/path", "https://"} {
		e := start(t, edgetest.Options{Domains: []string{"roofs.example.com"}})
		o := options(e)
		o.URL = url
		if failure := live(t, tunnel.NewNgrok(o), echo).failed(""); strings.Contains(failure.Error(), "pw") {
			t.Errorf("a password in %v", failure)
		}
		if n := e.Stats().Connections; n != 0 {
			t.Errorf("%s: %d connections", url, n)
		}
	}
}

func TestAPlainAddressIsTakenOnLoopback(t *testing.T) {
	e := start(t, edgetest.Options{LoopbackURLs: true})
	s := live(t, tunnel.NewNgrok(options(e)), echo).online()
	if !strings.HasPrefix(s.URL, "http://127.0.0.1:") {
		t.Errorf("status %+v", s)
	}
	resp, err := http.Post(s.URL, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	o := options(e)
	o.URL = s.URL
	e2 := live(t, tunnel.NewNgrok(o), echo).saying("held")
	if e2.Code != "ERR_NGROK_334" {
		t.Errorf("by its own loopback name: %+v", e2)
	}
}

func TestAServerWithoutAPortIsRefusedBeforeAnyConnection(t *testing.T) {
	e := start(t, edgetest.Options{})
	o := options(e)
	o.Server = "127.0.0.1"
	if failure := live(t, tunnel.NewNgrok(o), echo).failed(""); !strings.Contains(failure.Says.String(), "server") {
		t.Errorf("it says %q", failure.Says)
	}
}

func TestAVersionThatWillBeRefusedOneDayIsLogged(t *testing.T) {
	e := start(t, edgetest.Options{})
	e.SetDeprecation("9.9.9", time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC))
	var log logbook
	o := options(e)
	o.Log = log.logger()
	live(t, tunnel.NewNgrok(o), echo).online()
	if !strings.Contains(log.String(), "9.9.9 or later by 2030-01-02") {
		t.Errorf("the log:\n%s", log.String())
	}
}

func TestATunnelRunsOnceAtATimeAndAgain(t *testing.T) {
	e := start(t, edgetest.Options{})
	n := tunnel.NewNgrok(options(e))
	l := live(t, n, echo)
	l.online()
	if err := n.Run(t.Context(), echo, func(tunnel.Status) {}); err == nil {
		t.Error("it ran twice")
	}
	l.stop()
	live(t, n, echo).online()
}
