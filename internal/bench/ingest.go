package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
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

// posts is how many different deliveries are prepared: signing is Hover's work. They
// are of so many jobs; the same body twice is labelled and costs no less.
const (
	posts     = 20_000
	postsJobs = 1000
)

// alonePause is between two posts that come alone.
const alonePause = 50 * time.Millisecond

// rival is the product, or what it is measured beside, turn by turn.
type rival struct {
	name  string
	heads int
	one   func(n uint64) error

	rates []float64 // a second
	waits []time.Duration
}

// ingest measures how many webhooks a second are received for good, how long each
// waits for its answer, and how one alone does.
func ingest(b *bench) {
	edge := must(edgetest.Start(edgetest.Options{LoopbackURLs: true}))
	b.after(edge.Close)
	w := b.newWorld("")
	ca := filepath.Join(w.dir, "ngrok.pem")
	check(os.WriteFile(ca, edge.CAPEM(), 0o600))
	w.behind(map[string]string{
		"DORMER_TUNNEL": "ngrok", "DORMER_NGROK_SERVER": edge.ConnectAddr(), "DORMER_NGROK_CA": ca,
		"NGROK_AUTHTOKEN": "token-of-dormer",
	})
	// The budget is the people's: after some questions to Hover the work waits, and the
	// queue is full, as in a storm.
	dormer := w.start(nil)
	bodies := make([]delivery, posts)
	states := []hover.JobState{
		hover.JobUploading, hover.JobProcessingUpload, hover.JobSubmitting,
		hover.JobWorking, hover.JobRetrieving, hover.JobProcessing,
	}
	for n := range bodies {
		bodies[n] = w.event(hover.JobID(fmt.Sprint(1_000_000+n%postsJobs)), states[n/postsJobs%len(states)])
	}
	next := 0
	body := func(n uint64) delivery { return bodies[(uint64(next)+n)%posts] }
	posted := func(to string) func(uint64) error { return func(n uint64) error { return w.post(body(n), to) } }
	swallow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	atUnread := b.atEdge(edge, "token-of-an-inbox", b.newInbox(filepath.Join(w.dir, "half"), w.hook, nil))
	single := b.newBare(filepath.Join(w.dir, "single.db"))
	inbox := &rival{name: "inbox", heads: aimCrowd, one: posted(w.hook.URL)}
	unread := &rival{name: "unread", heads: aimCrowd, one: posted(atUnread + w.hook.address().Path)}
	handler := &rival{name: "handler", heads: aimCrowd, one: posted(b.atEdge(edge, "token-of-a-handler", swallow))}
	update := &rival{name: "update", heads: 1, one: func(n uint64) error { return single.put(body(n).body) }}
	all := []*rival{inbox, unread, handler, update}

	var behind []time.Duration
	received := 1 // the webhook's own verification is an event
	for round := range b.rounds + 1 {
		for _, x := range all {
			span := b.span
			if x == update {
				span /= 5
			}
			if round == 0 { // for warmth
				span /= 5
			}
			began := time.Now()
			took := b.crowd(x.heads, func(uint64) bool { return time.Since(began) < span }, x.one)
			rate := float64(len(took)) / time.Since(began).Seconds()
			next += len(took)
			if x == inbox {
				received += len(took)
				late := timed(func() { b.reads(dormer, received) })
				behind = append(behind, late)
			}
			x.rates, x.waits = append(x.rates, rate), append(x.waits, p99(took))
		}
	}
	behind = behind[1:]
	for _, x := range all {
		x.rates, x.waits = x.rates[1:], x.waits[1:]
		b.figure("ingest: "+x.name, fmt.Sprintf("%.0f/s, p99 %s", median(x.rates), text(median(x.waits))))
	}
	what := fmt.Sprintf("ingest, %d at once through ngrok's SDK: inbox", aimCrowd)
	atLeast(b.report, what+" by handler", inbox.over(handler), aimShare)
	atLeast(b.report, what+" by unread", inbox.over(unread), aimFolded)
	atMost(b.report, what+", all read after the last post", slices.Max(behind), aimBehind)
	most := time.Duration(aimWait*float64(median(handler.waits))) + median(update.waits)
	atMost(b.report, what+", p99 of an answer", median(inbox.waits), most)

	read := b.newInbox(filepath.Join(w.dir, "alone"), w.hook, engine.Fold)
	took := b.inTurns(b.alone, alonePause/2, func(i int) time.Duration {
		request := httptest.NewRequest(http.MethodPost, w.hook.URL, bytes.NewReader(bodies[i].body))
		request.Header = bodies[i].header
		answer := httptest.NewRecorder()
		took := timed(func() { read.ServeHTTP(answer, request) })
		if answer.Code != http.StatusOK {
			check(fmt.Errorf("alone: answered %d", answer.Code))
		}
		return took
	}, func(i int) time.Duration {
		return timed(func() { check(single.put(bodies[i].body)) })
	})
	b.figure("ingest, alone and without HTTP: inbox, update", text(median(took[0]))+", "+text(median(took[1])))
	atMost(b.report, "ingest, alone: time of one, by update's", ratio(median(took[0]), median(took[1])), aimAlone)
}

// over gives the median of the rates by those of another, turn by turn.
func (x *rival) over(y *rival) float64 {
	var all []float64
	for i, rate := range x.rates {
		all = append(all, rate/y.rates[i])
	}
	return median(all)
}

// reads waits until a Dormer's reader has read so many events.
func (b *bench) reads(dormer *engine.Engine, events int) {
	for late := time.Now().Add(patience); ; {
		read := must(dormer.Status(b.ctx)).Inbox.Events
		if read >= uint64(events) {
			return
		}
		if time.Now().After(late) {
			check(fmt.Errorf("of %d events %d are read", events, read))
		}
	}
}

// atEdge serves a handler by ngrok's SDK and gives its public address.
func (b *bench) atEdge(edge *edgetest.Edge, token string, h http.Handler) string {
	agent := must(ngrok.NewAgent(
		ngrok.WithAuthtoken(token), ngrok.WithAgentConnectURL(edge.ConnectAddr()), ngrok.WithAgentConnectCAs(edge.CAs()),
		ngrok.WithLogger(slog.New(slog.DiscardHandler)),
	))
	l := must(agent.Listen(b.ctx))
	s := &http.Server{Handler: h}
	go func() { _ = s.Serve(l) }() // until the part ends
	b.after(func() error {
		return errors.Join(s.Close(), agent.Disconnect())
	})
	return l.URL().String()
}

// bare is a bbolt database with one bucket, which whatever is stored is measured by.
type bare struct {
	db *bbolt.DB
	n  uint64
}

var bucket = []byte("events")

func (b *bench) newBare(path string) *bare {
	db := must(bbolt.Open(path, 0o600, nil))
	b.after(db.Close)
	check(db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(bucket)
		return err
	}))
	return &bare{db: db}
}

// put is one Update. Each has a key of its own.
func (s *bare) put(body []byte) error {
	s.n++
	return s.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket).Put(binary.BigEndian.AppendUint64(nil, s.n), body)
	})
}
