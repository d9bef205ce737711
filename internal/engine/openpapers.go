package engine

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dormer/internal/fetch"
	"dormer/internal/hover"
	"dormer/internal/hoverapi"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// Decimal prints a quantity: "1,204", "28.5".
func Decimal(n float64) string { return paperwork.Decimal(n) }

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

// PaperFormats lists the forms in which papers are saved: "materials", "checklist-csv".
func PaperFormats() []PaperFormat { return paperwork.Formats() }

// ParsePaperFormat reads the name of one.
func ParsePaperFormat(name string) (PaperFormat, bool) { return paperwork.ParseFormat(name) }

// OpenPaper opens a paper's file with the person's own program: a spreadsheet of what
// Hover gave. It is saved first if it is not; an order opens the list that it is made
// from. Of what Hover's API gives nothing, the job's page at Hover is opened.
func (e *Engine) OpenPaper(ctx context.Context, kind, id string) error {
	ctx = hoverapi.WithPerson(ctx)
	k := storage.PaperKind(kind)
	p, _, known, err := e.paper(k, id)
	if err == nil && !known && k == paperwork.Orders { // one alert kind tells of both
		p, _, known, err = e.paper(paperwork.Deliveries, id)
	}
	if err != nil {
		return err
	}
	if !known {
		return records.Unknown(say.T("unknown.paper", "id", id))
	}
	if of, list := paperwork.SplitRef(p.Of); of == paperwork.Materials && k == paperwork.Orders {
		return e.OpenPaper(ctx, string(of), list)
	}
	if !paperwork.Fetched(k) {
		if p.Job == "" {
			return &say.Error{What: say.T("paper.only_hover"), Do: say.T("paper.only_hover.do")}
		}
		return e.Act(ctx, tell.ActAtHover, p.Job, "")
	}
	path, err := e.paperPath(ctx, p)
	if err != nil {
		return hoverapi.Asking(say.T("paper.not_opened"), err, say.Text{})
	}
	return e.OpenPath(ctx, path)
}

// paperPath gives the path of a paper's spreadsheet, which is fetched and saved if need be.
func (e *Engine) paperPath(ctx context.Context, p storage.Paper) (string, error) {
	if p.Sum == "" {
		var err error
		if p, err = e.fetchPaper(ctx, p.Kind, p.ID); err != nil {
			return "", err
		}
	}
	if p.Job == "" {
		return "", &say.Error{What: say.T("paper.no_job"), Do: say.T("paper.only_hover.do")}
	}
	row, err := e.keptPaper(ctx, p, paperwork.FormatOf(p.Kind, ".xlsx"), e.Value(KeyDownloadDir), ',')
	return row.Path, err
}

// keptPaper gives the file of a paper as it is now, saved if it is not there.
func (e *Engine) keptPaper(
	ctx context.Context, p storage.Paper, f PaperFormat, dir string, comma rune,
) (row storage.File, err error) {
	_, ext := f.Of()
	there := false
	err = e.store.View(func(tx *storage.Tx) (err error) {
		row, _, err = tx.File(p.Job, "", records.PaperFile(p.Kind, p.ID, ext))
		return err
	})
	if err == nil && row.State == storage.FileSaved && row.Content == p.Sum && filepath.Dir(filepath.Dir(row.Path)) == dir {
		there, _ = e.folders.Has(ctx, row.Path)
	}
	if err != nil || there {
		return row, err
	}
	if row, err = e.savePaper(ctx, p, f, dir, comma); err != nil {
		return row, err
	}
	err = e.store.Update(context.WithoutCancel(ctx), func(tx *storage.Tx) error { return tx.PutFile(row) })
	e.stored(err)
	e.watchers.changed()
	return row, nil
}

