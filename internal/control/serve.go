package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/say"
)

const (
	headerTimeout = 5 * time.Second  // for a request's header
	bodyTimeout   = 10 * time.Second // for its arguments
	writeTimeout  = 30 * time.Second // for each line of the answer: a reader that stands still must not hold the store
	idleTimeout   = 2 * time.Minute
	goodbye       = time.Second // for requests under way when the service ends
)

// Serve offers svc at a place until ctx ends, and returns within a second or two
// then. It makes the socket there, for this user alone, again if somebody deletes
// it, and removes it in the end; a socket that nobody answers on any more is
// replaced. Where no socket can be made it is tried again.
func Serve(ctx context.Context, at Place, svc engine.Service, info Info, log *slog.Logger) {
	serveAt(ctx, at, svc, info, log, lookEvery)
}

func serveAt(ctx context.Context, at Place, svc engine.Service, info Info, log *slog.Logger, every time.Duration) {
	s, busy := newServer(ctx, svc, info, os.Getuid())
	d := &door{at: at, every: every, to: s, log: log}
	d.keep(ctx)
	end(ctx, s, busy)
	d.shut()
	d.open.Wait()
	at.erase()
}

// serve serves on l, to processes of the given user.
func serve(ctx context.Context, l net.Listener, svc engine.Service, info Info, uid int) error {
	s, busy := newServer(ctx, svc, info, uid)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		_ = s.Close()
		return fmt.Errorf("control: %w", err)
	case <-ctx.Done():
	}
	end(ctx, s, busy)
	<-ended
	return nil
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

// newServer gives the server of svc, and what its handlers are counted by.
func newServer(ctx context.Context, svc engine.Service, info Info, uid int) (*http.Server, *sync.WaitGroup) {
	var busy sync.WaitGroup
	h := handler(svc, info)
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

// handler gives svc's methods their paths.
func handler(svc engine.Service, info Info) http.Handler {
	m := http.NewServeMux()
	one(m, pathInfo, func(context.Context, nothing) (Info, error) { return info, nil })
	one(m, pathRaise, func(context.Context, nothing) (nothing, error) {
		if info.Raise == nil {
			return nothing{}, &say.Error{What: say.T("runs.no_window")}
		}
		info.Raise()
		return nothing{}, nil
	})

	many(m, pathJobs, svc.Jobs)
	one(m, pathJob, func(ctx context.Context, q jobRequest) (engine.JobView, error) { return svc.Job(ctx, q.ID) })
	many(m, pathEvents, svc.Events)
	many(m, pathAlerts, func(ctx context.Context, _ nothing) iter.Seq2[engine.AlertView, error] { return svc.Alerts(ctx) })
	one(m, pathSettings, func(ctx context.Context, _ nothing) ([]engine.Setting, error) { return svc.Settings(ctx) })
	do(m, pathSet, func(ctx context.Context, q setRequest) error { return svc.Set(ctx, q.Key, q.Value) })
	many(m, pathExport, func(ctx context.Context, q exportRequest) iter.Seq2[[]byte, error] {
		return func(yield func([]byte, error) bool) {
			if err := svc.Export(ctx, q.Format, chunks(yield)); err != nil && !errors.Is(err, errEnough) {
				yield(nil, err)
			}
		}
	})
	do(m, pathBackup, func(ctx context.Context, q backupRequest) error { return svc.Backup(ctx, q.Path) })
	one(m, pathDoctor, func(ctx context.Context, _ nothing) ([]engine.Finding, error) { return svc.Doctor(ctx) })
	one(m, pathDelivery, func(ctx context.Context, _ nothing) ([]byte, error) { return svc.Delivery(ctx) })
	many(m, pathDiagnostics, func(ctx context.Context, q diagnosticsRequest) iter.Seq2[engine.Document, error] {
		return documents(svc.Diagnostics(ctx, q.Findings))
	})

	one(m, pathStatus, func(ctx context.Context, _ nothing) (engine.Status, error) { return svc.Status(ctx) })
	many(m, pathWatch, func(ctx context.Context, _ nothing) iter.Seq2[engine.Hint, error] { return hints(ctx, svc) })
	one(m, pathBeginLogin, func(ctx context.Context, _ nothing) (engine.Login, error) { return svc.BeginLogin(ctx) })
	do(m, pathFinishLogin, func(ctx context.Context, q finishLoginRequest) error { return svc.FinishLogin(ctx, q.Pasted) })
	do(m, pathWaitLogin, func(ctx context.Context, q waitLoginRequest) error { return svc.WaitLogin(ctx, q.ID) })
	do(m, pathLogout, func(ctx context.Context, _ nothing) error { return svc.Logout(ctx) })
	many(m, pathGet, svc.Get)
	one(m, pathCreateCapture, svc.CreateCapture)
	one(m, pathCaptures, func(ctx context.Context, _ nothing) ([]engine.CaptureView, error) { return svc.Captures(ctx) })
	do(m, pathDeleteCapture, func(ctx context.Context, q deleteCaptureReq) error { return svc.DeleteCapture(ctx, q.ID) })
	do(m, pathTestJob, func(ctx context.Context, q testJobRequest) error { return svc.TestJob(ctx, q.ID, q.State) })
	one(m, pathReplay, func(ctx context.Context, q replayRequest) (int, error) { return svc.Replay(ctx, q.Seqs) })
	do(m, pathCompact, func(ctx context.Context, _ nothing) error { return svc.Compact(ctx) })
	do(m, pathCatchUp, func(ctx context.Context, _ nothing) error { return svc.CatchUp(ctx) })
	do(m, pathMarkRead, func(ctx context.Context, q markReadRequest) error { return svc.MarkRead(ctx, q.IDs...) })
	one(m, pathReviveWork, func(ctx context.Context, _ nothing) (int, error) { return svc.ReviveWork(ctx) })
	do(m, pathAct, func(ctx context.Context, q actRequest) error { return svc.Act(ctx, q.Action, q.Job, q.Model) })
	return m
}

// do serves a method that answers nothing but whether it worked.
func do[Q any](m *http.ServeMux, path string, f func(context.Context, Q) error) {
	one(m, path, func(ctx context.Context, q Q) (nothing, error) { return nothing{}, f(ctx, q) })
}

// one serves a method that answers one value.
func one[Q, R any](m *http.ServeMux, path string, f func(context.Context, Q) (R, error)) {
	m.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		q, err := arguments[Q](w, r)
		if err != nil {
			refuse(w, err)
			return
		}
		v, err := f(r.Context(), q)
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
		_ = encoder(w).Encode(v)
	})
}

