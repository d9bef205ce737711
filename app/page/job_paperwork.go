package page

import (
	"reflect"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// jobPapers are what belongs to a job besides its measurements: material lists, checklists, and what became of
// estimates, proposals and orders. There is nothing of it where the job has none.
type jobPapers struct {
	v       *view.Job
	enlarge func(list []view.Picture, i int)
	cards   *fyne.Container
	content *fyne.Container
	drawn   []view.PaperCard
}

func newJobPapers(v *view.Job, enlarge func(list []view.Picture, i int)) *jobPapers {
	p := &jobPapers{v: v, enlarge: enlarge, cards: parts.Column(14)}
	p.content = parts.Column(8, parts.NewText(words.T("job.papers"), parts.SecondBold), p.cards)
	return p
}

func (p *jobPapers) draw(s view.JobState) {
	parts.Visible(p.content, len(s.Papers) > 0)
	if reflect.DeepEqual(s.Papers, p.drawn) {
		return
	}
	p.drawn = s.Papers
	p.cards.Objects = nil
	for _, c := range s.Papers {
		p.cards.Add(p.card(c))
	}
	p.cards.Refresh()
}

// card is one paper: what it is, what is on it, and its files.
func (p *jobPapers) card(c view.PaperCard) fyne.CanvasObject {
	column := parts.Column(3, parts.NewText(c.Name, parts.Bold), parts.NewText(c.Second, parts.Second))
	for _, step := range c.Steps {
		column.Add(parts.NewText(step, parts.Second))
	}
	if c.Problem != "" {
		column.Add(parts.NewParagraph(c.Problem, parts.Second))
	}
	if len(c.Lines) > 0 {
		column.Add(parts.VSpace(3))
	}
	for i, l := range c.Lines {
		if i > 0 {
			column.Add(parts.NewLine())
		}
		column.Add(paperLine(l, parts.Ink))
	}
	if c.Total != "" && len(c.Lines) > 0 {
		column.Add(parts.NewLine())
		column.Add(paperLine(view.PaperLine{Name: words.T("job.paper_total"), Price: c.Total}, parts.Bold))
	}
	if doing := p.doing(c); len(doing) > 0 {
		column.Add(parts.VSpace(3))
		column.Add(parts.NewFlow(6, doing...))
	}
	return parts.NewCard(column).SetPad(12)
}

// paperLine is a line of a table: what, how much, for how much.
func paperLine(l view.PaperLine, role parts.Role) fyne.CanvasObject {
	row := []fyne.CanvasObject{parts.Fill(parts.NewText(l.Name, role))}
	if l.Amount != "" {
		row = append(row, parts.NewText(l.Amount, role).Whole())
	}
	if l.Price != "" {
		row = append(row, parts.NewText(l.Price, role).Whole())
	}
	return parts.Pad(2, 0, 2, 0, parts.Row(14, row...))
}

// doing are the files of a paper, and what else can be done with it.
func (p *jobPapers) doing(c view.PaperCard) (all []fyne.CanvasObject) {
	for _, t := range c.Tags {
		text, style := t.Name, parts.TagReady
		switch {
		case t.Busy:
			text, style = words.T("job.file_fetching", "format", t.Name), parts.TagWaiting
		case t.Saved:
			style = parts.TagSaved
		}
		all = append(all, parts.NewTag(text, style, func() { p.v.OpenPaperFile(c.Kind, c.ID, t.Format) }))
	}
	if len(c.Photos) > 0 {
		all = append(all, parts.NewButton(words.N("job.photos", len(c.Photos)), parts.Plain, func() { p.enlarge(c.Photos, 0) }))
	}
	switch {
	case c.Open:
		all = append(all, parts.NewButton(words.T("job.paper_less"), parts.Quiet, func() { p.v.TogglePaper(c.Kind, c.ID) }))
	case c.Rest > 0:
		all = append(all, parts.NewButton(words.N("job.paper_more", c.Rest), parts.Quiet,
			func() { p.v.TogglePaper(c.Kind, c.ID) }))
	}
	if c.AtHover {
		all = append(all, parts.NewButton(words.T("job.paper_at_hover"), parts.Plain, func() { p.v.OpenPaper(c.Kind, c.ID) }))
	}
	return all
}
