package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dormer/internal/doctor"
	"dormer/internal/engine"
	"dormer/internal/health"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/secret"
	"dormer/internal/simulator"
	"dormer/tunnel"
)

// surroundings are those of a computer on which all is well, but that it has no
// desktop.
func (w *world) surroundings() health.Surroundings {
	w.t.Helper()
	base, err := url.Parse(hoverURL)
	if err != nil {
		w.t.Fatal(err)
	}
	api := hoverapi.New(hoverapi.Options{BaseURL: base, Transport: w.road, Now: time.Now})
	return health.Surroundings{
		Version: "1.2.3", LogFile: filepath.Join(w.dir, "dormer.log"), Home: "/home/ann.lee", HoverHost: "hover.example",
		Network: doctor.Network{
			Resolver: names{}, Proxy: func(*url.URL) (*url.URL, error) { return nil, nil },
			Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no way") },
		},
		Destinations:  func() []doctor.Destination { return []doctor.Destination{{Name: "Hover", URL: base}} },
		Reach:         api.Reach,
		Notifications: func(context.Context) (string, []string, error) { return "", nil, errors.New("no session bus") },
	}
}

// names knows them all.
type names struct{}

func (names) LookupHost(context.Context, string) ([]string, error) {
	return []string{"192.0.2.7"}, nil
}

// examined gives what the doctor finds, by name, and the names in order.
func examined(t *testing.T, r engine.Reads) (all map[string]engine.Finding, order []string) {
	t.Helper()
	findings, err := r.Doctor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]engine.Finding{}
	for _, f := range findings {
		if _, twice := all[f.Name]; twice {
			t.Errorf("%s is found twice", f.Name)
		}
		if f.Title().ID == "" {
			t.Errorf("%s has no name for people", f.Name)
		}
		all[f.Name] = f
		order = append(order, f.Name)
	}
	return all, order
}

// wantFound checks a finding's colour, and words in it.
func wantFound(t *testing.T, all map[string]engine.Finding, name string, state engine.Colour, words ...string) {
	t.Helper()
	f, ok := all[name]
	if !ok || f.State != state {
		t.Errorf("%s is %q, want %s: %s", name, f.State, state, f.Says)
	}
	for _, word := range words {
		if !strings.Contains(f.Says.String()+" "+f.Do.String(), word) {
			t.Errorf("%s says %q and %q, without %q", name, f.Says, f.Do, word)
		}
	}
}

func TestTheDoctorFindsAWellDormerWell(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.faults(func(f *simulator.Faults) { f.EmitV1 = true })
		w.ready()
		w.e.Surround(w.surroundings())
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Minute)
		all, order := examined(t, w.e)
		want := []string{"dns", "proxy", "hover", "clock", "sign-in", "webhook", "tunnel", "address", "signature", "database", "disk", "downloads", "files", "keyring", "notifications", "work"}
		if !slices.Equal(order[:min(len(want), len(order))], want) {
			t.Errorf("it looked at %q, want %q first", order, want)
		}
		for name, f := range all {
			if name != "notifications" && name != "disk" && name != "downloads" && name != "files" && f.State != engine.Green {
				t.Errorf("%s is %s: %s %s", name, f.State, f.Says, f.Do)
			}
		}
		wantFound(t, all, "notifications", engine.Amber)
		wantFound(t, all, "webhook", engine.Green, "verified webhook", "no delivery has failed")
		wantFound(t, all, "address", engine.Green, officeURL)
		wantFound(t, all, "signature", engine.Green, "sha256, path without query, text key")
		wantFound(t, all, "traffic/signature", engine.Green, "Content-MD5")
		wantFound(t, all, "traffic/verification", engine.Green, "1 of 1")
		wantFound(t, all, "traffic/job-events", engine.Green, "comes beside")
		wantFound(t, all, "traffic/fields", engine.Green, "model-state-changed has these fields: ")
		for _, hook := range w.sim.Webhooks() {
			path := strings.TrimPrefix(hook.URL, officeURL+"/hover/")
			for _, f := range all {
				if strings.Contains(f.Says.String()+f.Do.String(), path) {
					t.Errorf("%s tells the webhook's path", f.Name)
				}
			}
		}
	})
}

