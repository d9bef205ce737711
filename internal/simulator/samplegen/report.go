package main

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// The page is US letter, in points.
const (
	pageW, pageH = 612.0, 792.0
	margin       = 48.0
)

// report writes a house's measurement report.
type report struct {
	*fpdf.Fpdf
	house
	tr    func(string) string
	pages int
}

// pdf gives the report. It is not compressed: the simulator fills its blanks.
func (h house) pdf() ([]byte, error) {
	r := &report{
		Fpdf: fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: pageW, Ht: pageH}}), house: h, pages: 4,
	}
	if h.roofOnly {
		r.pages = 3
	}
	r.tr = r.UnicodeTranslatorFromDescriptor("")
	r.SetCompression(false)
	r.SetCatalogSort(true)
	made := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	r.SetCreationDate(made)
	r.SetModificationDate(made)
	r.SetTitle(h.title, true)
	r.SetAuthor("Simulated Hover", true)
	r.SetAutoPageBreak(false, 0)
	r.SetMargins(margin, margin, margin)
	r.cover()
	r.lengthsPage()
	r.areasPage()
	if !h.roofOnly {
		r.wallsPage()
	}
	var b bytes.Buffer
	err := r.Output(&b)
	return b.Bytes(), err
}

func (r *report) ink(c colour)  { r.SetTextColor(int(c.r), int(c.g), int(c.b)) }
func (r *report) pen(c colour)  { r.SetDrawColor(int(c.r), int(c.g), int(c.b)) }
func (r *report) fill(c colour) { r.SetFillColor(int(c.r), int(c.g), int(c.b)) }

func (r *report) say(x, y float64, style string, size float64, c colour, s string) {
	r.SetFont("Helvetica", style, size)
	r.ink(c)
	r.Text(x, y, r.tr(s))
}

func (r *report) sayRight(x, y float64, style string, size float64, c colour, s string) {
	r.SetFont("Helvetica", style, size)
	r.ink(c)
	r.Text(x-r.GetStringWidth(r.tr(s)), y, r.tr(s))
}

// polygon, line, text and size make the report a canvas.
func (r *report) polygon(corners []flat, fill, stroke *colour, width float64) {
	points := make([]fpdf.PointType, len(corners))
	for i, c := range corners {
		points[i] = fpdf.PointType{X: c.x, Y: c.y}
	}
	style := ""
	if fill != nil {
		r.fill(*fill)
		style = "F"
	}
	if stroke != nil {
		r.pen(*stroke)
		r.SetLineWidth(width)
		style += "D"
	}
	r.SetLineJoinStyle("round")
	r.Polygon(points, style)
}

func (r *report) line(a, b flat, c colour, width float64) {
	r.pen(c)
	r.SetLineWidth(width)
	r.SetLineCapStyle("round")
	r.Line(a.x, a.y, b.x, b.y)
}

func (r *report) size(s string) flat {
	r.SetFont("Helvetica", "B", 7.2)
	return flat{r.GetStringWidth(s) + 5, 10}
}

func (r *report) text(at flat, s string, c colour, halo bool) {
	r.SetFont("Helvetica", "B", 7.2)
	w := r.GetStringWidth(s)
	if halo {
		r.fill(white)
		r.RoundedRect(at.x-w/2-2.5, at.y-5, w+5, 10, 3, "1234", "F")
	}
	r.ink(c)
	r.Text(at.x-w/2, at.y+2.6, s)
}

// begin starts a page with its head and foot.
func (r *report) begin(title string) {
	r.AddPage()
	r.fill(slate)
	r.Rect(0, 0, pageW, 6, "F")
	r.fill(copper)
	r.Rect(0, 6, pageW, 1.6, "F")
	if title != "" {
		r.say(margin, 52, "B", 17, ink, title)
		r.say(margin, 70, "", 9.5, dim, blankStreet)
		r.say(margin+270, 70, "", 9.5, dim, blankStructure)
		r.rule(82)
	}
	r.line(flat{margin, pageH - 44}, flat{pageW - margin, pageH - 44}, hair, .6)
	r.say(margin, pageH-30, "", 7.5, dim,
		"Made by Dormer's Hover simulator. No such house was measured: not for ordering or building.")
	r.sayRight(pageW-margin, pageH-30, "", 7.5, dim, fmt.Sprintf("Page %d of %d", r.PageNo(), r.pages))
}

