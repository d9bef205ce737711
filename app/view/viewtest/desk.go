package viewtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// Desk is an engine that sets Dormer up: it keeps settings by the engine's own
// rules, and answers everything else as the test has it. What a test does not
// say goes well at once. What no test of it asks for is nil and panics.
type Desk struct {
	engine.Desk

	Hints chan engine.Hint // what the engine tells the window

	calls Notes

	mu         sync.Mutex // protects all below
	saved      map[string]string
	given      map[string]string
	status     engine.Status
	users      []hover.User
	jobs       []engine.JobView
	redirect   string
	remembered map[string]json.RawMessage
	stranger   *engine.Stranger
	fails      map[string]error
	gates      map[string]chan struct{}
	login      chan error
}

// NewDesk gives an engine as it is before the first run.
func NewDesk() *Desk {
	d := &Desk{
		Hints: make(chan engine.Hint, 1),
		saved: map[string]string{}, given: map[string]string{}, remembered: map[string]json.RawMessage{},
		fails: map[string]error{}, gates: map[string]chan struct{}{}, login: make(chan error, 1),
	}
	d.status = engine.Status{
		Version: "1.2.3", State: engine.StateSetup, Tunnel: engine.TunnelStatus{Kind: "ngrok", State: "failed"},
	}
	return d
}

// locked does something while nobody else looks.
func (d *Desk) locked(does func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	does()
}

// Set up below: what the test says of the engine.

// Saves puts settings in place as if they had been saved before.
func (d *Desk) Saves(pairs ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := 0; i+1 < len(pairs); i += 2 {
		d.saved[pairs[i]] = pairs[i+1]
	}
}

// Gives puts settings in force by flag or environment.
func (d *Desk) Gives(key, value string) { d.locked(func() { d.given[key] = value }) }

// Saved gives a setting that was saved, a secret too.
func (d *Desk) Saved(key string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved[key]
}

// Stands changes how things stand.
func (d *Desk) Stands(change func(s *engine.Status)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.status)
}

// Has gives the account its people and the list its jobs.
func (d *Desk) Has(users []hover.User, jobs []engine.JobView) {
	d.locked(func() { d.users, d.jobs = users, jobs })
}

// Redirects sets the redirect address.
func (d *Desk) Redirects(url string) { d.locked(func() { d.redirect = url }) }

// IsStranger makes the next sign-in one of another account.
func (d *Desk) IsStranger(s *engine.Stranger) { d.locked(func() { d.stranger = s }) }

// Fails makes a method fail with err from now on; nil lets it go well again.
func (d *Desk) Fails(method string, err error) { d.locked(func() { d.fails[method] = err }) }

// Holds keeps a method from answering until release is called or it is
// cancelled.
func (d *Desk) Holds(method string) (release func()) {
	gate := make(chan struct{})
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gates[method] = gate
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.gates, method)
		close(gate)
	}
}

// SignsIn has the sign-in that is waited for end with err.
func (d *Desk) SignsIn(err error) {
	if err == nil {
		d.Stands(func(s *engine.Status) { s.Hover.SignedIn, s.Hover.OrgID = true, "492855" })
	}
	d.login <- err
}

// Calls gives what was asked since the last call, but for questions that change
// nothing.
func (d *Desk) Calls() []string { return d.calls.Noted() }

// call notes a call, waits at its gate and gives how it ends.
func (d *Desk) call(ctx context.Context, method string, args ...string) error {
	d.calls.Note(strings.Join(append([]string{method}, args...), " "))
	return d.ask(ctx, method)
}

func (d *Desk) ask(ctx context.Context, method string) error {
	d.mu.Lock()
	gate := d.gates[method]
	d.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fails[method]
}

// Watch gives the hints of Hints.
func (d *Desk) Watch(context.Context) <-chan engine.Hint {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.Hints
}

// Leaves closes the hints, as a watcher that ends does; the next one to ask gets
// others.
func (d *Desk) Leaves() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.Hints)
	d.Hints = make(chan engine.Hint, 1)
}

