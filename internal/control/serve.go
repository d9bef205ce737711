package control

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"os"
	"reflect"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/window"
)

const (
	headerTimeout = 5 * time.Second  // for a request's header
	bodyTimeout   = 10 * time.Second // for its arguments
	writeTimeout  = 30 * time.Second // for each line of the answer: a reader that stands still must not hold the store
	idleTimeout   = 2 * time.Minute
	goodbye       = time.Second // for requests under way when the service ends
)

// Serve answers the questions of desk, and of host (nil: it shows nothing), at a
// place until ctx ends, and returns within a second or two
// then. It makes the socket there, for this user alone, again if somebody deletes
// it, and removes it in the end; a socket that nobody answers on any more is
// replaced. Where no socket can be made it is tried again.
func Serve(ctx context.Context, at Place, desk engine.Desk, host window.Host, info Info, log *slog.Logger) {
	serveAt(ctx, at, desk, host, info, log, lookEvery)
}

func serveAt(
	ctx context.Context, at Place, desk engine.Desk, host window.Host, info Info, log *slog.Logger, every time.Duration,
) {
	s, busy := newServer(ctx, desk, host, info, os.Getuid())
	d := &door{at: at, every: every, to: s, log: log}
	d.keep(ctx)
	end(ctx, s, busy)
	d.shut()
	d.open.Wait()
	at.erase()
}

// end ends a server: handlers see ctx end, so this takes as long as the slowest of
// them.
func end(ctx context.Context, s *http.Server, busy *sync.WaitGroup) {
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if s.Shutdown(soon) != nil {
		_ = s.Close()
	}
	waitAtMost(busy, goodbye)
}

// newServer gives the server of desk, and what its handlers are counted by.
func newServer(
	ctx context.Context, desk engine.Desk, host window.Host, info Info, uid int,
) (*http.Server, *sync.WaitGroup) {
	var busy sync.WaitGroup
	h := handler(desk, host, info)
	s := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			busy.Add(1)
			defer busy.Done()
			if err, _ := r.Context().Value(refusedKey{}).(error); err != nil {
				http.Error(w, err.Error(), http.StatusForbidden)
				return
			}
			h.ServeHTTP(w, r)
		}),
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if err := checkPeer(c, uid); err != nil {
				return context.WithValue(ctx, refusedKey{}, err)
			}
			return ctx
		},
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // a client that went away is no news
	}
	return s, &busy
}

// refusedKey marks the context of a connection that is not to be served.
type refusedKey struct{}

// errOtherUser refuses a process of another user.
var errOtherUser = errors.New("this socket belongs to another user")

// checkPeer refuses a connection whose other end is not a process of the user.
// Where the system cannot tell, the socket's own protection has to do.
func checkPeer(c net.Conn, uid int) error {
	peer, known, err := peerUID(c)
	if err != nil {
		return err
	}
	if known && peer != uid {
		return errOtherUser
	}
	return nil
}

// waitAtMost waits for wg, but not for ever: a handler that does not heed its
// context must not keep the program from ending.
func waitAtMost(wg *sync.WaitGroup, d time.Duration) {
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(d):
	}
}

// handler gives every question of desk and of host its path. It knows none by name.
func handler(desk engine.Desk, host window.Host, info Info) http.Handler {
	if host == nil {
		host = window.NoHost{}
	}
	info.Protocol = protocol()
	m := http.NewServeMux()
	m.HandleFunc("POST "+pathInfo, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, limited(w, r)); err != nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = encoder(w).Encode(info)
	})
	offer(m, reflect.TypeFor[engine.Desk](), methodsOf(desk), true)
	offer(m, reflect.TypeFor[window.Host](), methodsOf(host), false)
	return m
}

// offer gives the questions of an interface their paths. Where strict is, arguments
// may have no field that is not known.
func offer(m *http.ServeMux, iface reflect.Type, of respondent, strict bool) {
	for _, q := range questions(iface) {
		m.HandleFunc("POST "+pathOf(q.name), func(w http.ResponseWriter, r *http.Request) {
			in, err := q.arguments(limited(w, r), strict)
			switch {
			case err != nil:
				w.Header().Set("Connection", "close") // who knows what else it sends
				refuse(w, err)
			case q.how == once:
				answer(w, of(q.name, append([]reflect.Value{reflect.ValueOf(r.Context())}, in...)))
			default:
				send(w, q.lines(r.Context(), in, of))
			}
		})
	}
}

// answer sends what a method gave: the values, or the error that comes last.
func answer(w http.ResponseWriter, out []reflect.Value) {
	if err := errorOf(out); err != nil {
		refuse(w, err)
		return
	}
	values := make([]any, len(out)-1)
	for i := range values {
		values[i] = out[i].Interface()
	}
	w.Header().Set("Content-Type", "application/json")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
	if err := encoder(w).Encode(values); err != nil { // before anything was written, or for good
		refuse(w, err)
	}
}

// send sends values as they come: each is on its way before the next is asked for.
func send(w http.ResponseWriter, values iter.Seq2[any, error]) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	rc, enc := http.NewResponseController(w), encoder(w)
	send := func(l line[any]) bool {
		_ = rc.SetWriteDeadline(time.Now().Add(writeTimeout))
		return enc.Encode(l) == nil && rc.Flush() == nil
	}
	_ = rc.SetWriteDeadline(time.Now().Add(writeTimeout))
	if rc.Flush() != nil { // the header now: the first value may take its time
		return
	}
	for v, err := range values {
		if err != nil {
			send(line[any]{Error: toFailure(err)})
			return
		}
		if !send(line[any]{Value: &v}) {
			return
		}
	}
	send(line[any]{End: true})
}

// encoder writes text as it is: escaped for HTML an event's body could be six
// times as long, and is not what was received.
func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// limited is a request's body, with limits on its size and on the time that it may
// take.
func limited(w http.ResponseWriter, r *http.Request) io.Reader {
	// The server takes the deadline back once the body has been read to its end.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
	return http.MaxBytesReader(w, r.Body, maxRequest)
}

func refuse(w http.ResponseWriter, err error) {
	f := toFailure(err)
	w.Header().Set("Content-Type", "application/json")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
	w.WriteHeader(f.status())
	_ = json.NewEncoder(w).Encode(f)
}

// errEnough ends an export whose reader has gone.
var errEnough = errors.New("the reader has gone")

// pieces is a writer whose writes are yielded.
type pieces func(any, error) bool

func (y pieces) Write(p []byte) (int, error) {
	if len(p) > 0 && !y(p, nil) {
		return 0, errEnough
	}
	return len(p), nil
}
