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

// ArtifactOf gives the artifact of a key, without its link.
func ArtifactOf(key string) Artifact {
	format, part, _ := strings.Cut(key, "/")
	return Artifact{Format: Format(format), Part: part}
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
		u := link(s)
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

// artifactAt knows a file by the keys that lead to its link, and by the link.
func artifactAt(keys []string, u string) (Artifact, bool) {
	names := named(keys)
	file, version := fileOf(u)
	for i, k := range names {
		before, after, ok := strings.Cut(k, "wireframe")
		if !ok {
			continue
		}
		// {"wireframe_images": {"front": ...}}, {"wireframe_front": ...}, {"footprint_wireframe": ...}
		part := slices.Concat(names[:0:0], []string{strings.Trim(before, "_"), wireframesOf(after)}, names[i+1:])
		if a := wireframe(part...); a.Part != "" {
			a.URL = u
			return a, true
		}
	}
	if view, ok := strings.CutPrefix(file, "wireframe_"); ok {
		a := wireframe(strings.TrimSuffix(view, path.Ext(view)), version)
		a.URL = u
		return a, a.Part != ""
	}
	for i, k := range slices.Backward(names) {
		f, part, ok := formatOf(k)
		if !ok {
			continue
		}
		if f == FormatJSON && part == "" {
			// Each version is a file of its own: {"json": {"full": ..., "paint": ...}}
			part = versionOf(append(slices.Clone(names[i+1:]), version)...)
		}
		return Artifact{Format: f, Part: part, URL: u}, true
	}
	if f, ok := fileFormat(file); ok {
		a := Artifact{Format: f, URL: u}
		if f == FormatJSON {
			a.Part = versionOf(append(slices.Clone(names), version)...)
		}
		return a, true
	}
	return Artifact{}, false
}

// named gives the keys that name something: without places in a list, in small
// letters, and without what only says that a link follows ("pdf_url").
func named(keys []string) []string {
	var names []string
	for _, k := range keys {
		k = strings.ToLower(strings.TrimSpace(k))
		if _, err := strconv.Atoi(k); err == nil {
			continue
		}
		for _, word := range []string{"url", "link", "href"} {
			if k == word {
				k = ""
			}
			k = strings.TrimSuffix(k, "_"+word)
		}
		if k = strings.Trim(k, "_"); k != "" {
			names = append(names, k)
		}
	}
	return names
}

// wireframesOf drops what only says that drawings follow.
func wireframesOf(k string) string {
	k = strings.Trim(k, "_")
	switch k {
	case "s", "images", "image", "pngs", "png":
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(k, "images_"), "image_")
}

// wireframe gives the drawing of a view in a version: "roof-top" where a key says
// roof_top, "front" where it says front, or front and url.
func wireframe(parts ...string) Artifact {
	var kept []string
	for _, p := range parts {
		if p = strings.Trim(strings.TrimSuffix(strings.ToLower(p), "wireframe"), "_"); p != "" && p != "url" {
			kept = append(kept, p)
		}
	}
	part := strings.Join(kept, "-")
	if of, ok := strings.CutPrefix(part, "roof_"); ok {
		part = "roof-" + of
	}
	return Artifact{Format: FormatWireframe, Part: part}
}

// formatOf knows a file's format by its key: "pdf", "measurements_pdf", "xml_v2",
// "full_json". part tells it from others of its format.
func formatOf(key string) (f Format, part string, ok bool) {
	if jsonVersions[key] {
		return FormatJSON, key, true
	}
	for _, saysNothing := range []string{"measurements_", "cad_", "exports_", "export_"} {
		key = strings.TrimPrefix(key, saysNothing)
	}
	if f, ok = fileFormat("." + key); ok {
		return f, "", true
	}
	i, last := strings.IndexByte(key, '_'), strings.LastIndexByte(key, '_')
	if i < 0 {
		return "", "", false
	}
	if f, ok = fileFormat("." + key[last+1:]); ok && f == FormatJSON {
		return f, key, true // as Hover calls the version
	} else if ok {
		return f, key[:last], true
	}
	f, ok = fileFormat("." + key[:i])
	return f, key[i+1:], ok
}

// jsonVersions are the versions of a structure's JSON whose names do not say so.
var jsonVersions = map[string]bool{"roof_lines": true, "paint_measurements": true}

// versionOf gives the version of a JSON file by the last of the words that names
// one; "" for the full one where nothing else was said of it.
func versionOf(words ...string) string {
	said := ""
	for i, w := range words {
		last := i == len(words)-1 // that of the link, which says full_json of the default
		switch w = strings.ToLower(w); {
		case w == "":
		case jsonVersions[w], strings.HasSuffix(w, "_json"):
			if !last || said == "" && w != "full_json" {
				said = w
			}
		case w == "full", w == "summarized", w == "sketch":
			said = w + "_json"
		case w == "summary":
			said = "summarized_json"
		case w == "paint":
			said = "paint_measurements"
		}
	}
	return said
}

// fileFormat knows a format by a file's ending.
func fileFormat(file string) (Format, bool) {
	f, ok := ParseFormat(strings.TrimPrefix(path.Ext(file), "."))
	return f, ok && f != FormatWireframe && f != FormatPhoto
}

// fileOf gives the name of the file that a link leads to, and the version that
// it asks for.
func fileOf(u string) (name, version string) {
	p, err := url.Parse(u)
	if err != nil {
		return "", ""
	}
	return strings.ToLower(path.Base(p.Path)), p.Query().Get("version")
}

// moreArtifacts adds those that are not there yet.
func moreArtifacts(all, more []Artifact) []Artifact {
	for _, a := range more {
		if !slices.ContainsFunc(all, func(known Artifact) bool { return known.Key() == a.Key() }) && len(all) < maxArtifacts {
			all = append(all, a)
		}
	}
	slices.SortStableFunc(all, func(x, y Artifact) int { return strings.Compare(x.Key(), y.Key()) })
	return all
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

// link returns s if it is an http or https address, or one below Hover's own
// ("/api/v3/…", see [Job.Resolve]); else nothing.
func link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "" || u.User != nil:
		return ""
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "api/"):
		return "/" + u.String()
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && len(s) > 1:
		return u.String()
	case u.Scheme == "" && u.Host != "":
		u.Scheme = "https"
	}
	if u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// Versioned names the version of a JSON file, which Hover wants to be told (what
// comes without is not documented): the artifact's own, else the fullest that the
// order has. What Hover's own link says stands.
func Versioned(link string, a Artifact, ordered DeliverableID) string {
	u, err := url.Parse(link)
	if err != nil || a.URL != "" && u.Query().Has("version") {
		return link
	}
	version := a.Part
	if all := Versions(ordered); version == "" && len(all) > 0 {
		version = all[len(all)-1]
	}
	q := u.Query()
	q.Set("version", version)
	u.RawQuery = q.Encode()
	return u.String()
}

// MayHave says whether a structure of which that was ordered can have files of a
// format: no for what would be waited for in vain.
func MayHave(d DeliverableID, f Format) bool {
	switch {
	case f == FormatPhoto:
		return true
	case PhotosOnly(d):
		return false
	case f == FormatFML: // floor plans
		return d != DeliverableRoof && d != DeliverableComplete && d != DeliverableLiving && d != DeliverableLivingPlus
	}
	return true
}