// many serves a method that answers a stream of values. Each is on its way
// before the next is asked for.
func many[Q, R any](m *http.ServeMux, path string, f func(context.Context, Q) iter.Seq2[R, error]) {
	m.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		q, err := arguments[Q](w, r)
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		rc, enc := http.NewResponseController(w), encoder(w)
		send := func(l line[R]) bool {
			_ = rc.SetWriteDeadline(time.Now().Add(writeTimeout))
			return enc.Encode(l) == nil && rc.Flush() == nil
		}
		_ = rc.SetWriteDeadline(time.Now().Add(writeTimeout))
		if rc.Flush() != nil { // the header now: the first value may take its time
			return
		}
		for v, err := range f(r.Context(), q) {
			if err != nil {
				send(line[R]{Error: toFailure(err)})
				return
			}
			if !send(line[R]{Value: &v}) {
				return
			}
		}
		send(line[R]{End: true})
	})
}

// encoder writes text as it is: escaped for HTML an event's body could be six
// times as long, and is not what was received.
func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// arguments reads the whole of a request's body, with limits on its size and on
// the time that it may take.
func arguments[Q any](w http.ResponseWriter, r *http.Request) (Q, error) {
	// The server takes the deadline back once the body has been read to its end.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout))
	q, err := decode[Q](http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		w.Header().Set("Connection", "close") // who knows what else it sends
	}
	return q, err
}

func refuse(w http.ResponseWriter, err error) {
	f := toFailure(err)
	w.Header().Set("Content-Type", "application/json")
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeTimeout))
	w.WriteHeader(f.status())
	_ = json.NewEncoder(w).Encode(f)
}

// hints turns svc's channel into a stream, which ends when ctx or the service does.
func hints(ctx context.Context, svc engine.Service) iter.Seq2[engine.Hint, error] {
	return func(yield func(engine.Hint, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for h := range svc.Watch(ctx) {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// documents turns what was answered at once into a stream: each of them fits a
// line, all of them together need not.
func documents(docs []engine.Document, err error) iter.Seq2[engine.Document, error] {
	return func(yield func(engine.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
		if err != nil {
			yield(engine.Document{}, err)
		}
	}
}

// errEnough ends an export whose reader has gone.
var errEnough = errors.New("the reader has gone")

// chunks is a writer whose writes are yielded.
type chunks func([]byte, error) bool

func (c chunks) Write(p []byte) (int, error) {
	if !c(p, nil) {
		return 0, errEnough
	}
	return len(p), nil
}
