package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/simulator"
)

// The aims of the alerts.
const (
	aimAlert = 2.5 // times four bare Updates from an event to its alert over D-Bus, for 99 of 100
	aimHints = 10  // hints from Watch within a second, at most
)

// pause is the time between two alerts, in which the first is ticked off.
const pause = 20 * time.Millisecond

// commitsToAlert is how many commits lie between an event's arrival and its
// alert: the event, what is made of it, what Hover says of the job, and the alert's row.
const commitsToAlert = 4

// largePDF is the size of the PDF that is stated beside.
const largePDF = 10 << 20

// stage is a Dormer with a desktop to tell and nothing that holds it up: Hover
// is near and may be asked without end.
type stage struct {
	*product
	desktop *desktop
	client  *http.Client
	asked   int // events so far
}

func onStage(ctx context.Context, storage string, play func(*stage) error) (err error) {
	w, err := newWorld(ctx, storage)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	d, err := newDesktop(w.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	p, err := w.start(ctx, hoverapi.NewBudget(1_000_000, 0, time.Minute, time.Now))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	s := &stage{product: p, desktop: d, client: client(aimCrowd)}
	defer s.client.CloseIdleConnections()
	return play(s)
}

// measured is the event that a job is complete, as Hover's API says too.
func (s *stage) measured() delivery {
	s.asked++
	return s.news(s.sim.AddJob(simulator.JobSpec{}), hover.JobCompleted, s.asked)
}

// alerts measures how long an alert takes, one at a time.
func alerts(ctx context.Context, o options, r *report) error {
	front, err := newFront()
	if err != nil {
		return err
	}
	defer front.close()
	disk, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(disk)
	db, err := openBolt(filepath.Join(disk, "bare.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	return onStage(ctx, front.url, func(s *stage) error {
		front.behind.Store(s.sim)
		for _, c := range []struct {
			prefetch, what string
			times          int
		}{
			{"none", "event to alert over D-Bus", o.alerts},
			{"pdf", fmt.Sprintf("event to alert with its %d MB PDF on disk", largePDF>>20), max(o.alerts/5, 1)},
		} {
			if err := s.engine.Set(ctx, engine.Values{engine.KeyPrefetch: c.prefetch}); err != nil {
				return err
			}
			took, bare := make([]time.Duration, c.times), make([]time.Duration, c.times)
			for i := range took {
				d := s.measured()
				began := time.Now()
				if err := d.post(ctx, s.client, s.hook.URL); err != nil {
					return err
				}
				n, err := s.desktop.next(ctx)
				if err != nil {
					return err
				}
				took[i] = n.at.Sub(began)
				if err := wait(ctx, pause); err != nil {
					return err
				}
				began = time.Now()
				for range commitsToAlert {
					if err := db.Update(func(tx *bbolt.Tx) error { return put(tx, uint64(i), d.body) }); err != nil {
						return err
					}
				}
				bare[i] = time.Since(began)
			}
			r.figure(c.what+", median", text(median(took)))
			most := p99(took)
			if c.prefetch != "none" {
				r.figure(c.what+", p99", text(most))
				continue
			}
			r.figure(c.what+", p99", text(most))
			share := float64(most) / float64(p99(bare))
			r.aim(fmt.Sprintf("%s, p99 by %d bare Updates'", c.what, commitsToAlert), fmt.Sprintf("%.2f", share), fmt.Sprintf("<= %.1f", aimAlert), share <= aimAlert)
			what := fmt.Sprintf("%d bare bbolt Updates in turns with it", commitsToAlert)
			r.figure(what+", median", text(median(bare)))
			r.figure(what+", p99", text(p99(bare)))
		}
		return nil
	})
}

func p99(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[(len(all)*99+99)/100-1]
}

func text(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// burst measures what many events at once do.
func burst(ctx context.Context, o options, r *report) error {
	return onStage(ctx, "", func(s *stage) error {
		if err := s.engine.Set(ctx, engine.Values{engine.KeyPrefetch: "none"}); err != nil {
			return err
		}
		for _, n := range []int{o.storm, 2 * o.storm} {
			if err := s.storm(ctx, n, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *stage) storm(ctx context.Context, n int, r *report) error {
	all := make([]delivery, n)
	for i := range all {
		all[i] = s.measured()
	}
	watching, stop := context.WithCancel(ctx)
	var hints []time.Time
	var watch sync.WaitGroup
	watch.Go(func() {
		for range s.engine.Watch(watching) {
			hints = append(hints, time.Now())
		}
	})
	defer stop()
	began := time.Now()
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var posting sync.WaitGroup
	for range aimCrowd {
		posting.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := all[i].post(ctx, s.client, s.hook.URL); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	posting.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	answered := time.Since(began)
	// Many at once are one notification that grows; the inbox counts them.
	if err := until(ctx, s.engine, func(engine.Status) bool { return s.shown(ctx) == s.asked }); err != nil {
		return err
	}
	told := time.Since(began)
	// What a signed event claims is looked at once more after 10 s.
	if err := until(ctx, s.engine, func(st engine.Status) bool { return st.Work.Pending == 0 }); err != nil {
		return err
	}
	stop()
	watch.Wait()
	what := fmt.Sprintf("burst of %d events: ", n)
	r.figure(what+"all answered 200 after", text(answered))
	r.figure(what+"all asked of Hover and told after", text(told))
	// The first comes at once to whoever begins to watch.
	most := densest(hints[1:], time.Second)
	r.aim(what+"hints within a second", fmt.Sprint(most), fmt.Sprintf("<= %d", aimHints), most <= aimHints)
	return nil
}

// shown counts the alerts that were shown.
func (s *stage) shown(ctx context.Context) (n int) {
	for a, err := range s.engine.Alerts(ctx) {
		if err == nil && !a.ShownAt.IsZero() {
			n++
		}
	}
	return n
}

// densest gives the most times within any span of that length.
func densest(times []time.Time, span time.Duration) (most int) {
	from := 0
	for to := range times {
		for times[to].Sub(times[from]) >= span {
			from++
		}
		most = max(most, to-from+1)
	}
	return most
}

// front stands before Hover's file storage and makes its PDFs large.
type front struct {
	url    string
	server *http.Server
	behind atomic.Pointer[simulator.Simulator]
}

func newFront() (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{url: "http://" + l.Addr().String()}
	pdf := slices.Concat([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("% a large house\n"), largePDF/16), []byte("\n%%EOF\n"))
	f.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".pdf") {
			w.Header().Set("Content-Type", "application/pdf")
			w.Header().Set("Content-Length", fmt.Sprint(len(pdf)))
			_, _ = w.Write(pdf) // the client sees to it
			return
		}
		to, _ := url.Parse(f.behind.Load().StorageURL()) // it began with this server
		httputil.NewSingleHostReverseProxy(to).ServeHTTP(w, r)
	})}
	go func() { _ = f.server.Serve(l) }() // until close
	return f, nil
}

func (f *front) close() { _ = f.server.Close() }