// presets are the defaults that a window shows.
var presets = map[string]string{
	engine.KeyAlertsWhose: "everyone", engine.KeyAlertsKinds: "all", engine.KeyAlertsSound: "true", engine.KeyPrefetch: "pdf",
	engine.KeyFolderNames: "address", engine.KeyFormats: "pdf", engine.KeyQuietFailure: "false", engine.KeyTunnel: "ngrok",
	engine.KeyListen: "127.0.0.1:8465", engine.KeyRetention: "400", engine.KeyAutostart: "false",
	engine.KeyUpdates: "false", engine.KeyTheme: "system", engine.KeyTextSize: "100",
	engine.KeyAlertsFiles: "none", engine.KeyCopyName: "{address}/{file}", engine.KeyCopyFormats: "pdf",
	engine.KeyLanguage: "system", engine.KeyDownloadDir: "/home/dana/Documents/Dormer",
}

var secrets = []string{engine.KeyNgrokToken, engine.KeyClientID, engine.KeyClientSecret}

// Settings lists the settings that are in force.
func (d *Desk) Settings(ctx context.Context) ([]engine.Setting, error) {
	if err := d.ask(ctx, "Settings"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	values := map[string]string{}
	for _, m := range []map[string]string{presets, d.saved, d.given} {
		for k, v := range m {
			if v != "" {
				values[k] = v
			}
		}
	}
	var list []engine.Setting
	for k, v := range values {
		secret := slices.Contains(secrets, k)
		if secret {
			v = "(set)"
		}
		list = append(list, engine.Setting{Key: k, Value: v, Secret: secret, Fixed: d.given[k] != ""})
	}
	return list, nil
}

// Set checks settings as the engine does and saves them. A test makes it fail by
// "Set", or by "Set " and a key.
func (d *Desk) Set(ctx context.Context, values engine.Values) error {
	keys := slices.Sorted(maps.Keys(values))
	var shown []string
	for _, key := range keys {
		value := values[key]
		if slices.Contains(secrets, key) {
			value = "(secret)"
		}
		shown = append(shown, key+"="+value)
	}
	if err := d.call(ctx, "Set", shown...); err != nil {
		return err
	}
	for _, key := range keys {
		if err := d.ask(ctx, "Set "+key); err != nil {
			return err
		}
		if value := values[key]; value != "" {
			if err := engine.CheckSetting(key, value); err != nil {
				return engine.Usage(say.Words(fmt.Sprintf("%s: %v", key, err)))
			}
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.Copy(d.saved, values)
	return nil
}

// Status tells how things stand.
func (d *Desk) Status(ctx context.Context) (engine.Status, error) {
	err := d.ask(ctx, "Status")
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.status
	s.Lamps = slices.Clone(s.Lamps)
	return s, err
}

// RedirectURL gives the redirect address.
func (d *Desk) RedirectURL(ctx context.Context) (string, error) {
	err := d.ask(ctx, "RedirectURL")
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.redirect, err
}

// TryToken finds the same address for every token.
func (d *Desk) TryToken(ctx context.Context, token string) (string, error) {
	if err := d.call(ctx, "TryToken", token); err != nil {
		return "", err
	}
	return "https://calm-otter.ngrok-free.app", nil
}

// TryClient tries a client id and secret.
func (d *Desk) TryClient(ctx context.Context, id, secret string) error {
	return d.call(ctx, "TryClient", id, secret)
}

// BeginLogin begins a sign-in.
func (d *Desk) BeginLogin(ctx context.Context) (engine.Login, error) {
	if err := d.call(ctx, "BeginLogin"); err != nil {
		return engine.Login{}, err
	}
	return engine.Login{ID: "1", URL: "https://hover.to/oauth/authorize?state=1"}, nil
}

// WaitLogin waits for [Desk.SignsIn].
func (d *Desk) WaitLogin(ctx context.Context, id string) error {
	if err := d.call(ctx, "WaitLogin", id); err != nil {
		return err
	}
	select {
	case err := <-d.login:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// FinishLogin completes the sign-in.
func (d *Desk) FinishLogin(ctx context.Context, pasted string) error {
	if err := d.call(ctx, "FinishLogin", pasted); err != nil {
		return err
	}
	d.SignsIn(nil)
	return nil
}

// Logout signs out.
func (d *Desk) Logout(ctx context.Context) error {
	if err := d.call(ctx, "Logout"); err != nil {
		return err
	}
	d.Stands(func(s *engine.Status) { s.Hover = engine.HoverStatus{} })
	return nil
}

// Stranger gives what IsStranger said.
func (d *Desk) Stranger(ctx context.Context) (engine.Stranger, bool, error) {
	err := d.ask(ctx, "Stranger")
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stranger == nil {
		return engine.Stranger{}, false, err
	}
	return *d.stranger, true, err
}

// AcceptStranger takes the other account.
func (d *Desk) AcceptStranger(ctx context.Context) error { return d.call(ctx, "AcceptStranger") }

// Users lists the people.
func (d *Desk) Users(ctx context.Context) ([]hover.User, error) {
	if err := d.call(ctx, "Users"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.users, nil
}

// Reconnect opens the tunnel anew.
func (d *Desk) Reconnect(ctx context.Context) error { return d.call(ctx, "Reconnect") }

// Reregister registers the webhook anew.
func (d *Desk) Reregister(ctx context.Context) error { return d.call(ctx, "Reregister") }

// TryNotice shows a notification.
func (d *Desk) TryNotice(ctx context.Context) error { return d.call(ctx, "TryNotice") }

// Jobs lists the jobs in a state.
func (d *Desk) Jobs(ctx context.Context, f engine.JobFilter) iter.Seq2[engine.JobView, error] {
	return func(yield func(engine.JobView, error) bool) {
		if err := d.ask(ctx, "Jobs"); err != nil {
			yield(engine.JobView{}, err)
			return
		}
		d.mu.Lock()
		jobs := slices.Clone(d.jobs)
		d.mu.Unlock()
		for _, j := range jobs {
			if (f.State == "" || j.State == f.State) && !yield(j, nil) {
				return
			}
		}
	}
}

// Job gives one job.
func (d *Desk) Job(ctx context.Context, id hover.JobID) (engine.JobView, error) {
	if err := d.ask(ctx, "Job"); err != nil {
		return engine.JobView{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, j := range d.jobs {
		if j.ID == id {
			return j, nil
		}
	}
	return engine.JobView{}, engine.ErrUnknown
}

// TestJob starts Hover's free test.
func (d *Desk) TestJob(ctx context.Context, id hover.JobID, state hover.JobState) error {
	return d.call(ctx, "TestJob", string(id), string(state))
}

// Becomes changes a job's state.
func (d *Desk) Becomes(id hover.JobID, state hover.JobState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.jobs {
		if d.jobs[i].ID == id {
			d.jobs[i].State = state
		}
	}
}

// ClosedToTray hears that the window was closed into the tray.
func (d *Desk) ClosedToTray(ctx context.Context) error { return d.call(ctx, "ClosedToTray") }

// OpenURL opens an address in the browser.
func (d *Desk) OpenURL(ctx context.Context, url string) error { return d.call(ctx, "OpenURL", url) }

// OpenPath opens a file or folder.
func (d *Desk) OpenPath(ctx context.Context, path string) error { return d.call(ctx, "OpenPath", path) }

// FetchUpdate fetches the newer Dormer.
func (d *Desk) FetchUpdate(ctx context.Context) (string, error) {
	err := d.call(ctx, "FetchUpdate")
	d.mu.Lock()
	defer d.mu.Unlock()
	return "/home/dana/Downloads/" + d.status.Update.File, err
}

// Export writes the name of the format.
func (d *Desk) Export(ctx context.Context, format string, w io.Writer) error {
	_, err := fmt.Fprintf(w, "all in %s\n", format)
	return errors.Join(err, d.call(ctx, "Export", format))
}

// Backup writes a backup where there is no file yet.
func (d *Desk) Backup(ctx context.Context, path string) error {
	if err := d.call(ctx, "Backup", path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString("a backup\n")
	return errors.Join(err, f.Close())
}

// Compact compacts the database.
func (d *Desk) Compact(ctx context.Context) error { return d.call(ctx, "Compact") }

// Remember keeps a value.
func (d *Desk) Remember(ctx context.Context, name string, value json.RawMessage) error {
	if err := d.ask(ctx, "Remember"); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remembered[name] = value
	return nil
}

// Recall gives it back.
func (d *Desk) Recall(ctx context.Context, name string) (json.RawMessage, error) {
	if err := d.ask(ctx, "Recall"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.remembered[name], nil
}
