package roof

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// model is the XML of a 3D model. Faces are either paths of lines, whose ends are points by name, as in the exports that
// estimating programs read, or list their corners themselves.
type model struct {
	Faces  []face  `xml:"FACE"`
	Lines  []edge  `xml:"LINE"`
	Points []point `xml:"POINT"`
}

type face struct {
	ID      string  `xml:"id,attr"`
	Type    string  `xml:"type,attr"`
	Name    string  `xml:"name,attr"`
	Label   string  `xml:"designator,attr"`
	Pitch   string  `xml:"pitch,attr"`
	Area    string  `xml:"area,attr"`
	Polygon polygon `xml:"POLYGON"`
	Corners []point `xml:"POINT"`
}

type polygon struct {
	Path  string `xml:"path,attr"`
	Pitch string `xml:"pitch,attr"`
	Size  string `xml:"size,attr"`
	Area  string `xml:"unroundedsize,attr"`
}

type edge struct {
	ID   string `xml:"id,attr"`
	Type string `xml:"type,attr"`
	Path string `xml:"path,attr"`
}

type point struct {
	ID   string `xml:"id,attr"`
	Data string `xml:"data,attr"`
	X    string `xml:"x,attr"`
	Y    string `xml:"y,attr"`
	Z    string `xml:"z,attr"`
}

// place reads the place of a point.
func (p point) place() (at Point, ok bool) {
	parts := strings.Split(p.Data, ",")
	if p.Data == "" {
		parts = []string{p.X, p.Y, p.Z}
	}
	if len(parts) != 3 {
		return at, false
	}
	for i, to := range []*float64{&at.X, &at.Y, &at.Z} {
		f, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		if err != nil || !finite(f) {
			return at, false
		}
		*to = f
	}
	return at, true
}

// readXML takes the shape from the XML of a 3D model: the faces that are a roof's, and the edges of those.
func readXML(b []byte) (p Plan, ok bool) {
	m, ok := decode(b)
	if !ok {
		return Plan{}, false
	}
	at := map[string]Point{}
	for _, q := range m.Points {
		where, ok := q.place()
		if !ok {
			return Plan{}, false
		}
		at[q.ID] = where
	}
	lines, wanted := map[string]edge{}, map[string]bool{}
	for _, l := range m.Lines {
		lines[l.ID] = l
	}
	for _, f := range m.Faces {
		if kind := strings.ToUpper(f.Type); kind != "" && kind != "ROOF" {
			continue // a wall, a window, a hole of a chimney
		}
		facet := Facet{
			Name: named(firstOf(f.Name, f.Label, f.ID)), Pitch: pitched(firstOf(f.Polygon.Pitch, f.Pitch)),
			Area: size(firstOf(f.Polygon.Area, f.Polygon.Size, f.Area)),
		}
		if f.Polygon.Path != "" {
			path := fields(f.Polygon.Path)
			if facet.Corners, ok = corners(path, lines, at); !ok {
				return Plan{}, false
			}
			for _, id := range path {
				wanted[id] = true
			}
		} else {
			for _, c := range f.Corners {
				where, ok := c.place()
				if !ok {
					return Plan{}, false
				}
				facet.Corners = append(facet.Corners, where)
			}
			facet.Corners = ring(facet.Corners)
		}
		if len(facet.Corners) < 3 || len(facet.Corners) > mostCorners {
			return Plan{}, false
		}
		p.Facets = append(p.Facets, facet)
	}
	for _, l := range m.Lines {
		ends := fields(l.Path)
		if !wanted[l.ID] || len(ends) != 2 {
			continue
		}
		p.Lines = append(p.Lines, Line{Kind: kindOf(l.Type), A: at[ends[0]], B: at[ends[1]]})
	}
	return p, len(p.Facets) > 0
}

// decode collects faces, lines and points, wherever they stand.
func decode(b []byte) (m model, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Entity = map[string]string{}
	for {
		t, err := d.Token()
		if err != nil {
			return m, err.Error() == "EOF"
		}
		start, is := t.(xml.StartElement)
		if !is {
			continue
		}
		switch strings.ToUpper(start.Name.Local) {
		case "FACE":
			var f face
			err = d.DecodeElement(&f, &start)
			m.Faces = append(m.Faces, f)
		case "LINE":
			var l edge
			err = d.DecodeElement(&l, &start)
			m.Lines = append(m.Lines, l)
		case "POINT":
			var p point
			err = d.DecodeElement(&p, &start)
			m.Points = append(m.Points, p)
		}
		if err != nil || len(m.Faces) > 10*mostFacets || len(m.Lines) > 10*mostLines || len(m.Points) > 10*mostLines {
			return m, false
		}
	}
}

// corners follows a path of lines around a face.
func corners(path []string, lines map[string]edge, at map[string]Point) (all []Point, ok bool) {
	if len(path) < 3 || len(path) > mostCorners {
		return nil, false
	}
	ends := make([][]string, len(path))
	for i, id := range path {
		ends[i] = fields(lines[id].Path)
		if len(ends[i]) != 2 {
			return nil, false
		}
	}
	here := ends[0][0] // the path begins at that end of its first line which the second does not touch
	if slices.Contains(ends[1], here) {
		here = ends[0][1]
	}
	for _, e := range ends {
		where, known := at[here]
		if i := slices.Index(e, here); i < 0 || !known {
			return nil, false
		} else {
			here = e[1-i]
		}
		all = append(all, where)
	}
	return all, true
}

// fields splits a list of names: "L1, L2".
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// size reads square feet.
func size(s string) *float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(f >= 0 && f <= 1e7) {
		return nil
	}
	return &f
}
