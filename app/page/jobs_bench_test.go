package page

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// benchDesk finds its jobs without looking at them, others for every search: what
// is measured is the window, not the store.
type benchDesk struct {
	*jobsDesk
	ids      []hover.JobID
	searches atomic.Int64
}

func (d *benchDesk) FindJobs(_ context.Context, q engine.JobSearch) (engine.Found, error) {
	ids := d.ids[d.searches.Add(1)*20%1000:]
	f := engine.Found{From: q.From, Len: len(ids), Counts: map[engine.Group]int{engine.GroupAll: len(ids), engine.GroupFinished: len(ids)}}
	for _, id := range ids[min(q.From, len(ids)):min(q.From+q.Limit, len(ids))] {
		v := manyJobs(1)[0]
		v.ID, v.Address = id, string(id)+" Elm Street, Barre VT"
		f.Rows = append(f.Rows, v)
	}
	return f, nil
}

// onThread plays the window's thread until something is so, and adds up how long
// that keeps the thread.
func (d *benchDesk) onThread(do func(), until func() bool) (busy time.Duration) {
	for {
		begin := time.Now()
		do()
		busy += time.Since(begin)
		if until() {
			return busy
		}
		do = <-d.posted
	}
}

// BenchmarkAKeyInTheSearchBoxOver100000Jobs measures how long one key keeps the
// window's thread, from the key to the list that is drawn for it.
func BenchmarkAKeyInTheSearchBoxOver100000Jobs(b *testing.B) {
	d, j := openBench(b)
	text, busy, worst := "", time.Duration(0), time.Duration(0)
	for b.Loop() {
		text = strings.Repeat("e", len(text)%20+1)
		took := d.onThread(func() { j.search.SetText(text) }, func() bool { return j.drawn.Search == text })
		busy, worst = busy+took, max(worst, took)
	}
	report(b, busy, worst, aimKey)
}

// BenchmarkAScrollStepOver100000Jobs measures how long a step of 40 pixels keeps
// the window's thread, with the rows that come for it.
func BenchmarkAScrollStepOver100000Jobs(b *testing.B) {
	d, j := openBench(b)
	at, busy, worst := float32(0), time.Duration(0), time.Duration(0)
	for b.Loop() {
		if at += 40; at > 6_000_000 {
			at = 0
		}
		took := d.onThread(func() { j.list.ScrollToOffset(at) }, func() bool { return !j.v.Row(j.topRow()).Loading })
		busy, worst = busy+took, max(worst, took)
	}
	report(b, busy, worst, aimScroll)
}

func openBench(b *testing.B) (*benchDesk, *Jobs) {
	b.Helper()
	d := &benchDesk{jobsDesk: newJobsDesk(b, 992, 760)}
	for _, v := range manyJobs(101_000) {
		d.ids = append(d.ids, v.ID)
	}
	return d, d.pageOf(d)
}

// The aims, in milliseconds of the window's thread.
const (
	aimKey    = 16.0
	aimScroll = 8.0
)

func report(b *testing.B, busy, worst time.Duration, aim float64) {
	mean := float64(busy.Microseconds()) / 1000 / float64(b.N)
	b.ReportMetric(mean, "thread-ms/op")
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
	if mean > aim {
		b.Errorf("%.2f ms of the window's thread, the aim is %.0f", mean, aim)
	}
}