func (r *report) rule(y float64) { r.line(flat{margin, y}, flat{pageW - margin, y}, hair, .6) }

// cover shows whose house it is, what it looks like and the main figures.
func (r *report) cover() {
	r.begin("")
	r.fill(slate)
	r.Rect(0, 0, pageW, 150, "F")
	r.fill(copper)
	r.Rect(0, 150, pageW, 2.5, "F")
	r.mark(pageW-margin-46, 38)
	pale := white.mix(slate, .22)
	r.say(margin, 52, "B", 10, pale, "MEASUREMENT REPORT")
	r.say(margin, 86, "B", 25, white, blankStreet)
	r.say(margin, 108, "", 13, white, blankTown)
	r.say(margin, 132, "", 10.5, pale, r.title)

	r.fill(paper)
	r.RoundedRect(margin, 172, pageW-2*margin, 290, 8, "1234", "F")
	r.draw(r, frame{margin + 36, 196, pageW - 2*margin - 72, 236}, corner(), paint{
		wall: colour{0xFB, 0xF9, 0xF5}, door: copper, line: ink.mix(slate, .35), width: .8,
		roof: func(f facet) colour { return r.shade(f).mix(slate, .42) },
	})
	r.say(margin+14, 450, "", 8, dim, "View from the front right")

	tiles := [][2]string{
		{thousands(r.roofArea()) + " sq ft", "Roof area"}, {strconv.Itoa(len(r.facets)), "Roof facets"},
		{fmt.Sprintf("%d/12", r.slopes()[0].pitch), "Main pitch"}, {thousands(r.sidingArea()) + " sq ft", "Siding area"},
	}
	if r.roofOnly {
		tiles[3] = [2]string{feet(r.line2(eave)), "Eaves"}
	}
	const gap = 12
	w := (pageW - 2*margin - 3*gap) / 4
	for i, t := range tiles {
		x := margin + float64(i)*(w+gap)
		r.pen(hair)
		r.SetLineWidth(.8)
		r.RoundedRect(x, 480, w, 64, 6, "1234", "D")
		r.fill(copper)
		r.Rect(x+14, 494, 16, 2, "F")
		r.say(x+14, 516, "B", 15, ink, t[0])
		r.say(x+14, 532, "", 8.5, dim, t[1])
	}

	y := 578.0
	for _, row := range [][2]string{
		{"Structure", blankStructure}, {"Hover job", blankJob}, {"Reference", blankReference}, {"Measured", blankDate},
	} {
		r.say(margin, y, "", 9.5, dim, row[0])
		r.say(margin+74, y, "B", 9.5, ink, row[1])
		y += 19
	}
	y = 578
	lines := []string{"1  Summary", "2  Roof: lengths", "3  Roof: areas, pitches and waste"}
	if !r.roofOnly {
		lines = append(lines, "4  Walls, windows and doors")
	}
	for _, l := range lines {
		r.say(margin+330, y, "", 9.5, ink, l)
		y += 19
	}
}

// mark is a gable over a small window.
func (r *report) mark(x, y float64) {
	r.SetLineCapStyle("round")
	for _, l := range [][2]flat{{{0, 26}, {23, 4}}, {{23, 4}, {46, 26}}} {
		r.line(flat{x + l[0].x, y + l[0].y}, flat{x + l[1].x, y + l[1].y}, white, 4)
	}
	r.fill(colour{0xE3, 0xA5, 0x4A})
	r.Rect(x+15, y+24, 16, 16, "F")
}

