package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"dormer/internal/control"
	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/say"
)

func (p *program) getVerb() *cobra.Command {
	var models, formats []string
	var dir string
	var open, prints, mails bool
	c := &cobra.Command{
		Use:   "get ID…",
		Short: "Download measurement files and print their paths",
		Long: `Download the measurement files of jobs and print each file's path. ID is a job's
number or its address at Hover. A file is whole or not there; one that is already
there is not fetched again. The formats are
` + formatNames() + `;
and for material lists and checklists, as Hover has them now,
` + paperFormatNames() + `:
a spreadsheet, where the name does not say otherwise.
--print and --mail are for the PDFs: of several, those of the structures that you
name, else the one that Open PDF opens.`,
		Example: `  dormer get 19402492
  dormer get 19402492 --format pdf,xlsx,json --dir ~/Desktop --open
  dormer get https://hover.to/wr/jobs/19402492 --model 51
  dormer get 19402492 --format materials,checklist-csv
  dormer get 19402492 --mail`,
		Args: takes("a job's ID…"),
	}
	c.Flags().StringSliceVar(&models, "model", nil, "only the structure `ID` (may be given several times)")
	c.Flags().StringSliceVar(&formats, "format", []string{string(hover.FormatPDF)}, "`FORMATS`, with commas between them")
	c.Flags().StringVar(&dir, "dir", "", "save in `DIR` (default: the download folder)")
	c.Flags().BoolVar(&open, "open", false, "open what was downloaded")
	c.Flags().BoolVar(&prints, "print", false, "print the PDF")
	c.Flags().BoolVar(&mails, "mail", false, "begin an e-mail with the PDF and the figures")
	_ = c.MarkFlagDirname("dir")
	offer(c, "format", strings.Split(formatNames()+", "+paperFormatNames(), ", ")...)
	c.RunE = p.verb(func(ctx context.Context, args []string) error {
		r := engine.GetRequest{Open: open}
		var err error
		if r.Jobs, err = jobIDs(args); err != nil {
			return err
		}
		for _, m := range models {
			r.Models = append(r.Models, hover.ModelID(strings.TrimSpace(m)))
		}
		for _, name := range formats {
			if f, ok := hover.ParseFormat(name); ok {
				r.Formats = append(r.Formats, f)
			} else if paper, ok := engine.ParsePaperFormat(name); ok {
				r.Papers, r.Comma = append(r.Papers, paper), string(p.place.separator)
			} else {
				return engine.Usage(say.T("usage.not_format", "value", name, "formats", formatNames()+", "+paperFormatNames()))
			}
		}
		if dir != "" { // it is the running instance that writes there
			if r.Dir, err = filepath.Abs(dir); err != nil {
				return err
			}
		}
		return p.withRunning(ctx, func(c *control.Client) error {
			if err := p.get(ctx, c, r); err != nil {
				return err
			}
			if prints {
				err = p.handOver(ctx, c, engine.HandPrint, r)
			}
			if mails && err == nil {
				err = p.handOver(ctx, c, engine.HandMail, r)
			}
			return err
		})
	})
	return c
}

func formatNames() string {
	var names []string
	for _, f := range hover.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

func paperFormatNames() string {
	var names []string
	for _, f := range engine.PaperFormats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// get downloads and prints each path as soon as its file is whole.
func (p *program) get(ctx context.Context, c *control.Client, r engine.GetRequest) error {
	bar := newDownloads(p.Err, p.Watched)
	defer bar.clear()
	// What could not be measured is told, but a failure has one line: its own.
	var notes []string
	for step, err := range c.Get(ctx, r) {
		if err != nil {
			return err
		}
		bar.draw(step)
		if !step.Error.IsZero() {
			notes = append(notes, step.Error.String())
		}
		if step.Path != "" {
			bar.clear()
			p.print("%s\n", step.Path)
			p.out.Flush()
		}
	}
	bar.clear()
	for _, note := range notes {
		fmt.Fprintln(p.Err, note)
	}
	return nil
}

// handOver prints the PDFs of jobs or begins e-mails with them, and says what is left to
// do.
func (p *program) handOver(ctx context.Context, c *control.Client, how engine.Handing, r engine.GetRequest) error {
	models := r.Models
	if len(models) == 0 {
		models = []hover.ModelID{""}
	}
	for _, id := range r.Jobs {
		for _, m := range models {
			left, err := c.HandOver(ctx, how, id, m)
			if err != nil {
				return err
			}
			if !left.IsZero() {
				p.say("%s", left)
			}
		}
	}
	return nil
}

// downloads is the one bar for all files that are under way.
type downloads struct {
	bar   *progressbar.ProgressBar // nil where nobody watches
	files map[string]engine.Progress
}

func newDownloads(w io.Writer, watched bool) *downloads {
	d := &downloads{files: map[string]engine.Progress{}}
	if watched {
		d.bar = progressbar.NewOptions64(1, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(24),
			progressbar.OptionUseANSICodes(true), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false))
	}
	return d
}

// draw takes one step into account.
func (d *downloads) draw(p engine.Progress) {
	if d.bar == nil {
		return
	}
	d.files[fmt.Sprint(p.Job, p.Model, p.Format, p.Part)] = p
	var done, total int64
	whole := 0
	for _, f := range d.files {
		done += f.Done
		total += max(f.Total, f.Done, 1) // an unknown size counts as what is there
		if f.Path != "" || !f.Error.IsZero() {
			whole++
		}
	}
	d.bar.Describe(fmt.Sprintf("%d of %s", whole, plural(len(d.files), "file")))
	d.bar.ChangeMax64(total + 1) // never full: a full bar would end
	_ = d.bar.Set64(done)
}

// clear makes room for other words.
func (d *downloads) clear() {
	if d.bar != nil {
		_ = d.bar.Clear()
	}
}