func TestTheDoctorFindsTheLinkThatIsBroken(t *testing.T) {
	for _, c := range []struct {
		name   string
		breaks func(w *world)
		found  string
		state  engine.Colour
		words  []string
	}{
		{"somebody has deleted the webhook", func(w *world) { w.sim.DeleteWebhook(w.sim.Webhooks()[0].ID) }, "webhook", engine.Red, []string{"not have webhook", "registered again"}},
		{"Hover could not post", func(w *world) { w.sim.SetLastError(w.sim.Webhooks()[0].ID, "502 Bad Gateway") }, "webhook", engine.Amber, []string{"502 Bad Gateway"}},
		{"Hover could not post, and cannot be asked for what was missed", func(w *world) {
			w.sim.SetLastError(w.sim.Webhooks()[0].ID, "502 Bad Gateway")
			w.answer("/api/v3/jobs", 500)
			w.pass(61 * time.Minute)
		}, "webhook", engine.Amber, []string{"502 Bad Gateway", "asked for"}},
		{"the sign-in was ended at Hover", func(w *world) { w.sim.SignOut() }, "sign-in", engine.Red, []string{"dormer login"}},
		{"the integration was deleted", func(w *world) { w.answer("/api/v2/webhooks", 403) }, "sign-in", engine.Red, []string{"refuses"}},
		{"Hover cannot be reached", func(w *world) { w.road.cut(true) }, "hover", engine.Red, []string{"hover.example", "no connection"}},
		{"Hover does not answer", func(w *world) { w.road.hang(true) }, "hover", engine.Red, []string{"hover.example"}},
		{"Hover has trouble", func(w *world) { w.answer("/", 503) }, "hover", engine.Amber, []string{"at its end"}},
		{"the clock is wrong", func(w *world) { w.faults(func(f *simulator.Faults) { f.ClockSkew = -time.Hour }) }, "clock", engine.Amber, []string{"ahead"}},
		{"ngrok cannot be reached", func(w *world) { w.wire.become(func(t *wire) { t.down = true }) }, "address", engine.Red, []string{"ngrok cannot be reached"}},
		{"a stranger has signed", func(w *world) {
			w.emit(told("1", hover.JobCompleted), simulator.Delivery{BadSignature: true})
		}, "signature", engine.Amber, []string{"refused", "path without query"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, func(t *testing.T, w *world) {
				w.ready()
				w.e.Surround(w.surroundings())
				w.emit(told("1", hover.JobWorking), simulator.Delivery{}) // pins the signature
				w.pass(time.Second)
				c.breaks(w)
				began := time.Now()
				all, _ := examined(t, w.e)
				wantFound(t, all, c.found, c.state, c.words...)
				if took := time.Since(began); took > 15*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

func TestBeforeSigningInTheDoctorSaysToSignIn(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.wire.refused = &tunnel.Error{Op: "open", Says: say.Words("The authtoken is missing."), Do: say.Words("Copy it.")}
		w.start()
		all, _ := examined(t, w.e)
		wantFound(t, all, "sign-in", engine.Red, "dormer login")
		wantFound(t, all, "webhook", engine.Red)
		wantFound(t, all, "tunnel", engine.Red, "The authtoken is missing", "Copy it.")
		wantFound(t, all, "traffic/open", engine.Green, "how deliveries are signed")
	})
}

func TestAClosedDataFolderIsExaminedToo(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		w.complete(w.working(simulator.JobSpec{}))
		w.pass(time.Minute)
		if err := w.secrets.Set(t.Context(), records.SecretTokens, `{"access":"a","refresh":"b"}`); err != nil {
			t.Fatal(err)
		}
		around := w.surroundings()
		around.Diagnose = func(context.Context) error { return nil }
		examine := func(broken error) *engine.Records {
			around.Broken = broken
			r := engine.NewRecords(records.Options{Store: w.store, Secrets: w.secrets, Now: time.Now, Dir: w.dir})
			r.Surround(around)
			return r
		}
		all, _ := examined(t, examine(nil))
		wantFound(t, all, "running", engine.Amber, "dormer run")
		wantFound(t, all, "sign-in", engine.Green, "is kept")
		wantFound(t, all, "webhook", engine.Green, "verified")
		wantFound(t, all, "signature", engine.Green, "path without query")
		wantFound(t, all, "database", engine.Green, "is good")
		wantFound(t, all, "traffic/job-events", engine.Green)
		if err := w.secrets.Set(t.Context(), records.SecretTokens, ""); err != nil {
			t.Fatal(err)
		}
		all, _ = examined(t, examine(&say.Error{What: say.Words("The database is damaged"), Do: say.Words("Take a backup.")}))
		wantFound(t, all, "running", engine.Red, "damaged", "Take a backup.")
		wantFound(t, all, "sign-in", engine.Red)
	})
}

// The customer of the story, whom nobody may read of in the diagnostics.
var (
	lee      = hover.Customer{Name: "Ann Lee", Email: "ann.lee+roof@mail.example.com", Phone: "(317) 555-0142"}
	sycamore = hover.Address{Line1: "1420 Sycamore Lane", City: "Carmel", Region: "IN", PostalCode: "46033"}
)

func TestNoSecretAndNoCustomerIsInTheDiagnostics(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		const (
			ngrok  = "2NzXq8aBcDeFgHiJkLmN_7abc"
			client = "client/with+odd&signs"
			access = "tiny-access"
			spent  = "refresh \"quoted\""
			code   = "oauthC0de"
			proxy  = "hunter2"
		)
		w.ready()
		w.e.Surround(w.surroundings())
		w.set(engine.KeyQuietHours, "20:00-07:00")
		tokens, err := json.Marshal(hoverapi.Saved{Access: access, Refresh: spent})
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{engine.KeyNgrokToken: ngrok, engine.KeyClientSecret: client, records.SecretTokens: string(tokens)} {
			if err := w.secrets.Set(t.Context(), name, value); err != nil {
				t.Fatal(err)
			}
		}
		id := w.working(simulator.JobSpec{Name: "Lee residence", Address: sycamore, Customer: lee, CapturedBy: "crew@roofing.example"})
		w.complete(id)
		w.emit(map[string]any{"event": "house-painted", "email": lee.Email, "phone": lee.Phone, lee.Email: "key", "address": sycamore.Line1}, simulator.Delivery{})
		w.emit(map[string]any{"event": "to " + lee.Email, "state": "at " + sycamore.Line1}, simulator.Delivery{BadSignature: true})
		w.pass(2 * time.Minute)
		hook := w.sim.Webhooks()[0]
		hmac, err := w.secrets.Get("hmac/" + string(hook.ID))
		if err != nil || hmac == "" {
			t.Fatalf("there is no signing secret: %v", err)
		}
		w.sim.SetLastError(hook.ID, "could not post "+hook.URL+"?token="+access)
		path := strings.TrimPrefix(hook.URL, officeURL)

		planted := map[string]string{
			"the ngrok token": ngrok, "the client secret": client, "the access token": access, "the refresh token": spent, "the signing secret": hmac,
			"the webhook's path": path, "its end": path[12:], "the home folder": "/home/ann.lee",
			"the customer": lee.Name, "the e-mail": lee.Email, "the phone": lee.Phone, "its digits": "3175550142", "the street": sycamore.Line1,
			"the job": "Lee residence", "the crew": "crew@roofing.example",
		}
		// The log as it would be if nobody had taken care: everything, in every
		// spelling.
		var log bytes.Buffer
		log.WriteString("cut off: " + strings.Repeat(ngrok+" ", 20_000) + "\n")
		log.WriteString("09:00:00 an honest line  seq=17\n")
		for what, secret := range planted {
			quoted, err := json.Marshal(secret)
			if err != nil {
				t.Fatal(err)
			}
			log.WriteString(what + " is " + secret + ", in a link https://x.example/a?q=" + url.QueryEscape(secret) + " and " + string(quoted) + " and key=" + secret + "\n")
		}
		log.WriteString("back at " + officeURL + "/oauth/callback?code=" + code + "&state=x\nAuthorization: Bearer " + access + "\n")
		log.WriteString("code=" + code + " through http://ann:" + proxy + "@proxy.example:3128 in /home/ann.lee/x\n")
		planted["the OAuth code"], planted["the proxy's password"] = code, proxy // known by what is around them alone
		if err := os.WriteFile(filepath.Join(w.dir, "dormer.log"), log.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}

		findings := []engine.Finding{{Name: "planted", State: engine.Red, Says: say.Words("wrote to " + lee.Email + " with " + ngrok), Do: say.Words("post to " + hook.URL)}}
		docs, err := w.e.Diagnostics(t.Context(), findings)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		var names []string
		for _, d := range docs {
			names = append(names, d.Name)
			all.WriteString(d.Name + d.About.String() + d.Text)
			if strings.HasSuffix(d.Name, ".json") && !json.Valid([]byte(d.Text)) {
				t.Errorf("%s is no JSON: %s", d.Name, d.Text)
			}
		}
		if want := []string{"status.json", "findings.json", "settings.json", "events.json", "contact.json", "system.json", "log.txt"}; !slices.Equal(names, want) {
			t.Fatalf("the diagnostics are %q, want %q", names, want)
		}
		for what, secret := range planted {
			asJSON, _ := json.Marshal(secret)
			for _, spelling := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(asJSON), `"`)} {
				if i := strings.Index(all.String(), spelling); i >= 0 {
					t.Errorf("%s is told: …%s…", what, all.String()[max(i-80, 0):min(i+80, all.Len())])
				}
			}
		}
		// What helps is still there.
		for _, want := range []string{"09:00:00 an honest line  seq=17", "house-painted", "email string", `"version": "1.2.3"`, "20:00-07:00", "the signature does not match", "office.example"} {
			if !strings.Contains(all.String(), want) {
				t.Errorf("the diagnostics lack %q", want)
			}
		}
		if strings.Contains(docs[len(docs)-1].Text, "cut off") {
			t.Error("the log begins in the middle of a line")
		}
	})
}

// lockedVault is a keyring that does not answer any more.
type lockedVault struct{ *vault }

func (lockedVault) Get(string) (string, error) { return "", secret.ErrUnread }

func (lockedVault) State() secret.State {
	return secret.State{Kind: secret.Keyring, Waiting: secret.ErrSilent}
}

func TestTheLogStaysHereWhenTheSecretsCannotBeRead(t *testing.T) {
	story(t, func(t *testing.T, w *world) {
		w.ready()
		if err := os.WriteFile(filepath.Join(w.dir, "dormer.log"), []byte("some line\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r := engine.NewRecords(records.Options{Store: w.store, Secrets: lockedVault{w.secrets}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Dir: w.dir})
		r.Surround(w.surroundings())
		docs, err := r.Diagnostics(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if text := docs[len(docs)-1].Text; strings.Contains(text, "some line") || !strings.Contains(text, "left out") {
			t.Errorf("the log is %q", text)
		}
		all, _ := examined(t, r)
		wantFound(t, all, "keyring", engine.Red, "does not answer")
	})
}
