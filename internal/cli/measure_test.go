package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dormer/internal/engine"
	"dormer/internal/figures"
	"dormer/internal/hover"
	"dormer/internal/say"
)

// measured gives a desk the figures of a house with a garage.
func (d *desk) measured() {
	d.t.Helper()
	for _, s := range []struct {
		id    hover.ModelID
		name  string
		house string
	}{{"7", "Garage", "sycamore-garage"}, {"8", "", "sycamore-house"}} {
		b, err := os.ReadFile(filepath.Join("..", "simulator", "samples", s.house, "full.json"))
		if err != nil {
			d.t.Fatal(err)
		}
		f, _ := figures.Read(b)
		f.JobID, f.ModelID, f.Name, f.JobName, f.Address = "19402492", s.id, s.name, "=Sycamore", "1420 Sycamore Lane, Carmel IN 46033"
		d.svc.FigureList = append(d.svc.FigureList, f)
	}
	d.svc.JobList[0].Models = append(d.svc.JobList[0].Models, engine.ModelView{ID: "8", State: hover.ModelCompleted})
}

func TestFiguresForPeople(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.measured()
		d.want(exitDone, "=Sycamore, 1420 Sycamore Lane, Carmel IN 46033: Main structure (8)\n\n"+
			"Roof             28.5 squares, 2,847 sq ft\nMain pitch       8/12\nPitches          8/12 96.91%, 10/12 3.09%\nFacets           14\n"+
			"Ridges and hips  233' 9\"\nRidges           72' 5\"\nHips             161' 4\"\nValleys          86' 4\"\nEaves            251' 5\"\nRakes            13' 0\"\n"+
			"Drip edge        264' 5\"\nFlashing         9' 10\"\nStep flashing    25' 8\"\nSiding           1,963 sq ft\nOpenings         19\nStories          1\n"+
			"Perimeter        230' 1\"\n\n"+
			"WASTE  SQ FT  SQUARES\n0%     2,847  29\n5%     2,989  30\n10%    3,132  32\n15%    3,274  33\n20%    3,416  35\n", "", "measure", "19402492", "--model", "8")
		d.want(exitDone, "…: Garage (7)\n…: Main structure (8)\n…: Total\n\nRoof             3…", "", "measure", "123-19402492")
		d.want(exitDone, "ID…SQUARES  PITCH  RIDGES+HIPS…\n19402492  7.4 …6/12 …Garage …\n19402492  28.5 …8/12 …233' 9\" …Main structure  =Sycamore, 1420 Sycamore Lane…", "", "measure", "--all")
		d.svc.FigureList[1].Test = true
		d.want(exitDone, "TEST – =Sycamore, 1420 Sycamore Lane, Carmel IN 46033: Main structure (8)\n…", "", "measure", "19402492", "--model", "8")
	})
}

func TestFiguresForScripts(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.measured()
		d.svc.FigureList[0].Rakes, d.svc.FigureList[0].DripEdge = nil, nil
		_, out, _ := d.dormer("measure", "19402492", "--format", "json")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if len(lines) != 3 || keys(t, lines[0]) != keys(t, lines[2]) {
			t.Fatalf("%s", out)
		}
		for _, field := range strings.Fields("job_id model_id name roof_sqft squares facets pitch pitches ridges_hips_ft ridges_ft hips_ft valleys_ft eaves_ft rakes_ft drip_edge_ft " +
			"flashing_ft step_flashing_ft siding_sqft openings stories perimeter_ft waste") {
			if !strings.Contains(lines[0], `"`+field+`":`) {
				t.Errorf("there is no %s: %s", field, lines[0])
			}
		}
		if !strings.Contains(lines[0], `"rakes_ft":null,"drip_edge_ft":null,`) || !strings.Contains(lines[2], `"model_id":"","name":"","roof_sqft":3`) || !strings.Contains(lines[2], `"rakes_ft":null`) {
			t.Errorf("%s", out)
		}
	})
}

func TestFiguresForASpreadsheet(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.measured()
		dir := t.TempDir()
		csv, xlsx := filepath.Join(dir, "a.csv"), filepath.Join(dir, "houses.XLSX")
		d.want(exitDone, "", "", "measure", "19402492", "--out", csv)
		if b, err := os.ReadFile(csv); err != nil || !strings.HasPrefix(string(b), "\ufeffjob_id;model_id;name;") || !strings.Contains(string(b), "\n19402492;8;Main structure;'=Sycamore;") ||
			!strings.Contains(string(b), ";2847;28,5;14;8/12;") || strings.Count(string(b), "\n") != 4 {
			t.Errorf("%s, %v", b, err)
		}
		d.want(exitDone, "", "", "measure", "--all", "--out", xlsx)
		f, err := excelize.OpenFile(xlsx)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows("Dormer")
		if err != nil || len(rows) != 3 || rows[0][7] != "Squares" || rows[2][6] != "2,847" || rows[2][7] != "28.5" || rows[2][3] != "=Sycamore" {
			t.Errorf("%q, %v", rows, err)
		}
		if kind, err := f.GetCellType("Dormer", "H3"); err != nil || kind != excelize.CellTypeUnset {
			t.Errorf("the squares are of type %v, %v", kind, err)
		}
	})
}

func TestFiguresThatAreNotThere(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.want(exitFailed, "", "dormer: There are no figures for job 19402492 here: Hover has not measured it. See how far it is: dormer job 19402492\n", "measure", "19402492")
		d.want(exitFailed, "", "dormer: The job cannot be shown: job 404: not known here. See: dormer jobs\n", "measure", "404")
		d.want(exitDone, "", "No house is measured.\n", "measure", "--all")
		d.svc.FigureList = []figures.Figures{{JobID: "19402492", ModelID: "7"}}
		d.want(exitFailed, "", "dormer: There are no figures for job 19402492 here: Hover has none yet, or was not asked. Start Dormer and sign in, then ask again.\n", "measure", "19402492")
		d.svc.FigureList = nil
		d.measured()
		d.want(exitFailed, "", "dormer: …9…\n", "measure", "19402492", "--model", "9")
		d.svc.FigureList = append(d.svc.FigureList, figures.Figures{JobID: "2", ModelID: "9"})
		d.svc.Unasked = &say.Error{What: say.Words("Hover does not answer"), Err: errors.New("offline"), Do: say.Words("Try again.")}
		out := filepath.Join(t.TempDir(), "all.csv")
		d.want(exitFailed, "", "Of 1 structure there are no figures here.\nWhat is known here needs no Hover: dormer measure --all --offline\ndormer: Hover does not answer…", "measure", "--all", "--out", out)
		if _, err := os.Stat(out); err == nil {
			t.Error("a part of the sheet was written")
		}
		d.want(exitDone, "", "Of 1 structure there are no figures here.\n", "measure", "--all", "--offline", "--out", out)
		if _, err := os.Stat(out); err != nil {
			t.Error(err)
		}
	})
}
