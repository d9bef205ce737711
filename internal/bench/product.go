package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/setup"
	"dormer/internal/simulator"
	"dormer/tunnel/edgetest"
)

// patience bounds every wait for something that has to come about.
const patience = time.Minute

// world is a Hover on loopback and a directory for a Dormer beside it.
type world struct {
	dir    string
	sim    *simulator.Simulator
	public string            // the address under which Dormer listens
	tunnel map[string]string // what leads it to ngrok instead
	hook   hook
}

// hook is the webhook that Dormer registered.
type hook struct {
	ID     hover.WebhookID `json:"id"`
	URL    string          `json:"url"`
	Secret string          `json:"secret"`
}

// newWorld starts a Hover without limits. Its files lie at storage, an origin
// that somebody else serves; at one of its own if that is "".
func newWorld(ctx context.Context, storage string) (*world, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir}
	w.sim = simulator.New(simulator.Options{StorageURL: storage, Account: simulator.Empty()})
	w.sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove, f.RateLimit = true, 0 })
	if err := w.sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(err, w.close())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	w.public = l.Addr().String()
	return w, errors.Join(l.Close())
}

func (w *world) close() error { return errors.Join(w.sim.Close(), os.RemoveAll(w.dir)) }

// environ is what Dormer finds in its environment.
func (w *world) environ() map[string]string {
	env := map[string]string{
		"DORMER_DATA_DIR": filepath.Join(w.dir, "data"), "DORMER_DOWNLOAD_DIR": filepath.Join(w.dir, "Documents"),
		"DORMER_HOVER_URL": w.sim.URL(), "DORMER_TUNNEL": "own", "DORMER_LISTEN": w.public, "DORMER_PUBLIC_URL": "http://" + w.public,
		"DORMER_SECRETS": "file", "DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret,
	}
	if w.tunnel != nil {
		delete(env, "DORMER_PUBLIC_URL")
		maps.Copy(env, w.tunnel)
	}
	return env
}

// behind has Dormer open its address at an edge, by ngrok's SDK.
func (w *world) behind(edge *edgetest.Edge, token string) error {
	ca := filepath.Join(w.dir, "ngrok.pem")
	w.tunnel = map[string]string{"DORMER_TUNNEL": "ngrok", "DORMER_NGROK_SERVER": edge.ConnectAddr(), "DORMER_NGROK_CA": ca, "NGROK_AUTHTOKEN": token}
	return os.WriteFile(ca, edge.CAPEM(), 0o600)
}

// product is a Dormer that runs in this process, wired as for people.
type product struct {
	*world
	engine *engine.Engine
	stop   func() error // stops it and closes everything
}

// start runs a Dormer and signs in. allowance is its budget at Hover; nil is
// the one that people get.
func (w *world) start(ctx context.Context, allowance *hoverapi.Budget) (*product, error) {
	env := w.environ()
	getenv := func(name string) string { return env[name] }
	c, err := setup.Load(setup.Flags{}, getenv)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, err
	}
	log, closer, err := setup.Logger(c, io.Discard)
	if err != nil {
		return nil, err
	}
	d, err := setup.New(ctx, c, setup.Options{Version: "bench", Log: log, Getenv: getenv, Budget: allowance})
	if err != nil {
		return nil, errors.Join(err, closer.Close())
	}
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(running) }()
	p := &product{world: w, engine: d.Engine()}
	p.stop = func() error {
		cancel()
		return errors.Join(<-ended, d.Close(), closer.Close())
	}
	if err := w.signIn(ctx, p.engine); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// signIn is the person at the browser; it returns once a webhook posted now
// would arrive and the account's history is read.
func (w *world) signIn(ctx context.Context, s engine.Desk) error {
	login, err := s.BeginLogin(ctx)
	if err != nil {
		return err
	}
	page, err := http.Get(login.URL)
	if err != nil {
		return err
	}
	_ = page.Body.Close()                     // nothing of it is wanted
	http.DefaultClient.CloseIdleConnections() // each takes up one of the tunnel's
	if err := s.WaitLogin(ctx, login.ID); err != nil {
		return err
	}
	ready := func(s engine.Status) bool {
		return s.State == engine.StateReady && !s.CatchUp.LastRun.IsZero() && !s.CatchUp.Behind && s.Work.Pending == 0
	}
	if err := until(ctx, s, ready); err != nil {
		return err
	}
	return w.readHook()
}

// until waits for a status.
func until(ctx context.Context, s engine.Desk, ok func(engine.Status) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for range s.Watch(ctx) {
		st, err := s.Status(ctx)
		if err != nil {
			return err
		}
		if ok(st) {
			return nil
		}
	}
	st, err := s.Status(context.WithoutCancel(ctx))
	return fmt.Errorf("the status stays %s, work %+v: %w", st.State, st.Work, errors.Join(ctx.Err(), err))
}

// readHook learns the webhook's secret from Hover.
func (w *world) readHook() error {
	res, err := http.Get(w.sim.URL() + "/simulator/webhooks")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var hooks []hook
	if err := json.NewDecoder(res.Body).Decode(&hooks); err != nil {
		return err
	}
	if len(hooks) != 1 {
		return fmt.Errorf("there are %d webhooks", len(hooks))
	}
	w.hook = hooks[0]
	return nil
}

// delivery is a POST as Hover sends it.
type delivery struct {
	header http.Header
	body   []byte
}

// news is Hover's event that a job has come to a state, signed. Every n makes
// another body.
func (w *world) news(job hover.JobID, state hover.JobState, n int) delivery {
	body := fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":%q,"job_estimated_hours_to_completion":3.5,`+
		`"external_identifier":"PO-%08d","organization_id":123456,"user_id":654321,"client":"ios","webhook_id":%s}`, job, state, n, w.hook.ID)
	d := delivery{header: http.Header{}, body: body}
	d.header.Set("Content-Type", "application/json")
	d.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	d.header.Set("Content-MD5", hover.ContentMD5(body))
	address, _ := url.Parse(w.hook.URL) // Dormer made it
	hover.Sign(hover.Delivery{Header: d.header, RequestURI: address.RequestURI(), URL: w.hook.URL, Body: body}, w.hook.Secret, w.hook.ID, hover.Reading{})
	return d
}

// request is how a server gets it.
func (d delivery) request(to string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, to, bytes.NewReader(d.body))
	r.Header = d.header
	return r
}

// post sends a delivery and wants a 200.
func (d delivery) post(ctx context.Context, c *http.Client, to string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(d.body))
	if err != nil {
		return err
	}
	r.Header = d.header // which nobody changes
	res, err := c.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", to, res.Status)
	}
	return nil
}

// client keeps its connections alive, as many as are used at once.
func client(conns int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConns: conns, MaxIdleConnsPerHost: conns}}
}
