package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/say"
	"dormer/internal/sheet"
)

// figureFormats are those that figures are written in; the first is for people.
var figureFormats = []string{"text", "csv", "xlsx", "json"}

func (p *program) measureVerb() *cobra.Command {
	var models []string
	var format, out string
	var all, offline bool
	c := &cobra.Command{
		Use:   "measure ID… | --all",
		Short: "Show what is ordered by: squares, waste, pitches, lengths",
		Long: `Show the figures of measured houses: squares and waste, pitches, lengths in feet and
inches as Hover's PDF prints them. ID is a job's number or its address at Hover; --all
is a sheet of every house. What is not known here Hover is asked for by the running
Dormer; what is known needs none. The csv and the xlsx open right in Excel.`,
		Example: `  dormer measure 19402492
  dormer measure 19402492 --model 51 --format json | jq .squares
  dormer measure --all --out houses.xlsx`,
		Args: func(c *cobra.Command, args []string) error {
			if all != (len(args) == 0) {
				return engine.Usage(say.T("usage.measure.what"))
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&models, "model", nil, "only the structure `ID` (may be given several times)")
	c.Flags().BoolVar(&all, "all", false, "every measured house, the last changed first")
	c.Flags().StringVar(&format, "format", "", "`FORMAT`: text, csv, xlsx or json (default: text, or as --out ends)")
	c.Flags().StringVar(&out, "out", "", "write to `FILE` (default: stdout)")
	c.Flags().BoolVar(&offline, "offline", false, "with --all: only what is known here, Hover is not asked")
	offer(c, "format", figureFormats...)
	c.MarkFlagsMutuallyExclusive("all", "model")
	c.RunE = p.verb(func(ctx context.Context, args []string) error {
		ids, err := jobIDs(args)
		if err != nil {
			return err
		}
		if format == "" {
			format = "text"
			if end := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), "."); slices.Contains(figureFormats, end) {
				format = end
			}
		}
		if !slices.Contains(figureFormats, format) {
			return engine.Usage(say.T("usage.measure.format", "value", format))
		}
		return p.withReads(ctx, func(r reads) error {
			list := r.AllFigures(ctx, !offline)
			if !all {
				found, err := figuresOf(ctx, r, ids, models)
				if err != nil {
					return err
				}
				list = listed(found)
			}
			unknown := 0
			list = counting(list, &unknown)
			if out == "" {
				err = p.measure(p.out, format, all, list)
			} else {
				err = engine.WriteWhole(out, func(f *os.File) error { return p.measure(f, format, all, list) })
			}
			if unknown > 0 && (err == nil || all) {
				p.say("Of %s there are no figures here.", plural(unknown, "structure"))
			}
			if err != nil && all && !offline {
				p.say("What is known here needs no Hover: dormer measure --all --offline")
			}
			return err
		})
	})
	return c
}

// figuresOf gives the figures of jobs; an error if there are none of one of them. A structure that was asked for by its
// id is one of any of the jobs.
func figuresOf(ctx context.Context, r reads, ids []hover.JobID, models []string) (all []figures.Figures, err error) {
	left := map[hover.ModelID]bool{}
	for _, m := range models {
		left[hover.ModelID(strings.TrimSpace(m))] = true
	}
	for _, id := range ids {
		j, err := r.Job(ctx, id)
		if err != nil {
			return nil, unknownJob(id, err)
		}
		var its []hover.ModelID
		for _, m := range j.Models {
			if left[m.ID] {
				its = append(its, m.ID)
				delete(left, m.ID)
			}
		}
		if len(models) > 0 && len(its) == 0 {
			continue
		}
		found, err := r.Figures(ctx, id, its...)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, &say.Error{
				What: say.T("measure.none", "id", id), Why: say.T("measure.none.unmeasured"),
				Do: say.T("measure.none.unmeasured.do", "id", id),
			}
		}
		if !slices.ContainsFunc(found, figures.Figures.Known) {
			return nil, &say.Error{
				What: say.T("measure.none", "id", id), Why: say.T("measure.none.unknown"), Do: say.T("measure.none.unknown.do"),
			}
		}
		all = append(all, found...)
	}
	for m := range left {
		return nil, &say.Error{What: say.T("get.no_such"), Why: say.T("get.structure", "id", m)}
	}
	return all, nil
}

