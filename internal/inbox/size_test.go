package inbox_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dormer/internal/inbox"
)

// flood is a body that gives 20 KiB, then waits to be let on, and counts how
// many do.
type flood struct {
	given   int
	waiting *atomic.Int32
	goOn    <-chan struct{}
}

func (f *flood) Read(p []byte) (int, error) {
	if f.given < 20<<10 {
		n := min(len(p), 20<<10-f.given)
		f.given += n
		clear(p[:n])
		return n, nil
	}
	f.waiting.Add(1)
	<-f.goOn
	return 0, io.EOF
}

func TestLargeBodiesTakeTurnsAndADeliveryDoesNotWaitForThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(key(pinned))
		var waiting atomic.Int32
		goOn := make(chan struct{})
		answers := make(chan int, 100)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				w := h.post(letter{edit: func(r *http.Request) {
					r.Body, r.ContentLength = io.NopCloser(&flood{waiting: &waiting, goOn: goOn}), -1
				}})
				answers <- w.Code
			})
		}
		synctest.Wait()
		if n := waiting.Load(); n != 8 {
			t.Errorf("%d large bodies are being read at once", n)
		}
		h.want(t, letter{body: news, sign: secret}, 200)
		// Who waits too long for a turn is told to come again.
		time.Sleep(31 * time.Second)
		synctest.Wait()
		close(goOn)
		all.Wait()
		close(answers)
		count := map[int]int{}
		for code := range answers {
			count[code]++
		}
		if count[503] != 92 || count[401] != 8 {
			t.Errorf("answered %v", count)
		}
		if w := h.want(t, letter{body: strings.Repeat("x", inbox.MaxBody)}, 401); w.Code != 401 {
			t.Error("the turns were not given back")
		}
	})
}
