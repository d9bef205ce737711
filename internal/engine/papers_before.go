package engine

import (
	"context"

	"dormer/internal/hover"
	"dormer/internal/paperwork"
	"dormer/storage"
)

// docPapersRead says that the papers are known of which events told before this version
// kept papers.
const docPapersRead = "papers-read"

// runPapersBefore takes in, once, what events told of papers before papers were kept: what
// became of them and which jobs they are of. Nothing of it is told or saved; what Hover's
// API gives is asked for, one paper after the other.
func (e *Engine) runPapersBefore(ctx context.Context) {
	var done bool
	var last uint64
	err := e.store.View(func(tx *storage.Tx) error {
		last = tx.LastSeq()
		_, err := tx.Doc(docPapersRead, &done)
		return err
	})
	select {
	case <-ctx.Done():
		return
	case <-e.folded: // what was stored before the start is folded as ever
	}
	for _, of := range hover.Events(hover.OfPapers, hover.OfInspections) {
		if err == nil && !done {
			err = e.papersBefore(ctx, of.Name, last)
		}
	}
	if err == nil && !done {
		err = e.store.Update(ctx, func(tx *storage.Tx) error { return tx.PutDoc(docPapersRead, true) })
	}
	if err != nil && ctx.Err() == nil {
		e.log.Warn("what was told of papers before could not be read", "error", err)
	}
}

// papersBefore takes in the events of one name up to a number, a page at a time.
func (e *Engine) papersBefore(ctx context.Context, name hover.EventName, last uint64) error {
	const page = 100
	for after, over := uint64(0), false; !over && ctx.Err() == nil; {
		var list []storage.Event
		err := e.store.Update(ctx, func(tx *storage.Tx) error {
			list = nil // of an attempt that was undone
			for ev, err := range tx.Events(storage.EventQuery{Name: name, After: after}) {
				if err != nil {
					continue // one that cannot be read is no reason to leave the others
				}
				if ev.Seq > last || len(list) == page {
					break
				}
				list = append(list, ev)
			}
			for _, ev := range list {
				if err := paperBefore(tx, ev); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if over = len(list) < page; !over {
			after = list[page-1].Seq
		}
	}
	return ctx.Err()
}

func paperBefore(tx *storage.Tx, ev storage.Event) error {
	event, err := hover.Decode(ev.Body)
	if err != nil {
		return nil // there is nothing in it to act on
	}
	news, ok, err := paperwork.Heard(tx, ev, event)
	if err != nil || !ok {
		return err
	}
	if p := news.Paper; p.Wanted && p.Sum == "" {
		if _, queued, err := tx.Work(workPaper, p.Ref()); err != nil || queued {
			return err // it is wanted by an event of now
		}
		p.Wanted = false
		if err := tx.PutPaper(p); err != nil {
			return err
		}
	}
	return followPaper(tx, news, tx.Now())
}
