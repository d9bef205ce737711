package engine

import (
	"context"
	"iter"
	"regexp"
	"strings"

	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/say"
)

// SearchHover asks Hover for all jobs that match, archived ones too, and takes
// them into the list.
//
// A job that was not known is taken in silently if no catch-up would tell of it:
// it is archived, or was last changed before what the last catch-up read. Any
// other, and every job that is known, is folded as usual: searching must not
// swallow news.
func (e *Engine) SearchHover(ctx context.Context, search string) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		s := &hoverSearch{e: e, ctx: hoverapi.WithPerson(ctx), seen: map[hover.JobID]bool{}, yield: yield}
		err := s.run(strings.TrimSpace(search))
		switch {
		case s.stopped:
		case ctx.Err() != nil:
			yield(len(s.seen), ctx.Err())
		case hoverapi.KindOf(err) == hoverapi.Invalid:
			yield(len(s.seen), hoverapi.Asking(say.T("search.not_asked"), err, say.T("search.not_asked.do")))
		case err != nil:
			yield(len(s.seen), hoverapi.Asking(say.T("search.not_asked"), err, say.T("do.check_internet_try_again")))
		case len(s.seen) == 0:
			yield(0, nil)
		}
	}
}

// hoverSearch is one SearchHover under way.
type hoverSearch struct {
	e       *Engine
	ctx     context.Context
	read    cursor // how far the account was read when it began
	seen    map[hover.JobID]bool
	yield   func(int, error) bool
	stopped bool // the reader has had enough
}

func (s *hoverSearch) run(search string) error {
	var err error
	if s.read, err = s.e.accountRead(); err != nil {
		return err
	}
	id, only := jobNumber(search)
	if id != "" {
		if err := s.number(id); err != nil || only || s.stopped {
			return err
		}
	}
	for _, archived := range []bool{false, true} {
		if err := s.list(hoverapi.JobQuery{Search: search, Archived: archived}); err != nil || s.stopped {
			return err
		}
	}
	return nil
}

// jobNumber finds the number of a job in what somebody typed or pasted: the
// number itself, with the prefix that Hover's pages show ("123-4567890"), or
// in the address of one of Hover's pages. only says that it can be nothing
// else. Hover's own search does not look at numbers.
func jobNumber(search string) (id hover.JobID, only bool) {
	m := typedNumber.FindStringSubmatch(search)
	switch {
	case m == nil:
		return "", false
	case m[1] != "":
		return hover.JobID(m[1]), false // a house number, a reference
	}
	return hover.JobID(m[2] + m[3]), true
}

var typedNumber = regexp.MustCompile(`^(?:(\d{5,19})|\d{1,9}-(\d{5,19})|https?://[^\s?#]*/(\d{5,19})/?(?:[?#]\S*)?)$`)

// number takes in one job by its number; Hover may not know it.
func (s *hoverSearch) number(id hover.JobID) error {
	ids, err := s.e.takeIn(s.ctx, id, s.read)
	s.found(ids...)
	return err
}

// list takes in all jobs that a query lists, a hundred at a time.
func (s *hoverSearch) list(query hoverapi.JobQuery) error {
	asked := s.e.ask()
	var batch []hover.Job // of what was listed, the news
	var ids []hover.JobID
	take := func() error {
		if len(batch) > 0 {
			if err := s.e.learn(s.ctx, batch, asked, 0, s.read.quiet, nil); err != nil {
				return err
			}
		}
		s.found(ids...)
		batch, ids = batch[:0], ids[:0]
		return nil
	}
	for reply, err := range s.e.o.API.Jobs(s.ctx, query) {
		if err != nil {
			return err
		}
		fresh, err := s.e.isNews(reply)
		if err != nil {
			return err
		}
		if fresh {
			if reply, err = s.e.whole(s.ctx, reply); err != nil {
				return err
			}
			if reply.Archived == nil { // not every item says it itself
				reply.Archived = &query.Archived
			}
			batch = append(batch, reply)
		}
		if ids = append(ids, reply.ID); len(ids) == foldAtOnce {
			if err := take(); err != nil || s.stopped {
				return err
			}
		}
	}
	return take()
}

// found tells of jobs that were found and are in the list now.
func (s *hoverSearch) found(ids ...hover.JobID) {
	before := len(s.seen)
	for _, id := range ids {
		s.seen[id] = true
	}
	if len(s.seen) > before && !s.yield(len(s.seen), nil) {
		s.stopped = true
	}
}
