package control

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"dormer/internal/engine"
)

// lookEvery is how often it is looked whether the socket is still there.
const lookEvery = 15 * time.Second

// door is the socket of a service. Whoever cleans up runtime directories deletes
// it, and then nobody could find the service any more: it is made again, in the
// next place if need be.
type door struct {
	at    Place
	every time.Duration // it is looked at
	to    *http.Server
	log   *slog.Logger
	open  sync.WaitGroup // listeners that are being served

	listener *listener // nil while there is none
	path     string
	broken   chan struct{} // closed when the listener has ended
	said     string        // what was logged last of why there is none
}

// keep keeps the door open until ctx ends.
func (d *door) keep(ctx context.Context) {
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		if d.listener == nil || !d.listener.stands() {
			d.make()
		}
		tick.Reset(engine.ByTheClock(d.every))
		select {
		case <-ctx.Done():
			return
		case <-d.broken:
			d.shut()
		case <-tick.C:
		}
	}
}

// make opens the door in the first place that holds a socket. Who came through
// the last one stays.
func (d *door) make() {
	d.shut()
	var all []error
	for _, path := range d.at.Sockets {
		l, err := listen(path)
		if err != nil {
			all = append(all, err)
			continue
		}
		broken := make(chan struct{})
		d.listener, d.path, d.broken = l, path, broken
		d.open.Go(func() {
			defer close(broken)
			_ = d.to.Serve(l) // it ends with the listener or the server
		})
		break
	}
	why := ""
	if d.listener == nil {
		why = errors.Join(all...).Error()
	}
	if d.listener == nil && why != d.said {
		d.log.Warn("the command line and a second start cannot reach this Dormer: there is no place for its socket; Hover's news are received all the same", "error", why)
	} else if d.listener != nil && len(all) > 0 {
		d.log.Info("the socket is in another place than usual", "socket", d.path, "error", errors.Join(all...))
	}
	d.said = why
	if err := d.at.write(d.path); err != nil {
		d.log.Debug("it could not be written down where the socket is", "error", err)
	}
}

// shut lets go of a socket, and removes it if it is still ours.
func (d *door) shut() {
	if d.listener == nil {
		return
	}
	_ = d.listener.Close()
	<-d.broken
	d.listener, d.path, d.broken = nil, "", nil
}
