package main

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	"golang.ngrok.com/ngrok/v2"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/tunnel/edgetest"
)

// The aims of the ingest.
const (
	aimCrowd  = 64              // posters at once
	aimShare  = 0.6             // of the rate of a handler that reads the body, behind the same SDK
	aimFolded = 0.9             // of the rate of the same inbox with nobody who reads the log
	aimBehind = 2 * time.Second // the reader, at most, when the posters stop
	aimWait   = 1.5             // times the handler's time of 99 of 100, and a bare Update's beside
	aimAlone  = 1.5             // times a bare Update one post takes at most, alone and without HTTP
)

// The rivals, and the product among them. All but the last are behind ngrok's SDK and
// an edge on loopback.
const (
	inbox   = "inbox"   // the product
	unread  = "unread"  // its inbox and its log, which nobody reads
	handler = "handler" // reads the body and answers 200
	update  = "update"  // a bare bbolt Update, one after the other
)

// posts is how many different deliveries are prepared: signing is Hover's work. They
// are of so many jobs; the same body twice is labelled and costs no less.
const (
	posts     = 20_000
	postsJobs = 1000
)

// alonePause is between two posts that come alone.
const alonePause = 50 * time.Millisecond

// ingest measures how many webhooks a second are received for good, how long each
// waits for its answer, and how one alone does.
func ingest(ctx context.Context, o options, r *report) (err error) {
	const ours, bare, without = "token-of-dormer", "token-of-a-handler", "token-of-an-inbox"
	edge, err := edgetest.Start(edgetest.Options{LoopbackURLs: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, edge.Close()) }()
	w, err := newWorld(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.behind(edge, ours); err != nil {
		return err
	}
	// The budget is the people's: after some questions to Hover the work waits, and the
	// queue is full, as in a storm.
	p, err := w.start(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	bodies := make([]delivery, posts)
	states := []hover.JobState{hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting, hover.JobWorking, hover.JobRetrieving, hover.JobProcessing}
	for n := range bodies {
		bodies[n] = w.news(hover.JobID(fmt.Sprint(1_000_000+n%postsJobs)), states[n/postsJobs%len(states)], n)
	}
	urls := map[string]string{inbox: w.hook.URL}
	half, err := newDesk(filepath.Join(w.dir, "half"), w.hook, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, half.close()) }()
	for _, rival := range []struct {
		name, token, path string
		handler           http.Handler
	}{{unread, without, w.hook.path(), half}, {handler, bare, "", http.HandlerFunc(swallow)}} {
		address, stop, err := serveBehind(ctx, edge, rival.token, rival.handler)
		if err != nil {
			return err
		}
		defer stop()
		urls[rival.name] = address + rival.path
	}
	single, err := openBolt(filepath.Join(w.dir, "single.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, single.Close()) }()
	clients := client(aimCrowd)
	defer clients.CloseIdleConnections()

	var next atomic.Uint64 // the number of the delivery
	rates, waits := map[string][]float64{}, map[string][]time.Duration{}
	var behind []time.Duration
	before := uint64(0)
	for round := range o.rounds + 1 {
		for _, rival := range []string{inbox, unread, handler, update} {
			span, crowd := o.span, aimCrowd
			if rival == update {
				span, crowd = o.span/5, 1
			}
			if round == 0 { // for warmth
				span /= 5
			}
			one := func() error {
				n := next.Add(1)
				if rival == update {
					return single.Update(func(tx *bbolt.Tx) error { return put(tx, n, bodies[n%posts].body) })
				}
				return bodies[n%posts].post(ctx, clients, urls[rival])
			}
			rate, p99, done, err := turn(ctx, crowd, span, one)
			if err != nil {
				return fmt.Errorf("%s: %w", rival, err)
			}
			if rival == inbox {
				late, err := p.catchesUp(ctx, before+done)
				if err != nil {
					return err
				}
				if before += done; round > 0 {
					behind = append(behind, late)
				}
			}
			if round > 0 {
				rates[rival], waits[rival] = append(rates[rival], rate), append(waits[rival], p99)
			}
		}
	}
	for _, rival := range []string{inbox, unread, handler, update} {
		r.figure("ingest: "+rival, fmt.Sprintf("%.0f/s, p99 %s", median(rates[rival]), text(median(waits[rival]))))
	}
	what := fmt.Sprintf("ingest, %d at once through ngrok's SDK: inbox", aimCrowd)
	byHandler, byUnread := over(rates, handler), over(rates, unread)
	r.aim(what+" by handler", fmt.Sprintf("%.2f", byHandler), fmt.Sprintf(">= %.1f", aimShare), byHandler >= aimShare)
	r.aim(what+" by unread", fmt.Sprintf("%.2f", byUnread), fmt.Sprintf(">= %.1f", aimFolded), byUnread >= aimFolded)
	r.aim(what+", all read after the last post", text(slices.Max(behind)), "<= "+text(aimBehind), slices.Max(behind) <= aimBehind)
	most := time.Duration(aimWait*float64(median(waits[handler]))) + median(waits[update])
	r.aim(what+", p99 of an answer", text(median(waits[inbox])), "<= "+text(most), median(waits[inbox]) <= most)
	return alone(ctx, o, r, w, bodies, single)
}

// alone measures one post at a time, without HTTP, in turns with a bare Update.
func alone(ctx context.Context, o options, r *report, w *world, bodies []delivery, single *bbolt.DB) (err error) {
	d, err := newDesk(filepath.Join(w.dir, "alone"), w.hook, engine.Fold)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	took, bare := make([]time.Duration, o.alone), make([]time.Duration, o.alone)
	for i := range took {
		request := bodies[i].request(w.hook.URL)
		answer := httptest.NewRecorder()
		began := time.Now()
		d.ServeHTTP(answer, request)
		took[i] = time.Since(began)
		if answer.Code != http.StatusOK {
			return fmt.Errorf("alone: answered %d", answer.Code)
		}
		if err := wait(ctx, alonePause/2); err != nil {
			return err
		}
		began = time.Now()
		if err := single.Update(func(tx *bbolt.Tx) error { return put(tx, 1<<40+uint64(i), bodies[i].body) }); err != nil {
			return err
		}
		bare[i] = time.Since(began)
		if err := wait(ctx, alonePause/2); err != nil {
			return err
		}
	}
	share := float64(median(took)) / float64(median(bare))
	r.figure("ingest, alone and without HTTP: inbox, update", text(median(took))+", "+text(median(bare)))
	r.aim("ingest, alone: time of one, by update's", fmt.Sprintf("%.2f", share), fmt.Sprintf("<= %.1f", aimAlone), share <= aimAlone)
	return nil
}

// catchesUp waits until the product's reader has read so many events, and gives how
// long that took.
func (p *product) catchesUp(ctx context.Context, events uint64) (time.Duration, error) {
	began := time.Now()
	for {
		s, err := p.engine.Status(ctx)
		if err != nil {
			return 0, err
		}
		// The webhook's own verification is one of them.
		if s.Inbox.Events >= events+1 {
			return time.Since(began), nil
		}
		if time.Since(began) > patience {
			return 0, fmt.Errorf("of %d events %d are read", events, s.Inbox.Events)
		}
	}
}

// swallow reads the body and answers 200.
func swallow(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the client sees to it
	w.WriteHeader(http.StatusOK)
}

// serveBehind serves a handler by ngrok's SDK and gives its public address.
func serveBehind(ctx context.Context, edge *edgetest.Edge, token string, h http.Handler) (address string, stop func(), err error) {
	agent, err := ngrok.NewAgent(
		ngrok.WithAuthtoken(token), ngrok.WithAgentConnectURL(edge.ConnectAddr()), ngrok.WithAgentConnectCAs(edge.CAs()),
		ngrok.WithLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		return "", nil, err
	}
	l, err := agent.Listen(ctx)
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h}
	go func() { _ = s.Serve(l) }() // until it is stopped
	return l.URL().String(), func() {
		_ = s.Close()
		_ = agent.Disconnect()
	}, nil
}

// over gives the median of the inbox's rates by those of another, turn by turn.
func over(rates map[string][]float64, other string) float64 {
	var all []float64
	for i, rate := range rates[inbox] {
		all = append(all, rate/rates[other][i])
	}
	return median(all)
}

// turn has a crowd do one thing over and over. It gives how often a second, how long
// 99 of 100 took at most, and how many there were.
func turn(ctx context.Context, crowd int, span time.Duration, one func() error) (rate float64, most time.Duration, done uint64, err error) {
	var posting sync.WaitGroup
	var failed atomic.Pointer[error]
	took := make([][]time.Duration, crowd)
	began := time.Now()
	for i := range crowd {
		posting.Go(func() {
			for time.Since(began) < span && ctx.Err() == nil && failed.Load() == nil {
				at := time.Now()
				if err := one(); err != nil {
					failed.Store(&err)
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	posting.Wait()
	if err := failed.Load(); err != nil {
		return 0, 0, 0, *err
	}
	if ctx.Err() != nil {
		return 0, 0, 0, ctx.Err()
	}
	all := slices.Concat(took...)
	return float64(len(all)) / time.Since(began).Seconds(), p99(all), uint64(len(all)), nil
}

func median[T cmp.Ordered](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

var bucket = []byte("events")

func openBolt(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func put(tx *bbolt.Tx, n uint64, body []byte) error {
	return tx.Bucket(bucket).Put(binary.BigEndian.AppendUint64(nil, n), body)
}
