package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"

	"dormer/internal/engine"
	"dormer/internal/hoverapi"
	"dormer/internal/notify/bustest"
)

// The aims of the alerts.
const (
	aimAlert = 2.5 // times four bare Updates from an event to its alert over D-Bus, for 99 of 100
	aimHints = 10  // hints from Watch within a second, at most
	aimTwice = 3   // times as long twice as many take at most
)

// pause is the time between two alerts, in which the first is ticked off.
const pause = 20 * time.Millisecond

// commitsToAlert is how many commits the aim sets against an alert: the event, what is
// made of it, what Hover says of the job and of its figures, and the alert's row. By now
// Hover is asked beside the second, and the alert is shown beside the last.
const commitsToAlert = 4

// largePDF is the size of the PDF that is stated beside.
const largePDF = 10 << 20

// unlimited is a budget for which Hover may be asked without end.
func unlimited() *hoverapi.Budget { return hoverapi.NewBudget(1_000_000, 0, time.Minute, time.Now) }

// newDesktop starts a session bus, which this process's environment names from then on, and
// on it a notification service that shows nothing and tells when it was asked to.
func (b *bench) newDesktop(dir string) (*dbus.Conn, <-chan time.Time) {
	address, endBus, err := bustest.Start(dir, func(*exec.Cmd) {})
	check(err)
	b.after(func() error { endBus(); return nil })
	conn := must(dbus.Connect(address))
	b.after(func() error { _ = conn.Close(); return nil }) // nobody is on it any more
	shown, next := make(chan time.Time, 1<<16), uint32(0)
	show := func(n bustest.Notice) uint32 {
		shown <- time.Now()
		if n.Replaces != 0 {
			return n.Replaces
		}
		next++ // calls come one at a time: Dormer waits for each
		return next
	}
	service := bustest.Service{Capabilities: []string{"actions", "body"}, Show: show, Close: func(uint32) {}}
	check(bustest.Serve(conn, service))
	check(os.Setenv("DBUS_SESSION_BUS_ADDRESS", address))
	return conn, shown
}

// alerts measures how long an alert takes, one at a time.
func alerts(b *bench) {
	var w *world
	pdf := slices.Concat([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("% a large house\n"), largePDF/16), []byte("\n%%EOF\n"))
	files := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, ".pdf") {
			w.sim.StorageHandler().ServeHTTP(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "application/pdf")
		rw.Header().Set("Content-Length", fmt.Sprint(len(pdf)))
		_, _ = rw.Write(pdf) // the client sees to it
	}))
	b.after(func() error { files.Close(); return nil })
	w = b.newWorld(files.URL)
	_, shown := b.newDesktop(w.dir)
	dormer := w.start(unlimited())
	single := b.newBare(filepath.Join(w.dir, "bare.db"))
	var d delivery
	for _, c := range []struct {
		prefetch, what string
		times          int
	}{
		{"none", "event to alert over D-Bus", b.alerts},
		{"pdf", fmt.Sprintf("event to alert with its %d MB PDF on disk", largePDF>>20), max(b.alerts/5, 1)},
	} {
		check(dormer.Set(b.ctx, engine.Values{engine.KeyPrefetch: c.prefetch}))
		took := b.inTurns(c.times, pause, func(int) time.Duration {
			d = w.complete()
			began := time.Now()
			check(w.post(d, w.hook.URL))
			select {
			case at := <-shown:
				return at.Sub(began)
			case <-time.After(patience):
				check(errors.New("no notification was shown"))
			}
			return 0
		}, func(int) time.Duration {
			return timed(func() {
				for range commitsToAlert {
					check(single.put(d.body))
				}
			})
		})
		b.figure(c.what+", median", median(took[0]))
		b.figure(c.what+", p99", p99(took[0]))
		if c.prefetch != "none" {
			continue
		}
		what := fmt.Sprintf("%s, p99 by %d bare Updates'", c.what, commitsToAlert)
		atMost(b.report, what, ratio(p99(took[0]), p99(took[1])), aimAlert)
		what = fmt.Sprintf("%d bare bbolt Updates in turns with it", commitsToAlert)
		b.figure(what+", median", median(took[1]))
		b.figure(what+", p99", p99(took[1]))
	}
}

// burst measures what many events at once do.
func burst(b *bench) {
	w := b.newWorld("")
	b.newDesktop(w.dir)
	dormer := w.start(unlimited())
	check(dormer.Set(b.ctx, engine.Values{engine.KeyPrefetch: "none"}))
	var told []time.Duration
	for _, n := range []int{b.storm, 2 * b.storm} {
		all := make([]delivery, n)
		for i := range all {
			all[i] = w.complete()
		}
		watching, stop := context.WithCancel(b.ctx)
		var hints []time.Time
		var watch sync.WaitGroup
		watch.Go(func() {
			for range dormer.Watch(watching) {
				hints = append(hints, time.Now())
			}
		})
		began := time.Now()
		more := func(i uint64) bool { return i < uint64(n) }
		b.crowd(aimCrowd, more, func(i uint64) error { return w.post(all[i], w.hook.URL) })
		what := fmt.Sprintf("burst of %d events: ", n)
		b.figure(what+"all answered 200 after", time.Since(began))
		// Many at once are one notification that grows; the inbox counts them.
		b.until(dormer, "all are told", func(engine.Status) bool { return b.shown(dormer, w.news) })
		told = append(told, time.Since(began))
		b.figure(what+"all asked of Hover and told after", told[len(told)-1])
		// What a signed event claims is looked at once more after 10 s.
		b.until(dormer, "all is done", func(st engine.Status) bool { return st.Work.Pending == 0 })
		stop()
		watch.Wait()
		// The first comes at once to whoever begins to watch.
		atMost(b.report, what+"hints within a second", densest(hints[1:], time.Second), aimHints)
	}
	atMost(b.report, "burst of twice as many: time until all are told, by that of the first", ratio(told[1], told[0]), aimTwice)
}

// shown says whether there are so many alerts, of which nobody has read any, and all of
// them were shown. To list them all costs more than to tell them: they are counted first.
func (b *bench) shown(dormer *engine.Engine, news int) bool {
	if must(dormer.Unread(b.ctx)) != news {
		return false
	}
	for a, err := range dormer.Alerts(b.ctx) {
		if check(err); a.ShownAt.IsZero() {
			return false
		}
	}
	return true
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
