package control

import (
	"bufio"
	"bytes"
	"cmp"
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
	"reflect"
	"slices"
	"strings"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
	"dormer/internal/window"
)

// ErrNotRunning says that nobody answers on the socket.
var ErrNotRunning = say.Because("runs.none")

// ErrOtherVersion is wrapped by an error that says that the Dormer that runs does
// not understand this one's questions, or would answer what this one does not
// understand: one of them was upgraded underneath the other. [Client.Info] names
// its version, and the questions of [window.Host] are still understood.
var ErrOtherVersion = say.Because("runs.other_version")

// greetTimeout is for the first answer: somebody who listens is there at once.
const greetTimeout = 3 * time.Second

// idleConns is how many connections are kept for the next questions: a window asks
// several at once.
const idleConns = 8

// Client asks a Dormer in another process. Its methods are the questions of
// [engine.Desk] and of [window.Host], and end early when their context does. A Client may
// be used by several goroutines at once.
type Client struct {
	http *http.Client
	info Info
}

// Dial finds the Dormer that serves on the socket at path. The error is
// [ErrNotRunning] if there is none. One of another version is found, too: its
// questions tell [ErrOtherVersion].
func Dial(ctx context.Context, path string) (*Client, error) {
	return dial(ctx, func(ctx context.Context) (net.Conn, error) { return knock(ctx, path) })
}

// dial finds the Dormer at the other end of the connections that connect makes.
func dial(ctx context.Context, connect func(context.Context) (net.Conn, error)) (*Client, error) {
	c := &Client{http: &http.Client{Transport: &http.Transport{
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx) },
		DisableCompression:  true,
		MaxIdleConnsPerHost: idleConns,
	}}}
	greet, cancel := context.WithTimeout(ctx, greetTimeout)
	defer cancel()
	err := c.greet(greet)
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, ErrNotRunning), ctx.Err() != nil:
		return nil, err
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &say.Error{What: say.T("runs.silent"), Do: say.T("runs.silent.do")}
	}
	return nil, err
}

// greet asks who is there.
func (c *Client) greet(ctx context.Context) error {
	resp, err := c.send(ctx, pathInfo, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var i Info
	err = readAll(ctx, resp.Body, func(d *json.Decoder) error { return d.Decode(&i) })
	c.info = i
	return err
}

// knock connects to the socket, and makes sure that it is this user's process
// that answers: secrets are sent to it.
func knock(ctx context.Context, path string) (net.Conn, error) {
	c, err := connect(ctx, path)
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

// SameProtocol says whether the Dormer that answers understands all questions of
// this program.
func (c *Client) SameProtocol() bool { return c.info.Protocol == protocol() }

// Close lets go of idle connections. Calls under way go on.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// anyVersion are the questions that every version understands.
var anyVersion = func() (names []string) {
	for _, q := range questions(reflect.TypeFor[window.Host]()) {
		names = append(names, q.name)
	}
	return names
}()

// tell asks a question that is answered by nothing but whether it worked.
func tell(ctx context.Context, c *Client, name string, args ...any) error {
	return c.once(ctx, name, args)
}

// ask asks a question that is answered by one value.
func ask[R any](ctx context.Context, c *Client, name string, args ...any) (v R, err error) {
	return v, c.once(ctx, name, args, into(&v))
}

// ask2 asks a question that is answered by two values.
func ask2[R, S any](ctx context.Context, c *Client, name string, args ...any) (v R, w S, err error) {
	return v, w, c.once(ctx, name, args, into(&v), into(&w))
}

// into decodes one value of an answer; null leaves it as it is.
func into[R any](v *R) func(*json.Decoder) error {
	return func(d *json.Decoder) error {
		var p *R
		err := d.Decode(&p)
		if p != nil {
			*v = *p
		}
		return err
	}
}

// once asks a question that is answered at once, by an array of values.
func (c *Client) once(ctx context.Context, name string, args []any, values ...func(*json.Decoder) error) error {
	resp, err := c.post(ctx, name, args)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return readAll(ctx, resp.Body, func(d *json.Decoder) error {
		if t, err := d.Token(); err != nil || t != json.Delim('[') {
			return cmp.Or(err, errors.New("no array"))
		}
		for _, value := range values {
			if err := value(d); err != nil {
				return err
			}
		}
		if t, err := d.Token(); err != nil || t != json.Delim(']') {
			return cmp.Or(err, errors.New("an array of another length"))
		}
		return nil
	})
}

// readAll has an answer decoded, and takes it to its end, so that the connection
// can be used again.
func readAll(ctx context.Context, body io.Reader, decode func(*json.Decoder) error) error {
	b, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	switch {
	case err != nil:
		return lost(ctx, err)
	case len(b) > maxAnswer:
		return errTooLong
	}
	switch err := decode(json.NewDecoder(bytes.NewReader(b))); {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return cut(err)
	default:
		return fmt.Errorf("control: read the answer: %w", err)
	}
}

// list asks a question that is answered by a list.
func list[R any](ctx context.Context, c *Client, name string, args ...any) ([]R, error) {
	rows := []R{}
	for v, err := range stream[R](ctx, c, name, args...) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, v)
	}
	return rows, nil
}

