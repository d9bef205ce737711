package engine

import (
	"context"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/health"
)

// A download under way beside its caller: what it tells on its way, and its end.
type saving struct {
	step chan [2]int64
	end  chan savingEnd
}

type savingEnd struct {
	file fetch.File
	err  error
}

// beside has a file saved, and tells how far that is from the caller's own
// goroutine. It is left behind if ctx ends and it does not.
func (e *Engine) beside(
	ctx context.Context, save func(progress func(done, total int64)) (fetch.File, error), progress func(done, total int64),
) (fetch.File, error) {
	select {
	case e.savings <- struct{}{}:
	case <-ctx.Done():
		return fetch.File{}, ctx.Err()
	}
	s := saving{step: make(chan [2]int64), end: make(chan savingEnd, 1)}
	left := make(chan struct{})
	defer close(left)
	var report func(done, total int64)
	if progress != nil {
		report = func(done, total int64) {
			select {
			case s.step <- [2]int64{done, total}:
			case <-left:
			}
		}
	}
	go func() { // ends with the download
		defer func() { <-e.savings }()
		file, err := save(report)
		s.end <- savingEnd{file, err}
	}()
	over, patience := ctx.Done(), (<-chan time.Time)(nil)
	for {
		select {
		case now := <-s.step:
			progress(now[0], now[1])
		case end := <-s.end:
			return end.file, end.err
		case <-over:
			over, patience = nil, time.After(health.RoomFinish)
		case <-patience:
			return fetch.File{}, ctx.Err()
		}
	}
}
