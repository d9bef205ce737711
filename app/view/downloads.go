package view

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
)

// Downloads are the files that are on their way, of all jobs. They go on when
// the picker that began them is closed, and are here when it is opened again.
// All methods are called on the window's thread and return at once.
type Downloads struct {
	d     Deps
	jobs  map[hover.JobID][]*transfer
	heard map[hover.JobID]func() // who draws a job's transfers

	waiting []place // in the order in which they were started
	atWork  int     // of those that have begun; one that was cancelled counts until it has let go
	pulse   attempt // has them drawn meanwhile
}

const atOnce = 3 // transfers at a time: more make none of them quicker

// place is that of a delivery in the line of those that wait to begin.
type place struct {
	of    *delivery
	begin func()
}

// NewDownloads gives downloads, none yet.
func NewDownloads(d Deps) *Downloads {
	return &Downloads{d: d, jobs: map[hover.JobID][]*transfer{}, heard: map[hover.JobID]func(){}}
}

// Of gives a job's transfers in the order in which they were started.
func (s *Downloads) Of(id hover.JobID) []Transfer {
	list := make([]Transfer, 0, len(s.jobs[id]))
	for _, t := range s.jobs[id] {
		list = append(list, t.shown(s.d.Now()))
	}
	return list
}

// Listen has changed called on the window's thread when a job's transfers have
// moved, ten times a second at most. nil ends it.
func (s *Downloads) Listen(id hover.JobID, changed func()) {
	delete(s.heard, id)
	if changed != nil {
		s.heard[id] = changed
	}
}

// Start begins to download. An order that is under way is left alone, one that
// has ended is carried out again.
func (s *Downloads) Start(id hover.JobID, orders ...Order) {
	var chosen []hover.ModelID // whose PDFs a person wants, with what they began before
	for _, t := range s.jobs[id] {
		if t.order.Format == hover.FormatPDF {
			chosen = append(chosen, t.order.Model)
		}
	}
	for _, o := range orders {
		if o.Format == hover.FormatPDF && !slices.Contains(chosen, o.Model) {
			chosen = append(chosen, o.Model)
		}
	}
	for _, o := range orders {
		t := s.find(id, o)
		if t == nil {
			t = &transfer{}
			s.jobs[id] = append(s.jobs[id], t)
		} else if !t.ended() {
			continue
		}
		s.carryOut(id, t, o, chosen)
	}
	s.tell(id)
}

// Cancel ends some transfers of a job, or without orders all of them. What was
// saved stays.
func (s *Downloads) Cancel(id hover.JobID, orders ...Order) {
	for _, t := range s.jobs[id] {
		if len(orders) == 0 || slices.ContainsFunc(orders, t.order.same) {
			t.cancel()
		}
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(w place) bool { return w.of.ended() })
	s.tell(id)
}

// Running says whether any transfer of a job has not ended.
func (s *Downloads) Running(id hover.JobID) bool {
	return slices.ContainsFunc(s.jobs[id], func(t *transfer) bool { return !t.ended() })
}

// Forget forgets a job's transfers, unless one has not ended.
func (s *Downloads) Forget(id hover.JobID) {
	if !s.Running(id) {
		delete(s.jobs, id)
	}
}

// Open opens a file that was saved, or the folder that it is in.
func (s *Downloads) Open(path string, folder bool) {
	if folder {
		path = filepath.Dir(path)
	}
	s.d.open(path)
}

func (s *Downloads) find(id hover.JobID, o Order) *transfer {
	for _, t := range s.jobs[id] {
		if t.order.same(o) {
			return t
		}
	}
	return nil
}

func (s *Downloads) tell(id hover.JobID) {
	if changed := s.heard[id]; changed != nil {
		changed()
	}
}

func (s *Downloads) carryOut(id hover.JobID, t *transfer, o Order, chosen []hover.ModelID) {
	if s.atWork == 0 {
		s.pulse.every(s.d, redraw, s.beat)
	}
	now := &delivery{moved: true}
	t.order, t.delivery = o, now
	s.waiting = append(s.waiting, place{of: now, begin: func() {
		now.start()
		now.work.begin(s.d, func(ctx context.Context, _ func(func())) {
			err := s.fetch(ctx, id, o, chosen, now)
			s.d.Do(func() {
				now.finish(err)
				s.atWork--
				s.next()
				if err != nil && now.at() == TransferFailed && s.heard[id] == nil {
					s.d.Tell(err) // nobody is looking
				}
			})
		})
	}})
	s.next()
}

// next has those begin whose turn it is. Where none is left nothing moves any more, and
// how all have ended is drawn.
func (s *Downloads) next() {
	for len(s.waiting) > 0 && s.atWork < atOnce {
		w := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.atWork++
		w.begin()
	}
	if s.atWork == 0 {
		s.pulse.end()
		s.beat()
	}
}

// fetch carries out one order.
func (s *Downloads) fetch(ctx context.Context, id hover.JobID, o Order, chosen []hover.ModelID, to *delivery) error {
	want := engine.GetRequest{
		Jobs: []hover.JobID{id}, Models: []hover.ModelID{o.Model}, Formats: []hover.Format{o.Format}, Chosen: chosen,
	}
	for p, err := range s.d.Desk.Get(ctx, want) {
		if err != nil {
			return err
		}
		to.hear(p, s.d.Now())
	}
	return nil
}

// beat has what moved drawn, and what stands still now and then.
func (s *Downloads) beat() {
	for id, list := range s.jobs {
		if drawAgain(list, s.d.Now()) {
			s.tell(id)
		}
	}
}

func drawAgain(list []*transfer, now time.Time) (again bool) {
	for _, t := range list {
		again = t.drawAgain(now) || again
	}
	return again
}
