package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// ErrNotRunning says that nobody answers on the socket.
var ErrNotRunning = errors.New("no Dormer is running here")

// greetTimeout is for the first answer: somebody who listens is there at once.
const greetTimeout = 3 * time.Second

// Client is the service of a Dormer in another process. Its methods are those
// of [engine.Service]; they end early when their context does. A Client may be
// used by several goroutines at once.
type Client struct {
	http *http.Client
	info Info
}

var _ engine.Service = (*Client)(nil)

// Dial finds the Dormer that serves on the socket at path. The error is
// [ErrNotRunning] if there is none.
func Dial(ctx context.Context, path string) (*Client, error) {
	return dial(ctx, func(ctx context.Context) (net.Conn, error) { return knock(ctx, path) })
}

// dial finds the Dormer at the other end of the connections that connect makes.
func dial(ctx context.Context, connect func(context.Context) (net.Conn, error)) (*Client, error) {
	c := &Client{http: &http.Client{Transport: &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx) },
		DisableCompression: true,
	}}}
	greet, cancel := context.WithTimeout(ctx, greetTimeout)
	defer cancel()
	info, err := ask[Info](greet, c, pathInfo, nothing{})
	switch {
	case err == nil:
		c.info = info
		return c, nil
	case errors.Is(err, ErrNotRunning), ctx.Err() != nil:
		return nil, err
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &say.Error{What: say.T("runs.silent"), Do: say.T("runs.silent.do")}
	}
	return nil, err
}

// knock connects to the socket, and makes sure that it is this user's process
// that answers: secrets are sent to it.
func knock(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrPermission):
		return nil, &say.Error{What: say.T("runs.other_user"), Err: err, Do: say.T("runs.other_user.do")}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		return nil, ErrNotRunning
	}
	if err := checkPeer(c, os.Getuid()); err != nil {
		_ = c.Close()
		return nil, &say.Error{What: say.T("runs.other_user"), Err: err, Do: say.T("runs.other_user.do")}
	}
	return c, nil
}

// Info says who answers.
func (c *Client) Info() Info { return c.info }

// Close lets go of idle connections. Calls under way go on.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Raise shows the window of the running Dormer.
func (c *Client) Raise(ctx context.Context) error { return c.tell(ctx, pathRaise, nothing{}) }

// pageOfEvents is how many events are asked for at a time. Lists are taken over
// whole, page by page, before the first row is given out: a reader who stops
// to think must not keep a transaction of the store open.
const pageOfEvents = 1000

// Jobs implements [engine.Reads].
func (c *Client) Jobs(ctx context.Context, f engine.JobFilter) iter.Seq2[engine.JobView, error] {
	return whole(stream[engine.JobView](ctx, c, pathJobs, f))
}

// Events implements [engine.Reads].
func (c *Client) Events(ctx context.Context, f engine.EventFilter) iter.Seq2[engine.EventView, error] {
	return func(yield func(engine.EventView, error) bool) {
		left := f.Limit
		for page := f; ; {
			if page.Limit = pageOfEvents; left > 0 {
				page.Limit = min(page.Limit, left)
			}
			n := 0
			for e, err := range whole(stream[engine.EventView](ctx, c, pathEvents, page)) {
				if !yield(e, err) || err != nil {
					return
				}
				page.After, n = e.Seq, n+1
			}
			if left -= n; n < page.Limit || left == 0 {
				return
			}
		}
	}
}

// Alerts implements [engine.Reads].
func (c *Client) Alerts(ctx context.Context) iter.Seq2[engine.AlertView, error] {
	return whole(stream[engine.AlertView](ctx, c, pathAlerts, nothing{}))
}

// Job implements [engine.Reads].
func (c *Client) Job(ctx context.Context, id hover.JobID) (engine.JobView, error) {
	return ask[engine.JobView](ctx, c, pathJob, jobRequest{id})
}

// Settings implements [engine.Reads].
func (c *Client) Settings(ctx context.Context) ([]engine.Setting, error) {
	return ask[[]engine.Setting](ctx, c, pathSettings, nothing{})
}

// Set implements [engine.Reads].
func (c *Client) Set(ctx context.Context, key, value string) error {
	return c.tell(ctx, pathSet, setRequest{key, value})
}

