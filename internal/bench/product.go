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
	"net/url"
	"os"
	"path/filepath"
	"time"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/setup"
	"dormer/internal/simulator"
)

// world is a Hover on loopback and a directory for a Dormer beside it.
type world struct {
	*bench
	dir    string
	sim    *simulator.Simulator
	env    map[string]string // what Dormer finds in its environment
	client *http.Client      // Hover's
	hook   hook              // that Dormer registered
	news   int               // events so far
}

// hook is a webhook as Hover knows it.
type hook struct {
	ID     hover.WebhookID `json:"id"`
	URL    string          `json:"url"`
	Secret string          `json:"secret"`
}

func (h hook) address() *url.URL { return must(url.Parse(h.URL)) }

// newWorld starts a Hover without limits. Its files lie at storage, an origin
// that somebody else serves; at one of its own if that is "".
func (b *bench) newWorld(storage string) *world {
	w := &world{bench: b, dir: b.dir()}
	w.sim = simulator.New(simulator.Options{StorageURL: storage, Account: simulator.Empty()})
	w.sim.SetFaults(func(f *simulator.Faults) { f.AutoApprove, f.RateLimit = true, 0 })
	b.after(w.sim.Close)
	check(w.sim.Start(b.ctx, "127.0.0.1:0", "127.0.0.1:0"))
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	public := l.Addr().String()
	check(l.Close())
	w.env = map[string]string{
		"DORMER_DATA_DIR": filepath.Join(w.dir, "data"), "DORMER_DOWNLOAD_DIR": filepath.Join(w.dir, "Documents"),
		"DORMER_HOVER_URL": w.sim.URL(), "DORMER_SECRETS": "file",
		"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret,
		"DORMER_TUNNEL": "own", "DORMER_LISTEN": public, "DORMER_PUBLIC_URL": "http://" + public,
	}
	check(os.MkdirAll(w.env["DORMER_DATA_DIR"], 0o700))
	w.client = &http.Client{Transport: &http.Transport{MaxIdleConns: aimCrowd, MaxIdleConnsPerHost: aimCrowd}}
	b.after(func() error { w.client.CloseIdleConnections(); return nil })
	return w
}

// behind has Dormer open its address by ngrok instead.
func (w *world) behind(ngrok map[string]string) {
	delete(w.env, "DORMER_PUBLIC_URL")
	maps.Copy(w.env, ngrok)
}

// start runs a Dormer in this process, wired as for people, and signs in. allowance is
// its budget at Hover; nil is the one that people get.
func (w *world) start(allowance *hoverapi.Budget) *engine.Engine {
	getenv := func(name string) string { return w.env[name] }
	c := must(setup.Load(setup.Flags{}, getenv))
	log, closer, err := setup.Logger(c, io.Discard)
	check(err)
	w.after(closer.Close)
	d := must(setup.New(w.ctx, c, setup.Options{Version: "bench", Log: log, Getenv: getenv, Budget: allowance}))
	running, cancel := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.Run(running) }()
	w.after(func() error {
		cancel()
		return errors.Join(<-ended, d.Close())
	})
	w.signIn(d.Engine())
	return d.Engine()
}

// signIn is the person at the browser; it returns once a webhook posted now
// would arrive and the account's history is read.
func (w *world) signIn(s engine.Desk) {
	login := must(s.BeginLogin(w.ctx))
	check(must(http.Get(login.URL)).Body.Close())
	http.DefaultClient.CloseIdleConnections() // each takes up one of the tunnel's
	check(s.WaitLogin(w.ctx, login.ID))
	w.until(s, "Dormer is ready", func(s engine.Status) bool {
		return s.State == engine.StateReady && !s.CatchUp.LastRun.IsZero() && !s.CatchUp.Behind && s.Work.Pending == 0
	})
	res := must(http.Get(w.sim.URL() + "/simulator/webhooks"))
	defer res.Body.Close()
	var hooks []hook
	check(json.NewDecoder(res.Body).Decode(&hooks))
	if len(hooks) != 1 {
		check(fmt.Errorf("there are %d webhooks", len(hooks)))
	}
	w.hook = hooks[0]
}

// until waits for a status.
func (b *bench) until(s engine.Desk, what string, ok func(engine.Status) bool) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for range s.Watch(ctx) {
		if ok(must(s.Status(b.ctx))) {
			return
		}
	}
	st := must(s.Status(context.WithoutCancel(b.ctx)))
	check(fmt.Errorf("%s: the status stays %s, work %+v: %w", what, st.State, st.Work, ctx.Err()))
}

// dial waits until a Dormer of its own process can be talked to.
func (b *bench) dial(data string) *control.Client {
	var c *control.Client
	b.eventually("an answer over the socket", func() bool {
		var err error
		if c, err = control.Dial(b.ctx, filepath.Join(data, "control.sock")); errors.Is(err, control.ErrNotRunning) {
			return false
		}
		check(err)
		return true
	})
	b.after(func() error { _ = c.Close(); return nil }) // it has no more to say
	return c
}

// delivery is a POST as Hover sends it.
type delivery struct {
	header http.Header
	body   []byte
}

// event is Hover's that a job has come to a state, signed. Each has another body.
func (w *world) event(job hover.JobID, state hover.JobState) delivery {
	w.news++
	body := fmt.Appendf(nil, `{"event":"job-state-changed-v2","job_id":%s,"state":%q,`+
		`"job_estimated_hours_to_completion":3.5,`+
		`"external_identifier":"PO-%08d","organization_id":123456,"user_id":654321,"client":"ios","webhook_id":%s}`,
		job, state, w.news, w.hook.ID)
	d := delivery{header: http.Header{}, body: body}
	d.header.Set("Content-Type", "application/json")
	d.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	d.header.Set("Content-MD5", hover.ContentMD5(body))
	sent := hover.Delivery{Header: d.header, RequestURI: w.hook.address().RequestURI(), URL: w.hook.URL, Body: body}
	hover.Sign(sent, w.hook.Secret, w.hook.ID, hover.Reading{})
	return d
}

// complete is the event that a new job is measured, as Hover's API says too.
func (w *world) complete() delivery {
	return w.event(w.sim.AddJob(simulator.JobSpec{}), hover.JobCompleted)
}

// post sends a delivery and wants a 200.
func (w *world) post(d delivery, to string) error {
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, to, bytes.NewReader(d.body))
	if err != nil {
		return err
	}
	r.Header = d.header // which nobody changes
	res, err := w.client.Do(r)
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
