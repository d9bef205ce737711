package engine

import (
	"context"

	"dormer/internal/hoverapi"
	"dormer/internal/paperwork"
	"dormer/internal/records"
	"dormer/internal/say"
	"dormer/internal/tell"
	"dormer/storage"
)

// Decimal prints a quantity: "1,204", "28.5".
func Decimal(n float64) string { return paperwork.Decimal(n) }

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