// Export implements [engine.Reads].
func (c *Client) Export(ctx context.Context, format string, w io.Writer) error {
	for chunk, err := range stream[[]byte](ctx, c, pathExport, exportRequest{format}) {
		if err != nil {
			return err
		}
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

// Backup implements [engine.Reads]. It is the running Dormer that writes the
// file: path must be absolute.
func (c *Client) Backup(ctx context.Context, path string) error {
	return c.tell(ctx, pathBackup, backupRequest{path})
}

// Doctor implements [engine.Reads].
func (c *Client) Doctor(ctx context.Context) ([]engine.Finding, error) {
	return ask[[]engine.Finding](ctx, c, pathDoctor, nothing{})
}

// Delivery implements [engine.Reads].
func (c *Client) Delivery(ctx context.Context) ([]byte, error) {
	return ask[[]byte](ctx, c, pathDelivery, nothing{})
}

// Diagnostics implements [engine.Reads].
func (c *Client) Diagnostics(ctx context.Context, findings []engine.Finding) ([]engine.Document, error) {
	var docs []engine.Document
	for d, err := range stream[engine.Document](ctx, c, pathDiagnostics, diagnosticsRequest{findings}) {
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// Status implements [engine.Service].
func (c *Client) Status(ctx context.Context) (engine.Status, error) {
	return ask[engine.Status](ctx, c, pathStatus, nothing{})
}

// Watch implements [engine.Service]. The channel is also closed when the
// running Dormer ends.
func (c *Client) Watch(ctx context.Context) <-chan engine.Hint {
	ch := make(chan engine.Hint)
	go func() {
		defer close(ch)
		for h, err := range stream[engine.Hint](ctx, c, pathWatch, nothing{}) {
			if err != nil {
				return
			}
			select {
			case ch <- h:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ch
}

// BeginLogin implements [engine.Service].
func (c *Client) BeginLogin(ctx context.Context) (engine.Login, error) {
	return ask[engine.Login](ctx, c, pathBeginLogin, nothing{})
}

// FinishLogin implements [engine.Service].
func (c *Client) FinishLogin(ctx context.Context, pasted string) error {
	return c.tell(ctx, pathFinishLogin, finishLoginRequest{pasted})
}

// WaitLogin implements [engine.Service].
func (c *Client) WaitLogin(ctx context.Context, id string) error {
	return c.tell(ctx, pathWaitLogin, waitLoginRequest{id})
}

// Logout implements [engine.Service].
func (c *Client) Logout(ctx context.Context) error { return c.tell(ctx, pathLogout, nothing{}) }

// Get implements [engine.Service]. It is the running Dormer that writes the
// files: the folder must be absolute.
func (c *Client) Get(ctx context.Context, r engine.GetRequest) iter.Seq2[engine.Progress, error] {
	return stream[engine.Progress](ctx, c, pathGet, r)
}

// CreateCapture implements [engine.Service].
func (c *Client) CreateCapture(ctx context.Context, r hover.NewCaptureRequest) (engine.CaptureView, error) {
	return ask[engine.CaptureView](ctx, c, pathCreateCapture, r)
}

// Captures implements [engine.Service].
func (c *Client) Captures(ctx context.Context) ([]engine.CaptureView, error) {
	return ask[[]engine.CaptureView](ctx, c, pathCaptures, nothing{})
}

// DeleteCapture implements [engine.Service].
func (c *Client) DeleteCapture(ctx context.Context, id hover.CaptureRequestID) error {
	return c.tell(ctx, pathDeleteCapture, deleteCaptureReq{id})
}

// TestJob implements [engine.Service].
func (c *Client) TestJob(ctx context.Context, id hover.JobID, state hover.JobState) error {
	return c.tell(ctx, pathTestJob, testJobRequest{id, state})
}

// Replay implements [engine.Service].
func (c *Client) Replay(ctx context.Context, seqs []uint64) (int, error) {
	return ask[int](ctx, c, pathReplay, replayRequest{seqs})
}

// Compact implements [engine.Service].
func (c *Client) Compact(ctx context.Context) error { return c.tell(ctx, pathCompact, nothing{}) }

// CatchUp implements [engine.Service].
func (c *Client) CatchUp(ctx context.Context) error { return c.tell(ctx, pathCatchUp, nothing{}) }

// MarkRead implements [engine.Service].
func (c *Client) MarkRead(ctx context.Context, ids ...uint64) error {
	return c.tell(ctx, pathMarkRead, markReadRequest{ids})
}

// ReviveWork implements [engine.Service].
func (c *Client) ReviveWork(ctx context.Context) (int, error) {
	return ask[int](ctx, c, pathReviveWork, nothing{})
}

// Act implements [engine.Service].
func (c *Client) Act(ctx context.Context, action string, id hover.JobID, model hover.ModelID) error {
	return c.tell(ctx, pathAct, actRequest{action, id, model})
}

// tell calls a method that answers nothing but whether it worked.
func (c *Client) tell(ctx context.Context, path string, q any) error {
	_, err := ask[nothing](ctx, c, path, q)
	return err
}

// ask calls a method that answers one value.
func ask[R any](ctx context.Context, c *Client, path string, q any) (R, error) {
	var v R
	resp, err := c.post(ctx, path, q)
	if err != nil {
		return v, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxLine+1))
	if err != nil {
		return v, lost(ctx, err)
	}
	if len(b) > maxLine {
		return v, errTooLong
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, fmt.Errorf("control: read the answer: %w", err)
	}
	return v, nil
}

// stream calls a method that answers a stream of values.
func stream[R any](ctx context.Context, c *Client, path string, q any) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		ctx, cancel := context.WithCancel(ctx) // tells the other end when the reader has had enough
		defer cancel()
		resp, err := c.post(ctx, path, q)
		if err != nil {
			yield(none, err)
			return
		}
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(make([]byte, 0, 64<<10), maxLine)
		for lines.Scan() {
			var l line[R]
			switch err := json.Unmarshal(lines.Bytes(), &l); {
			case err != nil:
				yield(none, fmt.Errorf("control: read the answer: %w", err))
				return
			case l.Error != nil:
				yield(none, l.Error.heard(ctx))
				return
			case l.End:
				lines.Scan() // to the end of the reply, so that the connection can be used again
				return
			case l.Value == nil:
				yield(none, cut(io.ErrUnexpectedEOF))
				return
			}
			if !yield(*l.Value, nil) {
				return
			}
		}
		switch err := lines.Err(); {
		case errors.Is(err, bufio.ErrTooLong):
			yield(none, errTooLong)
		default:
			yield(none, lost(ctx, err))
		}
	}
}

// errTooLong refuses an answer that no Dormer gives.
var errTooLong = errors.New("control: the answer is too long")

// lost explains an answer that broke off: the caller's own doing, or the other
// end's.
func lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return cut(err)
}

// whole takes a stream to its end before it gives out the first value.
func whole[R any](s iter.Seq2[R, error]) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var all []R
		var failed error
		for v, err := range s {
			if err != nil {
				failed = err
				break
			}
			all = append(all, v)
		}
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
		if failed != nil {
			var none R
			yield(none, failed)
		}
	}
}

// post sends a method's arguments. Its error is what the method said, if it
// was refused.
func (c *Client) post(ctx context.Context, path string, q any) (*http.Response, error) {
	b, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("control: write the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://dormer"+path, bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("control: make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, unwrapped(ctx, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxRequest))
	if err != nil {
		return nil, lost(ctx, err)
	}
	var f failure
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") && json.Unmarshal(said, &f) == nil && f.Kind != "" {
		return nil, f.heard(ctx)
	}
	if resp.StatusCode == http.StatusForbidden {
		return nil, errOtherUser
	}
	return nil, &say.Error{
		What: say.T("runs.other_version"), Why: say.T("runs.other_version.why", "version", c.info.Version, "status", resp.Status),
		Do: say.T("runs.other_version.do"),
	}
}

// unwrapped takes the wrapping off an error of the HTTP client: its address
// says nothing here.
func unwrapped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var told *say.Error
	switch {
	case errors.Is(err, ErrNotRunning):
		return ErrNotRunning
	case errors.As(err, &told):
		return told
	}
	return lost(ctx, errors.Unwrap(err))
}
