package hover

import (
	"encoding/json"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Format is a kind of file that a structure can have.
type Format string

// The formats that Hover's pages name. "json" is one file a version.
const (
	FormatPDF       Format = "pdf"
	FormatJSON      Format = "json"
	FormatXLSX      Format = "xlsx"
	FormatXML       Format = "xml"
	FormatSKP       Format = "skp"
	FormatESX       Format = "esx"
	FormatFML       Format = "fml"
	FormatDWG       Format = "dwg"
	FormatDXF       Format = "dxf"
	FormatWireframe Format = "wireframe" // PNG drawings, told apart by Artifact.Part
	FormatPhoto     Format = "photo"     // JPEG photos, told apart by Artifact.Part
)

// Formats lists the formats in the order in which people are shown them.
func Formats() []Format {
	return []Format{
		FormatPDF, FormatXLSX, FormatJSON, FormatXML, FormatSKP, FormatESX, FormatFML, FormatDWG, FormatDXF,
		FormatWireframe, FormatPhoto,
	}
}

// ParseFormat reads a format's name as a person types it; ok is false for one
// that is not known.
func ParseFormat(s string) (f Format, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch s {
	case "wireframes", "png":
		s = string(FormatWireframe)
	case "photos", "images", "jpg":
		s = string(FormatPhoto)
	}
	return Format(s), slices.Contains(Formats(), Format(s))
}

// Artifact is one file of a structure, by the link that the job's reply gives.
// The link wants the bearer and redirects to storage that refuses it.
type Artifact struct {
	Format Format `json:"format"`
	// Part tells files of one format apart: a wireframe's view ("roof-top",
	// "front"), a photo's id, a JSON version other than the default.
	Part string `json:"part,omitempty"`
	URL  string `json:"url"`
}

// Key names the artifact within its structure, "pdf" or "wireframe/roof-top".
func (a Artifact) Key() string {
	if a.Part == "" {
		return string(a.Format)
	}
	return string(a.Format) + "/" + a.Part
}

// Bounds on what one reply may make us remember.
const (
	maxArtifacts   = 500
	maxArtifactKey = 100
)

// artifacts collects every link below a model's "artifacts". The shape is only
// partly documented (strings in one place, {url, top, lengths, ...} in another),
// so it is walked, and a link is known by its keys or by its path's ending.
func artifacts(b json.RawMessage) []Artifact {
	var all []Artifact
	seen := map[string]bool{}
	walk(b, nil, func(keys []string, s string) {
		u := webURL(s)
		if u == "" || len(all) >= maxArtifacts {
			return
		}
		a, ok := artifactAt(keys, u)
		if ok && !seen[a.Key()] && len(a.Key()) <= maxArtifactKey {
			seen[a.Key()] = true
			all = append(all, a)
		}
	})
	slices.SortStableFunc(all, func(x, y Artifact) int { return strings.Compare(x.Key(), y.Key()) })
	return all
}

func artifactAt(keys []string, u string) (Artifact, bool) {
	for i, k := range keys {
		if strings.Contains(k, "wireframe") {
			part := keys[i+1:]
			if n := len(part); n > 1 && part[n-1] == "url" {
				part = part[:n-1]
			}
			return Artifact{Format: FormatWireframe, Part: strings.Join(part, "-"), URL: u}, len(part) > 0
		}
	}
	// The innermost key that names a format wins: {"measurements": {"pdf": ...}}.
	for _, k := range slices.Backward(keys) {
		k = strings.ToLower(k)
		if f, ok := ParseFormat(k); ok && f != FormatWireframe && f != FormatPhoto {
			return Artifact{Format: f, URL: u}, true
		}
		if strings.HasSuffix(k, "_json") { // full_json, summarized_json, ...
			return Artifact{Format: FormatJSON, Part: k, URL: u}, true
		}
	}
	if p, err := url.Parse(u); err == nil {
		if f, ok := ParseFormat(strings.TrimPrefix(path.Ext(p.Path), ".")); ok && f != FormatWireframe && f != FormatPhoto {
			return Artifact{Format: f, URL: u}, true
		}
	}
	return Artifact{}, false
}

// walk visits every string below b with the keys that lead to it, in a steady
// order, to a bounded depth.
func walk(b json.RawMessage, keys []string, visit func(keys []string, s string)) {
	if len(b) == 0 || len(keys) > 8 {
		return
	}
	switch b[0] {
	case '"':
		if s, ok := scalar(b); ok {
			visit(keys, s)
		}
	case '{':
		var m map[string]json.RawMessage
		if json.Unmarshal(b, &m) != nil {
			return
		}
		names := make([]string, 0, len(m))
		for k := range m {
			names = append(names, k)
		}
		slices.Sort(names)
		for _, k := range names {
			walk(m[k], append(slices.Clone(keys), k), visit)
		}
	case '[':
		var l []json.RawMessage
		if json.Unmarshal(b, &l) != nil {
			return
		}
		for i, v := range l {
			walk(v, append(slices.Clone(keys), strconv.Itoa(i)), visit)
		}
	}
}

// webURL returns s if it is an http or https address, else nothing.
func webURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
