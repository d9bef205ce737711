package view

import (
	"context"
	"slices"
)

const (
	pageRows = 100 // rows that are read at once
	ahead    = 20  // so many rows before the last more are read
)

// A pager holds the rows of a list that is read page by page as it is looked
// through, the newest first. Rows are known by their numbers, which fall from the
// first row to the last.
type pager[T any] struct {
	loader
	// read is called beside the window's thread.
	read func(ctx context.Context, after, before uint64) (page[T], error)
	id   func(T) uint64
	// fixed says that rows do not change once they are there: only newer ones are
	// read after news, and not those in sight again.
	fixed bool
	// shown is how many of the rows are shown; nil: all.
	shown func() int

	rows  []paged[T]
	added int  // rows that have come above those that were there first
	ended bool // there are no older ones

	round   int    // what was asked for before the last restart is dropped
	version uint64 // of the news: what was read before is asked for again
	head    uint64 // the version of the newest page
	worn    uint64 // a row that was drawn and is no longer sure, 0 if none
	reach   int    // the last place that was drawn
	reading bool
	broken  bool // it could not be read: wait for news before asking again
}

// page is what read gives: rows that are older than before (0: the newest) and, in
// a list that is fixed, newer than after; whether there are none beyond them; and
// what else is to be taken in with them.
type page[T any] struct {
	rows []T
	last bool
	then func()
}

// paged is a row as it was when the news had that version.
type paged[T any] struct {
	row     T
	version uint64
}

// again asks again, after news. What is shown stays until the answer is there.
func (p *pager[T]) again() {
	p.version++
	p.broken = false
	p.next()
}

// restart begins anew with other rows, which come with the next reload.
func (p *pager[T]) restart() {
	p.forget()
	p.round++
	p.rows, p.added, p.ended, p.worn, p.reading, p.broken, p.reach = nil, 0, false, 0, false, false, 0
}

// draw gives a row that is about to be drawn in a place, and has what is missing read.
func (p *pager[T]) draw(i, place int) T {
	r := p.rows[i]
	if r.version != p.version && !p.fixed {
		p.worn = p.id(r.row)
	}
	p.reach = max(p.reach, place)
	p.next()
	return r.row
}

// find gives the place of a row, -1 if it is not here.
func (p *pager[T]) find(id uint64) int {
	i, found := p.search(id)
	if !found {
		return -1
	}
	return i
}

func (p *pager[T]) search(id uint64) (int, bool) {
	return slices.BinarySearchFunc(p.rows, id, func(r paged[T], id uint64) int {
		switch n := p.id(r.row); {
		case n > id:
			return -1
		case n < id:
			return 1
		}
		return 0
	})
}

func (p *pager[T]) places() int {
	if p.shown != nil {
		return p.shown()
	}
	return len(p.rows)
}

// next asks for what is wanted most: the newest rows after news, then those in
// sight that are no longer sure, then older ones.
func (p *pager[T]) next() {
	if p.reading || p.broken {
		return
	}
	worn := p.find(p.worn)
	switch {
	case p.head != p.version:
		newest := uint64(0)
		if len(p.rows) > 0 {
			newest = p.id(p.rows[0].row)
		}
		p.ask(true, newest, 0)
	case worn >= 0 && p.rows[worn].version != p.version:
		before := uint64(0)
		if from := worn - pageRows/2; from > 0 {
			before = p.id(p.rows[from].row)
		}
		p.ask(false, 0, before)
	case p.loaded && !p.ended && len(p.rows) > 0 && p.reach+ahead >= p.places():
		p.ask(false, 0, p.id(p.rows[len(p.rows)-1].row))
	}
}

// ask reads a page, or at the head as many as there are above the newest row that
// is known, so that no gap is left.
func (p *pager[T]) ask(head bool, newest, before uint64) {
	p.reading = true
	version, from, round, read := p.version, before, p.round, p.read
	p.d.Go(func(ctx context.Context) {
		var all page[T]
		var thens []func()
		var err error
		for {
			var one page[T]
			if one, err = read(ctx, newest, before); err != nil {
				break
			}
			all.rows, all.last = append(all.rows, one.rows...), one.last
			thens = append(thens, one.then)
			if one.last || newest == 0 || len(one.rows) == 0 {
				break
			}
			if before = p.id(one.rows[len(one.rows)-1]); before <= newest {
				break
			}
		}
		p.d.Do(func() {
			if round != p.round || gone(ctx, err) {
				return
			}
			p.reading, p.worn = false, 0
			switch {
			case err != nil:
				p.broken, p.problem = true, err
				if p.loaded {
					p.d.Tell(err)
				}
			default:
				if head {
					p.loaded, p.problem, p.head = true, nil, version
				}
				p.merge(from, all, version)
				for _, then := range thens {
					if then != nil {
						then()
					}
				}
				p.next()
			}
			p.Changed()
		})
	})
}

// merge takes a page in, in the place of what was known of its stretch.
func (p *pager[T]) merge(before uint64, page page[T], version uint64) {
	fresh := make([]paged[T], len(page.rows))
	for i, r := range page.rows {
		fresh[i] = paged[T]{r, version}
	}
	from, to := 0, len(p.rows)
	if before > 0 {
		from, _ = p.search(before - 1)
	}
	newest := uint64(0)
	if len(p.rows) > 0 {
		newest = p.id(p.rows[0].row)
	}
	switch {
	case p.fixed && before == 0 && len(p.rows) > 0: // these are newer than all
		to = 0
	case page.last || len(fresh) == 0:
		p.ended = true
	default:
		to, _ = p.search(p.id(page.rows[len(page.rows)-1]) - 1)
		p.ended = p.ended && to < len(p.rows)
	}
	for _, r := range page.rows {
		if before > 0 || newest == 0 || p.id(r) <= newest {
			break
		}
		p.added++
	}
	p.rows = slices.Replace(p.rows, from, max(from, to), fresh...)
}
