package view

import (
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/words"
)

// Order names the files of one format of one structure. Count is how many they
// are: more than one for photos and drawings.
type Order struct {
	Model     hover.ModelID
	Structure string // its name
	Format    hover.Format
	Count     int
}

func (o Order) same(other Order) bool { return o.Model == other.Model && o.Format == other.Format }

// TransferState is how far a transfer is.
type TransferState int

// The states of a transfer. After the first two it has ended.
const (
	TransferQueued TransferState = iota
	TransferRunning
	TransferSaved
	TransferFailed
	TransferCancelled
)

// Ended says that nothing more will come of it by itself.
func (s TransferState) Ended() bool { return s > TransferRunning }

// Transfer is an order that is carried out, as it is drawn.
type Transfer struct {
	Order
	State TransferState
	Share float64 // how much of it is here, 0 to 1
	Says  string  // the same in words, with speed and time left; or what went wrong
	Path  string  // the file, or the first of several, once it is saved
}

// transfer is an order and how far its last delivery is.
type transfer struct {
	order Order
	*delivery
}

// delivery is written by who downloads and read by who draws.
type delivery struct {
	work attempt

	mu       sync.Mutex // protects all below
	state    TransferState
	current  engine.Progress // of the file that is on its way
	files    int             // that are whole
	bytes    int64           // in them
	path     string
	problem  string
	meter    meter
	moved    bool // since it was asked whether it has
	drawn    time.Time
	unspoken error // why it failed, where no file said so
}

func (d *delivery) start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state == TransferQueued {
		d.state, d.moved = TransferRunning, true
	}
}

// hear takes in one step of the download.
func (d *delivery) hear(p engine.Progress, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved = true
	switch {
	case !p.Error.IsZero():
		d.problem, d.current = words.Say(p.Error), engine.Progress{}
	case p.Path != "":
		d.files++
		d.bytes += p.Done
		d.current = engine.Progress{}
		if d.path == "" {
			d.path = p.Path
		}
	default:
		d.current = p
	}
	d.meter.note(d.bytes+d.current.Done, now)
}

// finish notes how it ended.
func (d *delivery) finish(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.moved = true
	switch {
	case err == nil && d.files > 0 && d.problem == "":
		d.state = TransferSaved
	case d.state != TransferCancelled:
		d.state, d.unspoken = TransferFailed, err
	}
}

// cancel ends it, if it has not ended.
func (d *delivery) cancel() {
	d.mu.Lock()
	if !d.state.Ended() {
		d.state, d.moved = TransferCancelled, true
	}
	d.mu.Unlock()
	d.work.end()
}

func (d *delivery) at() TransferState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

func (d *delivery) ended() bool { return d.at().Ended() }

// stale is after how long a drawing of a transfer that does not move is made anew.
const stale = time.Second

// drawAgain says whether a drawing is no longer true. Who asks draws it.
func (d *delivery) drawAgain(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	again := d.moved || d.state == TransferRunning && now.Sub(d.drawn) >= stale
	d.moved = false
	return again
}

func (t *transfer) shown(now time.Time) Transfer {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drawn = now
	return Transfer{Order: t.order, State: t.state, Share: t.share(), Says: t.says(now), Path: t.path}
}

// share gives how much is here. Of several files each counts the same: how large
// they are is not known before they come.
func (t *transfer) share() float64 {
	if t.state == TransferSaved {
		return 1
	}
	share := float64(t.files)
	if t.current.Total > 0 {
		share += float64(t.current.Done) / float64(t.current.Total)
	}
	return min(share/float64(max(t.order.Count, 1)), 1)
}

func (t *transfer) says(now time.Time) string {
	switch t.state {
	case TransferQueued:
		return words.T("picker.queued")
	case TransferCancelled:
		return words.T("picker.cancelled")
	case TransferSaved:
		if t.files > 1 {
			return words.T("picker.saved_as", "size", joined(words.N("picker.files", t.files), words.Size(t.bytes)))
		}
		return words.T("picker.saved_as", "size", words.Size(t.bytes))
	case TransferFailed:
		return words.T("picker.failed", "why", t.why())
	}
	speed := t.meter.speed(now)
	switch {
	case t.order.Count > 1:
		return joined(words.T("picker.of", "done", words.Count(t.files), "total", words.Count(t.order.Count)), speedWords(speed))
	case t.current.Total > 0:
		left := time.Duration(0)
		if speed > 0 {
			left = time.Duration(float64(t.current.Total-t.current.Done) / speed * float64(time.Second))
		}
		return joined(words.T("picker.of", "done", words.Size(t.current.Done), "total", words.Size(t.current.Total)),
			speedWords(speed), leftWords(left))
	case t.current.Done > 0:
		return joined(words.Size(t.current.Done), speedWords(speed))
	}
	return words.T("picker.waiting")
}

func (t *transfer) why() string {
	switch {
	case t.problem != "":
		return t.problem
	case t.unspoken != nil:
		return words.Error(t.unspoken)
	}
	return words.T("picker.no_such_file")
}

func speedWords(bytesPerSecond float64) string {
	if bytesPerSecond <= 0 {
		return words.T("picker.waiting")
	}
	return words.Speed(bytesPerSecond)
}

func leftWords(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Minute:
		return words.T("picker.left", "time", words.Span(max(d, time.Second)))
	}
	return words.T("picker.left", "time", words.Left(d))
}

// meter measures how quickly bytes come, over the last few seconds.
type meter struct {
	marks []mark // oldest first
}

type mark struct {
	bytes int64
	at    time.Time
}

const (
	metered = 4 * time.Second        // the span that a speed is measured over
	between = 250 * time.Millisecond // marks
)

func (m *meter) note(bytes int64, at time.Time) {
	for len(m.marks) > 1 && at.Sub(m.marks[1].at) >= metered {
		m.marks = m.marks[1:]
	}
	if n := len(m.marks); n > 1 && at.Sub(m.marks[n-2].at) < between {
		m.marks[n-1] = mark{bytes, at}
		return
	}
	m.marks = append(m.marks, mark{bytes, at})
}

// speed gives bytes per second; 0 while it is not known, and where nothing has
// come for a while.
func (m *meter) speed(now time.Time) float64 {
	n := len(m.marks)
	if n < 2 || now.Sub(m.marks[n-1].at) >= metered {
		return 0
	}
	first, last := m.marks[0], m.marks[n-1]
	span := max(now.Sub(first.at), between)
	return float64(last.bytes-first.bytes) / span.Seconds()
}
