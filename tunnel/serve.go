package tunnel

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// maxConns bounds the connections that are open at a time; see limiter.
	maxConns = 320
	// maxHeader bounds the header of a request; a webhook's has a few KB.
	maxHeader = 64 << 10
	// readHeader and readAll bound how long a request may take to arrive.
	readHeader = 15 * time.Second
	readAll    = time.Minute
	// keepAlive is longer than ngrok's own idle time of five minutes: were we
	// the first to hang up, a webhook that uses the connection in that moment
	// would be lost.
	keepAlive = 6 * time.Minute
)

// server serves one listener with one handler.
type server struct {
	http   *http.Server
	cancel context.CancelFunc // ends the requests' contexts
	served chan struct{}      // closed when the listener has ended
	err    error              // why, once served is closed; nil after shutdown

	mu       sync.Mutex
	handlers int           // how many run
	idle     chan struct{} // closed when none runs; replaced by the next
}

// serve starts to serve h on l. The caller calls shutdown.
//
// There is no WriteTimeout: after a write deadline has passed on one stream,
// ngrok's multiplexer can corrupt the whole connection.
func serve(l net.Listener, h http.Handler, log *slog.Logger) *server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{cancel: cancel, served: make(chan struct{}), idle: make(chan struct{})}
	close(s.idle)
	s.http = &http.Server{
		Handler:           s.guard(mind(h), log),
		ReadHeaderTimeout: readHeader,
		ReadTimeout:       readAll,
		IdleTimeout:       keepAlive,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnContext:       remember,
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(newLimiter(l, maxConns, log)); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	}()
	return s
}

// guard counts the handlers that run, and turns a panic into a 500 and a line
// in the log.
func (s *server) guard(h http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.enter()
		defer s.leave()
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			log.Error("a request handler panicked", "panic", v, "stack", string(debug.Stack()))
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusInternalServerError)
		}()
		h.ServeHTTP(w, r)
	})
}

func (s *server) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handlers++; s.handlers == 1 {
		s.idle = make(chan struct{})
	}
}

func (s *server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.handlers--; s.handlers == 0 {
		close(s.idle)
	}
}

// shutdown accepts nothing new and gives running requests the time limit to be
// answered. After that their contexts end, their connections are closed, and
// it does not wait.
func (s *server) shutdown(limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			s.cancel()
			_ = s.http.Close() // what remains is thrown away
		}
		s.cancel()
	}()
	select {
	case <-done:
	case <-time.After(limit + 50*time.Millisecond): // a connection that cannot be closed holds Shutdown up
		s.cancel()
	}
}

// ended waits at most limit for all handlers.
func (s *server) ended(limit time.Duration) bool {
	s.mu.Lock()
	idle := s.idle
	s.mu.Unlock()
	select {
	case <-idle:
		return true
	case <-time.After(limit):
		return false
	}
}