func (r *report) line2(k kind) int { return r.house.line(k).inches }

// table draws rows under a head; the first column is left-aligned, the others
// right. It gives where it ends.
func (r *report) table(x, y float64, widths []float64, head []string, rows [][]string, swatch func(int) *colour) float64 {
	var wide float64
	for _, w := range widths {
		wide += w
	}
	cells := func(y float64, style string, c colour, row []string, indent float64) {
		at := x
		for i, s := range row {
			if i == 0 {
				r.say(at+8+indent, y, style, 9, c, s)
			} else {
				r.sayRight(at+widths[i]-8, y, style, 9, c, s)
			}
			at += widths[i]
		}
	}
	r.fill(slate)
	r.RoundedRect(x, y, wide, 20, 3, "12", "F")
	cells(y+13.5, "B", white, head, 0)
	y += 20
	for i, row := range rows {
		if i%2 == 1 {
			r.fill(paper)
			r.Rect(x, y, wide, 18, "F")
		}
		indent := 0.0
		if swatch != nil {
			indent = 14
			if c := swatch(i); c != nil {
				r.fill(*c)
				r.RoundedRect(x+8, y+5.5, 8, 7, 1.5, "1234", "F")
			}
		}
		cells(y+12.5, "", ink, row, indent)
		y += 18
	}
	r.line(flat{x, y}, flat{x + wide, y}, hair, .8)
	return y
}

func (r *report) lengthsPage() {
	r.begin("Roof: lengths")
	r.roofPlan(r, frame{margin + 20, 112, pageW - 2*margin - 40, 320}, lengthLabels, true, 1.6)
	r.say(margin, 458, "", 8, dim,
		"Seen from above; the front is at the bottom. Edges under 8 feet are counted but not labelled.")
	var rows [][]string
	for _, l := range r.lines() {
		rows = append(rows, []string{plural[l.kind], strconv.Itoa(l.count), feet(l.inches)})
	}
	y := r.table(margin, 476, []float64{220, 120, pageW - 2*margin - 340}, []string{"Edge", "Count", "Length"}, rows,
		func(i int) *colour {
			c := kindColours[kinds[i]]
			return &c
		})
	drip := r.line2(eave) + r.line2(rake)
	cap := r.line2(ridge) + r.line2(hip)
	r.say(margin, y+24, "", 9.5, ink,
		"Drip edge (eaves and rakes): "+feet(drip)+"     Ridge cap (ridges and hips): "+feet(cap))
}

var plural = map[kind]string{
	ridge: "Ridges", hip: "Hips", valley: "Valleys", rake: "Rakes", eave: "Eaves", flashing: "Flashing", step: "Step flashing",
}

func (r *report) areasPage() {
	r.begin("Roof: areas, pitches and waste")
	r.roofPlan(r, frame{margin + 70, 104, pageW - 2*margin - 140, 236}, nameLabels, false, 1.1)
	half := (pageW - 2*margin - 24) / 2
	var rows [][]string
	for _, f := range r.facets {
		rows = append(rows, []string{f.label, fmt.Sprintf("%d/12", f.pitch), thousands(f.area) + " sq ft"})
	}
	rows = append(rows, []string{"Total", "", thousands(r.roofArea()) + " sq ft"})
	r.table(margin, 366, []float64{half * .34, half * .26, half * .4}, []string{"Facet", "Pitch", "Area"}, rows, nil)

	x := margin + half + 24
	rows = nil
	for _, s := range r.slopes() {
		rows = append(rows, []string{
			fmt.Sprintf("%d/12", s.pitch), thousands(s.area) + " sq ft", fmt.Sprintf("%.2f%%", s.percent),
		})
	}
	y := r.table(x, 366, []float64{half * .3, half * .4, half * .3}, []string{"Pitch", "Area", "Share"}, rows, nil)
	rows = nil
	for _, p := range wastes {
		a := withWaste(r.roofArea(), p)
		name := fmt.Sprintf("%d%%", p)
		if p == 0 {
			name = "none"
		}
		rows = append(rows, []string{name, thousands(a) + " sq ft", fmt.Sprintf("%.1f", float64(a)/100)})
	}
	r.table(x, y+24, []float64{half * .3, half * .4, half * .3}, []string{"Waste", "Area", "Squares"}, rows, nil)
}