// papers saves the papers of a job in some formats: what is known of them, brought up to
// date where Hover can be asked. Inspections that its reply names are asked for, too, and
// its latest checklist.
func (d *download) papers(id hover.JobID, formats []PaperFormat, comma rune) {
	kinds := map[storage.PaperKind]bool{}
	for _, f := range formats {
		kind, _ := f.Of()
		kinds[kind] = true
	}
	list, err := d.e.freshPapers(d.ctx, id, kinds)
	if err != nil {
		d.fail(Progress{Job: id}, err)
		return
	}
	for _, f := range formats {
		kind, _ := f.Of()
		found := false
		for _, p := range list {
			if p.paper.Kind != kind || d.stopped {
				continue
			}
			found = true
			step := Progress{Job: id, Format: hover.Format(f), Part: p.paper.ID, Total: -1}
			if p.paper.Sum == "" {
				d.later = true
				d.fail(step, p.err)
				continue
			}
			row, err := d.e.keptPaper(d.ctx, p.paper, f, d.dir, comma)
			if err != nil {
				d.fail(step, err)
				continue
			}
			step.Path, step.SHA256, step.Done, step.Total = row.Path, row.SHA256, row.Size, row.Size
			d.saved = append(d.saved, row.Path)
			d.say(step)
		}
		if !found && kind == paperwork.Materials {
			d.fail(Progress{Job: id, Format: hover.Format(f)},
				&say.Error{What: say.T("paper.no_materials"), Do: say.T("paper.no_materials.do")})
		} else if !found {
			d.fail(Progress{Job: id, Format: hover.Format(f)},
				&say.Error{What: say.T("paper.no_checklist"), Do: say.T("paper.no_checklist.do")})
		}
	}
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

// freshPaper is a paper as Hover gives it now, and why it could not be asked.
type freshPaper struct {
	paper storage.Paper
	err   error
}

func (e *Engine) freshPapers(
	ctx context.Context, id hover.JobID, kinds map[storage.PaperKind]bool,
) (list []freshPaper, err error) {
	j, err := e.jobOfPaper(ctx, id)
	if err != nil {
		return nil, hoverapi.Asking(say.T("job.not_read", "id", id), err, say.T("job.not_read.do"))
	}
	if kinds[paperwork.Materials] {
		// An event may have told of them: without an answer, those are what there is.
		if err := e.findMaterials(ctx, id, false); err != nil {
			e.log.Info("the job's material lists could not be listed", "job", id, "error", err)
		}
	}
	var known []storage.Paper
	err = e.store.View(func(tx *storage.Tx) error {
		known, err = tx.Papers(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if kinds[paperwork.Checklists] {
		for _, i := range j.Inspections {
			if !slices.ContainsFunc(known,
				func(p storage.Paper) bool { return p.Kind == paperwork.Checklists && p.ID == string(i) }) {
				known = append(known, storage.Paper{Kind: paperwork.Checklists, ID: string(i)})
			}
		}
		if !slices.ContainsFunc(known, func(p storage.Paper) bool { return p.Kind == paperwork.Checklists }) {
			if reply, err := e.o.API.LatestChecklist(ctx, id); err == nil {
				if c, ok := paperwork.IDOf(reply); ok {
					if p, err := e.learnPaper(ctx, paperwork.Checklists, c, reply, e.now()); err == nil && p.Job == id {
						list = append(list, freshPaper{paper: p})
					}
				}
			} else if !hoverapi.IsGone(err) {
				return nil, hoverapi.Asking(say.T("file.not_fetched"), paperProblem(err), say.Text{})
			}
		}
	}
	for _, p := range known {
		if !kinds[p.Kind] || !paperwork.Fetched(p.Kind) {
			continue
		}
		now, err := e.fetchPaper(ctx, p.Kind, p.ID)
		switch {
		case err == nil && now.Job == id:
			list = append(list, freshPaper{paper: now})
		case err == nil: // it is of another job
		case p.Sum != "":
			list = append(list, freshPaper{paper: p}) // what is kept
		case p.Job == "" && isMissing(err): // an inspection's id that only events use
		default:
			list = append(list, freshPaper{p, err})
		}
	}
	return list, ctx.Err()
}

func isMissing(err error) bool {
	p, ok := errors.AsType[*fetch.Problem](err)
	return ok && p.Missing()
}
