package view

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/job"
	"dormer/internal/words"
)

// PaperCard is one paper of a job: a material list, a checklist, an estimate, a proposal, a signature, an order.
type PaperCard struct {
	Kind, ID string
	Name     string // "Material list: Siding"
	Second   string // what it comes to, whose it is, what became of it and when
	Steps    []string
	Lines    []PaperLine // of a list or a checklist, as many as are shown
	Rest     int         // how many more there are
	Total    string      // of a list
	Open     bool        // all lines are shown
	Problem  string      // why Hover has not given it
	AtHover  bool        // Hover's own page shows it, and nothing else
	Tags     []PaperTag
	Photos   []Picture
}

// PaperLine is one line of a list, or a question with its answer.
type PaperLine struct {
	Name, Amount, Price string
}

// PaperTag is a form in which a paper is saved or can be.
type PaperTag struct {
	Format engine.PaperFormat
	Name   string // "XLSX"
	Saved  bool
	Busy   bool
}

// How many lines of a paper are shown before and after somebody wants more.
const (
	paperLines = 8
	paperMost  = 300
)

// paperKey names a paper on the page, and with a format a file of it.
func paperKey(kind, id string, f engine.PaperFormat) string {
	return kind + "/" + id + "/" + string(f)
}

// papers lists the papers of the job, the one of which was heard last first.
func (j *Job) papers() (cards []PaperCard) {
	now := j.d.Now()
	for _, p := range j.detail.Papers {
		c := PaperCard{
			Kind: p.Kind, ID: p.ID, Name: paperName(p.Kind), Problem: p.Reason, AtHover: len(p.Files) == 0,
			Open: j.papersOpen[paperKey(p.Kind, p.ID, "")],
		}
		if p.Title != "" {
			c.Name = words.T("job.paper_named", "kind", c.Name, "title", oneLine(p.Title))
		}
		parts := []string{paperCount(p)}
		if p.Total != nil {
			parts = append(parts, job.Money(*p.Total))
		}
		if p.By != "" {
			parts = append(parts, words.T("job.paper_by", "who", oneLine(p.By)))
		}
		if state := oneLine(p.Says.For(words.Reader())); state != "" {
			parts = append(parts, state)
		}
		c.Second = joined(append(parts, words.Ago(p.At.Time, now))...)
		if c.Open {
			for _, s := range p.Steps {
				by := ""
				if s.By != "" {
					by = words.T("job.paper_by", "who", oneLine(s.By))
				}
				c.Steps = append(c.Steps, joined(words.Ago(s.At.Time, now), oneLine(s.Says.For(words.Reader())), by))
			}
		}
		c.fill(p)
		most := paperLines
		if c.Open {
			most = paperMost
		}
		if c.Rest = len(c.Lines) - most; c.Rest > 0 {
			c.Lines = c.Lines[:most]
		}
		for _, f := range p.Files {
			format := engine.PaperFormat(f.Format)
			name := "XLSX"
			if _, ext, plain := strings.Cut(f.Format, "-"); plain {
				name = strings.ToUpper(ext)
			}
			c.Tags = append(c.Tags,
				PaperTag{format, name, f.State == engine.FileSaved, j.papersBusy[paperKey(p.Kind, p.ID, format)]})
		}
		if p.Materials == nil && p.Checklist == nil {
			c.Tags = nil
		}
		cards = append(cards, c)
	}
	return cards
}

// fill writes down what is on the paper.
func (c *PaperCard) fill(p engine.PaperView) {
	if l := p.Materials; l != nil {
		for _, line := range l.Lines {
			c.Lines = append(c.Lines,
				PaperLine{Name: joined(oneLine(line.Name), oneLine(line.Color)), Amount: amount(line), Price: money(line.Total)})
		}
		c.Total = money(p.Total)
	}
	if l := p.Checklist; l != nil {
		for _, a := range l.Answers {
			photos := ""
			if n := len(a.Photos); n > 0 {
				photos = words.N("job.photos", n)
			}
			c.Lines = append(c.Lines,
				PaperLine{Name: oneLine(a.Question), Amount: joined(oneLine(a.Says().For(words.Reader())), photos)})
			for range a.Photos {
				part := engine.Part(fmt.Sprintf("%s%s/%s/%d", engine.PaperPart, p.Kind, p.ID, len(c.Photos)))
				c.Photos = append(c.Photos, Picture{Ref: PictureRef{Job: p.JobID, Part: part}, Of: oneLine(a.Question)})
			}
		}
	}
}

// amount gives a quantity with its unit: "76 pieces".
func amount(l engine.MaterialLine) string {
	if l.Quantity == nil {
		return strings.ToLower(oneLine(l.Unit))
	}
	return strings.TrimSpace(engine.Decimal(*l.Quantity) + " " + strings.ToLower(oneLine(l.Unit)))
}

func money(dollars *float64) string {
	if dollars == nil {
		return ""
	}
	return job.Money(*dollars)
}

func paperName(kind string) string {
	switch kind {
	case "materials":
		return words.T("job.paper_materials")
	case "checklist":
		return words.T("job.paper_checklist")
	case "estimate":
		return words.T("job.paper_estimate")
	case "proposal":
		return words.T("job.paper_proposal")
	case "signature":
		return words.T("job.paper_signature")
	}
	return words.T("job.paper_order")
}

func paperCount(p engine.PaperView) string {
	switch {
	case p.Materials != nil:
		return words.N("job.paper_items", len(p.Materials.Lines))
	case p.Checklist != nil:
		return words.N("job.paper_answers", len(p.Checklist.Answers))
	}
	return ""
}

// TogglePaper shows all of a paper, or only its beginning.
func (j *Job) TogglePaper(kind, id string) {
	key := paperKey(kind, id, "")
	j.papersOpen[key] = !j.papersOpen[key]
	j.Changed()
}

// OpenPaper opens a paper where it is to be seen: its spreadsheet, which is saved first if it is not, or Hover's page.
func (j *Job) OpenPaper(kind, id string) {
	j.paperErrand(paperKey(kind, id, engine.PaperFormat(kind)),
		func(ctx context.Context) error { return j.d.Desk.OpenPaper(ctx, kind, id) })
}

// OpenPaperFile opens a paper in a form, which is saved first if it is not.
func (j *Job) OpenPaperFile(kind, id string, f engine.PaperFormat) {
	if string(f) == kind {
		j.OpenPaper(kind, id)
		return
	}
	of := j.id
	j.paperErrand(paperKey(kind, id, f), func(ctx context.Context) error {
		for p, err := range j.d.Desk.Get(ctx, engine.GetRequest{Jobs: []hover.JobID{of}, Papers: []engine.PaperFormat{f}}) {
			if err != nil {
				return err
			}
			if p.Part == id && p.Path != "" {
				return j.d.Desk.OpenPath(ctx, filepath.Clean(p.Path))
			}
		}
		return nil
	})
}

// paperErrand does something with a paper's file, once at a time.
func (j *Job) paperErrand(key string, does func(ctx context.Context) error) {
	if j.id != "" {
		j.papersBusy.do(j.d, key, does, j.changed, j.reload)
	}
}