// write asks a question whose answer is written to w.
func write(ctx context.Context, c *Client, w io.Writer, name string, args ...any) error {
	for piece, err := range stream[[]byte](ctx, c, name, args...) {
		if err != nil {
			return err
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// channel gives the values of a stream until ctx ends or it breaks off.
func channel[R any](ctx context.Context, s iter.Seq2[R, error]) <-chan R {
	ch := make(chan R)
	go func() { // ends with ctx, which its reader owns, or with the stream
		defer close(ch)
		for v, err := range s {
			if err != nil {
				return
			}
			select {
			case ch <- v:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ch
}

// stream asks a question that is answered by values, one after the other.
func stream[R any](ctx context.Context, c *Client, name string, args ...any) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		ctx, cancel := context.WithCancel(ctx) // tells the other end when the reader has had enough
		defer cancel()
		resp, err := c.post(ctx, name, args)
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

// pageOfEvents is how many events are asked for at a time. Lists are taken over
// whole, page by page, before the first row is given out: a reader who stops
// to think must not keep a transaction of the store open.
const pageOfEvents = 1000

// eventPages gives the events of a filter from the pages that ask gives.
func eventPages(
	f engine.EventFilter, ask func(engine.EventFilter) iter.Seq2[engine.EventView, error],
) iter.Seq2[engine.EventView, error] {
	return func(yield func(engine.EventView, error) bool) {
		left := f.Limit
		for page := f; ; {
			if page.Limit = pageOfEvents; left > 0 {
				page.Limit = min(page.Limit, left)
			}
			n := 0
			for e, err := range ask(page) {
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

// post asks a question. Its error is what was said, if it was refused.
func (c *Client) post(ctx context.Context, name string, args []any) (*http.Response, error) {
	if !c.SameProtocol() && !slices.Contains(anyVersion, name) {
		return nil, otherVersion(say.T("runs.other_version.why", "version", c.info.Version))
	}
	return c.send(ctx, pathOf(name), args)
}

// otherVersion says that the one that runs is of another version.
func otherVersion(why say.Text) error {
	return &say.Error{What: say.T("runs.other_version"), Why: why, Err: ErrOtherVersion, Do: say.T("runs.other_version.do")}
}

// send sends a request; no arguments are an empty object.
func (c *Client) send(ctx context.Context, path string, args []any) (*http.Response, error) {
	body := bytes.NewBufferString("{}")
	if path != pathInfo {
		body.Reset()
		if args == nil {
			args = []any{}
		}
		if err := encoder(body).Encode(args); err != nil {
			return nil, fmt.Errorf("control: write the question: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://dormer"+path, body)
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
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") && json.Unmarshal(said, &f) == nil &&
		f.Kind != "" {
		return nil, f.heard(ctx)
	}
	if resp.StatusCode == http.StatusForbidden {
		return nil, errOtherUser
	}
	return nil, otherVersion(say.T("runs.other_version.answered", "status", resp.Status))
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