// counting counts the structures of which nothing is known.
func counting(list iter.Seq2[figures.Figures, error], unknown *int) iter.Seq2[figures.Figures, error] {
	return func(yield func(figures.Figures, error) bool) {
		for f, err := range list {
			if err == nil && f.ModelID != "" && !f.Known() {
				*unknown++
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// measure writes figures in a format. What Hover could not be asked for is said after all that is known.
func (p *program) measure(w io.Writer, format string, all bool, list iter.Seq2[figures.Figures, error]) error {
	switch format {
	case "json":
		return eachFigures(list, func(f figures.Figures) error {
			b, err := say.Contract(f)
			if err == nil {
				_, err = w.Write(append(b, '\n'))
			}
			return err
		})
	case "csv":
		t, err := sheet.CSV(w, p.place.separator, figures.Columns(say.Terminal))
		return fillTable(t, err, list)
	case "xlsx":
		t, err := sheet.XLSX(w, "Dormer", figures.Columns(say.Terminal))
		return fillTable(t, err, list)
	}
	if all {
		return p.overview(w, list)
	}
	first := true
	return eachFigures(list, func(f figures.Figures) error {
		if !first {
			fmt.Fprintln(w)
		}
		first = false
		showFigures(w, f)
		return nil
	})
}

func eachFigures(list iter.Seq2[figures.Figures, error], do func(figures.Figures) error) (last error) {
	for f, err := range list {
		if last = err; err != nil {
			continue // it is the last
		}
		if err := do(f); err != nil {
			return err
		}
	}
	return last
}

func fillTable(t sheet.Table, err error, list iter.Seq2[figures.Figures, error]) error {
	if err != nil {
		return err
	}
	err = eachFigures(list, func(f figures.Figures) error { return t.Row(f.Row()...) })
	return errors.Join(err, t.Close())
}

// overview writes a line for each structure.
func (p *program) overview(w io.Writer, list iter.Seq2[figures.Figures, error]) error {
	var t *table
	err := eachFigures(list, func(f figures.Figures) error {
		if t == nil {
			t = tableTo(w, "ID", "SQUARES", "PITCH", "RIDGES+HIPS", "VALLEYS", "EAVES", "RAKES", "SIDING",
				"STRUCTURE", "PROPERTY")
		}
		squares := ""
		if f.Squares != nil {
			squares = fmt.Sprintf("%.1f", *f.Squares)
		}
		siding := ""
		if f.Siding != nil {
			siding = figures.Area(*f.Siding)
		}
		place := property(engine.JobView{ID: f.JobID, Name: f.JobName, Address: f.Address, Test: f.Test})
		t.row(f.JobID.String(), squares, word(f.Pitch), length(f.RidgesHips), length(f.Valleys), length(f.Eaves),
			length(f.Rakes), siding, f.Title().String(), place)
		return nil
	})
	if t != nil {
		t.end()
	} else if err == nil {
		p.say("No house is measured.")
	}
	return err
}

// showFigures writes the figures of a structure for a person.
func showFigures(w io.Writer, f figures.Figures) {
	place := property(engine.JobView{ID: f.JobID, Name: f.JobName, Address: f.Address, Test: f.Test})
	title := f.Title().String()
	if f.ModelID != "" {
		title += " (" + f.ModelID.String() + ")"
	}
	fmt.Fprintf(w, "%s\n\n", oneLine(or(place, "Job "+f.JobID.String())+": "+title))
	if !f.Known() {
		fmt.Fprintln(w, "No figures are known here.")
		return
	}
	t := fieldsTo(w)
	if f.Roof != nil {
		t.field("Roof", fmt.Sprintf("%.1f squares, %s sq ft", *f.Squares, figures.Area(*f.Roof)))
	}
	t.field("Main pitch", word(f.Pitch))
	if len(f.Pitches) > 1 {
		t.field("Pitches", f.PitchList())
	}
	if f.Facets != nil {
		t.field("Facets", fmt.Sprint(*f.Facets))
	}
	for _, l := range []struct {
		name string
		is   *float64
	}{
		{"Ridges and hips", f.RidgesHips},
		{"Ridges", f.Ridges},
		{"Hips", f.Hips},
		{"Valleys", f.Valleys},
		{"Eaves", f.Eaves},
		{"Rakes", f.Rakes},
		{"Drip edge", f.DripEdge},
		{"Flashing", f.Flashing},
		{"Step flashing", f.StepFlashing},
	} {
		t.field(l.name, length(l.is))
	}
	if f.Siding != nil {
		t.field("Siding", figures.Area(*f.Siding)+" sq ft")
	}
	if f.Openings != nil {
		t.field("Openings", fmt.Sprint(*f.Openings))
	}
	t.field("Stories", word(f.Stories))
	t.field("Perimeter", length(f.Perimeter))
	t.end()
	if len(f.Waste) == 0 {
		return
	}
	fmt.Fprintln(w)
	t = tableTo(w, "WASTE", "SQ FT", "SQUARES")
	for _, o := range f.Waste {
		t.row(fmt.Sprintf("%d%%", o.Percent), figures.Area(o.Area), fmt.Sprint(o.Squares))
	}
	t.end()
}

func length(f *float64) string {
	if f == nil {
		return ""
	}
	return figures.Feet(*f)
}

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