// wastes are the percentages that Hover's summary names.
var wastes = []int{0, 5, 10, 15, 20}

func (r *report) wallsPage() {
	r.begin("Walls, windows and doors")
	w, ht := (pageW-2*margin-20)/2, 118.0
	for s, name := range sideNames {
		x, y := margin+float64(s%2)*(w+20), 98+float64(s/2)*(ht+14)
		r.fill(paper)
		r.RoundedRect(x, y, w, ht, 6, "1234", "F")
		r.draw(r, frame{x + 18, y + 12, w - 36, ht - 36}, elevation(side(s)), paint{
			wall: white, door: copper.mix(white, .25), line: ink.mix(slate, .35), width: .6,
			roof: func(f facet) colour { return r.shade(f).mix(slate, .3) },
		})
		r.say(x+12, y+ht-9, "B", 8.5, ink, title(name))
		r.sayRight(x+w-12, y+ht-9, "", 8.5, dim, thousands(r.sidingOf(side(s)))+" sq ft of siding")
	}
	half := (pageW - 2*margin - 24) / 2
	var rows [][]string
	for s, name := range sideNames {
		n := 0
		for _, o := range r.openings {
			if o.side == side(s) {
				n++
			}
		}
		rows = append(rows, []string{title(name), strconv.Itoa(n), thousands(r.sidingOf(side(s))) + " sq ft"})
	}
	rows = append(rows, []string{"Total", strconv.Itoa(len(r.openings)), thousands(r.sidingArea()) + " sq ft"})
	y := r.table(margin, 370, []float64{half * .34, half * .3, half * .36}, []string{"Side", "Openings", "Siding"}, rows, nil)
	_, area, perimeter := r.footprint()
	rows = [][]string{
		{"Perimeter", feet(perimeter)}, {"Area", thousands(area) + " sq ft"}, {"Stories", stories(r.house)},
		{"Wall height", feet(int(r.height*12 + .5))},
	}
	r.table(margin, y+20, []float64{half * .5, half * .5}, []string{"Footprint", ""}, rows, nil)

	rows = nil
	for _, g := range r.openingGroups() {
		rows = append(rows, []string{g.name, g.size, strconv.Itoa(g.count), fmt.Sprintf("%.1f sq ft", g.area)})
	}
	rows = append(rows, []string{
		"Total", "", strconv.Itoa(len(r.openings)), fmt.Sprintf("%.1f sq ft", r.openingArea(false)+r.openingArea(true)),
	})
	x := margin + half + 24
	r.table(x, 370, []float64{half * .24, half * .32, half * .16, half * .28},
		[]string{"Opening", "Size", "Count", "Area"}, rows, nil)
}

func stories(h house) string {
	if h.plan.stories > 1 {
		return ">1"
	}
	return "1"
}

// openingGroup is all openings of one size.
type openingGroup struct {
	name, size string
	count      int
	area       float64
}

func (h house) openingGroups() []openingGroup {
	var all []openingGroup
	for _, o := range h.openings {
		name, size := "Window", o.size()
		if o.door {
			name = "Door"
		}
		found := false
		for i := range all {
			if g := &all[i]; g.name == name && g.size == size {
				g.count++
				g.area += o.area()
				found = true
			}
		}
		if !found {
			all = append(all, openingGroup{name, size, 1, o.area()})
		}
	}
	return all
}

// size is written as Hover's JSON does, 36" x 52".
func (o opening) size() string { return fmt.Sprintf("%d\" x %d\"", o.width, o.height) }

func title(s string) string { return string(s[0]-'a'+'A') + s[1:] }

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
