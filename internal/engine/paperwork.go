package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/job"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/storage"
)

// paper gives what is known of a paper, with what Hover gave of it.
func (e *Engine) paper(kind storage.PaperKind, id string) (p storage.Paper, reply []byte, known bool, err error) {
	err = e.Read(func(tx *storage.Tx) error {
		p, known, err = tx.Paper(kind, id)
		reply = tx.PaperReply(kind, id)
		return err
	})
	return p, reply, known, err
}

// doPaper asks Hover for a paper, keeps what it gives, and saves it among the files of its
// job if that is wanted; it writes down how that ended, as for a file.
func (e *Engine) doPaper(ctx context.Context, w storage.Work) {
	kind, id := paperwork.SplitRef(w.Key)
	p, err := e.fetchPaper(ctx, kind, id)
	row := storage.File{Job: p.Job, Key: records.PaperFile(kind, id, ".xlsx")}
	saved := false
	if err == nil && p.Wanted && p.Job != "" {
		row, err = e.savePaper(ctx, p, paperwork.FormatOf(kind, ".xlsx"), e.Value(KeyDownloadDir), ',')
		if saved = err == nil; saved {
			e.log.Info("saved "+row.Path, "job", p.Job, "bytes", row.Size)
			err = e.unwant(ctx, w, p)
		}
	}
	if ctx.Err() != nil {
		return // it stays in the queue
	}
	if err != nil || saved {
		e.settleFile(ctx, w, row, err)
		return
	}
	e.stored(e.store.Update(ctx, func(tx *storage.Tx) error { return tx.Finish(w) }))
}

// unwant notes that a paper is saved, unless it has been wished for again meanwhile.
func (e *Engine) unwant(ctx context.Context, w storage.Work, saved storage.Paper) error {
	return e.store.Update(ctx, func(tx *storage.Tx) error {
		now, queued, err := tx.Work(w.Kind, w.Key)
		if err != nil || !queued || now.Rev != w.Rev {
			return err
		}
		p, known, err := tx.Paper(saved.Kind, saved.ID)
		if err != nil || !known {
			return err
		}
		p.Wanted = false
		return tx.PutPaper(p)
	})
}

// fetchPaper asks Hover for a paper and keeps the reply. Every error is a [*fetch.Problem].
func (e *Engine) fetchPaper(ctx context.Context, kind storage.PaperKind, id string) (storage.Paper, error) {
	p, _, _, err := e.paper(kind, id)
	if err != nil {
		return p, &fetch.Problem{Says: say.T("work.not_read"), Again: true, Err: err}
	}
	p.Kind, p.ID = kind, id
	at := e.now()
	reply, err := e.askPaper(ctx, p)
	if err != nil {
		return p, paperProblem(err)
	}
	return e.learnPaper(ctx, kind, id, reply, at)
}

func (e *Engine) learnPaper(
	ctx context.Context, kind storage.PaperKind, id string, reply []byte, at time.Time,
) (p storage.Paper, err error) {
	err = e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error {
		n, err := paperwork.Learn(tx, kind, id, reply, at)
		if err != nil {
			return err
		}
		p = n.Paper
		return followPaper(tx, n, at)
	})
	if errors.Is(err, paperwork.ErrUnread) {
		return storage.Paper{Kind: kind, ID: id}, &fetch.Problem{Says: say.T("file.no_file"), Again: true, Err: err}
	}
	if err != nil {
		return p, &fetch.Problem{Says: say.T("work.not_read"), Again: true, Err: err}
	}
	e.watchers.changed()
	return p, nil
}

// askPaper asks Hover for a paper. A checklist of the older kind has another id in its
// events than in the API, which gives the latest of a job.
func (e *Engine) askPaper(ctx context.Context, p storage.Paper) ([]byte, error) {
	if p.Kind == paperwork.Materials {
		return e.o.API.MaterialList(ctx, hover.DocumentID(p.ID))
	}
	of := cmp.Or(p.Job, p.Hint)
	older := slices.ContainsFunc(p.Steps, func(s storage.PaperStep) bool {
		return s.Event == hover.EventChecklistCreated || s.Event == hover.EventChecklistUpdated
	})
	if older && of != "" {
		return e.o.API.LatestChecklist(ctx, of)
	}
	reply, err := e.o.API.Inspection(ctx, hover.InspectionID(p.ID))
	if hoverapi.IsGone(err) && of != "" && len(p.Steps) == 0 {
		return e.o.API.LatestChecklist(ctx, of)
	}
	return reply, err
}

// paperProblem tells why Hover gave no paper as it is told of files, so that the same laws
// decide when that is its last word.
func paperProblem(err error) error {
	he, ok := errors.AsType[*hoverapi.Error](err)
	if !ok {
		return &fetch.Problem{Says: say.T("file.not_asked"), Again: true, Err: err}
	}
	p := fetch.Answered(he.Status, he.Status != 0 && !he.Page)
	p.RetryAfter, p.Err, p.Person = he.RetryAfter, err, needsSignIn(err)
	return p
}

