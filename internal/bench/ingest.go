package main

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"dormer/internal/hover"
)

// The aims of the ingest.
const (
	aimCrowd = 64  // concurrent posts at which the inbox is compared with a handler that does nothing
	aimShare = 0.5 // of whose rate it has at least
	aimAlone = 1.5 // times a bare Update one durable post takes at most, alone
)

// The rivals, and the product among them.
const (
	inbox   = "inbox"   // the product: HTTP, signature, store with fold, 200
	handler = "handler" // net/http that discards the body
	group   = "group"   // a bare group commit: what has queued up shares a bbolt Update
	update  = "update"  // a bare bbolt Update for each
)

var rivals = []string{inbox, handler, group, update}

// crowds are the numbers of concurrent posts.
var crowds = []int{1, 16, 64, 256}

// posts is how many different deliveries are prepared: signing is Hover's
// work. They are of so many jobs; the same body twice is labelled and costs no
// less.
const (
	posts     = 20_000
	postsJobs = 1000
)

// ingest measures how many webhooks a second are received for good.
func ingest(ctx context.Context, o options, r *report) (err error) {
	w, err := newWorld(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	// The budget is the people's: after some questions to Hover the work
	// waits, and the queue is full, as in a storm.
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
	bare, err := listen()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.Close()) }()
	single, err := openBolt(filepath.Join(w.dir, "single.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, single.Close()) }()
	shared, err := openBolt(filepath.Join(w.dir, "shared.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shared.Close()) }()
	commits := newCommits(shared)
	defer commits.close()
	http := client(slices.Max(crowds))
	defer http.CloseIdleConnections()
	ways := map[string]func(d delivery, n uint64) error{
		inbox:   func(d delivery, _ uint64) error { return d.post(ctx, http, w.hook.URL) },
		handler: func(d delivery, _ uint64) error { return d.post(ctx, http, "http://"+bare.Addr) },
		group:   func(d delivery, n uint64) error { return commits.put(n, d.body) },
		update: func(d delivery, n uint64) error {
			return single.Update(func(tx *bbolt.Tx) error { return put(tx, n, d.body) })
		},
	}

	var next atomic.Uint64 // the number of the delivery
	for _, crowd := range crowds {
		if o.crowd != 0 && crowd != o.crowd {
			continue
		}
		rates := map[string][]float64{}
		for round := range o.rounds + 1 {
			for _, way := range rivals {
				rate, err := turn(ctx, crowd, o.span, func() error {
					n := next.Add(1)
					return ways[way](bodies[n%posts], n)
				})
				if err != nil {
					return fmt.Errorf("%s with %d at once: %w", way, crowd, err)
				}
				if round > 0 { // the first is for warmth
					rates[way] = append(rates[way], rate)
				}
			}
		}
		for _, way := range rivals {
			r.figure(fmt.Sprintf("ingest, %d at once: %s", crowd, way), fmt.Sprintf("%.0f/s", median(rates[way])))
		}
		byUpdate, byGroup, byHandler := over(rates, update), over(rates, group), over(rates, handler)
		what := fmt.Sprintf("ingest, %d at once: inbox", crowd)
		if crowd == 1 {
			r.aim(what+", time of one, by update's", fmt.Sprintf("%.2f", 1/byUpdate), fmt.Sprintf("<= %.1f", aimAlone), 1/byUpdate <= aimAlone)
		} else {
			r.figure(what+" by update", fmt.Sprintf("%.2f", byUpdate))
		}
		r.figure(what+" by group", fmt.Sprintf("%.2f", byGroup))
		if crowd == aimCrowd {
			r.aim(what+" by handler", fmt.Sprintf("%.2f", byHandler), fmt.Sprintf(">= %.1f", aimShare), byHandler >= aimShare)
		} else {
			r.figure(what+" by handler", fmt.Sprintf("%.2f", byHandler))
		}
	}
	return nil
}

// over gives the median of the inbox's rates by those of another, turn by turn.
func over(rates map[string][]float64, other string) float64 {
	var all []float64
	for i, rate := range rates[inbox] {
		all = append(all, rate/rates[other][i])
	}
	return median(all)
}

// turn has a crowd do one thing over and over, and gives how often a second.
func turn(ctx context.Context, crowd int, span time.Duration, one func() error) (rate float64, err error) {
	var wg sync.WaitGroup
	var done atomic.Uint64
	var failed atomic.Pointer[error]
	began := time.Now()
	for range crowd {
		wg.Go(func() {
			for time.Since(began) < span && ctx.Err() == nil && failed.Load() == nil {
				if err := one(); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / time.Since(began).Seconds(), ctx.Err()
}

func median[T cmp.Ordered](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

// listen starts the handler that discards what it gets.
func listen() (*http.Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &http.Server{Addr: l.Addr().String(), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the client sees to it
	})}
	go func() { _ = s.Serve(l) }() // until Close
	return s, nil
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

// commits is a group commit with nothing around it.
type commits struct {
	queue chan wish
	ended chan struct{}
}

type wish struct {
	n    uint64
	body []byte
	done chan error
}

func newCommits(db *bbolt.DB) *commits {
	c := &commits{queue: make(chan wish, 1024), ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		for first := range c.queue {
			batch := []wish{first}
			for len(c.queue) > 0 {
				batch = append(batch, <-c.queue)
			}
			err := db.Update(func(tx *bbolt.Tx) error {
				for _, w := range batch {
					if err := put(tx, w.n, w.body); err != nil {
						return err
					}
				}
				return nil
			})
			for _, w := range batch {
				w.done <- err
			}
		}
	}()
	return c
}

func (c *commits) put(n uint64, body []byte) error {
	w := wish{n, body, make(chan error, 1)}
	c.queue <- w
	return <-w.done
}

func (c *commits) close() {
	close(c.queue)
	<-c.ended
}