// savePaper makes a file of a paper in the folder of its job below dir. It is there once,
// whoever saves it again.
func (e *Engine) savePaper(
	ctx context.Context, p storage.Paper, f paperwork.Format, dir string, comma rune,
) (row storage.File, err error) {
	_, ext := f.Of()
	row = storage.File{Job: p.Job, Key: records.PaperFile(p.Kind, p.ID, ext)}
	j, err := e.jobOfPaper(ctx, p.Job)
	if err != nil {
		return row, err
	}
	_, reply, _, err := e.paper(p.Kind, p.ID)
	if err != nil {
		return row, &fetch.Problem{Says: say.T("work.not_read"), Again: true, Err: err}
	}
	var b bytes.Buffer
	if err := paperwork.Write(&b, f, p, reply, comma, e.Reader()); err != nil {
		return row, &fetch.Problem{Permanent: true, Says: say.T("file.no_file"), Err: err}
	}
	if !e.folders.Answer(ctx, dir) {
		return row, records.NotWrittenThere(dir)
	}
	name := fetch.PaperName(map[storage.PaperKind]string{
		paperwork.Materials: "Material list", paperwork.Checklists: "Checklist",
	}[p.Kind], p.Title, p.ID, ext)
	file, err := e.beside(ctx, func(func(done, total int64)) (fetch.File, error) {
		home, leave := e.home(ctx, j, dir)
		defer leave()
		return fetch.Write(home, name, e.owner, b.Bytes())
	}, nil)
	if err != nil {
		return row, err
	}
	row.State, row.Path, row.SHA256, row.Size, row.SavedAt = storage.FileSaved, file.Path, file.SHA256, file.Size, e.now()
	row.Content = p.Sum
	return row, nil
}

// PaperPart begins the names of the photos of papers, as [Desk.Picture] takes them without
// a structure: kind, id and number follow.
const PaperPart = "paper/"

// paperPhoto gives the photo of a paper that a part names.
func (e *Engine) paperPhoto(part Part) (a hover.Artifact, ok bool, err error) {
	rest, ok := strings.CutPrefix(string(part), PaperPart)
	kind, rest, found := strings.Cut(rest, "/")
	id, number, last := strings.Cut(rest, "/")
	n, nerr := strconv.Atoi(number)
	if !ok || !found || !last || nerr != nil || n < 0 {
		return a, false, nil
	}
	_, reply, _, err := e.paper(storage.PaperKind(kind), id)
	if err != nil {
		return a, false, err
	}
	c, err := paperwork.ReadChecklist(reply)
	if err != nil {
		return a, false, nil
	}
	for _, answer := range c.Answers {
		if n < len(answer.Photos) {
			return hover.Artifact{Format: hover.FormatPhoto, Part: string(part), URL: answer.Photos[n].URL}, true, nil
		}
		n -= len(answer.Photos)
	}
	return a, false, nil
}

// listWithin bounds how long a person who refreshes a job waits for its material lists: what
// they asked for is there already.
const listWithin = 10 * time.Second

// findMaterials asks Hover which material lists a job has, of which events may not have
// told; read says that what stands on the new ones is to be asked for, too. Hover gives
// lists with some plans only.
func (e *Engine) findMaterials(ctx context.Context, id hover.JobID, read bool) error {
	asking, cancel := context.WithTimeout(ctx, listWithin)
	defer cancel()
	reply, err := e.o.API.MaterialLists(asking, id)
	if err != nil {
		return err
	}
	listed, err := paperwork.ReadListed(reply)
	if err != nil || len(listed) == 0 {
		return err
	}
	err = e.store.Update(ctx, func(tx *storage.Tx) error {
		n, err := paperwork.Found(tx, id, listed, e.now())
		if err != nil {
			return err
		}
		if !read {
			n.Ask = nil
		}
		return followPaper(tx, n, e.now())
	})
	e.stored(err)
	e.changed()
	return err
}

// jobOfPaper gives the job that a paper is of, whose folder is named by its address. One
// that is not known is asked for, and taken in as a search for it would.
func (e *Engine) jobOfPaper(ctx context.Context, id hover.JobID) (j job.Job, err error) {
	find := func() (known bool, err error) {
		err = e.store.View(func(tx *storage.Tx) error {
			j, known, err = tx.Job(id)
			return err
		})
		return known && !j.Confirmed.IsZero(), err
	}
	known, err := find()
	if err != nil || known {
		return j, err
	}
	read, err := e.accountRead()
	if err == nil {
		_, err = e.takeIn(ctx, id, read)
	}
	if err != nil {
		return j, paperProblem(err)
	}
	if known, err = find(); err == nil && !known {
		err = &fetch.Problem{Says: say.T("job.not_known"), Again: true}
	}
	return j, err
}
